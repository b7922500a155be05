//! Which scenario a point was measured in, and which scenarios it can be compared with.

use crate::app::permalink;
use crate::app::settings::Settings;
use crate::measured::file::{BadFile, Point};
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{CostModel, Io, Load, Scenario};

/// The scenario of a point's query.
///
/// # Errors
///
/// What in it is not accepted.
pub fn of(query: &str) -> Result<Scenario, BadFile> {
    // The version of the models at that time is no part of the scenario.
    let pairs: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("model=")).collect();
    let (settings, notes) = permalink::parse(&pairs.join("&"), &Settings::default());
    if let Some(note) = notes.first() {
        return Err(BadFile(format!("query: {}", note.0)));
    }
    settings.scenario.validated().map_err(|invalid| BadFile(format!("query: {invalid}")))
}

/// Whether `point` was measured in `scenario`, whatever its mix: what differs does not matter there.
#[must_use]
pub fn is_comparable(point: &Point, scenario: &Scenario) -> bool {
    let (Ok(of_point), Some(runtime)) = (of(&point.query), point.runtime()) else { return false };
    point.schedule.is_none() && are_alike(&of_point, scenario, runtime)
}

/// Whether two scenarios differ in nothing that matters to `runtime`, their mixes aside.
#[must_use]
pub fn are_alike(one: &Scenario, other: &Scenario, runtime: RuntimeId) -> bool {
    essence(one, runtime) == essence(other, runtime)
}

/// `scenario` with everything as it is by default that makes no difference to `runtime`, its mix among it.
fn essence(scenario: &Scenario, runtime: RuntimeId) -> Scenario {
    let plain = Scenario::default();
    let mut one = Scenario { mix: plain.mix, seed: plain.seed, ..*scenario };
    match one.load {
        Load::Closed => (one.rate, one.arrivals, one.n_tasks) = (plain.rate, plain.arrivals, plain.n_tasks),
        Load::Open => (one.n_clients, one.think, one.n_tasks) = (plain.n_clients, plain.think, plain.n_tasks),
        Load::Batch => {
            (one.n_clients, one.think) = (plain.n_clients, plain.think);
            (one.rate, one.arrivals) = (plain.rate, plain.arrivals);
        }
    }
    if !matches!(runtime, RuntimeId::NodeWorkers) {
        one.payload = plain.payload;
    }
    // Cores that nobody uses make no difference; one more than are used is for the runtime's other threads.
    let n_used = match runtime {
        RuntimeId::Node if one.io != Io::File => 1,
        RuntimeId::Go => one.n_processors(),
        _ => one.n_cores,
    };
    let has_workers = matches!(runtime, RuntimeId::NodeWorkers | RuntimeId::NodeCluster);
    one.n_workers = has_workers.then(|| one.n_workers());
    one.gomaxprocs = (runtime == RuntimeId::Go).then(|| one.n_processors());
    if runtime == RuntimeId::Go || one.io != Io::File {
        one.n_pool_threads = plain.n_pool_threads;
    }
    // Bursts are measured in the runtime's own language.
    if runtime == RuntimeId::Go {
        one.js_factor = plain.js_factor;
    }
    one.n_cores = one.n_cores.min(n_used + 1);
    one.costs = CostModel::Measured;
    one
}
