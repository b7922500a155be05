//! Elements, built by plain calls.
//!
//! `html!` writes out some four hundred bytes of code for every element; a call does with fifty. The page is downloaded
//! before anything can be seen, so that counts.

use std::rc::Rc;

use yew::html::{onchange, onclick};
use yew::prelude::*;
use yew::virtual_dom::{Listener, VTag, VText};

/// An element `tag` with `attributes` and `children`, to be completed.
pub(crate) fn tag(tag: &'static str, attributes: &[(&'static str, &str)], children: Vec<Html>) -> VTag {
    let mut element = VTag::new(tag);
    for (name, value) in attributes {
        element.add_attribute(name, AttrValue::from((*value).to_owned()));
    }
    element.add_children(children);
    element
}

/// An element `tag` with `attributes` and `children`.
pub(crate) fn element(name: &'static str, attributes: &[(&'static str, &str)], children: Vec<Html>) -> Html {
    tag(name, attributes, children).into()
}

/// Text.
pub(crate) fn text(text: impl Into<AttrValue>) -> Html {
    VText::new(text.into()).into()
}

/// An element `tag` with `attributes` around `words`.
pub(crate) fn worded(tag: &'static str, attributes: &[(&'static str, &str)], words: impl Into<AttrValue>) -> Html {
    element(tag, attributes, vec![text(words)])
}

/// `element` under a name that keeps its identity while others appear and disappear around it.
pub(crate) fn keyed(mut element: VTag, key: &'static str) -> Html {
    element.key = Some(key.into());
    element.into()
}

/// A canvas that is drawn on.
pub(crate) fn canvas(node: &NodeRef, key: &'static str) -> Html {
    let mut element = VTag::new("canvas");
    element.node_ref = node.clone();
    keyed(element, key)
}

/// A button around `words`, with more `attributes`.
pub(crate) fn button(
    attributes: &[(&'static str, &str)],
    words: &'static str,
    on_click: impl Fn(MouseEvent) + 'static,
) -> Html {
    let mut button = tag("button", attributes, vec![text(words)]);
    button.add_attribute("type", "button");
    button.add_listener(Rc::new(onclick::Wrapper::new(Callback::from(on_click))));
    button.into()
}

/// A listener for values that were changed and left.
pub(crate) fn changes(on_change: Callback<Event>) -> Rc<dyn Listener> {
    Rc::new(onchange::Wrapper::new(on_change))
}

/// `disabled`, if that is so.
pub(crate) fn disabled(is: bool) -> &'static [(&'static str, &'static str)] {
    if is { &[("disabled", "")] } else { &[] }
}
