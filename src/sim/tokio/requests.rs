//! What a task does for its request, and how connections are accepted.

use crate::sim::machine::Work;
use crate::sim::net::Connect;
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::scenario::{Io, Transport};
use crate::sim::time::Span;
use crate::sim::tokio::driver::Source;
use crate::sim::tokio::{Task, Tokio, TokioEvent, WorkerIdx};
use crate::sim::trace::Sink;

/// The pool of connections to the database: there is one process.
const POOL: usize = 0;

/// How far the task of a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Its request is to be read.
    New,
    /// Its connection has been accepted, and the driver has not reported yet that it is readable: nobody knows before
    /// (`runtime/io/registration.rs`, `poll_ready`).
    Accepted,
    /// Its task waits for that report.
    Registered,
    /// It has been reported.
    Reported,
    /// It is in line for a connection to the database; when it is polled it has one.
    InLine,
    /// What it waited for is there.
    Resumed,
}

/// A piece of work of a task, at the end of which something happens.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece {
    /// The first look at a connection.
    Look(RequestIdx),
    /// A burst.
    Burst(RequestIdx),
    /// An answer.
    Answer(RequestIdx),
    /// A query is written.
    Query(RequestIdx),
    /// A connection is accepted.
    Accept,
    /// A function of a script computes.
    Script(u16),
}

impl Tokio {
    fn progress(&mut self, request: RequestIdx) -> &mut Progress {
        &mut self.progress[request.0 as usize]
    }

    /// The task of `request` is polled.
    pub(super) fn serve<S: Sink>(
        &mut self,
        ctx: &mut Ctx<TokioEvent, S>,
        w: WorkerIdx,
        request: RequestIdx,
        overhead: Span,
    ) {
        match *self.progress(request) {
            Progress::New | Progress::Reported => self.begin(ctx, w, request, overhead),
            Progress::Accepted => self.spend(ctx, w, Piece::Look(request), Work::overhead(overhead)),
            Progress::InLine => self.write_query(ctx, w, request, overhead),
            Progress::Resumed => self.resume(ctx, w, request, overhead),
            Progress::Registered => unreachable!("nobody wakes it before its connection is reported"),
        }
    }

    /// Reads `request` and begins with its first burst.
    fn begin<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, request: RequestIdx, overhead: Span) {
        if self.counts_allocations {
            self.memory.alive += ctx.request(request).alloc;
        }
        self.note_memory();
        // No source splits the cost of a request into reading and answering: half each.
        let read = match self.transport {
            Transport::Http => self.http.scaled(0.5),
            Transport::Socket => ctx.costs.machine.socket_read,
            Transport::Direct => Span::ZERO,
        };
        self.burst(ctx, w, request, overhead + read);
    }

    /// What `request` waited for is there.
    fn resume<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, request: RequestIdx, overhead: Span) {
        let read = match self.io {
            Io::Network | Io::Database => ctx.costs.machine.socket_read,
            Io::Timer | Io::File => Span::ZERO,
        };
        if self.io == Io::Database
            && let Some(next) = ctx.free_connection(POOL)
        {
            self.wake_local(ctx, w, Task::Request(next));
        }
        let overhead = overhead + read;
        if ctx.request(request).n_bursts_left > 0 {
            return self.burst(ctx, w, request, overhead);
        }
        let overhead = overhead + self.answer_cost(ctx);
        let work = Work { request: Some(request), overhead, service: Span::ZERO };
        self.spend(ctx, w, Piece::Answer(request), work);
    }

    fn answer_cost<S: Sink>(&self, ctx: &Ctx<TokioEvent, S>) -> Span {
        match self.transport {
            Transport::Http => self.http - self.http.scaled(0.5),
            Transport::Socket => ctx.costs.machine.socket_write,
            Transport::Direct => ctx.costs.tokio.request,
        }
    }

    /// Runs the next burst of `request`, and what has to be paid when it ends.
    fn burst<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, request: RequestIdx, overhead: Span) {
        let service = ctx.begin_burst(request);
        let state = ctx.request(request);
        let after = match self.io {
            _ if state.mean_wait.is_zero() && state.n_bursts_left == 0 => self.answer_cost(ctx),
            _ if state.mean_wait.is_zero() => Span::ZERO,
            Io::Network => ctx.costs.machine.socket_write,
            Io::Timer => ctx.costs.tokio.timer,
            Io::File => ctx.costs.tokio.blocking_submit,
            // It is written by who has a connection.
            Io::Database => Span::ZERO,
        };
        self.spend(ctx, w, Piece::Burst(request), Work { request: Some(request), overhead: overhead + after, service });
    }

    fn write_query<S: Sink>(
        &mut self,
        ctx: &mut Ctx<TokioEvent, S>,
        w: WorkerIdx,
        request: RequestIdx,
        overhead: Span,
    ) {
        let overhead = overhead + ctx.costs.machine.socket_write;
        self.spend(ctx, w, Piece::Query(request), Work::overhead(overhead));
    }

    /// The task at hand has done its piece of work on `w`.
    pub(super) fn piece_done<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, piece: Piece) {
        match piece {
            Piece::Look(request) => {
                // It may have been reported meanwhile; then it can be read in the same poll.
                if *self.progress(request) == Progress::Reported {
                    return self.begin(ctx, w, request, Span::ZERO);
                }
                *self.progress(request) = Progress::Registered;
                self.polled(ctx, w, Span::ZERO);
            }
            Piece::Burst(request) => self.burst_done(ctx, w, request),
            Piece::Answer(request) => self.complete(ctx, w, request),
            Piece::Query(request) => {
                *self.progress(request) = Progress::Resumed;
                ctx.query(request);
                self.polled(ctx, w, Span::ZERO);
            }
            Piece::Accept => self.accepted(ctx, w),
            Piece::Script(idx) => self.run_script(ctx, w, idx, Span::ZERO),
        }
    }

    /// `request` has ended its burst: it waits, goes on, or is answered.
    fn burst_done<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, request: RequestIdx) {
        let state = ctx.request(request);
        if state.mean_wait.is_zero() || state.n_waits_begun == state.n_bursts {
            if state.n_bursts_left > 0 {
                return self.burst(ctx, w, request, Span::ZERO);
            }
            return self.complete(ctx, w, request);
        }
        *self.progress(request) = Progress::Resumed;
        let wait = ctx.begin_wait(request);
        match self.io {
            Io::Network => ctx.answer_after(wait, request),
            Io::Timer => self.sleep_task(ctx, w, Task::Request(request), wait),
            Io::File => self.spawn_blocking(ctx, Task::Request(request), wait),
            Io::Database if ctx.take_connection(POOL, request) => {
                return self.write_query(ctx, w, request, Span::ZERO);
            }
            Io::Database => *self.progress(request) = Progress::InLine,
        }
        self.polled(ctx, w, Span::ZERO);
    }

    /// `request` is answered. A client inside of the process goes on in the same task.
    fn complete<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, request: RequestIdx) {
        let client = ctx.request(request).client;
        match self.transport {
            Transport::Http => self.connections.answered(client),
            Transport::Direct if client.is_some() => {}
            Transport::Socket | Transport::Direct => self.memory.n_tasks = self.memory.n_tasks.saturating_sub(1),
        }
        if self.counts_allocations {
            self.memory.alive = self.memory.alive.saturating_sub(ctx.request(request).alloc);
        }
        match ctx.complete(request) {
            Some(client) => self.client_goes_on(ctx, w, client, Span::ZERO),
            None => self.polled(ctx, w, Span::ZERO),
        }
    }

    /// The client of `request` connects.
    pub(super) fn connect<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, request: RequestIdx, attempt: u8) {
        match self.backlog.connect(request, attempt) {
            Connect::Queued => self.readable(ctx, Source::Listener),
            Connect::Again(wait) => ctx.schedule(wait, TokioEvent::Connect(request, attempt + 1)),
            Connect::GivesUp => ctx.abandon(request),
        }
    }

    /// The listener takes the next connection, waits when none is left, or lets others have their turn when its budget is
    /// used up (`loop { listener.accept().await }`).
    pub(super) fn accept<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, overhead: Span) {
        if self.backlog.is_empty() {
            self.listener_waits = true;
            return self.polled(ctx, w, overhead);
        }
        if !self.w(w).proceeds() {
            self.w(w).deferred.push(Task::Listener);
            return self.polled(ctx, w, overhead);
        }
        let cost = ctx.costs.tokio.accept + ctx.costs.tokio.spawn;
        self.spend(ctx, w, Piece::Accept, Work::overhead(overhead + cost));
    }

    /// A connection is accepted and registered with epoll, where its request is already there to be read; and its task is
    /// spawned.
    fn accepted<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx) {
        if let Some(request) = self.backlog.accept() {
            self.connections.connect(ctx.request(request).client, 0);
            self.note_memory();
            *self.progress(request) = Progress::Accepted;
            self.readable(ctx, Source::Socket(request));
            self.wake_local(ctx, w, Task::Request(request));
        }
        self.accept(ctx, w, Span::ZERO);
    }
}
