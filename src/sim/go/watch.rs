//! What the eye is told of Go: who has which processor and what for, and where goroutines are that serve requests.

use crate::sim::go::processor::{LOCAL_LEN, Status};
use crate::sim::go::{Client, Doing, G, Go, GoEvent, PIdx};
use crate::sim::lanes::{Activity, LaneEvent, Queue, Stage};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::trace::Sink;

impl Go {
    /// The request that `g` serves, or begins with next.
    pub(super) fn request_of(&self, g: G) -> Option<RequestIdx> {
        match g {
            G::Request(request) => Some(request),
            G::Client(client) => match self.clients[client as usize] {
                Client::Due(request) => Some(request),
                Client::New | Client::Thinking => None,
            },
            G::Listener | G::Main | G::Script(_) => None,
        }
    }

    /// `g` is at `stage` from now on, and with it the request that it serves.
    pub(super) fn tell<S: Sink>(&self, ctx: &mut Ctx<GoEvent, S>, g: G, stage: Stage) {
        if S::WANTS_LANES
            && let Some(request) = self.request_of(g)
        {
            ctx.stage(request, stage);
        }
    }

    /// [`crate::sim::go::processor::Processor::put_next`], and where everybody is whom that moves.
    pub(super) fn put_next<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, p: PIdx, g: G) {
        if S::WANTS_LANES {
            let one = &self.ps[usize::from(p.0)];
            if let Some(kicked) = one.runnext.filter(|_| one.ring.len() == LOCAL_LEN) {
                for moved in one.ring.iter().take(LOCAL_LEN / 2).chain([&kicked]) {
                    self.tell(ctx, *moved, Stage::Queue(Queue::Global));
                }
            }
            self.tell(ctx, g, Stage::Queue(Queue::Local(p.0)));
        }
        self.ps[usize::from(p.0)].put_next(g, &mut self.global);
    }

    /// Of the first `n` readable goroutines, the last of them first, `n_global` are about to go to the global queue, and
    /// the others to the ring of `p` while there is room.
    pub(super) fn tell_injected<S: Sink>(
        &self,
        ctx: &mut Ctx<GoEvent, S>,
        p: Option<PIdx>,
        (n, n_global): (usize, usize),
    ) {
        if S::WANTS_LANES {
            let n_room = p.map_or(0, |p| LOCAL_LEN.saturating_sub(self.ps[usize::from(p.0)].ring.len()));
            for (i, g) in self.net_ready.range(..n).rev().enumerate() {
                let queue = match p {
                    Some(p) if (n_global..n_global + n_room).contains(&i) => Queue::Local(p.0),
                    _ => Queue::Global,
                };
                self.tell(ctx, *g, Stage::Queue(queue));
            }
        }
    }

    /// The last `n` in the ring of `p` have just come there.
    pub(super) fn tell_last<S: Sink>(&self, ctx: &mut Ctx<GoEvent, S>, p: PIdx, n: usize) {
        if S::WANTS_LANES {
            for g in self.ps[usize::from(p.0)].ring.iter().rev().take(n) {
                self.tell(ctx, *g, Stage::Queue(Queue::Local(p.0)));
            }
        }
    }

    /// Who has which processor and what for, and who polls.
    pub(super) fn tell_processors<S: Sink>(&self, ctx: &mut Ctx<GoEvent, S>) {
        for (processor, p) in (0..).zip(&self.ps) {
            let m = match p.status {
                Status::Running(m) | Status::InSyscall(m) => Some(&self.ms[usize::from(m.0)]),
                Status::Idle => None,
            };
            let thread = m.map(|m| m.thread.0);
            ctx.lane(|| LaneEvent::Has { processor, thread });
            let Some(m) = m else { continue };
            let (activity, request) = match m.doing {
                Doing::Running(G::Listener) => (Activity::Accept, None),
                Doing::Running(g) | Doing::LeavingSyscall(g) => (Activity::Serve, self.request_of(g)),
                Doing::Marking(_) => (Activity::Collect, None),
                Doing::Stopping(g) => (Activity::Collect, g.and_then(|g| self.request_of(g))),
                Doing::InSyscall(g) => (Activity::Call, self.request_of(g)),
                Doing::Napping(..) => (Activity::Nap, None),
                Doing::Waking | Doing::Searching | Doing::BackingOff(_) | Doing::LeavingPoll { .. } => {
                    (Activity::Search, None)
                }
                Doing::Starting => (Activity::Overhead, None),
                Doing::Parked | Doing::Polling { .. } => continue,
            };
            ctx.does(m.thread, activity, request);
        }
        if let Some(m) = self.poller.map(|m| &self.ms[usize::from(m.0)]) {
            let activity = if let Doing::Polling { .. } = m.doing { Activity::Poll } else { Activity::Search };
            ctx.does(m.thread, activity, None);
        }
    }
}
