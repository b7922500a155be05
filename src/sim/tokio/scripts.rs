//! Functions of a script, each in a task of its own.

use std::collections::VecDeque;

use crate::sim::machine::Work;
use crate::sim::run::Ctx;
use crate::sim::script::{Function, Op, Script};
use crate::sim::time::Span;
use crate::sim::tokio::requests::Piece;
use crate::sim::tokio::{Task, Tokio, TokioEvent, WorkerIdx};
use crate::sim::trace::{Sink, TraceEvent};

/// An unbounded channel: how many values are in it, and which tasks wait for one.
type Channel = (u32, VecDeque<Task>);

/// The script that is run, and how far each of its tasks is.
#[derive(Clone, Debug, Default)]
pub(super) struct Scripts {
    script: Script,
    tasks: Vec<(Function, u16)>,
    channels: Vec<Channel>,
}

impl Scripts {
    /// The task of the main program.
    pub(super) fn begin(&mut self, script: Script) -> Task {
        self.script = script;
        self.spawn(0)
    }

    fn spawn(&mut self, function: Function) -> Task {
        self.tasks.push((function, 0));
        Task::Script((self.tasks.len() - 1) as u16)
    }

    fn channel(&mut self, channel: u16) -> &mut Channel {
        let needed = usize::from(channel) + 1;
        if self.channels.len() < needed {
            self.channels.resize(needed, Channel::default());
        }
        &mut self.channels[usize::from(channel)]
    }
}

impl Tokio {
    /// Goes on with the function of a script's task until it computes, waits or returns.
    pub(super) fn run_script<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, idx: u16, overhead: Span) {
        let mut overhead = overhead;
        let task = Task::Script(idx);
        loop {
            let (function, pc) = self.scripts.tasks[usize::from(idx)];
            let Some(op) = self.scripts.script.op(function, pc) else { break };
            // Who finds nothing in a channel, or has used up his budget, comes back to the same step.
            if let Op::Receive(channel) = op {
                let (n_values, waiting) = self.scripts.channel(channel);
                if self.workers[usize::from(w.0)].budget == 0 {
                    self.defer(ctx, w, task);
                    break;
                }
                if *n_values == 0 {
                    waiting.push_back(task);
                    break;
                }
                *n_values -= 1;
                self.w(w).proceeds();
            }
            self.scripts.tasks[usize::from(idx)].1 += 1;
            match op {
                Op::Receive(_) => {}
                Op::Mark(mark) => ctx.trace(TraceEvent::Marked(mark)),
                Op::Spin(span) => return self.spend(ctx, w, Piece::Script(idx), Work::overhead(overhead + span)),
                Op::Go(function) => {
                    let new = self.scripts.spawn(function);
                    overhead += ctx.costs.tokio.spawn;
                    self.wake_local(ctx, w, new);
                }
                Op::Gosched => {
                    self.defer(ctx, w, task);
                    break;
                }
                Op::Send(channel) => {
                    let (n_values, waiting) = self.scripts.channel(channel);
                    *n_values += 1;
                    if let Some(receiver) = waiting.pop_front() {
                        self.wake_local(ctx, w, receiver);
                    }
                }
                Op::Sleep(span) => {
                    self.sleep_task(ctx, w, task, span);
                    break;
                }
                Op::Syscall(span) => {
                    self.spawn_blocking(ctx, task, span);
                    break;
                }
                Op::NextTick(_)
                | Op::Microtask(_)
                | Op::Timeout(..)
                | Op::Immediate(_)
                | Op::Readable(_)
                | Op::Pool(..) => debug_assert!(false, "{op:?} is no step of Tokio"),
            }
        }
        self.polled(ctx, w, overhead);
    }
}
