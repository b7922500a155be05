//! Node.js: event loops, a thread pool, worker threads, a cluster of processes.
//!
//! Follows libuv 1.45 and later (1.52 was read) and Node 20 to 24; each rule is cited where it is modelled:
//! `epoll.rs`, `event_loop.rs` the phases, `timers.rs` the lists of timers, `pool.rs` the thread pool, `heap.rs` the collector,
//! `requests.rs` what a request does in callbacks, `inside.rs` what is started inside the process, `accept.rs` and
//! `cluster.rs` who gets a connection, `queries.rs` the pool of connections to a database, `service.rs` a separate service
//! that takes the bursts, `rooms.rs` answers that are sent on to others, `start.rs` how a program comes up, `memory.rs`
//! what it occupies.
//!
//! The clients of a closed load are connected before the run begins, or connect when they come; an open arrival connects.
//!
//! Left out:
//! - Which of an agent's connections a request of an open load asks others on, but for a database and the separate
//!   service: each has one of its own, so that none has a place in the kernel's list from before.
//! - Pending callbacks (`uv__run_pending`, before and after the poll): completions of writes that went through a queue
//!   (`uv__write_req_finish`), which here only the handing over of a connection in a cluster has, in what it was measured
//!   to cost; and errors that are told later, of which there are none.
//! - A socket that is opened in a poll that goes on after a full batch is added to epoll before the next poll only
//!   (`uv__io_poll`, `watcher_queue`); here it can be reported at once.
//! - A kernel with 1,000 ticks a second, where the loop's time is up to 1 ms old (`uv__hrtime`, `UV_CLOCK_FAST`).
//! - What a worker of a cluster pays for the JavaScript of a new connection: all of it is the primary's.
//! - Responses that do not fit into the socket's buffer, requests of more than 64 KiB, pipelining.
//! - Messages of several workers in one wake-up come in the order in which they were posted, not port by port.
//! - The thread pool's own completion order inside one millisecond of the kernel, io_uring, signals, closing handles.
//! - Time-outs of keep-alive, headers and requests; nobody here waits for seconds without reason.
//! - A process that runs out of memory; the garbage collectors' helper threads (see `heap.rs`); marking what connections
//!   hold on the heap, which counts as memory only; the stacks of the pool's threads.
//! - Of a cold start, reading and compiling modules (see `sim/start.rs`), and the messages by which a worker of a cluster
//!   asks to listen; the separate service has been running for long.

mod accept;
mod callback;
mod calls;
mod cluster;
mod epoll;
mod event_loop;
mod heap;
mod inside;
mod memory;
mod pool;
mod queries;
mod requests;
mod rooms;
mod scripts;
mod service;
mod start;
mod timers;
mod turns;
mod watch;

use std::collections::VecDeque;

use crate::sim::costs::Costs;
use crate::sim::lanes::{self, Stage};
use crate::sim::machine::{Machine, ThreadIdx, Work};
use crate::sim::net::Connections;
use crate::sim::node::accept::HttpCosts;
use crate::sim::node::cluster::Handles;
use crate::sim::node::epoll::{Lines, Sockets};
use crate::sim::node::event_loop::EventLoop;
use crate::sim::node::heap::Birth;
use crate::sim::node::pool::Pool;
use crate::sim::node::service::Service;
use crate::sim::request::RequestIdx;
use crate::sim::run::{Ctx, Model};
use crate::sim::runtime::DEEP;
use crate::sim::scenario::{CostModel, Gc, Io, Load, Scenario, Transport};
use crate::sim::script::Script;
use crate::sim::start::{Jit, Language, Start};
use crate::sim::time::Span;
use crate::sim::trace::Sink;

/// How many threads and processes share the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topology {
    /// One loop.
    Loop,
    /// One loop, and worker threads that take the bursts.
    Workers,
    /// Processes with a loop each, behind a primary.
    Cluster,
    /// One loop, and a service on a machine of its own that takes the bursts.
    Service,
}

/// A loop: 0 is the main thread, or the primary of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LoopIdx(u16);

/// The main thread, or the primary of a cluster.
const MAIN: LoopIdx = LoopIdx(0);

/// Node's own events.
#[derive(Clone, Copy, Debug)]
pub enum NodeEvent {
    /// The `epoll_wait` of a loop that began in this epoch timed out.
    PollTimeout(u16, u32),
    /// The call in which a pool's thread is blocked returns.
    CallReturns(u16, u16),
    /// The client of a request tries to connect again, for the so-manieth time.
    Connect(RequestIdx, u8),
    /// A burst has reached the separate service.
    AtService(RequestIdx),
    /// A core of the separate service has done its burst.
    ServiceDone(u16),
    /// The result of a burst is back from the separate service.
    FromService(RequestIdx),
}

/// What a thread of the machine is.
#[derive(Clone, Copy, Debug)]
enum Role {
    Loop(LoopIdx),
    /// Of which pool, and which of its threads.
    Pool(u16, u16),
    /// A core of the separate service, which is not this machine's: it only has a number among the threads.
    Elsewhere,
}

/// Where a request is, on which connection it asks others, and in which generation what it allocated was born.
#[derive(Clone, Copy, Debug)]
struct Place {
    home: LoopIdx,
    line: u32,
    birth: Option<Birth>,
}

/// One Node.js program: a process, or several.
#[derive(Clone, Debug)]
pub struct Node {
    topology: Topology,
    transport: Transport,
    load: Load,
    io: Io,
    gc: Gc,
    http: HttpCosts,
    /// To how many connections each answer is sent on.
    n_broadcast: u32,
    /// Serializing or deserializing a message to or from a worker thread.
    clone_cost: Span,
    payload: u64,
    js_factor: f64,
    loops: Vec<EventLoop>,
    /// One for each process.
    pools: Vec<Pool>,
    roles: Vec<Role>,
    connections: Connections,
    sockets: Sockets,
    /// By request.
    places: Vec<Place>,
    /// The clients inside of the process.
    clients: Vec<inside::Client>,
    /// Cluster: whose turn it is to take a connection.
    handles: Handles,
    /// Workers: who has no burst, and bursts that nobody has taken.
    idle_workers: VecDeque<LoopIdx>,
    waiting_bursts: VecDeque<RequestIdx>,
    /// By process: its connections to the database that are not in use.
    lines: Vec<Lines>,
    service: Option<Service>,
    script: Script,
    /// What starting takes, and by loop how far its code is compiled.
    start: Start,
    jits: Vec<Jit>,
    /// Worker threads or processes that are up.
    n_up: usize,
    /// Bytes of all heaps that are resident.
    heaps: u64,
    memory_peak: u64,
}

impl Model for Node {
    type Event = NodeEvent;
    type Kind = Topology;

    fn new(topology: Topology, scenario: &Scenario, costs: &Costs, machine: &mut Machine) -> Self {
        let n_others = match topology {
            Topology::Loop | Topology::Service => 0,
            Topology::Workers | Topology::Cluster => scenario.n_workers() as u16,
        };
        let loops: Vec<EventLoop> = (0..=n_others).map(|_| EventLoop::new(machine.spawn(), scenario.warm)).collect();
        let start = Start::of(Language::JavaScript, scenario).times(costs.start.node, costs.start.jit);
        let n_pools = if topology == Topology::Cluster { loops.len() } else { 1 };
        let mut roles: Vec<Role> = (0..=n_others).map(|idx| Role::Loop(LoopIdx(idx))).collect();
        let service = (topology == Topology::Service).then(|| Service::new(scenario, costs, machine));
        roles.extend(service.iter().flat_map(Service::threads).map(|_| Role::Elsewhere));
        let n_processes = if topology == Topology::Cluster { u32::from(n_others) } else { 1 };
        Self {
            topology,
            transport: scenario.transport,
            load: scenario.load,
            io: scenario.io,
            gc: if scenario.costs == CostModel::Zero { Gc::Off } else { scenario.gc },
            http: HttpCosts::of(scenario, costs),
            n_broadcast: if scenario.transport == Transport::Direct { 0 } else { scenario.n_broadcast },
            clone_cost: costs.node.clone + costs.node.clone_per_kb.scaled(scenario.payload as f64 / 1024.0),
            payload: scenario.payload,
            js_factor: scenario.js_factor,
            roles,
            loops,
            pools: vec![Pool::new(scenario.n_pool_threads); n_pools],
            connections: Connections::of(scenario, if topology == Topology::Cluster { 1..=n_others } else { 0..=0 }),
            sockets: Sockets::default(),
            places: Vec::new(),
            clients: Vec::new(),
            handles: Handles::new(n_others),
            idle_workers: (1..=n_others).map(LoopIdx).collect(),
            waiting_bursts: VecDeque::new(),
            lines: (0..n_processes).map(|nth| Lines::new(nth, n_processes)).collect(),
            service,
            script: Script::default(),
            start,
            jits: vec![start.jit; usize::from(n_others) + 1],
            n_up: n_others.into(),
            heaps: 0,
            memory_peak: 0,
        }
    }

    fn start<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>) {
        self.begin_start(ctx);
    }

    fn launch<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>) {
        if DEEP && ctx.workload().scenario().load == Load::Closed {
            self.launch_clients(ctx);
        }
    }

    fn arrived<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, request: RequestIdx) {
        let client = ctx.request(request).client;
        let nth = client.unwrap_or(ctx.request(request).id.nth());
        let home = match self.transport() {
            Transport::Http => match self.connections.home(client) {
                Some(home) => LoopIdx(home),
                None => {
                    self.put(request, MAIN);
                    return self.connect(ctx, request, 0);
                }
            },
            Transport::Socket | Transport::Direct => self.in_turn(nth),
        };
        self.put(request, home);
        match (self.transport(), client) {
            (Transport::Direct, Some(client)) => {
                self.clients[client as usize].request = Some(request);
                ctx.stage(request, Stage::Timer(ctx.now()));
            }
            (Transport::Direct, None) if self.load == Load::Open => self.is_due(ctx, home, request),
            _ => {
                self.asks(ctx, home, request);
                self.wake(ctx, home);
            }
        }
    }

    fn io_ready<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, request: RequestIdx) {
        let home = self.is_answered(ctx, request);
        self.wake(ctx, home);
    }

    fn worked<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, thread: ThreadIdx, _: Work) {
        match self.roles[thread.0 as usize] {
            Role::Loop(idx) => {
                let running = self.at(idx).running.take();
                if running.is_some_and(|running| self.goes_on(ctx, idx, running)) || DEEP && self.start_next(ctx, idx) {
                    return;
                }
                self.turn(ctx, idx);
            }
            _ if !DEEP => {}
            Role::Pool(pool, nth) => self.pool_worked(ctx, pool, nth),
            Role::Elsewhere => unreachable!("another machine's core has no work on this one"),
        }
    }

    fn own<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, event: NodeEvent) {
        match event {
            NodeEvent::PollTimeout(idx, epoch) => {
                let one = self.at(LoopIdx(idx));
                if one.is_blocked() && one.epoch == epoch {
                    self.unblock(ctx, LoopIdx(idx));
                }
            }
            NodeEvent::Connect(request, attempt) => self.connect(ctx, request, attempt),
            // The page's first worker has no pool and no service.
            _ if !DEEP => {}
            NodeEvent::CallReturns(pool, nth) => self.call_returned(ctx, pool, nth),
            NodeEvent::AtService(request) => self.reaches_service(ctx, request),
            NodeEvent::ServiceDone(core) => self.service_done(ctx, core),
            NodeEvent::FromService(request) => self.is_back(ctx, request),
        }
    }

    fn execute<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, script: Script) {
        self.script = script;
        self.at(MAIN).begin_main();
        if !self.run_script(ctx, MAIN, 0, 0) {
            self.turn(ctx, MAIN);
        }
    }

    fn n_processes(&self) -> u32 {
        self.lines.len() as u32
    }

    fn role(&self, thread: u32) -> lanes::Role {
        self.role_of(thread)
    }

    fn observe<S: Sink>(&self, ctx: &mut Ctx<NodeEvent, S>) {
        self.tell_loops(ctx);
    }

    fn memory_peak(&self) -> u64 {
        self.memory_peak.max(self.resident())
    }

    fn memory_now(&self) -> u64 {
        self.resident()
    }
}

impl Node {
    /// How it shares its work; to the page's first worker not at all.
    fn topology(&self) -> Topology {
        if DEEP { self.topology } else { Topology::Loop }
    }

    /// How its program is reached.
    fn transport(&self) -> Transport {
        self.transport.at_hand()
    }

    /// To how many connections each answer is sent on.
    fn n_broadcast(&self) -> u32 {
        if DEEP { self.n_broadcast } else { 0 }
    }

    /// What a request waits for.
    fn io(&self) -> Io {
        self.io.at_hand()
    }

    fn at(&mut self, idx: LoopIdx) -> &mut EventLoop {
        &mut self.loops[usize::from(idx.0)]
    }

    /// The loop that has what is shared out among the processes in turn.
    fn in_turn(&self, nth: u32) -> LoopIdx {
        match self.topology() {
            Topology::Cluster => LoopIdx((nth % (self.loops.len() as u32 - 1)) as u16 + 1),
            Topology::Loop | Topology::Workers | Topology::Service => MAIN,
        }
    }

    /// `request` is at `home`.
    fn put(&mut self, request: RequestIdx, home: LoopIdx) {
        let needed = request.0 as usize + 1;
        if self.places.len() < needed {
            self.places.resize(needed, Place { home: MAIN, line: 0, birth: None });
        }
        self.places[request.0 as usize] = Place { home, line: 0, birth: None };
    }

    /// Whether a loop is a worker thread, which serves bursts only.
    fn is_worker(&self, idx: LoopIdx) -> bool {
        self.topology() == Topology::Workers && idx != MAIN
    }
}
