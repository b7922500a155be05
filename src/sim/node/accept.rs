//! How a request comes in: connecting and accepting, and what HTTP costs.

use crate::sim::costs::{Costs, MachineCosts};
use crate::sim::lanes::{Queue, Stage};
use crate::sim::net::Connect;
use crate::sim::node::callback::Running;
use crate::sim::node::{LoopIdx, MAIN, Node, NodeEvent, Topology};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::scenario::{Scenario, Transport};
use crate::sim::time::Span;
use crate::sim::trace::Sink;

/// What the HTTP parts of a request cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct HttpCosts {
    accept: Span,
    pub(super) read: Span,
    pub(super) answer: Span,
}

impl HttpCosts {
    pub(super) fn of(scenario: &Scenario, costs: &Costs) -> Self {
        match scenario.transport {
            // No source splits the cost of a request into reading and answering: half each.
            Transport::Http => Self {
                accept: costs.node.accept,
                read: costs.node.http_request.scaled(0.5),
                answer: costs.node.http_request - costs.node.http_request.scaled(0.5),
            },
            Transport::Socket => {
                let MachineCosts { socket_read: read, socket_write: answer, .. } = costs.machine;
                Self { accept: Span::ZERO, read, answer }
            }
            Transport::Direct => Self { accept: Span::ZERO, read: Span::ZERO, answer: costs.node.request },
        }
    }
}

impl Node {
    /// The client of `request` connects to the listening process.
    pub(super) fn connect<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, request: RequestIdx, attempt: u8) {
        let listener = self.at(MAIN);
        match listener.backlog.connect(request, attempt) {
            Connect::Queued => {
                listener.connected();
                ctx.stage(request, Stage::Queue(Queue::Backlog(0)));
                self.wake(ctx, MAIN);
            }
            Connect::Again(wait) => {
                ctx.stage(request, Stage::Away);
                ctx.schedule(wait, NodeEvent::Connect(request, attempt + 1));
            }
            Connect::GivesUp => ctx.abandon(request),
        }
    }

    /// One connection for each time that epoll reports the listening socket (`uv__server_io`, libuv#3696).
    pub(super) fn accept<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx) -> bool {
        let Some(request) = self.at(idx).backlog.accept() else { return false };
        // Without a free worker nothing is sent now, but when one has acknowledged its last connection.
        let is_passed_on = self.topology() == Topology::Cluster && self.handles.has_free();
        let pass_on = if is_passed_on { ctx.costs.node.ipc_message } else { Span::ZERO };
        self.spend(ctx, idx, Running::Accept(request), self.http.accept + pass_on, Span::ZERO);
        true
    }
}
