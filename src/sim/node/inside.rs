//! What is started inside of the process: its own clients, and arrivals that its own timer starts.
//!
//! A client is an async function that loops: it thinks (a timer, and again if it was early), serves its request, and goes
//! on in the same turn of the microtasks. Who has no wait in his requests lets others have their turn by a `setImmediate`.
//! Arrivals are started by one timer a process, in whole milliseconds: when it fires it starts all that are due, one
//! after the other in the same callback, and what has come due meanwhile by a `setImmediate`. The programs in `calibrate/node` do the same for real.

use crate::sim::lanes::{Queue, Stage};
use crate::sim::node::callback::Callback;
use crate::sim::node::{LoopIdx, Node, NodeEvent};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::time::{Span, Time};
use crate::sim::trace::Sink;

/// A client inside of the process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Client {
    home: LoopIdx,
    /// When it has thought.
    due: Time,
    /// Its next request, which is there when it has thought.
    pub(super) request: Option<RequestIdx>,
}

/// `Math.ceil` of a length of time, in milliseconds.
fn ceil_ms(span: Span) -> Span {
    Span::from_ms(span.as_ns().div_ceil(1_000_000))
}

impl Node {
    /// All clients begin.
    pub(super) fn launch_clients<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>) {
        for client in 0..ctx.workload().scenario().n_clients {
            let home = self.in_turn(client);
            self.clients.push(Client { home, due: Time::ZERO, request: None });
            match ctx.begin_think(client) {
                Some(due) => self.think_until(ctx, client, due),
                None => {
                    let request = ctx.come(client);
                    self.put(request, home);
                    ctx.stage(request, Stage::Queue(Queue::Loop(home.0)));
                    self.readable(ctx, home, Callback::Begin(request));
                }
            }
        }
        for idx in 0..self.loops.len() as u16 {
            self.rearm(ctx, LoopIdx(idx));
        }
    }

    /// The request of `client`, inside of the process, is done: it thinks, or goes on with the next. `true` if the
    /// same callback goes on.
    pub(super) fn client_goes_on<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, client: u32) -> bool {
        let home = self.clients[client as usize].home;
        if let Some(due) = ctx.begin_think(client) {
            let cost = ctx.costs.node.timer_create;
            self.at(home).owed += cost;
            self.think_until(ctx, client, due);
            return false;
        }
        let request = ctx.come(client);
        self.put(request, home);
        if ctx.request(request).mean_wait.is_zero() {
            self.at(home).immediates.push_back(Callback::Begin(request));
            ctx.stage(request, Stage::Queue(Queue::Loop(home.0)));
            return false;
        }
        self.begin(ctx, home, request, Span::ZERO);
        true
    }

    fn think_until<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, client: u32, due: Time) {
        let one = &mut self.clients[client as usize];
        one.due = due;
        let (home, now) = (one.home, ctx.now());
        self.at(home).set_timeout(now, ceil_ms(due.since(now)), Callback::Client(client));
    }

    /// The timer of `client` has fired and resolves the promise that it awaits.
    pub(super) fn client_woke<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx, client: u32) {
        let fire = ctx.costs.node.timer_fire;
        let Client { due, request, .. } = &mut self.clients[client as usize];
        let due = *due;
        let request = request.take();
        self.at(idx).owed += fire;
        match request {
            Some(request) => {
                self.at(idx).microtasks.push_back(Callback::Begin(request));
                ctx.stage(request, Stage::Queue(Queue::Loop(idx.0)));
            }
            None => self.think_until(ctx, client, due),
        }
    }

    /// `request` is due to be started at `home`. Its timer was set beforehand: it fires at the next whole millisecond.
    pub(super) fn is_due<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, home: LoopIdx, request: RequestIdx) {
        let (now, cost) = (ctx.now(), ctx.costs.node.timer_create);
        ctx.stage(request, Stage::Timer(now));
        let one = self.at(home);
        one.due.push_back(request);
        // While the timer's callback runs it is not set; at its end it is.
        if one.n_to_start.is_some() || one.start_is_set {
            return;
        }
        one.owed += cost;
        one.start_is_set = true;
        let before = one.timers.uv_due();
        one.timers.insert(now.as_whole_ms(), Span::from_ms(1), Callback::Start);
        if one.timers.uv_due() != before {
            self.rearm(ctx, home);
        }
    }

    /// A loop that is blocked in `epoll_wait` wakes up for its first timer.
    fn rearm<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx) {
        let now = ctx.now();
        let one = self.at(idx);
        if !one.is_blocked() {
            return;
        }
        if let Some(timeout) = one.rearm(now) {
            let epoch = one.epoch;
            let slack = ctx.costs.machine.timer_slack;
            ctx.schedule(timeout + slack, NodeEvent::PollTimeout(idx.0, epoch));
        }
    }

    /// The timer that starts what is due has fired; `true` if it computes.
    pub(super) fn start<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx) -> bool {
        let fire = ctx.costs.node.timer_fire;
        let one = self.at(idx);
        one.owed += fire;
        one.start_is_set = false;
        one.n_to_start = Some(one.due.len());
        self.start_next(ctx, idx)
    }

    /// The callback that starts what was due when it began goes on with the next of it, or lets the loop go round
    /// once (`setImmediate`) before it starts what has come due meanwhile. `true` if it computes.
    pub(super) fn start_next<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx) -> bool {
        let one = self.at(idx);
        let Some(n) = one.n_to_start else { return false };
        if let Some(left) = n.checked_sub(1)
            && let Some(request) = one.due.pop_front()
        {
            one.n_to_start = Some(left);
            self.begin(ctx, idx, request, Span::ZERO);
            return true;
        }
        one.n_to_start = None;
        if !one.due.is_empty() {
            one.start_is_set = true;
            one.immediates.push_back(Callback::Start);
        }
        false
    }
}
