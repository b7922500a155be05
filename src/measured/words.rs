//! Words for what was measured: a point in a sentence and in a row, a scenario in a few words.

use crate::app::permalink;
use crate::app::settings::Settings;
use crate::measured::file::{Machine, Measurements, Point};
use crate::sim::dist::Dist;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{Io, Load, Scenario, Transport};
use crate::view::units::{count, milliseconds, number, per_second};

/// Characters of a name that somebody else gave.
const MAX_NAME: usize = 40;

/// The columns of the table of points.
pub(super) const COLUMNS: [&str; 8] =
    ["measured", "CPU share", "per second", "p50", "p99", "machine", "version", "date"];

/// A name as somebody gave it, not too long, and without characters that turn the text around them.
pub(super) fn tame(name: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain = name.trim().chars().filter(|c| !turns(*c));
    let short: String = plain.clone().take(MAX_NAME).collect();
    if plain.count() > MAX_NAME { short + "…" } else { short }
}

/// The runtime with its version: "Go 1.27.3".
pub(super) fn versioned(runtime: RuntimeId, file: &Measurements) -> String {
    let (name, version, rest) = match runtime {
        RuntimeId::Node => ("Node.js", &file.versions.node, ""),
        RuntimeId::NodeWorkers => ("Node.js", &file.versions.node, " with workers"),
        RuntimeId::NodeCluster => ("Node.js", &file.versions.node, " cluster"),
        RuntimeId::Go => ("Go", &file.versions.go, ""),
        // Nobody measures these.
        RuntimeId::NodeService | RuntimeId::Threads | RuntimeId::Tokio => ("", &None, ""),
    };
    match version_of(version.as_ref()) {
        Some(version) => format!("{name} {version}{rest}"),
        None => format!("{name}{rest}"),
    }
}

/// A version without the letters that the runtime itself puts before it.
fn version_of(version: Option<&String>) -> Option<String> {
    let version = version?.trim();
    Some(tame(version.strip_prefix('v').or_else(|| version.strip_prefix("go")).unwrap_or(version)))
}

/// A machine in a few words: "epyc-2, 2 cores".
fn named(machine: &Machine) -> String {
    format!("{}, {}", tame(&machine.name), count(machine.cores, "core", "cores"))
}

/// A point in a sentence.
pub(super) fn sentence(point: &Point, runtime: RuntimeId, mix: f64, file: &Measurements) -> String {
    format!(
        "Measured: {}, {}/s at {} % CPU, p99 {} · {}, {}",
        versioned(runtime, file),
        per_second(point.throughput_per_s.median),
        number(mix),
        milliseconds(point.latency_ms.p99),
        named(&file.machine),
        tame(&file.date),
    )
}

/// A point in a row of [`COLUMNS`].
pub(super) fn row(point: &Point, name: &str, runtime: RuntimeId, mix: f64, file: &Measurements) -> Vec<String> {
    let x = &point.throughput_per_s;
    let spread = if x.min < x.max {
        format!("{} ({} to {})", per_second(x.median), per_second(x.min), per_second(x.max))
    } else {
        per_second(x.median)
    };
    vec![
        name.to_owned(),
        number(mix) + " %",
        spread,
        // A number and its unit stay on one line.
        milliseconds(point.latency_ms.p50).replace(' ', "\u{a0}"),
        milliseconds(point.latency_ms.p99).replace(' ', "\u{a0}"),
        named(&file.machine),
        versioned(runtime, file),
        tame(&file.date),
    ]
}

/// The query that shows a scenario on `runtimes`, at the default mix.
pub(super) fn query(scenario: &Scenario, runtimes: &[RuntimeId]) -> String {
    let plain = Settings::default();
    let scenario = Scenario { mix: plain.scenario.mix, seed: plain.scenario.seed, ..*scenario };
    permalink::write(&Settings { scenario, runtimes: runtimes.to_vec(), ..plain.clone() }, &plain)
}

/// A scenario in a few words, with what tells it from others that were measured.
pub(super) fn scenario(scenario: &Scenario, runtimes: &[RuntimeId]) -> String {
    let load = match scenario.load {
        Load::Closed => count(scenario.n_clients, "client", "clients"),
        Load::Open => format!("{} arrivals per second", number(scenario.rate)),
        Load::Batch => format!("{} at once", count(scenario.n_tasks, "task", "tasks")),
    };
    let mut words = format!("{load} on {}", count(scenario.n_cores, "core", "cores"));
    let has = |runtime| runtimes.contains(&runtime);
    if has(RuntimeId::Go) && scenario.n_processors() != scenario.n_cores {
        words += &format!(", {}", count(scenario.n_processors(), "P", "Ps"));
    }
    if (has(RuntimeId::NodeWorkers) || has(RuntimeId::NodeCluster)) && scenario.n_workers() != scenario.n_cores {
        words += &format!(", {}", count(scenario.n_workers(), "worker", "workers"));
    }
    let plain = Scenario::default();
    if scenario.demand != plain.demand {
        words += &format!(", requests of {}", milliseconds(scenario.demand.as_ms_f64()));
    }
    if scenario.n_bursts > 1 {
        words += &format!(", {} bursts", scenario.n_bursts);
    }
    if scenario.load == Load::Closed && scenario.think.as_ms_f64() > 0.0 {
        words += &format!(", {} between requests", milliseconds(scenario.think.as_ms_f64()));
    }
    if [scenario.cpu_dist, scenario.io_dist].contains(&Dist::Bimodal) {
        words += ", some of them heavy";
    }
    words += match scenario.io {
        Io::Timer => "",
        Io::File => ", waiting for files",
        Io::Database => ", waiting for a database",
        _ => ", waiting for sockets",
    };
    words += match scenario.transport {
        Transport::Http => ", over HTTP",
        Transport::Socket => ", over open sockets",
        Transport::Direct => "",
    };
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measured::files::FILES;
    use crate::measured::scenario;

    #[test]
    fn a_point_is_told_in_a_sentence_and_in_a_row() {
        let mut file = Measurements::read(FILES[0].1).expect("it is a file of measurements");
        file.machine = Machine { name: "desk".into(), cpu: "a".into(), cores: 2, os: "Linux".into(), is_virtual: None };
        (file.versions.go, file.versions.node) = (Some("go1.27.3".into()), None);
        "2026-11-24".clone_into(&mut file.date);
        let mut point = file.points[0].clone();
        (point.throughput_per_s.min, point.throughput_per_s.median, point.throughput_per_s.max) = (460.0, 467.2, 471.0);
        (point.latency_ms.p50, point.latency_ms.p99) = (21.07, 1548.4);
        assert_eq!(
            sentence(&point, RuntimeId::Go, 10.0, &file),
            "Measured: Go 1.27.3, 467/s at 10 % CPU, p99 1.5 s · desk, 2 cores, 2026-11-24"
        );
        let wanted =
            ["Go scheduler", "10 %", "467 (460 to 471)", "21\u{a0}ms", "1.5\u{a0}s", "desk, 2 cores", "Go 1.27.3"];
        let row = row(&point, "Go scheduler", RuntimeId::Go, 10.0, &file);
        assert_eq!((&row[..7], row.len()), (&wanted.map(str::to_owned)[..], COLUMNS.len()));
        assert_eq!(versioned(RuntimeId::NodeCluster, &file), "Node.js cluster");
    }

    #[test]
    fn names_are_tamed() {
        assert_eq!(tame(" desk\u{202e}top "), "desktop");
        assert_eq!(tame(&"x".repeat(1000)), "x".repeat(MAX_NAME) + "…");
    }

    #[test]
    fn scenarios_are_told_apart() {
        let told =
            |query: &str, runtimes: &[RuntimeId]| super::scenario(&scenario::of(query).expect("a query"), runtimes);
        let plain = "transport=none&io=timer&think=0&cores=2";
        assert_eq!(told(plain, &RuntimeId::ALL), "64 clients on 2 cores");
        assert_eq!(told(&format!("{plain}&gomaxprocs=1"), &[RuntimeId::Go]), "64 clients on 2 cores, 1 P");
        assert_eq!(told(&format!("{plain}&gomaxprocs=1"), &[RuntimeId::Node]), "64 clients on 2 cores");
        assert_eq!(
            told("load=open&rate=40&bursts=3&io=network&demand=5&cores=1", &[RuntimeId::Go]),
            "40 arrivals per second on 1 core, requests of 5.0 ms, 3 bursts, waiting for sockets, over HTTP"
        );
        let of_query = scenario::of(&format!("{plain}&mix=70&seed=9")).expect("a query");
        assert_eq!(query(&of_query, &[RuntimeId::Go]), "think=0&cores=2&io=timer&transport=none&runtimes=go");
    }
}
