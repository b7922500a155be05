//! Stories about requests that compute, and about cores.

use crate::sim::runtime::RuntimeId::{Go, Node, NodeCluster, Threads};
use crate::sim::scenario::Scenario;
use crate::sim::time::Span;
use crate::stats::interval::Interval;
use crate::stories::hangs::hangs_on;
use crate::stories::judges::{AS_MANY, case, case_of, figure, p99, place, throughput};
use crate::stories::lab::{Asked, Found, Lab, Sample};
use crate::stories::search::{Axis, Crossing, crossing, first_whole};
use crate::stories::words::{cores, is_apart, milliseconds, plus_minus, times};
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
        "On {} goroutines finish {} as many requests, and the event loop's timers are up to {} late (p99). On one core \
         it is {}.",
        cores(scenario.n_cores),
        times(ratio),
        milliseconds(node.of(loop_delay)),
        times(alone),
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

/// 400 clients that come back every 120 ms ask for 3333 requests a second of 0.4 ms each: more than a core.
pub(super) fn one_core(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let at = |ms: f64| {
        let demand = Span::from_ms_f64(ms);
        // As much is asked for as two cores could do, whatever a request takes.
        let think = scenario.think.scaled(ms / scenario.demand.as_ms_f64());
        [Node, Threads].map(|runtime| case(runtime, Scenario { demand, think, ..scenario }))
    };
    let own = [Node, Go, Threads].map(|runtime| case(runtime, scenario));
    let [node, go, threads] = lab.measure(&own)?;
    let axis = Axis::logarithmic(1.0, 200.0, 8);
    let cost = crossing(lab, axis, &at, &|node, threads| AS_MANY - throughput(threads) / throughput(node))?;
    let counts = [&node, &go, &threads].map(|sample| sample.of(switches));
    let saves = counts[2].low() > counts[0].high() + 1.0;
    let hangs_on = hangs_on(lab, &own, &|all| all[2].ratio(&all[0], throughput).mean < AS_MANY)?;
    let burst = |ms: f64| ms * scenario.mix / 100.0;
    let outcome = match (saves, cost) {
        (false, _) | (true, Crossing::Below) => Outcome::DoesNotHold,
        (true, Crossing::Above) => Outcome::Holds,
        (true, Crossing::At(_)) => Outcome::HoldsWhen,
    };
    let holds_when = match cost {
        Crossing::At(value) if saves => {
            let ms = Interval { mean: burst(value.mean), half: burst(value.half) };
            let text = format!("against threads, and where a request computes less than {}", milliseconds(ms));
            Some(When { text, key: "demand", value })
        }
        _ => None,
    };
    let ratio = threads.ratio(&node, throughput);
    let sentence = format!(
        "The core changes threads {} times a request with a thread for each, {} times with goroutines and {} times with \
         an event loop. At {} of computing threads finish {} as many requests, goroutines {}.",
        plus_minus(counts[2]),
        plus_minus(counts[1]),
        plus_minus(counts[0]),
        milliseconds(whole_ms(scenario.mean_burst())),
        times(ratio),
        times(go.ratio(&node, throughput)),
    );
    let figures = [
        Some(figure("thread switches a request, node", "1", counts[0])),
        Some(figure("thread switches a request, go", "1", counts[1])),
        Some(figure("thread switches a request, threads", "1", counts[2])),
        Some(figure("throughput, threads / node", "times", ratio)),
        Some(figure("throughput, go / node", "times", go.ratio(&node, throughput))),
        place("demand up to which it costs 3 %", "ms", cost),
    ];
    let figures = figures.into_iter().flatten().collect();
    Ok(Verdict { outcome, holds_when, sentence, figures, hangs_on, map: None })
}

fn whole_ms(span: Span) -> Interval {
    Interval { mean: span.as_ms_f64(), half: 0.0 }
}

/// 1.6 is the median of what was measured ([`crate::stories::costs::LANGUAGE`]).
pub(super) fn language(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let at = |js_factor| [Node, Go].map(|runtime| case(runtime, Scenario { js_factor, ..scenario }));
    let clustered = [NodeCluster, Go].map(|runtime| case(runtime, scenario));
    let own = at(scenario.js_factor);
    let [node, go] = lab.measure(&own)?;
    let [cluster, _] = lab.measure(&clustered)?;
    let more = |node: &Found, go: &Found| throughput(node) / throughput(go) - AS_MANY;
    let factor = crossing(lab, Axis::logarithmic(0.5, 10.0, 8), &at, &more)?;
    let mix = |js_factor: f64| {
        let at = move |mix| [Node, Go].map(|runtime| case(runtime, Scenario { mix, js_factor, ..scenario }));
        crossing(lab, Axis::linear(0.0, 100.0, 9), &at, &more)
    };
    let (usual, slowest) = (mix(scenario.js_factor)?, mix(crate::stories::costs::LANGUAGE.1)?);
    let hangs_on = hangs_on(lab, &own, &|all| all[0].ratio(&all[1], throughput).mean >= AS_MANY)?;
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
        "At {} % CPU goroutines finish {} as many requests where JavaScript takes {} times as long, the median of what \
         was measured; they are ahead {}. With {} times, the most that was measured, they are so {}.",
        number(scenario.mix),
        times(go.ratio(&node, throughput)),
        number(scenario.js_factor),
        knee(usual),
        number(crate::stories::costs::LANGUAGE.1),
        knee(slowest),
    );
    let figures = [
        Some(figure("throughput, go / node", "times", go.ratio(&node, throughput))),
        Some(figure("throughput, go / node-cluster", "times", go.ratio(&cluster, throughput))),
        place("times as long from which on go is ahead at this mix", "times", factor),
        place("CPU share from which on go is ahead", "%", usual),
        place("the same where JavaScript is slowest", "%", slowest),
    ];
    let figures = figures.into_iter().flatten().collect();
    Ok(Verdict { outcome, holds_when, sentence, figures, hangs_on, map: None })
}

/// 512 clients that pause for 20 ms ask for twice of what 64 cores can do.
pub(super) fn scale_up(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let at = |runtime, n_cores| case_of(runtime, Scenario { n_cores, ..scenario }, 60);
    let pair = |n_cores| [Node, Go].map(|runtime| at(runtime, n_cores));
    let all = [Node, NodeCluster, Go].map(|runtime| [at(runtime, 1), at(runtime, scenario.n_cores)]);
    let [node, node_all, cluster, cluster_all, go, go_all] =
        lab.measure(&all.concat().try_into().unwrap_or_else(|_| unreachable!("three pairs are six")))?;
    let first = first_whole(lab, (1, scenario.n_cores), &pair, &finishes_more)?;
    let own = pair(scenario.n_cores);
    let hangs_on = hangs_on(lab, &own, &|all| all[1].ratio(&all[0], throughput).mean * AS_MANY > 1.0)?;
    let gains =
        [(&node_all, &node), (&cluster_all, &cluster), (&go_all, &go)].map(|(all, one)| all.ratio(one, throughput));
    let (outcome, holds_when) = from_cores(first.map(|(n, _)| n), 1);
    let sentence = format!(
        "{} make {} as many requests of a goroutine program as one core, and {} of an event loop. A cluster of loops \
         comes to {}.",
        cores(scenario.n_cores),
        times(gains[2]),
        times(gains[0]),
        times(gains[1]),
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
