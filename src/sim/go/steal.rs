//! Work stealing: `stealWork`, `runqsteal`, `runqgrab`, `randomOrder`.

use crate::sim::go::processor::Status;
use crate::sim::go::{Doing, G, Go, GoEvent, MIdx, PIdx};
use crate::sim::machine::Work;
use crate::sim::run::Ctx;
use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceEvent};

/// Passes over all processors (`stealWork`: `const stealTries = 4`).
const STEAL_TRIES: u32 = 4;
/// How long a thief lets the victim of its `runnext` be (`runqgrab`: `usleep(3)`).
const BACK_OFF: Span = Span::from_us(3);

/// An enumeration of all processors in a random order (`randomEnum`), on one of the passes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Victims {
    pass: u32,
    i: u32,
    pos: u32,
    inc: u32,
}

/// A pause before the `runnext` of the victim at hand is taken, and who that is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nap {
    victims: Victims,
    next: G,
}

/// What a look at the victims has brought.
#[derive(Clone, Copy, Debug)]
pub(super) enum Loot {
    /// This goroutine runs, and whether it inherits the time slice.
    Found(G, bool),
    /// A `runnext` is to be taken after a pause.
    BackOff(Nap),
    /// Nothing.
    Nothing,
}

/// The strides that visit every one of `count` processors (`randomOrder.reset`).
pub(super) fn coprimes(count: u32) -> Vec<u32> {
    fn gcd(a: u32, b: u32) -> u32 {
        if b == 0 { a } else { gcd(b, a % b) }
    }
    (1..=count).filter(|i| gcd(*i, count) == 1).collect()
}

impl Go {
    /// `randomOrder.start(cheaprand())`.
    fn victims<S: Sink>(&mut self, ctx: &Ctx<GoEvent, S>, pass: u32) -> Victims {
        let (random, count) = (self.random(ctx) as u32, self.n_ps() as u32);
        let inc = self.coprimes[(random / count) as usize % self.coprimes.len()];
        Victims { pass, i: 0, pos: random % count, inc }
    }

    /// `stealWork` for the processor `p`: four passes; timers and `runnext` only in the last.
    pub(super) fn steal_work<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, p: PIdx, overhead: &mut Span) -> Loot {
        // Most searches find nothing, and looking at each of 64 processors four times takes the simulation long. What
        // they would cost and which random numbers they would use stays the same.
        debug_assert_eq!(self.n_ps() - self.n_idle(), self.ps.iter().filter(|one| one.status != Status::Idle).count());
        let is_due = self.next_timer().is_some_and(|next| next <= ctx.now());
        if !is_due && !self.idle_ps.any_busy(|p| self.ps[p].has_work()) {
            let n_looked_at = (self.n_ps() - self.n_idle()) as u64 - 1;
            *overhead += ctx.costs.go.steal_check * (u64::from(STEAL_TRIES) * n_looked_at);
            self.n_random += u64::from(STEAL_TRIES);
            return Loot::Nothing;
        }
        for pass in 0..STEAL_TRIES {
            let victims = self.victims(ctx, pass);
            match self.steal_pass(ctx, p, victims, overhead) {
                Loot::Nothing => {}
                loot => return loot,
            }
        }
        Loot::Nothing
    }

    /// The rest of one pass.
    pub(super) fn steal_pass<S: Sink>(
        &mut self,
        ctx: &mut Ctx<GoEvent, S>,
        p: PIdx,
        mut victims: Victims,
        overhead: &mut Span,
    ) -> Loot {
        let count = self.n_ps() as u32;
        let is_last = victims.pass == STEAL_TRIES - 1;
        while victims.i < count {
            let victim = PIdx(victims.pos as u16);
            let here = victims;
            victims.i += 1;
            victims.pos = (victims.pos + victims.inc) % count;
            if victim == p {
                continue;
            }
            if is_last && self.run_timers(ctx, victim, p) {
                // The timers' goroutines are on the thief's own queue now.
                if let Some((g, inherits)) = self.p(p).get() {
                    return Loot::Found(g, inherits);
                }
            }
            // `idlepMask`: an idle one is not even looked at.
            if self.p(victim).status == Status::Idle {
                continue;
            }
            *overhead += ctx.costs.go.steal_check;
            match self.grab(ctx, p, victim, is_last) {
                Grab::Some(g) => {
                    *overhead += ctx.costs.go.steal;
                    return Loot::Found(g, false);
                }
                Grab::RunNext(next) => return Loot::BackOff(Nap { victims: here, next }),
                Grab::None => {}
            }
        }
        Loot::Nothing
    }

    /// `runqsteal`: half of the victim's ring, rounded up; the last of it runs, the others keep their order.
    fn grab<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, p: PIdx, victim: PIdx, even_next: bool) -> Grab {
        let [from, to] =
            self.ps.get_disjoint_mut([usize::from(victim.0), usize::from(p.0)]).expect("a thief is not its own victim");
        let n = from.ring.len() - from.ring.len() / 2;
        if n == 0 {
            let Some(next) = from.runnext.filter(|_| even_next) else { return Grab::None };
            // A processor that runs may be about to run it itself. One whose goroutine is in a system call is not, nor one
            // whose thread is not awake yet (its status is `_Pidle` then).
            if let Status::Running(m) = from.status
                && !matches!(self.ms[usize::from(m.0)].doing, Doing::Waking)
            {
                return Grab::RunNext(next);
            }
            return self.take_runnext(ctx, p, victim).map_or(Grab::None, Grab::Some);
        }
        to.ring.extend(from.ring.drain(..n - 1));
        self.tell_last(ctx, p, n - 1);
        let from = self.p(victim);
        let last = from.ring.pop_front();
        ctx.trace(TraceEvent::Stole { thief: p.0, victim: victim.0, n: n as u16 });
        last.map_or(Grab::None, Grab::Some)
    }

    fn take_runnext<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, p: PIdx, victim: PIdx) -> Option<G> {
        let g = self.p(victim).runnext.take()?;
        ctx.trace(TraceEvent::Stole { thief: p.0, victim: victim.0, n: 1 });
        Some(g)
    }

    /// The thief `m` sleeps before it takes a `runnext`.
    pub(super) fn back_off<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, nap: Nap, overhead: Span) {
        self.m(m).doing = Doing::Napping(nap, overhead);
        ctx.sleep(self.m(m).thread);
        // Linux makes the 3 µs longer; where nothing costs anything, this does neither.
        let slack = ctx.costs.machine.timer_slack;
        let pause = if slack.is_zero() { Span::ZERO } else { BACK_OFF + slack };
        ctx.schedule(pause, GoEvent::Napped(m.0));
    }

    /// The pause of a thief is over.
    pub(super) fn napped<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx) {
        // The world may have been stopped meanwhile.
        if let Doing::Napping(nap, overhead) = self.m(m).doing {
            self.m(m).doing = Doing::BackingOff(nap);
            ctx.run(self.m(m).thread, Work::overhead(overhead));
        }
    }

    /// The thief has slept: it takes the `runnext` if it is still the one it saw, or looks at that victim again.
    pub(super) fn backed_off<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, nap: Nap) {
        let p = self.p_of(m);
        let victim = PIdx(nap.victims.pos as u16);
        let mut overhead = Span::ZERO;
        let loot = match self.p(victim).runnext {
            Some(next) if next == nap.next => {
                overhead = ctx.costs.go.steal;
                self.take_runnext(ctx, p, victim).map_or(Loot::Nothing, |g| Loot::Found(g, false))
            }
            _ => self.steal_pass(ctx, p, nap.victims, &mut overhead),
        };
        match loot {
            Loot::Found(g, inherits) => self.begin(ctx, m, g, inherits, overhead),
            Loot::BackOff(nap) => self.back_off(ctx, m, nap, overhead),
            Loot::Nothing => self.search_again(ctx, m),
        }
    }

    /// `timers.check` of `owner`, on the processor `runner`: readies the goroutines whose timers are due; whether any.
    pub(super) fn run_timers<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, owner: PIdx, runner: PIdx) -> bool {
        let now: Time = ctx.now();
        let mut ran = false;
        while let Some(g) = self.p(owner).timers.pop_due(now) {
            self.n_timers -= 1;
            if let G::Request(request) = g {
                ctx.wait_over(request);
            }
            self.put_next(ctx, runner, g);
            self.wakep(ctx);
            ran = true;
        }
        ran
    }
}

/// What `runqgrab` has got.
#[derive(Clone, Copy, Debug)]
enum Grab {
    Some(G),
    /// Only `runnext` is left, and the victim is running.
    RunNext(G),
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stride_visits_every_processor() {
        for count in 1..=64 {
            for inc in coprimes(count) {
                let mut seen: Vec<u32> = (0..count).map(|i| (i * inc + 3) % count).collect();
                seen.sort_unstable();
                assert_eq!(seen, (0..count).collect::<Vec<_>>(), "{count} by {inc}");
            }
        }
    }
}
