//! The figure in a host: pages of hosts, what they are built with, and what has to hold in each of them.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;

use crate::input::Pointer;
use crate::page::Page;
use crate::site::Site;

/// Where a page of `tests/browser/hosts` takes what an author pastes.
const PLACE: &str = "<!-- pasted -->";

/// The folder of the packages that hosts use, as `cargo xtask setup --hosts` installed them.
///
/// # Errors
/// When they are not there.
pub fn packages() -> Result<PathBuf> {
    let folder = std::env::var_os("HOST_PACKAGES").map(PathBuf::from);
    let folder = folder.filter(|folder| folder.is_dir());
    folder.context("expected the folder of the hosts' packages in HOST_PACKAGES; `cargo xtask test browser` sets it")
}

/// A page of `tests/browser/hosts` with `pasted` in it, on an origin of its own, as `article.html`; the packages are
/// below `/npm`.
///
/// # Errors
/// When there is no such page, or it takes nothing.
pub async fn shaped(name: &str, pasted: &str) -> Result<Site> {
    let path = crate::root()?.join("tests/browser/hosts").join(name);
    let html = std::fs::read_to_string(&path).with_context(|| format!("expected {}", path.display()))?;
    ensure!(html.contains(PLACE), "expected `{PLACE}` in {name}");
    let html = html.replace(PLACE, pasted);
    Site::folder_builder(&crate::root()?.join("examples"))
        .page("article.html", &html)
        .below("/npm", packages()?)
        .start()
        .await
}

/// What `docs/embedding.md` tells to paste on a platform: the first block of code below the heading, with `https://HOST/`
/// being `host`.
///
/// # Errors
/// When the platform is not in the document.
pub fn sheet(platform: &str, host: &str) -> Result<String> {
    let path = crate::root()?.join("docs/embedding.md");
    let text = std::fs::read_to_string(&path).with_context(|| format!("expected {}", path.display()))?;
    let heading = format!("\n## {platform}\n");
    let (_, section) = text.split_once(&heading).with_context(|| format!("expected the heading {platform}"))?;
    let section = section.split("\n## ").next().unwrap_or(section);
    let block = section.split("\n```").nth(1).with_context(|| format!("expected a block of code for {platform}"))?;
    let (_, block) = block.split_once('\n').with_context(|| format!("expected lines in the block for {platform}"))?;
    ensure!(block.contains("https://HOST/") || !block.contains("HOST"), "expected https://HOST/ in {block}");
    Ok(block.replace("https://HOST/", host))
}

/// A copy of an example's folder in which a program of a package has run; the figure's own package is among the others,
/// as npm would pack it.
///
/// # Errors
/// When something is missing or the program fails.
pub async fn built(
    example: &Path,
    change: impl Fn(&Path) -> Result<()>,
    program: &str,
    args: &[&str],
) -> Result<tempfile::TempDir> {
    let home = tempfile::tempdir()?;
    copy(example, home.path())?;
    change(home.path())?;
    let modules = home.path().join("node_modules");
    std::fs::create_dir(&modules)?;
    for entry in std::fs::read_dir(packages()?)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            std::os::unix::fs::symlink(entry.path(), modules.join(entry.file_name()))?;
        }
    }
    pack(home.path(), &modules.join("runtime-duel")).await?;
    let program = packages()?.join(".bin").join(program);
    run(Command::new(program).args(args).current_dir(home.path()).env("ASTRO_TELEMETRY_DISABLED", "1")).await?;
    Ok(home)
}

/// Puts the release where npm would, with the files that npm would take.
async fn pack(home: &Path, to: &Path) -> Result<()> {
    let dist = crate::root()?.join("dist");
    let said =
        run(Command::new("npm").arg("pack").arg(&dist).args(["--silent", "--pack-destination"]).arg(home)).await?;
    let archive = home.join(said.trim());
    std::fs::create_dir(to)?;
    run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(to).arg("--strip-components=1")).await.map(drop)
}

async fn run(command: &mut Command) -> Result<String> {
    let output =
        command.stdin(Stdio::null()).output().await.with_context(|| format!("expected to start {command:?}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "{command:?}: {said}\n{}", String::from_utf8_lossy(&output.stderr));
    Ok(said)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in std::fs::read_dir(from).with_context(|| format!("expected {}", from.display()))? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            std::fs::create_dir(&to)?;
            copy(&entry.path(), &to)?;
        } else {
            std::fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

impl Page {
    /// Waits until the current frame, which is entered through `css` of the outermost document, is exactly as high as
    /// what is in it.
    pub async fn is_as_high_as_its_content(&self, css: &str) -> Result<()> {
        let wanted: f64 =
            self.value("Math.ceil(document.querySelector('#duel').getBoundingClientRect().height)").await?;
        ensure!(wanted > 300.0, "expected a figure, got one of {wanted} pixels");
        let frames = self.frames();
        self.leave_frames().await?;
        self.wait_for(css, &format!("Math.abs(e.clientHeight - {wanted}) <= 1")).await?;
        for frame in frames {
            self.enter_frame(&frame).await?;
        }
        Ok(())
    }

    /// The figure in the current frame follows a drag, and its live run goes on.
    pub async fn follows_a_drag(&self, pointer: Pointer) -> Result<()> {
        let from = self.mix().await?;
        self.drag_mix(pointer, from, 80.0).await?;
        self.wait_for("#mix", "Math.abs(e.valueAsNumber - 80) <= 0.5").await?;
        self.wait_for("#mix", "document.querySelector('.verdict').textContent.includes(`${e.value} % CPU`)").await?;
        self.goes_on().await
    }
}
