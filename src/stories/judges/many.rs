//! Stories about very many at once.

use crate::sim::runtime::RuntimeId::{Go, Node, Threads};
use crate::sim::scenario::Scenario;
use crate::stories::hangs::hangs_on;
use crate::stories::judges::{NEAR, case, figure, holds_below, memory, p99, place, throughput, up_to, when_below};
use crate::stories::lab::{Asked, Found, Lab};
use crate::stories::search::{Axis, Crossing, crossing};
use crate::stories::words::{milliseconds, plus_minus, times};
use crate::stories::{Outcome, Verdict, When};
use crate::view::units::count;

fn makespan(found: &Found) -> f64 {
    found.reading.makespan_ms
}

/// Memory of which a container has no more, in MB: half of what the smallest servers on offer have.
const CONTAINER_MB: f64 = 512.0;

/// Each of the tasks prints a line, as in the article: 10 µs, and waits for 10 ms as one would that calls somebody.
pub(super) fn fan_out(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let of = |runtime, n_tasks| case(runtime, Scenario { n_tasks, n_threads: n_tasks.min(10_000), ..scenario });
    let own = [Node, Go, Threads].map(|runtime| of(runtime, scenario.n_tasks));
    let [node, go, threads] = lab.measure(&own)?;
    let fits = |found: &Found, _: &Found| CONTAINER_MB - memory(found);
    let at = |n: f64| [of(Go, n.round() as u32); 2];
    let room = crossing(lab, Axis::logarithmic(10_000.0, 300_000.0, 5), &at, &fits)?;
    let less = |all: &[crate::stories::lab::Sample], figure: fn(&Found) -> f64| {
        [0, 1].iter().all(|i| all[2].ratio(&all[*i], figure).mean > 1.0)
    };
    let hangs_on = hangs_on(lab, &own, &|all| less(all, memory) && less(all, makespan))?;
    let all = [node, go, threads];
    let cheap = less(&all, memory) && less(&all, makespan);
    let [node, go, threads] = all;
    let outcome = match (cheap, room) {
        (false, _) | (true, Crossing::Below) => Outcome::DoesNotHold,
        (true, Crossing::Above) => Outcome::Holds,
        (true, Crossing::At(_)) => Outcome::HoldsWhen,
    };
    let holds_when = match room {
        Crossing::At(value) if cheap => {
            let text = format!("up to {} tasks, which take 512 MB in Go", plus_minus(value));
            Some(When { text, key: "tasks", value })
        }
        _ => None,
    };
    let tasks = count(scenario.n_tasks, "task", "tasks");
    let sentence = format!(
        "{tasks} of 10 ms are done after {} with goroutines, {} with promises and {} with a thread for each. They take {}, \
         {} and {} MB.",
        milliseconds(go.of(makespan)),
        milliseconds(node.of(makespan)),
        milliseconds(threads.of(makespan)),
        plus_minus(go.of(memory)),
        plus_minus(node.of(memory)),
        plus_minus(threads.of(memory)),
    );
    let names = [("go", &go), ("node", &node), ("threads", &threads)];
    let makespans = names.map(|(name, of)| figure(format!("makespan, {name}"), "ms", of.of(makespan)));
    let memories = names.map(|(name, of)| figure(format!("memory at most, {name}"), "MB", of.of(memory)));
    let figures = makespans.into_iter().chain(memories).chain(place("goroutines in 512 MB", "1", room));
    Ok(Verdict { outcome, holds_when, sentence, figures: figures.collect(), hangs_on, map: None })
}

fn cores_busy(found: &Found) -> f64 {
    found.reading.cores_busy
}

/// A message every 10 s from each of 10 000, passed on to ten others: a support chat, or a dashboard that is looked at.
pub(super) fn connections(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let at = |n: f64| {
        let n_broadcast = n.round() as u32;
        [Node, Go].map(|runtime| case_of_few(runtime, Scenario { n_broadcast, ..scenario }))
    };
    let own = [Node, Go, Threads].map(|runtime| case_of_few(runtime, scenario));
    let [node, go, threads] = lab.measure(&own)?;
    let is_near = |node: &Found, go: &Found| NEAR - p99(node) / p99(go);
    let room = crossing(lab, Axis::logarithmic(1.0, 1_000.0, 6), &at, &is_near)?;
    let hangs_on = hangs_on(lab, &own, &|all| all[0].ratio(&all[1], p99).mean <= NEAR)?;
    let small = node.ratio(&go, memory);
    let sentence = format!(
        "{} take {} MB in the event loop, {} with goroutines and {} with a thread for each. The loop's p99 latency is {} \
         that of goroutines, and at most a quarter longer {}.",
        count(scenario.n_clients, "connection", "connections"),
        plus_minus(node.of(memory)),
        plus_minus(go.of(memory)),
        plus_minus(threads.of(memory)),
        times(node.ratio(&go, p99)),
        up_to(room, "receivers of each message"),
    );
    let figures = [
        Some(figure("memory, node", "MB", node.of(memory))),
        Some(figure("memory, go", "MB", go.of(memory))),
        Some(figure("memory, threads", "MB", threads.of(memory))),
        Some(figure("memory, node / go", "times", small)),
        Some(figure("p99 latency, node / go", "times", node.ratio(&go, p99))),
        Some(figure("cores busy, node", "1", node.of(cores_busy))),
        Some(figure("throughput, node / go", "times", node.ratio(&go, throughput))),
        place("receivers up to which p99 latency is near", "1", room),
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
fn case_of_few(runtime: crate::sim::runtime::RuntimeId, scenario: Scenario) -> crate::stories::lab::Case {
    let mut case = case(runtime, scenario);
    case.effort.length = (scenario.demand + scenario.think).scaled(1.0 / 3.0);
    case
}
