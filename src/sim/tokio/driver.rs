//! Sockets and timers: `runtime/io/driver.rs` and `runtime/time/mod.rs`.

use std::collections::VecDeque;

use crate::sim::lanes::{Queue, Stage};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::time::{Span, Time};
use crate::sim::tokio::requests::Progress;
use crate::sim::tokio::wheel::Wheel;
use crate::sim::tokio::worker::Doing;
use crate::sim::tokio::{Task, Tokio, TokioEvent, WorkerIdx};
use crate::sim::trace::Sink;

/// Events taken by one turn (`runtime/builder.rs`, `nevents`).
const N_EVENTS: usize = 1024;
const MS: u64 = 1_000_000;

/// What epoll reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Connections are there to be accepted.
    Listener,
    /// The socket of a request is readable.
    Socket(RequestIdx),
}

/// Whom a timer wakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sleeper {
    /// A task.
    Task(Task),
    /// The main function.
    Main,
}

/// The driver, which one worker at a time may use.
#[derive(Clone, Debug)]
pub(super) struct Driver {
    /// Who sleeps in it, or is on the way out.
    pub(super) owner: Option<WorkerIdx>,
    /// What is ready, as the kernel lists it: edge-triggered, each source once.
    ready: VecDeque<Source>,
    listener_is_listed: bool,
    /// Somebody wrote to the eventfd (`mio::Waker`).
    is_woken: bool,
    /// Tells a stale time-out from a live one.
    epoch: u32,
    wheel: Wheel<Sleeper>,
    /// Until which millisecond its owner means to sleep (`next_wake`).
    next_wake: Option<u64>,
}

impl Driver {
    /// A driver in which `owner` sleeps.
    pub(super) fn of(owner: WorkerIdx) -> Self {
        Self {
            owner: Some(owner),
            ready: VecDeque::new(),
            listener_is_listed: false,
            is_woken: false,
            epoch: 0,
            wheel: Wheel::new(),
            next_wake: None,
        }
    }
}

/// The millisecond that `at` is in (`TimeSource::instant_to_tick`).
fn ms_of(at: Time) -> u64 {
    at.as_ns() / MS
}

impl Tokio {
    /// `source` became ready: who waits in epoll sees it, and nobody else.
    pub(super) fn readable<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, source: Source) {
        if source == Source::Listener && std::mem::replace(&mut self.driver.listener_is_listed, true) {
            return;
        }
        self.driver.ready.push_back(source);
        if let Source::Socket(request) = source {
            ctx.stage(request, Stage::Queue(Queue::Driver));
        }
        self.wake_driver(ctx);
    }

    /// `Handle::unpark`: the driver's owner returns from epoll, or whoever is next to look returns at once.
    pub(super) fn unpark_driver<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>) {
        self.driver.is_woken = true;
        self.wake_driver(ctx);
    }

    fn wake_driver<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>) {
        if let Some(owner) = self.driver.owner
            && matches!(self.w(owner).doing, Doing::Asleep)
        {
            self.driver.epoch = self.driver.epoch.wrapping_add(1);
            self.wake_thread(ctx, owner);
        }
    }

    pub(super) fn driver_timed_out<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, epoch: u32) {
        if epoch == self.driver.epoch {
            self.wake_driver(ctx);
        }
    }

    /// `Driver::park_internal` up to where it blocks: whether `w` sleeps in epoll now. It does so for whole milliseconds,
    /// counted from the beginning of the one that it is in, so up to one too long.
    pub(super) fn enter_driver<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx) -> bool {
        let driver = &mut self.driver;
        driver.next_wake = driver.wheel.next_ms();
        if driver.is_woken || !driver.ready.is_empty() {
            return false;
        }
        if let Some(when) = driver.next_wake {
            let left = when.saturating_sub(ms_of(ctx.now()));
            if left == 0 {
                return false;
            }
            driver.epoch = driver.epoch.wrapping_add(1);
            let epoch = driver.epoch;
            let slack = ctx.costs.machine.timer_slack;
            ctx.schedule(Span::from_ms(left) + slack, TokioEvent::DriverTimeout(epoch));
        }
        self.driver.owner = Some(w);
        true
    }

    /// `Driver::turn` and `Handle::process`, by `w`: what is ready and what is due is woken, and is queued on `w` in this
    /// order: sockets, then timers; so the last one is in the LIFO slot.
    pub(super) fn turn<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, overhead: &mut Span) {
        self.driver.is_woken = false;
        let n = self.driver.ready.len().min(N_EVENTS);
        *overhead += ctx.costs.tokio.turn + ctx.costs.machine.epoll_event * n as u64;
        for _ in 0..n {
            match self.driver.ready.pop_front() {
                Some(Source::Socket(request)) => self.report(ctx, w, request),
                Some(Source::Listener) => {
                    self.driver.listener_is_listed = false;
                    if std::mem::take(&mut self.listener_waits) {
                        self.put_local(ctx, w, Task::Listener);
                    }
                }
                None => {}
            }
        }
        let now = ms_of(ctx.now());
        while let Some(sleeper) = self.driver.wheel.poll(now) {
            match sleeper {
                Sleeper::Task(task) => {
                    if let Task::Request(request) = task {
                        ctx.wait_over(request);
                    }
                    self.put_local(ctx, w, task);
                }
                Sleeper::Main => self.wake_main(ctx),
            }
        }
        self.driver.next_wake = self.driver.wheel.next_ms();
    }

    /// The socket of `request` is readable (`ScheduledIo::wake`).
    fn report<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, request: RequestIdx) {
        let progress = &mut self.progress[request.0 as usize];
        match *progress {
            // Nobody waits for it yet.
            Progress::Accepted => {
                *progress = Progress::Reported;
                return;
            }
            Progress::Registered => *progress = Progress::Reported,
            _ => {}
        }
        self.put_local(ctx, w, Task::Request(request));
    }

    /// `tokio::time::sleep`: until the end of the millisecond in which it is over (`TimeSource::deadline_to_tick`,
    /// `Handle::reregister`). `false` if that is not in the future.
    pub(super) fn sleep<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, sleeper: Sleeper, wait: Span) -> bool {
        let when = (ctx.now() + wait).as_ns().div_ceil(MS);
        if !self.driver.wheel.insert(when, sleeper) {
            return false;
        }
        if self.driver.next_wake.is_none_or(|next| when < next) {
            self.unpark_driver(ctx);
        }
        true
    }

    /// A task on `w` sleeps.
    pub(super) fn sleep_task<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, w: WorkerIdx, task: Task, wait: Span) {
        let due = ctx.now() + wait;
        self.tell(ctx, task, Stage::Timer(due));
        if !self.sleep(ctx, Sleeper::Task(task), wait) {
            // It is over at once; here it is polled anew for that.
            if let Task::Request(request) = task {
                ctx.wait_over(request);
            }
            self.wake_local(ctx, w, task);
        }
    }
}
