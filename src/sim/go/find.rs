//! What a thread does next: `schedule` and `findRunnable`.

use crate::sim::go::gc::MarkMode;
use crate::sim::go::processor::Status;
use crate::sim::go::steal::{Loot, Nap};
use crate::sim::go::{Doing, G, Go, GoEvent, MIdx, PIdx};
use crate::sim::lanes::{Queue, Stage};
use crate::sim::machine::Work;
use crate::sim::run::Ctx;
use crate::sim::time::Span;
use crate::sim::trace::{Sink, TraceEvent};

/// Every so many ticks the global queue goes first (`findRunnable`: `schedtick%61 == 0`).
const GLOBAL_EVERY: u32 = 61;
/// Goroutines taken from the global queue at once, at most: half the local ring (`globrunqgetbatch`).
const GLOBAL_BATCH: usize = 128;

/// What was found.
#[derive(Clone, Copy, Debug)]
enum Pick {
    /// A goroutine, and whether it inherits the time slice.
    Run(G, bool),
    /// A mark worker of the collector, and whether somebody else is to be woken for more.
    Mark(MarkMode, bool),
    /// A `runnext` to be taken after a pause.
    BackOff(Nap),
    /// Nothing.
    Nothing,
}

impl Go {
    /// Finds `m` something to run, or lets it park. `overhead` is already spent on the way.
    pub(super) fn schedule<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, overhead: Span) {
        let mut overhead = overhead;
        match self.find_runnable(ctx, m, &mut overhead) {
            Pick::Nothing if overhead.is_zero() => self.stop(ctx, m),
            Pick::Nothing => {
                // Looking through the others' queues took time: work may turn up meanwhile.
                self.m(m).doing = Doing::Searching;
                ctx.run(self.m(m).thread, Work::overhead(overhead));
            }
            pick => self.take_up(ctx, m, pick, overhead),
        }
    }

    /// The last look before a thread parks: all queues, the collector and the timers once more.
    pub(super) fn search_again<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx) {
        let mut overhead = Span::ZERO;
        match self.find_runnable(ctx, m, &mut overhead) {
            Pick::Nothing => self.stop(ctx, m),
            pick => self.take_up(ctx, m, pick, overhead),
        }
    }

    fn take_up<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, pick: Pick, overhead: Span) {
        match pick {
            Pick::Run(g, inherits) => self.begin(ctx, m, g, inherits, overhead),
            Pick::Mark(mode, wakes) => {
                self.reset_spinning(ctx, m);
                if wakes {
                    self.wakep(ctx);
                }
                self.begin_marking(ctx, m, mode, overhead);
            }
            Pick::BackOff(nap) => self.back_off(ctx, m, nap, overhead),
            Pick::Nothing => self.stop(ctx, m),
        }
    }

    /// `m` runs `g`.
    pub(super) fn begin<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, g: G, inherits: bool, overhead: Span) {
        self.reset_spinning(ctx, m);
        let p = self.p_of(m);
        ctx.trace(TraceEvent::Resumed(p.0));
        if !inherits {
            self.p(p).tick = self.p(p).tick.wrapping_add(1);
        }
        self.execute_goroutine(ctx, m, g, overhead);
    }

    /// `resetspinning`: whoever finds work wakes the next to look for more.
    fn reset_spinning<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx) {
        if self.m(m).spinning {
            self.m(m).spinning = false;
            self.n_spinning -= 1;
            self.wakep(ctx);
        }
    }

    /// `findRunnable` up to where it would block.
    fn find_runnable<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, overhead: &mut Span) -> Pick {
        let p = self.p_of(m);
        self.run_timers(ctx, p, p);
        let now = ctx.now();
        let assigned = self.p(p).mark_next.take();
        if let Some(mode) = assigned.or_else(|| self.gc.as_mut().and_then(|gc| gc.find_worker(p.0.into(), now))) {
            return Pick::Mark(mode, true);
        }
        if self.p(p).tick.is_multiple_of(GLOBAL_EVERY)
            && let Some(g) = self.global.pop_front()
        {
            return Pick::Run(g, false);
        }
        if let Some((g, inherits)) = self.p(p).get() {
            return Pick::Run(g, inherits);
        }
        if let Some(g) = self.take_global_batch(ctx, p) {
            return Pick::Run(g, false);
        }
        if let Some(g) = self.poll_now(ctx, p, overhead) {
            return Pick::Run(g, false);
        }
        let n_busy = self.n_ps() - self.n_idle();
        if self.m(m).spinning || 2 * (self.n_spinning as usize) < n_busy {
            self.become_spinning(m);
            match self.steal_work(ctx, p, overhead) {
                Loot::Found(g, inherits) => return Pick::Run(g, inherits),
                Loot::BackOff(nap) => return Pick::BackOff(nap),
                Loot::Nothing => {}
            }
        }
        if self.gc.as_mut().is_some_and(crate::sim::go::gc::Collector::add_idle_worker) {
            return Pick::Mark(MarkMode::Idle, false);
        }
        Pick::Nothing
    }

    /// `globrunqgetbatch`: a fair share of the global queue; the first runs, the others go to the local ring.
    fn take_global_batch<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, p: PIdx) -> Option<G> {
        self.take_global(p, |go, g| go.tell(ctx, g, Stage::Queue(Queue::Local(p.0))))
    }

    fn take_global(&mut self, p: PIdx, mut moved: impl FnMut(&mut Self, G)) -> Option<G> {
        let size = self.global.len();
        let n = GLOBAL_BATCH.min(size).min(size / self.n_ps() + 1);
        let first = self.global.pop_front()?;
        for _ in 1..n {
            if let Some(g) = self.global.pop_front() {
                self.p(p).ring.push_back(g);
                moved(self, g);
            }
        }
        Some(first)
    }

    pub(super) fn become_spinning(&mut self, m: MIdx) {
        if !self.m(m).spinning {
            self.m(m).spinning = true;
            self.n_spinning += 1;
            self.needs_spinning = false;
        }
    }

    /// Nothing to run: `m` gives up its processor and blocks in netpoll if nobody does, or parks.
    fn stop<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx) {
        let was_spinning = self.m(m).spinning;
        if !was_spinning && self.needs_spinning {
            self.become_spinning(m);
            return self.schedule(ctx, m, Span::ZERO);
        }
        let p = self.p_of(m);
        debug_assert!(!self.p(p).has_work(), "a processor with work goes idle");
        self.m(m).p = None;
        self.p(p).status = Status::Idle;
        self.idle_ps.push(p);
        // Who has looked at all queues knows all timers; who was not allowed to, its own.
        let poll_until = if was_spinning { self.next_timer() } else { self.p(p).timers.next() };
        if was_spinning {
            self.m(m).spinning = false;
            self.n_spinning -= 1;
        }
        ctx.sleep(self.m(m).thread);
        if self.poller.is_none() {
            self.m(m).doing = Doing::Polling { was_spinning };
            self.poller = Some(m);
            self.poll_until = poll_until;
            if let Some(when) = poll_until {
                self.block_until(ctx, when);
            }
            return;
        }
        self.park(m);
        if let Some(when) = poll_until {
            self.break_poll_before(ctx, when);
        }
    }

    /// `stopm`; its thread sleeps.
    pub(super) fn park(&mut self, m: MIdx) {
        self.m(m).doing = Doing::Parked;
        self.idle_ms.push(m);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::costs::Costs;
    use crate::sim::machine::Machine;
    use crate::sim::run::Model as _;
    use crate::sim::scenario::{CostModel, Scenario};

    #[test]
    fn a_processor_takes_its_share_of_the_global_queue_and_128_at_most() {
        for (n_ps, size, taken) in [(1, 300, 128), (1, 5, 5), (4, 300, 76), (4, 3, 1), (64, 640, 11)] {
            let scenario = Scenario { gomaxprocs: Some(n_ps), ..Scenario::default() };
            let mut machine = Machine::new(n_ps, Span::ZERO, Span::ZERO);
            let mut go = Go::new((), &scenario, &Costs::of(CostModel::Zero), &mut machine);
            go.global.extend((0..size).map(G::Client));
            assert_eq!(go.take_global(PIdx(0), |_, _| ()), Some(G::Client(0)));
            // The first one runs, the others are in the ring in their order.
            let ring: Vec<G> = go.ps[0].ring.iter().copied().collect();
            assert_eq!(ring, (1..taken).map(G::Client).collect::<Vec<_>>(), "{size} for {n_ps}");
            assert_eq!(go.global.len(), (size - taken) as usize);
        }
    }
}
