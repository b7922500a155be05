//! One run: a runtime serves a workload on a machine, event by event.

use crate::sim::costs::Costs;
use crate::sim::kernel::Kernel;
use crate::sim::machine::{Alarm, Effect, Machine, ThreadIdx, Work};
use crate::sim::request::{Request, RequestIdx, Requests};
use crate::sim::scenario::{Load, Scenario};
use crate::sim::script::Script;
use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceEvent};
use crate::sim::workload::{Recorded, Supply, Workload};

/// Requests in flight at most; further arrivals are refused and counted. Above the largest number of clients.
const MAX_IN_FLIGHT: usize = 1 << 17;
/// The same of a batch, which comes all at once: above the largest number of tasks.
const MAX_IN_BATCH: usize = 1 << 20;

/// Anything that can happen.
#[derive(Clone, Copy, Debug)]
pub enum Event<E> {
    /// The next open arrival.
    Arrival,
    /// A client has thought and sends its next request.
    ThinkOver(u32),
    /// A request's I/O answer is on the socket.
    WaitOver(RequestIdx),
    /// The machine wanted to be told.
    Alarm(Alarm),
    /// The runtime's own.
    Own(E),
}

/// A runtime's scheduler, driven by what happens around it.
pub trait Model: Sized {
    /// The events it schedules for itself.
    type Event: Copy;
    /// Which variant of it runs.
    type Kind: Copy;

    /// A runtime at rest, with its threads spawned on `machine`.
    fn new(kind: Self::Kind, scenario: &Scenario, costs: &Costs, machine: &mut Machine) -> Self;

    /// A new request has arrived.
    fn arrived<S: Sink>(&mut self, ctx: &mut Ctx<Self::Event, S>, request: RequestIdx);

    /// The answer that `request` waits for on a socket is there to be read.
    fn io_ready<S: Sink>(&mut self, ctx: &mut Ctx<Self::Event, S>, request: RequestIdx);

    /// `thread` has finished `work`; it has to be given more or sent to sleep.
    fn worked<S: Sink>(&mut self, ctx: &mut Ctx<Self::Event, S>, thread: ThreadIdx, work: Work);

    /// Runs `script` instead of serving requests.
    fn execute<S: Sink>(&mut self, ctx: &mut Ctx<Self::Event, S>, script: Script);

    /// The most memory that it has taken so far, in bytes; what costs nothing in this scenario is not in it.
    fn memory_peak(&self) -> u64;

    /// An event of its own is due.
    fn own<S: Sink>(&mut self, ctx: &mut Ctx<Self::Event, S>, event: Self::Event);
}

/// Everything around the scheduler: clock, machine, requests, costs and the sink of the trace.
#[derive(Clone, Debug)]
pub struct Ctx<E, S> {
    kernel: Kernel<Event<E>>,
    machine: Machine,
    requests: Requests,
    workload: Workload,
    /// What each step costs.
    pub costs: Costs,
    sink: S,
    max_in_flight: usize,
    n_refused: u64,
    death: Option<Death>,
}

impl<E: Copy, S: Sink> Ctx<E, S> {
    /// The current simulated time.
    #[must_use]
    pub fn now(&self) -> Time {
        self.kernel.now()
    }

    /// Lets `event` happen after `delay`.
    pub fn schedule(&mut self, delay: Span, event: E) {
        self.kernel.schedule(delay, Event::Own(event));
    }

    /// Lets `event` happen at `at`.
    pub fn schedule_at(&mut self, at: Time, event: E) {
        self.kernel.schedule_at(at, Event::Own(event));
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
        self.sink.record(self.kernel.now(), event);
    }

    /// Gives `thread` CPU work; [`Model::worked`] follows.
    pub fn run(&mut self, thread: ThreadIdx, work: Work) {
        let (now, kernel, sink) = (self.kernel.now(), &mut self.kernel, &mut self.sink);
        self.machine.run(now, thread, work, &mut |effect| carry_out(kernel, sink, effect));
    }

    /// Sends `thread` to sleep.
    pub fn sleep(&mut self, thread: ThreadIdx) {
        let (now, kernel, sink) = (self.kernel.now(), &mut self.kernel, &mut self.sink);
        self.machine.sleep(now, thread, &mut |effect| carry_out(kernel, sink, effect));
    }

    /// Adds a thread to the machine, asleep.
    pub fn spawn_thread(&mut self) -> ThreadIdx {
        self.machine.spawn()
    }

    /// Stops `thread` in the middle of its work; it keeps its core. Returns what is left of its overhead and of its
    /// service; `None` if it is not running.
    pub fn interrupt(&mut self, thread: ThreadIdx) -> Option<(Span, Span)> {
        let (done, left) = self.machine.interrupt(self.kernel.now(), thread)?;
        self.account(thread, done);
        Some((left.overhead, left.service))
    }

    /// Stops `thread` wherever it is and sends it to sleep. Returns what is left of its overhead and of its service.
    pub fn halt(&mut self, thread: ThreadIdx) -> (Span, Span) {
        let (now, kernel, sink) = (self.kernel.now(), &mut self.kernel, &mut self.sink);
        let (done, left) = self.machine.halt(now, thread, &mut |effect| carry_out(kernel, sink, effect));
        self.account(thread, done);
        (left.overhead, left.service)
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
        request.n_waits_begun += 1;
        let id = request.id;
        self.trace(TraceEvent::WaitBegan(id));
        wait
    }

    /// Lets the answer that `request` waits for be on its socket after `wait`; [`Model::io_ready`] follows.
    pub fn answer_after(&mut self, wait: Span, request: RequestIdx) {
        self.kernel.schedule(wait, Event::WaitOver(request));
    }

    /// What `request` waits for, by a timer or a call of the runtime's own, is there.
    pub fn wait_over(&mut self, request: RequestIdx) {
        let id = self.request(request).id;
        self.trace(TraceEvent::WaitOver(id));
    }

    /// The client of `request` gives up connecting; it thinks and comes back with its next one.
    pub fn abandon(&mut self, request: RequestIdx) {
        let Request { id, client, .. } = self.requests.remove(request);
        self.trace(TraceEvent::Abandoned(id));
        self.n_refused += 1;
        self.think(client);
    }

    /// The runtime can not go on.
    pub fn die(&mut self, of: Death) {
        self.death.get_or_insert(of);
    }

    /// Answers `request`: it is gone, and its client thinks.
    pub fn complete(&mut self, request: RequestIdx) {
        let Request { id, born, client, class, demanded, served, waited, .. } = self.requests.remove(request);
        self.trace(TraceEvent::Completed { request: id, class, born, demanded, served, waited });
        self.think(client);
    }

    fn think(&mut self, client: Option<u32>) {
        if let Some(client) = client {
            let think = self.workload.think(client);
            self.kernel.schedule(think, Event::ThinkOver(client));
        }
    }

    fn account(&mut self, thread: ThreadIdx, work: Work) {
        if work.overhead.is_zero() && work.service.is_zero() {
            return;
        }
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

    fn admit(&mut self, request: Request) -> Option<RequestIdx> {
        if self.requests.len() >= self.max_in_flight {
            self.n_refused += 1;
            self.trace(TraceEvent::Refused(request.id));
            return None;
        }
        self.trace(TraceEvent::Arrived(request.id));
        Some(self.requests.insert(request))
    }
}

fn carry_out<E: Copy, S: Sink>(kernel: &mut Kernel<Event<E>>, sink: &mut S, effect: Effect) {
    match effect {
        Effect::Wake(at, alarm) => kernel.schedule_at(at, Event::Alarm(alarm)),
        Effect::Core(core, busy) => sink.record(kernel.now(), TraceEvent::CoreBusy(core, busy)),
    }
}

/// What a runtime dies of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// Go: "program exceeds 10000-thread limit".
    TooManyThreads,
}

/// How an advance ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// The wanted time is reached.
    Reached,
    /// The budget of events ran out before.
    OutOfEvents,
    /// The last request that there is has just been answered. Told once; a further advance lets what is left happen.
    Finished,
    /// Recorded requests are wanted: [`Run::feed`] or [`Run::end_feed`] has to follow.
    Starved,
    /// The runtime has died.
    Died(Death),
}

/// A runtime serving a workload.
#[derive(Clone, Debug)]
pub struct Run<M: Model, S> {
    ctx: Ctx<M::Event, S>,
    model: M,
    /// That it is finished has been told.
    has_finished: bool,
}

impl<M: Model, S: Sink> Run<M, S> {
    /// A run of replication `replication` of `scenario`, about to begin.
    pub fn new(kind: M::Kind, scenario: &Scenario, replication: u32, sink: S) -> Self {
        let mut run = Self::at_rest(kind, Workload::new(scenario, replication), sink);
        let Ctx { kernel, workload, .. } = &mut run.ctx;
        match scenario.load {
            Load::Batch => kernel.schedule(Span::ZERO, Event::Arrival),
            Load::Open => kernel.schedule(workload.gap(), Event::Arrival),
            Load::Closed => {
                for client in 0..scenario.n_clients {
                    kernel.schedule(workload.think(client), Event::ThinkOver(client));
                }
            }
        }
        run
    }

    /// A run that serves recorded requests on the machine of `scenario`, to be fed with them.
    pub fn recorded(kind: M::Kind, scenario: &Scenario, replication: u32, sink: S) -> Self {
        Self::at_rest(kind, Workload::recorded(scenario, replication), sink)
    }

    fn at_rest(kind: M::Kind, workload: Workload, sink: S) -> Self {
        // The workload's, which knows how requests really come.
        let scenario = workload.scenario();
        let costs = Costs::of(scenario.costs);
        let mut machine = Machine::new(scenario.n_cores, costs.machine.thread_switch);
        let model = M::new(kind, scenario, &costs, &mut machine);
        let (kernel, requests) = (Kernel::default(), Requests::default());
        let max_in_flight = if scenario.load == Load::Batch { MAX_IN_BATCH } else { MAX_IN_FLIGHT };
        let ctx = Ctx { kernel, machine, requests, workload, costs, sink, max_in_flight, n_refused: 0, death: None };
        Self { ctx, model, has_finished: false }
    }

    /// Goes on until `until`, or until `max_events` more events have happened, or to the end of a finite workload.
    pub fn advance(&mut self, until: Time, max_events: u64) -> Advance {
        for _ in 0..max_events {
            if let Some(death) = self.ctx.death {
                return Advance::Died(death);
            }
            match self.ctx.workload.supply() {
                Supply::More => {}
                Supply::Starved => return Advance::Starved,
                Supply::Ended => {
                    if !self.has_finished && self.ctx.requests.is_empty() {
                        self.has_finished = true;
                        return Advance::Finished;
                    }
                }
            }
            match self.ctx.kernel.next_before(until) {
                Some(event) => self.handle(event),
                None => return Advance::Reached,
            }
        }
        Advance::OutOfEvents
    }

    /// Adds recorded requests, in order of their arrivals. The run keeps them until they arrive: a recording of any
    /// length is served by feeding it a chunk whenever it is starved.
    pub fn feed(&mut self, requests: &[Recorded]) {
        if let Some(first) = self.ctx.workload.feed(requests) {
            self.ctx.kernel.schedule_at(first, Event::Arrival);
        }
    }

    /// Says that no recorded requests follow.
    pub fn end_feed(&mut self) {
        self.ctx.workload.end_feed();
    }

    /// Refuses requests from now on while `n` are in flight.
    pub fn limit_in_flight(&mut self, n: usize) {
        self.ctx.max_in_flight = n;
    }

    /// Runs `script` from now on; nothing may have happened yet.
    pub fn execute(&mut self, script: Script) {
        self.model.execute(&mut self.ctx, script);
    }

    /// The most memory that the runtime has taken so far, in bytes.
    pub fn memory_peak(&self) -> u64 {
        self.model.memory_peak()
    }

    fn handle(&mut self, event: Event<M::Event>) {
        let ctx = &mut self.ctx;
        match event {
            Event::Arrival => {
                let (request, gap) = ctx.workload.next_arrival(ctx.kernel.now());
                if let Some(gap) = gap {
                    ctx.kernel.schedule(gap, Event::Arrival);
                }
                if let Some(request) = ctx.admit(request) {
                    self.model.arrived(ctx, request);
                }
            }
            Event::ThinkOver(client) => {
                let id = ctx.workload.next_round(client);
                let request = ctx.workload.request(id, Some(client), ctx.kernel.now());
                if let Some(request) = ctx.admit(request) {
                    self.model.arrived(ctx, request);
                } else {
                    // Turned away, it thinks and comes again: clients do not get lost.
                    ctx.think(Some(client));
                }
            }
            Event::WaitOver(request) => {
                let id = ctx.request(request).id;
                ctx.trace(TraceEvent::WaitOver(id));
                self.model.io_ready(ctx, request);
            }
            Event::Alarm(alarm) => {
                let (now, kernel, sink) = (ctx.kernel.now(), &mut ctx.kernel, &mut ctx.sink);
                let done = ctx.machine.alarm(now, alarm, &mut |effect| carry_out(kernel, sink, effect));
                if let Some((thread, work)) = done {
                    ctx.account(thread, work);
                    self.model.worked(ctx, thread, work);
                }
            }
            Event::Own(event) => self.model.own(ctx, event),
        }
    }

    /// Makes new requests from `scenario`, for which [`Scenario::continues_as`] has to hold.
    pub fn retune(&mut self, scenario: &Scenario) {
        debug_assert!(self.ctx.workload.scenario().continues_as(scenario), "this run can not go on as {scenario:?}");
        self.ctx.workload.retune(scenario);
    }

    /// The current simulated time.
    pub fn now(&self) -> Time {
        self.ctx.kernel.now()
    }

    /// How many events have happened.
    pub fn n_events(&self) -> u64 {
        self.ctx.kernel.n_events()
    }

    /// How many requests are in flight.
    pub fn n_in_flight(&self) -> usize {
        self.ctx.requests.len()
    }

    /// How many requests were refused because too many were in flight.
    pub fn n_refused(&self) -> u64 {
        self.ctx.n_refused
    }

    /// Where the trace goes.
    pub fn sink(&self) -> &S {
        &self.ctx.sink
    }

    /// Where the trace goes, to take from it.
    pub fn sink_mut(&mut self) -> &mut S {
        &mut self.ctx.sink
    }
}
