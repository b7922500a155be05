//! The story about cold starts.

use crate::sim::runtime::RuntimeId::{Go, Node};
use crate::sim::scenario::{Scenario, Warm};
use crate::stats::gauge::N_GROUPS;
use crate::stats::interval::Interval;
use crate::stories::hangs::hangs_on;
use crate::stories::judges::{NEAR, case, figure};
use crate::stories::lab::{Asked, Found, Lab};
use crate::stories::words::{milliseconds, plus_minus, times_as};
use crate::stories::{Outcome, Verdict, When};

fn first(found: &Found) -> f64 {
    found.reading.first_ms
}

/// Over how many first requests of a run the mean latency of `slow` is [`NEAR`] that of `quick`: between the ends of two
/// groups of requests by ratio. `None` if it never comes so near, nothing if it always is.
fn until_near(slow: &Found, quick: &Found) -> Option<f64> {
    let (mut n, mut totals) = (0.0, [0.0; 2]);
    let mut last = (1.0, NEAR);
    for group in 0..N_GROUPS {
        let [(n_slow, slow_ms), (n_quick, quick_ms)] = [slow, quick].map(|found| found.reading.groups[group]);
        // The last group of each is not full.
        if n_slow != n_quick || n_slow == 0 {
            return None;
        }
        n += f64::from(n_slow);
        totals = [totals[0] + slow_ms, totals[1] + quick_ms];
        let ratio = totals[0] / totals[1];
        if ratio <= NEAR {
            let part = (last.1 - NEAR) / (last.1 - ratio).max(f64::MIN_POSITIVE);
            return Some(last.0 * libm::exp(libm::log(n / last.0) * part.clamp(0.0, 1.0)));
        }
        last = (n, ratio);
    }
    None
}

/// A request every 5 ms, of 2 ms computing, reaches a function that has been scaled to zero.
pub(super) fn jit(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let own = [Node, Go].map(|runtime| case(runtime, scenario));
    let warm = [Node, Go].map(|runtime| case(runtime, Scenario { warm: Warm::Warm, ..scenario }));
    let [node, go] = lab.measure(&own)?;
    let [warm_node, warm_go] = lab.measure(&warm)?;
    let hangs_on = hangs_on(lab, &own, &|all| all[0].ratio(&all[1], first).mean > NEAR)?;
    let counts: Option<Vec<f64>> = node.0.iter().zip(&go.0).map(|(node, go)| until_near(node, go)).collect();
    let until = counts.map(|counts| Interval::of(&counts));
    let sooner = node.ratio(&go, first);
    let (outcome, holds_when) = match until {
        _ if sooner.low() <= NEAR => (Outcome::DoesNotHold, None),
        None => (Outcome::Holds, None),
        Some(value) => {
            let text = format!("for instances that answer fewer than {} requests", plus_minus(value));
            (Outcome::HoldsWhen, Some(When { text, key: "requests", value }))
        }
    };
    let mean = |found: &Found| found.reading.mean_ms;
    let added = |cold: &crate::stories::lab::Sample, warm| cold.against(warm, mean).difference;
    let sentence = format!(
        "The first answer is there {} after the start from Go and {} from Node.js, {}. Over the first {} requests the mean \
         latency of Node.js is a quarter longer.",
        milliseconds(go.of(first)),
        milliseconds(node.of(first)),
        times_as(sooner, "as long"),
        until.map_or("and all".to_owned(), plus_minus),
    );
    let figures = [
        Some(figure("first answer, go", "ms", go.of(first))),
        Some(figure("first answer, node", "ms", node.of(first))),
        Some(figure("first answer, node / go", "times", sooner)),
        Some(figure("mean latency, node / go", "times", node.ratio(&go, mean))),
        Some(figure("added to the mean latency by a cold start, node", "ms", added(&node, &warm_node))),
        Some(figure("added to the mean latency by a cold start, go", "ms", added(&go, &warm_go))),
        until.map(|value| figure("first requests over which the mean latency of node is a quarter longer", "1", value)),
    ];
    let figures = figures.into_iter().flatten().collect();
    Ok(Verdict { outcome, holds_when, sentence, figures, hangs_on, map: None })
}
