//! The story about cold starts.

use crate::sim::runtime::RuntimeId::{Go, Node};
use crate::sim::scenario::{Scenario, Warm};
use crate::stats::gauge::N_GROUPS;
use crate::stories::hangs::hangs_on;
use crate::stories::judges::{NEAR, case_of, figure};
use crate::stories::lab::{Asked, Found, Lab};
use crate::stories::words::{milliseconds, plus_minus, times};
use crate::stories::{Outcome, Verdict};
use crate::view::units::count;

fn first(found: &Found) -> f64 {
    found.reading.first_ms
}

fn group(found: &Found, nth: usize) -> f64 {
    found.reading.groups_ms[nth]
}

/// 50 requests a second of 5 ms reach a function that has been scaled to zero.
pub(super) fn jit(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let rounds = 300;
    let cold = [Node, Go].map(|runtime| case_of(runtime, scenario, rounds));
    let warm = [Node, Go].map(|runtime| case_of(runtime, Scenario { warm: Warm::Warm, ..scenario }, rounds));
    let [node, go] = lab.measure(&cold)?;
    let [warm_node, _] = lab.measure(&warm)?;
    let hangs_on = hangs_on(lab, &cold, &|all| all[0].ratio(&all[1], first).mean > NEAR)?;
    // The first group of requests from which on Node is as quick as when it is warm.
    let slow = |nth: usize| {
        let mean = |all: &crate::stories::lab::Sample| all.0.iter().map(|found| group(found, nth)).sum::<f64>();
        mean(&node) > NEAR * mean(&warm_node)
    };
    let n_slow = (0..N_GROUPS).rev().find(|nth| slow(*nth)).map_or(0, |nth| 1_u32 << (nth + 1));
    let sooner = node.ratio(&go, first);
    let outcome = if sooner.low() > NEAR { Outcome::Holds } else { Outcome::DoesNotHold };
    let sentence = format!(
        "The first answer is there after {} from Go and {} from Node.js, {} as long. Node's first {} are more than a \
         quarter slower than later ones.",
        milliseconds(go.of(first)),
        milliseconds(node.of(first)),
        times(sooner),
        count(n_slow, "request", "requests"),
    );
    let _ = plus_minus;
    let figures = vec![
        figure("first answer, go", "ms", go.of(first)),
        figure("first answer, node", "ms", node.of(first)),
        figure("first answer, node / go", "times", sooner),
    ];
    Ok(Verdict { outcome, holds_when: None, sentence, figures, hangs_on, map: None })
}
