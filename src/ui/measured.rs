//! What was measured, in words: the model card, the table of points, the reader's own file.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{File, HtmlInputElement};
use yew::html::{onclick, ontoggle};
use yew::prelude::*;

use crate::app::measured::Measured;
use crate::protocol::archive::{Element, Tag};
use crate::ui::element::{button, changes, element, tag, text, worded};
use crate::ui::seat::Report;

/// What the reader wants of measurements, or what comes of it.
pub(super) enum Wish {
    /// To see the card.
    Card,
    /// To have this file read.
    File(File),
    /// To have the file removed.
    Forget,
    /// To see the scenario of this query.
    Visit(String),
    /// To know what is under the pointer: at a place in a figure of a size, within a reach, in CSS pixels. Nothing is
    /// under a pointer that has left.
    Point(Option<Pointed>),
    /// The archive reports.
    Report(Report),
}

/// A pointer over a figure, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pointed {
    /// Width and height of the figure.
    pub(super) size: (f64, f64),
    /// Where the pointer is in it.
    pub(super) at: (f64, f64),
    /// How far it reaches.
    pub(super) reach: f64,
}

/// The model card, closed until the reader opens it.
pub(super) fn card(measured: &Measured, wish: &Callback<Wish>) -> Html {
    let content = if measured.card.is_empty() {
        let words =
            if measured.is_lost { "This could not be loaded. The figure works without it." } else { "Loading…" };
        vec![worded("p", &[], words)]
    } else {
        build(&measured.card, &|| file(measured, wish), wish)
    };
    let summary = worded("summary", &[], "How this was checked, and what is left out");
    let mut details = tag("details", &[("class", "card")], vec![summary, element("div", &[], content)]);
    details.add_listener(Rc::new(ontoggle::Wrapper::new(wish.reform(|_: Event| Wish::Card))));
    details.into()
}

/// The elements that the archive has made, with the field for a file where it belongs.
pub(super) fn build(elements: &[Element], file: &dyn Fn() -> Html, wish: &Callback<Wish>) -> Vec<Html> {
    let one = |made: &Element| {
        if made.tag == Tag::File {
            return file();
        }
        let (name, attribute) = made.tag.names();
        let mut children = build(&made.children, file, wish);
        if !made.text.is_empty() {
            children.insert(0, text(made.text.clone()));
        }
        let mut element = tag(name, &[], children);
        if !made.attribute.is_empty() {
            element.add_attribute(attribute, made.attribute.clone());
        }
        if made.tag == Tag::A {
            element.add_listener(Rc::new(onclick::Wrapper::new(visits(made.attribute.clone(), wish))));
        }
        element.into()
    };
    elements.iter().map(one).collect()
}

/// Goes to a scenario in place: another page would not know the reader's file.
fn visits(query: String, wish: &Callback<Wish>) -> Callback<MouseEvent> {
    let wish = wish.clone();
    Callback::from(move |event: MouseEvent| {
        if !(event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            wish.emit(Wish::Visit(query.clone()));
        }
    })
}

/// The field for a file, and what became of it.
fn file(measured: &Measured, wish: &Callback<Wish>) -> Html {
    let on_change = {
        let wish = wish.clone();
        Callback::from(move |event: Event| {
            let Some(input) = event.target().and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) else {
                return;
            };
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                wish.emit(Wish::File(file));
            }
            // The same file may be chosen again: it may have changed.
            input.set_value("");
        })
    };
    let attributes = [("type", "file"), ("accept", ".json,application/json"), ("class", "unseen")];
    let mut input = tag("input", &attributes, Vec::new());
    input.add_listener(changes(on_change));
    let label = element("label", &[("class", "button")], vec![input.into(), text("Open a measurement file")]);
    element("div", &[("class", "own")], vec![label, element("p", &[], told(measured, wish))])
}

/// What became of the reader's file, with a way to remove it.
pub(super) fn told(measured: &Measured, wish: &Callback<Wish>) -> Vec<Html> {
    let mut children = vec![text(measured.told.clone() + " ")];
    if measured.has_own {
        let wish = wish.clone();
        children.push(button(&[], "Remove", move |_| wish.emit(Wish::Forget)));
    }
    children
}
