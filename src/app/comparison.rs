//! A curve together with what it is the curve of.

use crate::app::settings::Settings;
use crate::protocol::RunId;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Scenario;
use crate::stats::curve::Curve;
use crate::stats::replication::Replication;

/// A curve and what it is the curve of, which may be other than what is set by now.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The run that it is the result of.
    pub run: RunId,
    /// What was simulated; the mix does not matter.
    pub scenario: Scenario,
    /// On what.
    pub runtimes: Vec<RuntimeId>,
    /// What came out.
    pub curve: Curve,
}

impl Comparison {
    /// Adds a replication, and what it was like beyond that, as a worker told them.
    pub(super) fn heard(
        &mut self,
        mix: f64,
        runtime_idx: usize,
        number: Option<u32>,
        replication: Replication,
        depth: &[u8],
    ) {
        self.curve.add(mix, runtime_idx, number, replication);
        #[cfg(feature = "deep")]
        if let Some(depth) = crate::protocol::deep::replication(depth) {
            self.curve.deepen(mix, runtime_idx, number, depth);
        }
        // The figure has no use for it.
        #[cfg(not(feature = "deep"))]
        let _ = depth;
    }

    pub(crate) fn of(settings: &Settings, run: RunId) -> Self {
        let runtimes = settings.runtimes.clone();
        Self { run, scenario: settings.scenario, curve: Curve::new(runtimes.len()), runtimes }
    }
}
