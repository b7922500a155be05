//! What a thread does next: `schedule`, `findRunnable`, stealing, and the network poller (`runtime/proc.go`).

use crate::sim::go::{Doing, G, Go, GoEvent, MIdx, PIdx};
use crate::sim::machine::Work;
use crate::sim::rng::Stream;
use crate::sim::run::Ctx;
use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceEvent};

/// Every so many ticks the global queue goes first (`findRunnable`: `schedtick%61 == 0`).
const GLOBAL_EVERY: u32 = 61;
/// Goroutines taken from the global queue at once, at most: half the local ring (`globrunqgetbatch`).
const GLOBAL_BATCH: usize = 128;
/// Events taken by one netpoll (`netpoll_epoll.go`: `var events [128]`).
const POLL_BATCH: usize = 128;
/// Passes over all processors when stealing (`stealWork`: `const stealTries = 4`).
const STEAL_PASSES: u32 = 4;

/// A goroutine to run, and whether it goes on in the time slice of the last one.
#[derive(Clone, Copy, Debug)]
struct Found {
    g: G,
    inherits: bool,
}

impl Go {
    /// Finds `m` something to run, or lets it park. `overhead` is already spent on the way.
    pub(super) fn schedule<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, overhead: Span) {
        let mut overhead = overhead;
        if let Some(found) = self.find_runnable(ctx, m, &mut overhead) {
            return self.begin(ctx, m, found, overhead);
        }
        if overhead.is_zero() {
            return self.stop(ctx, m);
        }
        // Looking through the others' queues took time: work may turn up meanwhile.
        self.m(m).doing = Doing::Searching;
        ctx.run(self.m(m).thread, Work::overhead(overhead));
    }

    /// The last look before a thread parks.
    pub(super) fn search_again<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx) {
        let mut overhead = Span::ZERO;
        match self.find_runnable(ctx, m, &mut overhead) {
            Some(found) => self.begin(ctx, m, found, overhead),
            None => self.stop(ctx, m),
        }
    }

    fn begin<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, found: Found, overhead: Span) {
        if self.m(m).spinning {
            // `resetspinning`: whoever finds work wakes the next to look for more.
            self.m(m).spinning = false;
            self.n_spinning -= 1;
            self.wakep(ctx);
        }
        if !found.inherits {
            let p = self.p_of(m);
            self.p(p).tick = self.p(p).tick.wrapping_add(1);
        }
        self.execute(ctx, m, found.g, overhead);
    }

    /// `findRunnable` up to where it would block.
    fn find_runnable<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, overhead: &mut Span) -> Option<Found> {
        let p = self.p_of(m);
        self.run_timers(ctx, p, p);
        if self.p(p).tick.is_multiple_of(GLOBAL_EVERY)
            && let Some(g) = self.global.pop_front()
        {
            return Some(Found { g, inherits: false });
        }
        if let Some((g, inherits)) = self.p(p).get() {
            return Some(Found { g, inherits });
        }
        if let Some(g) = self.take_global_batch(p) {
            return Some(Found { g, inherits: false });
        }
        if self.poller.is_none() {
            let mut list = self.netpoll(ctx, overhead);
            if let Some(g) = list.next() {
                self.inject(ctx, Some(p), list);
                return Some(Found { g, inherits: false });
            }
        }
        let n_busy = self.n_ps() - self.n_idle();
        if self.m(m).spinning || 2 * (self.n_spinning as usize) < n_busy {
            if !self.m(m).spinning {
                self.m(m).spinning = true;
                self.n_spinning += 1;
            }
            return self.steal(ctx, p, overhead);
        }
        None
    }

    /// `globrunqget`: a fair share of the global queue; the first runs, the others go to the local ring.
    fn take_global_batch(&mut self, p: PIdx) -> Option<G> {
        let size = self.global.len();
        let n = GLOBAL_BATCH.min(size).min(size / self.n_ps() + 1);
        let first = self.global.pop_front()?;
        for _ in 1..n {
            if let Some(g) = self.global.pop_front() {
                self.ps[p.0 as usize].put(g, &mut self.global);
            }
        }
        Some(first)
    }

    /// `stealWork`: four passes over the others in a random order; timers and `runnext` only in the last.
    fn steal<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, p: PIdx, overhead: &mut Span) -> Option<Found> {
        let n = self.n_ps() as u64;
        if n == 1 {
            return None;
        }
        for pass in 0..STEAL_PASSES {
            let last_pass = pass == STEAL_PASSES - 1;
            let [start, stride] = ctx.workload().draws().words(Stream::Runtime, self.n_random, 0);
            self.n_random += 1;
            let stride = coprime(n, stride % n);
            for step in 0..n {
                let victim = PIdx(((start % n + step * stride) % n) as u16);
                if victim == p {
                    continue;
                }
                *overhead += ctx.costs.go.steal_check;
                if last_pass {
                    self.run_timers(ctx, victim, p);
                    if let Some((g, inherits)) = self.p(p).get() {
                        return Some(Found { g, inherits });
                    }
                }
                if let Some(g) = self.steal_from(ctx, victim, p, last_pass) {
                    *overhead += ctx.costs.go.steal;
                    return Some(Found { g, inherits: false });
                }
            }
        }
        None
    }

    fn steal_from<S: Sink>(
        &mut self,
        ctx: &mut Ctx<GoEvent, S>,
        victim: PIdx,
        thief: PIdx,
        even_next: bool,
    ) -> Option<G> {
        let mut into = std::mem::take(self.p(thief));
        let n = self.p(victim).grab(even_next, &mut into);
        *self.p(thief) = into;
        if n == 0 {
            return None;
        }
        ctx.trace(TraceEvent::Stole { thief: thief.0, victim: victim.0, n });
        self.p(thief).take_last()
    }

    /// Readies the goroutines whose timers on `owner` are due, onto the queue of `runner`.
    fn run_timers<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, owner: PIdx, runner: PIdx) {
        let now = ctx.now();
        while let Some(g) = self.p(owner).timers.pop_due(now) {
            let id = ctx.request(g).id;
            ctx.trace(TraceEvent::WaitOver(id));
            self.ps[runner.0 as usize].put_next(g, &mut self.global);
            self.wakep(ctx);
        }
    }

    /// Up to 128 readable goroutines; the list is last in first out, so the last event runs first.
    fn netpoll<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, overhead: &mut Span) -> std::vec::IntoIter<G> {
        let n = self.net_ready.len().min(POLL_BATCH);
        *overhead += ctx.costs.machine.epoll_event * n as u64;
        let mut list: Vec<G> = self.net_ready.drain(..n).collect();
        list.reverse();
        list.into_iter()
    }

    /// `injectglist`: as many as there are idle processors go to the global queue and a thread is started for each;
    /// the others go to the local ring of `p`. Without a processor all go to the global queue.
    fn inject<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, p: Option<PIdx>, list: impl ExactSizeIterator<Item = G>) {
        if list.len() == 0 {
            return;
        }
        let n_global = if p.is_some() { self.n_idle().min(list.len()) } else { list.len() };
        let n_start = n_global.min(self.n_idle());
        for (i, g) in list.enumerate() {
            match p {
                Some(p) if i >= n_global => self.ps[p.0 as usize].put(g, &mut self.global),
                _ => self.global.push_back(g),
            }
        }
        for _ in 0..n_start {
            if let Some(idle) = self.take_idle_p(ctx) {
                self.start_spinning(ctx, idle);
            }
        }
        if p.is_some() {
            self.wakep(ctx);
        }
    }

    /// Nothing to run: `m` gives up its processor and blocks in netpoll if nobody does, or parks.
    fn stop<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx) {
        let p = self.p_of(m);
        debug_assert!(!self.p(p).has_work(), "a processor with work goes idle");
        self.m(m).p = None;
        self.idle_ps.push(p);
        if self.m(m).spinning {
            self.m(m).spinning = false;
            self.n_spinning -= 1;
        }
        ctx.sleep(self.m(m).thread);
        if self.poller.is_some() {
            self.m(m).doing = Doing::Parked;
            self.idle_ms.push(m);
            return;
        }
        self.m(m).doing = Doing::Polling;
        self.poller = Some(m);
        if let Some(when) = self.ps.iter().filter_map(|p| p.timers.next()).min() {
            self.block_until(ctx, when);
        }
    }

    /// Lets the blocked netpoll end for a timer: in whole milliseconds, at least one (`netpoll_epoll.go` `netpoll`).
    pub(super) fn block_until<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, when: Time) {
        let ns = when.since(ctx.now()).as_ns();
        let delay = if ns == 0 { Span::ZERO } else { Span::from_ms((ns / 1_000_000).max(1)) };
        self.poll_epoch = self.poll_epoch.wrapping_add(1);
        self.poll_until = Some(when);
        ctx.schedule(delay, GoEvent::PollTimeout(self.poll_epoch));
    }

    /// The thread that blocked in netpoll has returned and needs a processor.
    pub(super) fn leave_poll<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx) {
        self.last_poll = ctx.now();
        let mut overhead = Span::ZERO;
        let mut list = self.netpoll(ctx, &mut overhead);
        let Some(p) = self.take_idle_p(ctx) else {
            self.inject(ctx, None, list);
            self.m(m).doing = Doing::Parked;
            self.idle_ms.push(m);
            return ctx.sleep(self.m(m).thread);
        };
        self.m(m).p = Some(p);
        match list.next() {
            Some(g) => {
                self.inject(ctx, Some(p), list);
                self.begin(ctx, m, Found { g, inherits: false }, overhead);
            }
            None => self.schedule(ctx, m, overhead),
        }
    }

    /// Sysmon's netpoll, if nobody has polled for 10 ms.
    pub(super) fn poll_without_processor<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) {
        self.last_poll = ctx.now();
        let list = self.netpoll(ctx, &mut Span::default());
        self.inject(ctx, None, list);
    }
}

/// A stride that visits all of `n`: the first number from `from` on that is coprime to it.
fn coprime(n: u64, from: u64) -> u64 {
    fn gcd(a: u64, b: u64) -> u64 {
        if b == 0 { a } else { gcd(b, a % b) }
    }
    (0..n).map(|i| (from + i) % n).find(|stride| gcd(*stride, n) == 1).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stride_visits_every_processor() {
        for n in 1..=64 {
            for from in 0..n {
                let stride = coprime(n, from);
                let mut seen: Vec<u64> = (0..n).map(|i| i * stride % n).collect();
                seen.sort_unstable();
                assert_eq!(seen, (0..n).collect::<Vec<_>>(), "{n} from {from}");
            }
        }
    }
}
