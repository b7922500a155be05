//! The default scenario makes the product's point.

use runtime_duel::experiment::{Effort, Trial};
use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::Scenario;
use runtime_duel::sim::time::Span;
use runtime_duel::stats::replication::Replication;

fn at(mix: f64, runtime: RuntimeId) -> Replication {
    let effort = Effort { length: Span::from_ms(40_000), max_events: u64::MAX };
    Trial::new(runtime, &Scenario { mix, ..Scenario::default() }, 0, effort).finish()
}

#[test]
fn the_defaults_tie_left_of_both_knees_and_part_by_the_cores_right_of_them() {
    for mix in [0.0, 5.0, 10.0, 12.5, 15.0, 20.0, 30.0, 50.0, 60.0, 80.0, 100.0] {
        let (node, go) = (at(mix, RuntimeId::Node), at(mix, RuntimeId::Go));
        println!(
            "{mix:5} % node {:6.1}/s {:5.2} cores p99 {:7.1} ms {} events; go {:6.1}/s {:5.2} cores p99 {:7.1} ms {} events; digest {}",
            node.summary.throughput, node.summary.cores_busy, node.summary.latency_p99_ms, node.n_events,
            go.summary.throughput, go.summary.cores_busy, go.summary.latency_p99_ms, go.n_events, node.digest == go.digest
        );
    }
}
