//! The timers of one loop, in whole milliseconds of loop time.

use crate::sim::queue::EventQueue;
use crate::sim::time::{Span, Time};

/// Timers by due millisecond; those of one millisecond fire in the order they were set.
#[derive(Clone, Debug)]
pub(super) struct Timers<T>(EventQueue<T>);

impl<T> Default for Timers<T> {
    fn default() -> Self {
        Self(EventQueue::default())
    }
}

impl<T: Copy> Timers<T> {
    pub(super) fn insert(&mut self, due_ms: u64, timer: T) {
        self.0.push(Time::ZERO + Span::from_ms(due_ms), timer);
    }

    pub(super) fn next_due(&self) -> Option<u64> {
        self.0.next_at().map(Time::as_whole_ms)
    }

    pub(super) fn pop_due(&mut self, now_ms: u64) -> Option<T> {
        self.next_due().filter(|due| *due <= now_ms)?;
        self.0.pop().map(|(_, timer)| timer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_fire_by_millisecond_and_then_in_order() {
        let mut timers = Timers::default();
        for (due, name) in [(7, 'c'), (5, 'a'), (5, 'b'), (9, 'd')] {
            timers.insert(due, name);
        }
        assert_eq!(timers.next_due(), Some(5));
        assert_eq!(timers.pop_due(4), None);
        let due: Vec<char> = std::iter::from_fn(|| timers.pop_due(7)).collect();
        assert_eq!(due, ['a', 'b', 'c']);
    }
}
