//! Everything that has to pass, as named steps that can be run one by one.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use xshell::cmd;

use crate::project::Project;
use crate::setup::{self, Need};
use crate::tools::TARGET;
use crate::{browsers, calibrate, dist, hosts};

/// One thing that has to pass.
struct Step {
    name: &'static str,
    what: &'static str,
    /// Whether it needs neither a browser nor a release build.
    is_quick: bool,
    run: fn(&Project) -> Result<()>,
}

const STEPS: &[Step] = &[
    Step { name: "fmt", what: "formatting", is_quick: true, run: fmt },
    Step { name: "lint", what: "lints of everything native", is_quick: true, run: lint },
    Step {
        name: "native",
        what: "tests of the simulation, the command line and the chores",
        is_quick: true,
        run: native,
    },
    Step { name: "programs", what: "the programs that measure real runtimes", is_quick: false, run: calibrate::test },
    Step { name: "lint-web", what: "lints of the page", is_quick: false, run: lint_web },
    Step { name: "web", what: "tests inside the browser", is_quick: false, run: web },
    Step { name: "dist", what: "release build within its budget", is_quick: false, run: release },
    Step { name: "browser", what: "tests of the whole page", is_quick: false, run: browser },
];

/// `cargo xtask test`.
pub(crate) fn run(project: &Project, args: &[String]) -> Result<()> {
    let steps = select(args)?;
    let need = if steps.iter().all(|step| step.is_quick) { None } else { Some(Need::Test) };
    if let Some(need) = need {
        setup::ensure(project, need)?;
    } else {
        setup::components(project)?;
    }
    let mut done: Vec<(&Step, Duration)> = Vec::new();
    for step in steps {
        println!("\n== {}: {}", step.name, step.what);
        let started = Instant::now();
        let result = (step.run)(project);
        let took = started.elapsed();
        if let Err(error) = result {
            summary(&done);
            println!("{:<10} {:>6.1} s  failed", step.name, took.as_secs_f64());
            println!("steps: {} passed, 1 failed", done.len());
            return Err(error.context(format!(
                "the step {name} ({what}) failed; run only it with `cargo xtask test {name}`",
                name = step.name,
                what = step.what,
            )));
        }
        done.push((step, took));
    }
    summary(&done);
    println!("steps: {} passed, 0 failed", done.len());
    Ok(())
}

fn select(args: &[String]) -> Result<Vec<&'static Step>> {
    if args.is_empty() {
        return Ok(STEPS.iter().collect());
    }
    if args == ["--quick"] {
        return Ok(STEPS.iter().filter(|step| step.is_quick).collect());
    }
    args.iter()
        .map(|arg| {
            let names = || STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(", ");
            STEPS
                .iter()
                .find(|step| step.name == arg)
                .with_context(|| format!("expected --quick or some of {}, got `{arg}`", names()))
        })
        .collect()
}

fn summary(done: &[(&Step, Duration)]) {
    println!("\n== summary");
    for (step, took) in done {
        println!("{:<10} {:>6.1} s  passed", step.name, took.as_secs_f64());
    }
}

fn fmt(project: &Project) -> Result<()> {
    cmd!(project.shell, "cargo fmt --all --check").run().context("mend it with `cargo fmt --all`")
}

fn lint(project: &Project) -> Result<()> {
    cmd!(project.shell, "cargo clippy --no-default-features --features cli --all-targets -- -D warnings").run()?;
    cmd!(project.shell, "cargo clippy --no-default-features --lib --test first_look -- -D warnings").run()?;
    cmd!(project.shell, "cargo clippy --package xtask --package browser-tests --all-targets -- -D warnings").run()?;
    Ok(())
}

fn native(project: &Project) -> Result<()> {
    cmd!(project.shell, "cargo test --no-default-features --features cli").run()?;
    // Without the feature `deep`, as the page's first worker.
    cmd!(project.shell, "cargo test --no-default-features --test first_look").run()?;
    cmd!(project.shell, "cargo test --package xtask").run()?;
    Ok(())
}

/// Not all targets: what is tested natively does not compile for the browser.
fn lint_web(project: &Project) -> Result<()> {
    cmd!(project.shell, "cargo clippy --target {TARGET} --lib --bins --test web --test hold -- -D warnings").run()?;
    Ok(())
}

fn web(project: &Project) -> Result<()> {
    in_browser(project, &["--test", "web"])?.run()?;
    Ok(())
}

/// `cargo test` with `args` inside the browser.
pub(crate) fn in_browser<'a>(project: &'a Project, args: &[&str]) -> Result<xshell::Cmd<'a>> {
    let capabilities = project.target_dir().join("webdriver.json");
    project.shell.write_file(&capabilities, webdriver_json(&browsers::chromium(project)?))?;
    let command = cmd!(project.shell, "cargo test --target {TARGET} {args...}");
    Ok(command
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
        .env("CHROMEDRIVER", browsers::driver(project)?)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities)
        .env("WASM_BINDGEN_TEST_ONLY_WEB", "1")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120"))
}

/// How the browser is started for the tests inside it. Its sandbox does not work for root, as in most containers;
/// only the project's own pages are opened.
fn webdriver_json(chromium: &std::path::Path) -> String {
    format!(
        r#"{{"goog:chromeOptions": {{"binary": {:?}, "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]}}}}"#,
        chromium.display().to_string()
    )
}

fn release(project: &Project) -> Result<()> {
    dist::build(project, &[])
}

fn browser(project: &Project) -> Result<()> {
    if !project.root.join("dist").join("_headers").is_file() {
        bail!("expected a release build in dist/, found none; run `cargo xtask test dist` first");
    }
    cmd!(project.shell, "cargo test --package browser-tests --no-fail-fast")
        .env("CHROMIUM", browsers::chromium(project)?)
        .env("CHROMEDRIVER", browsers::driver(project)?)
        .env("HOST_PACKAGES", hosts::ensure(project)?)
        .run()?;
    Ok(())
}
