//! The release build and the budget for its weight.

use anyhow::{Context as _, Result, bail};
use xshell::cmd;

use crate::project::Project;
use crate::serve::{hide_paths, trunk_env};
use crate::setup::{self, Need};
use crate::sizes::{ELEMENT, Weights, When};
use crate::social::{HOST, Host};

/// What a page may weigh more, in brotli bytes, where the build is told its address: oEmbed's link and the card's words.
const CARD_WORDS: usize = 600;

/// `cargo xtask dist`: every argument but `--host` is Trunk's own.
pub(crate) fn run(project: &Project, args: &[String]) -> Result<()> {
    let mut rest = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let host = match arg.strip_prefix("--host") {
            Some("") => Some(args.next().context("expected an address after --host, got nothing")?.as_str()),
            Some(value) => value.strip_prefix('='),
            None => None,
        };
        match host {
            // Refused before minutes of building.
            Some(host) => project.shell.set_var(HOST, Host::parse(host)?.as_str()),
            None => rest.push(arg.clone()),
        }
    }
    setup::ensure(project, Need::Release)?;
    build(project, &rest)
}

/// Builds dist/ and weighs it.
pub(crate) fn build(project: &Project, args: &[String]) -> Result<()> {
    trunk_env(project);
    hide_paths(project)?;
    cmd!(project.shell, "trunk build --release {args...}").run().context("the release build failed; see above")?;
    let weights = Weights::of(&project.root.join("dist"))?;
    print!("{weights}");
    let (name, budget) = ELEMENT;
    if weights.element() > budget {
        bail!("expected at most {budget} bytes of {name}, got {}", weights.element());
    }
    let is_told = project.shell.var(HOST).is_ok_and(|host| !host.is_empty());
    for (when, budget, what) in When::ALL {
        // Who wants a card pays for its words.
        let budget = if is_told && when == When::First { budget + CARD_WORDS } else { budget };
        let brotli = weights.brotli(when);
        if brotli > budget {
            bail!("expected at most {budget} bytes ({what}), got {brotli}; the table above says where");
        }
    }
    Ok(())
}
