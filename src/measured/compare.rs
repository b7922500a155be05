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

/// Replications of each point, of which the middle is taken, as of the repeats of a measurement: each with bursts so many
/// times as long, as no machine computes to the thousandth.
const REPLICATIONS: [f64; 5] = [0.99, 0.995, 1.0, 1.005, 1.01];
/// Events of a replication at most.
const MAX_EVENTS: u64 = 100_000_000;
/// Share of the cores that a runtime can use beyond which it is saturated.
const SATURATED: f64 = 0.97;

/// A percentile beyond which fewer requests lie, in all repeats together, is a matter of chance.
const MIN_BEYOND: f64 = 10.0;

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

    /// Repeats whose largest figure is so many times their smallest do not say what to expect.
    const fn scattered(self) -> f64 {
        match self {
            Self::Throughput | Self::CoresBusy => 1.1,
            Self::P50 | Self::P99 => 1.5,
        }
    }

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
    simulated: [Simulated; 4],
}

/// A figure over the replications.
#[derive(Clone, Copy, Debug)]
struct Simulated {
    median: f64,
    /// Largest over smallest.
    scatter: f64,
}

impl Simulated {
    fn of(values: Vec<f64>) -> Self {
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(0.0, f64::max);
        Self { median: median(values), scatter: if least > 0.0 { most / least } else { 1.0 } }
    }
}

impl Comparison<'_> {
    /// What was simulated: per second, in milliseconds, in cores.
    #[must_use]
    pub fn simulated(&self, metric: Metric) -> f64 {
        self.simulated[metric as usize].median
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
    /// Whether the figure says something of the model: there are requests enough, the repeats of the measurement agree,
    /// and so do the replications of the simulation, whose bursts differ by a hundredth.
    #[must_use]
    pub fn is_judged(&self, metric: Metric) -> bool {
        let point = self.point;
        let (spread, beyond) = match metric {
            Metric::Throughput => (Some(point.throughput_per_s), 1.0),
            Metric::P50 => (point.latency_p50_ms, 0.5),
            Metric::P99 => (point.latency_p99_ms, 0.01),
            Metric::CoresBusy => (None, 1.0),
        };
        point.completed as f64 * f64::from(point.repeats) * beyond >= MIN_BEYOND
            && spread.is_none_or(|spread| spread.max <= metric.scattered() * spread.min)
            && self.simulated[metric as usize].scatter <= metric.scattered()
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
    let plan = |stretch| Plan {
        runtime,
        scenario: stretched(&scenario, stretch, point.wait_ms),
        costs: Some(*costs),
        warm_up: Span::from_secs_f64(point.warm_up_s),
        window: Span::from_secs_f64(point.measured_s),
        max_events: MAX_EVENTS,
        max_in_flight: None,
        ends: scenario.load == Load::Batch,
    };
    let replicate = |replication: usize| {
        let stretch = point.burst_stretch.unwrap_or(1.0) * REPLICATIONS[replication];
        let plan = plan(stretch);
        match &point.schedule {
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
        }
    };
    let founds: Result<Vec<Found>, BadRecording> = (0..REPLICATIONS.len()).map(replicate).collect();
    let founds = founds.map_err(|BadRecording(why)| named(&why))?;
    let of =
        |value: &dyn Fn(&Figures) -> f64| Simulated::of(founds.iter().map(|found| value(&found.figures)).collect());
    let quantile = |latency: &Latency, q| latency.quantile_ms(q).unwrap_or(0.0);
    let mut simulated = [
        of(&|figures| figures.throughput),
        of(&|figures| quantile(&figures.latency(), 0.5)),
        of(&|figures| quantile(&figures.latency(), 0.99)),
        of(&|figures| figures.cores_busy),
    ];
    // Where latencies have two modes of about the same weight, the median says little more than which of them has more.
    let modes = of(&|figures| quantile(&figures.latency(), 0.55) / quantile(&figures.latency(), 0.45).max(1e-9));
    let p50 = &mut simulated[Metric::P50 as usize];
    p50.scatter = p50.scatter.max(modes.median);
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
    errors: [Option<Errors>; 4],
}

impl Group {
    /// Their errors; none if no point can be judged by it.
    #[must_use]
    pub fn errors(&self, metric: Metric) -> Option<Errors> {
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
            let errors = Metric::ALL.map(|metric| errors(&those, metric));
            groups.push(Group { runtime, held_out, is_saturated, n_points: those.len(), errors });
        }
    }
    groups
}

/// The errors of those that can be judged by `metric`.
fn errors(those: &[&Comparison<'_>], metric: Metric) -> Option<Errors> {
    let judged = those.iter().filter(|one| one.is_judged(metric));
    let sizes: Vec<f64> = judged.map(|one| one.error(metric).abs()).collect();
    let worst = sizes.iter().copied().reduce(f64::max)?;
    Some(Errors { median: median(sizes), worst })
}

/// What the models are meant to reach: the median error of a runtime and the worst of a point, in percent.
const fn target(metric: Metric) -> Option<Errors> {
    match metric {
        Metric::Throughput => Some(Errors { median: 3.0, worst: 10.0 }),
        Metric::P50 => Some(Errors { median: 10.0, worst: 10.0 }),
        // Where it is not saturated.
        Metric::P99 => Some(Errors { median: 25.0, worst: 25.0 }),
        Metric::CoresBusy => None,
    }
}

/// Where the models are further off than they are meant to be: a sentence for each.
#[must_use]
pub fn misses(all: &[Comparison<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    for metric in Metric::ALL {
        let Some(target) = target(metric) else { continue };
        let counts = |one: &&Comparison<'_>| metric != Metric::P99 || !one.is_saturated;
        for runtime in RuntimeId::ALL {
            let those: Vec<&Comparison<'_>> = all.iter().filter(|one| one.runtime == runtime).filter(counts).collect();
            let median = errors(&those, metric).map_or(0.0, |errors| errors.median);
            if median > target.median {
                found.push(format!("{}: {} is off by {median:.1} % in the middle", runtime.key(), metric.key()));
            }
        }
        for one in all.iter().filter(counts) {
            let error = one.error(metric);
            if one.is_judged(metric) && error.abs() > target.worst {
                found.push(format!("{}: {} is off by {error:+.1} %", one.point.id, metric.key()));
            }
        }
    }
    found
}
