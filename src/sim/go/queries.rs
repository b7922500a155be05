//! Connections to a database: `database/sql` with `SetMaxOpenConns`, as of Go 1.27.3 (`sql.go`).
//!
//! `DB.conn` takes a connection that is free; who finds none waits at a channel of its own. `DB.putConnDBLocked` sends a
//! connection that comes back straight to somebody who waits, and to whom is chosen at random
//! (`connRequestSet.TakeRandom`): since Go 1.23 nobody is served in order. Sending readies that goroutine, which runs next on
//! this processor, or is stolen from it; it writes its query when it runs, and the connection idles until then. A
//! connection comes back when the goroutine that waits for the rows has read them and closes them (`Rows.Close`), which may
//! be long after they are there.
//!
//! Assumed: as many idle connections as open ones are kept (`SetMaxIdleConns`, 2 by default); no context that can be
//! cancelled, for which a goroutine would watch every query (`Rows.awaitDone`). Left out: the driver's own work, which
//! belongs to the bursts, and the mutex of the pool (`db.mu`).

use crate::sim::go::{G, Go, GoEvent, MIdx, Progress};
use crate::sim::machine::Work;
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::time::Span;
use crate::sim::trace::Sink;

/// The one pool of the process.
const POOL: usize = 0;

/// What a goroutine is at with its database when its piece of work ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Query {
    /// Nothing: it computes, or answers.
    #[default]
    None,
    /// It writes its query.
    Writing,
    /// It reads its rows.
    Reading,
}

impl Go {
    /// `DB.conn`: `request` writes its query at once, or its goroutine parks until it is given a connection.
    pub(super) fn ask_database<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, request: RequestIdx) {
        if ctx.take_connection(POOL, request) {
            return self.write_query(ctx, m, request, Span::ZERO);
        }
        self.progress[request.0 as usize] = Progress::Connected;
        self.schedule(ctx, m, Span::ZERO);
    }

    /// `request` has a connection.
    pub(super) fn write_query<S: Sink>(
        &mut self,
        ctx: &mut Ctx<GoEvent, S>,
        m: MIdx,
        request: RequestIdx,
        overhead: Span,
    ) {
        let write = ctx.costs.machine.socket_write;
        self.work_on(ctx, m, request, Query::Writing, overhead + write);
    }

    /// The query is on its way, and its goroutine parks until the rows are there.
    pub(super) fn query_is_written<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, request: RequestIdx) {
        self.progress[request.0 as usize] = Progress::Resumed;
        ctx.begin_wait(request);
        ctx.query(request);
        self.schedule(ctx, m, Span::ZERO);
    }

    /// The rows are there.
    pub(super) fn read_rows<S: Sink>(
        &mut self,
        ctx: &mut Ctx<GoEvent, S>,
        m: MIdx,
        request: RequestIdx,
        overhead: Span,
    ) {
        self.wake_sysmon(ctx);
        let read = ctx.costs.machine.socket_read;
        self.work_on(ctx, m, request, Query::Reading, overhead + read);
    }

    /// `Rows.Close`, `DB.putConnDBLocked`: the connection goes to one of those who wait, and the request goes on.
    pub(super) fn rows_are_read<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, request: RequestIdx) {
        let n_waiting = ctx.database().n_waiting(POOL) as u64;
        // `rand.IntN`.
        let nth = if n_waiting > 0 { self.random(ctx) % n_waiting } else { 0 };
        if let Some(next) = ctx.free_connection_to(POOL, nth as usize) {
            self.ready(ctx, m, G::Request(next));
        }
        self.resume(ctx, m, request, Span::ZERO);
    }

    fn work_on<S: Sink>(
        &mut self,
        ctx: &mut Ctx<GoEvent, S>,
        m: MIdx,
        request: RequestIdx,
        query: Query,
        overhead: Span,
    ) {
        self.queries[request.0 as usize] = query;
        ctx.run(self.m(m).thread, Work { request: Some(request), overhead, service: Span::ZERO });
    }
}
