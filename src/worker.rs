//! The simulation worker: messages in, slices of work, answers out. It knows neither Yew nor charts.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

use crate::protocol::{FromWorker, ToWorker, decode, encode};
use crate::session::Session;

/// Work between two looks at the mailbox, in milliseconds: a drag is followed within a frame.
const SLICE_MS: f64 = 10.0;

struct Desk {
    scope: DedicatedWorkerGlobalScope,
    session: RefCell<Session>,
    /// A message to ourselves comes after those of the page, and unlike a timer without delay.
    yielding: MessageChannel,
}

impl Desk {
    fn send(&self, answer: &FromWorker) {
        let bytes = Uint8Array::from(encode(answer).as_slice());
        // A page that is gone can not be told so.
        let _ = self.scope.post_message(&bytes);
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
        let performance = self.scope.performance();
        let now = || performance.as_ref().map_or(f64::INFINITY, web_sys::Performance::now);
        let end = now() + SLICE_MS;
        self.session.borrow_mut().work(&|| now() >= end, &mut |answer| self.send(&answer));
        if self.session.borrow().has_work() {
            let _ = self.yielding.port2().post_message(&JsValue::NULL);
        }
    }
}

/// Takes up work in the worker that this is called in.
///
/// # Panics
/// If this is no worker.
pub fn register() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().dyn_into().expect("a worker starts this");
    let yielding = MessageChannel::new().expect("a worker can make a message channel");
    let desk = Rc::new(Desk { scope: scope.clone(), session: RefCell::default(), yielding });

    let on_message = {
        let desk = desk.clone();
        Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| desk.receive(&event))
    };
    let on_yield = {
        let desk = desk.clone();
        Closure::<dyn Fn(MessageEvent)>::new(move |_| desk.work())
    };
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    desk.yielding.port1().set_onmessage(Some(on_yield.as_ref().unchecked_ref()));
    // Both live as long as the worker.
    on_message.forget();
    on_yield.forget();
    desk.send(&FromWorker::Ready);
}
