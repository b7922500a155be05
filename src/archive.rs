//! The archive's shell: questions in, answers out. It is loaded when there is something to ask.
//!
//! What a reader's file does to it stays in it: the page hears of a crash as of any lost worker.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::futures::{JsFuture, spawn_local};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageEvent, MessagePort};

use crate::measured::archive::Archive;
use crate::protocol::archive::{FromArchive, PORT_NAME};
use crate::protocol::{decode, encode};

/// Answers in the worker, or in the page, that this is called in.
///
/// # Panics
/// If this is neither a worker nor a page that has left a port.
pub fn register() {
    let global = js_sys::global();
    // A worker's scope has the two members of a port that are used here.
    let page: MessagePort = match global.clone().dyn_into::<DedicatedWorkerGlobalScope>() {
        Ok(scope) => scope.unchecked_into(),
        Err(_) => Reflect::get(&global, &PORT_NAME.into()).and_then(JsCast::dyn_into).expect("a page leaves a port"),
    };
    let archive = Rc::new(RefCell::new(Archive::new()));
    let send = {
        let page = page.clone();
        move |answer: &FromArchive| {
            // A page that is gone can not be told so.
            let _ = page.post_message(&Uint8Array::from(encode(answer).as_slice()));
        }
    };
    send(&FromArchive::Ready);
    let scope = page.clone();
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        // A reader's file comes as it is.
        if let Some(file) = data.dyn_ref::<Blob>().cloned() {
            let (archive, send) = (archive.clone(), send.clone());
            return spawn_local(async move {
                let bytes = bytes_of(&file).await;
                send(&archive.borrow_mut().read(&bytes));
            });
        }
        let bytes = data.dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
        match decode(&bytes) {
            Ok(question) => archive.borrow_mut().answer(question).iter().for_each(&send),
            // As the boot script says in words why nothing could be started.
            Err(error) => {
                let _ = page.post_message(&error.to_string().into());
            }
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // It lives as long as the worker.
    on_message.forget();
}

/// What is in a file: nothing, if it can not be read.
async fn bytes_of(file: &Blob) -> Vec<u8> {
    let buffer = JsFuture::from(file.array_buffer()).await;
    buffer.map(|buffer| Uint8Array::new(&buffer).to_vec()).unwrap_or_default()
}
