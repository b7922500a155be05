//! Answers that are sent on to further connections, as to everybody in a chat room.
//!
//! The callback that answers a request writes to the others too, one after the other (`for (const socket of room)
//! socket.write(message)`); the request counts as answered when all is written. In a cluster each process has an equal share
//! of the connections. What the others have goes through the primary, as workers know nobody else (`lib/internal/cluster`,
//! `process.send`): one message to it, and one from it to each process that has some; these write when it is their turn,
//! and the request does not wait for that.
//!
//! Left out: sockets whose buffer is full, and who is too slow to read.

use crate::sim::node::callback::{Callback, Running};
use crate::sim::node::{LoopIdx, MAIN, Node, NodeEvent, Topology};
use crate::sim::run::Ctx;
use crate::sim::time::Span;
use crate::sim::trace::Sink;

impl Node {
    /// What the answer to a request costs the loop that gives it.
    pub(super) fn answer_cost<S: Sink>(&self, ctx: &Ctx<NodeEvent, S>, idx: LoopIdx) -> Span {
        if self.n_broadcast() == 0 {
            return self.http.answer;
        }
        let message = if self.sends_elsewhere(idx) { ctx.costs.node.ipc_message } else { Span::ZERO };
        self.http.answer + message + self.writes_cost(ctx, idx)
    }

    fn writes_cost<S: Sink>(&self, ctx: &Ctx<NodeEvent, S>, idx: LoopIdx) -> Span {
        (ctx.costs.machine.tcp_write + ctx.costs.node.write) * u64::from(self.share(idx))
    }

    /// How many of the further connections a loop has.
    fn share(&self, idx: LoopIdx) -> u32 {
        if self.topology() != Topology::Cluster {
            return if idx == MAIN { self.n_broadcast() } else { 0 };
        }
        let n = self.loops.len() as u32 - 1;
        let is_one_more = u32::from(idx.0) <= self.n_broadcast() % n;
        self.n_broadcast() / n + u32::from(is_one_more)
    }

    /// Whether other processes have some of the connections.
    fn sends_elsewhere(&self, idx: LoopIdx) -> bool {
        self.share(idx) < self.n_broadcast()
    }

    /// The processes other than `from` that have some of the connections.
    fn others(&self, from: LoopIdx) -> impl Iterator<Item = LoopIdx> + use<> {
        let n_with_some = self.n_broadcast().min(self.loops.len() as u32 - 1) as u16;
        (1..=n_with_some).map(LoopIdx).filter(move |idx| *idx != from)
    }

    /// A request was answered by `idx`: the primary is told, if other processes have to write too.
    pub(super) fn pass_on<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx) {
        if self.sends_elsewhere(idx) {
            self.readable(ctx, MAIN, Callback::Relay(idx));
        }
    }

    /// The primary reads what worker `from` has to say and writes it to the others.
    pub(super) fn relay<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx, from: LoopIdx) {
        let n_messages = 1 + self.others(from).count() as u64;
        let cost = ctx.costs.node.ipc_message * n_messages;
        self.spend(ctx, idx, Running::Relay(from), cost, Span::ZERO);
    }

    pub(super) fn relayed<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, from: LoopIdx) {
        for worker in self.others(from) {
            self.readable(ctx, worker, Callback::SendOn);
        }
    }

    /// A worker writes another's answer to its own connections.
    pub(super) fn send_on<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx) {
        let cost = ctx.costs.node.ipc_message + self.writes_cost(ctx, idx);
        self.spend(ctx, idx, Running::SendOn, cost, Span::ZERO);
    }
}
