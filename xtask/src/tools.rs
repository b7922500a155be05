//! The tools that a build needs, each at the one version pinned here, and how they get into the cache.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use xshell::cmd;

use crate::project::Project;

/// Where the browser's half of the project is compiled to.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// 0.22.1 asks for a newer compiler than the project does.
const TRUNK: &str = "0.21.14";
/// The package `binaryen` ships `wasm-opt`; distributions carry versions too old for today's compiler.
const BINARYEN: &str = "132.0.0";
const ESBUILD: &str = "0.28.2";

/// A set of programs that are installed together.
pub(crate) struct Tool {
    /// The package in its registry.
    package: &'static str,
    version: String,
    programs: &'static [&'static str],
    source: Source,
    /// Why it is needed, for whoever waits for it.
    purpose: &'static str,
}

/// Which registry a tool comes from.
enum Source {
    /// `cargo install`, with these further arguments.
    Cargo(&'static [&'static str]),
    /// `npm install`.
    Npm,
}

/// Builds the page: compiles, binds, copies, serves.
pub(crate) fn trunk() -> Tool {
    Tool {
        package: "trunk",
        version: TRUNK.into(),
        programs: &["trunk"],
        source: Source::Cargo(&["--locked", "--no-default-features", "--features", "rustls"]),
        purpose: "builds and serves the page",
    }
}

/// Writes the JavaScript half of the bindings; it has to be exactly as old as the crate.
pub(crate) fn wasm_bindgen(project: &Project) -> Result<Tool> {
    let lock = project.toml("Cargo.lock")?;
    let version = lock["package"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|package| package["name"].as_str() == Some("wasm-bindgen"))
        .and_then(|package| package["version"].as_str())
        .context("expected the package wasm-bindgen in Cargo.lock, found none")?;
    Ok(Tool {
        package: "wasm-bindgen-cli",
        version: version.into(),
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        // Without --locked: the lock file it ships names a yanked package.
        source: Source::Cargo(&[]),
        purpose: "connects the compiled page to the browser",
    })
}

/// Shrinks the compiled page.
pub(crate) fn wasm_opt() -> Tool {
    Tool {
        package: "binaryen",
        version: BINARYEN.into(),
        programs: &["wasm-opt"],
        source: Source::Npm,
        purpose: "shrinks the compiled page (release builds only)",
    }
}

/// Shrinks scripts and style sheets.
pub(crate) fn esbuild() -> Tool {
    Tool {
        package: "esbuild",
        version: ESBUILD.into(),
        programs: &["esbuild"],
        source: Source::Npm,
        purpose: "shrinks scripts and style sheets (release builds only)",
    }
}

impl Tool {
    /// Makes the tool's programs callable: as they are when the PATH has the right version, else from the cache,
    /// else by installing them there.
    pub(crate) fn ensure(&self, project: &Project) -> Result<()> {
        if self.answers(project, None) {
            return Ok(());
        }
        let home = cache()?.join(format!("{}-{}", self.package, self.version));
        let bin = match self.source {
            Source::Cargo(_) => home.join("bin"),
            Source::Npm => home.join("node_modules").join(".bin"),
        };
        if !self.answers(project, Some(&bin)) {
            self.install(project, &home).with_context(|| {
                format!("set-up of {} {}, which {}, failed", self.package, self.version, self.purpose)
            })?;
            if !self.answers(project, Some(&bin)) {
                bail!(
                    "expected {} {} in {} after installing it; delete {} and try again",
                    self.programs.join(" and "),
                    self.version,
                    bin.display(),
                    home.display(),
                );
            }
        }
        project.prepend_path(&bin)
    }

    /// Whether every program of the tool is there and says it has the pinned version.
    fn answers(&self, project: &Project, bin: Option<&Path>) -> bool {
        let expected = match self.package {
            "binaryen" => self.version.split('.').next().unwrap_or_default(),
            _ => &self.version,
        };
        self.programs.iter().all(|program| {
            let path = bin.map_or_else(|| PathBuf::from(program), |bin| bin.join(program));
            cmd!(project.shell, "{path} --version")
                .quiet()
                .ignore_stderr()
                .read()
                .is_ok_and(|said| said.split_whitespace().any(|word| word == expected))
        })
    }

    fn install(&self, project: &Project, home: &Path) -> Result<()> {
        let Self { package, version, purpose, .. } = self;
        println!("set-up: installing {package} {version} into {}: {purpose}", home.display());
        let started = Instant::now();
        match self.source {
            Source::Cargo(args) => {
                println!("set-up: this compiles it once, which takes some minutes");
                // A tool that runs for seconds is not worth optimising for minutes; and a shared target folder
                // would be filled with what nobody builds again.
                cmd!(project.shell, "cargo install {package} --version {version} --root {home} {args...}")
                    .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                    .env("CARGO_PROFILE_RELEASE_LTO", "false")
                    .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                    .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
                    .env_remove("CARGO_TARGET_DIR")
                    .run()
                    .context("expected cargo to install it; see its message above (a compiler for C is needed too)")?;
            }
            Source::Npm => {
                if project.find_program(&["npm"]).is_none() {
                    bail!("expected npm on the PATH, found none; install Node.js, which brings it");
                }
                // What these packages would run on installation only fetches what is in the registry already.
                cmd!(
                    project.shell,
                    "npm install --prefix {home} --ignore-scripts --no-audit --no-fund --loglevel=error {package}@{version}"
                )
                .run()
                .context("expected npm to install it; see its message above")?;
            }
        }
        println!("set-up: {package} {version} is there after {} s", started.elapsed().as_secs());
        Ok(())
    }
}

/// Where tools are kept: outside the checkout, so that every checkout shares them.
pub(crate) fn cache() -> Result<PathBuf> {
    if let Some(dir) = std::env::var_os("RUNTIME_DUEL_TOOLS") {
        return Ok(dir.into());
    }
    let caches = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
        .context("expected a home folder for the tools, found none; set RUNTIME_DUEL_TOOLS to a folder")?;
    Ok(caches.join("runtime-duel").join("tools"))
}
