//! Native tests of the core: oracles, properties, determinism, permalinks, tidiness.

mod curve;
mod oracles;

use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::scenario::{CostModel, Scenario};

/// The theory's world: no costs, exponential bursts, nothing but CPU.
fn theory() -> Scenario {
    Scenario { mix: 100.0, costs: CostModel::Zero, cpu_dist: Dist::Exponential, ..Scenario::default() }
}
