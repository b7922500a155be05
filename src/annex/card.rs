//! The model card, and what the archive has made.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{File, HtmlInputElement};
use yew::html::{onclick, ontoggle};
use yew::prelude::*;

use crate::protocol::annex::{FromAnnex, Told};
use crate::protocol::archive::{Element, Tag};
use crate::ui::element::{button, changes, element, tag, text, worded};

/// The model card, closed until the reader opens it.
pub(super) fn card(
    card: &[Element],
    told: &Told,
    wish: &Callback<FromAnnex>,
    on_file: &Callback<File>,
    on_open: Callback<Event>,
) -> Html {
    let content = if card.is_empty() {
        let words =
            if told.is_archive_lost { "This could not be loaded. The figure works without it." } else { "Loading…" };
        vec![worded("p", &[], words)]
    } else {
        build(card, &|| file(told, wish, on_file), wish)
    };
    let summary = worded("summary", &[], "How this was checked, and what is left out");
    let mut details = tag("details", &[("class", "card")], vec![summary, element("div", &[], content)]);
    details.add_listener(Rc::new(ontoggle::Wrapper::new(on_open)));
    details.into()
}

/// The elements that the archive has made, with the field for a file where it belongs.
pub(super) fn build(elements: &[Element], file: &dyn Fn() -> Html, wish: &Callback<FromAnnex>) -> Vec<Html> {
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
fn visits(query: String, wish: &Callback<FromAnnex>) -> Callback<MouseEvent> {
    let wish = wish.clone();
    Callback::from(move |event: MouseEvent| {
        if !(event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            wish.emit(FromAnnex::Visit(query.clone()));
        }
    })
}

/// The field for a file, and what became of it.
fn file(told: &Told, wish: &Callback<FromAnnex>, on_file: &Callback<File>) -> Html {
    let on_change = {
        let on_file = on_file.clone();
        Callback::from(move |event: Event| {
            let Some(input) = event.target().and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) else {
                return;
            };
            input.files().and_then(|files| files.get(0)).into_iter().for_each(|file| on_file.emit(file));
            // The same file may be chosen again: it may have changed.
            input.set_value("");
        })
    };
    let attributes = [("type", "file"), ("accept", ".json,application/json"), ("class", "unseen")];
    let mut input = tag("input", &attributes, Vec::new());
    input.add_listener(changes(on_change));
    let label = element("label", &[("class", "button")], vec![input.into(), text("Open a measurement file")]);
    let mut became = vec![text(told.file.clone() + " ")];
    if told.has_own {
        let wish = wish.clone();
        became.push(button(&[], "Remove", move |_| wish.emit(FromAnnex::Forget)));
    }
    element("div", &[("class", "own")], vec![label, element("p", &[], became)])
}
