//! The words and figures of the page: verdict, curve with its slider, live plot, numbers.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, PointerEvent};
use yew::html::{oninput, onpointercancel, onpointerdown, onpointermove, onpointerout, onpointerup};
use yew::prelude::*;

use crate::app::measured::Measured;
use crate::app::names::name;
use crate::app::params::Note;
use crate::app::settings::MODEL_VERSION;
use crate::app::state::{Action, MIX_STEP, State};
use crate::chart::Place as Margins;
use crate::protocol::BIN;
use crate::sim::scenario::Load;
use crate::ui::Place;
use crate::ui::element::{button, canvas, changes, disabled, element, keyed, tag, text, worded};
use crate::ui::measured::{Pointed, Wish};
use crate::ui::plots::Refs;
use crate::view::units::{exact, number, per_second};

/// The title; seen where the page stands alone.
pub(super) fn heading(place: Place, is_full: bool) -> Html {
    let title = worded("h1", &[], "Node.js or Go? Drag and see.");
    if place == Place::Embed || !is_full {
        return element("header", &[("class", "unseen")], vec![title]);
    }
    let lead = "A simulated event loop and a simulated goroutine scheduler serve the same requests. You set how much \
                of each request is computing and how much is waiting.";
    element("header", &[], vec![title, worded("p", &[], lead)])
}

/// Where the annex says what is claimed, of a story or on a stage.
pub(super) fn stage() -> Html {
    keyed(tag("div", &[("id", "stage")], Vec::new()), "stage")
}

/// The sentence.
pub(super) fn verdict(state: &State) -> Html {
    let words = match &state.verdict {
        _ if state.is_lost => {
            vec![text("The simulation could not be started in this browser. Restart or reload to try again.")]
        }
        Some(verdict) => vec![
            worded("span", &[("class", "given")], verdict.given.clone() + " "),
            worded("strong", &[], verdict.finding.clone()),
            text(format!(": {}.", verdict.reason)),
        ],
        None => vec![text("Simulating…")],
    };
    element("p", &[("class", "verdict")], words)
}

/// The part of the plot that a pointer is over: a canvas that fills it. Yew listens at the root of the page, so that
/// the event's current target is the whole page.
fn under(event: &PointerEvent) -> Option<HtmlElement> {
    event.target()?.dyn_into().ok()
}

/// A pointer over the plot.
fn pointed(event: &PointerEvent) -> Option<Pointed> {
    let plot = under(event)?;
    let rect = plot.get_bounding_client_rect();
    let size = (f64::from(plot.offset_width()), f64::from(plot.offset_height()));
    // A host may scale the figure: margins scale with it.
    let scale = rect.width() / size.0;
    let at = ((f64::from(event.client_x()) - rect.left()) / scale, (f64::from(event.client_y()) - rect.top()) / scale);
    Some(Pointed { size, at, reach: if is_finger(event) { 24.0 } else { 12.0 } })
}

/// The mix at a pointer over the plot, in percent.
fn mix_at(event: &PointerEvent) -> Option<f64> {
    let Pointed { size, at, .. } = pointed(event)?;
    Some((at.0 - Margins::LEFT) / (size.0 - Margins::LEFT - Margins::RIGHT) * 100.0)
}

fn is_finger(event: &PointerEvent) -> bool {
    event.pointer_type() == "touch"
}

fn capture(event: &PointerEvent) -> bool {
    under(event).is_some_and(|element| element.set_pointer_capture(event.pointer_id()).is_ok())
}

fn is_dragging(event: &PointerEvent) -> bool {
    under(event).is_some_and(|element| element.has_pointer_capture(event.pointer_id()))
}

/// What the curve shows of measurements.
pub(super) struct Shown<'a> {
    /// All of it.
    pub(super) measured: &'a Measured,
    /// What is under the pointer, by place among the dots.
    pub(super) pointed: &'a [usize],
    pub(super) wish: &'a Callback<Wish>,
}

/// The curve with the slider as its axis.
pub(super) fn curve(state: &State, refs: &Refs, shown: &Shown<'_>, act: &Callback<Action>) -> Html {
    let mix = state.settings.scenario.mix;
    let on_down = {
        let act = act.clone();
        Callback::from(move |event: PointerEvent| {
            if event.button() == 0 && capture(&event) {
                act.emit(Action::Grab);
                // A finger may be about to scroll: it moves nothing before it moves sideways.
                if !is_finger(&event) {
                    mix_at(&event).into_iter().for_each(|mix| act.emit(Action::Drag(mix)));
                }
            }
        })
    };
    let on_move = {
        let (act, wish) = (act.clone(), shown.wish.clone());
        Callback::from(move |event: PointerEvent| {
            if is_dragging(&event) {
                mix_at(&event).into_iter().for_each(|mix| act.emit(Action::Drag(mix)));
            }
            if !is_finger(&event) {
                wish.emit(Wish::Point(pointed(&event)));
            }
        })
    };
    let on_up = {
        let (act, wish) = (act.clone(), shown.wish.clone());
        Callback::from(move |event: PointerEvent| {
            mix_at(&event).into_iter().for_each(|mix| act.emit(Action::Drag(mix)));
            act.emit(Action::Commit);
            wish.emit(Wish::Point(pointed(&event)));
        })
    };
    // A finger leaves whenever it is lifted; what it has shown stays until it taps elsewhere.
    let on_out = {
        let wish = shown.wish.clone();
        Callback::from(move |event: PointerEvent| {
            if !is_finger(&event) {
                wish.emit(Wish::Point(None));
            }
        })
    };
    // The browser takes the finger's movement over, to scroll.
    let on_cancel = act.reform(|_: PointerEvent| Action::LetGo);
    let label = state.verdict.as_ref().map(ToString::to_string).unwrap_or_default();
    let canvases = vec![canvas(&refs.curve, "still"), canvas(&refs.marker, "moving"), under_pointer(shown)];
    let mut plot = tag("div", &[("class", "plot"), ("role", "img"), ("aria-label", &label)], canvases);
    plot.node_ref = refs.curve_plot.clone();
    plot.add_listener(Rc::new(onpointerdown::Wrapper::new(on_down)));
    plot.add_listener(Rc::new(onpointermove::Wrapper::new(on_move)));
    plot.add_listener(Rc::new(onpointerup::Wrapper::new(on_up)));
    plot.add_listener(Rc::new(onpointercancel::Wrapper::new(on_cancel)));
    plot.add_listener(Rc::new(onpointerout::Wrapper::new(on_out)));
    let caption = if state.shown.scenario.load == Load::Batch {
        "Tasks per second until the last one is done, by how much of a task is computing"
    } else {
        "Requests completed per second, by how much of a request is computing"
    };
    let dots = worded("span", &[("class", "aside")], shown.measured.shown.caption.clone());
    let mut children = vec![element("figcaption", &[], vec![text(caption), dots]), plot.into()];
    children.extend(slider(mix, act));
    keyed(tag("figure", &[("class", "curve")], children), "curve")
}

/// What is told of the dots under the pointer, where it covers none of them.
fn under_pointer(shown: &Shown<'_>) -> Html {
    let dots = &shown.measured.shown.dots;
    let lines = shown.pointed.iter().filter_map(|idx| Some(worded("span", &[], dots.get(*idx)?.words.clone())));
    let lines: Vec<Html> = lines.collect();
    let hidden: &[(&str, &str)] = if lines.is_empty() { &[("hidden", "")] } else { &[] };
    keyed(tag("p", &[&[("class", "pointed")], hidden].concat(), lines), "pointed")
}

fn slider(mix: f64, act: &Callback<Action>) -> [Html; 2] {
    let value = |event: &Event| Some(event.target()?.dyn_into::<HtmlInputElement>().ok()?.value_as_number());
    let on_input = {
        let act = act.clone();
        Callback::from(move |event: InputEvent| value(&event).into_iter().for_each(|mix| act.emit(Action::Drag(mix))))
    };
    let step = |name: &str, words, by: f64, is_at_end| {
        let act = act.clone();
        button(&[&[("aria-label", name)], disabled(is_at_end)].concat(), words, move |_| {
            act.emit(Action::Drag(mix + by));
            act.emit(Action::Commit);
        })
    };
    let said = format!("{} % CPU, {} % I/O", number(mix), number(100.0 - mix));
    let attributes = [
        ("type", "range"),
        ("id", "mix"),
        ("min", "0"),
        ("max", "100"),
        ("step", &exact(MIX_STEP)),
        ("aria-label", "CPU share of a request"),
        ("aria-valuetext", &said),
    ];
    let mut range = tag("input", &attributes, Vec::new());
    range.set_value(exact(mix));
    range.add_listener(Rc::new(oninput::Wrapper::new(on_input)));
    range.add_listener(changes(act.reform(|_: Event| Action::Commit)));
    let less = step("One percent less CPU", "−", -1.0, mix <= 0.0);
    let more = step("One percent more CPU", "+", 1.0, mix >= 100.0);
    let ends = vec![
        worded("span", &[], "waiting"),
        worded("output", &[("for", "mix")], said.clone()),
        worded("span", &[], "computing"),
    ];
    [
        keyed(tag("div", &[("class", "slider")], vec![less, range.into(), more]), "slider"),
        keyed(tag("div", &[("class", "ends"), ("aria-hidden", "true")], ends), "ends"),
    ]
}

/// The live plot.
pub(super) fn live(state: &State, refs: &Refs) -> Html {
    let label = state.settings.runtimes.iter().zip(&state.live.bins).map(|(runtime, bins)| {
        let now = bins.now(BIN.as_secs_f64()).map_or_else(|| "nothing yet".to_owned(), per_second);
        format!("{}: {now}", name(*runtime))
    });
    let label = format!("Requests per second now. {}", label.collect::<Vec<_>>().join(", "));
    let what = if state.settings.scenario.load == Load::Batch {
        "Live: tasks done per second"
    } else {
        "Live: requests completed per second"
    };
    let caption = vec![text(what), worded("span", &[("class", "aside")], live_aside(state))];
    let canvases = vec![canvas(&refs.live_axes, "still"), canvas(&refs.live, "moving")];
    let children = vec![
        element("figcaption", &[], caption),
        element("div", &[("class", "plot"), ("role", "img"), ("aria-label", &label)], canvases),
    ];
    keyed(tag("figure", &[("class", "live")], children), "live")
}

fn live_aside(state: &State) -> String {
    if state.live.n_refused > 0 {
        return format!("{} requests refused: too many in flight", number(state.live.n_refused as f64));
    }
    let is_over = state.live.now > 0.0 && state.live.in_flight.iter().all(|n| *n == 0);
    if state.settings.scenario.load == Load::Batch && is_over {
        return "all tasks are done; Restart begins anew".to_owned();
    }
    if state.live.is_slow && !state.settings.is_paused {
        return "as fast as this machine simulates it".to_owned();
    }
    String::new()
}

/// What had to be changed in the address, and what became of a file.
pub(super) fn notes(state: &State, told: Vec<Html>) -> Html {
    let mut notes: Vec<Html> = state.notes.iter().map(|Note(note)| worded("li", &[], note.clone())).collect();
    if !told.is_empty() {
        notes.push(element("li", &[], told));
    }
    let hidden: &[(&str, &str)] = if notes.is_empty() { &[("hidden", "")] } else { &[] };
    element("div", &[&[("class", "notes"), ("role", "status")], hidden].concat(), vec![element("ul", &[], notes)])
}

/// Where the annex comes: below the whole figure, or behind a line where there is little room.
pub(super) fn below(is_full: bool, place: &NodeRef) -> Html {
    let mut inner = tag("div", &[("id", "annex")], Vec::new());
    inner.node_ref = place.clone();
    let is_open: &[(&str, &str)] = if is_full { &[("open", "")] } else { &[] };
    let summary = worded("summary", &[], "Numbers, settings and the model");
    keyed(tag("details", &[&[("class", "below")], is_open].concat(), vec![summary, inner.into()]), "below")
}

/// What this is.
pub(super) fn footer(state: &State) -> Html {
    let about = format!(
        "Simulated, not measured. Bands: 95 % confidence. Model {MODEL_VERSION}, seed {}.",
        state.settings.scenario.seed
    );
    element("footer", &[], vec![worded("p", &[], about)])
}
