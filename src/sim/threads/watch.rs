//! What the eye is told: what each thread does, or what it waits for.

use crate::sim::lanes::Activity;
use crate::sim::machine::ThreadIdx;
use crate::sim::run::Ctx;
use crate::sim::threads::{Doing, POLLER, Threads, ThreadsEvent};
use crate::sim::trace::Sink;

impl Threads {
    /// `thread` does this from now on.
    pub(super) fn does<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx, doing: Doing) {
        self.at(thread).doing = doing;
        let (activity, request) = match doing {
            Doing::Parked if thread == POLLER => (Activity::Poll, None),
            Doing::Parked | Doing::AtLimit | Doing::Sleeping => (Activity::Park, None),
            Doing::Waiting(request) => (Activity::Call, Some(request)),
            // It waits like one without anything to do.
            Doing::InLine => (Activity::Park, None),
            Doing::Accepting => (Activity::Accept, None),
            Doing::HandingOver(_) | Doing::StartingWorker(_) => (Activity::Message, None),
            Doing::Waking | Doing::Polling => (Activity::Search, None),
            Doing::StartingClient | Doing::Starting | Doing::Beginning(_) => (Activity::Overhead, None),
            Doing::Serving(request) | Doing::WritingQuery(request) | Doing::ReadingRows(request) => {
                (Activity::Serve, Some(request))
            }
            Doing::Collecting => (Activity::Collect, None),
        };
        ctx.does(thread, activity, request);
    }
}
