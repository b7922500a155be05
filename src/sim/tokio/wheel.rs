//! The timing wheel: `runtime/time/wheel/mod.rs` and `level.rs`.
//!
//! Six levels of 64 slots, in whole milliseconds. What is far away lies in a slot of a higher level and moves down when
//! that slot's time begins, for which the driver wakes up too. Nothing here is cancelled; each task has one timer at most.

/// Levels of the wheel, and bits of a level's slot number.
const N_LEVELS: usize = 6;
const BITS: usize = 6;
const N_SLOTS: usize = 1 << BITS;
/// The farthest that a timer can be away (`MAX_DURATION`).
const MAX_MS: u64 = (1 << (BITS * N_LEVELS)) - 1;

/// No entry.
const NONE: u32 = u32::MAX;

/// A list of entries, first in, first out.
#[derive(Clone, Copy, Debug)]
struct List {
    head: u32,
    tail: u32,
}

const EMPTY: List = List { head: NONE, tail: NONE };

#[derive(Clone, Copy, Debug)]
struct Entry<T> {
    what: T,
    when: u64,
    next: u32,
}

/// When a slot has to be looked at.
#[derive(Clone, Copy, Debug)]
struct Expiration {
    level: usize,
    slot: usize,
    deadline: u64,
}

/// Timers by the millisecond in which they are due.
#[derive(Clone, Debug)]
pub(super) struct Wheel<T> {
    /// Up to which millisecond everything has been fired.
    elapsed: u64,
    levels: [[List; N_SLOTS]; N_LEVELS],
    /// By level: which slots hold something.
    occupied: [u64; N_LEVELS],
    /// Due, and not fired yet.
    pending: List,
    entries: Vec<Entry<T>>,
    free: u32,
}

impl<T: Copy> Wheel<T> {
    pub(super) fn new() -> Self {
        Self {
            elapsed: 0,
            levels: [[EMPTY; N_SLOTS]; N_LEVELS],
            occupied: [0; N_LEVELS],
            pending: EMPTY,
            entries: Vec::new(),
            free: NONE,
        }
    }

    /// `insert`: `false` if that time has passed, and the timer is to be fired by the caller.
    pub(super) fn insert(&mut self, when: u64, what: T) -> bool {
        if when <= self.elapsed {
            return false;
        }
        let entry = Entry { what, when, next: NONE };
        let idx = self.free;
        let idx = if idx == NONE {
            self.entries.push(entry);
            (self.entries.len() - 1) as u32
        } else {
            self.free = self.entries[idx as usize].next;
            self.entries[idx as usize] = entry;
            idx
        };
        self.add(idx);
        true
    }

    /// `poll`: the next timer that is due by `now`.
    pub(super) fn poll(&mut self, now: u64) -> Option<T> {
        loop {
            if let Some(idx) = self.pop_pending() {
                self.entries[idx as usize].next = self.free;
                self.free = idx;
                return Some(self.entries[idx as usize].what);
            }
            match self.next_expiration() {
                Some(expiration) if expiration.deadline <= now => self.process(expiration),
                _ => {
                    self.elapsed = self.elapsed.max(now);
                    return None;
                }
            }
        }
    }

    /// `next_expiration_time`: in which millisecond there is something to do.
    pub(super) fn next_ms(&self) -> Option<u64> {
        self.next_expiration().map(|expiration| expiration.deadline)
    }

    /// `process_expiration`: what is due becomes pending, the rest moves down.
    fn process(&mut self, Expiration { level, slot, deadline }: Expiration) {
        let mut idx = std::mem::replace(&mut self.levels[level][slot], EMPTY).head;
        self.occupied[level] &= !(1 << slot);
        self.elapsed = deadline;
        while idx != NONE {
            let Entry { when, next, .. } = self.entries[idx as usize];
            if when <= deadline {
                append(&mut self.entries, &mut self.pending, idx);
            } else {
                self.add(idx);
            }
            idx = next;
        }
    }

    fn add(&mut self, idx: u32) {
        let when = self.entries[idx as usize].when;
        let level = level_for(self.elapsed, when);
        let slot = (when >> (level * BITS)) as usize % N_SLOTS;
        append(&mut self.entries, &mut self.levels[level][slot], idx);
        self.occupied[level] |= 1 << slot;
    }

    fn pop_pending(&mut self) -> Option<u32> {
        let idx = self.pending.head;
        if idx == NONE {
            return None;
        }
        self.pending.head = self.entries[idx as usize].next;
        Some(idx)
    }

    fn next_expiration(&self) -> Option<Expiration> {
        if self.pending.head != NONE {
            return Some(Expiration { level: 0, slot: 0, deadline: self.elapsed });
        }
        (0..N_LEVELS).find_map(|level| self.next_in(level))
    }

    /// `Level::next_expiration`.
    fn next_in(&self, level: usize) -> Option<Expiration> {
        let occupied = self.occupied[level];
        if occupied == 0 {
            return None;
        }
        let slot_range = 1_u64 << (BITS * level);
        let level_range = slot_range << BITS;
        let now_slot = (self.elapsed / slot_range) as usize % N_SLOTS;
        let slot = (occupied.rotate_right(now_slot as u32).trailing_zeros() as usize + now_slot) % N_SLOTS;
        let mut deadline = (self.elapsed & !(level_range - 1)) + slot as u64 * slot_range;
        if deadline <= self.elapsed {
            // Only the highest level wraps around.
            deadline += level_range;
        }
        Some(Expiration { level, slot, deadline })
    }
}

fn append<T>(entries: &mut [Entry<T>], list: &mut List, idx: u32) {
    entries[idx as usize].next = NONE;
    if list.head == NONE {
        list.head = idx;
    } else {
        entries[list.tail as usize].next = idx;
    }
    list.tail = idx;
}

fn level_for(elapsed: u64, when: u64) -> usize {
    let masked = ((elapsed ^ when) | (N_SLOTS as u64 - 1)).min(MAX_MS - 1);
    masked.ilog2() as usize / BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_fire_in_their_millisecond_and_those_of_one_in_order() {
        let mut wheel = Wheel::new();
        for (what, when) in [("b", 70), ("a", 3), ("c", 70), ("e", 5_000), ("d", 71)] {
            assert!(wheel.insert(when, what));
        }
        let mut fired = Vec::new();
        for now in 0..6_000 {
            while let Some(what) = wheel.poll(now) {
                fired.push((what, now));
            }
        }
        assert_eq!(fired, [("a", 3), ("b", 70), ("c", 70), ("d", 71), ("e", 5_000)]);
        assert!(!wheel.insert(5_999, "f"), "it has passed");
    }

    #[test]
    fn a_far_timer_is_looked_at_when_its_slot_begins() {
        let mut wheel = Wheel::new();
        assert!(wheel.insert(100, ()));
        // It lies in the second slot of 64 ms; from there it moves to a slot of its own.
        assert_eq!(wheel.next_ms(), Some(64));
        assert_eq!(wheel.poll(64), None);
        assert_eq!(wheel.next_ms(), Some(100));
        assert_eq!((wheel.poll(99), wheel.poll(100), wheel.next_ms()), (None, Some(()), None));
    }

    #[test]
    fn what_is_late_fires_all_the_same_and_in_order_of_time() {
        let mut wheel = Wheel::new();
        for when in [900, 17, 4_097, 65] {
            assert!(wheel.insert(when, when));
        }
        let fired: Vec<u64> = std::iter::from_fn(|| wheel.poll(1_000_000)).collect();
        assert_eq!(fired, [17, 65, 900, 4_097]);
    }

    #[test]
    fn entries_are_used_again() {
        let mut wheel = Wheel::new();
        for round in 1..100 {
            assert!(wheel.insert(round, round) && wheel.poll(round) == Some(round));
        }
        assert_eq!(wheel.entries.len(), 1);
    }
}
