//! Little's law and the utilization law, kept as a run goes on and checked in debug builds.
//!
//! Both are identities, so they hold to the nanosecond: the area under the number of requests in the system is the sum
//! of the times that they spent in it, and the time that cores were busy is the time that was accounted for.

use crate::sim::time::{Span, Time};

/// The sums on both sides of the two laws. In release builds they stay empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Books {
    since: Time,
    n_in_system: u128,
    /// Request nanoseconds under the number in the system.
    area: u128,
    /// Nanoseconds that those who are gone have spent in it, and the arrival times of those who are not.
    residence: u128,
    births: u128,
    n_busy: u128,
    busy: u128,
    accounted: u128,
}

fn ns(time: Time) -> u128 {
    u128::from(time.as_ns())
}

impl Books {
    fn pass_to(&mut self, now: Time) {
        let passed = u128::from(now.since(self.since).as_ns());
        self.area += self.n_in_system * passed;
        self.busy += self.n_busy * passed;
        self.since = now;
    }

    /// A request came in.
    pub(super) fn arrived(&mut self, now: Time) {
        if cfg!(debug_assertions) {
            self.pass_to(now);
            self.n_in_system += 1;
            self.births += ns(now);
        }
    }

    /// A request that was born then is gone.
    pub(super) fn left(&mut self, now: Time, born: Time) {
        if cfg!(debug_assertions) {
            self.pass_to(now);
            self.n_in_system -= 1;
            self.births -= ns(born);
            self.residence += ns(now) - ns(born);
        }
    }

    /// A core began or ceased to run a thread.
    pub(super) fn core(&mut self, now: Time, is_busy: bool) {
        if cfg!(debug_assertions) {
            self.pass_to(now);
            self.n_busy = if is_busy { self.n_busy + 1 } else { self.n_busy - 1 };
            // Pieces of work are accounted for when they end: only then nothing is under way.
            if self.n_busy == 0 {
                assert_eq!(self.busy, self.accounted, "utilization law at {now:?}: busy time against accounted time");
            }
        }
    }

    /// A thread has worked for so long.
    pub(super) fn account(&mut self, work: Span) {
        if cfg!(debug_assertions) {
            self.accounted += u128::from(work.as_ns());
        }
    }

    /// Checks Little's law at `now`.
    pub(super) fn balance(&mut self, now: Time) {
        if cfg!(debug_assertions) {
            self.pass_to(now);
            let inside = self.n_in_system * ns(now) - self.births;
            assert_eq!(self.area, self.residence + inside, "Little's law at {now:?}: area against residence");
        }
    }
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use super::*;

    #[test]
    fn two_requests_balance_and_a_forgotten_one_does_not() {
        let at = Time::from_ns;
        let mut books = Books::default();
        books.arrived(at(10));
        books.arrived(at(30));
        books.left(at(50), at(10));
        books.balance(at(70));
        assert_eq!((books.area, books.residence), (20 + 40 + 20, 40));
        books.left(at(80), at(20));
        let forgotten = std::panic::catch_unwind(move || books.balance(at(90)));
        assert!(forgotten.is_err(), "a wrong arrival time is noticed");
    }
}
