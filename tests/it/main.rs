//! Native tests of the core: oracles, properties, determinism, permalinks, tidiness.

mod charts;
mod curve;
mod determinism;
#[path = "../shared/golden.rs"]
mod golden;
mod litmus;
mod oracles;
mod properties;
mod tidy;

use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::scenario::{CostModel, Scenario};

/// The theory's world: no costs, exponential bursts, nothing but CPU.
fn theory() -> Scenario {
    Scenario { mix: 100.0, costs: CostModel::Zero, cpu_dist: Dist::Exponential, ..Scenario::default() }
}
