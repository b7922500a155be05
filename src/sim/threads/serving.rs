//! What a thread does for its request: it computes, blocks in its wait, and goes on, until the answer is written.
//!
//! A thread belongs to its request from the first byte to the last, also while that only waits.

use crate::sim::lanes::Stage;
use crate::sim::machine::{ThreadIdx, Work};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::scenario::{Io, Transport};
use crate::sim::threads::{Doing, Place, Role, Threads, ThreadsEvent};
use crate::sim::time::Span;
use crate::sim::trace::Sink;

impl Threads {
    /// `thread` begins to serve `request`.
    pub(super) fn begin<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx, request: RequestIdx) {
        let Some(birth) = self.allocate(ctx, thread, request) else { return };
        let needed = request.0 as usize + 1;
        if self.places.len() < needed {
            self.places.resize(needed, Place { thread, birth });
        }
        self.places[request.0 as usize] = Place { thread, birth };
        let read = self.read_cost(ctx);
        self.burst(ctx, thread, request, read);
    }

    /// No source splits the cost of a request into reading and answering: half each.
    fn read_cost<S: Sink>(&self, ctx: &Ctx<ThreadsEvent, S>) -> Span {
        match self.transport {
            Transport::Http => ctx.costs.threads.http_request.scaled(0.5),
            Transport::Socket => ctx.costs.machine.socket_read,
            Transport::Direct => Span::ZERO,
        }
    }

    fn answer_cost<S: Sink>(&self, ctx: &Ctx<ThreadsEvent, S>, request: RequestIdx) -> Span {
        let http = ctx.costs.threads.http_request;
        let answer = match self.transport {
            Transport::Http if self.connector.closes_after(ctx.request(request).client) => {
                http - http.scaled(0.5) + ctx.costs.threads.close
            }
            Transport::Http => http - http.scaled(0.5),
            Transport::Socket => ctx.costs.machine.socket_write,
            Transport::Direct => Span::ZERO,
        };
        answer + (ctx.costs.machine.tcp_write + ctx.costs.threads.write) * u64::from(self.n_broadcast)
    }

    /// Runs the next burst of `request`, and what has to be paid when it ends.
    fn burst<S: Sink>(
        &mut self,
        ctx: &mut Ctx<ThreadsEvent, S>,
        thread: ThreadIdx,
        request: RequestIdx,
        overhead: Span,
    ) {
        let service = ctx.begin_burst(request);
        let state = ctx.request(request);
        let after = match self.io {
            _ if state.mean_wait.is_zero() && state.n_bursts_left == 0 => self.answer_cost(ctx, request),
            _ if state.mean_wait.is_zero() => Span::ZERO,
            Io::Network => ctx.costs.machine.socket_write,
            // Whether a connection is free by then is not known yet.
            Io::Timer | Io::File | Io::Database => Span::ZERO,
        };
        self.does(ctx, thread, Doing::Serving(request));
        self.give(ctx, thread, Work { request: Some(request), overhead: overhead + after, service });
    }

    /// `request` has ended its burst, or is answered.
    pub(super) fn served<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx, request: RequestIdx) {
        let state = ctx.request(request);
        if !state.mean_wait.is_zero() && state.n_waits_begun < state.n_bursts {
            self.block(ctx, thread, request);
        } else if state.n_bursts_left > 0 {
            self.burst(ctx, thread, request, Span::ZERO);
        } else {
            self.complete(ctx, thread, request);
        }
    }

    /// The thread blocks until what `request` waits for is there: in a read of its socket; in `Thread.sleep`, which since
    /// JDK 21 keeps to the nanosecond (JDK-8305092; `javaThread.cpp` `sleep_nanos`, `os_posix.cpp`
    /// `PlatformEvent::park_nanos`) but for the slack of the kernel's timers; in another call; or for a connection to the
    /// database.
    fn block<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx, request: RequestIdx) {
        if self.io == Io::Database {
            return self.ask_database(ctx, thread, request);
        }
        let (wait, now) = (ctx.begin_wait(request), ctx.now());
        let stage = if self.io == Io::Timer { Stage::Timer(now + wait) } else { Stage::Call(thread.0) };
        match self.io {
            Io::Timer => ctx.schedule(wait + ctx.costs.machine.timer_slack, ThreadsEvent::Awake(thread)),
            Io::File => ctx.schedule(wait, ThreadsEvent::Awake(thread)),
            Io::Network | Io::Database => ctx.answer_after(wait, request),
        }
        ctx.stage(request, stage);
        self.does(ctx, thread, Doing::Waiting(request));
        ctx.sleep(thread);
    }

    /// What `request` waits for is there: its thread goes on as soon as it has a core.
    pub(super) fn resume<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, request: RequestIdx) {
        let thread = self.places[request.0 as usize].thread;
        match self.io {
            Io::Database => self.read_rows(ctx, thread, request),
            Io::Network => self.go_on(ctx, thread, request, ctx.costs.machine.socket_read),
            Io::Timer | Io::File => self.go_on(ctx, thread, request, Span::ZERO),
        }
    }

    /// The next burst, or the answer.
    pub(super) fn go_on<S: Sink>(
        &mut self,
        ctx: &mut Ctx<ThreadsEvent, S>,
        thread: ThreadIdx,
        request: RequestIdx,
        overhead: Span,
    ) {
        if ctx.request(request).n_bursts_left > 0 {
            return self.burst(ctx, thread, request, overhead);
        }
        let overhead = overhead + self.answer_cost(ctx, request);
        self.does(ctx, thread, Doing::Serving(request));
        self.give(ctx, thread, Work { request: Some(request), overhead, service: Span::ZERO });
    }

    /// `request` is answered: its worker looks for the next one, its client goes on in the same thread.
    fn complete<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx, request: RequestIdx) {
        let client = ctx.request(request).client;
        self.free(ctx, request);
        ctx.complete(request);
        if self.transport != Transport::Direct {
            self.answered(ctx, client);
        }
        match self.at(thread).role {
            Role::Client(client) => self.client_goes_on(ctx, thread, client),
            _ => self.task_done(ctx, thread),
        }
    }
}
