//! The supervisor: one worker for the live run, some for the curve, and the page's own thread where none can start.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use yew::Callback;

use crate::app::state::State;
use crate::protocol::{FromWorker, RunId, Runtime, ToWorker};
use crate::session::Session;
use crate::sim::time::Span;
use crate::ui::seat::{Report, Seat, Way};

/// Curve workers at most: each carries a memory of its own.
const MAX_CURVE_WORKERS: u32 = 4;
/// Losses after which the page's own thread takes over.
const MAX_LOSSES: u32 = 3;
/// Work on the page's own thread between two looks at the reader, in milliseconds.
const SLICE_MS: f64 = 4.0;

/// What the supervisor tells the page.
#[derive(Clone, Debug)]
pub(super) enum News {
    /// An answer.
    Said(FromWorker),
    /// Everything was lost and is there again: ask anew.
    Again,
}

/// Who computes.
enum Staff {
    /// Workers: the first for the live run, the others for the curve.
    Seats(Vec<Seat>),
    /// Nobody but us.
    Own(Rc<Own>),
}

/// The supervisor.
pub(super) struct Workers {
    staff: Staff,
    way: Way,
    n_losses: u32,
    was_ready: bool,
    is_held: bool,
    report: Callback<(usize, Report)>,
    news: Callback<News>,
}

impl Workers {
    /// Starts as many workers as make sense here. Their reports have to be handed to [`Workers::hear`].
    pub(super) fn start(report: Callback<(usize, Report)>, news: Callback<News>) -> Self {
        let staff = Staff::Seats(Vec::new());
        let mut workers =
            Self { staff, way: Way::Address, n_losses: 0, was_ready: false, is_held: false, report, news };
        workers.staff = workers.hire();
        workers
    }

    fn hire(&mut self) -> Staff {
        let n = 1 + (super::effects::n_processors().saturating_sub(1)).clamp(1, MAX_CURVE_WORKERS) as usize;
        loop {
            let seat = |idx| Seat::start(self.way, self.report.reform(move |report| (idx, report)));
            if let Some(seats) = (0..n).map(seat).collect::<Option<Vec<Seat>>>() {
                return Staff::Seats(seats);
            }
            if self.way == Way::Blob {
                return Staff::Own(Rc::new(Own::new(self.news.clone())));
            }
            self.way = Way::Blob;
        }
    }

    /// Takes a report of the seat at place `idx`.
    pub(super) fn hear(&mut self, idx: usize, report: Report) {
        match (report, &mut self.staff) {
            (Report::Said(message), Staff::Seats(seats)) => {
                if let Some(seat) = seats.get_mut(idx) {
                    seat.heard(&message);
                    self.was_ready = true;
                    self.news.emit(News::Said(message));
                }
            }
            (Report::Lost, Staff::Seats(_)) => self.replace(),
            (_, Staff::Own(_)) => {}
        }
    }

    /// Begins again with new workers, or another way, or without.
    fn replace(&mut self) {
        self.n_losses += 1;
        // Dropping a seat terminates its worker.
        self.staff = Staff::Seats(Vec::new());
        let gives_up = self.n_losses > MAX_LOSSES || (!self.was_ready && self.way == Way::Blob);
        if !self.was_ready {
            self.way = Way::Blob;
        }
        self.staff = if gives_up { Staff::Own(Rc::new(Own::new(self.news.clone()))) } else { self.hire() };
        self.news.emit(News::Again);
        if self.is_held {
            self.tell_curve(&ToWorker::Hold);
        }
    }

    fn tell_live(&mut self, message: &ToWorker) {
        match &mut self.staff {
            Staff::Seats(seats) => {
                if let Some(seat) = seats.first_mut() {
                    seat.send(message);
                }
            }
            Staff::Own(own) => own.clone().receive(message.clone()),
        }
    }

    fn tell_curve(&mut self, message: &ToWorker) {
        match &mut self.staff {
            Staff::Seats(seats) => seats.iter_mut().skip(1).for_each(|seat| seat.send(message)),
            Staff::Own(own) => own.clone().receive(message.clone()),
        }
    }

    /// How many share the curve.
    pub(super) fn n_curve(&self) -> u32 {
        match &self.staff {
            Staff::Seats(seats) => seats.len().saturating_sub(1) as u32,
            Staff::Own(_) => 1,
        }
    }

    /// Begins the live run that `state` wants.
    pub(super) fn start_live(&mut self, state: &State) {
        let runtimes = state.settings.runtimes.iter().copied().map(Runtime).collect();
        let (run, scenario) = (state.live_run, state.settings.scenario);
        let preroll_ns = State::preroll().as_ns();
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
        match &mut self.staff {
            Staff::Seats(seats) => {
                for (share, seat) in (0..).zip(seats.iter_mut().skip(1)) {
                    seat.send(&message(share));
                }
            }
            Staff::Own(own) => own.clone().receive(message(0)),
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

/// The page's own thread as a worker.
struct Own {
    session: RefCell<Session>,
    next_slice: RefCell<Option<Timeout>>,
    news: Callback<News>,
}

impl Own {
    fn new(news: Callback<News>) -> Self {
        Self { session: RefCell::default(), next_slice: RefCell::default(), news }
    }

    fn receive(self: Rc<Self>, message: ToWorker) {
        self.session.borrow_mut().receive(message);
        if self.next_slice.borrow().is_none() {
            self.plan();
        }
    }

    fn plan(self: Rc<Self>) {
        if self.session.borrow().has_work() {
            let own = Rc::downgrade(&self);
            let slice = Timeout::new(0, move || {
                if let Some(own) = own.upgrade() {
                    own.work();
                }
            });
            *self.next_slice.borrow_mut() = Some(slice);
        }
    }

    fn work(self: Rc<Self>) {
        self.next_slice.borrow_mut().take();
        let end = super::effects::now_ms() + SLICE_MS;
        let mut answers = Vec::new();
        let is_late = || super::effects::now_ms() >= end;
        self.session.borrow_mut().work(&is_late, &mut |answer| answers.push(answer));
        for answer in answers {
            self.news.emit(News::Said(answer));
        }
        self.plan();
    }
}
