//! Measures this machine's real Node.js and real Go on the scenarios that the models are held against.
//!
//! The programs are in `calibrate/`; here is which scenarios they run, how often, when the machine is quiet enough,
//! and the file that comes of it.

mod figures;
mod keys;
mod programs;
mod quiet;
mod set;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use xshell::cmd;

use crate::project::Project;
pub(crate) use programs::test;

use figures::{FORMAT, Machine, Measurements, Point, Run};
use keys::Keys;
use programs::Programs;
use quiet::QUIET_CORES;
use set::Plan;

/// How often a run is tried again during which others used the machine.
const MAX_RETRIES: usize = 2;
/// What `--only` calls the costs of single steps.
const COSTS: &str = "costs";

const METHOD: &str = "each scenario in a process of its own, every repeat of all of them after the one before it, on a \
    machine where others used less than 0.04 cores beforehand; runs with more than 0.06 cores of others or steal, or \
    on cores that were slower than before, were repeated, and are marked noisy where that did not help; medians over \
    repeats, costs are minima of short runs";

/// What a command line said.
#[derive(Debug, Default, PartialEq)]
struct Options {
    name: Option<String>,
    is_quick: bool,
    /// Series, and whether costs are measured too.
    only: Option<Vec<String>>,
    out: Option<PathBuf>,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self> {
        let mut options = Self::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().with_context(|| format!("{arg}: expected a value after it, got nothing"));
            match arg.as_str() {
                "--quick" => options.is_quick = true,
                "--name" => options.name = Some(file_name(value()?)?),
                "--only" => options.only = Some(value()?.split(',').map(str::to_owned).collect()),
                "--out" => options.out = Some(PathBuf::from(value()?)),
                other => bail!("expected --name MACHINE, --quick, --only SERIES, --out FILE, got `{other}`"),
            }
        }
        Ok(options)
    }

    fn has_costs(&self) -> bool {
        self.only.as_ref().is_none_or(|only| only.iter().any(|name| name == COSTS))
    }

    fn series(&self) -> Vec<String> {
        let all = || set::SERIES.map(str::to_owned).to_vec();
        self.only.clone().unwrap_or_else(all).into_iter().filter(|name| name != COSTS).collect()
    }
}

/// `name`, if it can be the name of a file anywhere.
fn file_name(name: &str) -> Result<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || name.starts_with('.') || !name.chars().all(is_plain) {
        bail!("--name: expected letters, digits, points and dashes, got `{name}`");
    }
    Ok(name.to_owned())
}

/// What a machine is called whose owner does not say: never the name that its network knows it by.
fn name_of(machine: &Machine) -> String {
    let cpu = machine.cpu.as_deref().unwrap_or("unknown-cpu").to_lowercase();
    let words: Vec<&str> = cpu.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!("{}-{}-cores", words.join("-"), machine.cores)
}

/// `cargo xtask calibrate`.
pub(crate) fn run(project: &Project, args: &[String]) -> Result<()> {
    let options = Options::parse(args)?;
    let keys = Keys::of(project)?;
    // Before anything is installed or run: a wrong name should not take minutes to be told.
    set::plans(&keys, 1, &options.series(), options.is_quick)?;
    let mut programs = Programs::find(project)?;
    println!("calibrate: how fast a core is by itself");
    let about = programs.find_speeds()?;
    let mut machine = about.machine;
    machine.cpu.get_or_insert_with(|| "unknown".to_owned());
    machine.name = options.name.clone().unwrap_or_else(|| name_of(&machine));
    let folder = project.root.join("calibrate").join("measurements");
    let path = options.out.clone().unwrap_or_else(|| folder.join(format!("{}.json", machine.name)));
    let path = std::path::absolute(path)?;
    let mut plans = set::plans(&keys, machine.cores, &options.series(), options.is_quick)?;
    plans.retain(|plan| programs.has(plan.runtime));

    let mut found = match &options.only {
        Some(_) => Measurements::read(&path)?.unwrap_or_default(),
        None => Measurements::default(),
    };
    found.format = FORMAT;
    found.machine = machine;
    found.versions.extend(about.versions);
    found.date = cmd!(project.shell, "date -u +%Y-%m-%d").quiet().read()?;
    found.method = METHOD.to_owned();

    if options.has_costs() {
        quiet::wait();
        found.costs.extend(programs.costs()?);
    }
    measure(&programs, &plans, &mut found, &path)?;
    found.write(&path)?;
    println!("calibrate: wrote {}", path.display());
    verify(project, &path)
}

/// Runs all plans as often as they say, all of them once before any again, and puts what comes of them into `found`.
fn measure(programs: &Programs, plans: &[Plan], found: &mut Measurements, path: &Path) -> Result<()> {
    let repeats = plans.iter().map(|plan| plan.repeats).max().unwrap_or(0);
    let whole_s: f64 = plans.iter().map(Plan::expected_in_all_s).sum();
    println!("calibrate: {} scenarios, {repeats} times: about {:.0} min", plans.len(), (whole_s / 60.0).ceil());
    let partial = path.with_extension("json.partial");
    let mut runs: Vec<Vec<Run>> = vec![Vec::new(); plans.len()];
    let (started, mut done_s) = (Instant::now(), 0.0);
    // Others' cores during the run before, which tell as much as waiting again would.
    let mut before = f64::INFINITY;
    for repeat in 1..=repeats {
        for (plan, runs) in plans.iter().zip(&mut runs).filter(|(plan, _)| plan.repeats >= repeat) {
            let left_s = if done_s > 0.0 { started.elapsed().as_secs_f64() / done_s } else { 1.0 } * (whole_s - done_s);
            print!("{repeat}/{repeats} {:>4.0} min left  {:<32} ", left_s / 60.0, plan.id);
            std::io::Write::flush(&mut std::io::stdout())?;
            let run = quietly(programs, plan, before)?;
            before = run.others_cores();
            println!("{}{}", run.summary(), if run.is_noisy() { "  noisy" } else { "" });
            runs.push(run);
            found.put(Point::of(plan, runs));
            // Whoever stops this keeps what there is; the file itself is replaced when all of it is there.
            found.write(&partial)?;
            done_s += plan.expected_s();
        }
    }
    if partial.is_file() {
        std::fs::remove_file(&partial)?;
    }
    Ok(())
}

/// Runs `plan` while nothing else runs, as far as that can be had.
fn quietly(programs: &Programs, plan: &Plan, before: f64) -> Result<Run> {
    // A run that was quiet itself and has just ended was longer than the second that would be waited.
    if before >= QUIET_CORES {
        quiet::wait();
    }
    let mut best = programs.run(plan)?;
    for _ in 0..MAX_RETRIES {
        if !best.is_noisy() {
            break;
        }
        quiet::wait();
        let again = programs.run(plan)?;
        if !again.is_noisy() || again.others_cores() < best.others_cores() {
            best = again;
        }
    }
    Ok(best)
}

/// Prints what is simulated beside what was measured.
fn verify(project: &Project, path: &Path) -> Result<()> {
    cmd!(
        project.shell,
        "cargo run --quiet --release --no-default-features --features cli --bin duel -- verify --measured {path}"
    )
    .run()
    .context("the measurements are kept, but the models could not be held against them")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options> {
        Options::parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn words_are_understood_or_named() {
        let options = parse(&["--quick", "--only", "open,costs", "--name", "my-box", "--out", "x.json"]);
        let options = options.expect("they are good");
        assert_eq!((options.series(), options.has_costs()), (vec!["open".to_owned()], true));
        assert_eq!((options.name.as_deref(), options.out), (Some("my-box"), Some("x.json".into())));
        assert_eq!(parse(&[]).expect("nothing is good").series(), set::SERIES);
        assert!(parse(&[]).expect("nothing is good").has_costs());
        assert!(!parse(&["--only", "think"]).expect("it is good").has_costs());
        for (words, why) in [
            (&["--only"][..], "--only: expected a value"),
            (&["--name", "../x"], "got `../x`"),
            (&["fast"], "got `fast`"),
        ] {
            let error = parse(words).expect_err("they are bad").to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn a_machine_is_called_by_what_it_is() {
        let machine = Machine { cpu: Some("Intel(R) Core(TM) i7".into()), cores: 8, ..Machine::default() };
        assert_eq!(name_of(&machine), "intel-r-core-tm-i7-8-cores");
        assert_eq!(name_of(&Machine { cores: 1, ..Machine::default() }), "unknown-cpu-1-cores");
    }
}
