//! One worker under supervision: ready handshake, time-out, error events, terminate.

use gloo::timers::callback::Timeout;
use js_sys::{Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{
    Blob, BlobPropertyBag, Event, File, MessageChannel, MessageEvent, MessagePort, Url, Worker, WorkerOptions,
    WorkerType,
};
use yew::Callback;

use crate::protocol::encode;

/// How long a worker may take to load before it counts as lost. It has to be fetched and compiled, on a phone too.
const READY_WITHIN_MS: u32 = 15_000;
/// How long it may take to answer a question. A slice takes a hundredth of that.
const ANSWER_WITHIN_MS: u32 = 10_000;

/// What runs in a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Script {
    /// The file that starts it, beside our own.
    pub(super) file: &'static str,
    /// The name under which it finds its port on a page.
    pub(super) port: &'static str,
}

/// How a worker is started, from the best way to the last resort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A worker from its address.
    Address,
    /// A worker from a blob that imports the address: the only way in a sandbox without an origin. It has to be a
    /// classic worker: a module worker from a blob may not import from elsewhere.
    Blob,
    /// The worker's module on the page's own thread.
    Page,
}

impl Way {
    /// What to try if this can not be had.
    pub(super) fn next(self) -> Option<Self> {
        match self {
            Self::Address => Some(Self::Blob),
            Self::Blob => Some(Self::Page),
            Self::Page => None,
        }
    }

    /// Its name in `data-thread`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Address => "worker",
            Self::Blob => "blob",
            Self::Page => "page",
        }
    }
}

/// What a seat reports.
#[derive(Clone, Debug)]
pub(super) enum Report {
    /// The worker has said this.
    Said(Vec<u8>),
    /// It hands over a file of the reader's.
    Brought(File),
    /// The worker is lost: it did not load, crashed, or does not answer.
    Lost,
}

/// A message on its way to a worker.
#[derive(Clone, Debug)]
pub(super) enum Message {
    /// Nothing has to come back.
    Told(JsValue),
    /// Silence means that the worker is lost.
    Asked(JsValue),
}

/// A worker and everything that watches it.
pub(super) struct Seat {
    /// What to talk to. A worker has the two members of a port that are used here.
    port: MessagePort,
    /// Who talks, where it can be terminated.
    worker: Option<Worker>,
    is_ready: bool,
    waiting: Vec<Message>,
    watchdog: Option<Timeout>,
    report: Callback<Report>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

/// A message of the protocol.
pub(super) fn packed<T: Serialize>(message: &T) -> JsValue {
    Uint8Array::from(encode(message).as_slice()).into()
}

impl Seat {
    /// Starts a worker `way`; `None` if that throws at once.
    pub(super) fn start(way: Way, script: Script, report: Callback<Report>) -> Option<Self> {
        let (port, worker) = spawn(way, script).ok()?;
        let on_message = {
            let report = report.clone();
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| report.emit(read(&event.data())))
        };
        let on_error = {
            let report = report.clone();
            Closure::<dyn Fn(Event)>::new(move |event: Event| {
                event.prevent_default();
                report.emit(Report::Lost);
            })
        };
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        port.set_onmessageerror(Some(on_error.as_ref().unchecked_ref()));
        if let Some(worker) = &worker {
            worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        }
        let mut seat = Self {
            port,
            worker,
            is_ready: false,
            waiting: Vec::new(),
            watchdog: None,
            report,
            _on_message: on_message,
            _on_error: on_error,
        };
        seat.expect_within(READY_WITHIN_MS);
        Some(seat)
    }

    fn expect_within(&mut self, ms: u32) {
        let report = self.report.clone();
        self.watchdog = Some(Timeout::new(ms, move || report.emit(Report::Lost)));
    }

    /// Sends `message`, once the worker is ready.
    pub(super) fn send(&mut self, message: Message) {
        if !self.is_ready {
            return self.waiting.push(message);
        }
        let (Message::Told(what) | Message::Asked(what)) = &message;
        if self.port.post_message(what).is_err() {
            self.report.emit(Report::Lost);
        }
        if let Message::Asked(_) = message {
            self.expect_within(ANSWER_WITHIN_MS);
        }
    }

    /// Whether it has ever been there.
    pub(super) fn is_ready(&self) -> bool {
        self.is_ready
    }

    /// Takes note that the worker has said something.
    pub(super) fn heard(&mut self) {
        self.watchdog = None;
    }

    /// Takes note that the worker is ready.
    pub(super) fn settle(&mut self) {
        self.is_ready = true;
        std::mem::take(&mut self.waiting).into_iter().for_each(|message| self.send(message));
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
        match &self.worker {
            Some(worker) => {
                worker.set_onerror(None);
                worker.terminate();
            }
            None => self.port.close(),
        }
    }
}

fn read(data: &JsValue) -> Report {
    if let Some(file) = data.dyn_ref::<File>() {
        return Report::Brought(file.clone());
    }
    // The boot script says in words why the worker could not load.
    data.dyn_ref::<Uint8Array>().map_or(Report::Lost, |bytes| Report::Said(bytes.to_vec()))
}

fn spawn(way: Way, Script { file, port }: Script) -> Result<(MessagePort, Option<Worker>), JsValue> {
    let script = super::effects::sibling(file)?;
    let worker = match way {
        // A part of a page that is one file is whole in itself; a module from there may not be started.
        Way::Address if script.starts_with("blob:") => Worker::new(&script)?,
        Way::Address => {
            let options = WorkerOptions::new();
            options.set_type(WorkerType::Module);
            Worker::new_with_options(&script, &options)?
        }
        Way::Blob => {
            // An import that fails is silent by itself.
            let script = js_sys::JSON::stringify(&script.into())?;
            let code = Array::of1(&format!("import({script}).catch(e=>postMessage(`failed: ${{e.message}}`))").into());
            let kind = BlobPropertyBag::new();
            kind.set_type("text/javascript");
            let url = Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&code, &kind)?)?;
            // The URL is not revoked: the worker fetches it later, and there are at most a handful.
            Worker::new(&url)?
        }
        Way::Page => {
            let channel = MessageChannel::new()?;
            js_sys::Reflect::set(&gloo::utils::window(), &port.into(), &channel.port2())?;
            super::effects::load_script(&script)?;
            return Ok((channel.port1(), None));
        }
    };
    Ok((worker.clone().unchecked_into(), Some(worker)))
}
