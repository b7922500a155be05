//! The pending events: an implicit 4-ary min-heap in total order.
//!
//! Four children a node halve the depth of a binary heap and keep siblings in neighbouring cache lines.

use crate::sim::time::Time;

const ARITY: usize = 4;

#[derive(Clone, Copy, Debug)]
struct Entry<E> {
    at: Time,
    seq: u64,
    event: E,
}

impl<E> Entry<E> {
    fn key(&self) -> (Time, u64) {
        (self.at, self.seq)
    }
}

/// Events ordered by time; of two at the same time, the one scheduled first comes first.
#[derive(Clone, Debug)]
pub struct EventQueue<E> {
    heap: Vec<Entry<E>>,
    next_seq: u64,
}

impl<E> Default for EventQueue<E> {
    fn default() -> Self {
        Self { heap: Vec::new(), next_seq: 0 }
    }
}

impl<E: Copy> EventQueue<E> {
    /// Adds `event` at time `at`.
    pub fn push(&mut self, at: Time, event: E) {
        let entry = Entry { at, seq: self.next_seq, event };
        self.next_seq += 1;
        self.heap.push(entry);
        let mut hole = self.heap.len() - 1;
        while hole > 0 {
            let parent = (hole - 1) / ARITY;
            if self.heap[parent].key() <= entry.key() {
                break;
            }
            self.heap[hole] = self.heap[parent];
            hole = parent;
        }
        self.heap[hole] = entry;
    }

    /// Takes the first event.
    pub fn pop(&mut self) -> Option<(Time, E)> {
        let last = self.heap.pop()?;
        let Some(&first) = self.heap.first() else {
            return Some((last.at, last.event));
        };
        let n = self.heap.len();
        let mut hole = 0;
        loop {
            let start = hole * ARITY + 1;
            if start >= n {
                break;
            }
            let mut child = start;
            for other in start + 1..(start + ARITY).min(n) {
                if self.heap[other].key() < self.heap[child].key() {
                    child = other;
                }
            }
            if last.key() <= self.heap[child].key() {
                break;
            }
            self.heap[hole] = self.heap[child];
            hole = child;
        }
        self.heap[hole] = last;
        Some((first.at, first.event))
    }

    /// The time of the first event.
    #[must_use]
    pub fn next_at(&self) -> Option<Time> {
        self.heap.first().map(|entry| entry.at)
    }

    /// How many events are pending.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether nothing is pending.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rng::{Draws, Stream};

    #[test]
    fn ties_are_first_in_first_out() {
        let mut queue = EventQueue::default();
        for event in 0..100 {
            queue.push(Time::from_ns(5), event);
        }
        queue.push(Time::from_ns(4), 1000);
        assert_eq!(queue.pop(), Some((Time::from_ns(4), 1000)));
        for event in 0..100 {
            assert_eq!(queue.pop(), Some((Time::from_ns(5), event)));
        }
        assert_eq!(queue.pop(), None);
    }

    #[test]
    fn a_hold_sequence_comes_out_sorted() {
        let draws = Draws::new(5, 0);
        let delay = |item| draws.words(Stream::Runtime, item, 0)[0] % 1000;
        let mut queue = EventQueue::default();
        for item in 0..500 {
            queue.push(Time::from_ns(delay(item)), item);
        }
        let mut now = Time::ZERO;
        for item in 500..20_000 {
            let (at, _) = queue.pop().expect("the queue never runs dry");
            assert!(at >= now, "time went backwards");
            now = at;
            queue.push(Time::from_ns(at.as_ns() + delay(item)), item);
        }
        assert_eq!(queue.len(), 500);
    }
}
