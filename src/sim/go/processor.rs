//! A processor (P) and its run queue.

use std::collections::VecDeque;

use crate::sim::go::G;
use crate::sim::queue::EventQueue;
use crate::sim::time::Time;

/// Length of the local ring (`runtime2.go`, `runq [256]guintptr`).
const LOCAL_LEN: usize = 256;

/// A processor.
#[derive(Clone, Debug, Default)]
pub(super) struct Processor {
    ring: VecDeque<G>,
    pub(super) runnext: Option<G>,
    /// Goes up with every goroutine that begins a new time slice.
    pub(super) tick: u32,
    /// When sleeping goroutines are due.
    pub(super) timers: Timers,
}

impl Processor {
    /// `runqput` with `next`: `g` runs next, and whoever was to goes to the tail.
    pub(super) fn put_next(&mut self, g: G, global: &mut VecDeque<G>) {
        if let Some(kicked) = self.runnext.replace(g) {
            self.put(kicked, global);
        }
    }

    /// `runqput` without `next`: to the tail; a full ring gives its older half and `g` to the global queue.
    pub(super) fn put(&mut self, g: G, global: &mut VecDeque<G>) {
        if self.ring.len() < LOCAL_LEN {
            self.ring.push_back(g);
        } else {
            global.extend(self.ring.drain(..LOCAL_LEN / 2));
            global.push_back(g);
        }
    }

    /// `runqget`: the next goroutine, and whether it inherits the time slice.
    pub(super) fn get(&mut self) -> Option<(G, bool)> {
        if let Some(g) = self.runnext.take() {
            return Some((g, true));
        }
        self.ring.pop_front().map(|g| (g, false))
    }

    /// `runqgrab`: the older half of the ring, rounded up; of an empty ring `runnext` if `even_next`.
    pub(super) fn grab(&mut self, even_next: bool, into: &mut Processor) -> u16 {
        let n = self.ring.len() - self.ring.len() / 2;
        if n == 0 {
            return match self.runnext.take_if(|_| even_next) {
                Some(g) => {
                    into.ring.push_back(g);
                    1
                }
                None => 0,
            };
        }
        into.ring.extend(self.ring.drain(..n));
        n as u16
    }

    /// The youngest of the ring: of a stolen batch the last runs first (`runqsteal`).
    pub(super) fn take_last(&mut self) -> Option<G> {
        self.ring.pop_back()
    }

    pub(super) fn has_work(&self) -> bool {
        self.runnext.is_some() || !self.ring.is_empty()
    }
}

/// The timers of a processor.
#[derive(Clone, Debug, Default)]
pub(super) struct Timers(EventQueue<G>);

impl Timers {
    pub(super) fn push(&mut self, when: Time, g: G) {
        self.0.push(when, g);
    }

    pub(super) fn next(&self) -> Option<Time> {
        self.0.next_at()
    }

    pub(super) fn pop_due(&mut self, now: Time) -> Option<G> {
        self.next().filter(|when| *when <= now)?;
        self.0.pop().map(|(_, g)| g)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::request::RequestIdx;

    #[test]
    fn six_goroutines_run_last_first() {
        // Go 1.27.3 with one processor: spawn 6 and wait runs them as 5 0 1 2 3 4.
        let (mut p, mut global) = (Processor::default(), VecDeque::new());
        (0..6).for_each(|i| p.put_next(RequestIdx(i), &mut global));
        let order: Vec<u32> = std::iter::from_fn(|| p.get()).map(|(g, _)| g.0).collect();
        assert_eq!(order, [5, 0, 1, 2, 3, 4]);
    }

    #[test]
    fn three_hundred_overflow_to_the_global_queue() {
        // Go 1.27.3: spawn 300 runs 299 128 129 …; the global queue holds 0 to 127 and then 256.
        let (mut p, mut global) = (Processor::default(), VecDeque::new());
        (0..300).for_each(|i| p.put_next(RequestIdx(i), &mut global));
        let order: Vec<u32> = std::iter::from_fn(|| p.get()).map(|(g, _)| g.0).collect();
        assert_eq!(order[..4], [299, 128, 129, 130]);
        let global: Vec<u32> = global.into_iter().map(|g| g.0).collect();
        assert_eq!(global, (0..128).chain([256]).collect::<Vec<_>>());
    }

    #[test]
    fn a_thief_takes_half_rounded_up_and_runnext_only_at_last() {
        let (mut victim, mut thief, mut global) = (Processor::default(), Processor::default(), VecDeque::new());
        (0..6).for_each(|i| victim.put_next(RequestIdx(i), &mut global));
        assert_eq!(victim.grab(false, &mut thief), 3);
        assert_eq!(thief.take_last(), Some(RequestIdx(2)));
        assert_eq!(victim.grab(false, &mut thief), 1);
        assert_eq!(victim.grab(false, &mut thief), 1);
        assert_eq!(victim.grab(false, &mut thief), 0);
        assert_eq!(victim.grab(true, &mut thief), 1);
        assert!(!victim.has_work());
    }
}
