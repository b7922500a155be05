//! The points of the curve: where they are, how long their replications are, and in which order they are made.

use crate::experiment::Effort;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Scenario;

/// The first look: every tenth of the mix, quickly. The bounds on events are above what the defaults take, so that both
/// runtimes cover the same simulated time and their ratio has little noise.
const COARSE_STEP: f64 = 10.0;
const COARSE_EVENTS: (u64, u64) = (45_000, 300_000);
const COARSE_ROUNDS: u64 = 45;

/// The refined curve: every fortieth of the mix and as many replications as a t-interval wants.
const FINE_STEP: f64 = 2.5;
const FINE_EVENTS: (u64, u64) = (100_000, 500_000);
const FINE_ROUNDS: u64 = 90;
/// Replications of each point of the refined curve.
pub const N_REPLICATIONS: u32 = 10;

/// One replication of one point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job {
    pub(super) mix: f64,
    pub(super) runtime_idx: u32,
    pub(super) runtime: RuntimeId,
    pub(super) replication: u32,
    pub(super) is_coarse: bool,
}

/// How long a replication of the first look is.
#[must_use]
pub fn coarse_effort(runtime: RuntimeId, scenario: &Scenario) -> Effort {
    Effort::of(scenario, runtime.usable_cores(scenario), COARSE_ROUNDS, COARSE_EVENTS)
}

/// How long a replication of the refined curve is.
#[must_use]
pub fn fine_effort(runtime: RuntimeId, scenario: &Scenario) -> Effort {
    Effort::of(scenario, runtime.usable_cores(scenario), FINE_ROUNDS, FINE_EVENTS)
}

/// The mixes of the first look at the curve, in percent.
#[must_use]
pub fn coarse_mixes() -> Vec<f64> {
    mixes(COARSE_STEP)
}

/// The mixes of the refined curve, in percent, and the one that the reader looks at.
#[must_use]
pub fn fine_mixes(marked: f64) -> Vec<f64> {
    let mut all = mixes(FINE_STEP);
    if !all.contains(&marked) {
        all.push(marked);
    }
    all
}

fn mixes(step: f64) -> Vec<f64> {
    (0..=(100.0 / step) as u32).map(|i| f64::from(i) * step).collect()
}

/// Every replication of the curve in the order of its worth: the whole range quickly, then finer and finer; each time
/// with the mix `marked` that the reader looks at, which may lie between the others.
pub(super) fn jobs(runtimes: &[RuntimeId], marked: f64) -> Vec<Job> {
    let mut jobs = Vec::new();
    let mut pass = |step: f64, replication: u32, is_coarse: bool| {
        let steps = mixes(step);
        let between = (!steps.contains(&marked)).then_some(marked);
        for mix in between.into_iter().chain(steps) {
            for (runtime_idx, runtime) in (0..).zip(runtimes.iter().copied()) {
                jobs.push(Job { mix, runtime_idx, runtime, replication, is_coarse });
            }
        }
    };
    pass(COARSE_STEP, 0, true);
    for replication in 0..N_REPLICATIONS {
        pass(FINE_STEP, replication, false);
    }
    jobs
}
