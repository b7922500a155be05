//! One event loop: its queues, and the order in which it empties them.
//!
//! Follows libuv 1.45 and later. One iteration (`src/unix/core.c` `uv_run`): poll, check (`setImmediate`), closing,
//! then timers. One poll (`src/unix/linux.c` `uv__io_poll`): at most 1024 events, again while the batch was full, 48
//! times at most; the descriptor of the one eventfd stands for everything that other threads have sent. After every
//! callback Node drains ticks and microtasks (`src/api/callback.cc` `InternalCallbackScope::Close`,
//! `lib/internal/process/task_queues.js`).

use std::collections::VecDeque;

use crate::sim::lanes;
use crate::sim::machine::ThreadIdx;
use crate::sim::net::Backlog;
use crate::sim::node::callback::{Callback, Ready, Running};
use crate::sim::node::epoll::{Epoll, Fd, Sockets};
use crate::sim::node::heap::Heap;
use crate::sim::node::timers::Timers;
use crate::sim::request::RequestIdx;
use crate::sim::scenario::Warm;
use crate::sim::script::Function;
use crate::sim::time::{Span, Time};

/// How often a poll phase goes on after a full batch (`uv__io_poll`: `count = 48`).
const POLL_REPEATS: u32 = 48;
/// Messages that one wake-up of a port handles, unless more were there at its start (`src/node_messaging.cc`
/// `MessagePort::OnMessage`: `max(queue length, 1000)`).
const MESSAGES_PER_WAKE: usize = 1000;
/// What a server listens with (`lib/net.js`: `backlog || 511`).
const BACKLOG: usize = 511;
/// Resolution of the event-loop delay that is reported (`perf_hooks.monitorEventLoopDelay`: 10 ms). Node records the
/// time from one firing of its timer to the next, so that a loop at rest reads 10 ms there; here it reads 0.
const DELAY_PROBE: u64 = 10_000_000;

/// Where the loop is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Working off what `epoll_wait` returned.
    Poll { was_full: bool, n_repeats: u32 },
    /// Running the immediates that were there when the phase began.
    Check { n_left: usize },
    /// About to look at the timers.
    Timers,
    /// Inside `processTimers(now)`.
    ProcessTimers { now: u64 },
    /// At the end of an iteration.
    Ended,
    /// Asleep in `epoll_wait`.
    Blocked,
}

/// What the loop does next.
#[derive(Clone, Copy, Debug)]
pub(super) enum Next {
    /// Run this.
    Call(Callback),
    /// Accept one connection.
    Accept,
    /// Sleep in `epoll_wait`, for at most so long.
    Block(Option<Span>),
}

/// One event loop.
#[derive(Clone, Debug)]
pub(super) struct EventLoop {
    pub(super) thread: ThreadIdx,
    pub(super) heap: Heap,
    pub(super) timers: Timers<Callback>,
    pub(super) backlog: Backlog,
    pub(super) immediates: VecDeque<Callback>,
    pub(super) ticks: VecDeque<Function>,
    pub(super) microtasks: VecDeque<Callback>,
    /// What is due to be started inside of the process, and how much of it the running callback has yet to start.
    pub(super) due: VecDeque<RequestIdx>,
    pub(super) n_to_start: Option<usize>,
    /// Whether the timer is set that starts it.
    pub(super) start_is_set: bool,
    /// What the thread was given work for.
    pub(super) running: Option<Running>,
    /// Overhead that is spent but not yet charged; it goes on top of the next callback.
    pub(super) owed: Span,
    /// Loop iterations and callbacks of epoll since they were last charged.
    pub(super) n_iterations: u64,
    pub(super) n_polled: u64,
    /// How many descriptors the last `epoll_wait` has reported.
    pub(super) n_reported: u32,
    epoll: Epoll,
    /// Completions of the thread pool (`loop->wq`), and messages from other threads.
    completions: VecDeque<Callback>,
    messages: VecDeque<Callback>,
    /// Whether the eventfd is written to and not yet read.
    async_is_pending: bool,
    /// What reading the eventfd has brought: all completions at once, then so many messages.
    async_batch: VecDeque<Callback>,
    n_messages_left: usize,
    phase: Phase,
    is_in_microtasks: bool,
    /// `loop->time`: whole milliseconds, as they were when last looked at.
    time: u64,
    /// Tells a stale time-out from a live one.
    pub(super) epoch: u32,
    /// When the next timer of the delay histogram would be due, in nanoseconds.
    probe_due: u64,
}

impl EventLoop {
    /// A loop asleep.
    pub(super) fn new(thread: ThreadIdx, warm: Warm) -> Self {
        Self {
            thread,
            heap: Heap::new(warm),
            timers: Timers::default(),
            backlog: Backlog::new(BACKLOG),
            immediates: VecDeque::new(),
            ticks: VecDeque::new(),
            microtasks: VecDeque::new(),
            due: VecDeque::new(),
            n_to_start: None,
            start_is_set: false,
            running: None,
            owed: Span::ZERO,
            n_iterations: 0,
            n_polled: 0,
            n_reported: 0,
            epoll: Epoll::default(),
            completions: VecDeque::new(),
            messages: VecDeque::new(),
            async_is_pending: false,
            async_batch: VecDeque::new(),
            n_messages_left: 0,
            phase: Phase::Blocked,
            is_in_microtasks: false,
            time: 0,
            epoch: 0,
            probe_due: DELAY_PROBE,
        }
    }

    /// Whether it sleeps in `epoll_wait`.
    pub(super) fn is_blocked(&self) -> bool {
        self.phase == Phase::Blocked
    }

    /// The phase, for the eye: at the end of an iteration it is about to poll.
    pub(super) fn lane_phase(&self) -> lanes::Phase {
        match self.phase {
            Phase::Poll { .. } | Phase::Ended => lanes::Phase::Poll,
            Phase::Check { .. } => lanes::Phase::Check,
            Phase::Timers | Phase::ProcessTimers { .. } => lanes::Phase::Timers,
            Phase::Blocked => lanes::Phase::Blocked,
        }
    }

    /// Bytes of `request` are there on a socket that stays open.
    pub(super) fn socket(&mut self, sockets: &mut Sockets, fd: Fd, request: RequestIdx) {
        self.epoll.socket(sockets, fd, request);
    }

    /// A socket of its own for `callback` has become readable.
    pub(super) fn readable(&mut self, callback: Callback) {
        self.epoll.once(callback);
    }

    /// A connection is in the backlog.
    pub(super) fn connected(&mut self) {
        self.epoll.listen();
    }

    /// A pool thread has finished a call.
    pub(super) fn complete(&mut self, then: Callback) {
        self.completions.push_back(then);
        self.send_async();
    }

    /// Another thread has posted a message.
    pub(super) fn post(&mut self, message: Callback) {
        self.messages.push_back(message);
        self.send_async();
    }

    /// `uv_async_send`: one write to the eventfd if none is pending.
    fn send_async(&mut self) {
        if !self.async_is_pending {
            self.async_is_pending = true;
            self.epoll.eventfd();
        }
    }

    /// `setTimeout`: `getLibuvNow` refreshes the loop's time.
    pub(super) fn set_timeout(&mut self, now: Time, wait: Span, callback: Callback) {
        self.time = now.as_whole_ms();
        self.timers.insert(self.time, wait, callback);
    }

    /// The loop leaves `epoll_wait`: something is ready, or the time is over. Tells how many timers of the delay
    /// histogram would have fired in time meanwhile.
    pub(super) fn unblock(&mut self, now: Time, sockets: &mut Sockets) -> u32 {
        self.epoch = self.epoch.wrapping_add(1);
        self.poll(now, sockets, POLL_REPEATS);
        let n = if now.as_ns() < self.probe_due { 0 } else { (now.as_ns() - self.probe_due) / DELAY_PROBE + 1 };
        self.probe_due += n * DELAY_PROBE;
        n as u32
    }

    /// The delay histogram begins at `now`.
    pub(super) fn begin_probe(&mut self, now: Time) {
        self.probe_due = now.as_ns() + DELAY_PROBE;
    }

    /// How late a timer of the delay histogram is, if one is due.
    pub(super) fn probe(&mut self, now: Time) -> Option<Span> {
        let late = now.as_ns().checked_sub(self.probe_due)?;
        // The histogram's timer is set again from now on.
        self.probe_due = now.as_ns() + DELAY_PROBE;
        Some(Span::from_ns(late))
    }

    /// `epoll_wait` returns what is ready now. How much that is.
    fn poll(&mut self, now: Time, sockets: &mut Sockets, n_repeats: u32) -> usize {
        self.time = now.as_whole_ms();
        let n = self.epoll.wait(sockets, !self.backlog.is_empty(), self.async_is_pending);
        self.n_polled += n as u64;
        self.n_reported = n as u32;
        self.phase = Phase::Poll { was_full: self.epoll.is_full(), n_repeats };
        n
    }

    /// How long `epoll_wait` may last from `now` on, with a timer that was set before it began and is told of only now.
    pub(super) fn rearm(&mut self, now: Time) -> Option<Span> {
        self.epoch = self.epoch.wrapping_add(1);
        self.timers.uv_due().map(|due| (Time::ZERO + Span::from_ms(due)).since(now))
    }

    /// What comes next at `now`; the callback before has returned.
    pub(super) fn next(&mut self, now: Time, sockets: &mut Sockets) -> Next {
        loop {
            if let Phase::ProcessTimers { now } = self.phase
                && !self.timers.has_due(now)
            {
                // `processTimers` has returned and the `uv_timer` is set; only then does `Environment::RunTimers` close
                // its callback scope, which drains what the last timer has queued.
                self.timers.end(self.time);
                self.phase = Phase::Ended;
            }
            if let Some(callback) = self.next_tick() {
                return Next::Call(callback);
            }
            match self.phase {
                Phase::Poll { was_full, n_repeats } => {
                    if let Some(callback) = self.async_batch.pop_front() {
                        return Next::Call(callback);
                    }
                    if let Some(callback) = self.next_message() {
                        return Next::Call(callback);
                    }
                    match self.epoll.next() {
                        Some(Ready::Socket(callback)) => return Next::Call(callback),
                        Some(Ready::Listen) => return Next::Accept,
                        Some(Ready::Async) => self.read_async(),
                        None if was_full && n_repeats > 1 => {
                            self.poll(now, sockets, n_repeats - 1);
                        }
                        None => self.phase = Phase::Check { n_left: self.immediates.len() },
                    }
                }
                Phase::Check { n_left: 0 } => self.phase = Phase::Timers,
                Phase::Check { n_left } => {
                    self.phase = Phase::Check { n_left: n_left - 1 };
                    if let Some(callback) = self.immediates.pop_front() {
                        return Next::Call(callback);
                    }
                }
                Phase::Timers => {
                    self.time = now.as_whole_ms();
                    self.phase = Phase::Ended;
                    if self.timers.uv_due().is_some_and(|due| due <= self.time) {
                        self.timers.begin();
                        self.phase = Phase::ProcessTimers { now: self.time };
                    }
                }
                Phase::ProcessTimers { .. } => {
                    if let Some(callback) = self.timers.next() {
                        return Next::Call(callback);
                    }
                }
                Phase::Ended => {
                    self.n_iterations += 1;
                    let timeout = self.poll_timeout();
                    if self.poll(now, sockets, POLL_REPEATS) == 0 && timeout != Some(Span::ZERO) {
                        self.phase = Phase::Blocked;
                        return Next::Block(timeout);
                    }
                }
                Phase::Blocked => return Next::Block(None),
            }
        }
    }

    /// The main program is about to run; the loop begins after it, with its timers (`UV_RUN_DEFAULT` runs them once).
    pub(super) fn begin_main(&mut self) {
        self.phase = Phase::Timers;
    }

    /// `processTicksAndRejections`: all ticks, then all microtasks, until there are none of either. The microtasks of
    /// V8 run until none is left, also those that they queue; the ticks that they queue come after.
    fn next_tick(&mut self) -> Option<Callback> {
        if self.is_in_microtasks {
            if let Some(callback) = self.microtasks.pop_front() {
                return Some(callback);
            }
            self.is_in_microtasks = false;
        }
        if let Some(function) = self.ticks.pop_front() {
            return Some(Callback::Script(function));
        }
        let callback = self.microtasks.pop_front();
        self.is_in_microtasks = callback.is_some();
        callback
    }

    /// `uv__async_io`: every completion that is there, and leave to handle messages.
    fn read_async(&mut self) {
        self.async_is_pending = false;
        self.async_batch.append(&mut self.completions);
        self.n_messages_left = self.messages.len().max(MESSAGES_PER_WAKE);
    }

    fn next_message(&mut self) -> Option<Callback> {
        if self.n_messages_left == 0 {
            return None;
        }
        let message = self.messages.pop_front();
        self.n_messages_left = if message.is_some() { self.n_messages_left - 1 } else { 0 };
        if self.n_messages_left == 0 && !self.messages.is_empty() {
            self.send_async();
        }
        message
    }

    /// `uv__backend_timeout`, from the loop's time as it was last looked at.
    fn poll_timeout(&self) -> Option<Span> {
        if !self.immediates.is_empty() {
            return Some(Span::ZERO);
        }
        self.timers.uv_due().map(|due| Span::from_ms(due.saturating_sub(self.time)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::net::Connect;
    use crate::sim::request::RequestIdx;

    fn message(i: u32) -> Callback {
        Callback::Burst(RequestIdx(i))
    }

    /// What the loop does next, as long as it calls something.
    fn next(one: &mut EventLoop) -> Option<Callback> {
        match one.next(Time::ZERO, &mut Sockets::default()) {
            Next::Call(callback) => Some(callback),
            _ => None,
        }
    }

    #[test]
    fn one_wake_up_handles_a_thousand_messages_or_all_that_were_there() {
        for (n_there, n_expected) in [(1, 1000), (999, 1000), (1700, 1700)] {
            let mut one = EventLoop::new(ThreadIdx(0), Warm::Warm);
            (0..n_there).for_each(|i| one.post(message(i)));
            one.readable(Callback::Resume(RequestIdx(7)));
            one.unblock(Time::ZERO, &mut Sockets::default());
            let mut n = 0;
            while let Some(Callback::Burst(_)) = next(&mut one) {
                n += 1;
                // Each brings the next: the port never runs empty, and the socket still has its turn.
                one.post(message(0));
            }
            assert_eq!(n, n_expected);
            // What is left has woken the loop again: its turn comes in the next iteration.
            assert!(matches!(next(&mut one), Some(Callback::Burst(_))));
        }
    }

    #[test]
    fn a_listening_socket_is_reported_once_an_iteration_and_not_without_connections() {
        let mut one = EventLoop::new(ThreadIdx(0), Warm::Warm);
        (0..3).for_each(|i| assert_eq!(one.backlog.connect(RequestIdx(i), 0), Connect::Queued));
        one.connected();
        one.unblock(Time::ZERO, &mut Sockets::default());
        for left in (0..3).rev() {
            assert!(matches!(one.next(Time::ZERO, &mut Sockets::default()), Next::Accept));
            one.backlog.accept();
            assert_eq!(one.n_iterations, 2 - left, "one accept in each iteration");
        }
        assert!(matches!(one.next(Time::ZERO, &mut Sockets::default()), Next::Block(None)));
    }
}
