//! The event loop of Node.js: one thread runs every callback to completion.
//!
//! Follows libuv 1.45 and later (`src/unix/core.c` `uv_run`, `src/unix/linux.c` `uv__io_poll`): poll, then timers;
//! a poll takes at most 1024 events and is repeated at most 48 times while its batch is full; loop time is whole
//! milliseconds; a request's callback runs its whole burst, and nothing else runs meanwhile.
//!
//! Left out so far: connections beyond their cost (accepts one per iteration, keep-alive), the thread pool, worker
//! threads and cluster, one timer list per duration, garbage collection, JIT warm-up. A request started inside the
//! process is taken from the poll queue like one from a socket.

mod timers;

use std::collections::VecDeque;

use crate::sim::costs::Costs;
use crate::sim::machine::{Machine, ThreadIdx, Work};
use crate::sim::node::timers::Timers;
use crate::sim::request::RequestIdx;
use crate::sim::run::{Ctx, Model};
use crate::sim::scenario::{Io, Scenario, Transport};
use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceEvent};

/// Events that one `epoll_wait` returns at most (`uv__io_poll`: `struct epoll_event events[1024]`).
const POLL_BATCH: usize = 1024;
/// How often a poll phase goes on after a full batch (`uv__io_poll`: `count = 48`).
const POLL_REPEATS: u32 = 48;

/// Why the loop runs a callback.
#[derive(Clone, Copy, Debug)]
enum Callback {
    /// A new request is readable.
    Begin(RequestIdx),
    /// What a request waited for is there.
    Resume(RequestIdx),
}

/// Where the loop is.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// Working off what `epoll_wait` returned.
    Poll { left: usize, full: bool, repeats: u32 },
    /// Running due timers.
    Timers,
    /// Blocked in `epoll_wait`; the number tells a stale time-out from a live one.
    Blocked,
}

/// How many threads and processes share the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topology {
    /// One loop.
    Loop,
    /// One loop, and worker threads that take the bursts.
    Workers,
    /// Processes with a loop each.
    Cluster,
}

/// The `epoll_wait` that began in this epoch timed out.
#[derive(Clone, Copy, Debug)]
pub struct PollTimeout(u32);

/// One Node.js process.
#[derive(Clone, Debug)]
pub struct Node {
    thread: ThreadIdx,
    io: Io,
    http: Span,
    js_factor: f64,
    /// The kernel's list of ready descriptors, first in first out.
    ready: VecDeque<Callback>,
    timers: Timers<RequestIdx>,
    phase: Phase,
    poll_epoch: u32,
    /// Loop overhead spent but not yet charged; it goes on top of the next callback.
    owed: Span,
    current: Option<RequestIdx>,
}

impl Model for Node {
    type Event = PollTimeout;
    type Kind = Topology;

    fn new(_: Topology, scenario: &Scenario, costs: &Costs, machine: &mut Machine) -> Self {
        let http = match scenario.transport {
            Transport::Http => costs.node.http_request,
            Transport::Direct => Span::ZERO,
        };
        Self {
            thread: machine.spawn(),
            io: scenario.io,
            http,
            js_factor: scenario.js_factor,
            ready: VecDeque::new(),
            timers: Timers::default(),
            phase: Phase::Blocked,
            poll_epoch: 0,
            owed: Span::ZERO,
            current: None,
        }
    }

    fn arrived<S: Sink>(&mut self, ctx: &mut Ctx<PollTimeout, S>, request: RequestIdx) {
        self.readable(ctx, Callback::Begin(request));
    }

    fn io_ready<S: Sink>(&mut self, ctx: &mut Ctx<PollTimeout, S>, request: RequestIdx) {
        self.readable(ctx, Callback::Resume(request));
    }

    fn worked<S: Sink>(&mut self, ctx: &mut Ctx<PollTimeout, S>, _: ThreadIdx, _: Work) {
        if let Some(request) = self.current.take()
            && self.callback_goes_on(ctx, request)
        {
            return;
        }
        self.turn(ctx);
    }

    fn own<S: Sink>(&mut self, ctx: &mut Ctx<PollTimeout, S>, PollTimeout(epoch): PollTimeout) {
        if matches!(self.phase, Phase::Blocked) && epoch == self.poll_epoch {
            self.unblock(ctx);
        }
    }
}

impl Node {
    /// A descriptor became readable: the loop sees it at its next poll, or at once if it is blocked in one.
    fn readable<S: Sink>(&mut self, ctx: &mut Ctx<PollTimeout, S>, callback: Callback) {
        self.ready.push_back(callback);
        if matches!(self.phase, Phase::Blocked) {
            self.unblock(ctx);
        }
    }

    fn unblock<S: Sink>(&mut self, ctx: &mut Ctx<PollTimeout, S>) {
        self.owed += ctx.costs.machine.thread_switch;
        self.poll(ctx, POLL_REPEATS);
        self.turn(ctx);
    }

    /// `epoll_wait` returns with what is ready now.
    fn poll<S: Sink>(&mut self, ctx: &mut Ctx<PollTimeout, S>, repeats: u32) {
        let left = self.ready.len().min(POLL_BATCH);
        self.owed += ctx.costs.machine.epoll_event * left as u64;
        self.phase = Phase::Poll { left, full: left == POLL_BATCH, repeats };
    }

    /// Goes on through the phases until a callback runs or the loop blocks.
    fn turn<S: Sink>(&mut self, ctx: &mut Ctx<PollTimeout, S>) {
        loop {
            match self.phase {
                Phase::Poll { left: 0, full: true, repeats } if repeats > 1 => self.poll(ctx, repeats - 1),
                Phase::Poll { left: 0, .. } => self.phase = Phase::Timers,
                Phase::Poll { left, full, repeats } => {
                    self.phase = Phase::Poll { left: left - 1, full, repeats };
                    if let Some(callback) = self.ready.pop_front() {
                        return self.call(ctx, callback);
                    }
                }
                Phase::Timers => {
                    if let Some(request) = self.timers.pop_due(ctx.now().as_whole_ms()) {
                        self.owed += ctx.costs.node.timer_fire;
                        let id = ctx.request(request).id;
                        ctx.trace(TraceEvent::WaitOver(id));
                        return self.call(ctx, Callback::Resume(request));
                    }
                    if !self.next_iteration(ctx) {
                        return;
                    }
                }
                Phase::Blocked => return,
            }
        }
    }

    /// Begins the next loop iteration; `false` if it blocks because nothing is ready.
    fn next_iteration<S: Sink>(&mut self, ctx: &mut Ctx<PollTimeout, S>) -> bool {
        ctx.trace(TraceEvent::Iteration);
        self.owed += ctx.costs.node.iteration;
        let now_ms = ctx.now().as_whole_ms();
        if !self.ready.is_empty() || self.timers.next_due().is_some_and(|due| due <= now_ms) {
            self.poll(ctx, POLL_REPEATS);
            return true;
        }
        self.phase = Phase::Blocked;
        self.poll_epoch = self.poll_epoch.wrapping_add(1);
        if let Some(due) = self.timers.next_due() {
            // The time-out counts whole milliseconds from a moment inside one: a timer fires up to 1 ms late.
            ctx.schedule(Span::from_ms(due - now_ms), PollTimeout(self.poll_epoch));
        }
        ctx.sleep(self.thread);
        false
    }

    fn call<S: Sink>(&mut self, ctx: &mut Ctx<PollTimeout, S>, callback: Callback) {
        let overhead = std::mem::take(&mut self.owed) + ctx.costs.node.drain;
        match callback {
            // No source splits the cost of a request into reading and answering: half each.
            Callback::Begin(request) => {
                let overhead = overhead + self.http.scaled(0.5);
                self.burst(ctx, request, overhead);
            }
            Callback::Resume(request) => {
                let read = match self.io {
                    Io::Network => ctx.costs.machine.socket_read,
                    Io::Timer | Io::File => Span::ZERO,
                };
                if ctx.request(request).n_bursts_left > 0 {
                    self.burst(ctx, request, overhead + read);
                } else {
                    let answer = self.http - self.http.scaled(0.5);
                    self.spend(ctx, request, overhead + read + answer, Span::ZERO);
                }
            }
        }
    }

    /// Runs the next burst of `request`, and what has to be paid when it ends.
    fn burst<S: Sink>(&mut self, ctx: &mut Ctx<PollTimeout, S>, request: RequestIdx, overhead: Span) {
        let burst = ctx.begin_burst(request).scaled(self.js_factor);
        let waits = !ctx.request(request).mean_wait.is_zero();
        let after = match (waits, self.io) {
            (true, Io::Network) => ctx.costs.machine.socket_write,
            (true, Io::Timer | Io::File) => ctx.costs.node.timer_create,
            (false, _) if ctx.request(request).n_bursts_left == 0 => self.http - self.http.scaled(0.5),
            (false, _) => Span::ZERO,
        };
        self.spend(ctx, request, overhead + after, burst);
    }

    fn spend<S: Sink>(&mut self, ctx: &mut Ctx<PollTimeout, S>, request: RequestIdx, overhead: Span, service: Span) {
        self.current = Some(request);
        ctx.run(self.thread, Work { request: Some(request), overhead, service });
    }

    /// The callback of `request` has done its work; `true` if it goes straight on to a further burst.
    fn callback_goes_on<S: Sink>(&mut self, ctx: &mut Ctx<PollTimeout, S>, request: RequestIdx) -> bool {
        let state = ctx.request(request);
        let waited_for_all = state.n_waits_begun == state.n_bursts;
        let (waits, n_bursts_left) = (!state.mean_wait.is_zero(), state.n_bursts_left);
        if waits && !waited_for_all {
            let wait = ctx.begin_wait(request);
            match self.io {
                Io::Network => ctx.answer_after(wait, request),
                Io::Timer | Io::File => self.set_timeout(ctx.now(), wait, request),
            }
            return false;
        }
        if n_bursts_left > 0 {
            self.burst(ctx, request, Span::ZERO);
            return true;
        }
        ctx.complete(request);
        false
    }

    /// `setTimeout`: fractions of a millisecond are cut off, less than one counts as one (`lib/internal/timers.js`).
    fn set_timeout(&mut self, now: Time, wait: Span, request: RequestIdx) {
        let ms = (wait.as_ns() / 1_000_000).max(1);
        self.timers.insert(now.as_whole_ms() + ms, request);
    }
}
