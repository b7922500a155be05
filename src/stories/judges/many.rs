//! Stories about very many at once.

use crate::sim::runtime::RuntimeId::{self, Go, Node, Threads};
use crate::sim::scenario::Scenario;
use crate::stories::hangs::hangs_on;
use crate::stories::judges::{
    NEAR, case, figure, holds_below, memory, overhead_ms, p99, place, throughput, up_to, when_below,
};
use crate::stories::lab::{Asked, Case, Found, Lab, Sample};
use crate::stories::search::{Axis, Crossing, crossing};
use crate::stories::words::{milliseconds, plus_minus, times_as};
use crate::stories::{Outcome, Verdict, When};
use crate::view::units::count;

fn makespan(found: &Found) -> f64 {
    found.reading.makespan_ms
}

/// Memory of a small container, in MB.
const CONTAINER_MB: f64 = 256.0;
/// Twice as cheap as a thread is little.
const LITTLE: f64 = 2.0;

/// Each of the tasks computes for 10 µs, as the article's that prints a line does, and waits for a second, as one would
/// that calls somebody slow: all of them are there at once.
pub(super) fn fan_out(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let own = [Node, Go, Threads].map(|runtime| case(runtime, scenario));
    let [node, go, threads] = lab.measure(&own)?;
    let fits = |[found]: [&Found; 1]| CONTAINER_MB - memory(found);
    let at = |n: f64| [case(Go, Scenario { n_tasks: n.round() as u32, ..scenario })];
    let room = crossing(lab, Axis::logarithmic(10_000.0, 160_000.0, 4), &at, &fits)?;
    let is_little = |all: &[Sample]| {
        let less = |figure| [0, 1].iter().all(|i| all[2].ratio(&all[*i], figure).mean > LITTLE);
        less(memory) && less(overhead_ms)
    };
    let hangs_on = hangs_on(lab, &own, &is_little)?;
    let all = [node, go, threads];
    let outcome = holds_below(if is_little(&all) { room } else { Crossing::Below });
    let [node, go, threads] = all;
    let holds_when = match room {
        Crossing::At(value) if outcome == Outcome::HoldsWhen => {
            let text = format!("up to {} goroutines, which take {CONTAINER_MB} MB", plus_minus(value));
            Some(When { text, key: "tasks", value })
        }
        _ => None,
    };
    let each = |of: fn(&Sample) -> String| [&go, &node, &threads].map(of);
    let [go_cost, node_cost, threads_cost] = each(|of| milliseconds(of.of(overhead_ms)));
    let [go_memory, node_memory, threads_memory] = each(|of| plus_minus(of.of(memory)));
    let [go_done, node_done, threads_done] = each(|of| milliseconds(of.of(makespan)));
    let sentence = format!(
        "{} cost {go_cost} of core time each as goroutines, {node_cost} as promises and {threads_cost} with a thread for \
         each, and take {go_memory}, {node_memory} and {threads_memory} MB. They are done after {go_done}, {node_done} and \
         {threads_done}.",
        count(scenario.n_tasks, "task", "tasks"),
    );
    let names = [("go", &go), ("node", &node), ("threads", &threads)];
    let costs = names.map(|(name, of)| figure(format!("core time a task, {name}"), "ms", of.of(overhead_ms)));
    let memories = names.map(|(name, of)| figure(format!("memory at most, {name}"), "MB", of.of(memory)));
    let makespans = names.map(|(name, of)| figure(format!("makespan, {name}"), "ms", of.of(makespan)));
    let figures = costs.into_iter().chain(memories).chain(makespans).chain(place("goroutines in 256 MB", "1", room));
    Ok(Verdict { outcome, holds_when, sentence, figures: figures.collect(), hangs_on, map: None })
}

fn cores_busy(found: &Found) -> f64 {
    found.reading.cores_busy
}

/// A message every 10 s from each of 10 000 browsers, passed on to ten others: a support chat, or a dashboard that is
/// looked at.
pub(super) fn connections(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let at = |n: f64| {
        let n_broadcast = n.round() as u32;
        [Node, Go].map(|runtime| case_of_few(runtime, Scenario { n_broadcast, ..scenario }))
    };
    let own = at(f64::from(scenario.n_broadcast));
    let [node, go] = lab.measure(&own)?;
    let is_near = |[node, go]: [&Found; 2]| NEAR - p99(node) / p99(go);
    let room = crossing(lab, Axis::logarithmic(1.0, 1_000.0, 7), &at, &is_near)?;
    let hangs_on = hangs_on(lab, &own, &|all| all[0].ratio(&all[1], p99).mean <= NEAR)?;
    let sentence = format!(
        "{} take {} MB in the event loop and {} with goroutines, and keep {} and {} cores busy. The loop's p99 latency is {} \
         as that of goroutines, and at most a quarter longer {}.",
        count(scenario.n_clients, "connection", "connections"),
        plus_minus(node.of(memory)),
        plus_minus(go.of(memory)),
        plus_minus(node.of(cores_busy)),
        plus_minus(go.of(cores_busy)),
        times_as(node.ratio(&go, p99), "as long"),
        up_to(room, "receivers of each message"),
    );
    let figures = [
        Some(figure("memory, node", "MB", node.of(memory))),
        Some(figure("memory, go", "MB", go.of(memory))),
        Some(figure("cores busy, node", "1", node.of(cores_busy))),
        Some(figure("cores busy, go", "1", go.of(cores_busy))),
        Some(figure("p99 latency, node / go", "times", node.ratio(&go, p99))),
        Some(figure("throughput, node / go", "times", node.ratio(&go, throughput))),
        place("receivers of each message up to which p99 latency is near", "1", room),
    ];
    Ok(Verdict {
        outcome: holds_below(room),
        holds_when: when_below(room, "broadcast", ToOwned::to_owned, "receivers of each message"),
        sentence,
        figures: figures.into_iter().flatten().collect(),
        hangs_on,
        map: None,
    })
}

/// A third of a round: those who say something meanwhile are many enough.
fn case_of_few(runtime: RuntimeId, scenario: Scenario) -> Case {
    let mut case = case(runtime, scenario);
    case.effort.length = (scenario.demand + scenario.think).scaled(1.0 / 3.0);
    case
}
