//! `duel verify --measured`: the simulation beside real Node.js and real Go.

use std::fs::File;
use std::io::{Read as _, Write};
use std::path::Path;

use serde::Serialize;

use crate::app::settings::MODEL_VERSION;
use crate::cli::Failure;
use crate::cli::args::Job;
use crate::measured::compare::{self, Comparison, Errors, Group, Metric};
use crate::measured::file::{MAX_BYTES, Measurements};
use crate::measured::files::{FILES, VERIFIED};
use crate::measured::verified::Verified;
use crate::oracles::{self, Family};

/// What `--json` prints: `calibrate/verified.json`.
#[derive(Debug, Serialize)]
struct Findings {
    model: u32,
    oracles: usize,
    files: Vec<OfFile>,
}

#[derive(Debug, Serialize)]
struct OfFile {
    machine: String,
    date: String,
    costs: Vec<String>,
    groups: Vec<OfGroup>,
    misses: Vec<String>,
}

/// Errors in percent of what was measured; of cores busy, in percent of one core.
#[derive(Debug, Serialize)]
struct OfGroup {
    runtime: &'static str,
    held_out: bool,
    saturated: bool,
    points: usize,
    throughput: Option<Rounded>,
    p50: Option<Rounded>,
    p99: Option<Rounded>,
    cores_busy: Option<Rounded>,
}

#[derive(Debug, Serialize)]
struct Rounded {
    median: f64,
    worst: f64,
}

impl From<Errors> for Rounded {
    fn from(errors: Errors) -> Self {
        let round = |value: f64| (value * 10.0).round() / 10.0;
        Self { median: round(errors.median), worst: round(errors.worst) }
    }
}

impl From<&Group> for OfGroup {
    fn from(group: &Group) -> Self {
        let of = |metric| group.errors(metric).map(Rounded::from);
        Self {
            runtime: group.runtime.key(),
            held_out: group.held_out,
            saturated: group.is_saturated,
            points: group.n_points,
            throughput: of(Metric::Throughput),
            p50: of(Metric::P50),
            p99: of(Metric::P99),
            cores_busy: of(Metric::CoresBusy),
        }
    }
}

/// Compares the files that `job` names, or else the committed ones, where no miss may be new or larger than it was.
pub(super) fn command(job: &Job, out: &mut impl Write) -> Result<(), Failure> {
    let mut files = Vec::new();
    let mut n_news = 0;
    let mut is_off = false;
    if job.files.is_empty() {
        for (name, bytes) in FILES {
            files.push(accepted(name, bytes)?);
        }
    }
    for path in &job.files {
        files.push(accepted(&path.display().to_string(), &read(path)?)?);
    }
    let mut found = Vec::new();
    let known = Verified::read(VERIFIED).unwrap_or_default();
    for file in &files {
        let all = compare::all(file).map_err(|bad| Failure::Usage(bad.to_string()))?;
        let groups = compare::summary(&all);
        let misses = compare::misses(&all);
        n_news += misses.iter().filter(|miss| !is_known(&known, &file.machine.name, miss)).count();
        if !job.json {
            print(file, &all, &groups, out)?;
            said(&misses, out)?;
        }
        let costs = file.costs().1.into_iter().map(str::to_owned).collect();
        let groups = groups.iter().map(OfGroup::from).collect();
        found.push(OfFile { machine: file.machine.name.clone(), date: file.date.clone(), costs, groups, misses });
    }
    if job.json {
        let checked = oracles::check(&Family::ALL);
        let n_oracles = checked.iter().filter(|finding| !finding.is_identity).count();
        is_off = checked.iter().any(|finding| finding.fault.is_some());
        let findings = Findings { model: MODEL_VERSION, oracles: n_oracles, files: found };
        serde_json::to_writer_pretty(&mut *out, &findings).map_err(std::io::Error::from)?;
        writeln!(out)?;
    }
    // A file of one's own is what it is.
    if is_off || n_news > 0 && job.files.is_empty() { Err(Failure::Off) } else { Ok(()) }
}

/// What the models are meant to reach, and where they do not.
fn said(misses: &[String], out: &mut impl Write) -> Result<(), Failure> {
    writeln!(
        out,
        "\n~ not judged: too few requests, or repeats differ, or bursts of 1 % more or less; s saturated; k kept apart"
    )?;
    writeln!(out, "meant: throughput within 10 % (median 3 %), p50 10 %, p99 25 % where not saturated")?;
    match misses {
        [] => writeln!(out, "  all of it is")?,
        _ => misses.iter().try_for_each(|miss| writeln!(out, "  {miss}"))?,
    }
    Ok(writeln!(out)?)
}

/// By how many percent of the measurement a known miss may be further off: what another rounding makes.
const MAY_GROW: f64 = 1.0;

/// Whether `miss` of the file of `machine` was in `known`, to the same side and about as large.
fn is_known(known: &Verified, machine: &str, miss: &str) -> bool {
    let read = |miss: &str| {
        let (what, rest) = miss.split_once(" is off by ")?;
        Some((what.to_owned(), rest.split(' ').next()?.parse::<f64>().ok()?))
    };
    let Some((what, size)) = read(miss) else { return false };
    let files = known.files.iter().filter(|file| file.machine == machine);
    files.flat_map(|file| &file.misses).filter_map(|miss| read(miss)).any(|(known, before)| {
        known == what && before.is_sign_negative() == size.is_sign_negative() && size.abs() <= before.abs() + MAY_GROW
    })
}

fn accepted(name: &str, bytes: &[u8]) -> Result<Measurements, Failure> {
    Measurements::read(bytes).map_err(|bad| Failure::Usage(format!("{name}: {bad}")))
}

/// The file at `path`, as far as one could be accepted.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let most = MAX_BYTES as u64 + 1;
    match File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::Usage(format!("expected a file of measurements, got {}: {error}", path.display()))),
    }
}

fn print(file: &Measurements, all: &[Comparison<'_>], groups: &[Group], out: &mut impl Write) -> Result<(), Failure> {
    let machine = &file.machine;
    let of = |name: &str, version: &Option<String>| version.as_ref().map(|version| format!(", {name} {version}"));
    writeln!(
        out,
        "{}: {}, {} cores, {}{}{}, {}",
        machine.name,
        machine.cpu,
        machine.cores,
        machine.os,
        of("Node.js", &file.versions.node).unwrap_or_default(),
        of("Go", &file.versions.go).unwrap_or_default(),
        file.date
    )?;
    writeln!(out, "{}", file.method)?;
    let costs = file.costs().1;
    let costs = if costs.is_empty() { "none: those of the models".to_owned() } else { costs.join(", ") };
    writeln!(out, "costs measured on this machine, one operation at a time, and used: {costs}")?;
    let n_noisy = file.points.len() - all.len();
    if n_noisy > 0 {
        writeln!(out, "left out, as the machine was not quiet: {n_noisy} of {} points", file.points.len())?;
    }
    writeln!(out)?;
    let title = |metric: &str| format!("{metric:>9} {:>9} {:>7}", "measured", "off by");
    writeln!(
        out,
        "{:<42} {:<4} {} {} {} {}",
        "point",
        "",
        title("1/s"),
        title("p50 ms"),
        title("p99 ms"),
        title("cores")
    )?;
    for one in all {
        line(one, out)?;
    }
    writeln!(
        out,
        "\n{:<36} {:>6} {:>17} {:>17} {:>17} {:>17}",
        "median and worst error", "points", "1/s", "p50", "p99", "cores"
    )?;
    for group in groups {
        let name = format!(
            "{}{}{}",
            group.runtime.key(),
            if group.is_saturated { ", saturated" } else { "" },
            if group.held_out { ", kept apart" } else { "" }
        );
        write!(out, "{name:<36} {:>6}", group.n_points)?;
        for metric in Metric::ALL {
            match group.errors(metric) {
                Some(Errors { median, worst }) => write!(out, " {median:>7.1} {worst:>7.1} %")?,
                None => write!(out, " {:>17}", "-")?,
            }
        }
        writeln!(out)?;
    }
    write!(out, "{:<36} {:>6}", "not judged (~)", "")?;
    for metric in Metric::ALL {
        let n = all.iter().filter(|one| !one.is_judged(metric)).count();
        write!(out, " {:>17}", format!("{n} of {}", all.len()))?;
    }
    writeln!(out)?;
    Ok(())
}

fn line(one: &Comparison<'_>, out: &mut impl Write) -> Result<(), Failure> {
    let kind = match (one.is_saturated, one.point.held_out) {
        (true, true) => "s k",
        (true, false) => "s",
        (false, true) => "k",
        (false, false) => "",
    };
    write!(out, "{:<42} {kind:<4}", one.point.id)?;
    for metric in Metric::ALL {
        let (simulated, measured) = (one.simulated(metric), one.measured(metric));
        let mark = if one.is_judged(metric) { '%' } else { '~' };
        write!(out, " {simulated:>9.2} {measured:>9.2} {:>+6.1}{mark}", one.error(metric))?;
    }
    writeln!(out)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_miss_is_known_on_its_machine_to_its_side_and_as_far_as_it_was() {
        let text = r#"{"files":[{"machine":"desk","misses":["a/go: p50 is off by -12.5 %","go: p50 is off by 11.0 % in the middle"]}]}"#;
        let known = Verified::read(text.as_bytes()).expect("it is JSON");
        let is_known = |miss| is_known(&known, "desk", miss);
        for miss in ["a/go: p50 is off by -12.5 %", "a/go: p50 is off by -13.4 %", "a/go: p50 is off by -10.1 %"] {
            assert!(is_known(miss), "{miss}");
        }
        assert!(is_known("go: p50 is off by 11.9 % in the middle"));
        for miss in [
            "a/go: p50 is off by -13.6 %",
            "a/go: p50 is off by +12.5 %",
            "a/go: p99 is off by -12.5 %",
            "b/go: p50 is off by -12.5 %",
            "go: p50 is off by 12.1 % in the middle",
            "a/go: p50 is off by far",
        ] {
            assert!(!is_known(miss), "{miss}");
        }
        assert!(!super::is_known(&known, "another", "a/go: p50 is off by -12.5 %"));
    }
}
