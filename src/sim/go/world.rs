//! Stopping and starting the world, and marking in between (`mgc.go`: `gcStart`, `gcBgMarkWorker`, `gcMarkDone`;
//! `proc.go`: `stopTheWorldWithSema`, `startTheWorldWithSema`, `procresize`).

use crate::sim::dist::normal;
use crate::sim::go::gc::{CHECK_BYTES, MarkMode, nanoseconds};
use crate::sim::go::memory::GOROUTINE;
use crate::sim::go::processor::Status;
use crate::sim::go::{Doing, G, Go, GoEvent, MIdx, PIdx, Progress};
use crate::sim::machine::Work;
use crate::sim::request::RequestIdx;
use crate::sim::rng::Stream;
use crate::sim::run::Ctx;
use crate::sim::time::Span;
use crate::sim::trace::{Sink, TraceEvent};

impl Go {
    /// `request` begins to be served: what it allocates, and what that sets off. `true` if the world stops first.
    pub(super) fn allocate<S: Sink>(
        &mut self,
        ctx: &mut Ctx<GoEvent, S>,
        m: MIdx,
        request: RequestIdx,
        assist: &mut Span,
    ) -> bool {
        let bytes = ctx.request(request).alloc;
        let per_byte = ctx.costs.go.mark_ns_per_byte;
        let Some(gc) = &mut self.gc else { return false };
        *assist = gc.allocate(bytes, per_byte);
        let is_due = gc.is_due();
        self.note_memory();
        if is_due {
            self.progress[request.0 as usize] = Progress::Allocated(*assist);
            self.stop_the_world(ctx, m, Some(G::Request(request)));
        }
        is_due
    }

    /// `stopTheWorldWithSema`: everybody but `m` stops where they are; their goroutines run next when they go on.
    pub(super) fn stop_the_world<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, g: Option<G>) {
        let Some(gc) = &mut self.gc else { return };
        gc.is_stopping = true;
        for p in (0..self.ps.len()).map(|p| PIdx(p as u16)) {
            let (Status::Running(other) | Status::InSyscall(other)) = self.p(p).status else { continue };
            if other == m {
                continue;
            }
            if matches!(self.p(p).status, Status::InSyscall(_)) {
                self.take_p(other, p);
            }
            self.p(p).status = Status::Idle;
            self.p(p).mark_next = None;
            self.m(other).p = None;
            self.stop_thread(ctx, other, p);
        }
        self.idle_ps.clear();
        self.m(m).doing = Doing::Stopping(g);
        let pause = self.draw_pause(ctx);
        ctx.trace(TraceEvent::Collected { process: 0, pause });
        ctx.run(self.m(m).thread, Work::overhead(pause));
    }

    /// Takes `other` off the processor `p` for a stopped world.
    fn stop_thread<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, other: MIdx, p: PIdx) {
        let thread = self.m(other).thread;
        match self.m(other).doing {
            // It stays in its system call, or on its way out of it, and finds no processor when it is back.
            Doing::InSyscall(_) | Doing::LeavingSyscall(_) => return,
            Doing::Running(g) => {
                let (overhead, service) = ctx.halt(thread);
                self.keep(g, overhead, service);
                // Preempted for this, it goes first when the world starts again (`gopreempt_m` of a stopped world).
                self.put_next(ctx, p, g);
            }
            Doing::Marking(mode) => {
                let (left, _) = ctx.halt(thread);
                self.return_piece(mode, left);
            }
            Doing::Napping(..) => {}
            _ => {
                ctx.halt(thread);
            }
        }
        if self.m(other).spinning {
            self.m(other).spinning = false;
            self.n_spinning -= 1;
        }
        self.park(other);
    }

    /// The pause is over: `startTheWorldWithSema`. Then the cycle goes on from where it was.
    pub(super) fn start_the_world<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, g: Option<G>) {
        let now = ctx.now();
        let stacks = self.n_goroutines * GOROUTINE;
        let per_byte = ctx.costs.go.mark_ns_per_byte;
        if let Some(gc) = &mut self.gc {
            gc.is_stopping = false;
            if gc.marking.is_some() { gc.end(now, stacks) } else { gc.begin(now, stacks, per_byte) }
        }
        let p = self.p_of(m);
        self.poll_stopped_world(ctx, p);
        // `procresize`: processors with work get a thread each. Of the others as many as there are mark workers to run get
        // one too, so that these displace nobody; the rest is idle.
        let stopped = (0..self.ps.len() as u16).map(PIdx).filter(move |other| *other != p);
        for p in stopped.clone() {
            if self.p(p).has_work() {
                continue;
            }
            let mode = self.gc.as_mut().and_then(|gc| gc.find_worker(p.0.into(), now));
            self.p(p).mark_next = mode;
            if mode.is_none() {
                self.idle_ps.push(p);
            }
        }
        self.wake_sysmon(ctx);
        for p in stopped {
            if self.p(p).has_work() || self.p(p).mark_next.is_some() {
                self.start_m(ctx, p, false);
            }
        }
        self.wakep(ctx);
        match g {
            Some(g) => self.execute_goroutine(ctx, m, g, Span::ZERO),
            None => self.schedule(ctx, m, Span::ZERO),
        }
    }

    /// Lognormal about the measured median and 99th percentile.
    fn draw_pause<S: Sink>(&mut self, ctx: &Ctx<GoEvent, S>) -> Span {
        self.n_random += 1;
        let draws = ctx.workload().draws();
        let [u, _] = draws.uniforms(Stream::Runtime, self.n_random, 1);
        ctx.costs.go.stop_the_world.scaled(libm::exp(ctx.costs.go.stop_the_world_sigma * normal(u)))
    }

    /// `m` becomes a mark worker; a time slice of its own begins.
    pub(super) fn begin_marking<S: Sink>(
        &mut self,
        ctx: &mut Ctx<GoEvent, S>,
        m: MIdx,
        mode: MarkMode,
        overhead: Span,
    ) {
        let p = self.p_of(m);
        self.p(p).tick = self.p(p).tick.wrapping_add(1);
        self.mark(ctx, m, mode, overhead + ctx.costs.go.switch);
    }

    fn mark<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, mode: MarkMode, overhead: Span) {
        let per_byte = ctx.costs.go.mark_ns_per_byte;
        let piece = self.gc.as_mut().and_then(|gc| gc.take_piece(per_byte));
        let Some(piece) = piece else {
            self.leave_marking(mode);
            if self.gc.as_ref().and_then(|gc| gc.marking.as_ref()).is_some_and(super::gc::Marking::is_done) {
                return self.stop_the_world(ctx, m, None);
            }
            return self.schedule(ctx, m, overhead);
        };
        if let (Some(gc), Some(p), MarkMode::Fractional) = (&mut self.gc, self.ms[m.0 as usize].p, mode) {
            gc.fractional_time[usize::from(p.0)] += piece;
        }
        if let (Some(marking), MarkMode::Idle) = (self.gc.as_mut().and_then(|gc| gc.marking.as_mut()), mode) {
            marking.idle_time += piece;
        }
        self.m(m).doing = Doing::Marking(mode);
        ctx.run(self.m(m).thread, Work::overhead(overhead + piece));
    }

    fn leave_marking(&mut self, mode: MarkMode) {
        if let (Some(marking), MarkMode::Idle) = (self.gc.as_mut().and_then(|gc| gc.marking.as_mut()), mode) {
            marking.n_idle -= 1;
        }
    }

    /// A mark worker was stopped within its piece: what is left of it is to be taken again.
    fn return_piece(&mut self, mode: MarkMode, left: Span) {
        if let Some(marking) = self.gc.as_mut().and_then(|gc| gc.marking.as_mut()) {
            marking.left += left;
            marking.n_pieces -= 1;
            if mode == MarkMode::Dedicated {
                marking.n_dedicated_wanted += 1;
            }
        }
        self.leave_marking(mode);
    }

    /// A piece is marked.
    pub(super) fn marked<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, mode: MarkMode) {
        let (now, p) = (ctx.now(), self.p_of(m));
        let piece = nanoseconds(CHECK_BYTES, ctx.costs.go.mark_ns_per_byte);
        let Some(gc) = &mut self.gc else { return };
        let spent = gc.fractional_time[usize::from(p.0)].as_ns() as f64;
        let Some(marking) = &mut gc.marking else {
            return self.schedule(ctx, m, Span::ZERO);
        };
        marking.n_pieces -= 1;
        marking.credit += piece;
        if marking.left.is_zero() {
            if marking.n_pieces > 0 {
                self.leave_marking(mode);
                return self.schedule(ctx, m, Span::ZERO);
            }
            // `gcMarkDone`.
            return self.stop_the_world(ctx, m, None);
        }
        let passed = now.since(marking.began).as_ns() as f64;
        let goes_on = match mode {
            MarkMode::Dedicated => true,
            // `pollFractionalWorkerExit`.
            MarkMode::Fractional => spent <= passed * 1.2 * marking.fractional_goal,
            // `pollWork`.
            MarkMode::Idle => {
                let polls = self.poller.is_none() && !self.net_ready.is_empty();
                self.global.is_empty() && !self.p(p).has_work() && !polls
            }
        };
        if goes_on {
            return self.mark(ctx, m, mode, Span::ZERO);
        }
        self.leave_marking(mode);
        self.schedule(ctx, m, Span::ZERO);
    }
}
