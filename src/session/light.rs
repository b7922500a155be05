//! The first worker: it does nothing for who looks deeper.

use crate::protocol::FromWorker;
use crate::session::Live;
use crate::session::told::{Tells as _, Told};
use crate::sim::runtime::{AnyRun, RuntimeId};
use crate::sim::scenario::Scenario;

/// What a live run tells.
pub(super) type Shown = Told;

/// What a live run has told.
pub(super) fn told(run: &mut AnyRun<Shown>) -> &mut Told {
    run.sink_mut()
}

/// Nothing: the page asks a worker that can before it asks for anything.
#[derive(Debug, Default)]
pub(super) struct Depths;

impl Depths {
    pub(super) fn shown(&mut self, runtime: RuntimeId, scenario: &Scenario) -> Shown {
        Told::live(runtime, scenario)
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
