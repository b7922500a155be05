//! What happens to a release after Trunk built it: minified, moved to addresses that say their content, given headers.
//!
//! Trunk runs this as its post-build hook, so that `trunk build --release` alone gives the same result.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use xshell::cmd;

use crate::html::{self, Release};
use crate::policy::Headers;
use crate::project::Project;
use crate::{shorten, single};

/// Scripts that articles load by a name that has to stay.
const FIXED_NAMES: &[&str] = &["embed.js"];

/// `cargo xtask finish`: works on the folder that Trunk names, and only on a release.
pub(crate) fn run(project: &Project) -> Result<()> {
    if std::env::var("TRUNK_PROFILE").as_deref() != Ok("release") {
        return Ok(());
    }
    let dir = std::env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .context("expected TRUNK_STAGING_DIR, which Trunk sets; run `cargo xtask dist` instead")?;
    let headers = Headers::read(project)?;
    let names = file_names(&dir)?;
    shorten::run(project, &dir, &names)?;
    minify(project, &dir, &names)?;
    single::write(project, &dir)?;
    package(project, &dir)?;
    let moved: Vec<String> = names.into_iter().filter(|name| is_versioned(name)).collect();
    let folder = format!("v/{}/", content_hash(&dir, &moved)?);
    move_files(&dir, &moved, &folder)?;
    let policy = headers.meta_policy()?;
    let release = Release { folder: &folder, moved: &moved, policy: &policy };
    for name in file_names(&dir)?.iter().filter(|name| name.ends_with(".html") && *name != single::NAME) {
        let path = dir.join(name);
        let page = html::release(&std::fs::read_to_string(&path)?, &release).with_context(|| format!("in {name}"))?;
        std::fs::write(path, page)?;
    }
    std::fs::write(dir.join("_headers"), headers.file())?;
    Ok(())
}

/// What makes the folder a package of npm.
fn package(project: &Project, dir: &Path) -> Result<()> {
    let from = project.root.join("static").join("package");
    for name in file_names(&from)? {
        std::fs::copy(from.join(&name), dir.join(&name))?;
    }
    Ok(())
}

fn is_versioned(name: &str) -> bool {
    !name.ends_with(".html") && !FIXED_NAMES.contains(&name)
}

/// The files of the folder itself, sorted; folders inside it are left as they are.
fn file_names(dir: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir).with_context(|| format!("expected a folder at {}", dir.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Trunk's own minifier breaks the bindings of today's wasm-bindgen.
fn minify(project: &Project, dir: &Path, names: &[String]) -> Result<()> {
    if project.find_program(&["esbuild"]).is_none() {
        eprintln!("warning: no esbuild on the PATH: scripts and style sheets stay as they are, some kilobytes heavier");
        return Ok(());
    }
    for name in names.iter().filter(|name| name.ends_with(".js") || name.ends_with(".css")) {
        let path = dir.join(name);
        cmd!(
            project.shell,
            "esbuild {path} --minify --legal-comments=none --allow-overwrite --log-level=warning --outfile={path}"
        )
        .quiet()
        .run()
        .with_context(|| format!("expected esbuild to minify {name}; its message is above"))?;
    }
    Ok(())
}

/// Changes whenever a name or a byte of the files does, so that a cached file never meets one of another release.
fn content_hash(dir: &Path, names: &[String]) -> Result<String> {
    let mut hash = Sha256::new();
    for name in names {
        let content = std::fs::read(dir.join(name))?;
        hash.update(format!("{name}\n{}\n", content.len()));
        hash.update(content);
    }
    Ok(hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

fn move_files(dir: &Path, names: &[String], folder: &str) -> Result<()> {
    let to = dir.join(folder);
    std::fs::create_dir_all(&to)?;
    for name in names {
        std::fs::rename(dir.join(name), to.join(name))?;
    }
    Ok(())
}
