//! What runs tell a session: the first worker of the page hears of counts alone, one that looks deeper of more.

use crate::experiment::Measure;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Scenario;
use crate::sim::time::Time;
use crate::stats::replication::Replication;
use crate::stats::tally::Tally;

#[cfg(feature = "deep")]
pub(super) type Told = (Tally, crate::stats::deep::Deep);
#[cfg(not(feature = "deep"))]
pub(super) type Told = Tally;

/// A sink of a session.
pub(super) trait Tells: Measure {
    /// For a replication.
    fn of(runtime: RuntimeId, scenario: &Scenario) -> Self;

    /// For a live run.
    fn live(runtime: RuntimeId, scenario: &Scenario) -> Self;

    /// Its counts.
    fn tally_mut(&mut self) -> &mut Tally;

    /// What a live run that has taken at most so many bytes is like at `now` beyond its counts, to be sent; nothing if
    /// that is not told, or there is no news.
    fn live_depth(&mut self, now: Time, memory_peak: u64) -> Vec<u8>;

    /// What was found, and what is to be sent of it beyond that.
    fn parts(found: Self::Found) -> (Replication, Vec<u8>);
}

#[cfg(not(feature = "deep"))]
impl Tells for Tally {
    fn of(_: RuntimeId, _: &Scenario) -> Self {
        Self::default()
    }

    fn live(_: RuntimeId, _: &Scenario) -> Self {
        Self::with_bins(crate::protocol::BIN)
    }

    fn tally_mut(&mut self) -> &mut Tally {
        self
    }

    fn live_depth(&mut self, _: Time, _: u64) -> Vec<u8> {
        Vec::new()
    }

    fn parts(found: Replication) -> (Replication, Vec<u8>) {
        (found, Vec::new())
    }
}

#[cfg(feature = "deep")]
mod deep {
    use super::{Measure, RuntimeId, Scenario, Tally, Tells, Time};
    use crate::protocol::BIN;
    use crate::protocol::deep;
    use crate::stats::deep::Deep;
    use crate::stats::replication::Replication;

    impl Tells for (Tally, Deep) {
        fn of(runtime: RuntimeId, scenario: &Scenario) -> Self {
            (Tally::default(), Deep::of(runtime, scenario))
        }

        fn live(runtime: RuntimeId, scenario: &Scenario) -> Self {
            (Tally::with_bins(BIN), Deep::live(runtime, scenario))
        }

        fn tally_mut(&mut self) -> &mut Tally {
            &mut self.0
        }

        fn live_depth(&mut self, now: Time, memory_peak: u64) -> Vec<u8> {
            self.1.live_depth(now, memory_peak).map_or_else(Vec::new, deep::of_live)
        }

        fn parts((replication, depth): <Self as Measure>::Found) -> (Replication, Vec<u8>) {
            (replication, deep::of_replication(depth))
        }
    }
}
