//! The first worker: it does nothing for who looks deeper.

use crate::protocol::{BIN, FromWorker};
use crate::session::Live;
use crate::sim::runtime::AnyRun;
use crate::sim::scenario::Scenario;
use crate::stats::tally::Tally;

/// What a live run tells.
pub(super) type Told = Tally;

/// Completions of a live run.
pub(super) fn tally(run: &mut AnyRun<Told>) -> &mut Tally {
    run.sink_mut()
}

/// Nothing: the page asks a worker that can before it asks for anything.
#[derive(Debug, Default)]
pub(super) struct Depths;

impl Depths {
    pub(super) fn told(&mut self, _: &Scenario) -> Told {
        Tally::with_bins(BIN)
    }

    pub(super) fn asked(&mut self, _: &[u8], _: Option<&mut Live>) {}

    pub(super) fn wants_window(&self) -> bool {
        false
    }

    pub(super) fn show(&mut self, _: &mut Live, _: &mut dyn FnMut(FromWorker)) {}

    pub(super) fn has_study(&self) -> bool {
        false
    }

    pub(super) fn step_study(&mut self, _: &mut dyn FnMut(FromWorker)) {}
}
