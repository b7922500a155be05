//! Processor sharing: goroutines on one processor whose bursts are much longer than the time slice of 20 ms, and threads on
//! one core whose bursts are much longer than the operating system's of 0.75 ms.

use crate::oracles::source::{number, numbers};
use crate::oracles::{Measure, Oracle, WIDE, open};
use crate::sim::dist::{Dist, Heavy};
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Scenario;

/// Times are this many times those of the oracle: bursts of 1 s take about 50 slices of Go's, and of 40 ms as many of the
/// operating system's.
const SLOWER: [(RuntimeId, f64); 2] = [(RuntimeId::Go, 100.0), (RuntimeId::Threads, 4.0)];
/// A slice is not nothing: a request waits for whole slices of the others, and new ones for a look at the network.
/// That is a fiftieth of the mean burst for each round that it takes part in only in part.
const BIAS: f64 = 0.03;
/// Requests of each oracle.
const N_REQUESTS: f64 = 6e5;

pub(super) fn all() -> Vec<Oracle> {
    SLOWER.into_iter().flat_map(|(runtime, slower)| sharing(runtime, slower)).collect()
}

fn sharing(runtime: RuntimeId, slower: f64) -> Vec<Oracle> {
    let row = &numbers()["mg1ps"];
    let (rate, mean) = (number(row, "lam") / slower, number(row, "ES") * 1e3 * slower);
    let (response, slowdown) = (number(row, "W") * 1e3 * slower, number(row, "slowdown"));
    let heavy = Heavy { share: 10.0, factor: 10.0 };
    let of = |name: &str, cpu_dist| {
        let scenario = Scenario { cpu_dist, heavy, ..open(rate, mean, 1) };
        let oracle = Oracle::new(format!("M/{name}/1 sharing"), runtime, scenario, N_REQUESTS, rate);
        Oracle { width: WIDE, bias: BIAS, ..oracle }.expect(Measure::Response, response)
    };
    let light = mean / (1.0 - heavy.share / 100.0 + heavy.share / 100.0 * heavy.factor);
    vec![
        of("M", Dist::Exponential),
        of("D", Dist::Constant),
        // Of a request with burst x: x times the slowdown.
        of("bimodal", Dist::Bimodal)
            .expect(Measure::LightResponse, slowdown * light)
            .expect(Measure::HeavyResponse, slowdown * light * heavy.factor),
    ]
}
