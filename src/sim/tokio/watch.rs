//! What the eye is told of Tokio: what its threads do, and where tasks are that serve requests.

use crate::sim::lanes::{Activity, Queue, Role, Stage};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::tokio::clients::Client;
use crate::sim::tokio::park::Parker;
use crate::sim::tokio::requests::Piece;
use crate::sim::tokio::worker::Doing;
use crate::sim::tokio::{Task, Tokio, TokioEvent, WorkerIdx};
use crate::sim::trace::Sink;

impl Tokio {
    /// The request that `task` serves, or begins with next.
    fn request_of(&self, task: Task) -> Option<RequestIdx> {
        match task {
            Task::Request(request) => Some(request),
            Task::Client(client) => match self.clients[client as usize] {
                Client::Due(request) => Some(request),
                Client::New | Client::Thinking => None,
            },
            Task::Listener | Task::Script(_) => None,
        }
    }

    /// `task` is at `stage` from now on, and with it the request that it serves.
    pub(super) fn tell<S: Sink>(&self, ctx: &mut Ctx<TokioEvent, S>, task: Task, stage: Stage) {
        if S::WANTS_LANES
            && let Some(request) = self.request_of(task)
        {
            ctx.stage(request, stage);
        }
    }

    /// The last `n` in the ring of `w` have just come there.
    pub(super) fn tell_ring<S: Sink>(&self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, n: usize) {
        if S::WANTS_LANES {
            for task in self.workers[usize::from(w.0)].ring.last(n) {
                self.tell(ctx, task, Stage::Queue(Queue::Worker(w.0)));
            }
        }
    }

    /// The inject queue had `n` tasks before the last ones came.
    pub(super) fn tell_injected<S: Sink>(&self, ctx: &mut Ctx<TokioEvent, S>, n: usize) {
        if S::WANTS_LANES {
            for task in self.inject.range(n..) {
                self.tell(ctx, *task, Stage::Queue(Queue::Inject));
            }
        }
    }

    /// The connection of `request` is registered with epoll, and nobody has looked there yet.
    pub(super) fn tell_unread<S: Sink>(&self, ctx: &mut Ctx<TokioEvent, S>, request: RequestIdx) {
        self.tell(ctx, Task::Request(request), Stage::Queue(Queue::Driver));
    }

    pub(super) fn role_of(&self, thread: u32) -> Role {
        let (nth, n_workers) = (thread as usize, self.workers.len());
        match nth.checked_sub(n_workers) {
            None => Role::Worker(nth as u16),
            // The main thread.
            Some(0) => Role::Any,
            Some(_) => Role::Blocking,
        }
    }

    /// What all threads do.
    pub(super) fn tell_threads<S: Sink>(&self, ctx: &mut Ctx<TokioEvent, S>) {
        if !S::WANTS_LANES {
            return;
        }
        for worker in &self.workers {
            let (activity, request) = match worker.doing {
                Doing::Asleep if worker.parker == Parker::Driver => (Activity::Poll, None),
                Doing::Asleep => (Activity::Park, None),
                Doing::Waking | Doing::Searching | Doing::Reparking => (Activity::Search, None),
                Doing::Polling(Piece::Accept) => (Activity::Accept, None),
                Doing::Polling(Piece::Script(_)) => (Activity::Serve, None),
                Doing::Polling(
                    Piece::Look(request)
                    | Piece::Burst(request)
                    | Piece::Answer(request)
                    | Piece::Query(request)
                    | Piece::Rows(request),
                ) => (Activity::Serve, Some(request)),
            };
            ctx.does(worker.thread, activity, request);
        }
        for (thread, activity, task) in self.blocking.activities() {
            ctx.does(thread, activity, task.and_then(|task| self.request_of(task)));
        }
    }
}
