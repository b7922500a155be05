//! How far goroutines are, and what threads are doing.

use crate::sim::go::gc::MarkMode;
use crate::sim::go::steal::Nap;
use crate::sim::go::{G, PIdx};
use crate::sim::machine::ThreadIdx;
use crate::sim::request::RequestIdx;
use crate::sim::script::Function;
use crate::sim::time::Span;

/// How far a goroutine is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Progress {
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

/// What a goroutine is at with its database when its piece of work ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Query {
    /// Nothing: it computes, or answers.
    #[default]
    None,
    /// It writes its query.
    Writing,
    /// It reads its rows.
    Reading,
}

/// A client inside of the process, while it has no request or none that its goroutine knows of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Client {
    /// It has not begun.
    New,
    /// It sleeps.
    Thinking,
    /// It has slept long enough: its request is there.
    Due(RequestIdx),
}

/// What a thread is doing.
#[derive(Clone, Copy, Debug)]
pub(super) enum Doing {
    /// Starting the process.
    Starting,
    /// Asleep on the idle list.
    Parked,
    /// On its way from sleep to looking for work.
    Waking,
    /// Looking through the others' queues; then once more before it parks.
    Searching,
    /// Asleep for a moment before it takes another processor's `runnext`; what it had spent on the way there.
    Napping(Nap, Span),
    /// Awake again and about to take it.
    BackingOff(Nap),
    /// Running a goroutine.
    Running(G),
    /// Asleep in netpoll; whether it was spinning before.
    Polling { was_spinning: bool },
    /// On its way out of netpoll.
    LeavingPoll { was_spinning: bool },
    /// Asleep in a system call of its goroutine.
    InSyscall(G),
    /// On its way out of a system call.
    LeavingSyscall(G),
    /// Marking for the collector.
    Marking(MarkMode),
    /// Stopping the world for a goroutine that set off a collection, or at the end of marking.
    Stopping(Option<G>),
}

/// A thread of the Go runtime.
#[derive(Clone, Copy, Debug)]
pub(super) struct M {
    pub(super) thread: ThreadIdx,
    pub(super) p: Option<PIdx>,
    /// The processor that it had when it entered a system call.
    pub(super) old_p: Option<PIdx>,
    pub(super) spinning: bool,
    pub(super) doing: Doing,
}

/// A goroutine of a script.
#[derive(Clone, Copy, Debug)]
pub(super) struct ScriptG {
    pub(super) function: Function,
    pub(super) pc: u16,
    /// Computing time left of the step before.
    pub(super) left: Span,
}
