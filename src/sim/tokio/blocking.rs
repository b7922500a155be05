//! Threads for calls that block: `runtime/blocking/pool.rs`. `tokio::fs` is made of `spawn_blocking` (`fs/mod.rs`,
//! `asyncify`).

use std::collections::VecDeque;

use crate::sim::lanes::{Activity, Queue, Stage};
use crate::sim::machine::{ThreadIdx, Work};
use crate::sim::run::Ctx;
use crate::sim::time::{Span, Time};
use crate::sim::tokio::{Task, Tokio, TokioEvent};
use crate::sim::trace::Sink;

/// Threads at most (`runtime/builder.rs`, `max_blocking_threads`); the workers are not among them.
const MAX_THREADS: u64 = 512;
/// How long a thread stays idle before it ends (`KEEP_ALIVE`).
const KEEP_ALIVE: Span = Span::from_ms(10_000);

#[derive(Clone, Copy, Debug)]
enum Doing {
    /// Waiting on the condition variable.
    Idle,
    /// It has been idle for too long; its number is used again.
    Ended,
    /// On its way to the queue.
    Waking,
    /// Before the call of this task, which blocks for so long.
    Calling(Task, Span),
    /// Blocked in it.
    Blocked(Task),
    /// After it.
    Returning(Task),
}

#[derive(Clone, Copy, Debug)]
struct Thread {
    thread: ThreadIdx,
    doing: Doing,
}

/// The pool of one runtime.
#[derive(Clone, Debug, Default)]
pub(super) struct BlockingPool {
    threads: Vec<Thread>,
    queue: VecDeque<(Task, Span)>,
    /// Who is idle since when, the longest first, which is also the first to be woken.
    idle: VecDeque<(u16, Time)>,
    ended: Vec<u16>,
    is_timed: bool,
}

impl BlockingPool {
    /// How many threads there are.
    pub(super) fn n_threads(&self) -> u64 {
        (self.threads.len() - self.ended.len()) as u64
    }

    /// What threads do that do something, and for which task.
    pub(super) fn activities(&self) -> impl Iterator<Item = (ThreadIdx, Activity, Option<Task>)> + '_ {
        self.threads.iter().filter_map(|one| match one.doing {
            Doing::Idle | Doing::Ended => None,
            Doing::Waking => Some((one.thread, Activity::Overhead, None)),
            Doing::Calling(task, _) | Doing::Returning(task) => Some((one.thread, Activity::Serve, Some(task))),
            Doing::Blocked(task) => Some((one.thread, Activity::Call, Some(task))),
        })
    }
}

impl Tokio {
    /// `Spawner::spawn_task`: an idle thread is woken for it, or a new one started; beyond 512 it waits its turn.
    pub(super) fn spawn_blocking<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, task: Task, call: Span) {
        self.blocking.queue.push_back((task, call));
        self.tell(ctx, task, Stage::Queue(Queue::Blocking));
        let (nth, cost) = if let Some((nth, _)) = self.blocking.idle.pop_front() {
            (nth, Span::ZERO)
        } else if self.blocking.n_threads() < MAX_THREADS {
            let nth = self.blocking.ended.pop().unwrap_or_else(|| {
                self.blocking.threads.push(Thread { thread: ctx.spawn_thread(), doing: Doing::Ended });
                (self.blocking.threads.len() - 1) as u16
            });
            self.note_memory();
            (nth, ctx.costs.machine.thread_create)
        } else {
            return;
        };
        self.give(ctx, nth, Doing::Waking, cost);
    }

    fn give<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, nth: u16, doing: Doing, work: Span) {
        let one = &mut self.blocking.threads[usize::from(nth)];
        one.doing = doing;
        let thread = one.thread;
        if let Doing::Calling(task, _) | Doing::Returning(task) = doing {
            self.tell(ctx, task, Stage::Thread(thread.0));
        }
        ctx.run(thread, Work::overhead(work));
    }

    /// `Inner::run`, of the thread `nth`.
    pub(super) fn blocking_worked<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, nth: u16) {
        let Thread { thread, doing } = self.blocking.threads[usize::from(nth)];
        match doing {
            Doing::Calling(task, call) => {
                self.blocking.threads[usize::from(nth)].doing = Doing::Blocked(task);
                ctx.sleep(thread);
                self.tell(ctx, task, Stage::Call(thread.0));
                return ctx.schedule(call, TokioEvent::CallReturns(nth));
            }
            // The task that awaits it is woken from outside of the workers.
            Doing::Returning(task) => self.push_remote(ctx, task),
            Doing::Waking => {}
            Doing::Idle | Doing::Ended | Doing::Blocked(_) => unreachable!("a sleeping thread has worked"),
        }
        if let Some((task, call)) = self.blocking.queue.pop_front() {
            let cost = ctx.costs.tokio.blocking_call.scaled(0.5);
            return self.give(ctx, nth, Doing::Calling(task, call), cost);
        }
        let now = ctx.now();
        self.blocking.threads[usize::from(nth)].doing = Doing::Idle;
        self.blocking.idle.push_back((nth, now));
        ctx.sleep(thread);
        if !std::mem::replace(&mut self.blocking.is_timed, true) {
            ctx.schedule(KEEP_ALIVE, TokioEvent::KeepAlive);
        }
    }

    /// The call of thread `nth` is over.
    pub(super) fn call_returns<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, nth: u16) {
        let Doing::Blocked(task) = self.blocking.threads[usize::from(nth)].doing else { return };
        if let Task::Request(request) = task {
            ctx.wait_over(request);
        }
        let cost = ctx.costs.tokio.blocking_call - ctx.costs.tokio.blocking_call.scaled(0.5);
        self.give(ctx, nth, Doing::Returning(task), cost);
    }

    /// Who has been idle for ten seconds ends.
    pub(super) fn let_idle_threads_go<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>) {
        while let Some((nth, since)) = self.blocking.idle.front().copied() {
            let end = since + KEEP_ALIVE;
            if end > ctx.now() {
                return ctx.schedule_at(end, TokioEvent::KeepAlive);
            }
            self.blocking.idle.pop_front();
            self.blocking.threads[usize::from(nth)].doing = Doing::Ended;
            self.blocking.ended.push(nth);
        }
        self.blocking.is_timed = false;
    }
}
