//! Stories about how long the unlucky wait.

use crate::sim::dist::Heavy;
use crate::sim::runtime::RuntimeId::{Go, Node};
use crate::sim::scenario::{Gc, Scenario};
use crate::stories::hangs::hangs_on;
use crate::stories::judges::{NEAR, case_of, figure, holds_below, p99, place, throughput, up_to, when_below};
use crate::stories::lab::{Asked, Found, Lab};
use crate::stories::search::{Axis, Crossing, crossing};
use crate::stories::words::{milliseconds, times, times_as};
use crate::stories::{Outcome, Verdict, When};
use crate::view::units::number;

/// Rounds that leave about six light requests beyond the 99.9th percentile.
const MANY_ROUNDS: u64 = 500;

fn light_p999(found: &Found) -> f64 {
    found.reading.light_p999_ms
}

/// 1 ms for a light request and 100 ms for one in 200, a report or an export: 200 a second are a third of one core.
pub(super) fn tail(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    // The light ones stay as they are: the mean, which the scenario has, follows.
    let share = scenario.heavy.share / 100.0;
    let mean = |factor: f64| 1.0 - share + share * factor;
    let light = scenario.mean_burst().as_ms_f64() / mean(scenario.heavy.factor);
    let wait = scenario.mean_wait().as_ms_f64();
    let at = |factor: f64| {
        let burst = light * mean(factor);
        let (demand, mix) = (crate::sim::time::Span::from_ms_f64(wait + burst), burst / (wait + burst) * 100.0);
        let heavy = Heavy { factor, ..scenario.heavy };
        [Node, Go].map(|runtime| case_of(runtime, Scenario { demand, mix, heavy, ..scenario }, MANY_ROUNDS))
    };
    let own = [Node, Go].map(|runtime| case_of(runtime, scenario, MANY_ROUNDS));
    let [node, go] = lab.measure(&own)?;
    let spoils = |[node, go]: [&Found; 2]| light_p999(node) / light_p999(go) - NEAR;
    let from = crossing(lab, Axis::logarithmic(1.0, 256.0, 5), &at, &spoils)?;
    let hangs_on = hangs_on(lab, &own, &|all| all[0].ratio(&all[1], light_p999).mean > NEAR)?;
    let (outcome, holds_when) = match from {
        Crossing::At(value) => {
            let text = format!("where heavy requests take at least {} as long as light ones", times(value));
            (Outcome::HoldsWhen, Some(When { text, key: "heavy-factor", value }))
        }
        Crossing::Above => (Outcome::Holds, None),
        Crossing::Below => (Outcome::DoesNotHold, None),
    };
    let sentence = format!(
        "Of light requests beside {} % heavy ones, one in a thousand takes {} or more in the event loop and {} with \
         goroutines, {}. Their medians are {} and {}.",
        number(scenario.heavy.share),
        milliseconds(node.of(light_p999)),
        milliseconds(go.of(light_p999)),
        times_as(node.ratio(&go, light_p999), "as long"),
        milliseconds(node.of(|found| found.reading.light_p50_ms)),
        milliseconds(go.of(|found| found.reading.light_p50_ms)),
    );
    let figures = [
        Some(figure("p99.9 latency of light requests, node", "ms", node.of(light_p999))),
        Some(figure("p99.9 latency of light requests, go", "ms", go.of(light_p999))),
        Some(figure("p99.9 latency of light requests, node / go", "times", node.ratio(&go, light_p999))),
        Some(figure("throughput, node / go", "times", node.ratio(&go, throughput))),
        place("times as long as a light one from which on heavy ones spoil it", "times", from),
    ];
    let figures = figures.into_iter().flatten().collect();
    Ok(Verdict { outcome, holds_when, sentence, figures, hangs_on, map: None })
}

/// 200 KB a request is a JSON document of some 20 KB read, changed and written: 80 MB a second.
pub(super) fn gc(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let with = |runtime, kb: f64, gc| case_of(runtime, Scenario { alloc: (kb * 1024.0) as u64, gc, ..scenario }, 60);
    let at = |runtime| move |kb: f64| [with(runtime, kb, Gc::On), with(runtime, kb, Gc::Off)];
    let kb = scenario.alloc as f64 / 1024.0;
    let own = [at(Node)(kb), at(Go)(kb)];
    let [[node, node_off], [go, go_off]] = lab.measure_pairs(&own)?;
    let axis = Axis::logarithmic(10.0, 5_120.0, 6);
    let is_near = |[on, off]: [&Found; 2]| NEAR - p99(on) / p99(off);
    let (of_go, of_node) = (crossing(lab, axis, &at(Go), &is_near)?, crossing(lab, axis, &at(Node), &is_near)?);
    let hangs_on = hangs_on(lab, own.as_flattened(), &|all| all[2].ratio(&all[3], p99).mean <= NEAR)?;
    let (added, node_added) = (go.against(&go_off, p99).difference, node.against(&node_off, p99).difference);
    let sentence = format!(
        "At {} KB a request, collecting adds {} to the p99 latency of goroutines and {} to that of the event loop. It \
         stays below a quarter {} with goroutines, and {} in the loop.",
        number(kb),
        milliseconds(added),
        milliseconds(node_added),
        up_to(of_go, "KB"),
        up_to(of_node, "KB"),
    );
    let figures = [
        Some(figure("added to the p99 latency, go", "ms", added)),
        Some(figure("added to the p99 latency, node", "ms", node_added)),
        Some(figure("p99 latency, node / go", "times", node.ratio(&go, p99))),
        place("memory a request up to which it adds less than a quarter, go", "KB", of_go),
        place("memory a request up to which it adds less than a quarter, node", "KB", of_node),
    ];
    Ok(Verdict {
        outcome: holds_below(of_go),
        holds_when: when_below(of_go, "alloc", |up_to| format!("{up_to} a request"), "KB"),
        sentence,
        figures: figures.into_iter().flatten().collect(),
        hangs_on,
        map: None,
    })
}
