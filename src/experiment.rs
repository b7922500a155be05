//! Replications of a scenario on a runtime, in slices: what a point of the curve is made of.

use crate::sim::run::Advance;
use crate::sim::runtime::{AnyRun, RuntimeId};
use crate::sim::scenario::{Load, Scenario, Warm};
use crate::sim::start;
use crate::sim::time::{Span, Time};
use crate::sim::trace::Sink;
use crate::stats::deep::{Deep, Depth};
use crate::stats::replication::{Outcome, Replication};
use crate::stats::tally::Tally;

/// How much one replication may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Simulated time in all, of which the first quarter is warm-up unless the start itself is what is looked at.
    pub length: Span,
    /// Events in all; reaching them ends the replication early.
    pub max_events: u64,
    /// Simulated time below which what was found is a beginning and no result.
    pub settles_after: Span,
}

/// Rounds of all requests, queues included, that a replication takes at least: two to warm up, six to measure.
const MIN_ROUNDS: u64 = 8;
/// Rounds with which a replication that runs out of events is still one.
const SETTLED_ROUNDS: u64 = 3;
/// Simulated time of what has an end: more than it takes.
const ENDLESS: Span = Span::from_ms(365 * 86_400_000);
/// Events that one request takes at most, roughly: what the bound on events grows by with the clients.
const EVENTS_PER_REQUEST: u64 = 12;
/// Events that a burst and its wait take at least.
const EVENTS_PER_BURST: u64 = 2;

impl Effort {
    /// An effort that suits `scenario` on a runtime that can use `n_cores`: `rounds` rounds of requests that find no
    /// queue and [`MIN_ROUNDS`] of requests that find one of all clients, within `max_events`, or up to `most_events`
    /// where there are many clients. A batch ends by itself, and is no result before that; nor is a cold start before its
    /// window is over, as what comes later in it is faster.
    #[must_use]
    pub fn of(scenario: &Scenario, n_cores: u32, rounds: u64, (max_events, most_events): (u64, u64)) -> Self {
        if scenario.load == Load::Batch {
            // One that can not come to its end is not begun.
            let n_bursts = u64::from(scenario.n_tasks) * u64::from(scenario.n_bursts);
            let max_events = if n_bursts * EVENTS_PER_BURST > most_events { 1 } else { most_events };
            return Self { length: ENDLESS, max_events, settles_after: ENDLESS };
        }
        if scenario.warm == Warm::Cold {
            return Self { length: start::WINDOW, max_events: most_events, settles_after: start::WINDOW };
        }
        let queue = scenario.demand.scaled(scenario.mix / 100.0 * scenario.js_factor.max(1.0) / f64::from(n_cores));
        let (free, full, n) = match scenario.load {
            Load::Closed => {
                let n = u64::from(scenario.n_clients);
                (scenario.demand + scenario.think, queue * n, n)
            }
            Load::Open | Load::Batch => (scenario.demand + Span::from_secs_f64(20.0 / scenario.rate), Span::ZERO, 0),
        };
        Self {
            length: (free * rounds).max(full * MIN_ROUNDS).max(Span::from_secs_f64(1.0)),
            max_events: max_events.max((n * EVENTS_PER_REQUEST * MIN_ROUNDS).min(most_events)),
            settles_after: free.max(full) * SETTLED_ROUNDS,
        }
    }
}

/// A sink that measures a window of a run: all of it but the warm-up.
pub trait Measure: Sink + Sized {
    /// What it tells in the end.
    type Found;

    /// Forgets what was before `now`.
    fn restart(&mut self, now: Time);

    /// How many requests were completed in the window.
    fn n_completed(&self) -> u64;

    /// How many requests their clients have given up since the run began.
    fn n_abandoned(&self) -> u64;

    /// What was found in a run that has ended so.
    fn found(run: &AnyRun<Self>, outcome: Outcome) -> Self::Found;
}

impl Measure for Tally {
    type Found = Replication;

    fn restart(&mut self, now: Time) {
        self.restart(now);
    }

    fn n_completed(&self) -> u64 {
        self.n_completed()
    }

    fn n_abandoned(&self) -> u64 {
        self.n_abandoned()
    }

    fn found(run: &AnyRun<Self>, outcome: Outcome) -> Replication {
        let summary = run.sink().summary(run.now());
        Replication { summary, digest: run.sink().digest(), n_events: run.n_events(), outcome }
    }
}

/// The same, and what it was like beyond that.
impl Measure for (Tally, Deep) {
    type Found = (Replication, Depth);

    fn restart(&mut self, now: Time) {
        self.0.restart(now);
        self.1.restart(now);
    }

    fn n_completed(&self) -> u64 {
        self.0.n_completed()
    }

    fn n_abandoned(&self) -> u64 {
        self.0.n_abandoned()
    }

    fn found(run: &AnyRun<Self>, outcome: Outcome) -> Self::Found {
        let ((tally, deep), now) = (run.sink(), run.now());
        let replication =
            Replication { summary: tally.summary(now), digest: tally.digest(), n_events: run.n_events(), outcome };
        (replication, deep.depth(now, run.memory_peak()))
    }
}

/// A replication in progress, to be advanced in slices.
#[derive(Clone, Debug)]
pub struct Trial<S = Tally> {
    run: AnyRun<S>,
    effort: Effort,
    is_warm: bool,
}

impl Trial {
    /// Replication `replication` of `scenario` on `runtime`, about to begin.
    #[must_use]
    pub fn new(runtime: RuntimeId, scenario: &Scenario, replication: u32, effort: Effort) -> Self {
        Self::of(AnyRun::new(runtime, scenario, replication, Tally::default()), scenario, effort)
    }
}

impl Trial<(Tally, Deep)> {
    /// The same, of which it is also told what it was like.
    #[must_use]
    pub fn deep(runtime: RuntimeId, scenario: &Scenario, replication: u32, effort: Effort) -> Self {
        let sink = (Tally::default(), Deep::of(runtime, scenario));
        Self::of(AnyRun::new(runtime, scenario, replication, sink), scenario, effort)
    }
}

impl<S: Measure> Trial<S> {
    /// A trial of `run`, which is about to begin with `scenario`.
    #[must_use]
    pub fn of(run: AnyRun<S>, scenario: &Scenario, effort: Effort) -> Self {
        // A batch is measured whole, and so is a program that has just started: they have no steady state to warm up to.
        let is_warm = scenario.load == Load::Batch || scenario.warm == Warm::Cold;
        Self { run, effort, is_warm }
    }

    /// Goes on for at most `max_events` events; the result if that ended it. How it is sliced changes nothing.
    pub fn advance(&mut self, max_events: u64) -> Option<S::Found> {
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
                Advance::Finished | Advance::Starved => return Some(self.result(Outcome::Whole)),
                Advance::OutOfEvents if self.run.n_events() >= budget => Outcome::OutOfEvents,
                Advance::OutOfEvents => return None,
                Advance::Died(_) => return Some(self.result(Outcome::Died)),
            };
            if self.is_warm {
                return Some(self.result(outcome));
            }
            self.is_warm = true;
            let now = self.run.now();
            self.run.sink_mut().restart(now);
        }
    }

    fn result(&self, outcome: Outcome) -> S::Found {
        let is_short = self.run.now() < Time::ZERO + self.effort.settles_after;
        let outcome = match outcome {
            Outcome::Died => Outcome::Died,
            _ if self.run.sink().n_completed() == 0 => Outcome::Unsettled,
            Outcome::OutOfEvents if is_short => Outcome::Unsettled,
            _ if self.run.n_refused() > 0 || self.run.sink().n_abandoned() > 0 => Outcome::Refused,
            other => other,
        };
        S::found(&self.run, outcome)
    }

    /// Runs to the end.
    #[must_use]
    pub fn finish(mut self) -> S::Found {
        loop {
            if let Some(result) = self.advance(u64::MAX) {
                return result;
            }
        }
    }
}
