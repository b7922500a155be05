//! For tiny scenarios the lanes say exactly what happened.

use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::{Io, Load, Scenario, Transport};

use crate::lanes::film::{all, film};

#[test]
fn try_it() {
    let scenario = Scenario { n_cores: 2, transport: Transport::Http, load: Load::Open, ..Scenario::default() };
    for io in [Io::Network, Io::Timer, Io::File] {
        for runtime in [RuntimeId::Node, RuntimeId::Go, RuntimeId::NodeWorkers, RuntimeId::NodeCluster] {
            let window = film(runtime, &Scenario { io, ..scenario }, &[(1_000, 10_000, 5_000), (2_000, 3_000, 0)], 60);
            println!("=== {runtime:?} {io:?}\n{}", all(&window));
        }
    }
}
