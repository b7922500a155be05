//! The pool of connections to a database, one for each process, and the one loop that uses it.
//!
//! Follows node-postgres (`pg-pool` 3 `index.js`, `pg` 8 `lib/client.js`). `pool.query` takes the connection that was given
//! back last, or lines up behind who waits already (`_pendingQueue.shift`). The callback that reads an answer gives its
//! connection back before it passes the rows on (`Pool.query`), and giving it back writes the query of the first in line
//! there and then (`_release`, `_pulseQueue`, `_pulseQueryQueue`); only then does the promise of the rows continue the
//! request. So a loop that is busy elsewhere keeps connections from those who wait for them: the database may idle.
//!
//! Assumed: worker threads have no connections of their own; a request asks for the rows of one query at a time. Left out:
//! the driver's own JavaScript, which belongs to the bursts, and the tick between asking for a connection that is free
//! and writing to it.

use crate::sim::node::callback::Running;
use crate::sim::node::{LoopIdx, Node, NodeEvent, Topology};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::time::Span;
use crate::sim::trace::Sink;

impl Node {
    /// Which pool is a loop's: a cluster's primary has none.
    pub(super) fn lines_of(&self, idx: LoopIdx) -> usize {
        if self.topology() == Topology::Cluster { usize::from(idx.0) - 1 } else { 0 }
    }

    /// `request` has a query: it goes out, if a connection is free.
    pub(super) fn ask_database<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx, request: RequestIdx) {
        let pool = self.lines_of(idx);
        if ctx.take_connection(pool, request) {
            let line = self.lines[pool].take();
            self.send_query(ctx, request, line);
        }
    }

    fn send_query<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, request: RequestIdx, line: u32) {
        self.places[request.0 as usize].line = line;
        ctx.begin_wait(request);
        ctx.query(request);
    }

    /// The answer to the query of `request` is read, and the next query is written to the connection.
    pub(super) fn read_rows<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx, request: RequestIdx) {
        let is_wanted = ctx.database().n_waiting(self.lines_of(idx)) > 0;
        let write = if is_wanted { ctx.costs.machine.socket_write } else { Span::ZERO };
        let cost = ctx.costs.machine.socket_read + write;
        self.spend(ctx, idx, Running::Query(request), cost, Span::ZERO);
    }

    /// The connection of `request` is the next one's, and `request` goes on with its rows.
    pub(super) fn has_rows<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx, request: RequestIdx) -> bool {
        let (pool, line) = (self.lines_of(idx), self.places[request.0 as usize].line);
        match ctx.free_connection(pool) {
            Some(next) => self.send_query(ctx, next, line),
            None => self.lines[pool].give_back(line),
        }
        self.resume(ctx, idx, request, Span::ZERO);
        true
    }
}
