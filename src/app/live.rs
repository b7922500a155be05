//! The live run as far as the page knows it.

use crate::protocol::{BIN, Frame};
use crate::sim::time::Span;
use crate::view::series::LiveBins;
#[cfg(feature = "deep")]
use crate::{protocol::deep, stats::deep::LiveDepth};

/// The live run as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// Simulated seconds since its start.
    pub now: f64,
    /// Completions of each runtime.
    pub bins: Vec<LiveBins>,
    /// Requests in flight in each runtime.
    pub in_flight: Vec<u32>,
    /// What each runtime is like beyond that, if a worker tells it that looks deeper.
    #[cfg(feature = "deep")]
    pub depths: Vec<Option<LiveDepth>>,
    /// Events of all runtimes together.
    pub n_events: u64,
    /// Requests refused by all runtimes together.
    pub n_refused: u64,
    /// Whether the simulation is slower than the speed that is set.
    pub is_slow: bool,
    /// A credit is on its way.
    pub(super) is_waiting: bool,
}

impl Live {
    /// A run of `n_runtimes` that has been asked for.
    pub(super) fn begin(n_runtimes: usize) -> Self {
        let bins = vec![LiveBins::default(); n_runtimes];
        Self {
            bins,
            in_flight: vec![0; n_runtimes],
            #[cfg(feature = "deep")]
            depths: vec![None; n_runtimes],
            is_waiting: true,
            ..Self::default()
        }
    }

    /// Takes in how far the run has come.
    pub(super) fn advanced(&mut self, frame: &Frame) {
        self.now = Span::from_ns(frame.now_ns).as_secs_f64();
        self.is_slow = !frame.kept_up;
        self.is_waiting = false;
        self.n_events = frame.runtimes.iter().map(|runtime| runtime.n_events).sum();
        self.n_refused = frame.runtimes.iter().map(|runtime| runtime.refused).sum();
        for (idx, runtime) in frame.runtimes.iter().enumerate() {
            #[cfg(feature = "deep")]
            if let (Some(known), Some(told)) = (self.depths.get_mut(idx), deep::live(&runtime.depth)) {
                *known = Some(told);
            }
            if let (Some(bins), Some(in_flight)) = (self.bins.get_mut(idx), self.in_flight.get_mut(idx)) {
                bins.extend(runtime.first_bin, &runtime.completed, BIN.as_secs_f64());
                *in_flight = runtime.in_flight;
            }
        }
    }
}
