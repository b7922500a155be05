//! Serving while developing: Trunk, with the pinned tools on its PATH.

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
