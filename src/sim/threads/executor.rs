//! The pool of worker threads and its queue: `ThreadPoolExecutor` and `TaskQueue` of `org.apache.tomcat.util.threads`,
//! over `LinkedBlockingQueue` of OpenJDK.
//!
//! An ordinary pool of Java's queues first and grows when the queue is full; Tomcat's grows first, and queues when it
//! may not grow any more.

use std::collections::VecDeque;

use crate::sim::lanes::{Queue, Stage};
use crate::sim::machine::{ThreadIdx, Work};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::threads::{Doing, Role, Threads, ThreadsEvent};
use crate::sim::trace::Sink;

/// Threads that are there from the start and stay (`AbstractEndpoint.java`: `minSpareThreads = 10`).
const MIN_SPARE_THREADS: u32 = 10;

/// What becomes of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offer {
    /// It is in the queue.
    Queued,
    /// A new thread is to be started for it.
    NewThread,
}

/// The pool.
#[derive(Clone, Debug)]
pub(super) struct Executor {
    /// Without a bound (`AbstractEndpoint.java`: `maxQueueSize = Integer.MAX_VALUE`).
    queue: VecDeque<RequestIdx>,
    /// Threads that wait for a task, the one that has waited longest first (`LinkedBlockingQueue.notEmpty`).
    idle: VecDeque<ThreadIdx>,
    n_threads: u32,
    n_max: u32,
    /// Tasks that are queued or run (`submittedCount`).
    n_submitted: u32,
}

impl Executor {
    pub(super) fn new(n_max: u32) -> Self {
        Self { queue: VecDeque::new(), idle: VecDeque::new(), n_threads: 0, n_max, n_submitted: 0 }
    }

    /// How many threads there are from the start (`getMinSpareThreads`; `prestartAllCoreThreads` in the constructor).
    pub(super) fn n_core(&self) -> u32 {
        MIN_SPARE_THREADS.min(self.n_max)
    }

    /// `thread` is there from the start.
    pub(super) fn prestart(&mut self, thread: ThreadIdx) {
        self.n_threads += 1;
        self.idle.push_back(thread);
    }

    /// `execute`, `TaskQueue.offer`: a pool at its maximum queues, and so does one that has a thread for each task; any
    /// other grows.
    fn offer(&mut self, request: RequestIdx) -> Offer {
        self.n_submitted += 1;
        if self.n_threads == self.n_max || self.n_submitted <= self.n_threads {
            self.queue.push_back(request);
            return Offer::Queued;
        }
        self.n_threads += 1;
        Offer::NewThread
    }

    /// The thread to be woken for the task that was queued last: only the first task in an empty queue wakes one
    /// (`LinkedBlockingQueue.offer`: `if (c == 0) signalNotEmpty()`).
    fn woken_by_offer(&mut self) -> Option<ThreadIdx> {
        if self.queue.len() == 1 { self.idle.pop_front() } else { None }
    }

    /// The next task, and the thread that is woken for the one after it: who takes one of several wakes the next thread
    /// (`LinkedBlockingQueue.take`: `if (c > 1) notEmpty.signal()`).
    fn take(&mut self) -> Option<(RequestIdx, Option<ThreadIdx>)> {
        let request = self.queue.pop_front()?;
        let woken = if self.queue.is_empty() { None } else { self.idle.pop_front() };
        Some((request, woken))
    }
}

impl Threads {
    /// `thread`, which is the poller or `main`, has handed `request` over. `false` if it has to start a thread first.
    pub(super) fn execute_request<S: Sink>(
        &mut self,
        ctx: &mut Ctx<ThreadsEvent, S>,
        thread: ThreadIdx,
        request: RequestIdx,
    ) -> bool {
        ctx.stage(request, Stage::Queue(Queue::Executor));
        if self.executor.offer(request) == Offer::NewThread {
            self.does(ctx, thread, Doing::StartingWorker(request));
            let cost = ctx.costs.machine.thread_create + ctx.costs.threads.thread_start;
            self.give(ctx, thread, Work::overhead(cost));
            return false;
        }
        if let Some(idle) = self.executor.woken_by_offer() {
            self.wake(ctx, idle);
        }
        true
    }

    /// A worker is started with its first task, which no queue has seen (`addWorker`, `firstTask`).
    pub(super) fn worker_started<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, request: RequestIdx) {
        let worker = self.add_thread(ctx, Role::Worker);
        self.begin(ctx, worker, request);
    }

    /// A worker looks for its next task (`getTask`), and waits for one if there is none. Who has just finished one may be
    /// faster than the thread that was woken for it, which then finds nothing.
    pub(super) fn take_task<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, worker: ThreadIdx) {
        let Some((request, woken)) = self.executor.take() else {
            self.executor.idle.push_back(worker);
            return self.park(ctx, worker);
        };
        if let Some(woken) = woken {
            self.wake(ctx, woken);
        }
        self.begin(ctx, worker, request);
    }

    /// A worker has done its task (`afterExecute`).
    pub(super) fn task_done<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, worker: ThreadIdx) {
        self.executor.n_submitted -= 1;
        self.take_task(ctx, worker);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pool_grows_to_its_maximum_before_anything_stays_in_the_queue() {
        let mut pool = Executor::new(12);
        assert_eq!(pool.n_core(), 10);
        (0..10).for_each(|thread| pool.prestart(ThreadIdx(thread)));
        let offers: Vec<Offer> = (0..14).map(|request| pool.offer(RequestIdx(request))).collect();
        // Ten threads are there, though none has taken its task yet; two are new; the last two tasks wait.
        assert!(offers[..10].iter().chain(&offers[12..]).all(|offer| *offer == Offer::Queued));
        assert_eq!(offers[10..12], [Offer::NewThread; 2]);
        assert_eq!((pool.n_threads, pool.queue.len()), (12, 12));
    }

    #[test]
    fn a_pool_of_fewer_than_ten_has_no_more_from_the_start() {
        assert_eq!(Executor::new(3).n_core(), 3);
    }

    #[test]
    fn the_first_task_wakes_who_has_waited_longest_and_who_takes_one_of_several_wakes_the_next() {
        let mut pool = Executor::new(10);
        (0..10).for_each(|thread| pool.prestart(ThreadIdx(thread)));
        let woken: Vec<Option<ThreadIdx>> = (0..3)
            .map(|request| {
                pool.offer(RequestIdx(request));
                pool.woken_by_offer()
            })
            .collect();
        assert_eq!(woken, [Some(ThreadIdx(0)), None, None]);
        assert_eq!(pool.take(), Some((RequestIdx(0), Some(ThreadIdx(1)))));
        assert_eq!(pool.take(), Some((RequestIdx(1), Some(ThreadIdx(2)))));
        assert_eq!(pool.take(), Some((RequestIdx(2), None)));
        assert_eq!(pool.take(), None);
    }
}
