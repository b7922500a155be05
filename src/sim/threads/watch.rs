//! What the eye is told of threads, where the machine does not tell it anyway.

use crate::sim::lanes::{self, Activity, Stage};
use crate::sim::machine::ThreadIdx;
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::threads::{ACCEPTOR, MAIN, POLLER, Role, Threads, ThreadsEvent};
use crate::sim::trace::Sink;

impl Threads {
    pub(super) fn role_of(&self, thread: ThreadIdx) -> lanes::Role {
        match (thread, self.threads[thread.0 as usize].role) {
            (ACCEPTOR, _) => lanes::Role::Acceptor,
            (POLLER, _) => lanes::Role::Poller,
            (MAIN, _) => lanes::Role::Main,
            (_, Role::Collector) => lanes::Role::Collector,
            (_, Role::First | Role::Worker | Role::Client(_)) => lanes::Role::Handler,
        }
    }

    /// `thread` was given work that is not the request's time by its books, though it is for `request`.
    pub(super) fn tell_work<S: Sink>(
        &self,
        ctx: &mut Ctx<ThreadsEvent, S>,
        thread: ThreadIdx,
        activity: Activity,
        request: Option<RequestIdx>,
    ) {
        // While the world stands still the thread does too, and is told of by then.
        if !self.stands_still() {
            ctx.does(thread, activity, request);
        }
        if let Some(request) = request {
            ctx.stage(request, Stage::Thread(thread.0));
        }
    }
}
