//! Connections on their way in, and the goroutine that accepts them.

use crate::sim::go::{G, Go, GoEvent, MIdx};
use crate::sim::lanes::{Queue, Stage};
use crate::sim::machine::Work;
use crate::sim::net::Connect;
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::time::Span;
use crate::sim::trace::Sink;

/// What a listener's accept queue holds (`net/sock_linux.go`: `/proc/sys/net/core/somaxconn`, 4096 since Linux 5.4).
pub(super) const BACKLOG: usize = 4096;

impl Go {
    /// The client of `request` connects.
    pub(super) fn connect<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, request: RequestIdx, attempt: u8) {
        let connect = self.backlog.connect(request, attempt);
        if connect == Connect::Queued {
            ctx.stage(request, Stage::Queue(Queue::Backlog(0)));
        }
        match connect {
            Connect::Queued if self.listener_is_parked => {
                self.listener_is_parked = false;
                self.readable(ctx, G::Listener);
            }
            Connect::Queued => {}
            Connect::Again(wait) => {
                ctx.stage(request, Stage::Away);
                ctx.schedule(wait, GoEvent::Connect(request, attempt + 1));
            }
            Connect::GivesUp => ctx.abandon(request),
        }
    }

    /// The listener takes the next connection, or parks when none is left (`accept` until `EAGAIN`).
    pub(super) fn accept<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, overhead: Span) {
        if self.backlog.is_empty() {
            self.listener_is_parked = true;
            return self.schedule(ctx, m, overhead);
        }
        self.wake_sysmon(ctx);
        let cost = ctx.costs.go.accept;
        ctx.run(self.m(m).thread, Work::overhead(overhead + cost));
    }

    /// A connection is accepted: `go c.serve()`.
    pub(super) fn accepted<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx) {
        if let Some(request) = self.backlog.accept() {
            self.connections.connect(ctx.request(request).client, 0);
            self.n_goroutines += 1;
            self.note_memory();
            self.ready(ctx, m, G::Request(request));
        }
        self.accept(ctx, m, Span::ZERO);
    }
}
