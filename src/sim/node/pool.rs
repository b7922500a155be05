//! libuv's thread pool: one queue for the process, threads that compete for its machine's cores.
//!
//! Follows `src/threadpool.c` (`post`, `worker`): first in first out; slow I/O (`getaddrinfo`) on at most half of the
//! threads, rounded up, its calls in a queue of their own that a marker in the common one stands for. Left out: that
//! threads are started one after the other on first use.

use std::collections::VecDeque;

use crate::sim::machine::ThreadIdx;
use crate::sim::node::LoopIdx;
use crate::sim::node::callback::Callback;
use crate::sim::script::CallKind;
use crate::sim::time::Span;

/// A call for the pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) kind: CallKind,
    pub(super) length: Span,
    /// The loop that is told, and what it then runs.
    pub(super) owner: LoopIdx,
    pub(super) then: Callback,
}

#[derive(Clone, Copy, Debug)]
enum Item {
    Call(Call),
    /// Stands for all slow calls (`run_slow_work_message`).
    SlowMarker,
}

/// What a thread of the pool is doing.
#[derive(Clone, Copy, Debug)]
pub(super) enum Doing {
    /// Waiting on the condition variable.
    Idle,
    /// On its way to the queue.
    Waking,
    /// Before a call, or computing it.
    Calling(Call),
    /// Blocked in a call.
    Blocked(Call),
    /// After a call that blocked.
    Returning(Call),
}

/// A thread of the pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct PoolThread {
    pub(super) thread: ThreadIdx,
    pub(super) doing: Doing,
}

/// The pool of one process.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    size: usize,
    pub(super) threads: Vec<PoolThread>,
    queue: VecDeque<Item>,
    slow: VecDeque<Call>,
    has_marker: bool,
    n_slow_running: usize,
    /// Who waits on the condition variable, the longest first.
    idle: VecDeque<u16>,
}

impl Pool {
    pub(super) fn new(size: u32) -> Self {
        Self {
            size: size as usize,
            threads: Vec::new(),
            queue: VecDeque::new(),
            slow: VecDeque::new(),
            has_marker: false,
            n_slow_running: 0,
            idle: VecDeque::new(),
        }
    }

    /// Whether the threads have yet to be started.
    pub(super) fn n_missing(&self) -> usize {
        self.size - self.threads.len()
    }

    /// `slow_work_thread_threshold`.
    fn max_slow(&self) -> usize {
        self.size.div_ceil(2)
    }

    /// `post`: queues `call`; the thread to wake for it, if one is idle.
    pub(super) fn post(&mut self, call: Call) -> Option<u16> {
        if call.kind == CallKind::Slow {
            self.slow.push_back(call);
            if self.has_marker {
                // Whoever finds the marker sees to it.
                return None;
            }
            self.has_marker = true;
            self.queue.push_back(Item::SlowMarker);
        } else {
            self.queue.push_back(Item::Call(call));
        }
        self.idle.pop_front()
    }

    /// `worker`: the next call for a thread, and another idle thread to wake for what is left.
    pub(super) fn take(&mut self) -> (Option<Call>, Option<u16>) {
        loop {
            let only_capped = self.queue.len() == 1 && self.has_marker && self.n_slow_running >= self.max_slow();
            if only_capped {
                return (None, None);
            }
            match self.queue.pop_front() {
                None => return (None, None),
                Some(Item::Call(call)) => return (Some(call), None),
                Some(Item::SlowMarker) if self.n_slow_running >= self.max_slow() => {
                    self.queue.push_back(Item::SlowMarker);
                }
                Some(Item::SlowMarker) => {
                    self.has_marker = false;
                    let Some(call) = self.slow.pop_front() else { continue };
                    self.n_slow_running += 1;
                    if self.slow.is_empty() {
                        return (Some(call), None);
                    }
                    self.has_marker = true;
                    self.queue.push_back(Item::SlowMarker);
                    return (Some(call), self.idle.pop_front());
                }
            }
        }
    }

    /// `call` is done.
    pub(super) fn finished(&mut self, call: &Call) {
        if call.kind == CallKind::Slow {
            self.n_slow_running -= 1;
        }
    }

    /// Thread `nth` found nothing to do.
    pub(super) fn rest(&mut self, nth: u16) {
        self.threads[usize::from(nth)].doing = Doing::Idle;
        self.idle.push_back(nth);
    }
}
