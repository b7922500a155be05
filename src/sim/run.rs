//! One run: a runtime serves a workload on a machine, event by event.

use std::collections::VecDeque;

pub use crate::sim::advance::{Advance, Death};
pub use crate::sim::ctx::{Ctx, Event};

use crate::sim::books::Books;
use crate::sim::costs::Costs;
use crate::sim::ctx::Outlet;
use crate::sim::database::Database;
use crate::sim::kernel::Kernel;
use crate::sim::lanes::{LaneEvent, Role, Stage};
use crate::sim::machine::{Machine, ThreadIdx, Work};
use crate::sim::request::{RequestIdx, Requests};
use crate::sim::runtime::DEEP;
use crate::sim::scenario::{Load, Scenario, Transport, Warm};
use crate::sim::script::Script;
use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceEvent};
use crate::sim::workload::{Recorded, Supply, Workload};

/// Requests in flight at most; further arrivals are refused and counted. Above the largest number of clients.
const MAX_IN_FLIGHT: usize = 1 << 17;
/// The same of a batch, which comes all at once: above the largest number of tasks.
const MAX_IN_BATCH: usize = 1 << 20;

/// A runtime's scheduler, driven by what happens around it.
pub trait Model: Sized {
    /// The events it schedules for itself.
    type Event: Copy;
    /// Which variant of it runs.
    type Kind: Copy;

    /// A runtime at rest, with its threads spawned on `machine`.
    fn new(kind: Self::Kind, scenario: &Scenario, costs: &Costs, machine: &mut Machine) -> Self;

    /// A process that did not run yet is started; it says [`Ctx::come_up`] when it can be reached. Until then nobody
    /// arrives.
    fn start<S: Sink>(&mut self, ctx: &mut Ctx<Self::Event, S>) {
        ctx.come_up();
    }

    /// The program begins: it starts the clients that are part of it, or waits for arrivals.
    fn launch<S: Sink>(&mut self, ctx: &mut Ctx<Self::Event, S>);

    /// A new request has arrived, or is due to be started by the program's own timer.
    fn arrived<S: Sink>(&mut self, ctx: &mut Ctx<Self::Event, S>, request: RequestIdx);

    /// The answer that `request` waits for on a socket is there to be read.
    fn io_ready<S: Sink>(&mut self, ctx: &mut Ctx<Self::Event, S>, request: RequestIdx);

    /// `thread` has finished `work`; it has to be given more or sent to sleep.
    fn worked<S: Sink>(&mut self, ctx: &mut Ctx<Self::Event, S>, thread: ThreadIdx, work: Work);

    /// Runs `script` instead of serving requests.
    fn execute<S: Sink>(&mut self, ctx: &mut Ctx<Self::Event, S>, script: Script);

    /// How many processes have a pool of database connections of their own.
    fn n_processes(&self) -> u32 {
        1
    }

    /// The most memory that it has taken so far, in bytes; what costs nothing in this scenario is not in it.
    fn memory_peak(&self) -> u64;

    /// The memory that it has now, in bytes.
    fn memory_now(&self) -> u64 {
        self.memory_peak()
    }

    /// What its thread number `thread` is for.
    fn role(&self, thread: u32) -> Role {
        let _ = thread;
        Role::Any
    }

    /// Tells the eye, after each event, how long its queues are and whatever else it need not tell at once.
    fn observe<S: Sink>(&self, ctx: &mut Ctx<Self::Event, S>) {
        let _ = ctx;
    }

    /// An event of its own is due.
    fn own<S: Sink>(&mut self, ctx: &mut Ctx<Self::Event, S>, event: Self::Event);
}

/// Whether the program begins with clients or timers of its own.
fn is_launched(scenario: &Scenario) -> bool {
    DEEP && scenario.transport == Transport::Direct && scenario.load != Load::Batch
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
    pub fn new(kind: M::Kind, scenario: &Scenario, costs: &Costs, replication: u32, sink: S) -> Self {
        let mut run = Self::at_rest(kind, Workload::new(scenario, replication), costs, sink);
        let (kernel, workload) = (&mut run.ctx.outlet.kernel, &run.ctx.workload);
        match scenario.load {
            Load::Batch => kernel.schedule(Span::ZERO, Event::Arrival),
            Load::Open => {
                let first = kernel.now() + workload.gap();
                kernel.schedule_at(first, Event::Arrival);
                run.ctx.next_arrival = Some(first);
            }
            // Clients inside of the process are started by it.
            Load::Closed if DEEP && scenario.transport == Transport::Direct => {}
            Load::Closed => {
                for client in 0..scenario.n_clients {
                    kernel.schedule(workload.think(client), Event::ThinkOver(client));
                }
            }
        }
        run
    }

    /// A run that serves recorded requests on the machine of `scenario`, to be fed with them.
    pub fn recorded(kind: M::Kind, scenario: &Scenario, costs: &Costs, replication: u32, sink: S) -> Self {
        Self::at_rest(kind, Workload::recorded(scenario, replication), costs, sink)
    }

    // Once a run: a copy for each of its two callers is weight.
    #[inline(never)]
    fn at_rest(kind: M::Kind, workload: Workload, costs: &Costs, sink: S) -> Self {
        // The workload's, which knows how requests really come.
        let scenario = workload.scenario();
        let mut machine = Machine::new(scenario.n_cores, costs.machine.thread_switch, costs.machine.wake);
        let model = M::new(kind, scenario, costs, &mut machine);
        let outlet = Outlet { kernel: Kernel::default(), sink, books: Books::default() };
        let requests = Requests::default();
        let max_in_flight = if scenario.load == Load::Batch { MAX_IN_BATCH } else { MAX_IN_FLIGHT };
        let is_up = scenario.warm == Warm::Warm;
        let first = if is_up { is_launched(scenario).then_some(Event::Launch) } else { Some(Event::Start) };
        let next_arrival = None;
        let database = Database::new(scenario, model.n_processes());
        let mut ctx = Ctx {
            outlet,
            machine,
            requests,
            workload,
            database,
            next_arrival,
            costs: *costs,
            max_in_flight,
            n_refused: 0,
            death: None,
            is_up,
            held: VecDeque::new(),
            n_introduced: 0,
        };
        if let Some(first) = first {
            ctx.outlet.kernel.schedule(Span::ZERO, first);
        }
        let mut run = Self { ctx, model, has_finished: false };
        run.observe();
        run
    }

    /// Goes on until `until`, or until `max_events` more events have happened, or to the end of a finite workload.
    pub fn advance(&mut self, until: Time, max_events: u64) -> Advance {
        let advance = self.go_on(until, max_events);
        self.ctx.outlet.books.balance(self.now());
        advance
    }

    fn go_on(&mut self, until: Time, max_events: u64) -> Advance {
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
            match self.ctx.outlet.kernel.next_before(until) {
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
            self.ctx.outlet.kernel.schedule_at(first, Event::Arrival);
            self.ctx.next_arrival = Some(first);
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
        self.observe();
    }

    /// The most memory that the runtime has taken so far, in bytes.
    pub fn memory_peak(&self) -> u64 {
        self.model.memory_peak()
    }

    /// The memory that the runtime has now, in bytes.
    pub fn memory_now(&self) -> u64 {
        self.model.memory_now()
    }

    /// `request` has arrived. While the process starts it is held for it, as a platform does that scales from zero; the
    /// connection is made when the process can be reached.
    fn arrived(&mut self, request: RequestIdx) {
        if self.ctx.is_up || !DEEP {
            self.model.arrived(&mut self.ctx, request);
        } else {
            self.ctx.held.push_back(request);
            self.ctx.stage(request, Stage::Starting);
        }
    }

    fn come_up(&mut self) {
        if std::mem::replace(&mut self.ctx.is_up, true) {
            return;
        }
        if is_launched(self.ctx.workload.scenario()) {
            self.model.launch(&mut self.ctx);
        }
        while let Some(request) = self.ctx.held.pop_front() {
            self.model.arrived(&mut self.ctx, request);
        }
    }

    /// Tells a sink that has just begun to listen what it has to know of what is going on: who the threads are, and
    /// where they are. Where requests are it learns as they move.
    pub fn introduce(&mut self) {
        self.ctx.n_introduced = 0;
        self.observe();
        let now = self.now();
        let Ctx { machine, outlet, requests, .. } = &mut self.ctx;
        for thread in 0..machine.n_threads() as u32 {
            let request = machine.works_for(ThreadIdx(thread)).map(|request| requests.get(request).id);
            outlet.lane(|| LaneEvent::Piece { thread, request });
            machine.introduce(now, ThreadIdx(thread), outlet);
        }
        self.model.observe(&mut self.ctx);
    }

    /// What the eye has to be told after each event.
    fn observe(&mut self) {
        if S::WANTS_LANES {
            for thread in self.ctx.n_introduced..self.ctx.machine.n_threads() {
                let thread = thread as u32;
                let role = self.model.role(thread);
                self.ctx.lane(|| LaneEvent::Thread { thread, role });
            }
            self.ctx.n_introduced = self.ctx.machine.n_threads();
            self.model.observe(&mut self.ctx);
        }
    }

    /// See [`Machine::n_switches`].
    pub fn n_switches(&self) -> u64 {
        self.ctx.machine.n_switches()
    }

    fn handle(&mut self, event: Event<M::Event>) {
        self.happen(event);
        self.observe();
    }

    fn happen(&mut self, event: Event<M::Event>) {
        let ctx = &mut self.ctx;
        match event {
            // The page's first worker has none of them.
            Event::Start | Event::Up | Event::Launch | Event::Database if !DEEP => {}
            Event::Start => self.model.start(ctx),
            Event::Up => self.come_up(),
            Event::Launch => self.model.launch(ctx),
            Event::Arrival => {
                let now = ctx.now();
                let (id, recorded, gap) = ctx.workload.next_arrival(now);
                ctx.next_arrival = gap.map(|gap| now + gap);
                if let Some(next) = ctx.next_arrival {
                    ctx.outlet.kernel.schedule_at(next, Event::Arrival);
                }
                if let Some(request) = ctx.admit(id, None) {
                    if let Some(recorded) = recorded {
                        recorded.impress(ctx.requests.get_mut(request));
                    }
                    self.arrived(request);
                }
            }
            Event::ThinkOver(client) => {
                let id = ctx.workload.next_round(client);
                if let Some(request) = ctx.admit(id, Some(client)) {
                    self.arrived(request);
                } else {
                    // Turned away, it thinks and comes again: clients do not get lost.
                    ctx.think(Some(client));
                }
            }
            Event::Database => self.database_has_answers(),
            Event::WaitOver(request) => {
                let id = ctx.request(request).id;
                ctx.trace(TraceEvent::WaitOver(id));
                self.model.io_ready(ctx, request);
            }
            Event::Alarm(alarm) => {
                let done = ctx.machine.alarm(ctx.outlet.kernel.now(), alarm, &mut ctx.outlet);
                if let Some((thread, work)) = done {
                    ctx.account(thread, work);
                    self.model.worked(ctx, thread, work);
                }
            }
            Event::Own(event) => self.model.own(ctx, event),
        }
    }

    fn database_has_answers(&mut self) {
        let ctx = &mut self.ctx;
        let now = ctx.now();
        if !ctx.database.is_due(now) {
            return;
        }
        while let Some(request) = ctx.database.done(now) {
            ctx.wait_over(request);
            self.model.io_ready(ctx, request);
        }
        let next = ctx.database.arm();
        ctx.arm_database(next);
    }

    /// Makes new requests from `scenario`, for which [`Scenario::continues_as`] has to hold.
    pub fn retune(&mut self, scenario: &Scenario) {
        debug_assert!(self.ctx.workload.scenario().continues_as(scenario), "this run can not go on as {scenario:?}");
        self.ctx.workload.retune(scenario);
    }

    /// The current simulated time.
    pub fn now(&self) -> Time {
        self.ctx.outlet.kernel.now()
    }

    /// How many events have happened.
    pub fn n_events(&self) -> u64 {
        self.ctx.outlet.kernel.n_events()
    }

    /// How many requests are in flight.
    pub fn n_in_flight(&self) -> usize {
        self.ctx.requests.len()
    }

    /// The database and the connections to it.
    pub fn database(&self) -> &Database {
        &self.ctx.database
    }

    /// How many requests were refused because too many were in flight.
    pub fn n_refused(&self) -> u64 {
        self.ctx.n_refused
    }

    /// The runtime as it is now.
    #[cfg(test)]
    pub(crate) fn model(&self) -> &M {
        &self.model
    }

    /// The runtime and what it is given, to bring it to where a scenario hardly would.
    #[cfg(test)]
    pub(crate) fn parts(&mut self) -> (&mut M, &mut Ctx<M::Event, S>) {
        (&mut self.model, &mut self.ctx)
    }

    /// Where the trace goes.
    pub fn sink(&self) -> &S {
        &self.ctx.outlet.sink
    }

    /// Ends the run: where the trace has gone.
    pub fn into_sink(self) -> S {
        self.ctx.outlet.sink
    }

    /// Where the trace goes, to take from it.
    pub fn sink_mut(&mut self) -> &mut S {
        &mut self.ctx.outlet.sink
    }
}
