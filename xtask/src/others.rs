//! One queue in other simulators, side by side with the project's own: on request only, as it installs them.
//!
//! M/M/1 with 80 arrivals a second and 10 ms of service, first come, first served. Its mean time in the system is known,
//! so each program's is checked: a fast simulator of another queue would be no comparison.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use xshell::cmd;

use crate::project::Project;

const SIMPY: &str = "4.1.2";
const SIMSCRIPT: &str = "1.0.37";

/// Mean time in the system, in ms: 1 / (μ - λ).
const EXACT_MS: f64 = 50.0;
/// The standard deviation, in ms, that the mean over n customers in a row has times √n. Neighbours wait for each other,
/// so it is far above that of one customer: √(ρ(2 + 5ρ - 4ρ² + ρ³)) / (1 - ρ)² service times (Daley 1968).
const SPREAD_MS: f64 = 444.5;

/// A simulator, and how many customers it serves in each of its rounds: a few seconds' worth.
struct Other {
    name: &'static str,
    n_customers: u32,
    run: fn(&Project, u32) -> Result<String>,
}

const OTHERS: [Other; 4] = [
    Other { name: "ours", n_customers: 5_000_000, run: ours },
    Other { name: "NeXosim", n_customers: 2_000_000, run: nexosim },
    Other { name: "SimPy", n_customers: 200_000, run: simpy },
    Other { name: "SimScript", n_customers: 200_000, run: simscript },
];

/// `cargo xtask bench --others`.
pub(crate) fn run(project: &Project) -> Result<()> {
    let mut rows = Vec::new();
    for other in &OTHERS {
        println!("others: {}, three rounds of {} customers", other.name, other.n_customers);
        let found = (other.run)(project, other.n_customers).and_then(|said| {
            Found::among(&said).with_context(|| format!("expected a line with figures, got `{said}`"))
        });
        rows.push((other.name, found));
    }
    print!("{}", table(&rows));
    Ok(())
}

fn ours(project: &Project, n: u32) -> Result<String> {
    let n = n.to_string();
    Ok(cmd!(project.shell, "cargo bench --quiet --no-default-features --bench mm1 -- {n}").read()?)
}

fn nexosim(project: &Project, n: u32) -> Result<String> {
    let (n, target) = (n.to_string(), project.target_dir().join("others").join("nexosim"));
    let manifest = project.root.join("benches").join("others").join("nexosim").join("Cargo.toml");
    cmd!(project.shell, "cargo run --quiet --locked --release --manifest-path {manifest} --target-dir {target} -- {n}")
        .read()
        .context("expected cargo to fetch, build and run it; see its message above")
}

fn simpy(project: &Project, n: u32) -> Result<String> {
    let (n, home) = (n.to_string(), home(project, "simpy", SIMPY));
    let bin = home.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let python = bin.join(format!("python{}", std::env::consts::EXE_SUFFIX));
    let is_there = || cmd!(project.shell, "{python} -c 'import simpy'").quiet().ignore_stderr().run().is_ok();
    if !is_there() {
        let Some(system) = project.find_program(&["python3", "python"]) else {
            bail!("expected python3 on the PATH, found none; install Python 3 with its venv and pip");
        };
        cmd!(project.shell, "{system} -m venv --clear {home}")
            .run()
            .context("expected python3 to make an environment; install its venv and pip (python3-venv on Debian)")?;
        cmd!(project.shell, "{python} -m pip install --quiet --disable-pip-version-check simpy=={SIMPY}")
            .run()
            .context("expected pip to install it; see its message above")?;
    }
    let program = project.root.join("benches").join("others").join("mm1.py");
    Ok(cmd!(project.shell, "{python} {program} {n}").read()?)
}

fn simscript(project: &Project, n: u32) -> Result<String> {
    let (n, home) = (n.to_string(), home(project, "simscript", SIMSCRIPT));
    if project.find_program(&["node"]).is_none() {
        bail!("expected node on the PATH, found none; install Node.js");
    }
    if !home.join("node_modules").join("simscript").join("package.json").is_file() {
        if project.find_program(&["npm"]).is_none() {
            bail!("expected npm on the PATH, found none; install Node.js, which brings it");
        }
        cmd!(
            project.shell,
            "npm install --prefix {home} --ignore-scripts --no-audit --no-fund --loglevel=error simscript@{SIMSCRIPT}"
        )
        // What it says belongs to no figure.
        .ignore_stdout()
        .run()
        .context("expected npm to install it; see its message above")?;
    }
    let program = project.root.join("benches").join("others").join("mm1.mjs");
    Ok(cmd!(project.shell, "node {program} {n} {home}").read()?)
}

/// Where a simulator is installed: with what else is built, so that `cargo clean` removes it.
fn home(project: &Project, name: &str, version: &str) -> PathBuf {
    project.target_dir().join("others").join(format!("{name}-{version}"))
}

/// What a program says of itself.
#[derive(Debug, PartialEq)]
struct Found {
    /// Customers per second of the fastest round.
    speed: f64,
    /// Mean time in the system over all rounds.
    mean_ms: f64,
    /// Customers of all rounds.
    n: f64,
    /// Events per second, where they are counted.
    events: Option<f64>,
    /// Name and version.
    label: String,
}

impl Found {
    /// The line `mm1-name speed mean n [events] label` among others.
    fn among(output: &str) -> Option<Self> {
        let line = output.lines().find(|line| line.starts_with("mm1-"))?;
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let numbers: Vec<f64> = words.iter().map_while(|word| word.parse().ok()).collect();
        let label = words[numbers.len()..].join(" ");
        let [speed, mean_ms, n, ..] = numbers[..] else { return None };
        Some(Self { speed, mean_ms, n, events: numbers.get(3).copied(), label })
    }

    /// How far from the exact mean chance alone takes it: four standard errors.
    fn allowed_ms(&self) -> f64 {
        4.0 * SPREAD_MS / self.n.sqrt()
    }

    fn is_this_queue(&self) -> bool {
        (self.mean_ms - EXACT_MS).abs() <= self.allowed_ms()
    }
}

/// Everybody's speed, and how often the first one's it is.
fn table(rows: &[(&str, Result<Found>)]) -> String {
    let mut lines = vec![
        String::new(),
        format!(
            "M/M/1, 80 arrivals/s, 10 ms of service, one thread each; exactly {EXACT_MS} ms in the system on average"
        ),
        format!("  {:<38} {:>12} {:>10} {:>10}   mean ms", "", "customers/s", "of ours", "ours is"),
    ];
    let ours = rows.iter().find(|(name, _)| *name == "ours").and_then(|(_, found)| found.as_ref().ok());
    for (name, found) in rows {
        lines.push(match found {
            Err(error) => format!("  {name:<38} not measured: {error:#}"),
            Ok(found) => {
                let of_ours =
                    ours.map_or_else(|| "-".to_owned(), |ours| format!("{:.2} %", found.speed / ours.speed * 100.0));
                let ours_is = ours.map_or_else(|| "-".to_owned(), |ours| format!("{:.1} x", ours.speed / found.speed));
                let verdict = if found.is_this_queue() { "as it should be" } else { "NOT THIS QUEUE" };
                format!(
                    "  {:<38} {:>12.0} {of_ours:>10} {ours_is:>10}   {:.2}, exact ±{:.2}: {verdict}",
                    found.label,
                    found.speed,
                    found.mean_ms,
                    found.allowed_ms(),
                )
            }
        });
    }
    if let Some(events) = ours.and_then(|ours| ours.events) {
        lines.push(format!("  ours in million events/s: {:.2}", events / 1e6));
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    fn found(line: &str) -> Found {
        Found::among(line).expect("it is a line of figures")
    }

    #[test]
    fn a_program_says_speed_mean_customers_and_what_it_is() {
        let simpy = found("warning: of pip\nmm1-simpy 150000 49.2 600000 SimPy 4.1.2 on Python 3.11.7\n");
        assert_eq!((simpy.speed, simpy.mean_ms, simpy.n, simpy.events), (150_000.0, 49.2, 600_000.0, None));
        assert_eq!(simpy.label, "SimPy 4.1.2 on Python 3.11.7");
        assert_eq!(found("mm1-ours 4000000 50.1 15000000 8000000 ours").events, Some(8e6));
        assert_eq!(Found::among("mm1-simpy 150000 SimPy"), None);
        assert_eq!(Found::among("Segmentation fault"), None);
        assert_eq!(Found::among(""), None);
    }

    #[test]
    fn the_mean_is_checked_within_what_chance_does() {
        let at = |mean_ms: f64, n: u32| found(&format!("mm1-x 1 {mean_ms} {n} x")).is_this_queue();
        assert!(at(49.2, 600_000) && at(51.9, 600_000));
        assert!(!at(53.0, 600_000));
        // Many customers leave less to chance.
        assert!(!at(51.9, 15_000_000));
        // Without a queue it were the service alone.
        assert!(!at(10.0, 600_000) && !at(f64::NAN, 600_000));
    }

    #[test]
    fn what_is_missing_is_said_beside_what_is_not() {
        let table = table(&[
            ("ours", Ok(found("mm1-ours 4000000 50.1 15000000 8000000 ours"))),
            ("SimPy", Ok(found("mm1-simpy 160000 50.3 600000 SimPy 4"))),
            ("Fast", Ok(found("mm1-fast 9000000 10.0 600000 Fast 1"))),
            ("SimScript", Err(anyhow!("expected npm on the PATH"))),
        ]);
        let line = |word: &str| table.lines().find(|line| line.contains(word)).unwrap_or_default();
        assert!(line("SimPy 4").contains("4.00 %") && line("SimPy 4").contains("25.0 x"), "{table}");
        assert!(line("SimPy 4").contains("as it should be"), "{table}");
        assert!(line("Fast").contains("NOT THIS QUEUE"), "{table}");
        assert!(line("SimScript").contains("not measured: expected npm on the PATH"), "{table}");
        assert!(line("million events").ends_with("8.00"), "{table}");
    }

    #[test]
    fn without_ours_there_is_no_ratio() {
        let table = table(&[
            ("ours", Err(anyhow!("it did not compile"))),
            ("SimPy", Ok(found("mm1-simpy 160000 50.3 600000 SimPy 4"))),
        ]);
        assert!(table.contains("160000") && !table.contains('%'), "{table}");
    }
}
