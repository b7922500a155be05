//! Play, step, speed: the controls below the figure.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::app::params::{Param, find};
use crate::app::state::{Action, State};
use crate::ui::Place;
use crate::ui::element::{button, changes, element, keyed, tag, worded};
use crate::view::units::{exact, number};

/// Speeds on offer.
const SPEEDS: [f64; 7] = [0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 20.0];

/// Play, step, speed, reset.
pub(super) fn transport(state: &State, place: Place, act: &Callback<Action>) -> Html {
    let paused = state.settings.is_paused;
    let speed = state.settings.speed;
    let below = SPEEDS.iter().copied().filter(|s| *s < speed);
    let above = SPEEDS.iter().copied().filter(|s| *s > speed);
    let speeds = below.chain([speed]).chain(above);
    let options = speeds.map(|s| option(&exact(s), format!("{} ×", number(s)), s == speed));
    let on_speed = find("speed").map_or_else(Callback::noop, |param| set_from(act, param));
    let on = |action: fn() -> Action| {
        let act = act.clone();
        move |_: MouseEvent| act.emit(action())
    };
    let pressed = if paused { "false" } else { "true" };
    let mut select = tag("select", &[("aria-label", "Simulated seconds per second")], options.collect());
    select.add_listener(changes(on_speed));
    let out = if place == Place::Embed {
        let address = format!("./index.html?{}", state.query());
        let attributes = [("class", "out"), ("href", address.as_str()), ("target", "_blank"), ("rel", "noopener")];
        worded("a", &attributes, "Open ↗")
    } else {
        button(&[("class", "out")], "Reset all", on(|| Action::Defaults))
    };
    let play = if paused { "Play" } else { "Pause" };
    let children = vec![
        button(&[("class", "play"), ("aria-pressed", pressed)], play, on(|| Action::Toggle)),
        button(&[("title", "A tenth of a simulated second")], "Step", on(|| Action::Step)),
        element("label", &[], vec![worded("span", &[], "Speed "), select.into()]),
        button(&[("class", "restart"), ("title", "Begin the live run again")], "Restart", on(|| Action::Reset)),
        out,
    ];
    keyed(tag("div", &[("class", "transport")], children), "transport")
}

pub(crate) fn option(value: &str, label: impl Into<AttrValue>, is_selected: bool) -> Html {
    let selected: &[(&str, &str)] = if is_selected { &[("selected", "")] } else { &[] };
    worded("option", &[&[("value", value)], selected].concat(), label)
}

/// Sets `param` from the field that has changed.
fn set_from(act: &Callback<Action>, param: &'static Param) -> Callback<Event> {
    let act = act.clone();
    Callback::from(move |event: Event| {
        let Some(field) = event.target() else { return };
        let value = match field.dyn_into::<HtmlInputElement>() {
            Ok(input) => input.value(),
            Err(other) => other.unchecked_into::<HtmlSelectElement>().value(),
        };
        act.emit(Action::Set(param, value));
    })
}
