//! Elements without listeners, built by plain calls.
//!
//! `html!` writes out some four hundred bytes of code for every element; where there is nothing to listen to, a call
//! does with fifty. The page is downloaded before anything can be seen, so that counts.

use yew::prelude::*;
use yew::virtual_dom::{VTag, VText};

/// An element `tag` with `attributes` and `children`.
pub(super) fn element(tag: &'static str, attributes: &[(&'static str, &str)], children: Vec<Html>) -> Html {
    let mut element = VTag::new(tag);
    for (name, value) in attributes {
        element.add_attribute(name, AttrValue::from((*value).to_owned()));
    }
    element.add_children(children);
    element.into()
}

/// Text.
pub(super) fn text(text: impl Into<AttrValue>) -> Html {
    VText::new(text.into()).into()
}

/// An element `tag` with `attributes` around `words`.
pub(super) fn worded(tag: &'static str, attributes: &[(&'static str, &str)], words: impl Into<AttrValue>) -> Html {
    element(tag, attributes, vec![text(words)])
}
