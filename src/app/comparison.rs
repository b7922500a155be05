//! A curve together with what it is the curve of.

use crate::app::settings::Settings;
use crate::protocol::RunId;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Scenario;
use crate::stats::curve::Curve;

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
    pub(crate) fn of(settings: &Settings, run: RunId) -> Self {
        let runtimes = settings.runtimes.clone();
        Self { run, scenario: settings.scenario, curve: Curve::new(runtimes.len()), runtimes }
    }
}
