//! The pending events in total order: a small heap for what is near, a wheel of two levels for what is not.
//!
//! Most events of a run are clients that think, seconds ahead. In one heap each of them costs a walk through memory
//! twice; here it is put into a list of its time and taken out when that time is near (a hierarchical timing wheel,
//! Varghese and Lauck 1987). The heap has only what lies between now and the next list that is not empty, and orders
//! it exactly. `benches/kernel.rs` holds it against the standard library's heap and a heap of four children a node.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::sim::time::Time;

/// A tick is 2^17 ns, 131 µs; the first level has a list for each of the next 4,096 ticks, 0.54 s.
const TICK_SHIFT: u32 = 17;
const N_TICKS: u64 = 4096;
/// The second level has a list for each of the next 4,096 times 0.54 s, 37 min. What is later still waits in a heap.
const N_TURNS: u64 = 4096;
/// The end of a list.
const END: u32 = u32::MAX;

/// One level of the wheel: the first entry of each list, and which lists are not empty.
#[derive(Clone, Debug)]
struct Level {
    heads: Vec<u32>,
    occupied: Vec<u64>,
}

impl Level {
    fn new(n: u64) -> Self {
        Self { heads: vec![END; n as usize], occupied: vec![0; (n / 64) as usize] }
    }

    fn len(&self) -> u64 {
        self.heads.len() as u64
    }

    /// Makes `node` the first of the list of `number`; the one that was.
    fn replace(&mut self, number: u64, node: u32) -> u32 {
        let place = (number % self.len()) as usize;
        let bit = 1 << (place % 64);
        if node == END {
            self.occupied[place / 64] &= !bit;
        } else {
            self.occupied[place / 64] |= bit;
        }
        std::mem::replace(&mut self.heads[place], node)
    }

    /// The first number after `number` whose list is not empty.
    fn next_after(&self, number: u64) -> Option<u64> {
        let n_words = self.occupied.len() as u64;
        let from = number + 1;
        let first = from / 64;
        for i in 0..=n_words {
            let mut word = self.occupied[((first + i) % n_words) as usize];
            if i == 0 {
                word &= u64::MAX << (from % 64);
            }
            if word != 0 {
                return Some((first + i) * 64 + u64::from(word.trailing_zeros()));
            }
        }
        None
    }
}

/// When an event is due, its place among those of the same time, and its node, as one number: one comparison without a
/// branch orders two of them, and a heap of them moves 16 bytes whatever an event is. The lower half is [`Node::rank`].
type Key = Reverse<u128>;

/// Bits of a rank for the number of the node: as many events can be pending. The other 40 count all that ever were.
const NODE_BITS: u32 = 24;

/// A pending event.
#[derive(Clone, Copy, Debug)]
struct Node<E> {
    at: Time,
    /// How many were pushed before it, and its own number.
    rank: u64,
    event: E,
    /// The next one of its list.
    next: u32,
}

/// Events ordered by time; of two at the same time, the one scheduled first comes first.
#[derive(Clone, Debug)]
pub struct EventQueue<E> {
    /// Everything up to `tick`; never empty while anything is pending.
    near: BinaryHeap<Key>,
    tick: u64,
    ticks: Level,
    turns: Level,
    far: BinaryHeap<Key>,
    /// All pending events, and a list of unused places.
    nodes: Vec<Node<E>>,
    unused: u32,
    n_pending: usize,
    next_seq: u64,
}

fn key(at: Time, rank: u64) -> Key {
    Reverse(u128::from(at.as_ns()) << 64 | u128::from(rank))
}

fn at_of(Reverse(key): Key) -> Time {
    Time::from_ns((key >> 64) as u64)
}

fn node_of(Reverse(key): Key) -> u32 {
    key as u32 & ((1 << NODE_BITS) - 1)
}

fn tick_of(at: Time) -> u64 {
    at.as_ns() >> TICK_SHIFT
}

impl<E> Default for EventQueue<E> {
    fn default() -> Self {
        Self {
            near: BinaryHeap::new(),
            tick: 0,
            ticks: Level::new(N_TICKS),
            turns: Level::new(N_TURNS),
            far: BinaryHeap::new(),
            nodes: Vec::new(),
            unused: END,
            n_pending: 0,
            next_seq: 0,
        }
    }
}

impl<E: Copy> EventQueue<E> {
    /// Adds `event` at time `at`.
    // Many places schedule: a copy in each is weight.
    #[inline(never)]
    pub fn push(&mut self, at: Time, event: E) {
        let is_new = self.unused == END;
        let node = if is_new { self.nodes.len() as u32 } else { self.unused };
        debug_assert!(node < 1 << NODE_BITS, "more events are pending than a key has room for");
        let rank = self.next_seq << NODE_BITS | u64::from(node);
        let entry = Node { at, rank, event, next: END };
        if is_new {
            self.nodes.push(entry);
        } else {
            let slot = &mut self.nodes[node as usize];
            self.unused = slot.next;
            *slot = entry;
        }
        self.next_seq += 1;
        self.n_pending += 1;
        self.place(node);
        if self.near.is_empty() {
            self.refill();
        }
    }

    /// Takes the first event.
    pub fn pop(&mut self) -> Option<(Time, E)> {
        let first = self.near.pop()?;
        let node = node_of(first);
        let slot = &mut self.nodes[node as usize];
        let event = slot.event;
        slot.next = std::mem::replace(&mut self.unused, node);
        self.n_pending -= 1;
        if self.near.is_empty() {
            self.refill();
        }
        Some((at_of(first), event))
    }

    /// The first event and its time.
    #[must_use]
    pub fn peek(&self) -> Option<(Time, E)> {
        self.near.peek().map(|first| (at_of(*first), self.nodes[node_of(*first) as usize].event))
    }

    /// The time of the first event.
    #[must_use]
    pub fn next_at(&self) -> Option<Time> {
        self.near.peek().map(|first| at_of(*first))
    }

    /// How many events are pending.
    #[must_use]
    pub fn len(&self) -> usize {
        self.n_pending
    }

    /// Whether nothing is pending.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.near.is_empty()
    }

    fn place(&mut self, node: u32) {
        let slot = &mut self.nodes[node as usize];
        let tick = tick_of(slot.at);
        if tick <= self.tick {
            self.near.push(key(slot.at, slot.rank));
        } else if tick - self.tick < N_TICKS {
            slot.next = self.ticks.replace(tick, node);
        } else if tick / N_TICKS - self.tick / N_TICKS < N_TURNS {
            slot.next = self.turns.replace(tick / N_TICKS, node);
        } else {
            self.far.push(key(slot.at, slot.rank));
        }
    }

    /// Places the events of a list anew.
    #[inline(never)]
    fn unlist(&mut self, mut node: u32) {
        while node != END {
            let next = self.nodes[node as usize].next;
            self.place(node);
            node = next;
        }
    }

    /// Goes on to the next tick that has something.
    #[inline(never)]
    fn refill(&mut self) {
        while self.near.is_empty() && self.n_pending > 0 {
            let turn = self.tick / N_TICKS;
            let next = self.ticks.next_after(self.tick);
            match next {
                Some(tick) if tick / N_TICKS == turn => self.tick = tick,
                // Into the next turn: what its list holds may come before.
                _ => {
                    let listed = next.map(|tick| tick / N_TICKS).into_iter().chain(self.turns.next_after(turn));
                    let far = self.far.peek().map(|first| tick_of(at_of(*first)) / N_TICKS);
                    let Some(turn) = listed.chain(far).min() else { return };
                    self.tick = turn * N_TICKS;
                    let node = self.turns.replace(turn, END);
                    self.unlist(node);
                    while self.far.peek().is_some_and(|first| tick_of(at_of(*first)) / N_TICKS - turn < N_TURNS) {
                        if let Some(first) = self.far.pop() {
                            self.place(node_of(first));
                        }
                    }
                }
            }
            let node = self.ticks.replace(self.tick, END);
            self.unlist(node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rng::{Draws, Stream};

    #[test]
    fn ties_are_first_in_first_out() {
        for at in [5, 5_000_000_000, 5_000_000_000_000] {
            let mut queue = EventQueue::default();
            for event in 0..100 {
                queue.push(Time::from_ns(at), event);
            }
            queue.push(Time::from_ns(4), 1000);
            assert_eq!(queue.pop(), Some((Time::from_ns(4), 1000)));
            for event in 0..100 {
                assert_eq!(queue.pop(), Some((Time::from_ns(at), event)));
            }
            assert_eq!(queue.pop(), None);
        }
    }

    #[test]
    fn any_delays_come_out_as_from_one_heap() {
        let draws = Draws::new(5, 0);
        // From nanoseconds to three hours, so that all levels are used, and some at once.
        let delay = |item| {
            let [size, exact] = draws.words(Stream::Runtime, item, 0);
            exact % [1, 1_000, 200_000, 3_000_000, 700_000_000, 9_000_000_000, 9_000_000_000_000][(size % 7) as usize]
        };
        let mut queue = EventQueue::default();
        let mut heap = BinaryHeap::new();
        let push = |queue: &mut EventQueue<u64>, heap: &mut BinaryHeap<_>, at: u64, item: u64| {
            queue.push(Time::from_ns(at), item);
            heap.push(Reverse((at, item)));
        };
        for item in 0..500 {
            push(&mut queue, &mut heap, delay(item), item);
        }
        for item in 500..200_000 {
            let Reverse((at, expected)) = heap.pop().expect("the heap never runs dry");
            assert_eq!(queue.peek(), Some((Time::from_ns(at), expected)));
            assert_eq!(queue.pop(), Some((Time::from_ns(at), expected)));
            push(&mut queue, &mut heap, at + delay(item), item);
        }
        assert_eq!(queue.len(), 500);
    }

    #[test]
    fn the_end_of_time_can_be_waited_for() {
        let mut queue = EventQueue::default();
        queue.push(Time::MAX, 'z');
        queue.push(Time::from_ns(1), 'a');
        assert_eq!(queue.pop(), Some((Time::from_ns(1), 'a')));
        queue.push(Time::from_ns(1 << 40), 'b');
        assert_eq!((queue.pop(), queue.pop()), (Some((Time::from_ns(1 << 40), 'b')), Some((Time::MAX, 'z'))));
        assert!(queue.is_empty() && queue.pop().is_none());
    }
}
