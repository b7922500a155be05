//! What is told for the eye alone: what threads do, and where requests are, from which follows how long queues are.
//!
//! A trace says what happened; this says what is going on meanwhile, so that it can be drawn. Only a sink with
//! [`crate::sim::trace::Sink::WANTS_LANES`] is told, and for any other one none of it is put together. The machine tells
//! of cores, [`crate::sim::ctx::Ctx`] of everything that all runtimes have in common, and a model of the rest: where a
//! request is by [`crate::sim::ctx::Ctx::stage`], everything else when it is asked, after each event
//! ([`crate::sim::run::Model::observe`]). The last word counts: what is said twice at one time was never so.

use crate::sim::request::RequestId;
use crate::sim::time::{Span, Time};

/// Something for the eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneEvent {
    /// There is this thread, asleep until something else is told.
    Thread {
        /// Its number.
        thread: u32,
        /// What it is for.
        role: Role,
    },
    /// A thread is given a piece of work; it runs for `request`, or for the runtime.
    Piece {
        /// Which.
        thread: u32,
        /// For whom.
        request: Option<RequestId>,
    },
    /// So much of the overhead in the next piece of a thread is the collector's.
    Collects {
        /// Which.
        thread: u32,
        /// How much.
        span: Span,
    },
    /// A thread has work and waits for a core: it was woken and none was idle, or its turn is over.
    Ready {
        /// Which.
        thread: u32,
    },
    /// A thread works on a core from now on: first the switch to it, then overhead, then its burst.
    Runs {
        /// Which.
        thread: u32,
        /// Where.
        core: u16,
        /// How long the switch takes.
        switch: Span,
        /// How much overhead is left after it.
        overhead: Span,
    },
    /// A thread has given up its core.
    Sleeps {
        /// Which.
        thread: u32,
    },
    /// What a thread does from now on, more exactly.
    Does {
        /// Which.
        thread: u32,
        /// What.
        activity: Activity,
        /// For whom.
        request: Option<RequestId>,
    },
    /// Go: who has this processor from now on.
    Has {
        /// Which.
        processor: u16,
        /// The thread that has it.
        thread: Option<u32>,
    },
    /// Node: where this loop is in its iteration.
    Phase {
        /// Which loop.
        process: u16,
        /// Its phase.
        phase: Phase,
        /// How many descriptors its last `epoll_wait` has reported.
        n_reported: u32,
    },
    /// A request is at this stage from now on.
    Stage {
        /// Which.
        request: RequestId,
        /// Where it is kept while it is in flight: small numbers, used again.
        slot: u32,
        /// Which stage.
        stage: Stage,
    },
}

/// What a thread of the machine is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Nothing in particular.
    #[default]
    Any,
    /// Node: the event loop of this process; 0 is the main thread, or the primary of a cluster.
    Loop(u16),
    /// Node: this worker thread, from 1 on.
    LoopWorker(u16),
    /// Node: a thread of the pool of this process, from 0 on.
    Pool(u16, u16),
    /// A separate service: this one of its workers, from 0 on.
    Service(u16),
    /// Go: a thread (M).
    M,
    /// Threads: it serves a request at a time.
    Handler,
    /// Threads: it accepts connections.
    Acceptor,
    /// Threads: it watches connections.
    Poller,
    /// Threads: it starts what is started inside of the process.
    Main,
    /// A thread of a collector.
    Collector,
    /// Tokio: this worker, from 0 on.
    Worker(u16),
    /// Tokio: a thread for calls that block.
    Blocking,
}

impl Role {
    /// Its kind and its numbers, short enough to be sent.
    #[must_use]
    pub const fn code(self) -> (u8, u16, u16) {
        match self {
            Self::Any => (0, 0, 0),
            Self::Loop(process) => (1, process, 0),
            Self::LoopWorker(nth) => (2, nth, 0),
            Self::Pool(process, nth) => (3, process, nth),
            Self::Service(nth) => (4, nth, 0),
            Self::M => (5, 0, 0),
            Self::Handler => (6, 0, 0),
            Self::Worker(nth) => (7, nth, 0),
            Self::Blocking => (8, 0, 0),
            Self::Acceptor => (9, 0, 0),
            Self::Poller => (10, 0, 0),
            Self::Main => (11, 0, 0),
            Self::Collector => (12, 0, 0),
        }
    }

    /// The role of this code; of what is none, nothing in particular.
    #[must_use]
    pub const fn of_code(kind: u8, first: u16, second: u16) -> Self {
        match kind {
            1 => Self::Loop(first),
            2 => Self::LoopWorker(first),
            3 => Self::Pool(first, second),
            4 => Self::Service(first),
            5 => Self::M,
            6 => Self::Handler,
            7 => Self::Worker(first),
            8 => Self::Blocking,
            9 => Self::Acceptor,
            10 => Self::Poller,
            11 => Self::Main,
            12 => Self::Collector,
            _ => Self::Any,
        }
    }
}

/// What a thread does. While it sleeps, what it waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activity {
    /// What the runtime has to do besides.
    #[default]
    Overhead,
    /// Serves a request: its burst, and what is around it.
    Serve,
    /// Accepts a connection, or passes one on.
    Accept,
    /// Writes a message to another thread or reads one from there.
    Message,
    /// Looks for work in queues, also in those of others.
    Search,
    /// Collects garbage. While it sleeps: stands still while others do.
    Collect,
    /// Asleep in `epoll_wait` or its like: the next event wakes it.
    Poll,
    /// Blocked in a call.
    Call,
    /// Asleep for a moment, before it takes another's work.
    Nap,
    /// Asleep with nothing to do.
    Park,
}

/// The phases of a loop's iteration that callbacks run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Callbacks of what `epoll_wait` has reported.
    Poll,
    /// Callbacks of `setImmediate`.
    Check,
    /// Callbacks of timers.
    Timers,
    /// Asleep in `epoll_wait`.
    Blocked,
}

/// How far a request is. It is at one stage at a time, from its arrival until it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It has just arrived.
    Arrived,
    /// The accept queue was full; its client will try again.
    Away,
    /// It waits in this queue.
    Queue(Queue),
    /// This thread has it: it works for it, wants to, or sets out to.
    Thread(u32),
    /// This thread is blocked in a call for it.
    Call(u32),
    /// Its answer is on its way over the network.
    Network,
    /// Its query is in the database, where it takes so long alone.
    Database(Span),
    /// It is on its way to the separate service, or back.
    Service,
    /// A timer of the runtime has been set for it and is due then.
    Timer(Time),
    /// It is answered, or given up.
    Gone,
    /// It is held until the process has started.
    Starting,
}

impl Stage {
    /// Its kind, and a number or a time that belongs to it: short enough to be sent.
    #[must_use]
    pub const fn code(self) -> (u8, u64) {
        match self {
            Self::Arrived => (0, 0),
            Self::Away => (1, 0),
            Self::Queue(queue) => {
                let (kind, nth) = queue.code();
                (2, (kind as u64) << 16 | nth as u64)
            }
            Self::Thread(thread) => (3, thread as u64),
            Self::Call(thread) => (4, thread as u64),
            Self::Network => (5, 0),
            Self::Database(alone) => (6, alone.as_ns()),
            Self::Service => (7, 0),
            Self::Timer(due) => (8, due.as_ns()),
            Self::Gone => (9, 0),
            Self::Starting => (10, 0),
        }
    }

    /// The stage of this code; `None` if it is none.
    #[must_use]
    pub fn of_code(kind: u8, number: u64) -> Option<Self> {
        Some(match kind {
            0 => Self::Arrived,
            1 => Self::Away,
            2 => Self::Queue(Queue::of_code(u8::try_from(number >> 16).ok()?, number as u16)?),
            3 => Self::Thread(number as u32),
            4 => Self::Call(number as u32),
            5 => Self::Network,
            6 => Self::Database(Span::from_ns(number)),
            7 => Self::Service,
            8 => Self::Timer(Time::from_ns(number)),
            9 => Self::Gone,
            10 => Self::Starting,
            _ => return None,
        })
    }
}

/// A queue that requests wait in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// The kernel's: connections that this process has not accepted.
    Backlog(u16),
    /// Node: everything that is to be called back on this loop.
    Loop(u16),
    /// Node: calls that no thread of this process' pool has taken.
    Pool(u16),
    /// Node: bursts that no worker thread has been given.
    Workers,
    /// Node: accepted connections that no process of a cluster has been given.
    Handles,
    /// The separate service's.
    Service,
    /// Go, threads: what the program itself is yet to start.
    Spawn,
    /// Go, threads: readable sockets that nobody has polled.
    Netpoll,
    /// Go: the global queue.
    Global,
    /// Go: the queue of this processor, with its `runnext`.
    Local(u16),
    /// Threads: requests that no thread has taken.
    Executor,
    /// Tokio: readable sockets that nobody has polled.
    Driver,
    /// Tokio: the queue of all workers.
    Inject,
    /// Tokio: the queue of this worker.
    Worker(u16),
    /// Tokio: calls that no thread has taken.
    Blocking,
    /// Requests that want a connection to the database, of this process.
    Connections(u16),
    /// Queries that the database has not begun.
    Database,
    /// Threads: readable sockets that the poller has not handed over.
    Poller,
}

impl Queue {
    /// How many kinds of queues there are.
    pub const N_KINDS: usize = 18;

    /// Its kind, and which of that kind it is: short enough for a table, and to be sent.
    #[must_use]
    pub const fn code(self) -> (u8, u16) {
        match self {
            Self::Backlog(process) => (0, process),
            Self::Loop(process) => (1, process),
            Self::Pool(process) => (2, process),
            Self::Workers => (3, 0),
            Self::Handles => (4, 0),
            Self::Service => (5, 0),
            Self::Spawn => (6, 0),
            Self::Netpoll => (7, 0),
            Self::Global => (8, 0),
            Self::Local(processor) => (9, processor),
            Self::Executor => (10, 0),
            Self::Driver => (11, 0),
            Self::Inject => (12, 0),
            Self::Worker(worker) => (13, worker),
            Self::Blocking => (14, 0),
            Self::Connections(process) => (15, process),
            Self::Database => (16, 0),
            Self::Poller => (17, 0),
        }
    }

    /// The queue of this code; `None` if it is none.
    #[must_use]
    pub const fn of_code(kind: u8, nth: u16) -> Option<Self> {
        Some(match kind {
            0 => Self::Backlog(nth),
            1 => Self::Loop(nth),
            2 => Self::Pool(nth),
            3 => Self::Workers,
            4 => Self::Handles,
            5 => Self::Service,
            6 => Self::Spawn,
            7 => Self::Netpoll,
            8 => Self::Global,
            9 => Self::Local(nth),
            10 => Self::Executor,
            11 => Self::Driver,
            12 => Self::Inject,
            13 => Self::Worker(nth),
            14 => Self::Blocking,
            15 => Self::Connections(nth),
            16 => Self::Database,
            17 => Self::Poller,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_and_role_comes_back_from_its_code() {
        let stages = [
            Stage::Arrived,
            Stage::Away,
            Stage::Queue(Queue::Local(63)),
            Stage::Thread(9_999),
            Stage::Call(7),
            Stage::Network,
            Stage::Database(Span::from_ms(3)),
            Stage::Service,
            Stage::Timer(Time::from_ns(1 << 50)),
            Stage::Gone,
            Stage::Starting,
        ];
        for (kind, stage) in (0..).zip(stages) {
            let (code, number) = stage.code();
            assert_eq!((code, Stage::of_code(code, number)), (kind, Some(stage)));
        }
        assert_eq!(Stage::of_code(stages.len() as u8, 0), None);
        assert_eq!(Stage::of_code(2, u64::MAX), None);
        for kind in 0..13 {
            let (code, first, second) = Role::of_code(kind, 3, 4).code();
            assert_eq!(Role::of_code(code, first, second), Role::of_code(kind, 3, 4));
            assert_eq!(code, kind);
        }
    }

    #[test]
    fn every_queue_comes_back_from_its_code() {
        for kind in 0..Queue::N_KINDS as u8 {
            let queue = Queue::of_code(kind, 7).expect("there are so many kinds");
            assert_eq!(queue.code().0, kind);
            assert_eq!(Queue::of_code(kind, queue.code().1), Some(queue));
        }
        assert_eq!(Queue::of_code(Queue::N_KINDS as u8, 0), None);
    }
}
