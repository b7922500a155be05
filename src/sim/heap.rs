//! Events by time and then by age, in the standard library's binary heap: for the few timers of one owner.
//!
//! An implicit 4-ary heap of our own was tried and was half as fast at a thousand pending events: the library sifts to
//! the bottom and up again, which saves most comparisons.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::sim::time::Time;

/// Something due at a time; `seq` orders what is due at the same time.
#[derive(Clone, Copy, Debug)]
struct Entry<E> {
    at: Time,
    seq: u64,
    event: E,
}

impl<E> Ord for Entry<E> {
    /// Reversed, as the library's heap has its greatest on top: earlier is greater, and of equals the older.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.seq).cmp(&(self.at, self.seq))
    }
}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<E> Eq for Entry<E> {}

/// A heap by time; of two events at the same time, the one that was pushed first comes first.
#[derive(Clone, Debug)]
pub struct TimeHeap<E> {
    heap: BinaryHeap<Entry<E>>,
    next_seq: u64,
}

impl<E> Default for TimeHeap<E> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), next_seq: 0 }
    }
}

impl<E: Copy> TimeHeap<E> {
    /// Adds `event` at time `at`.
    pub fn push(&mut self, at: Time, event: E) {
        self.heap.push(Entry { at, seq: self.next_seq, event });
        self.next_seq += 1;
    }

    /// Takes the first event.
    pub fn pop(&mut self) -> Option<(Time, E)> {
        self.heap.pop().map(|entry| (entry.at, entry.event))
    }

    /// The first event and its time.
    #[must_use]
    pub fn peek(&self) -> Option<(Time, E)> {
        self.heap.peek().map(|entry| (entry.at, entry.event))
    }

    /// The time of the first event.
    #[must_use]
    pub fn next_at(&self) -> Option<Time> {
        self.heap.peek().map(|entry| entry.at)
    }
}
