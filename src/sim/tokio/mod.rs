//! Tokio's multi-thread runtime: asynchronous tasks that workers steal from each other, and no collector.
//!
//! Follows Tokio 1.53.1 with its defaults; each rule is cited where it is modelled, by its file below `tokio/src`:
//! `worker.rs` a worker's loop, `queue.rs` its ring, `steal.rs` stealing, `idle.rs` who sleeps and who searches, `stats.rs`
//! the interval of the inject queue, `park.rs` falling asleep and waking up, `driver.rs` sockets and timers, `wheel.rs` the
//! timing wheel, `blocking.rs` the threads of `spawn_blocking`, `block_on.rs` the main thread, `accept.rs` who comes in,
//! `requests.rs` what a task does for its request, `queries.rs` connections to a database, `clients.rs` what is started
//! inside the process, `scripts.rs` functions of a script.
//!
//! A task keeps its worker until it waits: nobody takes it off. A connection has a task, as in a server of hyper's, and the
//! loop that accepts is a task too, not the main function, which would run outside of the workers. What the main function
//! starts, the tasks of a batch and clients inside of the process, comes from outside of the workers: into the inject queue.
//!
//! The clients of a closed load are connected before the run begins unless the scenario says otherwise; an open arrival
//! connects. Who sends an answer on to others writes to one after the other and lets other tasks have their turn after each
//! 128 of them; the request counts as answered when all is written.
//!
//! Left out:
//! - `block_in_place`, which hands a worker's queue to another thread; other runtimes than the default one; what has to
//!   be switched on: io_uring, the alternative timer, the eager hand-over of the driver.
//! - The budget of a request's own reads, writes and timers: of 128 it uses four. Accepting, channels and what is sent on to
//!   others count.
//! - The contention of locks and queues: that a thief finds another at the same victim, that an overflow loses a race.
//! - The microseconds in which the kernel is told to wake a thread, which are the woken thread's here.
//! - That a polled socket which turns out to have nothing costs a system call; time-outs of hyper's, pipelining, HTTP/2.
//! - The allocator: what a request has allocated is given back when it is answered, at no cost of its own.

mod accept;
mod block_on;
mod blocking;
mod clients;
mod driver;
mod idle;
mod park;
mod queries;
mod queue;
mod requests;
mod scripts;
mod stats;
mod steal;
mod watch;
mod wheel;
mod worker;

use std::collections::VecDeque;

use crate::sim::costs::Costs;
use crate::sim::lanes::{Queue, Role, Stage};
use crate::sim::machine::{Machine, ThreadIdx, Work};
use crate::sim::net::{Backlog, Connections};
use crate::sim::request::RequestIdx;
use crate::sim::run::{Ctx, Model};
use crate::sim::scenario::{CostModel, Gc, Io, Load, Scenario, Transport};
use crate::sim::script::Script;
use crate::sim::start::{Language, Start};
use crate::sim::time::Span;
use crate::sim::tokio::block_on::MainThread;
use crate::sim::tokio::blocking::BlockingPool;
use crate::sim::tokio::clients::Client;
use crate::sim::tokio::driver::{Driver, Source};
use crate::sim::tokio::idle::Idle;
use crate::sim::tokio::park::Parker;
use crate::sim::tokio::requests::Progress;
use crate::sim::tokio::scripts::Scripts;
use crate::sim::tokio::worker::Worker;
use crate::sim::trace::Sink;

/// Resident memory of a server at rest: 2.7 to 2.9 MB, hyper 1.12 on Tokio 1.53.1 with one worker and with two; 4.7 MiB
/// published for a program with one task (hez2010.github.io/async-runtimes-benchmarks-2024).
const PROCESS_MEMORY: u64 = 2_900_000;
/// Of an idle keep-alive connection with its task: 9.5 KiB, 8 of which are hyper's read buffer (4000 connections, hyper
/// 1.12 on Tokio 1.53.1).
const CONNECTION_MEMORY: u64 = 9_720;
/// Of a task that sleeps: 458 bytes, Tokio 1.53.1; 455 published (434.4 MiB for a million of them, same source).
const TASK_MEMORY: u64 = 458;
/// Of a blocking thread: 9.5 KB resident, of 2 MiB of stack.
const BLOCKING_THREAD_MEMORY: u64 = 9_500;

/// A task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// It serves this request.
    Request(RequestIdx),
    /// It accepts connections.
    Listener,
    /// It is a client inside of the process that thinks, or is about to begin.
    Client(u32),
    /// It runs a function of a script.
    Script(u16),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct WorkerIdx(u16);

/// Tokio's own events.
#[derive(Clone, Copy, Debug)]
pub enum TokioEvent {
    /// The wait for the driver that began in this epoch timed out.
    DriverTimeout(u32),
    /// The call in which this blocking thread is returns.
    CallReturns(u16),
    /// A blocking thread may have been idle for too long.
    KeepAlive,
    /// The client of a request tries to connect again, for the so-manieth time.
    Connect(RequestIdx, u8),
}

/// What is in use.
#[derive(Clone, Copy, Debug, Default)]
struct Memory {
    n_tasks: u64,
    /// Bytes of requests that are not answered.
    alive: u64,
    peak: u64,
}

/// One process on Tokio.
#[derive(Clone, Debug)]
pub struct Tokio {
    io: Io,
    transport: Transport,
    load: Load,
    http: Span,
    /// To how many connections each answer is sent on.
    n_broadcast: u32,
    workers: Vec<Worker>,
    inject: VecDeque<Task>,
    idle: Idle,
    driver: Driver,
    blocking: BlockingPool,
    main: MainThread,
    backlog: Backlog,
    /// The task that accepts waits for the driver.
    listener_waits: bool,
    connections: Connections,
    clients: Vec<Client>,
    /// By request: how far its task is.
    progress: Vec<Progress>,
    memory: Memory,
    counts_allocations: bool,
    n_random: u64,
    scripts: Scripts,
    /// What starting the process takes.
    start: Span,
}

impl Model for Tokio {
    type Event = TokioEvent;
    type Kind = ();

    fn new((): (), scenario: &Scenario, costs: &Costs, machine: &mut Machine) -> Self {
        let n = scenario.n_workers() as u16;
        let http = match scenario.transport {
            Transport::Http => costs.tokio.http_request,
            Transport::Socket | Transport::Direct => Span::ZERO,
        };
        // A process at rest: every worker asleep, the first of them in the driver.
        let mut workers = vec![Worker::asleep(machine.spawn(), Parker::Driver)];
        workers.extend((1..n).map(|_| Worker::asleep(machine.spawn(), Parker::Condvar)));
        Self {
            io: scenario.io,
            transport: scenario.transport,
            load: scenario.load,
            http,
            n_broadcast: if scenario.transport == Transport::Direct { 0 } else { scenario.n_broadcast },
            workers,
            inject: VecDeque::new(),
            idle: Idle::all_asleep(n),
            driver: Driver::of(WorkerIdx(0)),
            main: MainThread::parked(machine.spawn()),
            blocking: BlockingPool::default(),
            backlog: Backlog::new(accept::BACKLOG),
            listener_waits: true,
            connections: Connections::of(scenario, 0..=0),
            clients: Vec::new(),
            progress: Vec::new(),
            memory: Memory::default(),
            counts_allocations: scenario.gc == Gc::On && scenario.costs != CostModel::Zero,
            n_random: 0,
            scripts: Scripts::default(),
            start: Start::of(Language::Rust, scenario).process,
        }
    }

    fn start<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>) {
        let work = self.start;
        self.start_process(ctx, work);
    }

    fn launch<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>) {
        if self.load == Load::Closed {
            let n_clients = ctx.workload().scenario().n_clients;
            self.clients = vec![Client::New; n_clients as usize];
            self.main.to_spawn.extend((0..n_clients).map(Task::Client));
        }
        self.wake_main(ctx);
    }

    fn arrived<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, request: RequestIdx) {
        self.is_new(request);
        let client = ctx.request(request).client;
        match (self.transport, client) {
            (Transport::Http, _) if self.connections.home(client).is_none() => self.connect(ctx, request, 0),
            (Transport::Http, _) => self.readable(ctx, Source::Socket(request)),
            (Transport::Socket, _) => {
                self.memory.n_tasks += 1;
                self.readable(ctx, Source::Socket(request));
            }
            // Its task finds it when its timer has woken it.
            (Transport::Direct, Some(client)) => {
                self.clients[client as usize] = Client::Due(request);
                ctx.stage(request, Stage::Timer(ctx.now()));
            }
            // The main function starts those of a batch at once, others when it has slept.
            (Transport::Direct, None) => {
                self.main.to_spawn.push_back(Task::Request(request));
                ctx.stage(request, Stage::Queue(Queue::Spawn));
                if self.load == Load::Batch {
                    self.wake_main(ctx);
                }
            }
        }
    }

    fn io_ready<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, request: RequestIdx) {
        self.readable(ctx, Source::Socket(request));
    }

    fn worked<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, thread: ThreadIdx, _: Work) {
        // The workers' threads were spawned first, then the main one, then those that block.
        let (nth, n_workers) = (thread.0 as usize, self.workers.len());
        match nth.checked_sub(n_workers) {
            None => self.worker_worked(ctx, WorkerIdx(nth as u16)),
            Some(0) => self.main_worked(ctx),
            Some(nth) => self.blocking_worked(ctx, nth as u16 - 1),
        }
    }

    fn own<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, event: TokioEvent) {
        match event {
            TokioEvent::DriverTimeout(epoch) => self.driver_timed_out(ctx, epoch),
            TokioEvent::CallReturns(nth) => self.call_returns(ctx, nth),
            TokioEvent::KeepAlive => self.let_idle_threads_go(ctx),
            TokioEvent::Connect(request, attempt) => self.connect(ctx, request, attempt),
        }
    }

    fn execute<S: Sink>(&mut self, ctx: &mut Ctx<TokioEvent, S>, script: Script) {
        let main = self.scripts.begin(script);
        self.push_remote(ctx, main);
    }

    fn role(&self, thread: u32) -> Role {
        self.role_of(thread)
    }

    fn observe<S: Sink>(&self, ctx: &mut Ctx<TokioEvent, S>) {
        self.tell_threads(ctx);
    }

    fn memory_peak(&self) -> u64 {
        PROCESS_MEMORY + self.memory.peak
    }

    fn memory_now(&self) -> u64 {
        PROCESS_MEMORY + self.memory_in_use()
    }
}

impl Tokio {
    fn w(&mut self, worker: WorkerIdx) -> &mut Worker {
        &mut self.workers[usize::from(worker.0)]
    }

    /// Nothing has been done for `request` yet.
    fn is_new(&mut self, request: RequestIdx) {
        let needed = request.0 as usize + 1;
        if self.progress.len() < needed {
            self.progress.resize(needed, Progress::New);
        }
        self.progress[request.0 as usize] = Progress::New;
    }

    /// What is in use beyond a process at rest.
    fn memory_in_use(&self) -> u64 {
        let Memory { n_tasks, alive, .. } = self.memory;
        let threads = self.blocking.n_threads() * BLOCKING_THREAD_MEMORY;
        alive + n_tasks * TASK_MEMORY + self.connections.n_open() * CONNECTION_MEMORY + threads
    }

    fn note_memory(&mut self) {
        self.memory.peak = self.memory.peak.max(self.memory_in_use());
    }
}
