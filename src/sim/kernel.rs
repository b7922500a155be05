//! The clock and the pending events of a run; it knows no runtime.

use crate::sim::queue::EventQueue;
use crate::sim::time::{Span, Time};

/// A simulation clock that jumps from event to event.
#[derive(Clone, Debug)]
pub struct Kernel<E> {
    now: Time,
    queue: EventQueue<E>,
    n_events: u64,
}

impl<E> Default for Kernel<E> {
    fn default() -> Self {
        Self { now: Time::ZERO, queue: EventQueue::default(), n_events: 0 }
    }
}

impl<E: Copy> Kernel<E> {
    /// The current simulated time.
    #[must_use]
    pub fn now(&self) -> Time {
        self.now
    }

    /// How many events have happened.
    #[must_use]
    pub fn n_events(&self) -> u64 {
        self.n_events
    }

    /// How many events are pending.
    #[must_use]
    pub fn n_pending(&self) -> usize {
        self.queue.len()
    }

    /// Lets `event` happen `delay` from now, after everything already due then.
    pub fn schedule(&mut self, delay: Span, event: E) {
        self.queue.push(self.now + delay, event);
    }

    /// Lets `event` happen at `at`, or now if that has passed.
    pub fn schedule_at(&mut self, at: Time, event: E) {
        self.queue.push(at.max(self.now), event);
    }

    /// Moves to the next event at or before `until` and takes it; otherwise moves to `until`.
    pub fn next_before(&mut self, until: Time) -> Option<E> {
        match self.queue.next_at() {
            Some(at) if at <= until => {
                let (at, event) = self.queue.pop()?;
                debug_assert!(at >= self.now, "time went backwards");
                self.now = at;
                self.n_events += 1;
                Some(event)
            }
            _ => {
                self.now = self.now.max(until);
                None
            }
        }
    }
}
