//! The supervisor: one worker for the live run, some for the curve, and the page's own thread where none can start.

use yew::Callback;

use crate::app::state::State;
use crate::protocol::{FromWorker, RunId, Runtime, ToWorker, decode};
use crate::sim::time::Span;
use crate::ui::seat::{Message, Report, Script, Seat, Way, packed};
use crate::worker::PORT_NAME;

/// The simulation of Node.js and Go, which is enough for the first look.
const FIRST: Script = Script { file: "worker-boot.js", port: PORT_NAME };
/// The simulation of everything, with what goes on inside.
const DEEP: Script = Script { file: "deep-boot.js", port: PORT_NAME };

/// Curve workers at most: each carries a memory of its own.
const MAX_CURVE_WORKERS: u32 = 4;
/// Workers that may be lost after they had been there, before the next way is tried.
const MAX_LOSSES: u32 = 3;

/// What the supervisor tells the page.
#[derive(Clone, Debug)]
pub(super) enum News {
    /// An answer, with its bytes.
    Said(FromWorker, Vec<u8>),
    /// Everything was lost and is there again: ask anew.
    Again,
    /// Nothing can be simulated here.
    Nobody,
}

/// The supervisor.
pub(super) struct Workers {
    /// The first is for the live run, the others are for the curve; a single one is for both.
    seats: Vec<Seat>,
    script: Script,
    way: Way,
    n_losses: u32,
    is_held: bool,
    report: Callback<(usize, Report)>,
    news: Callback<News>,
}

impl Workers {
    /// Starts as many workers as make sense here. Their reports have to be handed to [`Workers::hear`].
    pub(super) fn start(report: Callback<(usize, Report)>, news: Callback<News>) -> Self {
        let mut workers =
            Self { seats: Vec::new(), script: FIRST, way: Way::Address, n_losses: 0, is_held: false, report, news };
        workers.hire();
        workers
    }

    /// Whether these workers can do everything.
    pub(super) fn are_deep(&self) -> bool {
        self.script == DEEP
    }

    /// Workers that can do everything take over, and have to be told anew what is wanted.
    pub(super) fn deepen(&mut self) {
        self.script = DEEP;
        self.seats.clear();
        self.hire();
    }

    /// Nobody was left, and something is wanted again: perhaps what was missing can be had now.
    pub(super) fn begin_anew(&mut self) {
        (self.script, self.way) = (FIRST, Way::Address);
        self.hire();
    }

    /// How the session runs.
    pub(super) fn way(&self) -> Way {
        self.way
    }

    fn hire(&mut self) {
        loop {
            let n = match self.way {
                Way::Page => 1,
                _ => 1 + (super::effects::n_processors().saturating_sub(1)).clamp(1, MAX_CURVE_WORKERS) as usize,
            };
            let seat = |idx| Seat::start(self.way, self.script, self.report.reform(move |report| (idx, report)));
            if let Some(seats) = (0..n).map(seat).collect() {
                self.seats = seats;
                if self.is_held {
                    self.tell_curve(&ToWorker::Hold);
                }
                return;
            }
            match self.way.next() {
                Some(way) => self.way = way,
                None => return self.news.emit(News::Nobody),
            }
        }
    }

    /// Takes a report of the seat at place `idx`.
    pub(super) fn hear(&mut self, idx: usize, report: Report) {
        let Report::Said(bytes) = report else { return self.replace() };
        match decode::<FromWorker>(&bytes) {
            Ok(FromWorker::Failed(_)) | Err(_) => self.replace(),
            Ok(message) => {
                if let Some(seat) = self.seats.get_mut(idx) {
                    seat.heard();
                    if message == FromWorker::Ready {
                        seat.settle();
                    }
                    self.news.emit(News::Said(message, bytes));
                }
            }
        }
    }

    /// Begins again with new workers, or another way.
    fn replace(&mut self) {
        let were_there = self.seats.iter().any(Seat::is_ready);
        // Dropping a seat terminates its worker.
        self.seats.clear();
        self.n_losses += 1;
        if !were_there || self.n_losses > MAX_LOSSES {
            self.n_losses = 0;
            match self.way.next() {
                Some(way) => self.way = way,
                None => return self.news.emit(News::Nobody),
            }
        }
        self.hire();
        self.news.emit(News::Again);
    }

    /// Hands a message of the annex to the worker of the live run.
    pub(super) fn ask(&mut self, message: Vec<u8>) {
        self.tell_live(&ToWorker::Deep(message));
    }

    /// Hands a message of the annex to a worker of the curve.
    pub(super) fn ask_curve(&mut self, message: Vec<u8>) {
        if let Some(seat) = self.curve_seats().first_mut() {
            seat.send(Message::Told(packed(&ToWorker::Deep(message))));
        }
    }

    fn tell_live(&mut self, message: &ToWorker) {
        if let Some(seat) = self.seats.first_mut() {
            let packed = packed(message);
            let is_asked = matches!(message, ToWorker::Live { .. } | ToWorker::Credit { .. });
            seat.send(if is_asked { Message::Asked(packed) } else { Message::Told(packed) });
        }
    }

    fn curve_seats(&mut self) -> &mut [Seat] {
        let n_live = usize::from(self.seats.len() > 1);
        &mut self.seats[n_live..]
    }

    fn tell_curve(&mut self, message: &ToWorker) {
        self.curve_seats().iter_mut().for_each(|seat| seat.send(Message::Told(packed(message))));
    }

    /// How many share the curve.
    pub(super) fn n_curve(&self) -> u32 {
        (self.seats.len() as u32).saturating_sub(1).max(1)
    }

    /// Begins the live run that `state` wants.
    pub(super) fn start_live(&mut self, state: &State) {
        let runtimes = state.settings.runtimes.iter().copied().map(Runtime).collect();
        let (run, scenario) = (state.live_run, state.settings.scenario);
        let preroll_ns = state.preroll().as_ns();
        self.tell_live(&ToWorker::Live { run, scenario, runtimes, preroll_ns });
    }

    /// Goes on with the scenario that `state` wants.
    pub(super) fn retune(&mut self, state: &State) {
        self.tell_live(&ToWorker::Retune { run: state.live_run, scenario: state.settings.scenario });
    }

    /// Lets the live run `run` go on.
    pub(super) fn credit(&mut self, run: RunId, span: Span) {
        self.tell_live(&ToWorker::Credit { run, span_ns: span.as_ns() });
    }

    /// Begins the curve that `state` wants.
    pub(super) fn start_curve(&mut self, state: &State) {
        let (run, scenario) = (state.curve_run, state.settings.scenario);
        let of = self.n_curve();
        let message = |share| {
            let runtimes = state.settings.runtimes.iter().copied().map(Runtime).collect();
            ToWorker::Curve { run, scenario, runtimes, share, of }
        };
        for (share, seat) in (0..).zip(self.curve_seats()) {
            seat.send(Message::Told(packed(&message(share))));
        }
    }

    /// Nobody looks, or somebody looks again.
    pub(super) fn hold(&mut self, is_held: bool) {
        if self.is_held != is_held {
            self.is_held = is_held;
            self.tell_curve(&if is_held { ToWorker::Hold } else { ToWorker::Continue });
        }
    }
}
