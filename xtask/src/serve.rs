//! Serving while developing: Trunk, with the pinned tools on its PATH.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use xshell::cmd;

use crate::project::Project;
use crate::setup::{self, Need};

/// `cargo xtask serve`: every argument is Trunk's own.
pub(crate) fn run(project: &Project, args: &[String]) -> Result<()> {
    let release = args.iter().any(|arg| arg == "--release");
    setup::ensure(project, if release { Need::Release } else { Need::Serve })?;
    println!("open http://127.0.0.1:{}/ once the build below is done", port(project, args)?);
    trunk_env(project);
    // dist/ is for releases, which tests and figures are taken from.
    let dist = project.target_dir().join("serve");
    project.shell.create_dir(&dist)?;
    project.shell.set_var("TRUNK_BUILD_DIST", dist);
    cmd!(project.shell, "trunk serve {args...}").quiet().run().context("trunk stopped; its message is above")
}

/// What Trunk must not do by itself: fetch tools, or ask for a newer Trunk.
pub(crate) fn trunk_env(project: &Project) {
    project.shell.set_var("TRUNK_OFFLINE", "true");
    project.shell.set_var("TRUNK_SKIP_VERSION_CHECK", "true");
    // Trunk accepts only `true` and `false` here, not the customary `1`.
    if std::env::var_os("NO_COLOR").is_some() {
        project.shell.set_var("NO_COLOR", "true");
    }
}

/// What is shipped says nothing of the machine that built it, and is a little lighter for it: messages of panics name
/// files from the crate on.
pub(crate) fn hide_paths(project: &Project) -> Result<()> {
    let home =
        std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| std::env::home_dir().map(|d| d.join(".cargo")));
    let registry = home.unwrap_or_default().join("registry/src");
    let mut hidden = vec![project.root.clone()];
    if registry.is_dir() {
        for index in std::fs::read_dir(&registry)? {
            hidden.push(index?.path());
        }
    }
    // Cargo splits them at spaces, and asks for this variable alone where it builds for the page.
    let flags: Vec<_> = hidden
        .iter()
        .map(|path| path.display().to_string())
        .filter(|path| !path.contains(' '))
        .map(|path| format!("--remap-path-prefix={path}/="))
        .collect();
    project.shell.set_var("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags.join(" "));
    Ok(())
}

fn port(project: &Project, args: &[String]) -> Result<String> {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--port" || arg == "-p" {
            return args.next().cloned().context("expected a number after --port");
        }
        if let Some(port) = arg.strip_prefix("--port=") {
            return Ok(port.into());
        }
    }
    let config = project.toml("Trunk.toml")?;
    let port = config.get("serve").and_then(|serve| serve.get("port")).and_then(toml::Value::as_integer);
    Ok(port.unwrap_or(8080).to_string())
}
