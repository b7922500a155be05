//! A worker's run queue: `runtime/scheduler/multi_thread/queue.rs`.

use std::collections::VecDeque;

use crate::sim::tokio::Task;

/// Length of the local ring (`LOCAL_QUEUE_CAPACITY`).
const CAPACITY: usize = 256;
/// What an overflow moves, besides the task that did not fit (`push_overflow`, `NUM_TASKS_TAKEN`).
const TAKEN: usize = CAPACITY / 2;
/// Tasks taken from the inject queue at once, at most: they have to end up in the half that an overflow leaves
/// (`worker.rs`, `next_task`: `self.run_queue.max_capacity() / 2`).
const INJECT_BATCH: usize = CAPACITY / 2;

/// The ring of one worker. The LIFO slot is not part of it: what is in there can not be stolen (from 1.51.0 to 1.52.1 it
/// could, which was taken back as it made other things slower).
#[derive(Clone, Debug, Default)]
pub(super) struct Ring(VecDeque<Task>);

impl Ring {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The last `n` of it, in order.
    pub(super) fn last(&self, n: usize) -> impl Iterator<Item = Task> + '_ {
        self.0.iter().skip(self.0.len().saturating_sub(n)).copied()
    }

    pub(super) fn pop(&mut self) -> Option<Task> {
        self.0.pop_front()
    }

    /// `push_back_or_overflow`: to the tail; a full ring gives its second half (the first, before 1.52) and then `task`
    /// to the inject queue.
    pub(super) fn push_back_or_overflow(&mut self, task: Task, inject: &mut VecDeque<Task>) {
        if self.0.len() < CAPACITY {
            self.0.push_back(task);
        } else {
            inject.extend(self.0.drain(CAPACITY - TAKEN..));
            inject.push_back(task);
        }
    }

    /// `next_task` of a worker that has run dry: a share of the inject queue; the first is returned, the others are
    /// queued here.
    pub(super) fn take_batch(&mut self, inject: &mut VecDeque<Task>, n_workers: usize) -> Option<Task> {
        let cap = (CAPACITY - self.0.len()).min(INJECT_BATCH);
        let n = (inject.len() / n_workers + 1).min(cap).max(1).min(inject.len());
        let mut batch = inject.drain(..n);
        let first = batch.next();
        self.0.extend(batch);
        first
    }

    /// `steal_into`: half of `victim`, rounded up, from its head; the last of it is returned, with how many there were.
    /// Not by a thief whose own ring is more than half full.
    pub(super) fn steal(&mut self, victim: &mut Self) -> Option<(Task, usize)> {
        if self.0.len() > CAPACITY / 2 {
            return None;
        }
        let n = victim.0.len() - victim.0.len() / 2;
        self.0.extend(victim.0.drain(..n));
        if n == 0 { None } else { self.0.pop_back().map(|task| (task, n)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::request::RequestIdx;

    fn task(i: u32) -> Task {
        Task::Request(RequestIdx(i))
    }

    fn number(task: Task) -> u32 {
        let Task::Request(request) = task else { panic!("expected a request, got {task:?}") };
        request.0
    }

    fn ring(tasks: std::ops::Range<u32>, inject: &mut VecDeque<Task>) -> Ring {
        let mut ring = Ring::default();
        tasks.for_each(|i| ring.push_back_or_overflow(task(i), inject));
        ring
    }

    fn numbers(tasks: impl IntoIterator<Item = Task>) -> Vec<u32> {
        tasks.into_iter().map(number).collect()
    }

    #[test]
    fn an_overflow_moves_the_second_half_and_the_new_one() {
        let mut inject = VecDeque::new();
        let ring = ring(0..300, &mut inject);
        assert_eq!(numbers(ring.0), (0..128).chain(257..300).collect::<Vec<_>>());
        assert_eq!(numbers(inject), (128..257).collect::<Vec<_>>());
    }

    #[test]
    fn a_thief_takes_half_rounded_up_and_runs_the_last_of_it() {
        for (n, taken) in [(1, 1), (2, 1), (5, 3), (256, 128)] {
            let mut victim = ring(0..n, &mut VecDeque::new());
            let mut thief = Ring::default();
            let (got, n_got) = thief.steal(&mut victim).expect("there is something to steal");
            assert_eq!((number(got), n_got), (taken - 1, taken as usize), "of {n}");
            assert_eq!(numbers(thief.0), (0..taken - 1).collect::<Vec<_>>());
            assert_eq!(numbers(victim.0), (taken..n).collect::<Vec<_>>());
        }
        assert!(Ring::default().steal(&mut Ring::default()).is_none());
        let mut full = ring(0..129, &mut VecDeque::new());
        assert!(full.steal(&mut ring(0..9, &mut VecDeque::new())).is_none(), "more than half full");
    }

    #[test]
    fn a_dry_worker_takes_its_share_of_the_inject_queue_and_at_most_128() {
        for (len, n_workers, taken) in [(1, 4, 1), (7, 4, 2), (300, 1, 128), (300, 4, 76), (3, 64, 1)] {
            let mut inject: VecDeque<Task> = (0..len).map(task).collect();
            let mut ring = Ring::default();
            assert_eq!(ring.take_batch(&mut inject, n_workers).map(number), Some(0));
            assert_eq!((ring.len() + 1, inject.len()), (taken, len as usize - taken), "{len} for {n_workers}");
        }
    }
}
