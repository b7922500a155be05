//! Sysmon: a thread without a processor, with a clock of its own, that preempts and retakes (`sysmon`, `retake`).
//!
//! It only starts the clock of a time slice when it first sees it, and preempting does not make it more watchful: so
//! under sustained load, when it sleeps 10 ms a round, a slice lasts two rounds. Nothing here says how long a slice is.

use crate::sim::costs::Costs;
use crate::sim::go::processor::Status;
use crate::sim::go::{Doing, G, Go, GoEvent, MIdx, PIdx, Progress};
use crate::sim::lanes::{Queue, Stage};
use crate::sim::run::Ctx;
use crate::sim::runtime::DEEP;
use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceEvent};

/// How long a goroutine may run after sysmon first saw its time slice (`forcePreemptNS`).
const FORCE_PREEMPT: Span = Span::from_ms(10);
/// How long a system call may keep a processor that nobody needs (`retake`: `syscallwhen+10*1000*1000`).
const SYSCALL_GRACE: Span = Span::from_ms(10);
/// Sysmon's sleep while there is work for it (`sysmon`: `delay = 20` µs).
const SHORTEST_SLEEP: Span = Span::from_us(20);
/// Rounds without work after which the sleep doubles each time (`sysmon`: `idle > 50`).
const WATCHFUL_ROUNDS: u32 = 50;
/// And its longest sleep (`sysmon`: `delay = 10 * 1000` µs).
const LONGEST_SLEEP: Span = Span::from_ms(10);
/// Since when nobody must have polled for sysmon to poll (`sysmon`: `lastpoll+10*1000*1000 < now`).
const POLL_OVERDUE: Span = Span::from_ms(10);

/// What sysmon remembers of a processor (`sysmontick`).
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    tick: u32,
    when: Time,
    syscall_tick: u32,
    syscall_when: Time,
}

#[derive(Clone, Debug)]
pub(super) struct Sysmon {
    seen: Vec<Seen>,
    /// Rounds in succession in which it handed nothing off.
    n_idle_rounds: u32,
    delay: Span,
    slack: Span,
    /// Asleep until a timer is due or somebody enters a system call (`sysmonwait`).
    in_deep_sleep: bool,
    /// Woken from there: this round does not ask whether to sleep so again.
    was_woken: bool,
    epoch: u32,
}

impl Sysmon {
    pub(super) fn new(n_ps: u16, costs: &Costs) -> Self {
        Self {
            seen: vec![Seen::default(); n_ps.into()],
            n_idle_rounds: 0,
            delay: SHORTEST_SLEEP,
            slack: costs.go.sysmon_slack,
            in_deep_sleep: true,
            was_woken: false,
            epoch: 0,
        }
    }
}

impl Go {
    /// Somebody enters a system call, leaves one with an idle processor, or starts the world.
    pub(super) fn wake_sysmon<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) {
        let sysmon = &mut self.sysmon;
        if sysmon.in_deep_sleep {
            sysmon.in_deep_sleep = false;
            sysmon.was_woken = true;
            sysmon.n_idle_rounds = 0;
            sysmon.delay = SHORTEST_SLEEP;
            sysmon.epoch = sysmon.epoch.wrapping_add(1);
            ctx.schedule(Span::ZERO, GoEvent::Sysmon(sysmon.epoch));
        }
    }

    /// A sleep of sysmon is over.
    pub(super) fn sysmon_wakes<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, epoch: u32) {
        if epoch != self.sysmon.epoch {
            return;
        }
        let asks = !std::mem::take(&mut self.sysmon.was_woken) && !std::mem::take(&mut self.sysmon.in_deep_sleep);
        let all_rest = self.n_idle() == self.n_ps() || self.gc.as_ref().is_some_and(|gc| gc.is_stopping);
        if asks && all_rest {
            let next = self.next_timer();
            if next.is_none_or(|next| next > ctx.now()) {
                self.sysmon.in_deep_sleep = true;
                if let Some(next) = next {
                    ctx.schedule_at(next + ctx.costs.machine.timer_slack, GoEvent::Sysmon(epoch));
                }
                return;
            }
        }
        self.sysmon_round(ctx);
    }

    fn sysmon_round<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) {
        if self.poller.is_none() && self.last_poll + POLL_OVERDUE < ctx.now() {
            self.last_poll = ctx.now();
            self.poll_without_processor(ctx);
        }
        let n_retaken = self.retake(ctx);
        let sysmon = &mut self.sysmon;
        sysmon.n_idle_rounds = if n_retaken > 0 { 0 } else { sysmon.n_idle_rounds.saturating_add(1) };
        if sysmon.n_idle_rounds == 0 {
            sysmon.delay = SHORTEST_SLEEP;
        } else if sysmon.n_idle_rounds > WATCHFUL_ROUNDS {
            sysmon.delay = (sysmon.delay * 2).min(LONGEST_SLEEP);
        }
        ctx.schedule(sysmon.delay + sysmon.slack, GoEvent::Sysmon(sysmon.epoch));
    }

    /// `retake`: preempts who has run for long, and takes processors from system calls. How many were handed off.
    fn retake<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) -> u32 {
        let now = ctx.now();
        let mut n = 0;
        for p in 0..self.ps.len() {
            let one = &self.ps[p];
            let seen = &mut self.sysmon.seen[p];
            let (status, tick, syscall_tick) = (one.status, one.tick, one.syscall_tick);
            if status == Status::Idle {
                continue;
            }
            let mut is_overdue = false;
            if seen.tick != tick {
                (seen.tick, seen.when) = (tick, now);
            } else {
                is_overdue = seen.when + FORCE_PREEMPT <= now;
            }
            match status {
                Status::Running(m) if is_overdue => self.preempt(ctx, m),
                Status::InSyscall(_) if !DEEP => {}
                Status::InSyscall(m) => {
                    if !is_overdue && seen.syscall_tick != syscall_tick {
                        (seen.syscall_tick, seen.syscall_when) = (syscall_tick, now);
                        continue;
                    }
                    let is_in_grace = seen.syscall_when + SYSCALL_GRACE > now;
                    if !self.ps[p].has_work() && self.n_spinning as usize + self.n_idle() > 0 && is_in_grace {
                        continue;
                    }
                    self.take_p(m, PIdx(p as u16));
                    n += 1;
                    self.hand_off(ctx, PIdx(p as u16));
                }
                Status::Running(_) | Status::Idle => {}
            }
        }
        n
    }

    /// `preemptone`, and what the goroutine then does (`gopreempt_m`, `goschedImpl`): to the tail of the global queue,
    /// not of the local one.
    fn preempt<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx) {
        let Doing::Running(g) = self.m(m).doing else { return };
        let Some((overhead, service)) = ctx.interrupt(self.m(m).thread) else { return };
        self.keep(g, overhead, service);
        if let G::Request(request) = g {
            let id = ctx.request(request).id;
            ctx.trace(TraceEvent::Preempted(id));
        }
        self.global.push_back(g);
        self.tell(ctx, g, Stage::Queue(Queue::Global));
        self.wakep(ctx);
        self.schedule(ctx, m, Span::ZERO);
    }

    /// `g` is not running any more, with so much left to do.
    pub(super) fn keep(&mut self, g: G, overhead: Span, service: Span) {
        match g {
            G::Request(request) => self.progress[request.0 as usize] = Progress::Preempted(overhead, service),
            G::Script(idx) => self.script_gs[usize::from(idx)].left = overhead + service,
            // Their next look at what is to be done finds what this one did not do.
            G::Listener | G::Main | G::Client(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::run::Run;
    use crate::sim::scenario::{CostModel, Scenario};
    use crate::sim::script::{Op, Script};
    use crate::sim::trace::TraceHash;

    #[test]
    fn a_blocking_call_alone_keeps_its_processor_for_ten_milliseconds() {
        let scenario =
            Scenario { gomaxprocs: Some(2), n_cores: 2, think: Span::from_ms(60_000), ..Scenario::default() };
        let costs = Costs::of(CostModel::Measured);
        let mut run = Run::<Go, TraceHash>::new((), &scenario, &costs, 0, TraceHash::default());
        run.execute(Script { functions: vec![vec![Op::Syscall(Span::from_ms(50))]] });
        let mut in_call = |ms| {
            run.advance(Time::ZERO + Span::from_ms(ms), u64::MAX);
            run.model().ps.iter().filter(|p| matches!(p.status, Status::InSyscall(_))).count()
        };
        // Sysmon sees it within 100 µs, and takes it in the first of its rounds that comes 10 ms after that.
        assert_eq!([in_call(1), in_call(9), in_call(21)], [1, 1, 0]);
    }
}
