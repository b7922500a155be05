//! Reports as JSON: the same fields in the same order, whatever was run. What is not known is null.

use serde::Serialize;

use crate::app::permalink;
use crate::app::settings::MODEL_VERSION;
use crate::cli::figures::{OfRuntime, Report};
use crate::replicate::hash_of_all;
use crate::sim::scenario::Load;
use crate::stats::interval::Interval;
use crate::stats::latency::Latency;

/// What a run prints.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Run {
    model: u32,
    query: String,
    seconds: f64,
    replications: u32,
    runtimes: Vec<Runtime>,
}

/// What a sweep prints.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Swept {
    pub(super) model: u32,
    pub(super) over: &'static str,
    pub(super) points: Vec<Point>,
}

/// One value of a sweep.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Point {
    pub(super) value: f64,
    #[serde(flatten)]
    pub(super) run: Run,
}

#[derive(Clone, Debug, Serialize)]
struct Runtime {
    id: &'static str,
    throughput_per_s: Mean,
    latency_ms: Percentiles,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_ms_light: Option<Percentiles>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_ms_heavy: Option<Percentiles>,
    cores_busy: f64,
    event_loop_delay_ms: Option<Delay>,
    memory_bytes_peak: u64,
    makespan_ms: Option<f64>,
    completed: u64,
    outcome: &'static str,
    events: u64,
    trace_hash: String,
}

/// A mean and half the width of its interval: unknown of a single replication.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Mean {
    mean: f64,
    ci95: Option<f64>,
}

#[derive(Clone, Debug, Serialize)]
struct Percentiles {
    mean: Option<f64>,
    p50: Option<f64>,
    p90: Option<f64>,
    p99: Option<f64>,
    p999: Option<f64>,
    max: Option<f64>,
}

#[derive(Clone, Debug, Serialize)]
struct Delay {
    p50: Option<f64>,
    p99: Option<f64>,
    max: Option<f64>,
}

impl From<Interval> for Mean {
    fn from(interval: Interval) -> Self {
        Self { mean: interval.mean, ci95: interval.half.is_finite().then_some(interval.half) }
    }
}

impl From<Latency> for Delay {
    fn from(delay: Latency) -> Self {
        Self { p50: delay.quantile_ms(0.5), p99: delay.quantile_ms(0.99), max: delay.max_ms() }
    }
}

impl From<Latency> for Percentiles {
    fn from(latency: Latency) -> Self {
        Self {
            mean: latency.mean_ms(),
            p50: latency.quantile_ms(0.5),
            p90: latency.quantile_ms(0.9),
            p99: latency.quantile_ms(0.99),
            p999: latency.quantile_ms(0.999),
            max: latency.max_ms(),
        }
    }
}

impl From<&Report> for Run {
    fn from(report: &Report) -> Self {
        Self {
            model: MODEL_VERSION,
            query: permalink::write_whole(&report.settings),
            seconds: report.seconds,
            replications: report.n_replications,
            runtimes: report.runtimes.iter().map(|of| runtime(report, of)).collect(),
        }
    }
}

fn runtime(report: &Report, of: &OfRuntime) -> Runtime {
    let is_batch = report.settings.scenario.load == Load::Batch;
    Runtime {
        id: of.id.key(),
        throughput_per_s: of.interval(|figures| figures.throughput).into(),
        latency_ms: of.latency(crate::stats::detail::Figures::latency).into(),
        latency_ms_light: report.is_classed.then(|| of.latency(|figures| figures.light.clone()).into()),
        latency_ms_heavy: report.is_classed.then(|| of.latency(|figures| figures.heavy.clone()).into()),
        cores_busy: of.interval(|figures| figures.cores_busy).mean,
        event_loop_delay_ms: of.loop_delay().map(Delay::from),
        memory_bytes_peak: of.memory_peak(),
        makespan_ms: of.makespan_ms().filter(|_| is_batch),
        completed: of.n_completed(),
        outcome: of.outcome.key(),
        events: of.n_events(),
        trace_hash: format!("{:016x}", hash_of_all(&of.founds)),
    }
}
