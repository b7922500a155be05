//! The curve as a table.

use yew::prelude::*;

use crate::annex::card::build;
use crate::app::names::name;
use crate::app::state::State;
use crate::protocol::archive::Dots;
use crate::ui::element::{element, text, worded};
use crate::view::units::{number, per_second};

/// The curve as a table, with what was measured of it.
pub(super) fn curve_table(state: &State, dots: &Dots) -> Html {
    let shown = &state.shown;
    let heading = |words: &'static str| worded("th", &[("scope", "col")], words);
    let headings =
        std::iter::once(heading("CPU share")).chain(shown.runtimes.iter().map(|runtime| heading(name(*runtime))));
    let mut rows = vec![element("tr", &[], headings.collect())];
    for (mix, estimates) in shown.curve.rows().into_iter().filter(|(mix, _)| is_round(*mix)) {
        let head = worded("th", &[("scope", "row")], number(mix) + " %");
        let cells = estimates.iter().map(|estimate| worded("td", &[], per_second(estimate.throughput.mean)));
        rows.push(element("tr", &[], std::iter::once(head).chain(cells).collect()));
    }
    let caption = worded("caption", &[], "Requests completed per second");
    let mut children = vec![
        worded("summary", &[], "The curve as a table"),
        element("table", &[], vec![caption, element("tbody", &[], rows)]),
    ];
    // In a place of its own: Yew 0.23 confuses neighbours that appear and disappear.
    children.push(element(
        "div",
        &[],
        build(if dots.run == shown.run { &dots.table } else { &[] }, &|| text(""), &Callback::noop()),
    ));
    element("details", &[("class", "curve-table")], children)
}

/// Whether a mix is a row of the table: every tenth of the way. Remainders of floats cost two kilobytes of code.
fn is_round(mix: f64) -> bool {
    let tens = (mix / 10.0) as u32;
    f64::from(tens * 10) == mix
}
