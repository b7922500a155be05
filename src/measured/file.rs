//! A file of measurements, as `cargo xtask calibrate` writes it and as anyone may send it in: read with suspicion.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::measured::costs;
use crate::sim::costs::Costs;
use crate::sim::runtime::RuntimeId;

/// The version of the format that this build reads.
pub const FORMAT: u32 = 1;
/// Bytes of a file at most.
pub const MAX_BYTES: usize = crate::protocol::archive::MAX_BYTES;
/// Points of a file at most.
pub const MAX_POINTS: usize = 2_000;
/// Costs of a file at most: more than there are.
const MAX_COSTS: usize = 200;
/// Characters of a text at most; a query is a text.
const MAX_TEXT: usize = 1_000;

/// What was measured on one machine.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Measurements {
    /// [`FORMAT`].
    pub format: u32,
    /// Where.
    pub machine: Machine,
    /// Versions of the runtimes.
    pub versions: Versions,
    /// When, as year-month-day.
    pub date: String,
    /// How, in a sentence.
    pub method: String,
    /// What single operations cost on this machine, in nanoseconds, by the names of the fields of `sim/costs.rs`, such as
    /// `node.iteration`.
    #[serde(default)]
    pub costs: BTreeMap<String, f64>,
    /// What was served.
    pub points: Vec<Point>,
}

/// A machine.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Machine {
    /// What its owner calls it.
    pub name: String,
    /// The processor's own name.
    pub cpu: String,
    /// Logical cores.
    pub cores: u32,
    /// Operating system and version.
    pub os: String,
    /// Whether it is a virtual machine, where that is known.
    #[serde(rename = "virtual")]
    pub is_virtual: Option<bool>,
}

/// Versions of the runtimes; `None` of what was not there.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Versions {
    /// Node.js.
    pub node: Option<String>,
    /// Go.
    pub go: Option<String>,
}

/// One scenario on one runtime: medians over its repeats.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Point {
    /// Its name, unique in the file.
    pub id: String,
    /// Which set it belongs to.
    pub series: String,
    /// [`RuntimeId::key`].
    pub runtime: String,
    /// The whole scenario.
    pub query: String,
    /// The recorded requests that were replayed, a file in `calibrate/schedules`.
    pub schedule: Option<String>,
    /// Never looked at while a model was made.
    #[serde(default)]
    pub held_out: bool,
    /// The machine was not quiet: not to be judged by.
    #[serde(default)]
    pub noisy: bool,
    /// Seconds before the window.
    pub warm_up_s: f64,
    /// Seconds in the window.
    pub measured_s: f64,
    /// How often it was measured.
    pub repeats: u32,
    /// Requests completed in the window a second.
    pub throughput_per_s: Spread,
    /// Latencies.
    pub latency_ms: Percentiles,
    /// How the median latency varied over the repeats.
    pub latency_p50_ms: Option<Spread>,
    /// How the 99th percentile varied over the repeats.
    pub latency_p99_ms: Option<Spread>,
    /// CPU time over time.
    pub cores_busy: f64,
    /// How much longer than nominal the machine took for a burst, preemption not counted.
    pub burst_stretch: Option<f64>,
    /// What a wait really took where something else than the runtime made it, on average.
    pub wait_ms: Option<f64>,
    /// From the first start to the last end of a batch.
    pub makespan_ms: Option<f64>,
    /// Requests in the window.
    pub completed: u64,
}

/// A figure over the repeats.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Spread {
    /// The middle one.
    pub median: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

/// Latencies in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Percentiles {
    /// Mean.
    pub mean: f64,
    /// Median.
    pub p50: f64,
    /// 90th percentile.
    pub p90: f64,
    /// 99th percentile.
    pub p99: f64,
    /// 99.9th percentile, where there were requests enough.
    pub p999: Option<f64>,
    /// The longest.
    pub max: f64,
}

/// Why a file is not accepted, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadFile(pub String);

impl fmt::Display for BadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadFile {}

impl Measurements {
    /// Reads a file and checks all of it.
    ///
    /// # Errors
    ///
    /// What came that is not accepted, and where.
    pub fn read(bytes: &[u8]) -> Result<Self, BadFile> {
        if bytes.len() > MAX_BYTES {
            return Err(BadFile(format!("expected at most {MAX_BYTES} bytes, got {}", bytes.len())));
        }
        let read: Self = serde_json::from_slice(bytes)
            .map_err(|error| BadFile(format!("expected a file of measurements, got {error}")))?;
        read.check()?;
        Ok(read)
    }

    fn check(&self) -> Result<(), BadFile> {
        let ensure = |ok: bool, what: &str, expected: String, came: &dyn fmt::Display| {
            if ok {
                Ok(())
            } else {
                Err(BadFile(format!("{what}: expected {expected}, got {}", short(&came.to_string()))))
            }
        };
        ensure(self.format == FORMAT, "format", FORMAT.to_string(), &self.format)?;
        ensure((1..=4096).contains(&self.machine.cores), "machine.cores", "1 to 4096".to_owned(), &self.machine.cores)?;
        let (machine, versions) = (&self.machine, &self.versions);
        let texts = [
            ("machine.name", Some(&machine.name)),
            ("machine.cpu", Some(&machine.cpu)),
            ("machine.os", Some(&machine.os)),
            ("versions.node", versions.node.as_ref()),
            ("versions.go", versions.go.as_ref()),
            ("date", Some(&self.date)),
            ("method", Some(&self.method)),
        ];
        for (what, text) in texts {
            ensure(text.is_none_or(|text| is_plain(text)), what, plain(), &text.map_or("", String::as_str))?;
        }
        let (n_costs, n_points) = (self.costs.len(), self.points.len());
        ensure(n_costs <= MAX_COSTS, "costs", format!("at most {MAX_COSTS}"), &n_costs)?;
        for (name, cost) in &self.costs {
            ensure(is_plain(name), "costs", plain(), name)?;
            ensure((0.0..=1e12).contains(cost), name, "0 to 1e12 ns".to_owned(), cost)?;
        }
        ensure((1..=MAX_POINTS).contains(&n_points), "points", format!("1 to {MAX_POINTS}"), &n_points)?;
        for (i, point) in self.points.iter().enumerate() {
            let named = |BadFile(why)| BadFile(format!("points[{i}] ({}): {why}", short(&point.id)));
            point.check(&ensure).map_err(named)?;
            ensure(!self.points[..i].iter().any(|other| other.id == point.id), "id", "once".to_owned(), &point.id)
                .map_err(named)?;
        }
        Ok(())
    }

    /// The costs of the models with what this machine was measured to need in their place, and the names of those that
    /// were replaced. What the models do not know stays unused.
    #[must_use]
    pub fn costs(&self) -> (Costs, Vec<&str>) {
        let mut measured = Costs::of(crate::sim::scenario::CostModel::Measured);
        let mut used = Vec::new();
        for (name, value) in &self.costs {
            if costs::set(&mut measured, name, *value) {
                used.push(name.as_str());
            }
        }
        (measured, used)
    }
}

/// Says whether something holds, and if not, of what, what was expected and what came.
type Ensure<'a> = dyn Fn(bool, &str, String, &dyn fmt::Display) -> Result<(), BadFile> + 'a;

impl Point {
    /// The runtime.
    #[must_use]
    pub fn runtime(&self) -> Option<RuntimeId> {
        RuntimeId::ALL.into_iter().find(|id| id.key() == self.runtime)
    }

    fn check(&self, ensure: &Ensure<'_>) -> Result<(), BadFile> {
        let schedule = self.schedule.as_ref();
        for (what, text) in [
            ("id", Some(&self.id)),
            ("series", Some(&self.series)),
            ("runtime", Some(&self.runtime)),
            ("query", Some(&self.query)),
            ("schedule", schedule),
        ] {
            ensure(text.is_none_or(|text| is_plain(text)), what, plain(), &text.map_or("", String::as_str))?;
        }
        let is_name = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        let name = || "the name of a file, of letters, digits, dots and dashes".to_owned();
        ensure(schedule.is_none_or(is_name), "schedule", name(), &schedule.map_or("", String::as_str))?;
        let known: Vec<&str> = RuntimeId::ALL.iter().map(|id| id.key()).collect();
        ensure(self.runtime().is_some(), "runtime", known.join(", "), &self.runtime)?;
        let throughput = &self.throughput_per_s;
        let latency = &self.latency_ms;
        let (p50, p99) = (self.latency_p50_ms.as_ref(), self.latency_p99_ms.as_ref());
        let numbers = [
            ("warm_up_s", Some(self.warm_up_s)),
            ("measured_s", Some(self.measured_s)),
            ("throughput_per_s.median", Some(throughput.median)),
            ("throughput_per_s.min", Some(throughput.min)),
            ("throughput_per_s.max", Some(throughput.max)),
            ("latency_ms.mean", Some(latency.mean)),
            ("latency_ms.p50", Some(latency.p50)),
            ("latency_ms.p90", Some(latency.p90)),
            ("latency_ms.p99", Some(latency.p99)),
            ("latency_ms.p999", latency.p999),
            ("latency_ms.max", Some(latency.max)),
            ("latency_p50_ms.median", p50.map(|spread| spread.median)),
            ("latency_p50_ms.min", p50.map(|spread| spread.min)),
            ("latency_p50_ms.max", p50.map(|spread| spread.max)),
            ("latency_p99_ms.median", p99.map(|spread| spread.median)),
            ("latency_p99_ms.min", p99.map(|spread| spread.min)),
            ("latency_p99_ms.max", p99.map(|spread| spread.max)),
            ("cores_busy", Some(self.cores_busy)),
            ("wait_ms", self.wait_ms),
            ("makespan_ms", self.makespan_ms),
        ];
        for (what, number) in numbers {
            ensure(
                number.is_none_or(|x| (0.0..=1e9).contains(&x)),
                what,
                "0 to 1e9".to_owned(),
                &number.unwrap_or(0.0),
            )?;
        }
        let stretch = self.burst_stretch.unwrap_or(1.0);
        ensure((0.1..=100.0).contains(&stretch), "burst_stretch", "0.1 to 100".to_owned(), &stretch)?;
        ensure((1..=1000).contains(&self.repeats), "repeats", "1 to 1000".to_owned(), &self.repeats)?;
        crate::measured::scenario::of(&self.query).map(|_| ())
    }
}

fn plain() -> String {
    format!("a text of at most {MAX_TEXT} characters without control characters")
}

fn is_plain(text: &str) -> bool {
    text.chars().count() <= MAX_TEXT && !text.chars().any(char::is_control)
}

/// What came, on one line and not too long.
fn short(text: &str) -> String {
    let cut: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().count() > 60 { cut + "…" } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measured::scenario::is_comparable;
    use crate::sim::scenario::{Io, Scenario, Transport};
    use crate::sim::time::Span;

    fn file(point: &str) -> String {
        format!(
            r#"{{"format":1,"machine":{{"name":"desk","cpu":"a","cores":2,"os":"Linux","virtual":false}},
            "versions":{{"node":null,"go":"1.27.3"}},"date":"2026-11-24","method":"by hand",
            "costs":{{"machine.wake":20000,"go.unheard":1}},"points":[{point}]}}"#
        )
    }

    const POINT: &str = r#"{"id":"a","series":"closed","runtime":"go",
        "query":"transport=none&io=timer&think=0&cores=2&mix=10","schedule":null,"warm_up_s":1,"measured_s":4,"repeats":3,
        "throughput_per_s":{"median":10,"min":9,"max":11},
        "latency_ms":{"mean":1,"p50":1,"p90":1,"p99":1,"p999":null,"max":2},"latency_p99_ms":null,
        "cores_busy":0.5,"burst_stretch":null,"wait_ms":null,"makespan_ms":null,"completed":40}"#;

    fn why(text: &str) -> String {
        Measurements::read(text.as_bytes()).map_or_else(|bad| bad.0, |_| "it is accepted".to_owned())
    }

    #[test]
    fn a_file_is_read_and_its_costs_take_the_place_of_ours() {
        let read = Measurements::read(file(POINT).as_bytes()).expect("it is a file of measurements");
        let (costs, used) = read.costs();
        assert_eq!((costs.machine.wake, used), (Span::from_us(20), vec!["machine.wake"]));
        let plain = Scenario {
            transport: Transport::Direct,
            io: Io::Timer,
            n_cores: 2,
            think: Span::ZERO,
            ..Scenario::default()
        };
        assert!(is_comparable(&read.points[0], &plain));
        assert!(is_comparable(&read.points[0], &Scenario { mix: 70.0, rate: 3.0, ..plain }), "what does not matter");
        assert!(!is_comparable(&read.points[0], &Scenario { n_clients: 3, ..plain }));
        assert!(!is_comparable(&read.points[0], &Scenario { io: Io::Network, ..plain }));
    }

    #[test]
    fn what_is_not_accepted_is_named() {
        let twice = format!("{POINT},{POINT}");
        for (text, expected) in [
            (String::new(), "expected a file of measurements, got EOF"),
            ("[]".to_owned(), "expected a file of measurements, got "),
            (file(""), "points: expected 1 to 2000, got 0"),
            (file(POINT).replace("\"format\":1", "\"format\":2"), "format: expected 1, got 2"),
            (file(&twice), "points[1] (a): id: expected once, got a"),
            (file(&POINT.replace("\"go\"", "\"cobol\"")), "points[0] (a): runtime: expected node, node-workers"),
            (file(&POINT.replace("mix=10", "mix=x")), "points[0] (a): query: "),
            (
                file(&POINT.replace("\"max\":11", "\"max\":-1")),
                "points[0] (a): throughput_per_s.max: expected 0 to 1e9, got -1",
            ),
            (
                file(&POINT.replace("null,\"warm", "\"../x\",\"warm")),
                "points[0] (a): schedule: expected the name of a file",
            ),
            (file(POINT).replace("desk", &"x".repeat(2000)), "machine.name: expected a text of at most 1000"),
            (file(POINT).replace("20000", "1e400"), "expected a file of measurements, got number out of range"),
            (" ".repeat(MAX_BYTES + 1), "expected at most 1048576 bytes, got 1048577"),
        ] {
            let came = why(&text);
            assert!(came.starts_with(expected), "expected {expected}, got {came}");
        }
    }
}
