//! What the figure tells whoever embeds it, and is told: two events on its root, which `static/host.js` carries to and
//! from the embedding page.

use gloo::events::EventListener;
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, CustomEventInit, Element};
use yew::Callback;

use crate::app::state::{Action, State};

/// What `host.js` wants done.
const DO: &str = "duel-do";
/// What happened.
const SAY: &str = "duel-say";

/// Hands over what the host wants, until dropped.
pub(super) struct Host {
    _listener: EventListener,
}

impl Host {
    /// Listens on `root`.
    pub(super) fn new(root: &Element, act: Callback<Action>) -> Self {
        let listener = EventListener::new(root, DO, move |event| {
            let detail = event.dyn_ref::<CustomEvent>().and_then(|event| event.detail().as_string());
            match detail.as_deref() {
                Some("play") => act.emit(Action::Rest(false)),
                Some("pause") => act.emit(Action::Rest(true)),
                Some("reset") => act.emit(Action::Begin),
                // Whatever else is said by whoever knows the event's name is not for us.
                other => {
                    if let Some(query) = other.and_then(|other| other.strip_prefix("set?")) {
                        act.emit(Action::Adjust(query.to_owned()));
                    }
                }
            }
        });
        Self { _listener: listener }
    }
}

/// Says that `kind` has happened, with what the figure shows of what is set now.
pub(super) fn say(root: &Element, kind: &str, state: &State) {
    let told = Object::new();
    let put = |object: &Object, key: &str, value: JsValue| {
        // A plain object takes everything.
        let _ = Reflect::set(object, &key.into(), &value);
    };
    put(&told, "type", kind.into());
    put(&told, "query", state.query().into());
    put(&told, "mix", state.settings.scenario.mix.into());
    // While new settings are computed, what is shown is that of the old ones.
    let verdict = state.verdict.as_ref().filter(|_| state.is_current());
    put(&told, "sentence", verdict.map_or(JsValue::NULL, |verdict| verdict.to_string().into()));
    let runtimes = Array::new();
    for (idx, runtime) in state.shown.runtimes.iter().enumerate().filter(|_| state.is_current()) {
        let Some(estimate) = state.shown.curve.at(state.settings.scenario.mix, idx) else { continue };
        let one = Object::new();
        put(&one, "id", runtime.key().into());
        put(&one, "throughput_per_s", estimate.throughput.mean.into());
        put(&one, "latency_p99_ms", estimate.p99_ms.into());
        put(&one, "cores_busy", estimate.cores_busy.into());
        runtimes.push(&one);
    }
    put(&told, "runtimes", runtimes.into());
    let words = JSON::stringify(&told).map(JsValue::from).unwrap_or_default();
    let init = CustomEventInit::new();
    init.set_detail(&words);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(SAY, &init) {
        let _ = root.dispatch_event(&event);
    }
}
