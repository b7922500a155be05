//! The timers of one loop, in whole milliseconds of loop time.

use std::collections::{BTreeMap, VecDeque};

/// Timers by due millisecond; those of one millisecond fire in the order they were set.
#[derive(Clone, Debug)]
pub(super) struct Timers<T> {
    by_due: BTreeMap<u64, VecDeque<T>>,
    /// Emptied lists, to be used again.
    spare: Vec<VecDeque<T>>,
}

impl<T> Default for Timers<T> {
    fn default() -> Self {
        Self { by_due: BTreeMap::new(), spare: Vec::new() }
    }
}

impl<T> Timers<T> {
    pub(super) fn insert(&mut self, due_ms: u64, timer: T) {
        let spare = &mut self.spare;
        self.by_due.entry(due_ms).or_insert_with(|| spare.pop().unwrap_or_default()).push_back(timer);
    }

    pub(super) fn next_due(&self) -> Option<u64> {
        self.by_due.first_key_value().map(|(due, _)| *due)
    }

    pub(super) fn pop_due(&mut self, now_ms: u64) -> Option<T> {
        let mut first = self.by_due.first_entry()?;
        if *first.key() > now_ms {
            return None;
        }
        let timer = first.get_mut().pop_front();
        if first.get().is_empty() {
            self.spare.push(first.remove());
        }
        timer
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
        assert_eq!([timers.pop_due(7), timers.pop_due(7), timers.pop_due(7), timers.pop_due(7)], [Some('a'), Some('b'), Some('c'), None]);
    }
}
