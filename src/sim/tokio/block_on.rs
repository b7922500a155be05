//! The main function, on a thread of its own: `runtime/park.rs`, `CachedParkThread::block_on`.
//!
//! It is no worker: what it spawns goes to the inject queue, one task after the other, and each may wake a worker.

use std::collections::VecDeque;

use crate::sim::machine::{ThreadIdx, Work};
use crate::sim::run::Ctx;
use crate::sim::scenario::{Load, Transport};
use crate::sim::time::Span;
use crate::sim::tokio::driver::Sleeper;
use crate::sim::tokio::{Task, Tokio, TokioEvent};
use crate::sim::trace::Sink;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Parked,
    /// Starting the process.
    Starting,
    Waking,
    Spawning,
}

/// The main thread.
#[derive(Clone, Debug)]
pub(super) struct MainThread {
    thread: ThreadIdx,
    doing: Doing,
    /// What it has yet to start.
    pub(super) to_spawn: VecDeque<Task>,
}

impl MainThread {
    pub(super) fn parked(thread: ThreadIdx) -> Self {
        Self { thread, doing: Doing::Parked, to_spawn: VecDeque::new() }
    }
}

impl Tokio {
    /// The main function has something to start, or has slept long enough.
    pub(super) fn wake_main<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>) {
        if self.main.doing == Doing::Parked {
            self.main.doing = Doing::Waking;
            ctx.run(self.main.thread, Work::overhead(Span::ZERO));
        }
    }

    /// The main thread starts the process: so much is to be done before anybody can connect.
    pub(super) fn start_process<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, work: Span) {
        self.main.doing = Doing::Starting;
        ctx.run(self.main.thread, Work::overhead(work));
    }

    pub(super) fn main_worked<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>) {
        if self.main.doing == Doing::Starting {
            ctx.come_up();
        }
        if self.main.doing == Doing::Spawning
            && let Some(task) = self.main.to_spawn.pop_front()
        {
            self.memory.n_tasks += 1;
            self.note_memory();
            self.push_remote(ctx, task);
        }
        if !self.main.to_spawn.is_empty() {
            self.main.doing = Doing::Spawning;
            let cost = ctx.costs.tokio.spawn_remote;
            return ctx.run(self.main.thread, Work::overhead(cost));
        }
        self.main.doing = Doing::Parked;
        ctx.sleep(self.main.thread);
        // What arrives inside of the process is started when it is due: it sleeps until the next one is.
        if self.transport == Transport::Direct
            && self.load == Load::Open
            && let Some(next) = ctx.next_arrival()
        {
            let wait = next.since(ctx.now());
            if !self.sleep(ctx, Sleeper::Main, wait) {
                self.wake_main(ctx);
            }
        }
    }
}
