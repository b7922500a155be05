//! The measured figures of the project.

use anyhow::{Result, bail};

use crate::project::Project;
use crate::sizes::Weights;

/// `cargo xtask bench`: so far the weight of the last release build.
pub(crate) fn run(project: &Project, args: &[String]) -> Result<()> {
    if let Some(arg) = args.first() {
        bail!("expected no argument, got `{arg}`");
    }
    let dist = project.root.join("dist");
    if !dist.join("v").is_dir() {
        bail!("expected a release build in dist/, found none; run `cargo xtask dist` first");
    }
    println!("{}", Weights::of(&dist)?);
    Ok(())
}
