//! Falling asleep and waking up: `runtime/scheduler/multi_thread/park.rs`, and `Context::park` of `worker.rs`.
//!
//! One worker sleeps in the driver, the others on condition variables. Whoever wakes in the driver runs what it finds
//! there; while it does, nobody watches sockets and timers until another worker runs dry, or a busy one has turned its
//! loop 61 times (tokio-rs/tokio #4730; what mends that, `enable_eager_driver_handoff`, is off).

use crate::sim::machine::Work;
use crate::sim::run::Ctx;
use crate::sim::time::Span;
use crate::sim::tokio::worker::Doing;
use crate::sim::tokio::{Tokio, TokioEvent, WorkerIdx};
use crate::sim::trace::Sink;

/// The state of a parker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parker {
    /// Its worker is awake.
    Empty,
    /// Its worker was told to wake up, or not to fall asleep.
    Notified,
    /// Its worker sleeps on its condition variable.
    Condvar,
    /// Its worker sleeps in the driver.
    Driver,
}

impl Tokio {
    /// `Context::park`: `w` has nothing to do.
    pub(super) fn park<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx) {
        let was_last_searcher = std::mem::take(&mut self.w(w).is_searching) && self.idle.stop_searching();
        self.idle.park(w);
        // `notify_if_work_pending`.
        if was_last_searcher && (!self.inject.is_empty() || self.workers.iter().any(|worker| !worker.ring.is_empty())) {
            self.notify_parked(ctx);
        }
        self.park_thread(ctx, w);
    }

    /// `Inner::park`: in the driver if nobody is there, else on the condition variable.
    pub(super) fn park_thread<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx) {
        if self.w(w).parker == Parker::Notified {
            self.w(w).parker = Parker::Empty;
            return self.unparked(ctx, w, Span::ZERO);
        }
        if self.driver.owner.is_some() {
            self.w(w).parker = Parker::Condvar;
        } else if self.enter_driver(ctx, w) {
            self.w(w).parker = Parker::Driver;
        } else {
            let mut overhead = Span::ZERO;
            self.turn(ctx, w, &mut overhead);
            return self.unparked(ctx, w, overhead);
        }
        self.w(w).doing = Doing::Asleep;
        ctx.sleep(self.w(w).thread);
    }

    /// `park_yield`: looks at the driver without sleeping, unless another worker sleeps there.
    pub(super) fn park_yield<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, overhead: &mut Span) {
        if self.driver.owner.is_none() {
            self.turn(ctx, w, overhead);
        }
        self.after_park(ctx, w);
    }

    /// `Inner::unpark`.
    pub(super) fn unpark<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx) {
        match std::mem::replace(&mut self.w(w).parker, Parker::Notified) {
            Parker::Empty | Parker::Notified => {}
            Parker::Condvar => self.wake_thread(ctx, w),
            Parker::Driver => self.unpark_driver(ctx),
        }
    }

    pub(super) fn wake_thread<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx) {
        self.w(w).doing = Doing::Waking;
        ctx.run(self.w(w).thread, Work::overhead(Span::ZERO));
    }

    /// The thread of `w` runs again.
    pub(super) fn woke<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx) {
        let mut overhead = Span::ZERO;
        if self.driver.owner == Some(w) {
            self.driver.owner = None;
            self.turn(ctx, w, &mut overhead);
        }
        self.w(w).parker = Parker::Empty;
        self.unparked(ctx, w, overhead);
    }

    /// The end of `park_internal`: deferred tasks are woken, the last of them first; and somebody else, if there is
    /// more than `w` can run at once.
    fn after_park<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx) {
        while let Some(task) = self.w(w).deferred.pop() {
            self.put_local(ctx, w, task);
        }
        if self.w(w).should_notify_others() {
            self.notify_parked(ctx);
        }
    }

    /// `transition_from_parked`: `w` goes on if it has something to do, or if it was told to.
    fn unparked<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, overhead: Span) {
        self.after_park(ctx, w);
        if self.w(w).has_tasks() {
            // What it found at the driver is its own. If somebody wanted it to search besides, it counts as searching.
            let was_asleep = self.idle.unpark_by_id(w);
            self.w(w).is_searching = !was_asleep;
        } else if self.idle.is_parked(w) {
            if overhead.is_zero() {
                return self.park_thread(ctx, w);
            }
            self.w(w).doing = Doing::Reparking;
            return ctx.run(self.w(w).thread, Work::overhead(overhead));
        } else {
            self.w(w).is_searching = true;
        }
        let now = ctx.now();
        self.w(w).stats.start(now);
        self.run(ctx, w, overhead);
    }
}
