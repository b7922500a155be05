//! Replications with everything that can be said about them, natively and side by side: what the command line prints
//! and the oracles check.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::sim::costs::Costs;
use crate::sim::run::{Advance, Death};
use crate::sim::runtime::{AnyRun, RuntimeId};
use crate::sim::scenario::{Load, Scenario, Warm};
use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceHash, mix};
use crate::sim::workload::Recorded;
use crate::stats::deep::{Deep, DeepSummary};
use crate::stats::detail::{Detail, Figures};
use crate::stats::interval::Interval;
use crate::stats::series::Slope;
use crate::stats::warm_up::mser5;

/// Requests of a recording that are kept ahead.
const CHUNK: usize = 4096;
/// A backlog that grows by less than this share of the arrivals may be the last of a warm-up.
const LEAST_GROWTH: f64 = 0.01;
/// A runtime whose cores rest less than this share of the time can take no more.
const LEAST_REST: f64 = 0.002;
/// Recorded requests of which it can be said whether their number climbs: a handful that comes at once is no overload.
const LEAST_RECORDED: f64 = 100.0;
/// Standard errors of a slope beyond which a single replication has a backlog.
const N_ERRORS: f64 = 4.0;

/// Puts the next recorded requests into a buffer, at most so many; none means that there are no more.
pub type Supplier<'a> = dyn FnMut(&mut Vec<Recorded>, usize) -> Result<(), BadRecording> + 'a;

/// A recording that can not be served, with the reason for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRecording(pub String);

/// What is to be run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// On what.
    pub runtime: RuntimeId,
    /// What.
    pub scenario: Scenario,
    /// What steps cost, if not what the scenario says.
    pub costs: Option<Costs>,
    /// Simulated time that is deleted: none of what has an end, or of a process that starts with the run.
    pub warm_up: Span,
    /// Simulated time after it that is measured.
    pub window: Span,
    /// Events at most.
    pub max_events: u64,
    /// Requests in flight at most, if fewer than usual.
    pub max_in_flight: Option<usize>,
    /// Whether the workload has an end that should be reached.
    pub ends: bool,
}

/// A bound that ended a run or kept requests out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    /// Requests in flight.
    InFlight,
    /// Simulated time, before a finite workload was finished.
    Time,
    /// Events.
    Events,
    /// Connections that wait to be accepted: clients gave up.
    Backlog,
    /// Threads of a Go process, which dies of too many.
    Threads,
}

/// What one replication found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Averages after the warm-up.
    pub figures: Figures,
    /// From the first arrival to the last completion of a workload that has an end, and has reached it.
    pub makespan: Option<Span>,
    /// Events in all.
    pub n_events: u64,
    /// What it was like beyond its averages.
    pub deep: DeepSummary,
    /// Hash of the whole trace.
    pub hash: u64,
    /// Which bound was reached.
    pub bound: Option<Bound>,
    /// How the number of requests in the system climbs in the window, as long as requests come.
    pub slope: Option<Slope>,
    /// How much MSER-5 would have deleted; `None` if it finds the run too short.
    pub advised_warm_up: Option<Span>,
    /// Little's law over the whole run, in request nanoseconds: zero; `None` if requests were given up.
    pub little_gap: Option<u128>,
    /// The utilization law, in core nanoseconds: zero.
    pub utilization_gap: u128,
}

impl Plan {
    /// One replication, of drawn requests or of those that `supplier` brings.
    ///
    /// # Errors
    ///
    /// What the supplier has to say.
    pub fn replicate(&self, replication: u32, supplier: Option<&mut Supplier<'_>>) -> Result<Found, BadRecording> {
        let (runtime, scenario) = (self.runtime, &self.scenario);
        let sink = (Detail::of(runtime, scenario), (Deep::of(runtime, scenario), TraceHash::default()));
        let mut run = begin(self, replication, supplier.is_some(), sink);
        let mut source = Source { supplier, chunk: Vec::new() };
        let end = Time::ZERO + self.warm_up + self.window;
        if !self.warm_up.is_zero() {
            source.advance(&mut run, Time::ZERO + self.warm_up, self.max_events / 4)?;
            let now = run.now();
            let (detail, (deep, _)) = run.sink_mut();
            detail.restart(now);
            deep.restart(now);
        }
        let n_left = self.max_events.saturating_sub(run.n_events());
        let advance = source.advance(&mut run, end, n_left)?;
        let now = run.now();
        let in_flight = run.n_in_flight() as u64;
        run.sink_mut().0.series.pass_to(now, in_flight);
        let bound = match advance {
            Advance::Died(Death::TooManyThreads) => Some(Bound::Threads),
            Advance::OutOfEvents => Some(Bound::Events),
            _ if run.sink().0.n_abandoned() > 0 => Some(Bound::Backlog),
            _ if run.n_refused() > 0 => Some(Bound::InFlight),
            Advance::Reached if self.ends => Some(Bound::Time),
            Advance::Reached | Advance::Finished | Advance::Starved => None,
        };
        let (detail, (deep, hash)) = run.sink();
        let n_advised = mser5(&detail.series.means());
        Ok(Found {
            figures: detail.figures(now),
            makespan: (advance == Advance::Finished && bound.is_none())
                .then(|| detail.last_completion().since(detail.first_arrival())),
            n_events: run.n_events(),
            deep: deep.depth(now, run.memory_peak()).summary,
            hash: hash.value(),
            bound,
            // What has an end is worked off in the end: what counts is whether it climbed as long as requests came.
            slope: detail
                .series
                .slope(self.slope_from(detail.window_began()), if self.ends { detail.last_arrival() } else { now }),
            advised_warm_up: n_advised.map(|n| detail.series.width() * n as u64),
            little_gap: detail.little_gap(now),
            utilization_gap: detail.utilization_gap(),
        })
    }

    /// Since when a backlog that grows says something: while a process starts one grows anyway, and then shrinks.
    fn slope_from(&self, window_began: Time) -> Time {
        match self.scenario.warm {
            Warm::Warm => window_began,
            Warm::Cold => window_began + self.window.scaled(0.5),
        }
    }

    /// Lets one replication tell everything to `sink` for `window`, and gives it back.
    ///
    /// # Errors
    ///
    /// What the supplier has to say.
    pub fn watch<S: Sink>(&self, sink: S, supplier: Option<&mut Supplier<'_>>) -> Result<AnyRun<S>, BadRecording> {
        let mut run = begin(self, 0, supplier.is_some(), sink);
        Source { supplier, chunk: Vec::new() }.advance(&mut run, Time::ZERO + self.window, self.max_events)?;
        Ok(run)
    }
}

fn begin<S: Sink>(plan: &Plan, replication: u32, is_recorded: bool, sink: S) -> AnyRun<S> {
    let new = if is_recorded { AnyRun::recorded } else { AnyRun::with_costs };
    let costs = plan.costs.unwrap_or_else(|| Costs::of(plan.scenario.costs));
    let mut run = new(plan.runtime, &plan.scenario, &costs, replication, sink);
    if let Some(n) = plan.max_in_flight {
        run.limit_in_flight(n);
    }
    run
}

/// Where recorded requests come from, if they are not drawn.
struct Source<'a, 'b> {
    supplier: Option<&'a mut Supplier<'b>>,
    chunk: Vec<Recorded>,
}

impl Source<'_, '_> {
    /// Advances `run`, and feeds it whenever it is hungry.
    fn advance<S: Sink>(&mut self, run: &mut AnyRun<S>, until: Time, max_events: u64) -> Result<Advance, BadRecording> {
        let end = run.n_events().saturating_add(max_events);
        loop {
            match run.advance(until, end - run.n_events()) {
                Advance::Starved => {}
                other => return Ok(other),
            }
            self.chunk.clear();
            if let Some(supplier) = &mut self.supplier {
                supplier(&mut self.chunk, CHUNK)?;
            }
            if self.chunk.is_empty() {
                run.end_feed();
            } else {
                run.feed(&self.chunk);
            }
        }
    }
}

/// How the replications of one runtime went as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Figures that would stay if it went on.
    Steady,
    /// More work arrives than can be done.
    Saturated,
    /// A bound was reached.
    Bounded(Bound),
}

impl Outcome {
    /// The outcome of `founds`, replications of `plan`.
    #[must_use]
    pub fn of(plan: &Plan, founds: &[Found]) -> Self {
        if let Some(bound) = founds.iter().filter_map(|found| found.bound).max() {
            return Self::Bounded(bound);
        }
        let is_recorded = plan.ends && plan.scenario.load != Load::Batch;
        if !is_recorded && plan.scenario.load != Load::Open {
            // Clients wait for their answers, and a batch comes at once: no backlog grows for ever.
            return Self::Steady;
        }
        let mean = |value: fn(&Figures) -> f64| {
            founds.iter().map(|found| value(&found.figures)).sum::<f64>() / founds.len() as f64
        };
        if is_recorded && mean(|figures| figures.n_arrived as f64) < LEAST_RECORDED {
            return Self::Steady;
        }
        let arrivals = mean(|figures| figures.n_arrived as f64 / figures.seconds);
        let slopes: Vec<Slope> = founds.iter().filter_map(|found| found.slope).collect();
        let means: Vec<f64> = slopes.iter().map(|slope| slope.per_s).collect();
        let is_climbing = match *slopes.as_slice() {
            [] => false,
            [only] => only.per_s > N_ERRORS * only.error,
            _ => Interval::of(&means).low() > 0.0,
        };
        let growth = means.iter().sum::<f64>() / means.len().max(1) as f64;
        // A recording may keep a core busy up to its end without a backlog to speak of.
        let is_full = !is_recorded
            && mean(|figures| figures.cores_busy)
                > f64::from(plan.runtime.usable_cores(&plan.scenario)) * (1.0 - LEAST_REST);
        if is_full || is_climbing && growth > LEAST_GROWTH * arrivals { Self::Saturated } else { Self::Steady }
    }

    /// Its name in output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Saturated => "saturated",
            Self::Bounded(Bound::InFlight) => "max-in-flight",
            Self::Bounded(Bound::Backlog) => "max-backlog",
            Self::Bounded(Bound::Time) => "max-time",
            Self::Bounded(Bound::Events) => "max-events",
            Self::Bounded(Bound::Threads) => "max-threads",
        }
    }
}

/// One hash for the traces of all replications, in order.
#[must_use]
pub fn hash_of_all(founds: &[Found]) -> u64 {
    founds.iter().fold(0, |hash, found| mix(hash, found.hash))
}

/// Does `n` jobs on as many threads as there are cores. The results are in order, whatever the order of the work.
pub fn in_parallel<T: Send>(n: usize, job: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from).min(n);
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(n));
    std::thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= n {
                        break;
                    }
                    let result = job(i);
                    done.lock().expect("a job that panics ends everything").push((i, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("a job that panics ends everything");
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, result)| result).collect()
}
