//! JavaScript timers over one `uv_timer`: a first-in first-out list for each duration, and a heap of the lists.
//!
//! Follows `lib/internal/timers.js` (`insert`, `processTimers`, `listOnTimeout`), the same in Node 20 and 24, and
//! `Environment::RunTimers` in `src/env.cc`. Times are whole milliseconds of loop time.

use std::collections::VecDeque;

use crate::sim::heap::TimeHeap;
use crate::sim::time::{Span, Time};

/// `TIMEOUT_MAX`: what is longer counts as one millisecond.
const TIMEOUT_MAX: u64 = 0x7fff_ffff;

/// The timers of one duration, in the order in which they were set.
#[derive(Clone, Debug)]
struct List<T> {
    ms: u64,
    timers: VecDeque<(u64, T)>,
    is_queued: bool,
}

/// All timers of one loop.
#[derive(Clone, Debug)]
pub(super) struct Timers<T> {
    lists: Vec<List<T>>,
    /// Duration to list, sorted. Lists stay when they are empty: an address has few durations.
    by_ms: Vec<(u64, u32)>,
    /// Lists by expiry; of equal ones the one that was queued first, as by the list's id.
    heap: TimeHeap<u32>,
    /// `nextExpiry`: when the `uv_timer` is set to fire, as JavaScript knows it.
    next_expiry: u64,
    /// When the `uv_timer` fires.
    uv_due: Option<u64>,
}

impl<T> Default for Timers<T> {
    fn default() -> Self {
        let (lists, by_ms) = (Vec::new(), Vec::new());
        Self { lists, by_ms, heap: TimeHeap::default(), next_expiry: u64::MAX, uv_due: None }
    }
}

/// Whole milliseconds as the time of an event queue.
fn at(ms: u64) -> Time {
    Time::ZERO + Span::from_ms(ms)
}

impl<T: Copy> Timers<T> {
    /// `setTimeout(timer, wait)` at loop time `now`: fractions are cut off, less than 1 ms counts as 1.
    pub(super) fn insert(&mut self, now: u64, wait: Span, timer: T) {
        let ms = wait.as_ns() / 1_000_000;
        let ms = if (1..=TIMEOUT_MAX).contains(&ms) { ms } else { 1 };
        let idx = match self.by_ms.binary_search_by_key(&ms, |(ms, _)| *ms) {
            Ok(place) => self.by_ms[place].1,
            Err(place) => {
                let idx = self.lists.len() as u32;
                self.lists.push(List { ms, timers: VecDeque::new(), is_queued: false });
                self.by_ms.insert(place, (ms, idx));
                idx
            }
        };
        let list = &mut self.lists[idx as usize];
        list.timers.push_back((now, timer));
        if !list.is_queued {
            list.is_queued = true;
            let expiry = now + ms;
            self.heap.push(at(expiry), idx);
            if self.next_expiry > expiry {
                self.next_expiry = expiry;
                self.uv_due = Some(expiry);
            }
        }
    }

    /// When the `uv_timer` fires.
    pub(super) fn uv_due(&self) -> Option<u64> {
        self.uv_due
    }

    /// The `uv_timer` fires: `processTimers` begins.
    pub(super) fn begin(&mut self) {
        self.uv_due = None;
        self.next_expiry = u64::MAX;
    }

    /// Whether `processTimers(now)` has a timer to run; `now` is not refreshed while it runs them. It looks as soon as a
    /// timer's callback has returned, before the ticks of that callback: an empty list goes, and one whose next timer is
    /// too early is queued again behind all others of its expiry (`listOnTimeout`).
    pub(super) fn has_due(&mut self, now: u64) -> bool {
        while let Some((expiry, idx)) = self.heap.peek() {
            if expiry.as_whole_ms() > now {
                self.next_expiry = self.next_expiry.min(expiry.as_whole_ms());
                return false;
            }
            let list = &mut self.lists[idx as usize];
            match list.timers.front() {
                Some((start, _)) if now.saturating_sub(*start) >= list.ms => return true,
                Some((start, _)) => {
                    let expiry = (*start + list.ms).max(now + 1);
                    self.heap.pop();
                    self.heap.push(at(expiry), idx);
                }
                None => {
                    list.is_queued = false;
                    self.heap.pop();
                }
            }
        }
        false
    }

    /// Takes the timer that [`Timers::has_due`] has found.
    pub(super) fn next(&mut self) -> Option<T> {
        let (_, idx) = self.heap.peek()?;
        self.lists[idx as usize].timers.pop_front().map(|(_, timer)| timer)
    }

    /// `processTimers` has returned at loop time `uv_now`: the `uv_timer` is set again, at least 1 ms ahead.
    pub(super) fn end(&mut self, uv_now: u64) {
        self.uv_due = (self.next_expiry != u64::MAX).then(|| self.next_expiry.max(uv_now + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Span {
        Span::from_ms(ms)
    }

    fn run(timers: &mut Timers<char>, now: u64) -> String {
        timers.begin();
        let names = std::iter::from_fn(|| if timers.has_due(now) { timers.next() } else { None }).collect();
        timers.end(now);
        names
    }

    #[test]
    fn one_list_for_each_duration_runs_out_before_the_next_list() {
        let mut timers = Timers::default();
        timers.insert(0, ms(10), 'a');
        timers.insert(4, ms(5), 'b');
        timers.insert(5, ms(10), 'c');
        timers.insert(5, ms(5), 'd');
        assert_eq!(timers.uv_due(), Some(9));
        // Late at 20: the list of 5 ms expires first and is run whole, though c is due after a and before nothing.
        assert_eq!(run(&mut timers, 20), "bdac");
        assert_eq!(timers.uv_due(), None);
    }

    #[test]
    fn a_list_that_is_too_early_goes_behind_others_of_its_expiry() {
        let mut timers = Timers::default();
        timers.insert(0, ms(10), 'a');
        timers.insert(3, ms(10), 'b');
        timers.insert(5, ms(8), 'c');
        assert_eq!(run(&mut timers, 10), "a");
        assert_eq!(timers.uv_due(), Some(13));
        // Both are due at 13; the list of 10 ms was queued again after the list of 8 ms was new.
        assert_eq!(run(&mut timers, 13), "cb");
    }

    #[test]
    fn a_list_that_ran_out_is_gone_before_the_ticks_of_its_last_timer() {
        let mut timers = Timers::default();
        timers.insert(0, ms(5), 'a');
        timers.begin();
        assert!(timers.has_due(5) && timers.next() == Some('a'));
        // The callback has returned; a tick of it sets two timers for the same millisecond: the first one's list is new
        // and the older of the two.
        assert!(!timers.has_due(5));
        timers.end(5);
        timers.insert(6, ms(5), 'b');
        timers.insert(8, ms(3), 'c');
        assert_eq!(run(&mut timers, 11), "bc");
    }

    #[test]
    fn fractions_are_cut_off_and_nothing_is_shorter_than_a_millisecond() {
        let mut timers = Timers::default();
        timers.insert(7, Span::from_us(200), 'a');
        assert_eq!(timers.uv_due(), Some(8));
        timers.insert(7, Span::from_us(2_900), 'b');
        assert_eq!(run(&mut timers, 8), "a");
        assert_eq!(timers.uv_due(), Some(9));
    }
}
