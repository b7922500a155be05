//! What is started inside of the process: its own clients, a task each.

use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::time::Span;
use crate::sim::tokio::{Task, Tokio, TokioEvent, WorkerIdx};
use crate::sim::trace::Sink;

/// A client inside of the process, while it has no request or none that its task knows of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Client {
    /// It has not begun.
    New,
    /// It sleeps.
    Thinking,
    /// It has slept long enough: its request is there.
    Due(RequestIdx),
}

impl Tokio {
    /// The task of `client` is polled, by its timer or for the first time.
    pub(super) fn client_polled<S: Sink>(
        &mut self,
        ctx: &mut Ctx<TokioEvent, S>,
        w: WorkerIdx,
        client: u32,
        overhead: Span,
    ) {
        match self.clients[client as usize] {
            Client::Due(request) => self.serve(ctx, w, request, overhead),
            Client::New => self.client_goes_on(ctx, w, client, overhead),
            // In the very nanosecond in which its request comes.
            Client::Thinking => {
                self.sleep_task(ctx, w, Task::Client(client), Span::from_ns(1));
                self.polled(ctx, w, overhead);
            }
        }
    }

    /// A client thinks, or begins with its next request. One whose requests never wait lets the others have their turn
    /// first (`tokio::task::yield_now`).
    pub(super) fn client_goes_on<S: Sink>(
        &mut self,
        ctx: &mut Ctx<TokioEvent, S>,
        w: WorkerIdx,
        client: u32,
        overhead: Span,
    ) {
        if let Some(due) = ctx.begin_think(client) {
            let (think, timer) = (due.since(ctx.now()), ctx.costs.tokio.timer);
            self.clients[client as usize] = Client::Thinking;
            self.sleep_task(ctx, w, Task::Client(client), think);
            return self.polled(ctx, w, overhead + timer);
        }
        let request = ctx.come(client);
        self.is_new(request);
        if ctx.request(request).mean_wait.is_zero() {
            self.defer(ctx, w, Task::Request(request));
            return self.polled(ctx, w, overhead);
        }
        self.serve(ctx, w, request, overhead);
    }
}
