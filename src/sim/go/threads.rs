//! The threads of the runtime (M), and what each is doing.

use crate::sim::go::gc::MarkMode;
use crate::sim::go::steal::Nap;
use crate::sim::go::{G, PIdx};
use crate::sim::machine::ThreadIdx;
use crate::sim::time::Span;

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
