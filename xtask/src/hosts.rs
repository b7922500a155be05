//! Packages that pages of hosts are made with, for the tests that put the figure into them, and what checks that it is
//! accessible. They are never part of a release.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};
use xshell::cmd;

use crate::project::Project;
use crate::tools;

/// Each at the one version that is tested, and why it is there.
const PACKAGES: [(&str, &str, &str); 14] = [
    ("@mdx-js/rollup", "3.1.1", "pages of MDX, as Docusaurus has them"),
    ("@open-iframe-resizer/core", "2.1.0", "a parent that follows the height of its frames"),
    ("@types/react", "19.3.0", "types, against which those of the element are checked"),
    ("@types/react-dom", "19.3.0", "the same"),
    ("astro", "5.18.2", "a site of Astro, the last that runs on Node.js 20"),
    ("axe-core", "4.14.1", "what a program can check of WCAG"),
    // Later ones are under another licence.
    ("iframe-resizer", "4.4.5", "a parent that follows the height of its frames"),
    ("pym.js", "1.3.2", "a parent that follows the height of its frames"),
    ("react", "19.3.1", "an article in React"),
    ("react-dom", "19.3.1", "the same"),
    ("reveal.js", "6.0.2", "a deck of slides"),
    ("typescript", "5.9.3", "checks the types of the element"),
    ("vite", "7.3.8", "the bundler of an article"),
    ("vue", "3.5.45", "an article in Vue"),
];

/// Installs them where they are missing; returns the folder that holds them.
pub(crate) fn ensure(project: &Project) -> Result<PathBuf> {
    let wanted = PACKAGES.map(|(name, version, _)| format!("{name}@{version}"));
    let hash: String = Sha256::digest(wanted.join(" ")).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let home = tools::cache()?.join(format!("hosts-{hash}"));
    let folder = home.join("node_modules");
    // Written last, so that what was interrupted begins anew.
    let done = home.join("done");
    if done.is_file() {
        return Ok(folder);
    }
    if project.find_program(&["npm"]).is_none() {
        bail!("set-up of the hosts' packages: expected npm on the PATH, found none; install Node.js, which brings it");
    }
    println!("set-up: installing packages of hosts for the tests into {}:", home.display());
    for (name, version, purpose) in PACKAGES {
        println!("set-up:   {name} {version}: {purpose}");
    }
    let started = Instant::now();
    project.shell.create_dir(&home)?;
    // What these packages would run on installation is not needed for what the tests do with them.
    cmd!(
        project.shell,
        "npm install --prefix {home} --ignore-scripts --no-audit --no-fund --loglevel=error --save-exact {wanted...}"
    )
    .run()
    .context("expected npm to install the hosts' packages; see its message above")?;
    project.shell.write_file(&done, "")?;
    println!("set-up: they are there after {} s", started.elapsed().as_secs());
    Ok(folder)
}
