//! What a model is given of the run that it is part of: clock, machine, requests, costs, trace.

use std::collections::VecDeque;

use crate::sim::advance::Death;
use crate::sim::books::Books;
use crate::sim::costs::Costs;
use crate::sim::database::Database;
use crate::sim::kernel::Kernel;
use crate::sim::lanes::{Activity, LaneEvent, Stage};
use crate::sim::machine::{Alarm, Effects, Machine, ThreadIdx, Work};
use crate::sim::request::{Request, RequestId, RequestIdx, Requests};
use crate::sim::runtime::DEEP;
use crate::sim::scenario::Transport;
use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceEvent};
use crate::sim::workload::Workload;

/// Anything that can happen.
#[derive(Clone, Copy, Debug)]
pub enum Event<E> {
    /// The process is started.
    Start,
    /// It can be reached from now on.
    Up,
    /// The program begins whose clients are part of it, or that starts what arrives by timers of its own.
    Launch,
    /// The next open arrival.
    Arrival,
    /// A client has thought and sends its next request.
    ThinkOver(u32),
    /// A request's I/O answer is on the socket.
    WaitOver(RequestIdx),
    /// Queries may be done in the database.
    Database,
    /// The machine wanted to be told.
    Alarm(Alarm),
    /// The runtime's own.
    Own(E),
}

/// Everything around the scheduler: clock, machine, requests, costs and the sink of the trace.
#[derive(Clone, Debug)]
pub struct Ctx<E, S> {
    pub(super) outlet: Outlet<E, S>,
    pub(super) machine: Machine,
    pub(super) requests: Requests,
    pub(super) workload: Workload,
    pub(super) database: Database,
    /// When the next open arrival is due.
    pub(super) next_arrival: Option<Time>,
    /// What each step costs.
    pub costs: Costs,
    pub(super) max_in_flight: usize,
    pub(super) n_refused: u64,
    pub(super) death: Option<Death>,
    /// Whether the process can be reached.
    pub(super) is_up: bool,
    /// What arrived before it could, in order.
    pub(super) held: VecDeque<RequestIdx>,
    /// How many threads the eye has been told of.
    pub(super) n_introduced: usize,
}

impl<E: Copy, S: Sink> Ctx<E, S> {
    /// The current simulated time.
    #[must_use]
    pub fn now(&self) -> Time {
        self.outlet.kernel.now()
    }

    /// Lets `event` happen after `delay`.
    pub fn schedule(&mut self, delay: Span, event: E) {
        self.outlet.kernel.schedule(delay, Event::Own(event));
    }

    /// Lets `event` happen at `at`.
    pub fn schedule_at(&mut self, at: Time, event: E) {
        self.outlet.kernel.schedule_at(at, Event::Own(event));
    }

    /// The request at `idx`.
    #[must_use]
    pub fn request(&self, idx: RequestIdx) -> &Request {
        self.requests.get(idx)
    }

    /// The workload, for its scenario and draws.
    #[must_use]
    pub fn workload(&self) -> &Workload {
        &self.workload
    }

    /// Tells the sink that `event` happens now.
    pub fn trace(&mut self, event: TraceEvent) {
        self.outlet.sink.record(self.outlet.kernel.now(), event);
    }

    /// Tells the sink something for the eye, which is put together only if it wants it.
    pub fn lane(&mut self, event: impl FnOnce() -> LaneEvent) {
        if S::WANTS_LANES {
            self.outlet.lane(event);
        }
    }

    /// Tells the eye what `thread` does from now on, and for whom.
    pub fn does(&mut self, ThreadIdx(thread): ThreadIdx, activity: Activity, request: Option<RequestIdx>) {
        if S::WANTS_LANES {
            let request = request.map(|request| self.request(request).id);
            self.lane(|| LaneEvent::Does { thread, activity, request });
        }
    }

    /// Tells the eye that `request` is at `stage` from now on.
    pub fn stage(&mut self, request: RequestIdx, stage: Stage) {
        if S::WANTS_LANES {
            let (slot, request) = (request.0, self.request(request).id);
            self.lane(|| LaneEvent::Stage { request, slot, stage });
        }
    }

    /// Gives `thread` CPU work; [`Model::worked`] follows.
    pub fn run(&mut self, thread: ThreadIdx, work: Work) {
        if S::WANTS_LANES {
            let request = work.request.map(|request| self.request(request).id);
            self.lane(|| LaneEvent::Piece { thread: thread.0, request });
            if let Some(request) = work.request {
                self.stage(request, Stage::Thread(thread.0));
            }
        }
        let now = self.now();
        self.machine.run(now, thread, work, &mut self.outlet);
    }

    /// Sends `thread` to sleep.
    pub fn sleep(&mut self, thread: ThreadIdx) {
        let now = self.now();
        self.machine.sleep(now, thread, &mut self.outlet);
    }

    /// Adds a thread to the machine, asleep.
    pub fn spawn_thread(&mut self) -> ThreadIdx {
        self.machine.spawn()
    }

    /// Stops `thread` in the middle of its work; it keeps its core. Returns what is left of its overhead and of its
    /// service; `None` if it is not running.
    pub fn interrupt(&mut self, thread: ThreadIdx) -> Option<(Span, Span)> {
        let (done, left) = self.machine.interrupt(self.outlet.kernel.now(), thread)?;
        self.account(thread, done);
        Some((left.overhead, left.service))
    }

    /// Stops `thread` wherever it is and sends it to sleep. Returns what is left of its overhead and of its service.
    pub fn halt(&mut self, thread: ThreadIdx) -> (Span, Span) {
        if let Some(left) = self.interrupt(thread) {
            self.sleep(thread);
            return left;
        }
        let now = self.now();
        let (done, left) = self.machine.halt(now, thread, &mut self.outlet);
        self.account(thread, done);
        (left.overhead, left.service)
    }

    /// Stops every thread that works or waits for a core and sends it to sleep; adds to `halted` what each has left to do,
    /// those on cores first and then the others in line. A thread that has just finished keeps its core.
    pub fn halt_all(&mut self, halted: &mut Vec<(ThreadIdx, Work)>) {
        let begin = halted.len();
        while let Some((thread, done, left)) = self.machine.leave_line() {
            self.account(thread, done);
            halted.push((thread, left));
        }
        let n_in_line = halted.len() - begin;
        for core in 0..self.machine.on_core().len() {
            let Some(thread) = self.machine.on_core()[core] else { continue };
            if let Some((done, left)) = self.machine.interrupt(self.outlet.kernel.now(), thread) {
                self.account(thread, done);
                self.sleep(thread);
                halted.push((thread, left));
            }
        }
        halted[begin..].rotate_left(n_in_line);
    }

    /// Begins the next burst of `request` and tells its length.
    pub fn begin_burst(&mut self, request: RequestIdx) -> Span {
        let burst = self.workload.burst(self.requests.get(request));
        let request = self.requests.get_mut(request);
        request.n_bursts_left -= 1;
        request.demanded += burst;
        burst
    }

    /// Begins the wait of `request` after its burst and tells its length. The runtime ends it by a timer of its own,
    /// or asks for [`Ctx::answer_after`].
    pub fn begin_wait(&mut self, request: RequestIdx) -> Span {
        let wait = self.workload.wait(self.requests.get(request));
        let request = self.requests.get_mut(request);
        request.waited += wait;
        request.wait = wait;
        request.n_waits_begun += 1;
        let id = request.id;
        self.trace(TraceEvent::WaitBegan(id));
        wait
    }

    /// Lets the answer that `request` waits for be on its socket after `wait`; [`Model::io_ready`] follows.
    pub fn answer_after(&mut self, wait: Span, request: RequestIdx) {
        self.outlet.kernel.schedule(wait, Event::WaitOver(request));
        self.stage(request, Stage::Network);
    }

    /// What `request` waits for, by a timer or a call of the runtime's own, is there.
    pub fn wait_over(&mut self, request: RequestIdx) {
        let id = self.request(request).id;
        self.trace(TraceEvent::WaitOver(id));
    }

    /// The client of `request` gives up connecting; it thinks and comes back with its next one.
    pub fn abandon(&mut self, request: RequestIdx) {
        self.stage(request, Stage::Gone);
        let &Request { id, born, client, .. } = self.requests.remove(request);
        self.outlet.books.left(self.outlet.kernel.now(), born);
        self.trace(TraceEvent::Abandoned(id));
        self.n_refused += 1;
        self.think(client);
    }

    /// The runtime can not go on.
    pub fn die(&mut self, of: Death) {
        self.death.get_or_insert(of);
    }

    /// The process that was started ([`Model::start`]) can be reached from now on.
    pub fn come_up(&mut self) {
        if !self.is_up {
            self.outlet.kernel.schedule(Span::ZERO, Event::Up);
        }
    }

    /// When the next open arrival is due, for who starts it by a timer of its own.
    #[must_use]
    pub fn next_arrival(&self) -> Option<Time> {
        self.next_arrival
    }

    /// Answers `request`: it is gone, and its client thinks. A client inside of the process is given back: it is the
    /// model's to go on with.
    pub fn complete(&mut self, request: RequestIdx) -> Option<u32> {
        self.stage(request, Stage::Gone);
        let &Request { id, born, client, class, demanded, served, waited, .. } = self.requests.remove(request);
        self.outlet.books.left(self.outlet.kernel.now(), born);
        self.trace(TraceEvent::Completed { request: id, class, born, demanded, served, waited });
        if DEEP && self.workload.scenario().transport == Transport::Direct {
            return client;
        }
        self.think(client);
        None
    }

    /// `client`, which is inside of the process, begins to think; its next request is there at the time that is returned
    /// ([`Model::arrived`] follows). `None` if it does not think.
    pub fn begin_think(&mut self, client: u32) -> Option<Time> {
        let think = self.workload.think(client);
        if think.is_zero() {
            return None;
        }
        self.outlet.kernel.schedule(think, Event::ThinkOver(client));
        Some(self.now() + think)
    }

    /// The next request of `client`, which is inside of the process and does not think.
    pub fn come(&mut self, client: u32) -> RequestIdx {
        let id = self.workload.next_round(client);
        self.insert(id, Some(client))
    }

    pub(super) fn think(&mut self, client: Option<u32>) {
        if let Some(client) = client {
            let think = self.workload.think(client);
            self.outlet.kernel.schedule(think, Event::ThinkOver(client));
        }
    }

    pub(super) fn account(&mut self, thread: ThreadIdx, work: Work) {
        if work.overhead.is_zero() && work.service.is_zero() {
            return;
        }
        self.outlet.books.account(work.overhead + work.service);
        if let Some(request) = work.request {
            let request = self.requests.get_mut(request);
            request.served += work.service;
            let id = request.id;
            let (service, overhead) = (work.service, work.overhead);
            self.trace(TraceEvent::Ran { thread: thread.0, request: id, service, overhead });
        } else {
            self.trace(TraceEvent::Overhead { thread: thread.0, overhead: work.overhead });
        }
    }

    pub(super) fn admit(&mut self, id: RequestId, client: Option<u32>) -> Option<RequestIdx> {
        if self.requests.len() >= self.max_in_flight {
            self.n_refused += 1;
            self.trace(TraceEvent::Refused(id));
            return None;
        }
        Some(self.insert(id, client))
    }

    fn insert(&mut self, id: RequestId, client: Option<u32>) -> RequestIdx {
        let now = self.now();
        self.outlet.books.arrived(now);
        self.trace(TraceEvent::Arrived(id));
        let request = self.requests.insert();
        self.workload.begin(self.requests.get_mut(request), id, client, now);
        self.stage(request, Stage::Arrived);
        request
    }
}

/// Where what the machine brings about goes: pending events, trace and books.
#[derive(Clone, Debug)]
pub(super) struct Outlet<E, S> {
    pub(super) kernel: Kernel<Event<E>>,
    pub(super) sink: S,
    pub(super) books: Books,
}

impl<E: Copy, S: Sink> Outlet<E, S> {
    pub(super) fn lane(&mut self, event: impl FnOnce() -> LaneEvent) {
        if S::WANTS_LANES {
            self.sink.record_lane(self.kernel.now(), event());
        }
    }
}

impl<E: Copy, S: Sink> Effects for Outlet<E, S> {
    fn wake(&mut self, at: Time, alarm: Alarm) {
        self.kernel.schedule_at(at, Event::Alarm(alarm));
    }

    fn core(&mut self, core: u16, is_busy: bool) {
        self.books.core(self.kernel.now(), is_busy);
        self.sink.record(self.kernel.now(), TraceEvent::CoreBusy(core, is_busy));
    }

    fn turn(&mut self, core: u16, ThreadIdx(thread): ThreadIdx) {
        self.sink.record(self.kernel.now(), TraceEvent::Turn { core, thread });
    }

    fn ready(&mut self, ThreadIdx(thread): ThreadIdx) {
        self.lane(|| LaneEvent::Ready { thread });
    }

    fn runs(&mut self, ThreadIdx(thread): ThreadIdx, core: u16, switch: Span, overhead: Span) {
        self.lane(|| LaneEvent::Runs { thread, core, switch, overhead });
    }

    fn sleeps(&mut self, ThreadIdx(thread): ThreadIdx) {
        self.lane(|| LaneEvent::Sleeps { thread });
    }
}
