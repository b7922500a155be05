//! Who wakes whom: `wakep`, `startm`, `handoffp`.

use crate::sim::go::processor::Status;
use crate::sim::go::{Doing, Go, GoEvent, M, MIdx, PIdx};
use crate::sim::machine::Work;
use crate::sim::run::{Ctx, Death};
use crate::sim::time::Span;
use crate::sim::trace::Sink;

/// Threads that a process may have (`proc.go`: `sched.maxmcount = 10000`); sysmon is one of them.
const MAX_THREADS: usize = 9_999;

impl Go {
    /// Starts a spinning thread if a processor is idle and nobody spins.
    pub(super) fn wakep<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) {
        if self.n_spinning == 0
            && let Some(p) = self.take_idle_p_spinning()
        {
            self.start_m(ctx, p, true);
        }
    }

    /// `pidlegetSpinning`: who finds no idle processor lets the next thread that would stop look for work first.
    pub(super) fn take_idle_p_spinning(&mut self) -> Option<PIdx> {
        let p = self.idle_ps.pop();
        self.needs_spinning |= p.is_none();
        p
    }

    /// `m` has `p` from now on.
    pub(super) fn acquire(&mut self, m: MIdx, p: PIdx) {
        debug_assert!(!matches!(self.p(p).status, Status::Running(_)), "a processor with two threads");
        debug_assert!(self.m(m).p.is_none_or(|had| had == p), "a thread with two processors");
        debug_assert!(self.idle_ps.any_busy(|busy| busy == usize::from(p.0)), "an idle processor that is in use");
        self.m(m).p = Some(p);
        self.p(p).status = Status::Running(m);
    }

    /// `startm`: an idle thread, or a new one, takes `p` and looks for work.
    pub(super) fn start_m<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, p: PIdx, spinning: bool) {
        let (m, cost) = match self.idle_ms.pop() {
            Some(m) => (m, Span::ZERO),
            None => {
                if self.ms.len() >= MAX_THREADS {
                    ctx.die(Death::TooManyThreads);
                }
                let thread = ctx.spawn_thread();
                self.ms.push(M { thread, p: None, old_p: None, spinning: false, doing: Doing::Parked });
                (MIdx((self.ms.len() - 1) as u16), ctx.costs.machine.thread_create)
            }
        };
        self.n_spinning += u32::from(spinning);
        self.m(m).spinning = spinning;
        self.m(m).doing = Doing::Waking;
        self.acquire(m, p);
        ctx.run(self.m(m).thread, Work::overhead(cost));
    }

    /// `handoffp`: the processor of a thread in a system call finds another thread, or goes idle.
    pub(super) fn hand_off<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, p: PIdx) {
        let marks = self.gc.as_ref().is_some_and(super::gc::Collector::has_mark_work);
        if self.p(p).has_work() || !self.global.is_empty() || marks {
            return self.start_m(ctx, p, false);
        }
        if self.n_spinning as usize + self.n_idle() == 0 {
            self.needs_spinning = false;
            return self.start_m(ctx, p, true);
        }
        // The last running processor sees to it that somebody polls the network.
        if self.n_idle() == self.n_ps() - 1 && self.poller.is_none() {
            return self.start_m(ctx, p, false);
        }
        let when = self.p(p).timers.next();
        self.p(p).status = Status::Idle;
        self.idle_ps.push(p);
        if let Some(when) = when {
            self.wake_net_poller(ctx, when);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::costs::Costs;
    use crate::sim::run::Run;
    use crate::sim::scenario::{CostModel, Scenario};
    use crate::sim::time::Time;
    use crate::sim::trace::TraceHash;

    #[test]
    fn the_last_running_processor_is_handed_to_a_thread_that_polls_unless_somebody_does() {
        // One processor is in a call and the others are idle, with nothing to run. A run hardly comes by this, as here every
        // thread that goes idle polls if nobody does, and in Go only where somebody waits for the network or a timer.
        for (n_ps, somebody_polls, n_running) in [(2, false, 1), (3, false, 1), (2, true, 0)] {
            let scenario = Scenario {
                gomaxprocs: Some(n_ps),
                n_cores: n_ps,
                think: Span::from_ms(60_000),
                costs: CostModel::Zero,
                ..Scenario::default()
            };
            let mut run =
                Run::<Go, TraceHash>::new((), &scenario, &Costs::of(CostModel::Zero), 0, TraceHash::default());
            let (go, ctx) = run.parts();
            if !somebody_polls {
                go.poller = None;
                go.park(MIdx(0));
            }
            let p = go.idle_ps.pop().expect("all are idle");
            go.p(p).status = Status::InSyscall(MIdx(0));
            go.hand_off(ctx, p);
            let is_running = |p: &&crate::sim::go::Processor| matches!(p.status, Status::Running(_));
            assert_eq!(go.ps.iter().filter(is_running).count(), n_running, "{n_ps}");
            assert_eq!((go.n_spinning, go.n_idle()), (0, n_ps as usize - n_running), "{n_ps}");
            run.advance(Time::ZERO + Span::from_us(1), u64::MAX);
            let go = run.model();
            assert!(go.poller.is_some() && go.n_idle() == n_ps as usize, "{n_ps}: {:?}", go.poller);
        }
    }
}
