//! Sysmon: a thread without a processor that takes long-running goroutines off theirs (`runtime/proc.go` `sysmon`,
//! `retake`). It only starts the clock of a time slice when it first sees it, so a slice lasts up to two rounds.

use crate::sim::costs::Costs;
use crate::sim::go::{Doing, Go, GoEvent, MIdx, PIdx, Progress};
use crate::sim::run::Ctx;
use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceEvent};

/// How long a goroutine may run after sysmon first saw its time slice (`forcePreemptNS`).
const FORCE_PREEMPT: Span = Span::from_ms(10);
/// How long sysmon sleeps when its rounds find nothing to hand off (`sysmon`: `delay = 10 * 1000` µs at most).
const SLEEP: Span = Span::from_ms(10);
/// Since when nobody must have polled for sysmon to poll (`sysmon`: `lastpoll+10*1000*1000 < now`).
const POLL_OVERDUE: Span = Span::from_ms(10);

/// What sysmon remembers of a processor.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    tick: u32,
    when: Time,
}

#[derive(Clone, Debug)]
pub(super) struct Sysmon {
    seen: Vec<Seen>,
    /// Asleep until a processor has something to do.
    in_deep_sleep: bool,
    sleep: Span,
}

impl Sysmon {
    pub(super) fn new(n_ps: u16, costs: &Costs) -> Self {
        let sleep = SLEEP + costs.go.sysmon_slack;
        Self { seen: vec![Seen::default(); n_ps.into()], in_deep_sleep: true, sleep }
    }
}

impl Go {
    pub(super) fn wake_sysmon<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) {
        if self.sysmon.in_deep_sleep {
            self.sysmon.in_deep_sleep = false;
            ctx.schedule(Span::ZERO, GoEvent::Sysmon);
        }
    }

    pub(super) fn sysmon_round<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) {
        if self.n_idle() == self.n_ps() {
            self.sysmon.in_deep_sleep = true;
            return;
        }
        if self.poller.is_none() && self.last_poll + POLL_OVERDUE < ctx.now() {
            self.poll_without_processor(ctx);
        }
        self.retake(ctx);
        ctx.schedule(self.sysmon.sleep, GoEvent::Sysmon);
    }

    fn retake<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) {
        let now = ctx.now();
        for m in (0..self.ms.len()).map(|m| MIdx(m as u16)) {
            let (Doing::Running(g), Some(PIdx(p))) = (self.m(m).doing, self.m(m).p) else { continue };
            let tick = self.ps[usize::from(p)].tick;
            let seen = &mut self.sysmon.seen[usize::from(p)];
            if seen.tick != tick {
                *seen = Seen { tick, when: now };
            } else if seen.when + FORCE_PREEMPT <= now
                && let Some(left) = ctx.interrupt(self.m(m).thread)
            {
                // `gopreempt_m`, `goschedImpl`: to the tail of the global queue, not the local one.
                let id = ctx.request(g).id;
                ctx.trace(TraceEvent::Preempted(id));
                self.progress[g.0 as usize] = Progress::Preempted(left);
                self.global.push_back(g);
                self.wakep(ctx);
                self.schedule(ctx, m, Span::ZERO);
            }
        }
    }
}
