//! Connections to a database: HikariCP 6 (`ConcurrentBag.java`).
//!
//! `borrow` takes a connection that is free; who finds none blocks in a fair line (`SynchronousQueue(true)`). `requite` hands
//! a connection that comes back straight to the thread that is first in it, which has to wake up before it writes its
//! query; the connection idles until then. It comes back when the thread that waits for the rows has read them.

use crate::sim::machine::{ThreadIdx, Work};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::threads::{Doing, Threads, ThreadsEvent};
use crate::sim::time::Span;
use crate::sim::trace::Sink;

/// The one pool of the process.
const POOL: usize = 0;

impl Threads {
    /// `borrow`: `request` writes its query at once, or its thread blocks until it is given a connection.
    pub(super) fn ask_database<S: Sink>(
        &mut self,
        ctx: &mut Ctx<ThreadsEvent, S>,
        thread: ThreadIdx,
        request: RequestIdx,
    ) {
        if ctx.take_connection(POOL, request) {
            return self.write_query(ctx, thread, request);
        }
        self.does(ctx, thread, Doing::InLine);
        ctx.sleep(thread);
    }

    /// `request` has a connection.
    fn write_query<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx, request: RequestIdx) {
        self.does(ctx, thread, Doing::WritingQuery(request));
        let write = ctx.costs.machine.socket_write;
        self.give(ctx, thread, Work { request: Some(request), overhead: write, service: Span::ZERO });
    }

    /// The query is on its way, and its thread blocks until the rows are there.
    pub(super) fn query_written<S: Sink>(
        &mut self,
        ctx: &mut Ctx<ThreadsEvent, S>,
        thread: ThreadIdx,
        request: RequestIdx,
    ) {
        ctx.begin_wait(request);
        ctx.query(request);
        self.does(ctx, thread, Doing::Waiting(request));
        ctx.sleep(thread);
    }

    /// The rows are there.
    pub(super) fn read_rows<S: Sink>(
        &mut self,
        ctx: &mut Ctx<ThreadsEvent, S>,
        thread: ThreadIdx,
        request: RequestIdx,
    ) {
        self.does(ctx, thread, Doing::ReadingRows(request));
        let read = ctx.costs.machine.socket_read;
        self.give(ctx, thread, Work { request: Some(request), overhead: read, service: Span::ZERO });
    }

    /// `requite`, and the request goes on.
    pub(super) fn rows_read<S: Sink>(
        &mut self,
        ctx: &mut Ctx<ThreadsEvent, S>,
        thread: ThreadIdx,
        request: RequestIdx,
    ) {
        if let Some(next) = ctx.free_connection(POOL) {
            let next_thread = self.places[next.0 as usize].thread;
            self.write_query(ctx, next_thread, next);
        }
        self.go_on(ctx, thread, request, Span::ZERO);
    }
}
