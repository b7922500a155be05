//! Reports as tables for people.

use std::io::{self, Write};

use crate::app::permalink;
use crate::app::settings::{MODEL_VERSION, Settings};
use crate::cli::figures::{OfRuntime, Report};
use crate::replicate::{Found, Outcome};
use crate::sim::scenario::{Load, Warm};
use crate::stats::detail::Figures;
use crate::stats::interval::Interval;
use crate::stats::latency::Latency;
use crate::stats::paired::Paired;

/// Prints everything about a run.
pub(super) fn write(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let query = permalink::write(&report.settings, &Settings::default());
    let query = if query.is_empty() { "the defaults" } else { &query };
    let s = if report.n_replications == 1 { "" } else { "s" };
    let warm_up = if report.settings.scenario.warm == Warm::Cold {
        " from the start of the process on".to_owned()
    } else if report.warm_up.is_zero() {
        String::new()
    } else {
        format!(" after {} s of warm-up", report.warm_up.as_secs_f64())
    };
    writeln!(out, "{query}")?;
    let (n, seconds) = (report.n_replications, (report.seconds * 1e6).round() / 1e6);
    writeln!(out, "{n} replication{s} of {seconds} s{warm_up}, model {MODEL_VERSION}\n")?;
    writeln!(
        out,
        "{:<13} {:>20} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>6}  outcome",
        "", "throughput/s", "mean ms", "p50", "p90", "p99", "p99.9", "max", "cores"
    )?;
    for of in &report.runtimes {
        let throughput = interval(of.interval(|figures| figures.throughput));
        let latency = percentiles(&of.latency(Figures::latency));
        let cores = number(of.interval(|figures| figures.cores_busy).mean);
        writeln!(out, "{:<13} {throughput:>20}{latency} {cores:>6}  {}", of.id.key(), of.outcome.key())?;
        if report.is_classed {
            for (class, latency) in [
                ("light", of.latency(|figures| figures.light.clone())),
                ("heavy", of.latency(|figures| figures.heavy.clone())),
            ] {
                writeln!(out, "{:>13} {:>20}{}", class, "", percentiles(&latency))?;
            }
        }
    }
    write_deep(out, &report.runtimes)?;
    if report.settings.scenario.load == Load::Batch {
        writeln!(out)?;
        for of in &report.runtimes {
            let makespan = of.makespan_ms().map_or("not reached".to_owned(), |ms| number(ms) + " ms");
            writeln!(out, "{:<13} makespan {makespan}", of.id.key())?;
        }
    }
    compare(out, &report.runtimes)?;
    doubt(out, report)
}

/// What the runtimes took: memory, switches of threads and of goroutines, and how their event loops fared.
fn write_deep(out: &mut impl Write, runtimes: &[OfRuntime]) -> io::Result<()> {
    writeln!(
        out,
        "\n{:<13} {:>10} {:>11} {:>12} {:>9} {:>9} {:>9} {:>9}",
        "", "memory MB", "switches/s", "goroutines/s", "loop busy", "delay p50", "p99 ms", "max"
    )?;
    for of in runtimes {
        let delay = of.loop_delay().unwrap_or_default();
        let or_none = |value: Option<f64>| value.map_or("-".to_owned(), number);
        writeln!(
            out,
            "{:<13} {:>10} {:>11} {:>12} {:>9} {:>9} {:>9} {:>9}",
            of.id.key(),
            number(of.memory_peak() as f64 * 1e-6),
            or_none(of.deep(|deep| Some(deep.turns_per_s))),
            or_none(of.deep(|deep| deep.resumed_per_s)),
            of.deep(|deep| deep.loop_utilization).map_or("-".to_owned(), |share| format!("{:.1} %", share * 100.0)),
            or_none(delay.quantile_ms(0.5)),
            or_none(delay.quantile_ms(0.99)),
            or_none(delay.max_ms()),
        )?;
    }
    Ok(())
}

/// Every runtime against the first, replication by replication. Latencies of a backlog grow with the run, so that where
/// one side is saturated there is no mean of them to compare.
fn compare(out: &mut impl Write, runtimes: &[OfRuntime]) -> io::Result<()> {
    let Some((first, others)) = runtimes.split_first() else { return Ok(()) };
    if !others.is_empty() {
        writeln!(out)?;
    }
    for other in others {
        let paired = |value: fn(&Figures) -> f64| Paired::of(&other.each(value), &first.each(value));
        let times = |ratio: Option<Interval>| ratio.map_or("- times".to_owned(), |ratio| interval(ratio) + " times");
        let throughput = times(paired(|figures| figures.throughput).ratio);
        write!(out, "{} against {}, paired: {throughput} the throughput", other.id.key(), first.id.key())?;
        if [first, other].iter().all(|of| of.outcome != Outcome::Saturated) {
            let latency = paired(|figures| figures.latency().mean_ms().unwrap_or(f64::NAN));
            let longer = latency.ratio.map_or("-".to_owned(), |_| interval(latency.difference));
            write!(out, ", {} the mean latency, {longer} ms longer", times(latency.ratio))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Says which figures are those of a backlog, and where the fixed warm-up may have been too short.
fn doubt(out: &mut impl Write, report: &Report) -> io::Result<()> {
    for of in report.runtimes.iter().filter(|of| of.outcome == Outcome::Saturated) {
        let id = of.id.key();
        writeln!(
            out,
            "{id}: saturated, so that its latencies are those of a backlog and as long as the run makes them"
        )?;
    }
    if report.warm_up.is_zero() {
        return Ok(());
    }
    for of in report.runtimes.iter().filter(|of| of.outcome == Outcome::Steady) {
        let long = |found: &&Found| found.advised_warm_up.is_none_or(|span| span > report.warm_up);
        let n = of.founds.iter().filter(long).count();
        if n * 2 > of.founds.len() {
            writeln!(
                out,
                "{}: MSER-5 would have deleted more than {} s of warm-up in {n} of {} replications; try a longer --for",
                of.id.key(),
                report.warm_up.as_secs_f64(),
                of.founds.len()
            )?;
        }
    }
    Ok(())
}

/// The line of a sweep's table at one value; the head of it if there is none yet.
pub(super) fn write_swept(
    out: &mut impl Write,
    key: &str,
    point: Option<(f64, &Report)>,
    settings: &Settings,
) -> io::Result<()> {
    match point {
        None => {
            write!(out, "{key:>12}")?;
            for runtime in &settings.runtimes {
                write!(out, " {:>22} {:>9} {:>13}", format!("{}/s", runtime.key()), "p99 ms", "")?;
            }
        }
        Some((value, report)) => {
            write!(out, "{value:>12}")?;
            for of in &report.runtimes {
                let throughput = interval(of.interval(|figures| figures.throughput));
                let p99 = of.latency(Figures::latency).quantile_ms(0.99).map_or("-".to_owned(), number);
                write!(out, " {throughput:>22} {p99:>9} {:>13}", of.outcome.key())?;
            }
        }
    }
    writeln!(out)
}

fn percentiles(latency: &Latency) -> String {
    let quantile = |q| latency.quantile_ms(q);
    [latency.mean_ms(), quantile(0.5), quantile(0.9), quantile(0.99), quantile(0.999), latency.max_ms()]
        .map(|value| format!(" {:>9}", value.map_or("-".to_owned(), number)))
        .concat()
}

fn interval(interval: Interval) -> String {
    let mean = number(interval.mean);
    if interval.half.is_finite() { format!("{mean} ± {}", number(interval.half)) } else { mean }
}

/// A number with about four digits.
fn number(x: f64) -> String {
    let digits = match x.abs() {
        size if size >= 1000.0 => 0,
        size if size >= 100.0 => 1,
        size if size >= 10.0 => 2,
        _ => 3,
    };
    format!("{x:.digits$}")
}
