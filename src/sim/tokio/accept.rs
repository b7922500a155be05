//! Connections on their way in, and the task that accepts them.

use crate::sim::lanes::{Queue, Stage};
use crate::sim::machine::Work;
use crate::sim::net::Connect;
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::time::Span;
use crate::sim::tokio::driver::Source;
use crate::sim::tokio::requests::{Piece, Progress};
use crate::sim::tokio::{Task, Tokio, TokioEvent, WorkerIdx};
use crate::sim::trace::Sink;

/// What a listener's accept queue holds, if nobody asks for more (`TcpListener::bind` of mio, since 1.2.0 as the standard
/// library does).
pub(super) const BACKLOG: usize = 128;

impl Tokio {
    /// The client of `request` connects.
    pub(super) fn connect<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, request: RequestIdx, attempt: u8) {
        match self.backlog.connect(request, attempt) {
            Connect::Queued => {
                ctx.stage(request, Stage::Queue(Queue::Backlog(0)));
                self.readable(ctx, Source::Listener);
            }
            Connect::Again(wait) => {
                ctx.stage(request, Stage::Away);
                ctx.schedule(wait, TokioEvent::Connect(request, attempt + 1));
            }
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
            self.defer(ctx, w, Task::Listener);
            return self.polled(ctx, w, overhead);
        }
        let cost = ctx.costs.tokio.accept + ctx.costs.tokio.spawn;
        self.spend(ctx, w, Piece::Accept, Work::overhead(overhead + cost));
    }

    /// A connection is accepted and registered with epoll, where its request is already there to be read; and its task is
    /// spawned.
    pub(super) fn accepted<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx) {
        if let Some(request) = self.backlog.accept() {
            self.connections.connect(ctx.request(request).client, 0);
            self.note_memory();
            self.progress[request.0 as usize] = Progress::Accepted;
            self.readable(ctx, Source::Socket(request));
            self.wake_local(ctx, w, Task::Request(request));
        }
        self.accept(ctx, w, Span::ZERO);
    }
}
