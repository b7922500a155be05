//! The file of measurements, and how the runs of a scenario become one point of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::quiet::NOISY_CORES;
use super::set::Plan;

/// A core that is slower than that by itself, as a share of its best, does not have itself to itself.
const SLOW: f64 = 0.93;

/// The version of the file's format.
pub(super) const FORMAT: u32 = 1;

/// What was measured on one machine.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Measurements {
    pub(super) format: u32,
    pub(super) machine: Machine,
    /// Versions of `node` and `go`.
    pub(super) versions: BTreeMap<String, String>,
    /// Year, month and day.
    pub(super) date: String,
    pub(super) method: String,
    /// Costs of single steps in ns, named as in src/sim/costs.rs: the least of several short runs.
    pub(super) costs: BTreeMap<String, f64>,
    pub(super) points: Vec<Point>,
}

/// The machine; what is not known is null.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Machine {
    #[serde(default)]
    pub(super) name: String,
    pub(super) cpu: Option<String>,
    pub(super) cores: u32,
    pub(super) memory_gb: Option<f64>,
    pub(super) os: String,
    #[serde(rename = "virtual")]
    pub(super) is_virtual: Option<bool>,
}

/// A scenario on one runtime: medians over its repeats.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Point {
    pub(super) id: String,
    pub(super) series: String,
    runtime: String,
    query: String,
    schedule: Option<String>,
    held_out: bool,
    /// Whether one of the repeats was disturbed.
    pub(super) noisy: bool,
    warm_up_s: f64,
    measured_s: f64,
    repeats: usize,
    throughput_per_s: Spread,
    latency_ms: Latency,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latency_ms_light: Option<Latency>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latency_ms_heavy: Option<Latency>,
    latency_p50_ms: Spread,
    latency_p99_ms: Spread,
    cores_busy: f64,
    burst_stretch: Option<f64>,
    /// Mean of the waits that the delay server really made.
    wait_ms: Option<f64>,
    makespan_ms: Option<f64>,
    memory_bytes_peak: u64,
    completed: u64,
}

/// What the repeats were between; null where nothing was completed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Spread {
    median: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
}

/// Latencies of requests, in ms; null where there were none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Latency {
    mean: Option<f64>,
    p50: Option<f64>,
    p90: Option<f64>,
    p99: Option<f64>,
    p999: Option<f64>,
    max: Option<f64>,
}

/// What one of the programs prints of a run, as far as it is kept.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Run {
    seconds: f64,
    runtime: OfRuntime,
    burst_stretch: Option<f64>,
    wait_ms: Option<Latency>,
    pub(super) speed: f64,
    pub(super) machine: Machine,
    pub(super) versions: BTreeMap<String, String>,
    noise: Noise,
}

#[derive(Clone, Debug, Deserialize)]
struct OfRuntime {
    throughput_per_s: f64,
    latency_ms: Latency,
    latency_ms_light: Option<Latency>,
    latency_ms_heavy: Option<Latency>,
    cores_busy: f64,
    memory_bytes_peak: f64,
    makespan_ms: Option<f64>,
    completed: f64,
}

#[derive(Clone, Debug, Deserialize)]
struct Noise {
    foreign_cores: Option<f64>,
    steal_cores: Option<f64>,
    speed: Speed,
}

/// How fast a core was by itself right before and after a run, as a share of what all runs take for nominal.
#[derive(Clone, Debug, Deserialize)]
struct Speed {
    before: f64,
    after: f64,
}

impl Run {
    /// Cores that others had meanwhile; none if nobody knows.
    pub(super) fn others_cores(&self) -> f64 {
        self.noise.foreign_cores.unwrap_or(0.0) + self.noise.steal_cores.unwrap_or(0.0)
    }

    /// Whether it was disturbed: by others on this machine, or by whoever slows its cores down from outside.
    pub(super) fn is_noisy(&self) -> bool {
        self.others_cores() > NOISY_CORES || self.noise.speed.before.min(self.noise.speed.after) < SLOW
    }

    /// What it came to, for whoever waits.
    pub(super) fn summary(&self) -> String {
        let show = |x: Option<f64>| x.map_or_else(|| "-".to_owned(), |x| format!("{x:.1}"));
        let latency = &self.runtime.latency_ms;
        let (p50, p99) = (show(latency.p50), show(latency.p99));
        match self.runtime.makespan_ms {
            Some(ms) => format!("{ms:.1} ms in all"),
            None => format!("{:.1}/s, p50 {p50} ms, p99 {p99} ms", self.runtime.throughput_per_s),
        }
    }
}

/// `x` to four decimals: a tenth of a microsecond of what is in ms.
fn rounded(x: f64) -> f64 {
    (x * 1e4).round() / 1e4
}

/// The middle of `all`, or the mean of the two in the middle.
fn median(mut all: Vec<f64>) -> Option<f64> {
    all.sort_by(f64::total_cmp);
    let half = all.len() / 2;
    let middle = match all.len() {
        0 => return None,
        n if n % 2 == 1 => all[half],
        _ => f64::midpoint(all[half - 1], all[half]),
    };
    Some(rounded(middle))
}

fn spread(all: Vec<f64>) -> Spread {
    let (min, max) = (all.iter().copied().reduce(f64::min), all.iter().copied().reduce(f64::max));
    Spread { min: min.map(rounded), max: max.map(rounded), median: median(all) }
}

/// Each figure's median by itself.
fn latency(all: &[&Latency]) -> Latency {
    let of = |get: fn(&Latency) -> Option<f64>| median(all.iter().filter_map(|latency| get(latency)).collect());
    Latency {
        mean: of(|l| l.mean),
        p50: of(|l| l.p50),
        p90: of(|l| l.p90),
        p99: of(|l| l.p99),
        p999: of(|l| l.p999),
        max: of(|l| l.max),
    }
}

impl Point {
    /// The point that `runs`, of which there is one at least, make of `plan`.
    pub(super) fn of(plan: &Plan, runs: &[Run]) -> Self {
        let all = |get: fn(&Run) -> Option<f64>| runs.iter().filter_map(get).collect::<Vec<f64>>();
        let middle = |get: fn(&Run) -> Option<f64>| median(all(get));
        let class = |get: fn(&OfRuntime) -> &Option<Latency>| {
            let found: Vec<&Latency> = runs.iter().filter_map(|run| get(&run.runtime).as_ref()).collect();
            (!found.is_empty()).then(|| latency(&found))
        };
        Self {
            id: plan.id.clone(),
            series: plan.series.to_owned(),
            runtime: plan.runtime.to_owned(),
            query: plan.query.clone(),
            schedule: plan.schedule.map(str::to_owned),
            held_out: plan.is_held_out,
            noisy: runs.iter().any(Run::is_noisy),
            warm_up_s: plan.warm_up_s,
            measured_s: middle(|run| Some(run.seconds)).unwrap_or(plan.measured_s),
            repeats: runs.len(),
            throughput_per_s: spread(all(|run| Some(run.runtime.throughput_per_s))),
            latency_ms: latency(&runs.iter().map(|run| &run.runtime.latency_ms).collect::<Vec<_>>()),
            latency_ms_light: class(|runtime| &runtime.latency_ms_light),
            latency_ms_heavy: class(|runtime| &runtime.latency_ms_heavy),
            latency_p50_ms: spread(all(|run| run.runtime.latency_ms.p50)),
            latency_p99_ms: spread(all(|run| run.runtime.latency_ms.p99)),
            cores_busy: middle(|run| Some(run.runtime.cores_busy)).unwrap_or(0.0),
            burst_stretch: middle(|run| run.burst_stretch),
            wait_ms: middle(|run| run.wait_ms.as_ref()?.mean),
            makespan_ms: middle(|run| run.runtime.makespan_ms),
            memory_bytes_peak: middle(|run| Some(run.runtime.memory_bytes_peak)).unwrap_or(0.0) as u64,
            completed: middle(|run| Some(run.runtime.completed)).unwrap_or(0.0) as u64,
        }
    }
}

impl Measurements {
    /// Those of the file at `path`, if there is one.
    pub(super) fn read(path: &Path) -> Result<Option<Self>> {
        if !path.is_file() {
            return Ok(None);
        }
        let text = fs::read_to_string(path).with_context(|| format!("expected to read {}", path.display()))?;
        let found = serde_json::from_str(&text)
            .with_context(|| format!("expected measurements of format {FORMAT} in {}", path.display()))?;
        Ok(Some(found))
    }

    /// Puts `point` in the place of the one with its name, or at the end; what completed nothing has no figures and is
    /// left out.
    pub(super) fn put(&mut self, point: Point) {
        if point.completed == 0 {
            self.points.retain(|known| known.id != point.id);
            return;
        }
        match self.points.iter_mut().find(|known| known.id == point.id) {
            Some(known) => *known = point,
            None => self.points.push(point),
        }
    }

    /// Writes the file as a whole or not at all.
    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let context = || format!("expected to write {}", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(context)?;
        }
        let new = path.with_extension("json.new");
        fs::write(&new, self.to_json()?).with_context(context)?;
        fs::rename(&new, path).with_context(context)
    }

    /// The file, with a line for each point.
    fn to_json(&self) -> Result<String> {
        let head = serde_json::to_string_pretty(&Self { points: Vec::new(), ..self.clone() })?;
        let lines: Result<Vec<String>, _> = self.points.iter().map(serde_json::to_string).collect();
        let head = head.trim_end_matches(['\n', '}', ']', '[']);
        Ok(format!("{head}[\n    {}\n  ]\n}}\n", lines?.join(",\n    ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan {
            id: "closed-1-10/node".into(),
            series: "closed",
            runtime: "node",
            query: "mix=10".into(),
            schedule: None,
            is_held_out: false,
            warm_up_s: 1.0,
            measured_s: 4.0,
            repeats: 3,
        }
    }

    /// What a program prints, as far as it is read, and more that is not.
    fn run(throughput: f64, p99: &str, foreign: &str, after: f64) -> Run {
        let text = format!(
            r#"{{"query":"mix=10","seconds":4,"runtime":{{"id":"node","throughput_per_s":{throughput},
            "latency_ms":{{"mean":20,"p50":20,"p90":21,"p99":{p99},"p999":null,"max":30}},"cores_busy":0.5,
            "event_loop_delay_ms":null,"memory_bytes_peak":1000,"makespan_ms":null,"completed":100,
            "outcome":"measured"}},"burst_stretch":1.01,"wait_ms":{{"mean":18.5,"p50":18,"p99":20}},"speed":700000,
            "machine":{{"cpu":"x","cores":2,"os":"Linux","memory_gb":24,"virtual":true}},"versions":{{"node":"20.1.2"}},
            "noise":{{"foreign_cores":{foreign},"steal_cores":0.01,"speed":{{"before":1,"after":{after}}}}}}}"#
        );
        serde_json::from_str(&text).expect("it is a run")
    }

    #[test]
    fn a_point_is_the_median_of_its_runs_figure_by_figure() {
        let runs = [run(50.0, "25", "0.01", 1.0), run(40.0, "27", "0.02", 1.0), run(48.0, "40", "-0.01", 0.99)];
        let point = Point::of(&plan(), &runs);
        assert_eq!(point.throughput_per_s, Spread { median: Some(48.0), min: Some(40.0), max: Some(50.0) });
        assert_eq!(point.latency_ms.p99, Some(27.0));
        assert_eq!(point.latency_p99_ms, Spread { median: Some(27.0), min: Some(25.0), max: Some(40.0) });
        assert_eq!((point.latency_ms.p999, point.wait_ms, point.repeats), (None, Some(18.5), 3));
        assert!(!point.noisy && point.latency_ms_light.is_none());
        assert_eq!(Point::of(&plan(), &runs[..2]).throughput_per_s.median, Some(45.0));
    }

    #[test]
    fn a_disturbed_run_is_noticed_and_nothing_completed_is_null() {
        assert!(run(1.0, "1", "0.055", 1.0).is_noisy(), "steal counts as well");
        assert!(run(1.0, "1", "0.0", 0.9).is_noisy(), "a slow core counts as well");
        assert!(!run(1.0, "1", "null", 1.0).is_noisy(), "what nobody knows is no noise");
        let point = Point::of(&plan(), &[run(0.0, "null", "0.2", 1.0)]);
        assert!(point.noisy);
        assert_eq!(point.latency_p99_ms, Spread { median: None, min: None, max: None });
    }

    #[test]
    fn a_file_comes_back_as_it_was_written_and_points_replace_their_namesakes() {
        let mut all = Measurements { format: FORMAT, ..Measurements::default() };
        all.put(Point::of(&plan(), &[run(50.0, "25", "0", 1.0)]));
        all.put(Point::of(&Plan { id: "other".into(), ..plan() }, &[run(1.0, "25", "0", 1.0)]));
        all.put(Point::of(&plan(), &[run(60.0, "25", "0", 1.0)]));
        assert_eq!(all.points.iter().map(|point| point.id.as_str()).collect::<Vec<_>>(), ["closed-1-10/node", "other"]);
        let path = std::env::temp_dir().join(format!("calibrate-{}.json", std::process::id()));
        all.write(&path).expect("there is a place for temporary files");
        let text = fs::read_to_string(&path).expect("it was written");
        let back = Measurements::read(&path).expect("it is good").expect("it is there");
        fs::remove_file(&path).expect("it was written");
        assert_eq!(back.to_json().expect("it is plain"), text);
        assert_eq!(text.lines().filter(|line| line.contains("\"id\":")).count(), 2, "{text}");
        assert_eq!(back.points[0].throughput_per_s.median, Some(60.0));
        assert!(Measurements::read(&path).expect("none is fine").is_none());
        // What others read by name.
        for key in ["\"virtual\"", "\"held_out\"", "\"schedule\"", "\"latency_p99_ms\"", "\"burst_stretch\""] {
            assert!(text.contains(key), "{key} is not in {text}");
        }
    }
}
