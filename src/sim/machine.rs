//! Cores and the threads on them. While no more threads are runnable than there are cores, each has a core of its
//! own; beyond that they take turns.
//!
//! A turn is Linux's base slice: since 6.6 a thread that wakes up does not take the core from one that is in its slice
//! (`kernel/sched/fair.c`, `RUN_TO_PARITY`), and among equals the next turn is that of whoever has waited longest.
//!
//! Left out: a queue for each core with balancing between them (here all cores share one), migration and cache
//! effects, priorities, cgroup quotas, hyper-threads, frequency changes.

use std::collections::VecDeque;

use crate::sim::request::RequestIdx;
use crate::sim::time::{Span, Time};

/// A thread of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadIdx(pub u32);

/// A piece of CPU time for a request.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// For which request; `None` for a runtime's own work.
    pub request: Option<RequestIdx>,
    /// What is spent around the burst; it is spent first.
    pub overhead: Span,
    /// Part of the request's burst.
    pub service: Span,
}

impl Work {
    /// A runtime's own work of length `overhead`.
    #[must_use]
    pub fn overhead(overhead: Span) -> Self {
        Self { request: None, overhead, service: Span::ZERO }
    }

    fn total(&self) -> Span {
        self.overhead + self.service
    }
}

/// What the machine asks to be told later.
#[derive(Clone, Copy, Debug)]
pub enum Alarm {
    /// The piece that the thread began in this epoch is done.
    PieceDone(ThreadIdx, u32),
    /// The turn that the thread began in this epoch has lasted a slice.
    TurnOver(ThreadIdx, u32),
}

/// Where what a call to the machine brings about goes.
pub trait Effects {
    /// Call [`Machine::alarm`] with `alarm` at `at`.
    fn wake(&mut self, at: Time, alarm: Alarm);

    /// `core` began or ceased to run a thread.
    fn core(&mut self, core: u16, is_busy: bool);

    /// `core` took up `thread`.
    fn turn(&mut self, core: u16, thread: ThreadIdx);

    /// For the eye: `thread` has work and waits for a core.
    fn ready(&mut self, thread: ThreadIdx);

    /// For the eye: `thread` works on `core` from now on, first on the switch to it, then on so much overhead.
    fn runs(&mut self, thread: ThreadIdx, core: u16, switch: Span, overhead: Span);

    /// For the eye: `thread` has given up its core.
    fn sleeps(&mut self, thread: ThreadIdx);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Has nothing to do and no core.
    Asleep,
    /// Has work and waits for a core.
    Ready,
    /// Works on a core.
    Running(u16),
    /// Has a core and has just finished its work.
    Holding(u16),
}

#[derive(Clone, Copy, Debug)]
struct Thread {
    state: State,
    work: Work,
    left: Span,
    began: Time,
    turn_began: Time,
    piece: u32,
    turn: u32,
    turn_is_timed: bool,
    /// It lost its core at the end of its turn, not by itself.
    was_preempted: bool,
    /// How much of what is left is the switch to it.
    switch: Span,
}

/// A machine with `n` cores and any number of threads.
#[derive(Clone, Debug)]
pub struct Machine {
    free_cores: Vec<u16>,
    /// By core: the thread that has it.
    on_core: Vec<Option<ThreadIdx>>,
    /// By core: the thread that had it last.
    last_on_core: Vec<Option<ThreadIdx>>,
    n_switches: u64,
    threads: Vec<Thread>,
    ready: VecDeque<ThreadIdx>,
    slice: Span,
    switch: Span,
    wake: Span,
}

/// Linux's turn of a thread among equals: 0.75 ms times 1 + log2 of the cores, counted up to 8
/// (`kernel/sched/fair.c`, `sysctl_sched_base_slice` and `get_update_sysctl_factor`, Linux 6.6).
fn base_slice(n_cores: u32) -> Span {
    Span::from_us(750) * u64::from(1 + n_cores.clamp(1, 8).ilog2())
}

impl Machine {
    /// A machine with `n_cores` idle cores. A thread that is woken pays `wake` on an idle core, and where all are busy
    /// `switch` when it gets one; so does one that comes back from the end of its turn.
    #[must_use]
    pub fn new(n_cores: u32, switch: Span, wake: Span) -> Self {
        // Core 0 is taken first.
        let free_cores = (0..n_cores as u16).rev().collect();
        let on_core = vec![None; n_cores as usize];
        Self {
            free_cores,
            last_on_core: on_core.clone(),
            on_core,
            n_switches: 0,
            threads: Vec::new(),
            ready: VecDeque::new(),
            slice: base_slice(n_cores),
            switch,
            wake,
        }
    }

    /// How many threads there are.
    #[must_use]
    pub fn n_threads(&self) -> usize {
        self.threads.len()
    }

    /// For whom `thread` has work, if it has some.
    #[must_use]
    pub fn works_for(&self, ThreadIdx(idx): ThreadIdx) -> Option<RequestIdx> {
        let thread = &self.threads[idx as usize];
        thread.work.request.filter(|_| thread.state != State::Asleep)
    }

    /// Tells where `thread` is, as if it had come there just now: for who begins to look.
    pub fn introduce(&self, now: Time, idx: ThreadIdx, effects: &mut impl Effects) {
        let thread = &self.threads[idx.0 as usize];
        match thread.state {
            State::Asleep => effects.sleeps(idx),
            State::Ready => effects.ready(idx),
            State::Running(core) | State::Holding(core) => {
                let done = (thread.work.total() - thread.left) + now.since(thread.began);
                effects.runs(idx, core, Span::ZERO, thread.work.overhead.saturating_sub(done));
            }
        }
    }

    /// How many times a core has gone from one thread to another one; coming back to the same one is none.
    #[must_use]
    pub fn n_switches(&self) -> u64 {
        self.n_switches
    }

    /// A new thread, asleep.
    pub fn spawn(&mut self) -> ThreadIdx {
        self.threads.push(Thread {
            state: State::Asleep,
            work: Work::overhead(Span::ZERO),
            left: Span::ZERO,
            began: Time::ZERO,
            turn_began: Time::ZERO,
            piece: 0,
            turn: 0,
            turn_is_timed: false,
            was_preempted: false,
            switch: Span::ZERO,
        });
        ThreadIdx((self.threads.len() - 1) as u32)
    }

    /// Lets `thread`, which sleeps or has just finished, do `work` as soon as it has a core.
    pub fn run(&mut self, now: Time, idx: ThreadIdx, work: Work, effects: &mut impl Effects) {
        let thread = &mut self.threads[idx.0 as usize];
        thread.work = work;
        thread.left = work.total();
        thread.switch = Span::ZERO;
        match thread.state {
            State::Holding(core) => self.begin_piece(now, idx, core, effects),
            State::Asleep => {
                let is_free = !self.free_cores.is_empty();
                let cost = if is_free { self.wake } else { self.switch };
                thread.work.overhead += cost;
                thread.left += cost;
                thread.switch = cost;
                if let Some(core) = self.free_cores.pop() {
                    effects.core(core, true);
                    self.begin_turn(now, idx, core, effects);
                } else {
                    self.threads[idx.0 as usize].state = State::Ready;
                    effects.ready(idx);
                    self.ready.push_back(idx);
                    self.time_turns(effects);
                }
            }
            State::Ready | State::Running(_) => unreachable!("a thread was given work while it had some"),
        }
    }

    /// Sends `thread`, which has just finished, to sleep; its core goes to the next ready thread.
    pub fn sleep(&mut self, now: Time, idx: ThreadIdx, effects: &mut impl Effects) {
        let thread = &mut self.threads[idx.0 as usize];
        if let State::Holding(core) = thread.state {
            thread.state = State::Asleep;
            effects.sleeps(idx);
            self.pass_on(now, core, effects);
        }
    }

    /// Whether `alarm` means that its thread has finished its work; it then has to be given more or sent to sleep.
    pub fn alarm(&mut self, now: Time, alarm: Alarm, effects: &mut impl Effects) -> Option<(ThreadIdx, Work)> {
        match alarm {
            Alarm::PieceDone(idx, piece) => {
                let thread = &mut self.threads[idx.0 as usize];
                let State::Running(core) = thread.state else { return None };
                if thread.piece != piece {
                    return None;
                }
                thread.state = State::Holding(core);
                Some((idx, thread.work))
            }
            Alarm::TurnOver(idx, turn) => {
                let thread = &mut self.threads[idx.0 as usize];
                if let State::Running(core) = thread.state
                    && thread.turn == turn
                {
                    thread.turn_is_timed = false;
                    if !self.ready.is_empty() {
                        self.stop(now, idx);
                        self.threads[idx.0 as usize].state = State::Ready;
                        self.threads[idx.0 as usize].was_preempted = true;
                        effects.ready(idx);
                        self.ready.push_back(idx);
                        self.pass_on(now, core, effects);
                    }
                }
                None
            }
        }
    }

    /// Stops `thread` in the middle of its work and tells what it had done and what is left to do.
    /// It then holds its core without work. `None` if it is not on a core now.
    pub fn interrupt(&mut self, now: Time, idx: ThreadIdx) -> Option<(Work, Work)> {
        let State::Running(core) = self.threads[idx.0 as usize].state else { return None };
        self.stop(now, idx);
        self.threads[idx.0 as usize].state = State::Holding(core);
        Some(self.split(idx))
    }

    /// Stops `thread` wherever it is and sends it to sleep; what it had done and what is left to do.
    pub fn halt(&mut self, now: Time, idx: ThreadIdx, effects: &mut impl Effects) -> (Work, Work) {
        match self.threads[idx.0 as usize].state {
            State::Running(_) => {
                let parts = self.interrupt(now, idx);
                self.sleep(now, idx, effects);
                parts.unwrap_or_else(|| self.split(idx))
            }
            State::Ready => {
                self.ready.retain(|ready| *ready != idx);
                self.threads[idx.0 as usize].state = State::Asleep;
                self.threads[idx.0 as usize].was_preempted = false;
                effects.sleeps(idx);
                self.split(idx)
            }
            State::Asleep | State::Holding(_) => {
                self.sleep(now, idx, effects);
                let nothing = Work::overhead(Span::ZERO);
                (nothing, nothing)
            }
        }
    }

    /// Takes the first thread that waits for a core out of the line and sends it to sleep; what it had done and what is
    /// left to do.
    pub fn leave_line(&mut self) -> Option<(ThreadIdx, Work, Work)> {
        let idx = self.ready.pop_front()?;
        let thread = &mut self.threads[idx.0 as usize];
        thread.state = State::Asleep;
        thread.was_preempted = false;
        let (done, left) = self.split(idx);
        Some((idx, done, left))
    }

    /// By core: the thread that has it.
    #[must_use]
    pub fn on_core(&self) -> &[Option<ThreadIdx>] {
        &self.on_core
    }

    /// What a stopped thread had done of its work, and what is left of it.
    fn split(&self, idx: ThreadIdx) -> (Work, Work) {
        let Thread { work, left, .. } = &self.threads[idx.0 as usize];
        let done = work.total() - *left;
        let overhead = done.min(work.overhead);
        let service = done - overhead;
        let rest = Work { overhead: work.overhead - overhead, service: work.service - service, ..*work };
        (Work { overhead, service, ..*work }, rest)
    }

    fn stop(&mut self, now: Time, idx: ThreadIdx) {
        let thread = &mut self.threads[idx.0 as usize];
        thread.left = thread.left.saturating_sub(now.since(thread.began));
        thread.piece = thread.piece.wrapping_add(1);
    }

    fn pass_on(&mut self, now: Time, core: u16, effects: &mut impl Effects) {
        self.on_core[usize::from(core)] = None;
        if let Some(next) = self.ready.pop_front() {
            let thread = &mut self.threads[next.0 as usize];
            if std::mem::take(&mut thread.was_preempted) {
                thread.left += self.switch;
                thread.work.overhead += self.switch;
                thread.switch = self.switch;
            }
            self.begin_turn(now, next, core, effects);
        } else {
            self.free_cores.push(core);
            effects.core(core, false);
        }
    }

    fn begin_turn(&mut self, now: Time, idx: ThreadIdx, core: u16, effects: &mut impl Effects) {
        let thread = &mut self.threads[idx.0 as usize];
        self.on_core[usize::from(core)] = Some(idx);
        let last = self.last_on_core[usize::from(core)].replace(idx);
        self.n_switches += u64::from(last.is_some_and(|last| last != idx));
        thread.turn = thread.turn.wrapping_add(1);
        thread.turn_began = now;
        thread.turn_is_timed = false;
        effects.turn(core, idx);
        self.begin_piece(now, idx, core, effects);
        if !self.ready.is_empty() {
            self.time_turns(effects);
        }
    }

    fn begin_piece(&mut self, now: Time, idx: ThreadIdx, core: u16, effects: &mut impl Effects) {
        let thread = &mut self.threads[idx.0 as usize];
        thread.state = State::Running(core);
        thread.began = now;
        thread.piece = thread.piece.wrapping_add(1);
        effects.wake(now + thread.left, Alarm::PieceDone(idx, thread.piece));
        let switch = std::mem::take(&mut thread.switch);
        let done = thread.work.total() - thread.left;
        effects.runs(idx, core, switch, (thread.work.overhead - switch).saturating_sub(done));
    }

    /// Somebody waits for a core: from now on every turn ends after a slice.
    fn time_turns(&mut self, effects: &mut impl Effects) {
        for idx in self.on_core.iter().copied().flatten() {
            let thread = &mut self.threads[idx.0 as usize];
            if !thread.turn_is_timed {
                thread.turn_is_timed = true;
                effects.wake(thread.turn_began + self.slice, Alarm::TurnOver(idx, thread.turn));
            }
        }
    }
}

#[cfg(test)]
mod tests;
