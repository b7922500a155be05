//! Stories about Node.js with help.

use crate::sim::runtime::RuntimeId::{Go, Node, NodeCluster, NodeService, NodeWorkers};
use crate::sim::scenario::Scenario;
use crate::stories::Verdict;
use crate::stories::hangs::hangs_on;
use crate::stories::judges::{
    AS_MANY, NEAR, case, figure, holds_below, overhead_ms, p99, place, throughput, up_to, when_below,
};
use crate::stories::lab::{Asked, Found, Lab};
use crate::stories::search::{Axis, Crossing, crossing};
use crate::stories::words::{milliseconds, scaled, times_as};

/// Messages that a burst in a worker takes: there and back.
const N_MESSAGES: f64 = 2.0;
/// Clients whose requests meet nobody: what they cost is their own.
const N_ALONE: u32 = 4;

/// The burst of `cpu-bound`, with 1 KB to say about it each way.
pub(super) fn worker_threads(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let at = |runtime| {
        move |kb: f64| [runtime, Go].map(|one| case(one, Scenario { payload: (kb * 1024.0) as u64, ..scenario }))
    };
    let own = [Node, NodeWorkers, NodeService, Go].map(|runtime| case(runtime, scenario));
    let [node, workers, service, go] = lab.measure(&own)?;
    let alone = [Node, NodeWorkers].map(|runtime| case(runtime, Scenario { n_clients: N_ALONE, ..scenario }));
    let [node_alone, workers_alone] = lab.measure(&alone)?;
    let axis = Axis::logarithmic(1.0, 10_000.0, 8);
    let enough = |[helped, go]: [&Found; 2]| throughput(helped) / throughput(go) - AS_MANY;
    let by_workers = crossing(lab, axis, &at(NodeWorkers), &enough)?;
    let by_service = crossing(lab, axis, &at(NodeService), &enough)?;
    let hangs_on = hangs_on(lab, &own[1..], &|all| all[0].ratio(&all[2], throughput).mean >= AS_MANY)?;
    let against = |helped: &crate::stories::lab::Sample| helped.ratio(&go, throughput);
    let message = scaled(workers_alone.against(&node_alone, overhead_ms).difference, 1.0 / N_MESSAGES);
    let sentence = format!(
        "Worker threads finish {} as goroutines do and a service {}, the loop alone {}. A message costs {} of core time, \
         and worker threads keep pace {}.",
        times_as(against(&workers), "as many requests"),
        times_as(against(&service), "as many"),
        times_as(against(&node), "as many"),
        milliseconds(message),
        up_to(by_workers, "KB a message"),
    );
    let figures = [
        Some(figure("throughput, node-workers / go", "times", against(&workers))),
        Some(figure("throughput, node-service / go", "times", against(&service))),
        Some(figure("throughput, node / go", "times", against(&node))),
        Some(figure("core time of a message", "µs", scaled(message, 1e3))),
        place("message size up to which worker threads keep up", "KB", by_workers),
        place("message size up to which a service keeps up", "KB", by_service),
    ];
    Ok(Verdict {
        outcome: holds_below(by_workers),
        holds_when: when_below(by_workers, "payload", ToOwned::to_owned, "KB a message"),
        sentence,
        figures: figures.into_iter().flatten().collect(),
        hangs_on,
        map: None,
    })
}

/// 6 ms bursts, 400 a second: 2.4 of four cores, which a machine that scales up at 60 % would have.
pub(super) fn cluster(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let at = |mix| [NodeCluster, Go].map(|runtime| case(runtime, Scenario { mix, ..scenario }));
    let own = at(scenario.mix);
    let [cluster, go] = lab.measure(&own)?;
    // Beyond that goroutines' four cores are full, and all wait for one another alike.
    let axis = Axis::linear(0.0, 45.0, 8);
    let is_near = crossing(lab, axis, &at, &|[cluster, go]| NEAR - p99(cluster) / p99(go))?;
    let keeps_up = crossing(lab, axis, &at, &|[cluster, go]| throughput(cluster) / throughput(go) - AS_MANY)?;
    let hangs_on = hangs_on(lab, &own, &|all| all[0].ratio(&all[1], p99).mean <= NEAR)?;
    // It has to be so in both.
    let both = match (is_near, keeps_up) {
        (Crossing::At(tail), Crossing::At(rate)) => Crossing::At(if tail.mean < rate.mean { tail } else { rate }),
        (Crossing::Above, other) | (other, Crossing::Above) => other,
        (Crossing::Below, _) | (_, Crossing::Below) => Crossing::Below,
    };
    let sentence = format!(
        "At {} % CPU the cluster finishes {} as goroutines do, and its p99 latency is {}. Throughput is the same {}, the \
         p99 latency at most a quarter longer {}.",
        scenario.mix,
        times_as(cluster.ratio(&go, throughput), "as many requests"),
        times_as(cluster.ratio(&go, p99), "as long"),
        up_to(keeps_up, "% CPU"),
        up_to(is_near, "% CPU"),
    );
    let figures = [
        Some(figure("throughput, node-cluster / go", "times", cluster.ratio(&go, throughput))),
        Some(figure("p99 latency, node-cluster / go", "times", cluster.ratio(&go, p99))),
        Some(figure("p99 latency, node-cluster", "ms", cluster.of(p99))),
        Some(figure("p99 latency, go", "ms", go.of(p99))),
        place("CPU share up to which throughput is the same", "%", keeps_up),
        place("CPU share up to which p99 latency is near", "%", is_near),
    ];
    Ok(Verdict {
        outcome: holds_below(both),
        holds_when: when_below(both, "mix", ToOwned::to_owned, "% CPU"),
        sentence,
        figures: figures.into_iter().flatten().collect(),
        hangs_on,
        map: None,
    })
}
