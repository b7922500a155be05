//! Stories about requests that compute, and about cores.

use crate::sim::runtime::RuntimeId::{Go, Node, NodeCluster, Threads};
use crate::sim::scenario::Scenario;
use crate::sim::time::Span;
use crate::stats::interval::Interval;
use crate::stories::costs::{Group, LANGUAGE};
use crate::stories::hangs::{hangs_on, hangs_on_costs};
use crate::stories::judges::{AS_MANY, FEW_ROUNDS, case, case_of, figure, holds_below, p99, place, throughput};
use crate::stories::lab::{Asked, Case, Found, Lab, Sample};
use crate::stories::search::{Axis, Crossing, crossing, first_whole};
use crate::stories::words::{cores, is_apart, milliseconds, plus_minus, times, times_as};
use crate::stories::{Outcome, Verdict, When};
use crate::view::units::number;

/// Whether the second finishes noticeably more than the first, beyond its interval.
fn finishes_more(samples: &[Sample; 2]) -> bool {
    let ratio = samples[1].ratio(&samples[0], throughput);
    ratio.mean * AS_MANY > 1.0 && is_apart(ratio, 1.0)
}

fn loop_delay(found: &Found) -> f64 {
    found.reading.loop_delay_p99_ms
}

fn whole(n: u32) -> Interval {
    Interval { mean: f64::from(n), half: 0.0 }
}

/// What a claim that holds from some number of cores on comes to.
fn from_cores(found: Option<u32>, least: u32) -> (Outcome, Option<When>) {
    match found {
        None => (Outcome::DoesNotHold, None),
        Some(n) if n == least => (Outcome::Holds, None),
        Some(n) => {
            let when = When { text: format!("from {} on", cores(n)), key: "cores", value: whole(n) };
            (Outcome::HoldsWhen, Some(when))
        }
    }
}

/// 8 ms is a page rendered or a small picture scaled; 400 a second are 3.2 cores' work.
pub(super) fn cpu_bound(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let at = |n_cores| [Node, Go].map(|runtime| case(runtime, Scenario { n_cores, ..scenario }));
    let own = at(scenario.n_cores);
    let [node, go] = lab.measure(&own)?;
    let [one_node, one_go] = lab.measure(&at(1))?;
    let first = first_whole(lab, (1, 8), &at, &finishes_more)?;
    let hangs_on = hangs_on(lab, &own, &|all| all[1].ratio(&all[0], throughput).mean * AS_MANY > 1.0)?;
    let (ratio, alone) = (go.ratio(&node, throughput), one_go.ratio(&one_node, throughput));
    let (outcome, holds_when) = from_cores(first.map(|(n, _)| n), 1);
    let sentence = format!(
        "On {} goroutines finish {} as the event loop, whose timers are late by up to {} (p99). On one core they finish \
         {}.",
        cores(scenario.n_cores),
        times_as(ratio, "as many requests"),
        milliseconds(node.of(loop_delay)),
        times_as(alone, "as many"),
    );
    Ok(Verdict {
        outcome,
        holds_when,
        sentence,
        figures: vec![
            figure("throughput, go / node", "times", ratio),
            figure("throughput on one core, go / node", "times", alone),
            figure("p99 latency, node / go", "times", node.ratio(&go, p99)),
            figure("p99 event-loop delay, node", "ms", node.of(loop_delay)),
        ],
        hangs_on,
        map: None,
    })
}

fn switches(found: &Found) -> f64 {
    // Switches are counted over the whole run, requests in its window.
    found.n_switches as f64 / (found.reading.throughput * found.seconds)
}

/// The same, with switching between threads for nothing.
fn without_switching(case: Case) -> Case {
    Case { scaled: [Some((Group::Switch, 0.0)), None], ..case }
}

/// 0.1 ms of computing and one call to somebody near, asked for by a load generator that fills the core.
pub(super) fn one_core(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let pair = |case: Case| [case, without_switching(case)];
    let at = |ms: f64| {
        let demand = scenario.mean_wait() + Span::from_ms_f64(ms);
        let mix = ms / demand.as_ms_f64() * 100.0;
        pair(case_of(Threads, Scenario { mix, demand, ..scenario }, FEW_ROUNDS))
    };
    let own = [Node, Go, Threads].map(|runtime| case(runtime, scenario));
    let [node, go, threads] = lab.measure(&own)?;
    let with_and_without = pair(own[2]);
    let [_, without] = lab.measure(&with_and_without)?;
    let axis = Axis::logarithmic(0.01, 2.0, 7);
    let costs = |[with, without]: [&Found; 2]| AS_MANY - throughput(with) / throughput(without);
    let cost = crossing(lab, axis, &at, &costs)?;
    let hangs_on = hangs_on(lab, &with_and_without, &|all| all[0].ratio(&all[1], throughput).mean < AS_MANY)?;
    let counts = [&node, &go, &threads].map(|sample| sample.of(switches));
    let outcome = holds_below(if counts[2].low() > counts[0].high() { cost } else { Crossing::Below });
    let holds_when = match cost {
        Crossing::At(value) if outcome == Outcome::HoldsWhen => {
            let text = format!("against threads, where a request computes less than {}", milliseconds(value));
            Some(When { text, key: "burst", value })
        }
        _ => None,
    };
    let (lost, ratio) = (without.ratio(&threads, throughput), threads.ratio(&node, throughput));
    let sentence = format!(
        "The core goes from thread to thread {} times a request with a thread for each, {} times with goroutines and {} \
         times with an event loop. If that cost nothing, threads would finish {}; as it is, they finish {} as the loop, and \
         goroutines {}.",
        plus_minus(counts[2]),
        plus_minus(counts[1]),
        plus_minus(counts[0]),
        times_as(lost, "as many requests"),
        times_as(ratio, "as many"),
        times_as(go.ratio(&node, throughput), "as many"),
    );
    let figures = [
        Some(figure("thread switches a request, node", "1", counts[0])),
        Some(figure("thread switches a request, go", "1", counts[1])),
        Some(figure("thread switches a request, threads", "1", counts[2])),
        Some(figure("throughput, threads without the cost of switching / with it", "times", lost)),
        Some(figure("throughput, threads / node", "times", ratio)),
        Some(figure("throughput, go / node", "times", go.ratio(&node, throughput))),
        place("computing a request up to which switching costs 3 %", "ms", cost),
    ];
    let figures = figures.into_iter().flatten().collect();
    Ok(Verdict { outcome, holds_when, sentence, figures, hangs_on, map: None })
}

/// 1.6 is the median of what was measured ([`LANGUAGE`]).
pub(super) fn language(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let at = |js_factor| [Node, Go].map(|runtime| case(runtime, Scenario { js_factor, ..scenario }));
    let own = at(scenario.js_factor);
    let [node, go] = lab.measure(&own)?;
    // Where there is nothing but computing, on the same cores.
    let full = [NodeCluster, Go].map(|runtime| case(runtime, Scenario { mix: 100.0, ..scenario }));
    let [cluster, full_go] = lab.measure(&full)?;
    let more = |[node, go]: [&Found; 2]| throughput(node) / throughput(go) - AS_MANY;
    let factor = crossing(lab, Axis::logarithmic(0.5, 10.0, 8), &at, &more)?;
    let mix = |js_factor: f64| {
        let at = move |mix| [Node, Go].map(|runtime| case(runtime, Scenario { mix, js_factor, ..scenario }));
        crossing(lab, Axis::linear(0.0, 100.0, 9), &at, &more)
    };
    let (usual, slowest) = (mix(scenario.js_factor)?, mix(LANGUAGE.1)?);
    let hangs_on = hangs_on_costs(lab, &own, &|all| all[0].ratio(&all[1], throughput).mean >= AS_MANY)?;
    let (outcome, holds_when) = match factor {
        Crossing::Below => (Outcome::Holds, None),
        Crossing::Above => (Outcome::DoesNotHold, None),
        Crossing::At(value) => {
            let text = format!("where JavaScript takes at least {} as long", times(value));
            (Outcome::HoldsWhen, Some(When { text, key: "js-factor", value }))
        }
    };
    let knee = |crossing| match crossing {
        Crossing::At(value) => format!("from {} % CPU on", plus_minus(value)),
        Crossing::Above => "nowhere".to_owned(),
        Crossing::Below => "everywhere".to_owned(),
    };
    let sentence = format!(
        "At {} % CPU goroutines finish {} where JavaScript takes {} times as long, the median of what was measured; they \
         are ahead {}. With {} times, the most that was measured, they are so {}.",
        number(scenario.mix),
        times_as(go.ratio(&node, throughput), "as many requests"),
        number(scenario.js_factor),
        knee(usual),
        number(LANGUAGE.1),
        knee(slowest),
    );
    let figures = [
        Some(figure("throughput, go / node", "times", go.ratio(&node, throughput))),
        Some(figure("throughput at 100 % CPU, go / node-cluster", "times", full_go.ratio(&cluster, throughput))),
        place("times as long from which on go is ahead at this mix", "times", factor),
        place("CPU share from which on go is ahead", "%", usual),
        place("the same where JavaScript is slowest", "%", slowest),
    ];
    let figures = figures.into_iter().flatten().collect();
    Ok(Verdict { outcome, holds_when, sentence, figures, hangs_on, map: None })
}

/// 512 clients that pause for 20 ms ask for twice of what 64 cores can do.
pub(super) fn scale_up(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let at = |runtime, n_cores| {
        let mut case = case(runtime, Scenario { n_cores, ..scenario });
        // A full loop answers all of its clients together, once in a round: of few rounds, one more or less counts.
        case.effort.length = case.effort.length * 3;
        case
    };
    let pair = |n_cores| [Node, Go].map(|runtime| at(runtime, n_cores));
    let all = [Node, NodeCluster, Go].map(|runtime| [at(runtime, 1), at(runtime, scenario.n_cores)]);
    let [[node, node_all], [cluster, cluster_all], [go, go_all]] = lab.measure_pairs(&all)?;
    let first = first_whole(lab, (1, scenario.n_cores), &pair, &finishes_more)?;
    let own = pair(scenario.n_cores);
    let hangs_on = hangs_on(lab, &own, &|all| all[1].ratio(&all[0], throughput).mean * AS_MANY > 1.0)?;
    let gains =
        [(&node_all, &node), (&cluster_all, &cluster), (&go_all, &go)].map(|(all, one)| all.ratio(one, throughput));
    let (outcome, holds_when) = from_cores(first.map(|(n, _)| n), 1);
    let sentence = format!(
        "{} finish {} of one core with goroutines, {} with a cluster of event loops and {} with one.",
        cores(scenario.n_cores),
        times_as(gains[2], "the requests"),
        times(gains[1]),
        times(gains[0]),
    );
    Ok(Verdict {
        outcome,
        holds_when,
        sentence,
        figures: vec![
            figure(format!("{} against 1, go", cores(scenario.n_cores)), "times", gains[2]),
            figure(format!("{} against 1, node", cores(scenario.n_cores)), "times", gains[0]),
            figure(format!("{} against 1, node-cluster", cores(scenario.n_cores)), "times", gains[1]),
            figure("throughput on all cores, go / node", "times", go_all.ratio(&node_all, throughput)),
            figure("throughput on all cores, go / node-cluster", "times", go_all.ratio(&cluster_all, throughput)),
        ],
        hangs_on,
        map: None,
    })
}
