//! A stage: the keys of a speaker and of a clicker, notes, a dark screen.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

use crate::ui::element::{element, tag, text};

/// What a key means on a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(unreachable_pub, reason = "Yew wants the types of a component public")]
pub enum Key {
    /// So many stories on.
    Step(i32),
    /// Notes for the speaker, or none.
    Notes,
    /// A dark screen, or the figure again.
    Dark,
    /// The whole screen, or the window again.
    Full,
}

/// The stage.
pub(super) struct Stage {
    /// Whether the page is shown on one: nowhere else has a key of its own.
    pub(super) is_on: bool,
    pub(super) has_notes: bool,
    is_dark: bool,
    host: Option<Element>,
    on: std::rc::Rc<std::cell::Cell<bool>>,
    _keys: EventListener,
    _pointer: EventListener,
}

/// What `event` means; nothing while the slider or a field has the keys.
fn meaning(event: &KeyboardEvent) -> Option<Key> {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return None;
    }
    let target = event.target()?.dyn_into::<HtmlElement>().ok();
    let name = target.map(|target| target.tag_name()).unwrap_or_default();
    let is_typed = ["INPUT", "SELECT", "TEXTAREA"].contains(&name.as_str());
    Some(match event.key().as_str() {
        // A clicker is a keyboard with these two.
        "PageDown" => Key::Step(1),
        "PageUp" => Key::Step(-1),
        _ if is_typed => return None,
        "ArrowRight" => Key::Step(1),
        "ArrowLeft" => Key::Step(-1),
        "n" => Key::Notes,
        "b" | "." => Key::Dark,
        "f" => Key::Full,
        _ => return None,
    })
}

impl Stage {
    /// A stage with the lights off. Keys go to `press`.
    pub(super) fn new(press: Callback<Key>) -> Self {
        let on = std::rc::Rc::new(std::cell::Cell::new(false));
        let is_on = on.clone();
        let document = gloo::utils::document();
        let options = EventListenerOptions::enable_prevent_default();
        let keys = EventListener::new_with_options(&document, "keydown", options, move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>().filter(|_| is_on.get()) else { return };
            if let Some(key) = meaning(event) {
                event.prevent_default();
                press.emit(key);
            }
        });
        // Who has dragged the slider goes on with the keys; who came to it by a key stays.
        let is_on = on.clone();
        let pointer = EventListener::new(&document, "pointerup", move |_| {
            let focused = gloo::utils::document().active_element().filter(|_| is_on.get());
            if let Some(focused) = focused.and_then(|focused| focused.dyn_into::<HtmlElement>().ok()) {
                let _ = focused.blur();
            }
        });
        let host = document.get_element_by_id("stage");
        Self { is_on: false, has_notes: false, is_dark: false, host, on, _keys: keys, _pointer: pointer }
    }

    /// Does what a key means; how many stories on, if it means that.
    pub(super) fn press(&mut self, key: Key) -> Option<i32> {
        match key {
            Key::Step(by) => return Some(by),
            Key::Notes => self.has_notes = !self.has_notes,
            Key::Dark => self.is_dark = !self.is_dark,
            Key::Full => {
                let document = gloo::utils::document();
                // A frame may not be allowed to: then it stays as it is.
                if document.fullscreen_element().is_some() {
                    document.exit_fullscreen();
                } else if let Some(root) = document.document_element() {
                    let _ = root.request_fullscreen();
                }
            }
        }
        None
    }

    /// `told` in its place above the figure.
    pub(super) fn portal(&self, told: Html) -> Html {
        self.on.set(self.is_on);
        let Some(host) = self.host.clone() else { return text("") };
        let dark: Vec<Html> = if self.is_on && self.is_dark {
            vec![tag("div", &[("class", "dark-screen")], Vec::new()).into()]
        } else {
            Vec::new()
        };
        yew::create_portal(element("div", &[], vec![told, element("div", &[], dark)]), host)
    }
}
