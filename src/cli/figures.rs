//! What a run found on every runtime: all replications of all runtimes, side by side, put together.

use std::path::Path;

use crate::app::settings::Settings;
use crate::cli::Failure;
use crate::cli::args::Job;
use crate::recording::{self, Requests};
use crate::replicate::{BadRecording, Found, Outcome, Plan, in_parallel};
use crate::sim::dist::Dist;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{Load, Scenario, Warm};
use crate::sim::start;
use crate::sim::time::Span;
use crate::stats::deep::DeepSummary;
use crate::stats::detail::Figures;
use crate::stats::interval::Interval;
use crate::stats::latency::Latency;

/// Simulated time that is measured if nothing is said.
const LENGTH: Span = Span::from_ms(60_000);
/// The same of what has an end: it should be reached.
const LONGEST: Span = Span::from_ms(365 * 86_400_000);
/// Warm-up, as a share of what is measured.
const WARM_UP: f64 = 0.25;
/// Replications if nothing is said.
const N_REPLICATIONS: u32 = 10;
/// Events of a replication at most, and more for each burst of a batch.
const MAX_EVENTS: u64 = 100_000_000;
const MAX_EVENTS_A_BURST: u64 = 100;

/// What was found.
#[derive(Clone, Debug)]
pub(super) struct Report {
    pub(super) settings: Settings,
    pub(super) n_replications: u32,
    pub(super) warm_up: Span,
    /// Simulated time that each replication measured; of what has an end, the longest that any took.
    pub(super) seconds: f64,
    /// Whether requests are of two classes.
    pub(super) is_classed: bool,
    pub(super) runtimes: Vec<OfRuntime>,
}

/// What was found on one runtime.
#[derive(Clone, Debug)]
pub(super) struct OfRuntime {
    pub(super) id: RuntimeId,
    pub(super) outcome: Outcome,
    pub(super) founds: Vec<Found>,
}

impl OfRuntime {
    /// A figure of every replication.
    pub(super) fn each(&self, value: impl Fn(&Figures) -> f64) -> Vec<f64> {
        self.founds.iter().map(|found| value(&found.figures)).collect()
    }

    /// A figure of every replication as a mean with its interval.
    pub(super) fn interval(&self, value: impl Fn(&Figures) -> f64) -> Interval {
        Interval::of(&self.each(value))
    }

    /// The latencies of all replications together.
    pub(super) fn latency(&self, of: impl Fn(&Figures) -> Latency) -> Latency {
        let mut all = Latency::default();
        self.founds.iter().for_each(|found| all.merge(&of(&found.figures)));
        all
    }

    /// A figure beyond the averages, of all replications; `None` if the runtime has no such thing.
    pub(super) fn deep(&self, value: impl Fn(&DeepSummary) -> Option<f64>) -> Option<f64> {
        let values: Option<Vec<f64>> = self.founds.iter().map(|found| value(&found.deep)).collect();
        values.map(|values| Interval::of(&values).mean)
    }

    pub(super) fn n_completed(&self) -> u64 {
        self.founds.iter().map(|found| found.figures.n_completed).sum()
    }

    pub(super) fn n_events(&self) -> u64 {
        self.founds.iter().map(|found| found.n_events).sum()
    }

    /// The mean makespan in milliseconds, if every replication has come to its end.
    pub(super) fn makespan_ms(&self) -> Option<f64> {
        let spans: Option<Vec<f64>> =
            self.founds.iter().map(|found| found.makespan.map(crate::sim::time::Span::as_ms_f64)).collect();
        spans.map(|spans| spans.iter().sum::<f64>() / spans.len() as f64)
    }

    /// How long events waited for the loop that was to run them; `None` of Go, which has none.
    pub(super) fn loop_delay(&self) -> Option<Latency> {
        Some(self.latency(|figures| figures.loop_delay.clone())).filter(|delay| delay.n() > 0)
    }

    /// The most memory that was in use in any replication, in bytes.
    pub(super) fn memory_peak(&self) -> u64 {
        self.founds.iter().map(|found| found.deep.memory_peak).max().unwrap_or(0)
    }
}

/// Whether a scenario makes heavy requests.
fn has_heavy(scenario: &Scenario) -> bool {
    scenario.cpu_dist == Dist::Bimodal || scenario.io_dist == Dist::Bimodal
}

/// Runs what `job` says of `settings`.
pub(super) fn measure(job: &Job, settings: &Settings) -> Result<Report, Failure> {
    let scenario = settings.scenario;
    let requests = job.requests.as_deref();
    let ends = requests.is_some() || scenario.load == Load::Batch;
    let is_cold = scenario.warm == Warm::Cold;
    let usual = if is_cold { start::WINDOW } else { LENGTH };
    let length = job.length.unwrap_or(if ends { LONGEST } else { usual });
    let n_replications = job.n_replications.unwrap_or(if requests.is_some() { 1 } else { N_REPLICATIONS });
    let n_bursts = match scenario.load {
        Load::Batch => u64::from(scenario.n_tasks) * u64::from(scenario.n_bursts),
        Load::Open | Load::Closed => 0,
    };
    let plans: Vec<Plan> = settings
        .runtimes
        .iter()
        .map(|runtime| Plan {
            costs: None,
            runtime: *runtime,
            scenario,
            warm_up: if ends || is_cold { Span::ZERO } else { length.scaled(WARM_UP) },
            window: length,
            // A recording ends by itself, whatever its size.
            max_events: if requests.is_some() { u64::MAX } else { MAX_EVENTS + n_bursts * MAX_EVENTS_A_BURST },
            max_in_flight: None,
            ends,
        })
        .collect();
    let n = n_replications as usize;
    let usage = |BadRecording(why)| Failure::Usage(why);
    requests.map_or(Ok(()), |path| recording::check(path, plans.len() * n)).map_err(usage)?;
    let all = in_parallel(plans.len() * n, |i| replicate(&plans[i / n], (i % n) as u32, requests));
    let mut all = all.into_iter().collect::<Result<Vec<Found>, _>>().map_err(usage)?;
    let runtimes: Vec<OfRuntime> = plans
        .iter()
        .map(|plan| {
            let founds: Vec<Found> = all.drain(..n).collect();
            OfRuntime { id: plan.runtime, outcome: Outcome::of(plan, &founds), founds }
        })
        .collect();
    let longest = || runtimes.iter().flat_map(|of| of.each(|figures| figures.seconds)).fold(0.0, f64::max);
    Ok(Report {
        settings: settings.clone(),
        n_replications,
        warm_up: plans[0].warm_up,
        seconds: if ends { longest() } else { length.as_secs_f64() },
        is_classed: requests.is_some() || has_heavy(&scenario),
        runtimes,
    })
}

/// One replication, which reads the recording anew.
fn replicate(plan: &Plan, replication: u32, requests: Option<&Path>) -> Result<Found, BadRecording> {
    match requests {
        None => plan.replicate(replication, None),
        Some(path) => {
            let mut requests = Requests::open(path)?;
            plan.replicate(replication, Some(&mut |chunk, n| requests.supply(chunk, n)))
        }
    }
}
