//! The simulation worker: messages in, slices of work, answers out. It knows neither Yew nor charts.
//!
//! The same module also runs on a page's own thread where no worker can be had; it then talks through a port that the
//! page leaves for it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort, Performance};

use crate::protocol::{FromWorker, ToWorker, decode, encode};
use crate::session::Session;

/// Under this name a page leaves the port to talk through.
pub const PORT_NAME: &str = "runtimeDuelPort";

/// Work between two looks at the mailbox, in milliseconds: a drag is followed within a frame.
const SLICE_MS: f64 = 10.0;
/// The same on a page's own thread, which has to scroll and to draw. With the events between two looks at the clock a
/// slice stays below 4 ms.
const PAGE_SLICE_MS: f64 = 3.0;

struct Desk {
    /// The page. A worker's scope has the two members of a port that are used here.
    page: MessagePort,
    session: RefCell<Session>,
    /// A message to ourselves comes after those of the page, and without the delay of a timer.
    yielding: MessageChannel,
    performance: Performance,
    slice_ms: f64,
}

impl Desk {
    fn send(&self, answer: &FromWorker) {
        let bytes = Uint8Array::from(encode(answer).as_slice());
        // A page that is gone can not be told so.
        let _ = self.page.post_message(&bytes);
    }

    fn receive(&self, event: &MessageEvent) {
        let bytes = event.data().dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
        match decode::<ToWorker>(&bytes) {
            Ok(message) => {
                let was_busy = self.session.borrow().has_work();
                self.session.borrow_mut().receive(message);
                if !was_busy {
                    self.work();
                }
            }
            Err(error) => self.send(&FromWorker::Failed(error.to_string())),
        }
    }

    fn work(&self) {
        let end = self.performance.now() + self.slice_ms;
        self.session.borrow_mut().work(&|| self.performance.now() >= end, &mut |answer| self.send(&answer));
        if self.session.borrow().has_work() {
            let _ = self.yielding.port2().post_message(&JsValue::NULL);
        }
    }
}

/// Takes up work in the worker, or in the page, that this is called in.
///
/// # Panics
/// If this is neither a worker nor a page that has left a port.
pub fn register() {
    let global = js_sys::global();
    let own = |name: &str| Reflect::get(&global, &name.into()).unwrap_or_default();
    let (page, slice_ms) = match global.clone().dyn_into::<DedicatedWorkerGlobalScope>() {
        Ok(scope) => (scope.unchecked_into(), SLICE_MS),
        Err(_) => (own(PORT_NAME).unchecked_into(), PAGE_SLICE_MS),
    };
    let performance = own("performance").unchecked_into();
    // `expect` would bring the words for every value of JavaScript.
    let Ok(yielding) = MessageChannel::new() else { panic!("a worker can make a message channel") };
    let desk = Rc::new(Desk { page, session: RefCell::default(), yielding, performance, slice_ms });

    let on_message = {
        let desk = desk.clone();
        Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| desk.receive(&event))
    };
    let on_yield = {
        let desk = desk.clone();
        Closure::<dyn Fn(MessageEvent)>::new(move |_| desk.work())
    };
    desk.page.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    desk.yielding.port1().set_onmessage(Some(on_yield.as_ref().unchecked_ref()));
    // Both live as long as the worker.
    on_message.forget();
    on_yield.forget();
    desk.send(&FromWorker::Ready);
}
