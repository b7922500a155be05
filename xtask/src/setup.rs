//! Set-up: everything a chore needs, installed when it is missing and left alone when it is there.

use anyhow::{Context as _, Result, bail};
use xshell::cmd;

use crate::browsers;
use crate::hosts;
use crate::project::{Project, unattended};
use crate::tools::{self, TARGET};

/// How much a chore needs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// A build for developing.
    Serve,
    /// A release build as well.
    Release,
    /// The linters and a browser as well.
    Test,
}

/// `cargo xtask setup`.
pub(crate) fn run(project: &Project, args: &[String]) -> Result<()> {
    for arg in args {
        if !matches!(arg.as_str(), "--browsers" | "--install") {
            bail!("expected --browsers or --install, got `{arg}`");
        }
    }
    let install = args.iter().any(|arg| arg == "--install");
    ensure(project, Need::Release)?;
    if install || args.iter().any(|arg| arg == "--browsers") {
        components(project)?;
        browsers::ensure(project, install || unattended())?;
        hosts::ensure(project)?;
    }
    println!("set-up: everything is there");
    Ok(())
}

/// Makes everything callable that the need asks for.
pub(crate) fn ensure(project: &Project, need: Need) -> Result<()> {
    target(project)?;
    tools::trunk().ensure(project)?;
    tools::wasm_bindgen(project)?.ensure(project)?;
    if need >= Need::Release {
        tools::wasm_opt().ensure(project)?;
        // The page works unminified, so a release without esbuild is only heavier.
        if let Err(error) = tools::esbuild().ensure(project) {
            eprintln!("warning: {error:#}; scripts and style sheets stay as they are");
        }
    }
    if need >= Need::Test {
        components(project)?;
        browsers::ensure(project, unattended())?;
    }
    Ok(())
}

/// The standard library for the browser.
fn target(project: &Project) -> Result<()> {
    let lib = cmd!(project.shell, "rustc --print target-libdir --target {TARGET}").quiet().read()?;
    if std::path::Path::new(&lib).is_dir() {
        return Ok(());
    }
    println!("set-up: adding the compiler's target {TARGET}");
    cmd!(project.shell, "rustup target add {TARGET}").run().with_context(|| {
        format!("set-up of the target {TARGET} failed; without rustup, install the Rust standard library for {TARGET}")
    })
}

/// The formatter and the linter, which a minimal toolchain lacks.
pub(crate) fn components(project: &Project) -> Result<()> {
    for (program, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if cmd!(project.shell, "{program} --version").quiet().ignore_stdout().ignore_stderr().run().is_err() {
            println!("set-up: adding the component {component}");
            cmd!(project.shell, "rustup component add {component}").run().with_context(|| {
                format!("set-up of {component} failed; without rustup, install {component} as the toolchain came")
            })?;
        }
    }
    Ok(())
}
