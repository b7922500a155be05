//! What a task does for its request.

use crate::sim::machine::Work;
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::scenario::{Io, Transport};
use crate::sim::time::Span;
use crate::sim::tokio::{Task, Tokio, TokioEvent, WorkerIdx};
use crate::sim::trace::Sink;

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
    /// It is answered, but for so many connections that the answer is sent on to.
    Answering(u32),
}

/// A piece of work of a task, at the end of which something happens.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece {
    /// The first look at a connection.
    Look(RequestIdx),
    /// A burst.
    Burst(RequestIdx),
    /// An answer, or a part of it.
    Answer(RequestIdx),
    /// A query is written.
    Query(RequestIdx),
    /// Rows are read.
    Rows(RequestIdx),
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
        let progress = *self.progress(request);
        match progress {
            Progress::New | Progress::Reported => self.begin(ctx, w, request, overhead),
            Progress::Accepted => self.spend(ctx, w, Piece::Look(request), Work::overhead(overhead)),
            Progress::InLine => self.write_query(ctx, w, request, overhead),
            Progress::Resumed if self.io == Io::Database => self.read_rows(ctx, w, request, overhead),
            Progress::Resumed => {
                let read = if self.io == Io::Network { ctx.costs.machine.socket_read } else { Span::ZERO };
                self.resume(ctx, w, request, overhead + read);
            }
            Progress::Answering(n_left) => {
                let writes = self.send_on(ctx, w, request, n_left);
                self.answer(ctx, w, request, overhead + writes);
            }
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

    /// `request` has what it waited for: its next burst, or the answer.
    pub(super) fn resume<S: Sink>(
        &mut self,
        ctx: &mut Ctx<TokioEvent, S>,
        w: WorkerIdx,
        request: RequestIdx,
        overhead: Span,
    ) {
        if ctx.request(request).n_bursts_left > 0 {
            return self.burst(ctx, w, request, overhead);
        }
        let cost = self.answer_cost(ctx, w, request);
        self.answer(ctx, w, request, overhead + cost);
    }

    fn answer<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, request: RequestIdx, overhead: Span) {
        self.spend(ctx, w, Piece::Answer(request), Work { request: Some(request), overhead, service: Span::ZERO });
    }

    /// What answering `request` takes, and sending that on as far as the budget of its task goes.
    fn answer_cost<S: Sink>(&mut self, ctx: &Ctx<TokioEvent, S>, w: WorkerIdx, request: RequestIdx) -> Span {
        let answer = match self.transport {
            Transport::Http => self.http - self.http.scaled(0.5),
            Transport::Socket => ctx.costs.machine.socket_write,
            Transport::Direct => ctx.costs.tokio.request,
        };
        let n_left = self.n_broadcast;
        answer + self.send_on(ctx, w, request, n_left)
    }

    /// Writes to some of `n_left` connections: each write is a part of the budget (`Registration::poll_ready`).
    fn send_on<S: Sink>(&mut self, ctx: &Ctx<TokioEvent, S>, w: WorkerIdx, request: RequestIdx, n_left: u32) -> Span {
        let n = n_left.min(self.w(w).budget);
        self.w(w).budget -= n;
        *self.progress(request) = Progress::Answering(n_left - n);
        (ctx.costs.machine.tcp_write + ctx.costs.tokio.write) * u64::from(n)
    }

    /// Runs the next burst of `request`, and what has to be paid when it ends.
    fn burst<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, request: RequestIdx, overhead: Span) {
        let service = ctx.begin_burst(request);
        let state = ctx.request(request);
        let after = match self.io {
            _ if state.mean_wait.is_zero() && state.n_bursts_left == 0 => self.answer_cost(ctx, w, request),
            _ if state.mean_wait.is_zero() => Span::ZERO,
            Io::Network => ctx.costs.machine.socket_write,
            Io::Timer => ctx.costs.tokio.timer,
            Io::File => ctx.costs.tokio.blocking_submit,
            // Whether a connection is free by then is not known yet.
            Io::Database => Span::ZERO,
        };
        let work = Work { request: Some(request), overhead: overhead + after, service };
        self.spend(ctx, w, Piece::Burst(request), work);
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
                self.tell_unread(ctx, request);
                self.polled(ctx, w, Span::ZERO);
            }
            Piece::Burst(request) => self.burst_done(ctx, w, request),
            Piece::Answer(request) => self.answered(ctx, w, request),
            Piece::Query(request) => self.query_is_written(ctx, w, request),
            Piece::Rows(request) => self.rows_are_read(ctx, w, request),
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
            return self.answered(ctx, w, request);
        }
        if self.io == Io::Database {
            return self.ask_database(ctx, w, request);
        }
        *self.progress(request) = Progress::Resumed;
        let wait = ctx.begin_wait(request);
        match self.io {
            Io::Network | Io::Database => ctx.answer_after(wait, request),
            Io::Timer => self.sleep_task(ctx, w, Task::Request(request), wait),
            Io::File => self.spawn_blocking(ctx, Task::Request(request), wait),
        }
        self.polled(ctx, w, Span::ZERO);
    }

    /// All of `request` is answered; or the budget was not enough, and the others are to have their turn first.
    fn answered<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, request: RequestIdx) {
        if matches!(*self.progress(request), Progress::Answering(n_left) if n_left > 0) {
            self.defer(ctx, w, Task::Request(request));
            return self.polled(ctx, w, Span::ZERO);
        }
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
            // A client inside of the process goes on in the same task.
            Some(client) => self.client_goes_on(ctx, w, client, Span::ZERO),
            None => self.polled(ctx, w, Span::ZERO),
        }
    }
}
