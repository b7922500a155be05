//! Who of a cluster gets the connection: a worker that has acknowledged its last one, the longest free first.
//!
//! Follows `lib/internal/cluster/round_robin_handle.js` (`distribute`, `handoff`), the default policy on all systems
//! but Windows. It deals out connections, not requests: a client's further requests stay with its worker.

use std::collections::VecDeque;

use crate::sim::lanes::{Queue, Stage};
use crate::sim::node::callback::Callback;
use crate::sim::node::{LoopIdx, Node, NodeEvent, Topology};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::trace::Sink;

/// The primary's lists.
#[derive(Clone, Debug)]
pub(super) struct Handles {
    /// Accepted connections that no worker has been given.
    waiting: VecDeque<RequestIdx>,
    /// Workers without an unacknowledged connection.
    free: VecDeque<LoopIdx>,
}

impl Handles {
    /// With workers 1 to `n_workers`, all free.
    pub(super) fn new(n_workers: u16) -> Self {
        Self { waiting: VecDeque::new(), free: (1..=n_workers).map(LoopIdx).collect() }
    }

    /// No worker is up.
    pub(super) fn forget_free(&mut self) {
        self.free.clear();
    }

    /// Whether a worker would be given the next connection at once.
    pub(super) fn has_free(&self) -> bool {
        !self.free.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

impl Node {
    /// The connection of `request` is accepted: it is served here, or by the worker whose turn it is (`distribute`).
    pub(super) fn accepted<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx, request: RequestIdx) {
        if self.topology() != Topology::Cluster {
            return self.take_over(ctx, idx, request);
        }
        self.handles.waiting.push_back(request);
        ctx.stage(request, Stage::Queue(Queue::Handles));
        if let Some(worker) = self.handles.free.pop_front() {
            self.hand_over(ctx, worker);
        }
    }

    /// `handoff`: the oldest waiting connection goes to `worker`, which is free again once it has acknowledged it.
    pub(super) fn hand_over<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, worker: LoopIdx) {
        match self.handles.waiting.pop_front() {
            Some(request) => {
                ctx.stage(request, Stage::Queue(Queue::Loop(worker.0)));
                self.readable(ctx, worker, Callback::Connection(request));
            }
            None => self.handles.free.push_back(worker),
        }
    }

    /// The connection of `request` is this loop's from now on, and what the client has sent is there to be read.
    pub(super) fn take_over<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx, request: RequestIdx) {
        self.connections.connect(ctx.request(request).client, idx.0);
        self.note_memory();
        self.places[request.0 as usize].home = idx;
        self.asks(ctx, idx, request);
    }
}
