//! The figure's side of the annex: what is below the figure comes when somebody goes there.
//!
//! It is a module of its own on the same page, so that the figure need not wait for it. It is told what is set, hears
//! what the workers say, and asks.

use wasm_bindgen::JsValue;
use yew::Callback;

use crate::app::state::State;
use crate::protocol::annex::{FromAnnex, PORT_NAME, ToAnnex, Told};
use crate::protocol::{RunId, decode};
use crate::ui::seat::{Message, Report, Script, Seat, Way, packed};

const SCRIPT: Script = Script { file: "annex-boot.js", port: PORT_NAME };

/// The annex, as the figure has it.
pub(super) struct Annex {
    seat: Option<Seat>,
    is_ready: bool,
    told: Told,
    /// What was told and heard of the curves that are shown or on their way, for an annex that comes later.
    log: Vec<(RunId, JsValue)>,
    /// The last that the archive has said of dots, and a worker of the live run: where it rests, nothing follows.
    dots: Option<JsValue>,
    live: Option<JsValue>,
    report: Callback<Report>,
}

impl Annex {
    /// An annex that is not there yet. Its reports have to be handed to [`Annex::hear`].
    pub(super) fn new(report: Callback<Report>) -> Self {
        Self { seat: None, is_ready: false, told: Told::default(), log: Vec::new(), dots: None, live: None, report }
    }

    /// Whether it is there.
    pub(super) fn is_ready(&self) -> bool {
        self.is_ready
    }

    /// Somebody goes there.
    pub(super) fn want(&mut self) {
        if self.seat.is_some() {
            return;
        }
        // Without it there is a figure all the same.
        self.seat = Seat::start(Way::Page, SCRIPT, self.report.clone());
        let log = std::mem::take(&mut self.log);
        log.iter().for_each(|(_, message)| self.send(message.clone()));
        self.send(packed(&ToAnnex::Told(self.told.clone())));
        for last in [self.live.take(), self.dots.clone()].into_iter().flatten() {
            self.send(last);
        }
    }

    fn send(&mut self, message: JsValue) {
        if let Some(seat) = &mut self.seat {
            seat.send(Message::Told(message));
        }
    }

    /// Says what is set now, if that is news. `shown` is the curve that is shown.
    pub(super) fn tell(&mut self, told: Told, shown: RunId) {
        if told == self.told {
            return;
        }
        let message = packed(&ToAnnex::Told(told.clone()));
        if self.seat.is_some() {
            self.send(message);
        } else if told.curve_run != self.told.curve_run {
            self.log.retain(|(run, _)| *run >= shown);
            self.log.push((told.curve_run, message));
        }
        self.told = told;
    }

    /// Lets it hear what a worker has said; of a point, which curve it belongs to.
    pub(super) fn overhear(&mut self, bytes: &[u8], of_curve: Option<RunId>) {
        let message = packed(&ToAnnex::Heard(bytes.to_vec()));
        match of_curve {
            Some(run) if self.seat.is_none() => self.log.push((run, message)),
            None if self.seat.is_none() => self.live = Some(message),
            _ => self.send(message),
        }
    }

    /// Lets it hear what the archive has said; the last dots also later.
    pub(super) fn overhear_archive(&mut self, bytes: &[u8], is_dots: bool) {
        let message = packed(&ToAnnex::Archive(bytes.to_vec()));
        if is_dots {
            self.dots = Some(message.clone());
        }
        self.send(message);
    }

    /// Takes a report; nothing if it is lost, and with it everything below the figure until the page is loaded again.
    pub(super) fn hear(&mut self, report: &Report) -> Option<FromAnnex> {
        let (Report::Said(bytes), Some(seat)) = (report, &mut self.seat) else { return None };
        let wish = decode(bytes).ok()?;
        seat.heard();
        if wish == FromAnnex::Ready {
            self.is_ready = true;
            seat.settle();
        }
        Some(wish)
    }
}

impl Told {
    /// What there is to tell of `state`; the rest is the page's.
    pub(super) fn of(state: &State) -> Self {
        Self {
            query: crate::app::permalink::write(&state.settings, &crate::app::settings::Settings::default()),
            live_run: state.live_run,
            curve_run: state.curve_run,
            n_sets: state.n_sets,
            can: state.history.can(),
            ..Self::default()
        }
    }
}
