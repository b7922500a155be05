//! Replications of a scenario on a runtime, in slices: what a point of the curve is made of.

use crate::sim::run::Advance;
use crate::sim::runtime::{AnyRun, RuntimeId};
use crate::sim::scenario::{Load, Scenario};
use crate::sim::time::{Span, Time};
use crate::stats::replication::{Outcome, Replication};
use crate::stats::tally::Tally;

/// How much one replication may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Simulated time in all, of which the first quarter is warm-up.
    pub length: Span,
    /// Events in all; reaching them ends the replication early.
    pub max_events: u64,
}

impl Effort {
    /// A length that suits `scenario`: long enough for every client to come back `rounds` times, and for `rounds`
    /// times 20 requests.
    #[must_use]
    pub fn of(scenario: &Scenario, rounds: u64, max_events: u64) -> Self {
        let cycle = match scenario.load {
            Load::Closed => scenario.demand + scenario.think,
            Load::Open => scenario.demand + Span::from_secs_f64(20.0 / scenario.rate),
        };
        Self { length: (cycle * rounds).max(Span::from_secs_f64(1.0)), max_events }
    }
}

/// A replication in progress, to be advanced in slices.
#[derive(Clone, Debug)]
pub struct Trial {
    run: AnyRun<Tally>,
    effort: Effort,
    is_warm: bool,
}

impl Trial {
    /// Replication `replication` of `scenario` on `runtime`, about to begin.
    #[must_use]
    pub fn new(runtime: RuntimeId, scenario: &Scenario, replication: u32, effort: Effort) -> Self {
        Self { run: AnyRun::new(runtime, scenario, replication, Tally::default()), effort, is_warm: false }
    }

    /// Goes on for at most `max_events` events; the result if that ended it. How it is sliced changes nothing.
    pub fn advance(&mut self, max_events: u64) -> Option<Replication> {
        let mut left = max_events;
        loop {
            let (until, budget) = if self.is_warm {
                (self.effort.length, self.effort.max_events)
            } else {
                (self.effort.length.scaled(0.25), self.effort.max_events / 4)
            };
            let before = self.run.n_events();
            let step = left.min(budget.saturating_sub(before));
            let advance = self.run.advance(Time::ZERO + until, step);
            left -= self.run.n_events() - before;
            let outcome = match advance {
                Advance::Reached => Outcome::Whole,
                Advance::OutOfEvents if self.run.n_events() >= budget => Outcome::OutOfEvents,
                Advance::OutOfEvents => return None,
            };
            if self.is_warm {
                return Some(self.result(outcome));
            }
            self.is_warm = true;
            let now = self.run.now();
            self.run.sink_mut().restart(now);
        }
    }

    fn result(&self, outcome: Outcome) -> Replication {
        let outcome = if self.run.n_refused() > 0 { Outcome::Refused } else { outcome };
        Replication {
            summary: self.run.sink().summary(self.run.now()),
            digest: self.run.sink().digest(),
            n_events: self.run.n_events(),
            outcome,
        }
    }

    /// Runs to the end.
    #[must_use]
    pub fn finish(mut self) -> Replication {
        loop {
            if let Some(result) = self.advance(u64::MAX) {
                return result;
            }
        }
    }
}
