//! What every core, thread and processor was doing, and where every request was, as rows of a bounded recording.
//!
//! A run tells changes ([`crate::sim::lanes`]); the [`Tracker`] makes of them what lasted: pieces of threads, phases of
//! loops, steps of requests, lengths of queues. It gives them to anything that takes [`Rows`]: to the rings of a
//! [`Recorder`], which keeps the last so many and can be asked for a [`Window`], or to a file.

mod recorder;
mod tracker;
mod window;

pub use recorder::Recorder;
pub use tracker::Tracker;
pub use window::{Marks, PhaseRows, Pieces, QueueRows, Served, Steps, Window};

use crate::sim::lanes::{Phase, Queue, Role, Stage};
use crate::sim::request::{Class, RequestId};
use crate::sim::time::{Span, Time};

/// What a piece of a thread's time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// On a core: the burst of a request.
    Burst,
    /// On a core: what is around a burst: reading, answering, scheduling, entering a call.
    Serve,
    /// On a core: accepting a connection.
    Accept,
    /// On a core: writing or reading a message between threads.
    Message,
    /// On a core: the runtime's other work.
    Overhead,
    /// On a core: looking for work.
    Search,
    /// On a core: collecting garbage.
    Collect,
    /// On a core: the kernel switches to the thread.
    Switch,
    /// Without a core: it wants one.
    Ready,
    /// Without a core: stands still while garbage is collected.
    Stopped,
    /// Without a core: blocked in a call.
    Call,
    /// Without a core: asleep for a moment before it steals.
    Nap,
    /// Without a core: waits for events.
    Poll,
    /// Without a core: has nothing to do.
    Park,
}

impl Kind {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 14] = [
        Self::Burst,
        Self::Serve,
        Self::Accept,
        Self::Message,
        Self::Overhead,
        Self::Search,
        Self::Collect,
        Self::Switch,
        Self::Ready,
        Self::Stopped,
        Self::Call,
        Self::Nap,
        Self::Poll,
        Self::Park,
    ];

    /// Whether it is spent on a core.
    #[must_use]
    pub const fn is_on_core(self) -> bool {
        (self as u8) < Self::Ready as u8
    }

    /// Whether it is rest: there is nothing to be done.
    #[must_use]
    pub const fn is_rest(self) -> bool {
        self as u8 >= Self::Nap as u8
    }
}

/// A piece of a thread's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Which thread of the machine.
    pub thread: u32,
    /// The core that it was on.
    pub core: Option<u16>,
    /// Go: the processor that it had.
    pub processor: Option<u16>,
    /// What it is.
    pub kind: Kind,
    /// For whom.
    pub request: Option<RequestId>,
    /// When it began.
    pub from: Time,
    /// When it ended.
    pub to: Time,
}

/// A phase of a loop's iteration in which time has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhaseRow {
    /// Which loop.
    pub process: u16,
    /// Which phase.
    pub phase: Phase,
    /// How many descriptors the `epoll_wait` before it had reported.
    pub n_reported: u32,
    /// When it began.
    pub from: Time,
    /// When it ended.
    pub to: Time,
}

/// A stage of a request that has lasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which request.
    pub request: RequestId,
    /// Which stage.
    pub stage: Stage,
    /// When it began.
    pub from: Time,
    /// When it ended.
    pub to: Time,
}

/// A request that was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Which request.
    pub request: RequestId,
    /// Its class.
    pub class: Class,
    /// When it had arrived.
    pub born: Time,
    /// When it was answered.
    pub at: Time,
}

/// Something that happened at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Go: this processor took so many goroutines from that one.
    Stole {
        /// Taker.
        thief: u16,
        /// Loser.
        victim: u16,
        /// How many.
        n: u16,
    },
    /// Go: this request's goroutine was taken off its processor.
    Preempted(RequestId),
    /// A heap begins to be collected, at the price of a pause.
    Collected {
        /// Which loop of Node; 0 for Go.
        process: u16,
        /// How long nothing else of it runs.
        pause: Span,
    },
}

/// Who takes rows. Those of one thread, core, processor, loop, request or queue come in order.
pub trait Rows {
    /// There is a thread.
    fn thread(&mut self, thread: u32, role: Role) {
        let _ = (thread, role);
    }
    /// A piece of a thread's time is over.
    fn piece(&mut self, piece: &Piece);
    /// A phase of a loop is over.
    fn phase(&mut self, phase: &PhaseRow);
    /// A stage of a request is over.
    fn step(&mut self, step: &Step);
    /// A queue was so long from `at` on.
    fn queue(&mut self, at: Time, queue: Queue, len: u32);
    /// A request was answered.
    fn answer(&mut self, answer: &Answer);
    /// Something happened.
    fn mark(&mut self, at: Time, mark: Mark);
}
