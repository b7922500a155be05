//! The browser for the tests: Chromium and its driver, from the PATH.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use xshell::cmd;

use crate::project::Project;

const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const INSTALL: &str = "apt-get update && apt-get install -y chromium chromium-driver";

/// The driver that tests talk to.
pub(crate) fn driver(project: &Project) -> Result<PathBuf> {
    project.find_program(&["chromedriver"]).context("expected chromedriver on the PATH, found none")
}

/// The browser itself.
pub(crate) fn chromium(project: &Project) -> Result<PathBuf> {
    project
        .find_program(CHROMIUM)
        .with_context(|| format!("expected one of {} on the PATH, found none", CHROMIUM.join(", ")))
}

/// Checks for the browser and its driver; installs them only when told to, as that changes the machine.
pub(crate) fn ensure(project: &Project, install: bool) -> Result<()> {
    let Err(missing) = chromium(project).and_then(|_| driver(project)) else {
        return Ok(());
    };
    if !install {
        bail!(
            "set-up of the browser: {missing}; on Debian install both with\n    {INSTALL}\n\
             or let `cargo xtask setup --install` do so; elsewhere install Chromium and the chromedriver of its version"
        );
    }
    if project.find_program(&["apt-get"]).is_none() {
        bail!("set-up of the browser: {missing}, and no apt-get to install it with; install Chromium and chromedriver");
    }
    println!("set-up: {missing}; running {INSTALL}");
    let sudo: &[&str] = if cmd!(project.shell, "id -u").quiet().read()? == "0" { &[] } else { &["sudo"] };
    let env: &[&str] = &["env", "DEBIAN_FRONTEND=noninteractive"];
    for args in [&["update"][..], &["install", "-y", "chromium", "chromium-driver"][..]] {
        // `env` stands first so that the same words work with and without sudo.
        let words: Vec<&str> = sudo.iter().chain(env).copied().chain(["apt-get"]).chain(args.iter().copied()).collect();
        let (program, args) = words.split_first().context("expected a command")?;
        cmd!(project.shell, "{program} {args...}")
            .run()
            .context("set-up of the browser failed at apt-get; see above")?;
    }
    chromium(project).and_then(|_| driver(project)).map(drop)
}
