//! Blocking system calls: `entersyscall`, `exitsyscall`.
//!
//! The processor stays with the thread until sysmon takes it. On return the thread goes on with it, or takes its old
//! processor back from somebody else's system call, or an idle one; failing all that, the goroutine goes to the global
//! queue and the thread parks.

use crate::sim::go::processor::Status;
use crate::sim::go::{Doing, G, Go, GoEvent, MIdx, PIdx};
use crate::sim::lanes::{Activity, Queue, Stage};
use crate::sim::machine::Work;
use crate::sim::run::Ctx;
use crate::sim::time::Span;
use crate::sim::trace::Sink;

impl Go {
    /// `reentersyscall`, of a call that blocks for `wait`.
    pub(super) fn enter_syscall<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, g: G, wait: Span) {
        let p = self.p_of(m);
        self.m(m).doing = Doing::InSyscall(g);
        self.m(m).old_p = Some(p);
        self.p(p).status = Status::InSyscall(m);
        ctx.sleep(self.m(m).thread);
        ctx.schedule(wait, GoEvent::SyscallReturns(m.0));
        let thread = self.m(m).thread;
        self.tell(ctx, g, Stage::Call(thread.0));
        self.wake_sysmon(ctx);
    }

    /// The kernel is done: the thread wants to run.
    pub(super) fn syscall_returns<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx) {
        let Doing::InSyscall(g) = self.m(m).doing else { return };
        if let G::Request(request) = g {
            ctx.wait_over(request);
        }
        self.m(m).doing = Doing::LeavingSyscall(g);
        let cost = ctx.costs.go.syscall;
        let thread = self.m(m).thread;
        ctx.run(thread, Work::overhead(cost));
        // It may have no processor, by which its thread would be told of.
        ctx.does(thread, Activity::Serve, self.request_of(g));
        self.tell(ctx, g, Stage::Thread(thread.0));
    }

    /// `exitsyscall`.
    pub(super) fn exit_syscall<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, g: G) {
        let old_p = self.m(m).old_p.take();
        let p = self.m(m).p.or_else(|| self.try_get_p(ctx, old_p));
        let Some(p) = p else {
            // `exitsyscallNoP`.
            self.global.push_back(g);
            self.tell(ctx, g, Stage::Queue(Queue::Global));
            ctx.sleep(self.m(m).thread);
            return self.park(m);
        };
        self.acquire(m, p);
        self.p(p).syscall_tick = self.p(p).syscall_tick.wrapping_add(1);
        self.execute_goroutine(ctx, m, g, Span::ZERO);
    }

    /// `takeP`, `gcstopP`: `p` is taken from `m`, whose goroutine is in a system call. It counts as one that has ended: the
    /// next one on `p` is new to sysmon.
    pub(super) fn take_p(&mut self, m: MIdx, p: PIdx) {
        self.m(m).p = None;
        self.p(p).syscall_tick = self.p(p).syscall_tick.wrapping_add(1);
    }

    /// `exitsyscallTryGetP`.
    fn try_get_p<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, old_p: Option<PIdx>) -> Option<PIdx> {
        if let Some(old_p) = old_p
            && let Status::InSyscall(other) = self.p(old_p).status
        {
            self.take_p(other, old_p);
            return Some(old_p);
        }
        let p = self.idle_ps.pop()?;
        self.wake_sysmon(ctx);
        Some(p)
    }
}
