//! Connections to a database, in a pool such as deadpool's (0.12.3, `src/managed/pool.rs`; bb8 and sqlx serve in order too).
//!
//! A connection has a permit of a semaphore, which is fair (`sync/batch_semaphore.rs`). Who gives it back wakes the first
//! in line (`add_permits_locked`), which is spawned work like any other: it is in the LIFO slot of that worker, where
//! nobody can steal it, and writes its query when the task that gave the connection back waits or ends.
//!
//! Left out: the driver's own work, which belongs to the bursts; checks of a connection that comes back.

use crate::sim::machine::Work;
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::time::Span;
use crate::sim::tokio::requests::{Piece, Progress};
use crate::sim::tokio::{Task, Tokio, TokioEvent, WorkerIdx};
use crate::sim::trace::Sink;

/// The one pool of the process.
const POOL: usize = 0;

impl Tokio {
    /// `Pool::get`: `request` writes its query at once, or its task waits until it has a connection.
    pub(super) fn ask_database<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, request: RequestIdx) {
        if ctx.take_connection(POOL, request) {
            return self.write_query(ctx, w, request, Span::ZERO);
        }
        self.progress[request.0 as usize] = Progress::InLine;
        self.polled(ctx, w, Span::ZERO);
    }

    /// `request` has a connection.
    pub(super) fn write_query<S: Sink>(
        &mut self,
        ctx: &mut Ctx<TokioEvent, S>,
        w: WorkerIdx,
        request: RequestIdx,
        overhead: Span,
    ) {
        let overhead = overhead + ctx.costs.machine.socket_write;
        self.spend(ctx, w, Piece::Query(request), Work { request: Some(request), overhead, service: Span::ZERO });
    }

    /// The query is on its way, and its task waits until the rows are there.
    pub(super) fn query_is_written<S: Sink>(
        &mut self,
        ctx: &mut Ctx<TokioEvent, S>,
        w: WorkerIdx,
        request: RequestIdx,
    ) {
        self.progress[request.0 as usize] = Progress::Resumed;
        ctx.begin_wait(request);
        ctx.query(request);
        self.polled(ctx, w, Span::ZERO);
    }

    /// The rows are there.
    pub(super) fn read_rows<S: Sink>(
        &mut self,
        ctx: &mut Ctx<TokioEvent, S>,
        w: WorkerIdx,
        request: RequestIdx,
        overhead: Span,
    ) {
        let overhead = overhead + ctx.costs.machine.socket_read;
        self.spend(ctx, w, Piece::Rows(request), Work { request: Some(request), overhead, service: Span::ZERO });
    }

    /// `impl Drop for Object`: the connection goes to the first in line, and the request goes on.
    pub(super) fn rows_are_read<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, request: RequestIdx) {
        if let Some(next) = ctx.free_connection(POOL) {
            self.wake_local(ctx, w, Task::Request(next));
        }
        self.resume(ctx, w, request, Span::ZERO);
    }
}
