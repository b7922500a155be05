//! What the eye is told of Node: what its loops do, and where a call for the pool is.

use crate::sim::lanes::{self, Activity, LaneEvent, Stage};
use crate::sim::machine::ThreadIdx;
use crate::sim::node::callback::{Callback, Running};
use crate::sim::node::pool::Call;
use crate::sim::node::{Node, NodeEvent, Role, Topology};
use crate::sim::run::Ctx;
use crate::sim::trace::Sink;

impl Node {
    pub(super) fn role_of(&self, thread: u32) -> lanes::Role {
        match self.roles[thread as usize] {
            Role::Loop(idx) if self.topology() == Topology::Workers && idx.0 > 0 => lanes::Role::LoopWorker(idx.0),
            Role::Loop(idx) => lanes::Role::Loop(idx.0),
            Role::Pool(process, nth) => lanes::Role::Pool(process, nth),
            // They come right after the loops.
            Role::Elsewhere => lanes::Role::Service((thread as usize - self.loops.len()) as u16),
        }
    }

    /// The phases of all loops, and what their threads do.
    pub(super) fn tell_loops<S: Sink>(&self, ctx: &mut Ctx<NodeEvent, S>) {
        for (process, one) in (0..).zip(&self.loops) {
            let (phase, n_reported) = (one.lane_phase(), one.n_reported);
            ctx.lane(|| LaneEvent::Phase { process, phase, n_reported });
            let (activity, request) = match one.running {
                None if one.is_blocked() => (Activity::Poll, None),
                None => continue,
                Some(Running::Burst(request) | Running::Answer(request) | Running::Query(request)) => {
                    (Activity::Serve, Some(request))
                }
                Some(Running::Request(request) | Running::Response(request)) => (Activity::Message, Some(request)),
                Some(Running::Post(request) | Running::Result(request, _)) => (Activity::Message, Some(request)),
                Some(Running::Accept(request) | Running::TakeOver(request)) => (Activity::Accept, Some(request)),
                Some(Running::Acknowledged(_) | Running::Relay(_) | Running::SendOn | Running::Online(_)) => {
                    (Activity::Message, None)
                }
                Some(Running::Start | Running::Spawn(_)) => (Activity::Overhead, None),
                Some(Running::Script(..)) => (Activity::Serve, None),
            };
            ctx.does(one.thread, activity, request);
        }
    }

    /// A call for the pool, and with it the request that waits for it, is there from now on.
    pub(super) fn tell_call<S: Sink>(&self, ctx: &mut Ctx<NodeEvent, S>, call: &Call, stage: Stage) {
        let request = if let Callback::Resume(request) = call.then { Some(request) } else { None };
        match stage {
            Stage::Thread(thread) => ctx.does(ThreadIdx(thread), Activity::Serve, request),
            Stage::Call(thread) => ctx.does(ThreadIdx(thread), Activity::Call, request),
            _ => {}
        }
        if let Some(request) = request {
            ctx.stage(request, stage);
        }
    }
}
