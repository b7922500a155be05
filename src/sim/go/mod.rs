//! Go's scheduler: goroutines on processors on threads (G, P, M), and its garbage collector.
//!
//! Follows Go 1.27.3; each rule is cited where it is modelled, all of `runtime/proc.go` unless another file is named:
//! `processor.rs` the run queues, `find.rs` `findRunnable`, `steal.rs` stealing, `netpoll.rs` the network poller,
//! `wake.rs` who wakes whom, `sysmon.rs` preemption, `syscalls.rs` blocking calls, `gc.rs` the collector's pacing,
//! `world.rs` its workers and pauses, `goroutines.rs` what a goroutine does for its request, `accept.rs` who comes in,
//! `queries.rs` connections to a database.
//!
//! The clients of a closed load are connected before the run begins, with a goroutine each, or connect when they come; an
//! open arrival connects. Who sends an answer on to others writes to one after the other (`net.Conn.Write`) and can be
//! preempted in between; the request counts as answered when all is written.
//!
//! Left out:
//! - The goroutine that reads in the background of each HTTP request: it wakes a processor, as here, but its own
//!   nanoseconds are part of the request's cost.
//! - The CPU time of sysmon itself, the microseconds of a preemption signal, and that a thread which the operating
//!   system has taken off its core is preempted when it is back (here sysmon tries again in its next round).
//! - Stack growth and the sweeping of garbage, which are part of the measured costs; finalizers; the memory limit;
//!   the limiter of the collector's CPU time; a dedicated mark worker's handing on of its queue when it is preempted.
//! - That an assist which marks the last of it ends the cycle itself (here the next worker does), and that one which
//!   finds nothing left to mark waits for those that are marking (`gcParkAssist`).
//! - What connections hold on the heap, some 10 KB each: it counts as memory, but is not marked and does not move the
//!   goal. Memory that is free and not yet given back to the operating system (`mgcscavenge.go`).
//! - The microseconds in which sysmon itself is woken, and that a processor prefers the thread that it had (`oldm`).
//! - `GOMAXPROCS` that follows a container's quota, and the collection that is forced after two minutes without one.

mod accept;
mod find;
mod gc;
mod goroutines;
mod memory;
mod netpoll;
mod processor;
mod queries;
mod steal;
mod syscalls;
mod sysmon;
mod threads;
mod wake;
mod watch;
mod world;

use std::collections::VecDeque;

use crate::sim::costs::Costs;
use crate::sim::go::gc::Collector;
use crate::sim::go::processor::{IdleProcessors, Processor};
use crate::sim::go::queries::Query;
use crate::sim::go::sysmon::Sysmon;
use crate::sim::go::threads::{Doing, M};
use crate::sim::lanes::{Queue, Role, Stage};
use crate::sim::machine::{Machine, ThreadIdx, Work};
use crate::sim::net::{Backlog, Connections};
use crate::sim::request::RequestIdx;
use crate::sim::run::{Ctx, Model};
use crate::sim::runtime::DEEP;
use crate::sim::scenario::{CostModel, Gc, Io, Load, Scenario, Transport};
use crate::sim::script::{Function, Script};
use crate::sim::start::{Language, Start};
use crate::sim::time::{Span, Time};
use crate::sim::trace::Sink;

/// Time slices before `main` begins: those of the runtime's own goroutines. So the first look at the global queue comes
/// where it was measured (a program that spawns 300 goroutines runs the first of them as its 55th).
const START_TICKS: u32 = 6;

/// A goroutine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum G {
    /// It serves this request.
    Request(RequestIdx),
    /// It accepts connections.
    Listener,
    /// It starts the tasks of a batch, clients, or what arrives inside of the process.
    Main,
    /// It is a client inside of the process that thinks, or is about to begin.
    Client(u32),
    /// It runs a function of a script.
    Script(u16),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PIdx(u16);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct MIdx(u16);

/// Go's own events.
#[derive(Clone, Copy, Debug)]
pub enum GoEvent {
    /// Sysmon has slept; the number tells a stale wake-up from a live one.
    Sysmon(u32),
    /// The blocking netpoll that began in this epoch timed out.
    PollTimeout(u32),
    /// The system call of this thread returns.
    SyscallReturns(u16),
    /// The pause of a thief is over.
    Napped(u16),
    /// The client of a request tries to connect again, for the so-manieth time.
    Connect(RequestIdx, u8),
}

/// How far a goroutine is.
#[derive(Clone, Copy, Debug)]
enum Progress {
    /// Its request is to be read.
    New,
    /// Its memory is allocated, at the price of so much assistance to the collector.
    Allocated(Span),
    /// It was preempted with so much overhead and so much of its burst left.
    Preempted(Span, Span),
    /// What it waited for is there.
    Resumed,
    /// It has been handed a connection to the database.
    Connected,
}

/// A client inside of the process, while it has no request or none that its goroutine knows of.
#[derive(Clone, Copy, Debug)]
enum Client {
    /// It has not begun.
    New,
    /// It sleeps.
    Thinking,
    /// It has slept long enough: its request is there.
    Due(RequestIdx),
}

/// A goroutine of a script.
#[derive(Clone, Copy, Debug)]
struct ScriptG {
    function: Function,
    pc: u16,
    /// Computing time left of the step before.
    left: Span,
}

/// One Go process.
#[derive(Clone, Debug)]
pub struct Go {
    io: Io,
    transport: Transport,
    load: Load,
    http: Span,
    /// To how many connections each answer is sent on.
    n_broadcast: u32,
    ps: Vec<Processor>,
    ms: Vec<M>,
    idle_ps: IdleProcessors,
    /// Of all processors.
    n_timers: usize,
    idle_ms: Vec<MIdx>,
    global: VecDeque<G>,
    n_spinning: u32,
    /// Somebody wanted to start a spinning thread and found no idle processor (`sched.needspinning`).
    needs_spinning: bool,
    coprimes: Vec<u32>,
    /// Goroutines whose socket is readable, as the kernel lists them.
    net_ready: VecDeque<G>,
    /// The thread that blocks in netpoll, or has been woken there and does not run yet.
    poller: Option<MIdx>,
    poll_epoch: u32,
    poll_until: Option<Time>,
    last_poll: Time,
    backlog: Backlog,
    listener_is_parked: bool,
    /// Goroutines that `main` has yet to start.
    to_spawn: VecDeque<G>,
    main_is_parked: bool,
    /// The clients inside of the process.
    clients: Vec<Client>,
    connections: Connections,
    sysmon: Sysmon,
    gc: Option<Collector>,
    /// By request: how far its goroutine is, and with its query.
    progress: Vec<Progress>,
    queries: Vec<Query>,
    n_goroutines: u64,
    n_random: u64,
    script: Script,
    script_gs: Vec<ScriptG>,
    /// By channel: how many values are in it, and who waits.
    channels: Vec<(u32, VecDeque<G>)>,
    /// What starting the process takes.
    start: Span,
    memory_peak: u64,
}

impl Model for Go {
    type Event = GoEvent;
    type Kind = ();

    fn new((): (), scenario: &Scenario, costs: &Costs, machine: &mut Machine) -> Self {
        let n = scenario.n_processors() as u16;
        let http = match scenario.transport {
            Transport::Http => costs.go.http_request,
            Transport::Socket | Transport::Direct => Span::ZERO,
        };
        let connections = Connections::of(scenario, 0..=0);
        // A process at rest: every processor idle, its first thread blocked in netpoll.
        let doing = Doing::Polling { was_spinning: false };
        let first = M { thread: machine.spawn(), p: None, old_p: None, spinning: false, doing };
        Self {
            io: scenario.io,
            transport: scenario.transport,
            load: scenario.load,
            http,
            n_broadcast: if scenario.transport == Transport::Direct { 0 } else { scenario.n_broadcast },
            ps: vec![Processor { tick: START_TICKS, ..Processor::default() }; n.into()],
            ms: vec![first],
            idle_ps: IdleProcessors::all(n),
            n_timers: 0,
            idle_ms: Vec::new(),
            global: VecDeque::new(),
            n_spinning: 0,
            needs_spinning: false,
            coprimes: steal::coprimes(n.into()),
            net_ready: VecDeque::new(),
            poller: Some(MIdx(0)),
            poll_epoch: 0,
            poll_until: None,
            last_poll: Time::ZERO,
            backlog: Backlog::new(accept::BACKLOG),
            listener_is_parked: true,
            to_spawn: VecDeque::new(),
            main_is_parked: true,
            clients: Vec::new(),
            n_goroutines: 1 + connections.n_open(),
            connections,
            sysmon: Sysmon::new(n, costs),
            gc: (scenario.gc == Gc::On && scenario.costs != CostModel::Zero).then(|| Collector::new(n.into())),
            progress: Vec::new(),
            queries: Vec::new(),
            n_random: 0,
            script: Script::default(),
            script_gs: Vec::new(),
            channels: Vec::new(),
            start: Start::of(Language::Go, scenario).times(costs.start.go, 1.0).process,
            memory_peak: 0,
        }
    }

    fn start<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) {
        let first = self.m(MIdx(0));
        first.doing = Doing::Starting;
        ctx.run(first.thread, Work::overhead(self.start));
    }

    fn launch<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) {
        if DEEP && self.load == Load::Closed {
            let n_clients = ctx.workload().scenario().n_clients;
            self.clients = vec![Client::New; n_clients as usize];
            self.to_spawn.extend((0..n_clients).map(G::Client));
        }
        self.wake_main(ctx);
    }

    fn arrived<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, request: RequestIdx) {
        self.is_new(request);
        let client = ctx.request(request).client;
        match (self.transport(), client) {
            (Transport::Http, _) if self.connections.home(client).is_none() => self.connect(ctx, request, 0),
            // Its goroutine finds it when its timer has woken it.
            (Transport::Direct, Some(client)) => {
                self.clients[client as usize] = Client::Due(request);
                ctx.stage(request, Stage::Timer(ctx.now()));
            }
            // `main` starts them, one after the other: those of a batch at once, others when it has slept.
            (Transport::Direct, None) => {
                self.to_spawn.push_back(G::Request(request));
                ctx.stage(request, Stage::Queue(Queue::Spawn));
                if self.load == Load::Batch {
                    self.wake_main(ctx);
                }
            }
            (Transport::Socket, _) => {
                self.n_goroutines += 1;
                self.readable(ctx, G::Request(request));
            }
            (Transport::Http, _) => self.readable(ctx, G::Request(request)),
        }
    }

    fn io_ready<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, request: RequestIdx) {
        self.readable(ctx, G::Request(request));
    }

    fn worked<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, thread: ThreadIdx, _: Work) {
        // Threads of this process are spawned in order and are the machine's only ones.
        let m = MIdx(thread.0 as u16);
        match self.m(m).doing {
            Doing::Running(g) => self.goroutine_worked(ctx, m, g),
            // The page's first worker has neither.
            Doing::Starting | Doing::LeavingSyscall(_) if !DEEP => {}
            Doing::Starting => {
                // What is left of it is a process at rest.
                self.m(m).doing = Doing::Polling { was_spinning: false };
                ctx.sleep(thread);
                ctx.come_up();
            }
            Doing::Waking => self.schedule(ctx, m, Span::ZERO),
            Doing::Searching => self.search_again(ctx, m),
            Doing::LeavingPoll { was_spinning } => self.leave_poll(ctx, m, was_spinning),
            Doing::LeavingSyscall(g) => self.exit_syscall(ctx, m, g),
            Doing::Marking(mode) => self.marked(ctx, m, mode),
            Doing::Stopping(g) => self.start_the_world(ctx, m, g),
            Doing::BackingOff(nap) => self.backed_off(ctx, m, nap),
            Doing::Parked | Doing::Polling { .. } | Doing::InSyscall(_) | Doing::Napping(..) => {
                unreachable!("a sleeping thread has worked")
            }
        }
    }

    fn own<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, event: GoEvent) {
        match event {
            GoEvent::Sysmon(epoch) => self.sysmon_wakes(ctx, epoch),
            GoEvent::PollTimeout(epoch) => {
                if epoch == self.poll_epoch {
                    self.wake_poller(ctx);
                }
            }
            GoEvent::SyscallReturns(_) if !DEEP => {}
            GoEvent::SyscallReturns(m) => self.syscall_returns(ctx, MIdx(m)),
            GoEvent::Napped(m) => self.napped(ctx, MIdx(m)),
            GoEvent::Connect(request, attempt) => self.connect(ctx, request, attempt),
        }
    }

    fn execute<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, script: Script) {
        self.script = script;
        let main = self.new_script_goroutine(0);
        self.put_next(ctx, PIdx(0), main);
        self.wake_sysmon(ctx);
        self.wakep(ctx);
    }

    fn role(&self, _: u32) -> Role {
        Role::M
    }

    fn observe<S: Sink>(&self, ctx: &mut Ctx<GoEvent, S>) {
        self.tell_processors(ctx);
    }

    fn memory_peak(&self) -> u64 {
        self.memory_peak.max(self.resident())
    }

    fn memory_now(&self) -> u64 {
        self.resident()
    }
}

impl Go {
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

    fn m(&mut self, m: MIdx) -> &mut M {
        &mut self.ms[m.0 as usize]
    }

    fn p(&mut self, p: PIdx) -> &mut Processor {
        &mut self.ps[p.0 as usize]
    }

    fn p_of(&self, m: MIdx) -> PIdx {
        self.ms[m.0 as usize].p.expect("a thread that schedules has a processor")
    }

    fn n_ps(&self) -> usize {
        self.ps.len()
    }

    fn n_idle(&self) -> usize {
        self.idle_ps.len()
    }

    /// `cheaprand`.
    fn random<S: Sink>(&mut self, ctx: &Ctx<GoEvent, S>) -> u64 {
        self.n_random += 1;
        ctx.workload().draws().words(crate::sim::rng::Stream::Runtime, self.n_random, 0)[0]
    }

    /// Nothing has been done for `request` yet.
    fn is_new(&mut self, request: RequestIdx) {
        let needed = request.0 as usize + 1;
        if self.progress.len() < needed {
            self.progress.resize(needed, Progress::New);
            self.queries.resize(needed, Query::None);
        }
        self.progress[request.0 as usize] = Progress::New;
    }

    /// `main` has something to start.
    fn wake_main<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) {
        if std::mem::take(&mut self.main_is_parked) {
            self.global.push_back(G::Main);
            self.wake_sysmon(ctx);
            self.wakep(ctx);
        }
    }
}
