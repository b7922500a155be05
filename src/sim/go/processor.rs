//! A processor (P) and its run queue.

use std::collections::VecDeque;

use crate::sim::go::gc::MarkMode;
use crate::sim::go::{G, MIdx, PIdx};
use crate::sim::heap::TimeHeap;
use crate::sim::time::Time;

/// Length of the local ring (`runtime2.go`, `runq [256]guintptr`).
pub(super) const LOCAL_LEN: usize = 256;

/// What a processor is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Status {
    /// On the idle list, or stopped with the world.
    #[default]
    Idle,
    /// A thread has it.
    Running(MIdx),
    /// A thread that is in a system call has it.
    InSyscall(MIdx),
}

/// A processor.
#[derive(Clone, Debug, Default)]
pub(super) struct Processor {
    pub(super) ring: VecDeque<G>,
    pub(super) runnext: Option<G>,
    /// Goes up with every goroutine that begins a new time slice (`schedtick`).
    pub(super) tick: u32,
    /// Goes up with every return from a system call, and when it is taken from one (`syscalltick`).
    pub(super) syscall_tick: u32,
    pub(super) status: Status,
    /// The mark worker that it was given when the world was started (`nextGCMarkWorker`).
    pub(super) mark_next: Option<MarkMode>,
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

    /// `runqput` without `next`: to the tail; a full ring gives its older half and `g` to the global queue
    /// (`runqputslow`).
    pub(super) fn put(&mut self, g: G, global: &mut VecDeque<G>) {
        if self.ring.len() < LOCAL_LEN {
            self.ring.push_back(g);
        } else {
            global.extend(self.ring.drain(..LOCAL_LEN / 2));
            global.push_back(g);
        }
    }

    /// `runqputbatch`: to the tail while there is room; the rest to the global queue.
    pub(super) fn put_batch(&mut self, batch: impl Iterator<Item = G>, global: &mut VecDeque<G>) {
        for g in batch {
            let queue = if self.ring.len() < LOCAL_LEN { &mut self.ring } else { &mut *global };
            queue.push_back(g);
        }
    }

    /// `runqget`: the next goroutine, and whether it inherits the time slice.
    pub(super) fn get(&mut self) -> Option<(G, bool)> {
        if let Some(g) = self.runnext.take() {
            return Some((g, true));
        }
        self.ring.pop_front().map(|g| (g, false))
    }

    /// `!runqempty`.
    pub(super) fn has_work(&self) -> bool {
        self.runnext.is_some() || !self.ring.is_empty()
    }
}

/// The processors without a thread: the list, whose last one is taken first (`sched.pidle`), and the same as a mask, in
/// which a thief sees whom it need not look at (`idlepMask`).
#[derive(Clone, Debug)]
pub(super) struct IdleProcessors {
    list: Vec<PIdx>,
    busy: Vec<u64>,
}

impl IdleProcessors {
    /// All of `n`, the first one on top.
    pub(super) fn all(n: u16) -> Self {
        Self { list: (0..n).rev().map(PIdx).collect(), busy: vec![0; usize::from(n).div_ceil(64)] }
    }

    pub(super) fn push(&mut self, p: PIdx) {
        self.list.push(p);
        self.busy[usize::from(p.0 / 64)] &= !(1 << (p.0 % 64));
    }

    pub(super) fn pop(&mut self) -> Option<PIdx> {
        let p = self.list.pop()?;
        self.busy[usize::from(p.0 / 64)] |= 1 << (p.0 % 64);
        Some(p)
    }

    /// None is idle any more.
    pub(super) fn clear(&mut self) {
        while self.pop().is_some() {}
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether `is` holds for any of the others.
    pub(super) fn any_busy(&self, mut is: impl FnMut(usize) -> bool) -> bool {
        for (i, word) in self.busy.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                if is(64 * i + left.trailing_zeros() as usize) {
                    return true;
                }
                left &= left - 1;
            }
        }
        false
    }
}

/// The timers of a processor.
#[derive(Clone, Debug, Default)]
pub(super) struct Timers(TimeHeap<G>);

impl Timers {
    /// Sets a timer; whether it is now the first.
    pub(super) fn push(&mut self, when: Time, g: G) -> bool {
        let is_first = self.next().is_none_or(|next| when < next);
        self.0.push(when, g);
        is_first
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

    fn number(g: G) -> u32 {
        let G::Request(request) = g else { panic!("expected a request, got {g:?}") };
        request.0
    }

    fn g(i: u32) -> G {
        G::Request(RequestIdx(i))
    }

    #[test]
    fn six_goroutines_run_last_first() {
        // Go 1.27.3 with one processor: spawn 6 and wait runs them as 5 0 1 2 3 4.
        let (mut p, mut global) = (Processor::default(), VecDeque::new());
        (0..6).for_each(|i| p.put_next(g(i), &mut global));
        let order: Vec<u32> = std::iter::from_fn(|| p.get()).map(|(g, _)| number(g)).collect();
        assert_eq!(order, [5, 0, 1, 2, 3, 4]);
    }

    #[test]
    fn three_hundred_overflow_to_the_global_queue() {
        // Go 1.27.3: spawn 300 runs 299 128 129 …; the global queue holds 0 to 127 and then 256.
        let (mut p, mut global) = (Processor::default(), VecDeque::new());
        (0..300).for_each(|i| p.put_next(g(i), &mut global));
        let order: Vec<u32> = std::iter::from_fn(|| p.get()).map(|(g, _)| number(g)).collect();
        assert_eq!(order[..4], [299, 128, 129, 130]);
        let global: Vec<u32> = global.into_iter().map(number).collect();
        assert_eq!(global, (0..128).chain([256]).collect::<Vec<_>>());
    }

    #[test]
    fn the_last_idle_processor_is_taken_first_and_the_mask_knows_the_others() {
        let busy = |idle: &IdleProcessors| (0..70).filter(|p| idle.any_busy(|busy| busy == *p)).collect::<Vec<_>>();
        let mut idle = IdleProcessors::all(70);
        assert_eq!((idle.len(), busy(&idle)), (70, vec![]));
        let taken: Vec<u16> = (0..66).filter_map(|_| idle.pop()).map(|p| p.0).collect();
        assert_eq!(taken, (0..66).collect::<Vec<_>>());
        idle.push(PIdx(64));
        idle.push(PIdx(1));
        assert_eq!(busy(&idle), (0..66).filter(|p| ![1, 64].contains(p)).collect::<Vec<_>>());
        assert_eq!((idle.pop(), idle.pop()), (Some(PIdx(1)), Some(PIdx(64))));
        idle.clear();
        assert_eq!((idle.len(), busy(&idle)), (0, (0..70).collect()));
    }

    #[test]
    fn a_batch_overflows_without_taking_others_along() {
        let (mut p, mut global) = (Processor::default(), VecDeque::new());
        p.put_batch((0..300).map(g), &mut global);
        assert_eq!((p.ring.len(), global.len(), global[0]), (256, 44, g(256)));
    }
}
