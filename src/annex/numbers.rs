//! The numbers at the slider.

use yew::prelude::*;

use crate::app::names::name;
use crate::app::state::State;
use crate::protocol::BIN;
use crate::ui::element::{element, text, worded};
use crate::view::units::{fixed, milliseconds, number, per_second};

/// The columns of the table of numbers: a key, a heading, and what it means.
const COLUMNS: [(&str, &str, &str); 6] = [
    ("throughput", "per second", "Requests completed per second, settled, with its 95 % confidence interval"),
    ("p50", "p50", "Half of all requests are answered within this time"),
    ("p99", "p99", "99 of 100 requests are answered within this time"),
    ("cores", "cores busy", "Cores that run the runtime's threads on average, of those it can use"),
    ("live", "live", "Requests completed in the last second of the live run"),
    ("in-flight", "in flight", "Requests that have arrived and are not answered yet, live"),
];

/// The table of numbers at the slider.
pub(super) fn numbers(state: &State) -> Html {
    let mix = state.settings.scenario.mix;
    let headings =
        COLUMNS.iter().map(|(_, heading, meaning)| worded("th", &[("scope", "col"), ("title", meaning)], *heading));
    let headings = std::iter::once(element("td", &[], Vec::new())).chain(headings).collect();
    let rows = (0..state.shown.runtimes.len()).map(|idx| number_row(state, idx)).collect();
    element(
        "table",
        &[("class", "numbers")],
        vec![
            worded("caption", &[], format!("At {} % CPU, on the same requests", number(mix))),
            element("thead", &[], vec![element("tr", &[], headings)]),
            element("tbody", &[], rows),
        ],
    )
}

fn number_row(state: &State, idx: usize) -> Html {
    let shown = &state.shown;
    let runtime = shown.runtimes[idx];
    let mut values = [const { String::new() }; COLUMNS.len()];
    let estimate = shown.curve.at(state.settings.scenario.mix, idx);
    if let Some(estimate) = estimate.filter(|estimate| estimate.is_settled) {
        let x = estimate.throughput;
        let band = if x.half.is_finite() { format!(" ± {}", number(x.half)) } else { String::new() };
        values[0] = per_second(x.mean) + &band;
        values[1] = milliseconds(estimate.p50_ms);
        values[2] = milliseconds(estimate.p99_ms);
        values[3] = format!("{} of {}", fixed(estimate.cores_busy, 2, false), runtime.usable_cores(&shown.scenario));
    }
    if let Some(place) = state.settings.runtimes.iter().position(|one| *one == runtime) {
        let now = state.live.bins.get(place).and_then(|bins| bins.now(BIN.as_secs_f64()));
        values[4] = now.map(per_second).unwrap_or_default();
        values[5] = state.live.in_flight.get(place).map(|n| number(f64::from(*n))).unwrap_or_default();
    }
    let swatch = element("span", &[("class", runtime.key()), ("aria-hidden", "true")], Vec::new());
    let head = element("th", &[("scope", "row")], vec![swatch, text(name(runtime))]);
    let cells = COLUMNS.iter().zip(values).map(|((key, ..), value)| {
        // What is not known yet.
        let value = if value.is_empty() { "…".to_owned() } else { value };
        worded("td", &[("data-runtime", runtime.key()), ("data-number", key)], value)
    });
    element("tr", &[], std::iter::once(head).chain(cells).collect())
}
