//! A thread for each request: the classic Java server, with a pool of a bounded number of threads.
//!
//! Follows Tomcat (12.0.0-M1 was read, 10.1 and 11 have the same rules; 10.1.60 was measured) with its connector for
//! non-blocking sockets, on OpenJDK 25; each rule is cited where it is modelled, all of `org.apache.tomcat.util` unless
//! another file is named: `connector.rs` who may connect and the thread that accepts, `poller.rs` the thread that watches
//! connections, `executor.rs` the pool and its queue, `serving.rs` what a thread does for its request, `queries.rs`
//! connections to a database, `inside.rs` what is started inside of the process, `heap.rs` and `pauses.rs` the collector.
//! Who has a core and for how long is nothing of Java's: that is the operating system's business, and `sim/machine.rs`'.
//!
//! The clients of a closed load are connected before the run begins unless the scenario says otherwise, as many as Tomcat
//! accepts; an open arrival connects. Who sends an answer on to others writes to one after the other; the request counts as
//! answered when all is written.
//!
//! Left out:
//! - Locks that threads wait for: those of the program, and the moments in which they meet in the queue of the pool.
//! - That a worker looks once more for a request before it gives a connection back (`Http11Processor.service`): no
//!   client answers within those microseconds.
//! - The order in which a selector reports connections: that of their hashes (`SelectorImpl.selectedKeys`), here that of
//!   the kernel.
//! - Workers that end when they have had nothing to do for a minute (`maxIdleTime`); time-outs of connections.
//! - The look that the poller takes at all its connections for time-outs, once a second or when it has nothing to do.
//! - A connection to the database that is taken by a thread which comes in the moment between its return and its hand-over
//!   (`ConcurrentBag.borrow`); that HikariCP opens connections as they are needed, and its time-outs.
//! - The CPU time of JIT compilers, and threads of the virtual machine other than the collector's; virtual threads.
//! - A process that runs out of memory.

mod connector;
mod executor;
mod heap;
mod inside;
mod memory;
mod pauses;
mod poller;
mod queries;
mod serving;
mod watch;

use crate::sim::costs::Costs;
use crate::sim::lanes;
use crate::sim::machine::{Machine, ThreadIdx, Work};
use crate::sim::request::RequestIdx;
use crate::sim::run::{Ctx, Model};
use crate::sim::scenario::{CostModel, Gc, Io, Load, Scenario, Transport};
use crate::sim::script::Script;
use crate::sim::start::{Jit, Language, Start};
use crate::sim::threads::connector::Connector;
use crate::sim::threads::executor::Executor;
use crate::sim::threads::heap::Birth;
use crate::sim::threads::inside::Main;
use crate::sim::threads::pauses::Collector;
use crate::sim::threads::poller::Poller;
use crate::sim::time::Span;
use crate::sim::trace::Sink;

/// The thread that accepts connections.
const ACCEPTOR: ThreadIdx = ThreadIdx(0);
/// The thread that watches them.
const POLLER: ThreadIdx = ThreadIdx(1);
/// The thread that starts what is started inside of the process.
const MAIN: ThreadIdx = ThreadIdx(2);

/// The model's own events.
#[derive(Clone, Copy, Debug)]
pub enum ThreadsEvent {
    /// The sleep or the call in which this thread is blocked is over.
    Awake(ThreadIdx),
    /// The client of a request tries to connect again, for the so-manieth time.
    Connect(RequestIdx, u8),
}

/// What a thread is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// It is one of the first three.
    First,
    /// It belongs to the pool.
    Worker,
    /// It is a client inside of the process.
    Client(u32),
    /// It collects.
    Collector,
}

/// What a thread is doing: asleep, or working, and then at what.
#[derive(Clone, Copy, Debug)]
enum Doing {
    /// Asleep until there is something for it: a connection, something readable, a task.
    Parked,
    /// Asleep: as many connections are open as may be.
    AtLimit,
    /// Asleep for a time of its own.
    Sleeping,
    /// Asleep while its request waits.
    Waiting(RequestIdx),
    /// Asleep in the line for a connection to the database.
    InLine,
    /// On its way from sleep to looking what there is.
    Waking,
    /// Accepting a connection.
    Accepting,
    /// Changing what is watched, or looking at what was reported.
    Polling,
    /// Handing a request to the pool.
    HandingOver(RequestIdx),
    /// Starting a worker for a request.
    StartingWorker(RequestIdx),
    /// Starting the next client.
    StartingClient,
    /// Standing still before it begins to serve a request.
    Beginning(RequestIdx),
    /// Computing for a request, or answering it.
    Serving(RequestIdx),
    /// Writing a query to the database.
    WritingQuery(RequestIdx),
    /// Reading what that has answered.
    ReadingRows(RequestIdx),
    /// Starting the process.
    Starting,
    /// Collecting, and asleep until the next time.
    Collecting,
}

/// A thread of the process.
#[derive(Clone, Copy, Debug)]
struct Thread {
    role: Role,
    doing: Doing,
}

/// The thread that serves a request, and when that allocated its memory.
#[derive(Clone, Copy, Debug)]
struct Place {
    thread: ThreadIdx,
    birth: Birth,
}

/// One Java process.
#[derive(Clone, Debug)]
pub struct Threads {
    io: Io,
    transport: Transport,
    load: Load,
    /// By thread of the machine, whose only ones they are.
    threads: Vec<Thread>,
    connector: Connector,
    poller: Poller,
    executor: Executor,
    main: Main,
    collector: Option<Collector>,
    /// By request.
    places: Vec<Place>,
    /// Threads beyond those that a process at rest has.
    n_more_threads: u64,
    /// To how many further connections each answer is sent.
    n_broadcast: u32,
    /// What starting the process takes, and how far its code is compiled.
    start: Span,
    jit: Jit,
    memory_peak: u64,
}

impl Model for Threads {
    type Event = ThreadsEvent;
    type Kind = ();

    fn new((): (), scenario: &Scenario, costs: &Costs, machine: &mut Machine) -> Self {
        let start = Start::of(Language::Java, scenario).times(costs.start.java, costs.start.jit);
        let mut threads: Vec<Thread> = Vec::new();
        let mut add = |role| {
            let doing = if role == Role::Collector { Doing::Collecting } else { Doing::Parked };
            threads.push(Thread { role, doing });
            machine.spawn()
        };
        for _ in [ACCEPTOR, POLLER, MAIN] {
            add(Role::First);
        }
        let mut executor = Executor::new(scenario.n_threads);
        for _ in 0..executor.n_core() {
            executor.prestart(add(Role::Worker));
        }
        let collects = scenario.gc == Gc::On && scenario.costs != CostModel::Zero;
        let collector = collects
            .then(|| Collector::new((0..heap::n_collectors(scenario.n_cores)).map(|_| add(Role::Collector)).collect()));
        Self {
            io: scenario.io,
            transport: scenario.transport,
            load: scenario.load,
            threads,
            connector: Connector::new(scenario),
            poller: Poller::default(),
            executor,
            main: Main::default(),
            collector,
            places: Vec::new(),
            n_more_threads: 0,
            n_broadcast: if scenario.transport == Transport::Direct { 0 } else { scenario.n_broadcast },
            start: start.process,
            jit: start.jit,
            memory_peak: 0,
        }
    }

    fn start<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>) {
        self.does(ctx, MAIN, Doing::Starting);
        ctx.run(MAIN, Work::overhead(self.start));
    }

    fn launch<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>) {
        let n_clients = if self.load == Load::Closed { ctx.workload().scenario().n_clients } else { 0 };
        self.launch_main(ctx, n_clients);
    }

    fn arrived<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, request: RequestIdx) {
        match self.transport {
            Transport::Http | Transport::Socket => self.comes_in(ctx, request),
            Transport::Direct => self.is_due(ctx, request),
        }
    }

    fn io_ready<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, request: RequestIdx) {
        self.resume(ctx, request);
    }

    fn worked<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx, _: Work) {
        match self.at(thread).doing {
            Doing::Waking => self.woke(ctx, thread),
            Doing::Accepting => self.accepted(ctx),
            Doing::Polling => self.poll(ctx),
            Doing::HandingOver(request) => {
                if self.execute_request(ctx, thread, request) {
                    self.goes_on(ctx, thread);
                }
            }
            Doing::StartingWorker(request) => {
                self.worker_started(ctx, request);
                self.goes_on(ctx, thread);
            }
            Doing::StartingClient => self.client_started(ctx),
            Doing::Beginning(request) => self.begin(ctx, thread, request),
            Doing::Serving(request) => self.served(ctx, thread, request),
            Doing::ReadingRows(request) => self.rows_read(ctx, thread, request),
            Doing::WritingQuery(request) => self.query_written(ctx, thread, request),
            Doing::Collecting => self.collected(ctx, thread),
            Doing::Starting => {
                // What is left of it is a process at rest.
                self.park(ctx, thread);
                ctx.come_up();
            }
            Doing::Parked | Doing::AtLimit | Doing::Sleeping | Doing::Waiting(_) | Doing::InLine => {
                unreachable!("a sleeping thread has worked")
            }
        }
    }

    fn own<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, event: ThreadsEvent) {
        match event {
            ThreadsEvent::Awake(thread) => match (self.at(thread).doing, self.at(thread).role) {
                (Doing::Waiting(request), _) => {
                    ctx.wait_over(request);
                    self.resume(ctx, request);
                }
                (_, Role::Client(client)) => self.client_awakes(ctx, thread, client),
                _ => self.wake(ctx, thread),
            },
            ThreadsEvent::Connect(request, attempt) => self.connect(ctx, request, attempt),
        }
    }

    /// No script is made of threads.
    fn execute<S: Sink>(&mut self, _: &mut Ctx<ThreadsEvent, S>, script: Script) {
        debug_assert!(script.functions.is_empty(), "scripts are of JavaScript or Go");
    }

    fn role(&self, thread: u32) -> lanes::Role {
        match self.threads[thread as usize].role {
            Role::Worker | Role::Client(_) => lanes::Role::Handler,
            Role::First | Role::Collector => lanes::Role::Any,
        }
    }

    fn memory_peak(&self) -> u64 {
        self.memory_peak.max(self.resident())
    }

    fn memory_now(&self) -> u64 {
        self.resident()
    }
}

impl Threads {
    fn at(&mut self, thread: ThreadIdx) -> &mut Thread {
        &mut self.threads[thread.0 as usize]
    }

    /// A new thread, asleep.
    fn add_thread<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, role: Role) -> ThreadIdx {
        self.threads.push(Thread { role, doing: Doing::Parked });
        self.n_more_threads += 1;
        self.note_memory();
        ctx.spawn_thread()
    }

    /// Threads that run the program and are looked at in a collection.
    fn n_program_threads(&self) -> u64 {
        let n_collectors = self.collector.as_ref().map_or(0, |collector| collector.threads.len());
        (self.threads.len() - n_collectors) as u64
    }

    /// `thread`, which sleeps, gets up and looks what there is.
    fn wake<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx) {
        self.does(ctx, thread, Doing::Waking);
        self.give(ctx, thread, Work::overhead(Span::ZERO));
    }

    fn wake_if_parked<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx) {
        if matches!(self.at(thread).doing, Doing::Parked) {
            self.wake(ctx, thread);
        }
    }

    /// `thread` has nothing to do.
    fn park<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx) {
        self.does(ctx, thread, Doing::Parked);
        ctx.sleep(thread);
    }

    /// `thread` is up.
    fn woke<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx) {
        match (thread, self.at(thread).role) {
            (ACCEPTOR, _) => self.accept(ctx),
            (POLLER, _) => self.selector_returns(ctx),
            (MAIN, _) => self.start_next(ctx),
            (_, Role::Client(client)) => self.client_goes_on(ctx, thread, client),
            (_, Role::Worker | Role::First | Role::Collector) => self.take_task(ctx, thread),
        }
    }
}
