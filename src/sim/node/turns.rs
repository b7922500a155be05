//! A loop wakes up, goes through its phases, and spends CPU time on callbacks.

use crate::sim::lanes::Stage;
use crate::sim::machine::Work;
use crate::sim::node::callback::{Callback, Running};
use crate::sim::node::event_loop::Next;
use crate::sim::node::{LoopIdx, Node, NodeEvent};
use crate::sim::run::Ctx;
use crate::sim::runtime::DEEP;
use crate::sim::time::Span;
use crate::sim::trace::{Sink, TraceEvent};

impl Node {
    pub(super) fn readable<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx, callback: Callback) {
        self.at(idx).readable(callback);
        self.wake(ctx, idx);
    }

    /// Something is ready for a loop: it sees it at its next poll, or at once if it is blocked in one.
    pub(super) fn wake<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx) {
        if self.at(idx).is_blocked() {
            self.unblock(ctx, idx);
        }
    }

    pub(super) fn unblock<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx) {
        let now = ctx.now();
        let n_in_time = self.loops[usize::from(idx.0)].unblock(now, &mut self.sockets);
        if n_in_time > 0 {
            ctx.trace(TraceEvent::LoopDelay { process: idx.0, delay: Span::ZERO, n: n_in_time });
        }
        self.turn(ctx, idx);
    }

    /// Goes on through the phases until a callback runs or the loop blocks.
    pub(super) fn turn<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx) {
        loop {
            let now = ctx.now();
            let one = &mut self.loops[usize::from(idx.0)];
            let next = one.next(now, &mut self.sockets);
            let n_iterations = std::mem::take(&mut one.n_iterations);
            let n_polled = std::mem::take(&mut one.n_polled);
            one.owed += ctx.costs.node.iteration * n_iterations + ctx.costs.machine.epoll_event * n_polled;
            if n_iterations > 0 {
                if let Some(delay) = one.probe(now) {
                    ctx.trace(TraceEvent::LoopDelay { process: idx.0, delay, n: 1 });
                }
                ctx.trace(TraceEvent::Iteration(idx.0));
            }
            match next {
                Next::Call(callback) => {
                    if self.call(ctx, idx, callback) {
                        return;
                    }
                }
                Next::Accept => {
                    if self.accept(ctx, idx) {
                        return;
                    }
                }
                Next::Block(timeout) => {
                    let one = self.at(idx);
                    one.epoch = one.epoch.wrapping_add(1);
                    let (epoch, thread) = (one.epoch, one.thread);
                    if let Some(timeout) = timeout {
                        let slack = ctx.costs.machine.timer_slack;
                        ctx.schedule(timeout + slack, NodeEvent::PollTimeout(idx.0, epoch));
                    }
                    ctx.trace(TraceEvent::Polling { process: idx.0, thread: thread.0 });
                    return ctx.sleep(thread);
                }
            }
        }
    }

    /// Gives the loop's thread work for `running`, on top of what it owes.
    pub(super) fn spend<S: Sink>(
        &mut self,
        ctx: &mut Ctx<NodeEvent, S>,
        idx: LoopIdx,
        running: Running,
        overhead: Span,
        service: Span,
    ) {
        let drain = ctx.costs.node.drain;
        let slow = match running {
            // Measured as a whole.
            Running::Start | Running::Spawn(_) => Span::ZERO,
            // In the page's first worker all is warm.
            _ if !DEEP => Span::ZERO,
            _ => self.jits[usize::from(idx.0)].slow(drain + overhead + service),
        };
        let one = self.at(idx);
        let overhead = std::mem::take(&mut one.owed) + drain + overhead + slow;
        one.running = Some(running);
        let thread = one.thread;
        let request = match running {
            Running::Burst(request) | Running::Post(request) | Running::Answer(request) => Some(request),
            Running::Result(request, _) | Running::Request(request) | Running::Response(request) => Some(request),
            Running::Query(request) => Some(request),
            _ => None,
        };
        if let Running::Accept(request) | Running::TakeOver(request) = running {
            ctx.stage(request, Stage::Thread(thread.0));
        }
        let work = match request {
            Some(_) => Work { request, overhead, service },
            // A script computes for nobody's request.
            None => Work::overhead(overhead + service),
        };
        ctx.run(thread, work);
    }
}
