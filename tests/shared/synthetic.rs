//! A curve by formulas instead of simulations, for tests of what is made of curves: it stays when the models change.

use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::time::Span;
use runtime_duel::stats::curve::Curve;
use runtime_duel::stats::deep::{DeepSummary, Depth, LoopDelay};
use runtime_duel::stats::distribution::Distribution;
use runtime_duel::stats::replication::{Outcome, Replication};
use runtime_duel::stats::tally::{Digest, Summary};

/// Mixes that are known, in percent.
pub(crate) const N_MIXES: u32 = 21;

/// Four replications of `runtimes` at every twentieth: 64 clients that come back every 160 ms with 20 ms to do each.
pub(crate) fn curve(runtimes: &[RuntimeId]) -> Curve {
    let mut curve = Curve::new(runtimes.len());
    for mix in (0..N_MIXES).map(|i| f64::from(i) * 5.0) {
        for (idx, runtime) in runtimes.iter().enumerate() {
            for number in 0..4 {
                let (replication, depth) = replication(*runtime, mix, number);
                curve.add(mix, idx, Some(number), replication);
                curve.deepen(mix, idx, Some(number), depth);
            }
        }
    }
    curve
}

/// How much of a runtime there is: cores that it uses.
fn cores(runtime: RuntimeId) -> f64 {
    match runtime {
        RuntimeId::Node | RuntimeId::NodeService => 1.0,
        RuntimeId::NodeWorkers => 3.8,
        RuntimeId::NodeCluster => 3.4,
        RuntimeId::Go | RuntimeId::Threads | RuntimeId::Tokio => 4.0,
    }
}

fn replication(runtime: RuntimeId, mix: f64, number: u32) -> (Replication, Depth) {
    let noise = 1.0 + 0.02 * (f64::from(number) - 1.5);
    let offered = 400.0;
    let most = cores(runtime) / (0.000_2 * mix + 1e-6);
    // Bends where the one bound meets the other, with a smooth knee.
    let throughput = noise * offered * most / libm::sqrt(offered * offered + most * most);
    let scale = 64.0 / throughput * 1000.0 - 140.0;
    let mut latencies = Distribution::default();
    let n = 4_000_u32;
    for i in 0..n {
        let left = 1.0 - (f64::from(i) + 0.5) / f64::from(n);
        latencies.add(Span::from_ms_f64(16.0 + 0.4 * scale * -libm::log(left)));
    }
    let quantile = |q| latencies.quantile_ms(q).unwrap_or_default();
    let busy = throughput * mix * 0.000_2;
    let summary = Summary {
        seconds: 10.0,
        n_completed: n.into(),
        throughput,
        latency_mean_ms: 16.0 + 0.4 * scale,
        latency_p50_ms: quantile(0.5),
        latency_p99_ms: quantile(0.99),
        cores_busy: busy,
        in_system: throughput * scale / 1000.0,
    };
    let has_loop = runtime.key().starts_with("node");
    let delay = LoopDelay { p50_ms: scale / 9.0, p99_ms: scale / 2.0, max_ms: scale };
    let deep = DeepSummary {
        latency_p90_ms: Some(quantile(0.9)),
        latency_p999_ms: Some(quantile(0.999)),
        latency_max_ms: Some(quantile(1.0)),
        loop_delay: has_loop.then_some(delay),
        loop_utilization: has_loop.then_some(busy / cores(runtime)),
        busiest_loop: has_loop.then_some(busy / cores(runtime)),
        memory_peak: if has_loop { 45_000_000 } else { 12_000_000 },
        turns_per_s: throughput * 2.1,
        resumed_per_s: (runtime == RuntimeId::Go).then_some(throughput * 3.2),
    };
    let digest = Digest { sum: number.into(), who: 256 };
    let replication = Replication { summary, digest, n_events: 100_000, outcome: Outcome::Whole };
    (replication, Depth { summary: deep, latencies })
}
