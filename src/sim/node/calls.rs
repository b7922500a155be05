//! Calls on the threads of the pool, from submission to completion (`src/threadpool.c`, `uv__work_submit`).

use crate::sim::lanes::{Queue, Stage};
use crate::sim::machine::Work;
use crate::sim::node::callback::Callback;
use crate::sim::node::pool::{Call, Doing, PoolThread};
use crate::sim::node::{LoopIdx, Node, NodeEvent, Role, Topology};
use crate::sim::run::Ctx;
use crate::sim::script::CallKind;
use crate::sim::time::Span;
use crate::sim::trace::Sink;

impl Node {
    fn pool_of(&self, idx: LoopIdx) -> u16 {
        if self.topology() == Topology::Cluster { idx.0 } else { 0 }
    }

    /// `uv__work_submit`.
    pub(super) fn submit<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, call: Call) {
        let pool = self.pool_of(call.owner);
        for _ in 0..self.pools[usize::from(pool)].n_missing() {
            let thread = ctx.spawn_thread();
            let nth = self.pools[usize::from(pool)].threads.len() as u16;
            self.roles.push(Role::Pool(pool, nth));
            debug_assert_eq!(self.roles.len() - 1, thread.0 as usize, "only this model spawns threads");
            let one = &mut self.pools[usize::from(pool)];
            one.threads.push(PoolThread { thread, doing: Doing::Idle });
            one.rest(nth);
        }
        self.tell_call(ctx, &call, Stage::Queue(Queue::Pool(pool)));
        if let Some(nth) = self.pools[usize::from(pool)].post(call) {
            self.wake_pool_thread(ctx, pool, nth);
        }
    }

    fn wake_pool_thread<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, pool: u16, nth: u16) {
        let one = &mut self.pools[usize::from(pool)].threads[usize::from(nth)];
        one.doing = Doing::Waking;
        let thread = one.thread;
        ctx.run(thread, Work::overhead(Span::ZERO));
    }

    /// A thread of the pool has done its piece of work.
    pub(super) fn pool_worked<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, pool: u16, nth: u16) {
        let one = &mut self.pools[usize::from(pool)];
        let PoolThread { thread, doing } = one.threads[usize::from(nth)];
        match doing {
            Doing::Calling(call) if call.kind != CallKind::Computing => {
                one.threads[usize::from(nth)].doing = Doing::Blocked(call);
                ctx.schedule(call.length, NodeEvent::CallReturns(pool, nth));
                ctx.sleep(thread);
                return self.tell_call(ctx, &call, Stage::Call(thread.0));
            }
            Doing::Calling(call) | Doing::Returning(call) => {
                one.finished(&call);
                self.at(call.owner).complete(call.then);
                self.tell_call(ctx, &call, Stage::Queue(Queue::Loop(call.owner.0)));
                self.wake(ctx, call.owner);
            }
            Doing::Waking | Doing::Idle | Doing::Blocked(_) => {}
        }
        let one = &mut self.pools[usize::from(pool)];
        let (call, to_wake) = one.take();
        if let Some(other) = to_wake {
            self.wake_pool_thread(ctx, pool, other);
        }
        let one = &mut self.pools[usize::from(pool)];
        let Some(call) = call else {
            one.rest(nth);
            return ctx.sleep(thread);
        };
        one.threads[usize::from(nth)].doing = Doing::Calling(call);
        let cost = ctx.costs.node.pool_call;
        let work = match call.kind {
            CallKind::Computing => cost + call.length,
            CallKind::Blocking | CallKind::Slow => cost.scaled(0.5),
        };
        ctx.run(thread, Work::overhead(work));
        self.tell_call(ctx, &call, Stage::Thread(thread.0));
    }

    /// The call in which a thread of the pool was blocked returns.
    pub(super) fn call_returned<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, pool: u16, nth: u16) {
        let one = &mut self.pools[usize::from(pool)].threads[usize::from(nth)];
        let Doing::Blocked(call) = one.doing else { return };
        one.doing = Doing::Returning(call);
        let thread = one.thread;
        if let Callback::Resume(request) = call.then {
            ctx.wait_over(request);
        }
        let cost = ctx.costs.node.pool_call - ctx.costs.node.pool_call.scaled(0.5);
        ctx.run(thread, Work::overhead(cost));
        self.tell_call(ctx, &call, Stage::Thread(thread.0));
    }
}
