//! What happens to a release after Trunk built it: minified, moved to addresses that say their content, given headers.
//!
//! Trunk runs this as its post-build hook, so that `trunk build --release` alone gives the same result.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use xshell::cmd;

use crate::html::{self, Release};
use crate::policy::Headers;
use crate::project::Project;
use crate::social::{self, CARD, Host};
use crate::{hosting, packed, shorten, single};

/// Files that articles load by a name that has to stay. Each is also beside the others of its version, for articles that
/// name that.
const FIXED_NAMES: [&str; 2] = ["embed.js", "poster.svg"];
/// What each script and style sheet is by `integrity`, for pages that hold them to it.
const INTEGRITY: &str = "integrity.json";

/// `cargo xtask finish`: works on the folder that Trunk names, and only on a release.
pub(crate) fn run(project: &Project) -> Result<()> {
    if std::env::var("TRUNK_PROFILE").as_deref() != Ok("release") {
        return Ok(());
    }
    let dir = std::env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .context("expected TRUNK_STAGING_DIR, which Trunk sets; run `cargo xtask dist` instead")?;
    let headers = Headers::read(project)?;
    let host = Host::of_build()?;
    let names = file_names(&dir)?;
    shorten::run(project, &dir, &names)?;
    minify(project, &dir, &names)?;
    let policy = headers.meta_policy()?;
    let folder = format!("v/{}/", content_hash(&dir, &names, &policy)?);
    single::write(project, &dir)?;
    package(project, &dir)?;
    let moved = move_files(&dir, names.iter().filter(|name| is_versioned(name)), &folder)?;
    for name in names.iter().filter(|name| name.ends_with(".html")) {
        let head = host.as_ref().map(|host| format!("\n{}", host.head(name))).unwrap_or_default();
        let page = std::fs::read_to_string(dir.join(name))?;
        // The same page once more among its files: an address of it that never changes.
        for (place, own, head) in [(dir.clone(), folder.as_str(), head.as_str()), (dir.join(&folder), "", "")] {
            let change = Release { folder: own, moved: &moved, policy: &policy, head: head.trim_end() };
            let page = html::release(&page, &change).with_context(|| format!("in {name}"))?;
            std::fs::write(place.join(name), page)?;
        }
    }
    let mut held = BTreeMap::new();
    for name in FIXED_NAMES {
        let content = std::fs::read(dir.join(name)).with_context(|| format!("expected {name}"))?;
        std::fs::write(dir.join(&folder).join(name), &content)?;
        held.insert(format!("{folder}{name}"), integrity(&content));
    }
    held.extend(moved.into_iter().map(|(name, integrity)| (format!("{folder}{name}"), integrity)));
    std::fs::write(dir.join(INTEGRITY), format!("{:#}\n", serde_json::to_value(held)?))?;
    if let Some(host) = host {
        println!("the release is for {}", host.as_str());
        std::fs::write(dir.join(social::OEMBED), host.oembed())?;
    }
    hosting::write(&headers, &dir)?;
    packed::write(&dir)
}

/// What makes the folder a package of npm.
fn package(project: &Project, dir: &Path) -> Result<()> {
    let from = project.root.join("static").join("package");
    for name in file_names(&from)? {
        std::fs::copy(from.join(&name), dir.join(&name))?;
    }
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        std::fs::copy(project.root.join(licence), dir.join(licence))?;
    }
    Ok(())
}

fn is_versioned(name: &str) -> bool {
    !name.ends_with(".html") && name != CARD.0 && !FIXED_NAMES.contains(&name)
}

/// The hash of `content` as an attribute `integrity` has it.
fn integrity(content: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(content)))
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

/// Changes whenever a name or a byte of the files or the policy does, so that a cached file never meets one of another
/// release.
fn content_hash(dir: &Path, names: &[String], policy: &str) -> Result<String> {
    let mut hash = Sha256::new_with_prefix(policy);
    for name in names {
        let content = std::fs::read(dir.join(name))?;
        hash.update(format!("{name}\n{}\n", content.len()));
        hash.update(content);
    }
    Ok(hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

/// Moves files of `dir` into its folder `folder`; returns what each is by `integrity`.
fn move_files<'a>(
    dir: &Path,
    names: impl Iterator<Item = &'a String>,
    folder: &str,
) -> Result<BTreeMap<String, String>> {
    let to = dir.join(folder);
    std::fs::create_dir_all(&to)?;
    let mut moved = BTreeMap::new();
    for name in names {
        moved.insert(name.clone(), integrity(&std::fs::read(dir.join(name))?));
        std::fs::rename(dir.join(name), to.join(name))?;
    }
    Ok(moved)
}
