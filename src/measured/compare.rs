//! The models beside what was measured: every point of a file simulated on the machine that it was measured on.
//!
//! A simulation takes from the record what is the machine's and not the scheduler's: how much longer than nominal a burst
//! took, how long another process let a request wait, and what single operations cost, measured alone.

use crate::measured::file::{BadFile, Measurements, Point};
use crate::measured::{scenario, schedules};
use crate::recording::Requests;
use crate::replicate::{BadRecording, Found, Plan, in_parallel};
use crate::sim::costs::Costs;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{Load, Scenario};
use crate::sim::time::Span;
use crate::stats::detail::Figures;
use crate::stats::latency::Latency;

/// Replications of each point, of which the middle is taken, as of the repeats of a measurement.
const N_REPLICATIONS: usize = 5;
/// Events of a replication at most.
const MAX_EVENTS: u64 = 100_000_000;
/// Share of the cores that a runtime can use beyond which it is saturated.
const SATURATED: f64 = 0.97;

/// A percentile beyond which fewer requests lie is a matter of chance.
const MIN_BEYOND: f64 = 10.0;
/// Repeats whose largest figure is so many times their smallest do not say what to expect.
const SCATTERED: f64 = 1.5;

/// The figures that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Requests a second.
    Throughput,
    /// Median latency.
    P50,
    /// 99th percentile of the latency.
    P99,
    /// CPU time over time.
    CoresBusy,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Throughput, Self::P50, Self::P99, Self::CoresBusy];

    /// Its name in output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Throughput => "throughput",
            Self::P50 => "p50",
            Self::P99 => "p99",
            Self::CoresBusy => "cores_busy",
        }
    }
}

/// A point, measured and simulated.
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    /// As it was measured.
    pub point: &'a Point,
    /// Its runtime.
    pub runtime: RuntimeId,
    /// Its scenario.
    pub scenario: Scenario,
    /// Whether it could take no more.
    pub is_saturated: bool,
    simulated: [f64; 4],
}

impl Comparison<'_> {
    /// What was simulated: per second, in milliseconds, in cores.
    #[must_use]
    pub fn simulated(&self, metric: Metric) -> f64 {
        self.simulated[metric as usize]
    }

    /// What was measured: per second, in milliseconds, in cores.
    #[must_use]
    pub fn measured(&self, metric: Metric) -> f64 {
        match metric {
            Metric::Throughput => self.point.throughput_per_s.median,
            Metric::P50 => self.point.latency_ms.p50,
            Metric::P99 => self.point.latency_ms.p99,
            Metric::CoresBusy => self.point.cores_busy,
        }
    }

    /// How far off the simulation is, in percent of what was measured; of cores busy, in percent of one core.
    #[must_use]
    pub fn error(&self, metric: Metric) -> f64 {
        let (simulated, measured) = (self.simulated(metric), self.measured(metric));
        let unit = if metric == Metric::CoresBusy { 1.0 } else { measured.max(f64::MIN_POSITIVE) };
        100.0 * (simulated - measured) / unit
    }
}

impl Comparison<'_> {
    /// Whether the measurement says what to expect: it has requests enough, and its repeats agree.
    #[must_use]
    pub fn is_judged(&self, metric: Metric) -> bool {
        let point = self.point;
        let (spread, beyond) = match metric {
            Metric::Throughput => (Some(point.throughput_per_s), 1.0),
            Metric::P50 => (point.latency_p50_ms, 0.5),
            Metric::P99 => (point.latency_p99_ms, 0.01),
            Metric::CoresBusy => (None, 1.0),
        };
        if point.completed as f64 * beyond < MIN_BEYOND {
            return false;
        }
        spread.is_none_or(|spread| spread.max <= SCATTERED * spread.min)
    }
}

/// Simulates every point of `file` that is not noisy, in its order.
///
/// # Errors
///
/// A recording that there is not.
pub fn all(file: &Measurements) -> Result<Vec<Comparison<'_>>, BadFile> {
    let (costs, _) = file.costs();
    let points: Vec<&Point> = file.points.iter().filter(|point| !point.noisy).collect();
    in_parallel(points.len(), |i| compare(points[i], &costs)).into_iter().collect()
}

fn compare<'a>(point: &'a Point, costs: &Costs) -> Result<Comparison<'a>, BadFile> {
    let named = |why: &dyn std::fmt::Display| BadFile(format!("{}: {why}", point.id));
    let runtime = point.runtime().ok_or_else(|| named(&"a runtime that there is not"))?;
    let scenario = scenario::of(&point.query)?;
    let stretch = point.burst_stretch.unwrap_or(1.0);
    let plan = Plan {
        runtime,
        scenario: stretched(&scenario, stretch, point.wait_ms),
        costs: Some(*costs),
        warm_up: Span::from_secs_f64(point.warm_up_s),
        window: Span::from_secs_f64(point.measured_s),
        max_events: MAX_EVENTS,
        max_in_flight: None,
        ends: scenario.load == Load::Batch,
    };
    let replicate = |replication: usize| match &point.schedule {
        None => plan.replicate(replication as u32, None),
        Some(name) => {
            let known = || schedules::names().join(", ");
            let text = schedules::find(name)
                .ok_or_else(|| BadRecording(format!("schedule: expected {}, got {name}", known())))?;
            let mut requests = Requests::new(text.as_bytes(), name.clone());
            plan.replicate(
                replication as u32,
                Some(&mut |chunk, n| {
                    requests.supply(chunk, n)?;
                    chunk.iter_mut().for_each(|request| request.burst = request.burst.scaled(stretch));
                    Ok(())
                }),
            )
        }
    };
    let founds: Result<Vec<Found>, BadRecording> = (0..N_REPLICATIONS).map(replicate).collect();
    let founds = founds.map_err(|BadRecording(why)| named(&why))?;
    let of = |value: &dyn Fn(&Figures) -> f64| median(founds.iter().map(|found| value(&found.figures)).collect());
    let quantile = |latency: &Latency, q| latency.quantile_ms(q).unwrap_or(0.0);
    let simulated = [
        of(&|figures| figures.throughput),
        of(&|figures| quantile(&figures.latency(), 0.5)),
        of(&|figures| quantile(&figures.latency(), 0.99)),
        of(&|figures| figures.cores_busy),
    ];
    let is_saturated = point.cores_busy > SATURATED * f64::from(runtime.usable_cores(&scenario));
    Ok(Comparison { point, runtime, scenario, is_saturated, simulated })
}

/// `scenario` with bursts `stretch` times as long, and waits of `wait_ms` on average if that was measured.
fn stretched(scenario: &Scenario, stretch: f64, wait_ms: Option<f64>) -> Scenario {
    let burst = scenario.mean_burst().as_ms_f64() * stretch;
    let wait = match wait_ms {
        Some(wait_ms) if !scenario.mean_wait().is_zero() => wait_ms,
        _ => scenario.mean_wait().as_ms_f64(),
    };
    let demand = Span::from_ms_f64((burst + wait) * f64::from(scenario.n_bursts));
    let mix = if burst + wait > 0.0 { 100.0 * burst / (burst + wait) } else { scenario.mix };
    Scenario { demand, mix, ..*scenario }
}

/// The middle of `values`; of none, nothing.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    match n {
        0 => 0.0,
        _ if n % 2 == 1 => values[n / 2],
        _ => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

/// Errors of points that belong together, as numbers without a sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Errors {
    /// The middle one, in percent.
    pub median: f64,
    /// The largest, in percent.
    pub worst: f64,
}

/// Points of one runtime that are judged alike.
#[derive(Clone, Debug)]
pub struct Group {
    /// Whose.
    pub runtime: RuntimeId,
    /// Whether they were kept apart while the models were made.
    pub held_out: bool,
    /// Whether the runtime could take no more.
    pub is_saturated: bool,
    /// How many there are.
    pub n_points: usize,
    errors: [Errors; 4],
}

impl Group {
    /// Their errors.
    #[must_use]
    pub fn errors(&self, metric: Metric) -> Errors {
        self.errors[metric as usize]
    }
}

/// The errors of `all`, by runtime, by whether the points were kept apart, and by whether they were saturated.
#[must_use]
pub fn summary(all: &[Comparison<'_>]) -> Vec<Group> {
    let mut groups = Vec::new();
    for runtime in RuntimeId::ALL {
        for (held_out, is_saturated) in [(false, false), (false, true), (true, false), (true, true)] {
            let belongs = |one: &&Comparison<'_>| {
                (one.runtime, one.point.held_out, one.is_saturated) == (runtime, held_out, is_saturated)
            };
            let those: Vec<&Comparison<'_>> = all.iter().filter(belongs).collect();
            if those.is_empty() {
                continue;
            }
            let errors = Metric::ALL.map(|metric| {
                let judged = those.iter().filter(|one| one.is_judged(metric));
                let sizes: Vec<f64> = judged.map(|one| one.error(metric).abs()).collect();
                Errors { median: median(sizes.clone()), worst: sizes.into_iter().fold(0.0, f64::max) }
            });
            groups.push(Group { runtime, held_out, is_saturated, n_points: those.len(), errors });
        }
    }
    groups
}

/// What the models are meant to reach: the median error and the worst, in percent.
const fn target(metric: Metric, is_saturated: bool) -> Option<Errors> {
    match metric {
        Metric::Throughput => Some(Errors { median: 3.0, worst: 10.0 }),
        Metric::P50 => Some(Errors { median: 10.0, worst: 10.0 }),
        Metric::P99 if !is_saturated => Some(Errors { median: 25.0, worst: 25.0 }),
        Metric::P99 | Metric::CoresBusy => None,
    }
}

/// Where the models are further off than they are meant to be: a sentence for each.
#[must_use]
pub fn misses(all: &[Comparison<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    for group in summary(all) {
        let kind = if group.is_saturated { ", saturated" } else { "" };
        for metric in Metric::ALL {
            let Some(target) = target(metric, group.is_saturated) else { continue };
            let median = group.errors(metric).median;
            if median > target.median {
                let (runtime, most) = (group.runtime.key(), target.median);
                found.push(format!("{runtime}{kind}: median error of {} {median:.1} %, not {most} %", metric.key()));
            }
        }
    }
    for one in all {
        for metric in Metric::ALL {
            let Some(target) = target(metric, one.is_saturated) else { continue };
            let (error, most) = (one.error(metric), target.worst);
            if one.is_judged(metric) && error.abs() > most {
                found.push(format!("{}: {} is off by {error:+.1} %, not {most} %", one.point.id, metric.key()));
            }
        }
    }
    found
}
