//! The network poller: `netpoll` of `netpoll_epoll.go`, `injectglist`, `wakeNetPoller`.

use crate::sim::go::{Doing, G, Go, GoEvent, MIdx, PIdx};
use crate::sim::lanes::{Queue, Stage};
use crate::sim::machine::Work;
use crate::sim::run::Ctx;
use crate::sim::time::{Span, Time};
use crate::sim::trace::Sink;

/// Events taken by one netpoll (`netpoll_epoll.go`: `var events [128]`).
const POLL_BATCH: usize = 128;

impl Go {
    /// The socket of `g` became readable: somebody has to poll to see it.
    pub(super) fn readable<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, g: G) {
        self.net_ready.push_back(g);
        self.tell(ctx, g, Stage::Queue(Queue::Netpoll));
        self.wake_poller(ctx);
    }

    /// The thread that blocks in netpoll returns from it.
    pub(super) fn wake_poller<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) {
        // Until it runs it is the poller still, and the others do not poll: `lastpoll` is set when netpoll has returned.
        let Some(m) = self.poller else { return };
        let Doing::Polling { was_spinning } = self.m(m).doing else { return };
        self.poll_epoch = self.poll_epoch.wrapping_add(1);
        self.poll_until = None;
        self.m(m).doing = Doing::LeavingPoll { was_spinning };
        ctx.run(self.m(m).thread, Work::overhead(Span::ZERO));
    }

    /// `netpoll(0)` in `findRunnable`: not while somebody blocks in it or is on the way out (`lastpoll` is zero then).
    pub(super) fn poll_now<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, p: PIdx, overhead: &mut Span) -> Option<G> {
        if self.poller.is_some() {
            return None;
        }
        self.poll_and_inject(ctx, Some(p), overhead)
    }

    /// Takes up to 128 readable goroutines. The list is last in first out (`netpollready`, `gList.push`): with a
    /// processor the last of them is returned to run, and the others are given away in that order.
    fn poll_and_inject<S: Sink>(
        &mut self,
        ctx: &mut Ctx<GoEvent, S>,
        p: Option<PIdx>,
        overhead: &mut Span,
    ) -> Option<G> {
        let n = self.net_ready.len().min(POLL_BATCH);
        if n == 0 {
            return None;
        }
        *overhead += ctx.costs.machine.epoll_event * n as u64;
        let first = p.and_then(|_| self.net_ready.get(n - 1).copied());
        let n_rest = if first.is_some() { n - 1 } else { n };
        self.inject(ctx, p, n_rest);
        self.net_ready.drain(..n);
        first
    }

    /// `injectglist` of the first `n` readable goroutines, the last of them first. With a processor, as many as others
    /// are idle go to the global queue and a thread is started for each, not spinning; the rest go to the local ring.
    /// Without one all go to the global queue.
    fn inject<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, p: Option<PIdx>, n: usize) {
        if n == 0 {
            return;
        }
        let n_global = if p.is_some() { self.n_idle().min(n) } else { n };
        self.tell_injected(ctx, p, (n, n_global));
        let mut list = self.net_ready.range(..n).rev().copied();
        self.global.extend(list.by_ref().take(n_global));
        if let Some(p) = p {
            self.ps[p.0 as usize].put_batch(list, &mut self.global);
        }
        for _ in 0..n_global {
            let Some(idle) = self.take_idle_p_spinning() else { break };
            self.start_m(ctx, idle, false);
        }
        if p.is_some() {
            self.wakep(ctx);
        }
    }

    /// Lets the blocked netpoll end for a timer: in whole milliseconds, at least one (`netpoll_epoll.go` `netpoll`).
    pub(super) fn block_until<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, when: Time) {
        let ns = when.since(ctx.now()).as_ns();
        let delay =
            if ns == 0 { Span::ZERO } else { Span::from_ms((ns / 1_000_000).max(1)) + ctx.costs.machine.timer_slack };
        self.poll_epoch = self.poll_epoch.wrapping_add(1);
        ctx.schedule(delay, GoEvent::PollTimeout(self.poll_epoch));
    }

    /// `netpollBreak` if the blocked netpoll would sleep past `when`.
    pub(super) fn break_poll_before<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, when: Time) {
        if self.poller.is_some() && self.poll_until.is_none_or(|until| until > when) {
            self.wake_poller(ctx);
        }
    }

    /// `wakeNetPoller`, for a timer that is the first of its processor now.
    pub(super) fn wake_net_poller<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, when: Time) {
        if self.poller.is_some() {
            self.break_poll_before(ctx, when);
        } else {
            self.wakep(ctx);
        }
    }

    /// When the first timer of all processors is due.
    pub(super) fn next_timer(&self) -> Option<Time> {
        let ps = if self.n_timers > 0 { &self.ps[..] } else { &[] };
        ps.iter().filter_map(|p| p.timers.next()).min()
    }

    /// The thread that blocked in netpoll has returned and needs a processor.
    pub(super) fn leave_poll<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, was_spinning: bool) {
        self.poller = None;
        self.last_poll = ctx.now();
        let mut overhead = Span::ZERO;
        let Some(p) = self.idle_ps.pop() else {
            self.poll_and_inject(ctx, None, &mut overhead);
            ctx.sleep(self.m(m).thread);
            return self.park(m);
        };
        self.acquire(m, p);
        if let Some(g) = self.poll_and_inject(ctx, Some(p), &mut overhead) {
            return self.begin(ctx, m, g, false, overhead);
        }
        if was_spinning {
            self.become_spinning(m);
        }
        self.schedule(ctx, m, overhead);
    }

    /// Sysmon's netpoll.
    pub(super) fn poll_without_processor<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) {
        self.poll_and_inject(ctx, None, &mut Span::default());
    }

    /// The netpoll of a world about to be started by whoever has `p` (`startTheWorldWithSema`), whoever else polls: no
    /// processor is idle yet, so all go to the local ring.
    pub(super) fn poll_stopped_world<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, p: PIdx) {
        let n = self.net_ready.len().min(POLL_BATCH);
        self.inject(ctx, Some(p), n);
        self.net_ready.drain(..n);
    }
}
