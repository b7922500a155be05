//! What each step of the runtimes costs, with where each figure comes from.
//!
//! Unless another source is named, figures were measured on Node 20.20 and Go 1.27.3 on a 2-core AMD EPYC virtual
//! machine with Linux 6.18, as the minimum of 5 to 20 short runs. Wake-ups between cores cost five to ten times as
//! much there as on bare metal, so published values are used for those.

use crate::sim::scenario::CostModel;
use crate::sim::time::Span;

/// Costs of the machine, shared by both runtimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MachineCosts {
    /// Switching a core from one thread to another, or waking a thread and switching to it: 2.6 to 3.3 µs, half of a
    /// same-core ping-pong between two threads.
    pub thread_switch: Span,
    /// Waking a thread that sleeps, on an idle core: 5 µs per core allocation in the configuration of McClure and others'
    /// work-stealing simulator (NSDI 2022); 2 to 25 µs seen, and 30 to 50 µs on the virtual machine.
    pub wake: Span,
    /// One system call that sends a small message: half of a write and read over a Unix socket, 1.95 µs.
    pub socket_write: Span,
    /// One system call that receives a small message: the other half.
    pub socket_read: Span,
    /// One system call that sends 100 bytes over TCP, to one of many connections: 4.3 µs of CPU time over loopback, least
    /// of 400 rounds of 500 connections from a C program, with `TCP_NODELAY` and a process that reads at the other end.
    /// Loopback delivers in the same call; a network card has an interrupt for that, and acknowledgements.
    pub tcp_write: Span,
    /// One event out of `epoll_wait`: 115 ns each in a batch of 128.
    pub epoll_event: Span,
    /// How much later than asked Linux ends a sleep: its timer slack of 50 µs (`prctl(2)`, `PR_SET_TIMERSLACK`).
    pub timer_slack: Span,
    /// Starting a thread: 19 to 26 µs to create and join one.
    pub thread_create: Span,
}

/// Costs of Node.js.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeCosts {
    /// An otherwise empty loop iteration with its `epoll_wait`: chained `setImmediate`, 0.93 to 1.09 µs.
    pub iteration: Span,
    /// Draining ticks and microtasks after one callback: one awaited promise, 60 to 73 ns.
    pub drain: Span,
    /// Creating one timer: 0.3 µs.
    pub timer_create: Span,
    /// Firing one timer: 0.15 µs.
    pub timer_fire: Span,
    /// Accepting, parsing and answering a trivial HTTP request: 17.9 to 22 µs of server CPU, and 20.9 µs in
    /// fastify/benchmarks of 2026-07 (47 917 requests per second).
    pub http_request: Span,
    /// What a new connection costs on top: 3.7 to 5.1 µs more a request with `Connection: close` than kept alive.
    pub accept: Span,
    /// What a request to another service costs its client: 1.5 times what it costs its server, 43 to 48 µs against 29 to
    /// 32 side by side on a busy machine, and so 1.5 times `http_request`. `http.request` with a keep-alive agent, 64 at a
    /// time, `process.cpuUsage` of both processes over 6,000 trivial requests, 45 runs; `fetch` costs four times as much.
    pub http_client: Span,
    /// Writing or reading a KiB of JSON: 4.6 µs to write and 5.0 to read an array of small objects, `JSON.stringify` and
    /// `JSON.parse`, least of 3,000 runs of 40.
    pub json_per_kb: Span,
    /// What `socket.write` of 100 bytes costs on top of the system call in it: 5.5 µs in all over loopback, least of 400
    /// rounds of 500 sockets by `process.cpuUsage`, beside the 4.3 of `tcp_write`.
    pub write: Span,
    /// What a request costs the program itself that is inside of the process with it: its async function, promises,
    /// timestamps and records in `calibrate/node`, with nothing to compute and nothing to wait for.
    pub request: Span,
    /// The loop's part of one call for the thread pool, before and after: `fs.stat`, 2.8 to 4.1 µs.
    pub pool_submit: Span,
    /// The pool thread's part: 1.5 µs.
    pub pool_call: Span,
    /// One side of one message between threads: 0.99 to 1.26 µs in a pipelined echo.
    pub message: Span,
    /// Cloning a message on one side: 1.4 to 1.6 µs for a small object ...
    pub clone: Span,
    /// ... and 5 ns a byte beyond: 9 to 10 µs for a KiB, both sides.
    pub clone_per_kb: Span,
    /// One side of one message between processes: half a write and read over a Unix socket and a small clone.
    pub ipc_message: Span,
    /// A scavenge: 0.56 to 0.8 ms at the median ...
    pub scavenge: Span,
    /// ... and so much more for each megabyte that survives: 1 ms.
    pub scavenge_per_mb: Span,
    /// The pause that ends a mark-compact: 5.3 ms at the median with Node 20 ...
    pub mark_compact: Span,
    /// ... and so much more for each megabyte alive: 0.2 ms.
    pub mark_compact_per_mb: Span,
}

/// Costs of Go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GoCosts {
    /// Switching a processor to another goroutine: `Gosched` 57 ns; 50 to 200 ns published.
    pub switch: Span,
    /// Looking through one victim's queue: 100 to 120 ns in the configuration of McClure and others' work-stealing
    /// simulator (NSDI 2022).
    pub steal_check: Span,
    /// Moving stolen goroutines: the same source, 100 to 120 ns.
    pub steal: Span,
    /// How much longer sysmon sleeps than it asks: Linux adds 50 µs of timer slack, and sustained slices were measured
    /// at 20.14 ms, two sleeps.
    pub sysmon_slack: Span,
    /// Setting a timer: `time.AfterFunc` and `Stop`, 125 ns.
    pub timer: Span,
    /// Reading, parsing and answering a trivial `net/http` request: 13.5 to 17 µs of server CPU.
    pub http_request: Span,
    /// What a new connection costs on top: 0.4 to 2.3 µs more a request with `Connection: close` than kept alive.
    pub accept: Span,
    /// What `net.Conn.Write` of 100 bytes costs on top of the system call in it: 4.7 µs in all over loopback, least of 400
    /// rounds of 500 connections by `getrusage`, beside the 4.3 of `tcp_write`.
    pub write: Span,
    /// What a request costs the program itself that is inside of the process with it: its timestamps and records in
    /// `calibrate/go`, with nothing to compute and nothing to wait for.
    pub request: Span,
    /// Creating a goroutine and ending it: 148 ns with one processor.
    pub create: Span,
    /// Entering and leaving a system call, without the kernel's part: 31 to 103 ns (Go commit "faster entersyscall").
    pub syscall: Span,
    /// Marking one byte, in nanoseconds: 54 ms of CPU for 96 MB of pointers, 0.56.
    pub mark_ns_per_byte: f64,
    /// Stopping the world, twice a cycle: at most 49 µs at the median ...
    pub stop_the_world: Span,
    /// ... and lognormal about it: 131 µs at 99 %, so ln(150/40)/2.326.
    pub stop_the_world_sigma: f64,
}

/// Costs of Tokio. Unless another source is named, measured on Tokio 1.53.1 and hyper 1.12 as CPU time, the minimum of 20
/// runs on the same kind of machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokioCosts {
    /// Waking a task and switching a worker to it: 42 to 48 ns for a hop over a `Notify` or a channel; 73 ns for a yield
    /// in "Making the Tokio scheduler 10x faster" (2019).
    pub poll: Span,
    /// Spawning a task from another one, and ending it: 187 ns; 130 to 170 ns in a chain of spawns (the same article, and
    /// tokio-rs/tokio #1681).
    pub spawn: Span,
    /// Spawning it from outside of the workers: 217 ns of the spawner; 730 to 920 ns with everything that follows in the
    /// same two sources.
    pub spawn_remote: Span,
    /// A look at the driver that finds nothing: a task that yields alone takes 434 ns a round.
    pub turn: Span,
    /// Looking at one victim's ring, and moving stolen tasks: as Go's.
    pub steal_check: Span,
    /// See above.
    pub steal: Span,
    /// A `sleep`, set and fired: 360 ns more than the task alone, 490 with the write that unparks the driver.
    pub timer: Span,
    /// The worker's part of one `spawn_blocking`: 3.2 µs, most of it waking the thread. Sequential reads of a file take
    /// 8 µs longer through it in all (tokio-rs/tokio #8063).
    pub blocking_submit: Span,
    /// The thread's part: 6.0 µs of the process less the worker's.
    pub blocking_call: Span,
    /// Reading, parsing and answering a trivial request with hyper: 6.7 to 7.3 µs of server CPU, where the same client
    /// makes Go's `net/http` take 11.3 and Node's `http` 14.5. On the machine of their figures, 15 and 20, that is 9.
    /// Published: 2.4 million requests a second on 64 cores with the load generator (HttpArena #15), so at most 27.
    pub http_request: Span,
    /// What a new connection costs on top, without the kernel's part, which no model counts: two thirds of Go's. With
    /// `Connection: close` a request takes 20 µs more than kept alive, where it is 30 with Go and the same client.
    pub accept: Span,
    /// What a request costs the program itself that is inside of the process with it: two timestamps and a record, 117 to
    /// 174 ns.
    pub request: Span,
    /// What `write_all` of 100 bytes on a `TcpStream` costs on top of the system call in it: 120 to 260 ns, least of 300
    /// rounds of 500 connections, beside the 4.1 to 4.4 µs of `send`.
    pub write: Span,
}

/// Costs of a thread-per-request server in Java: Tomcat 10.1.60 on Temurin 25.0.3, a servlet that answers 17 bytes, and
/// `wrk` with 64 connections on another core; CPU time of each kind of thread over its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadsCosts {
    /// What a worker needs to read, parse and answer a trivial HTTP request: 14.8 to 16.6 µs, its switches included, which
    /// are the machine's and some 2 µs. With the poller's part 17.2 to 19.9, where Go needed 16.0 to 18.0 in the same test.
    pub http_request: Span,
    /// What the poller needs to hand one request to the pool: 3.0 to 3.2 µs on one core, 5.4 to 7.2 on two where it has to
    /// be woken more often, with the event and what is below. Where it is what limits it is 3.6 at most: 278,960 requests
    /// per second on 64 cores of which 20.8 are busy (HttpArena, spring-boot with 512 connections, 2026-04).
    pub dispatch: Span,
    /// What the poller needs to watch a connection again: one `epoll_ctl`, 350 ns.
    pub register_again: Span,
    /// What a new connection costs on top, the acceptor's part ...
    pub accept: Span,
    /// ... the poller's ...
    pub register: Span,
    /// ... and the worker's, which closes it: 42 µs more in all with `Connection: close` than kept alive, 12 to 17 of them
    /// the acceptor's. 36 µs is what it was for Go in the same test: the kernel's part, which no model counts.
    pub close: Span,
    /// What `SocketChannel.write` of 100 bytes costs on top of the system call in it: 5.2 to 5.4 µs in all over loopback,
    /// least of 400 rounds of 500 connections by the CPU time of the thread, beside 4.7 to 5.0 from C at the same time.
    pub write: Span,
    /// Giving a task to the pool from inside: what the poller does for a request, without its sockets.
    pub submit: Span,
    /// What starting a Java thread costs its parent beyond what a thread of the machine costs: 46 to 54 µs in all.
    pub thread_start: Span,
    /// A young collection with nothing alive and no threads: 0.6 to 0.9 ms in a small program (`sim/threads/heap.rs`), 2.1
    /// to 3.5 ms in another one (openjdk/jdk22u#249), 3.1 to 3.5 ms in this server with a single collecting thread.
    pub young_pause: Span,
    /// CPU time of copying a megabyte that is alive: two threads made the pause 0.22 to 0.38 ms longer for it.
    pub copy_per_mb: Span,
    /// CPU time of looking through the stack of a thread: two threads made the pause 0.65 ms longer for 200 of them, and
    /// 4.2 ms for 2,000.
    pub scan_thread: Span,
}

/// Cold starts, as multiples of what `sim/start.rs` has for them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StartCosts {
    /// Starting a process of Node.js, or a thread of it with an isolate of its own.
    pub node: f64,
    /// How much longer JavaScript and Java take until they are compiled.
    pub jit: f64,
    /// Starting a process of Go.
    pub go: f64,
    /// Starting a process of Java.
    pub java: f64,
}

/// All costs of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Costs {
    /// The machine's.
    pub machine: MachineCosts,
    /// Node's.
    pub node: NodeCosts,
    /// Go's.
    pub go: GoCosts,
    /// Those of the server with a thread for each request.
    pub threads: ThreadsCosts,
    /// Tokio's.
    pub tokio: TokioCosts,
    /// Those of cold starts.
    pub start: StartCosts,
}

impl Costs {
    /// The costs that `model` names.
    #[must_use]
    pub const fn of(model: CostModel) -> Self {
        match model {
            CostModel::Measured => Self::measured(),
            CostModel::Zero => Self::zero(),
        }
    }

    const fn measured() -> Self {
        Self {
            machine: MachineCosts {
                thread_switch: Span::from_us(3),
                wake: Span::from_us(5),
                socket_write: Span::from_ns(975),
                socket_read: Span::from_ns(975),
                tcp_write: Span::from_ns(4_300),
                epoll_event: Span::from_ns(115),
                timer_slack: Span::from_us(50),
                thread_create: Span::from_us(20),
            },
            node: NodeCosts {
                iteration: Span::from_us(1),
                drain: Span::from_ns(60),
                timer_create: Span::from_ns(300),
                timer_fire: Span::from_ns(150),
                http_request: Span::from_us(20),
                accept: Span::from_us(4),
                http_client: Span::from_us(30),
                json_per_kb: Span::from_ns(4_800),
                write: Span::from_ns(1_200),
                request: Span::from_ns(500),
                pool_submit: Span::from_us(3),
                pool_call: Span::from_ns(1_500),
                message: Span::from_us(1),
                clone: Span::from_ns(1_500),
                clone_per_kb: Span::from_ns(5_120),
                ipc_message: Span::from_ns(2_475),
                scavenge: Span::from_us(600),
                scavenge_per_mb: Span::from_ms(1),
                mark_compact: Span::from_ms(5),
                mark_compact_per_mb: Span::from_us(200),
            },
            go: GoCosts {
                switch: Span::from_ns(80),
                steal_check: Span::from_ns(110),
                steal: Span::from_ns(110),
                sysmon_slack: Span::from_us(70),
                timer: Span::from_ns(125),
                http_request: Span::from_us(15),
                accept: Span::from_ns(1_500),
                write: Span::from_ns(400),
                request: Span::from_ns(300),
                create: Span::from_ns(250),
                syscall: Span::from_ns(40),
                mark_ns_per_byte: 0.5,
                stop_the_world: Span::from_us(40),
                stop_the_world_sigma: 0.568,
            },
            tokio: TokioCosts {
                poll: Span::from_ns(45),
                spawn: Span::from_ns(190),
                spawn_remote: Span::from_ns(220),
                turn: Span::from_ns(400),
                steal_check: Span::from_ns(110),
                steal: Span::from_ns(110),
                timer: Span::from_ns(360),
                blocking_submit: Span::from_ns(3_200),
                blocking_call: Span::from_ns(2_800),
                http_request: Span::from_us(9),
                accept: Span::from_us(1),
                request: Span::from_ns(150),
                write: Span::from_ns(180),
            },
            threads: ThreadsCosts {
                http_request: Span::from_ns(12_500),
                dispatch: Span::from_us(3),
                register_again: Span::from_ns(350),
                accept: Span::from_us(3),
                register: Span::from_us(1),
                close: Span::from_us(2),
                write: Span::from_ns(400),
                submit: Span::from_us(2),
                thread_start: Span::from_us(30),
                young_pause: Span::from_us(1_000),
                copy_per_mb: Span::from_us(500),
                scan_thread: Span::from_us(5),
            },
            start: StartCosts { node: 1.0, jit: 1.0, go: 1.0, java: 1.0 },
        }
    }

    const fn zero() -> Self {
        let nothing = Span::ZERO;
        Self {
            machine: MachineCosts {
                thread_switch: nothing,
                wake: nothing,
                socket_write: nothing,
                socket_read: nothing,
                tcp_write: nothing,
                epoll_event: nothing,
                timer_slack: nothing,
                thread_create: nothing,
            },
            node: NodeCosts {
                iteration: nothing,
                drain: nothing,
                timer_create: nothing,
                timer_fire: nothing,
                http_request: nothing,
                accept: nothing,
                http_client: nothing,
                json_per_kb: nothing,
                write: nothing,
                request: nothing,
                pool_submit: nothing,
                pool_call: nothing,
                message: nothing,
                clone: nothing,
                clone_per_kb: nothing,
                ipc_message: nothing,
                scavenge: nothing,
                scavenge_per_mb: nothing,
                mark_compact: nothing,
                mark_compact_per_mb: nothing,
            },
            go: GoCosts {
                switch: nothing,
                steal_check: nothing,
                steal: nothing,
                sysmon_slack: nothing,
                timer: nothing,
                http_request: nothing,
                accept: nothing,
                write: nothing,
                request: nothing,
                create: nothing,
                syscall: nothing,
                mark_ns_per_byte: 0.0,
                stop_the_world: nothing,
                stop_the_world_sigma: 0.0,
            },
            tokio: TokioCosts {
                poll: nothing,
                spawn: nothing,
                spawn_remote: nothing,
                turn: nothing,
                steal_check: nothing,
                steal: nothing,
                timer: nothing,
                blocking_submit: nothing,
                blocking_call: nothing,
                http_request: nothing,
                accept: nothing,
                request: nothing,
                write: nothing,
            },
            threads: ThreadsCosts {
                http_request: nothing,
                dispatch: nothing,
                register_again: nothing,
                accept: nothing,
                register: nothing,
                close: nothing,
                write: nothing,
                submit: nothing,
                thread_start: nothing,
                young_pause: nothing,
                copy_per_mb: nothing,
                scan_thread: nothing,
            },
            start: StartCosts { node: 0.0, jit: 0.0, go: 0.0, java: 0.0 },
        }
    }
}
