//! A separate service that computes: the loop sends it each burst over HTTP, and is free until the result is back.
//!
//! The service is a machine of its own with so many cores: first in, first out, one burst at a time on each. It is
//! compiled, so that a burst takes as long there as in Go, and costs what a request costs `net/http` on top. Its cores are
//! numbered after those of the machine under comparison, and count as busy like these: cores busy are those of both
//! machines together.
//!
//! The loop pays for a request as an HTTP client, half when it sends and half when the response is there, and writes and
//! reads as much JSON as a message holds. Connections are kept alive and there is always one to use: Node's agent opens
//! as many as it needs and takes the one that was in use last (`lib/_http_agent.js`, `maxSockets: Infinity`, `scheduling:
//! 'lifo'`).
//!
//! Assumed: half of the round trip each way; what the service does to read a message is part of its cost of a request.
//! Left out: opening connections, that an agent closes more than 256 idle ones, the service's own scheduler, collector and
//! memory, what it refuses and how long it may take, and the other machine's price.

use std::collections::VecDeque;

use crate::sim::costs::Costs;
use crate::sim::lanes::{Queue, Stage};
use crate::sim::machine::{Machine, ThreadIdx, Work};
use crate::sim::node::callback::Running;
use crate::sim::node::epoll::Lines;
use crate::sim::node::{LoopIdx, MAIN, Node, NodeEvent};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::scenario::Scenario;
use crate::sim::time::Span;
use crate::sim::trace::Sink;

/// A core of the service.
#[derive(Clone, Copy, Debug)]
struct Core {
    /// Its number among the threads of the machine under comparison, which never run it.
    thread: ThreadIdx,
    /// What it is doing.
    work: Option<Work>,
}

/// The service, and the way there.
#[derive(Clone, Debug)]
pub(super) struct Service {
    cores: Vec<Core>,
    idle: Vec<u16>,
    queue: VecDeque<RequestIdx>,
    http: Span,
    way_there: Span,
    way_back: Span,
    lines: Lines,
    /// Writing or reading a message.
    json: Span,
}

impl Service {
    pub(super) fn new(scenario: &Scenario, costs: &Costs, machine: &mut Machine) -> Self {
        let n_cores = scenario.n_service_cores() as u16;
        let way_there = scenario.service_rtt.scaled(0.5);
        Self {
            cores: (0..n_cores).map(|_| Core { thread: machine.spawn(), work: None }).collect(),
            // Core 0 is taken first.
            idle: (0..n_cores).rev().collect(),
            queue: VecDeque::new(),
            http: costs.go.http_request,
            way_there,
            way_back: scenario.service_rtt.saturating_sub(way_there),
            lines: Lines::new(0, 1),
            json: costs.node.json_per_kb.scaled(scenario.payload as f64 / 1024.0),
        }
    }

    /// The numbers of its cores among the threads.
    pub(super) fn threads(&self) -> impl Iterator<Item = ThreadIdx> {
        self.cores.iter().map(|core| core.thread)
    }

    /// Lets `core` begin with `request`.
    fn begin<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, core: u16, request: RequestIdx) {
        let work = Work { request: Some(request), overhead: self.http, service: ctx.begin_burst(request) };
        let one = &mut self.cores[usize::from(core)];
        one.work = Some(work);
        ctx.run_elsewhere(core, one.thread, work);
        ctx.schedule(work.overhead + work.service, NodeEvent::ServiceDone(core));
    }
}

impl Node {
    /// What the loop pays to send a burst.
    pub(super) fn request_cost<S: Sink>(&self, ctx: &Ctx<NodeEvent, S>) -> Span {
        let json = self.service.as_ref().map_or(Span::ZERO, |service| service.json);
        ctx.costs.node.http_client.scaled(0.5) + json
    }

    /// The burst of `request` is on its way.
    pub(super) fn send_request<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, request: RequestIdx) {
        let Some(service) = &mut self.service else { return };
        self.places[request.0 as usize].line = service.lines.take();
        ctx.schedule(service.way_there, NodeEvent::AtService(request));
        ctx.stage(request, Stage::Service);
    }

    /// The burst of `request` begins on an idle core, or lines up.
    pub(super) fn reaches_service<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, request: RequestIdx) {
        let Some(service) = &mut self.service else { return };
        match service.idle.pop() {
            Some(core) => {
                ctx.wake_elsewhere(core);
                service.begin(ctx, core, request);
            }
            None => {
                service.queue.push_back(request);
                ctx.stage(request, Stage::Queue(Queue::Service));
            }
        }
    }

    /// `core` has computed: the result goes back, and the next burst in line begins.
    pub(super) fn service_done<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, core: u16) {
        let Some(service) = &mut self.service else { return };
        let Core { thread, work } = &mut service.cores[usize::from(core)];
        let (thread, Some(work)) = (*thread, work.take()) else { return };
        ctx.worked_elsewhere(thread, work);
        if let Some(request) = work.request {
            ctx.schedule(service.way_back, NodeEvent::FromService(request));
            ctx.stage(request, Stage::Service);
        }
        match service.queue.pop_front() {
            Some(next) => service.begin(ctx, core, next),
            None => {
                service.idle.push(core);
                ctx.sleep_elsewhere(core, thread);
            }
        }
    }

    /// The response to `request` is there to be read.
    pub(super) fn is_back<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, request: RequestIdx) {
        self.is_served(request);
        ctx.stage(request, Stage::Queue(Queue::Loop(MAIN.0)));
        self.wake(ctx, MAIN);
    }

    /// The callback of a response.
    pub(super) fn read_response<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx, request: RequestIdx) {
        self.allocate_message(ctx, idx);
        let http = ctx.costs.node.http_client - ctx.costs.node.http_client.scaled(0.5);
        let mut cost = http + self.follow_up_cost(ctx, idx, request);
        if let Some(service) = &mut self.service {
            service.lines.give_back(self.places[request.0 as usize].line);
            cost += service.json;
        }
        self.spend(ctx, idx, Running::Response(request), cost, Span::ZERO);
    }
}
