//! The release build and the budget for its weight.

use anyhow::{Context as _, Result, bail};
use xshell::cmd;

use crate::project::Project;
use crate::serve::{hide_paths, trunk_env};
use crate::setup::{self, Need};
use crate::sizes::{Weights, When};

/// `cargo xtask dist`: every argument is Trunk's own.
pub(crate) fn run(project: &Project, args: &[String]) -> Result<()> {
    setup::ensure(project, Need::Release)?;
    build(project, args)
}

/// Builds dist/ and weighs it.
pub(crate) fn build(project: &Project, args: &[String]) -> Result<()> {
    trunk_env(project);
    hide_paths(project)?;
    cmd!(project.shell, "trunk build --release {args...}").run().context("the release build failed; see above")?;
    let weights = Weights::of(&project.root.join("dist"))?;
    print!("{weights}");
    for (when, budget, what) in When::ALL {
        let brotli = weights.brotli(when);
        if brotli > budget {
            bail!("expected at most {budget} bytes ({what}), got {brotli}; the table above says where");
        }
    }
    Ok(())
}
