//! The page: a thin Yew shell around `app`, canvases for `chart`, and a supervisor for the workers.

mod annex;
mod archive;
pub mod canvas;
pub(crate) mod effects;
pub(crate) mod element;
mod errands;
mod figure;
mod host;
mod measured;
mod page;
pub(crate) mod plots;
mod seat;
pub(crate) mod transport;
mod workers;

use crate::app::settings::{Settings, View};

/// Where the page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// On its own: it owns the address.
    Page,
    /// In somebody's article: it touches nothing outside its box.
    Embed,
}

impl Place {
    /// What an empty address means here.
    pub(crate) fn defaults(self) -> Settings {
        let view = match self {
            Self::Page => View::Full,
            Self::Embed => View::Compact,
        };
        Settings { view, ..Settings::default() }
    }
}

/// Mounts the page in `#duel`.
///
/// # Panics
/// If the document has no such element: then it is not our page.
pub fn mount() {
    let document = gloo::utils::document();
    let root = document.get_element_by_id("duel").expect("the page has an element with the id duel");
    let place = match root.get_attribute("data-page").as_deref() {
        Some("embed") => Place::Embed,
        _ => Place::Page,
    };
    effects::mark_crashes(root.clone());
    yew::Renderer::<page::Page>::with_root_and_props(root.clone(), page::Props { root, place }).render();
}
