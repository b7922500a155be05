//! The annex: what is below the figure, a module of its own that comes when somebody goes there.
//!
//! It keeps a state like the figure's (`app::mirror`) and draws from it; what the reader does goes to the figure.

mod card;
mod drawing;
mod export;
mod figures;
mod lanes;
mod numbers;
mod page;
mod settings;
mod share;
mod stage;
mod stories;
mod tables;

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{File, MessageEvent, MessagePort};
use yew::Callback;

use crate::annex::page::{Below, Props};
use crate::protocol::annex::{FromAnnex, PORT_NAME, ToAnnex};
use crate::protocol::{decode, encode};

/// The figure, as the annex talks to it.
#[derive(Clone, PartialEq)]
pub struct Figure(MessagePort);

impl Figure {
    /// Asks for something.
    fn ask(&self, wish: &FromAnnex) {
        // A figure that is gone can not be asked.
        let _ = self.0.post_message(&Uint8Array::from(encode(wish).as_slice()));
    }

    /// Hands over a file of the reader's.
    fn hand_over(&self, file: &File) {
        let _ = self.0.post_message(file);
    }

    /// Calls `on_message` with everything that comes from now on.
    fn listen(&self, on_message: Callback<ToAnnex>) {
        let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let bytes = event.data().dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
            // What can not be read is of another build; what that means is said by whoever loads the next part.
            if let Ok(message) = decode(&bytes) {
                on_message.emit(message);
            }
        });
        self.0.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        // It lives as long as the page.
        listener.forget();
    }
}

/// Takes the first number.
#[yew::component]
fn Nothing() -> yew::Html {
    yew::Html::default()
}

/// Mounts the annex in `#annex`.
///
/// # Panics
/// If the page has no place for it or has left no port: then it is not our page.
pub fn mount() {
    let root = gloo::utils::document().get_element_by_id("annex").expect("the page has a place for the annex");
    let port = Reflect::get(&gloo::utils::window(), &PORT_NAME.into()).unwrap_or_default();
    let figure = Figure(port.dyn_into().expect("the page leaves a port"));
    let props = Props { figure };
    // Yew numbers the trees of a module from one, writes the number on their elements, and knows by it whose an event
    // is. The figure around us is the first tree of another module: ours must not be called the same, or a click here
    // would be taken for one on whatever has its number there.
    let nowhere = gloo::utils::document().create_element("div").expect("the page makes elements");
    yew::Renderer::<Nothing>::with_root(nowhere).render().destroy();
    yew::Renderer::<Below>::with_root_and_props(root, props).render();
}
