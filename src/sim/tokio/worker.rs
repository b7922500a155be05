//! A worker's loop: `runtime/scheduler/multi_thread/worker.rs` (`Context::run`, `run_task`, `Core::next_task`,
//! `Handle::schedule_task`).

use crate::sim::lanes::{Queue, Stage};
use crate::sim::machine::{ThreadIdx, Work};
use crate::sim::run::Ctx;
use crate::sim::time::Span;
use crate::sim::tokio::park::Parker;
use crate::sim::tokio::queue::Ring;
use crate::sim::tokio::requests::Piece;
use crate::sim::tokio::stats::Stats;
use crate::sim::tokio::{Task, Tokio, TokioEvent, WorkerIdx};
use crate::sim::trace::Sink;

/// Ticks between two looks of a busy worker at the driver (`runtime/builder.rs`, `event_interval`).
const EVENT_INTERVAL: u32 = 61;
/// How often in a row the LIFO slot is polled (`MAX_LIFO_POLLS_PER_TICK`).
const MAX_LIFO_POLLS: u32 = 3;
/// What a task may do before it has to let others have their turn; tasks from the LIFO slot share it with the one before
/// them (`task/coop/mod.rs`, `Budget::initial`).
const BUDGET: u32 = 128;

/// What a worker's thread is doing.
#[derive(Clone, Copy, Debug)]
pub(super) enum Doing {
    /// Asleep: on its condition variable, or in the driver.
    Asleep,
    /// On its way out of that sleep.
    Waking,
    /// It has found nothing to do, which took time, and is about to fall asleep.
    Searching,
    /// It has been to the driver in vain and is about to fall asleep again.
    Reparking,
    /// Polling a task, which does this.
    Polling(Piece),
}

/// A worker: its core and its parker.
#[derive(Clone, Debug)]
pub(super) struct Worker {
    pub(super) thread: ThreadIdx,
    pub(super) doing: Doing,
    pub(super) parker: Parker,
    /// Goes up with every turn of the loop.
    tick: u32,
    pub(super) lifo: Option<Task>,
    /// Whether what it wakes goes to the LIFO slot.
    lifo_enabled: bool,
    lifo_polls: u32,
    pub(super) budget: u32,
    pub(super) ring: Ring,
    /// Tasks that let others have their turn; they are woken when the driver has been looked at (`Defer`).
    pub(super) deferred: Vec<Task>,
    pub(super) is_searching: bool,
    pub(super) stats: Stats,
}

impl Worker {
    /// A worker at rest, asleep at `parker`.
    pub(super) fn asleep(thread: ThreadIdx, parker: Parker) -> Self {
        Self {
            thread,
            doing: Doing::Asleep,
            parker,
            tick: 0,
            lifo: None,
            lifo_enabled: true,
            lifo_polls: 0,
            budget: BUDGET,
            ring: Ring::default(),
            deferred: Vec::new(),
            is_searching: false,
            stats: Stats::new(),
        }
    }

    /// `Core::has_tasks`.
    pub(super) fn has_tasks(&self) -> bool {
        self.lifo.is_some() || !self.ring.is_empty()
    }

    /// `Core::should_notify_others`.
    pub(super) fn should_notify_others(&self) -> bool {
        !self.is_searching && usize::from(self.lifo.is_some()) + self.ring.len() > 1
    }

    /// Uses up a part of the budget; `false` if nothing of it is left (`poll_proceed`).
    pub(super) fn proceeds(&mut self) -> bool {
        let has_some = self.budget > 0;
        self.budget = self.budget.saturating_sub(1);
        has_some
    }
}

impl Tokio {
    /// The CPU time that the thread of `w` was given is over.
    pub(super) fn worker_worked<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx) {
        match self.w(w).doing {
            Doing::Polling(piece) => self.piece_done(ctx, w, piece),
            Doing::Waking => self.woke(ctx, w),
            Doing::Searching => self.park(ctx, w),
            Doing::Reparking => self.park_thread(ctx, w),
            Doing::Asleep => unreachable!("a sleeping thread has worked"),
        }
    }

    /// `Context::run`, from the top of its loop; `overhead` is already spent on the way.
    pub(super) fn run<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, overhead: Span) {
        let mut overhead = overhead;
        let now = ctx.now();
        loop {
            let worker = self.w(w);
            worker.tick = worker.tick.wrapping_add(1);
            if worker.tick.is_multiple_of(EVENT_INTERVAL) {
                worker.stats.end(now);
                self.park_yield(ctx, w, &mut overhead);
                self.w(w).stats.start(now);
            }
            if let Some(task) = self.next_task(ctx, w) {
                return self.run_task(ctx, w, task, overhead);
            }
            self.w(w).stats.end(now);
            if let Some(task) = self.steal_work(ctx, w, &mut overhead) {
                self.w(w).stats.start(now);
                return self.run_task(ctx, w, task, overhead);
            }
            if self.w(w).deferred.is_empty() {
                break;
            }
            self.park_yield(ctx, w, &mut overhead);
            self.w(w).stats.start(now);
        }
        if overhead.is_zero() {
            return self.park(ctx, w);
        }
        // Looking around took time: something may turn up meanwhile.
        self.w(w).doing = Doing::Searching;
        ctx.run(self.w(w).thread, Work::overhead(overhead));
    }

    /// `Core::next_task`.
    fn next_task<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx) -> Option<Task> {
        let n_workers = self.workers.len();
        let worker = &mut self.workers[usize::from(w.0)];
        if worker.stats.looks_at_inject(worker.tick)
            && let Some(task) = self.inject.pop_front()
        {
            return Some(task);
        }
        if let Some(task) = worker.lifo.take().or_else(|| worker.ring.pop()) {
            return Some(task);
        }
        let first = worker.ring.take_batch(&mut self.inject, n_workers);
        let n_others = self.w(w).ring.len();
        self.tell_ring(ctx, w, n_others);
        first
    }

    /// `Context::run_task`.
    fn run_task<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, task: Task, overhead: Span) {
        // `transition_from_searching`: who found work and was the last that searched wakes another.
        if std::mem::take(&mut self.w(w).is_searching) && self.idle.stop_searching() {
            self.notify_parked(ctx);
        }
        let worker = self.w(w);
        worker.stats.polls();
        worker.budget = BUDGET;
        worker.lifo_polls = 0;
        self.poll(ctx, w, task, overhead);
    }

    fn poll<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, task: Task, overhead: Span) {
        let overhead = overhead + ctx.costs.tokio.poll;
        let thread = self.w(w).thread;
        self.tell(ctx, task, Stage::Thread(thread.0));
        match task {
            Task::Request(request) => self.serve(ctx, w, request, overhead),
            Task::Listener => self.accept(ctx, w, overhead),
            Task::Client(client) => self.client_polled(ctx, w, client, overhead),
            Task::Script(idx) => self.run_script(ctx, w, idx, overhead),
        }
    }

    /// Lets the task at hand work for so long.
    pub(super) fn spend<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, piece: Piece, work: Work) {
        self.w(w).doing = Doing::Polling(piece);
        ctx.run(self.w(w).thread, work);
    }

    /// The task at hand waits for something, or has ended: what is in the LIFO slot goes on in its place, within the same
    /// budget and a few times only; or the loop does (`run_task`, after `task.run()`).
    pub(super) fn polled<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, overhead: Span) {
        let worker = &mut self.workers[usize::from(w.0)];
        let Some(task) = worker.lifo.take() else {
            worker.lifo_enabled = true;
            return self.run(ctx, w, overhead);
        };
        if worker.budget == 0 {
            self.put_back(ctx, w, task);
            return self.run(ctx, w, overhead);
        }
        worker.lifo_polls += 1;
        if worker.lifo_polls >= MAX_LIFO_POLLS {
            worker.lifo_enabled = false;
        }
        self.poll(ctx, w, task, overhead);
    }

    /// `schedule_local` without its notification, which a worker that is at its driver leaves for later: `task` runs next
    /// on `w`. Whether there is something for others now.
    pub(super) fn put_local<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, task: Task) -> bool {
        self.tell(ctx, task, Stage::Queue(Queue::Worker(w.0)));
        let worker = self.w(w);
        let behind = if worker.lifo_enabled { worker.lifo.replace(task) } else { Some(task) };
        if let Some(task) = behind {
            self.put_back(ctx, w, task);
        }
        behind.is_some()
    }

    /// `task` goes to the tail of the ring of `w`, or with half of it to the inject queue.
    fn put_back<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, task: Task) {
        let n_injected = self.inject.len();
        self.tell(ctx, task, Stage::Queue(Queue::Worker(w.0)));
        self.workers[usize::from(w.0)].ring.push_back_or_overflow(task, &mut self.inject);
        self.tell_injected(ctx, n_injected);
    }

    /// `task`, which runs on `w`, lets others have their turn (`task::yield_now`, `coop::poll_proceed`).
    pub(super) fn defer<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, task: Task) {
        self.tell(ctx, task, Stage::Queue(Queue::Worker(w.0)));
        self.w(w).deferred.push(task);
    }

    /// `schedule_local`: a task on `w` spawns `task`, or wakes it.
    pub(super) fn wake_local<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, task: Task) {
        if self.put_local(ctx, w, task) {
            self.notify_parked(ctx);
        }
    }

    /// `schedule_task` outside of the workers: `push_remote_task` and `notify_parked_remote`.
    pub(super) fn push_remote<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, task: Task) {
        self.inject.push_back(task);
        self.tell(ctx, task, Stage::Queue(Queue::Inject));
        self.notify_parked(ctx);
    }

    /// `notify_parked_local`, `notify_parked_remote`.
    pub(super) fn notify_parked<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>) {
        if let Some(w) = self.idle.worker_to_notify() {
            self.unpark(ctx, w);
        }
    }
}
