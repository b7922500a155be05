//! What a run tells: typed events to a sink. Models emit, they never average or format.

use crate::sim::lanes::LaneEvent;
use crate::sim::request::{Class, RequestId};
use crate::sim::time::{Span, Time};

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceEvent {
    /// A request arrived.
    Arrived(RequestId),
    /// A request was turned away because the bound on requests in flight was reached.
    Refused(RequestId),
    /// A thread ran for a request: CPU time of its burst, and overhead on top.
    Ran {
        /// Which thread of the machine.
        thread: u32,
        /// For which request.
        request: RequestId,
        /// Part of the burst.
        service: Span,
        /// Everything else in this piece.
        overhead: Span,
    },
    /// A thread did a runtime's own work.
    Overhead {
        /// Which thread of the machine.
        thread: u32,
        /// How long.
        overhead: Span,
    },
    /// A core began (`true`) or ceased to run a thread.
    CoreBusy(u16, bool),
    /// A request began to wait for I/O.
    WaitBegan(RequestId),
    /// A request's I/O is ready; the runtime may not have noticed yet.
    WaitOver(RequestId),
    /// A request is answered.
    Completed {
        /// Which.
        request: RequestId,
        /// Its class.
        class: Class,
        /// When it had arrived.
        born: Time,
        /// CPU time that it was drawn to need.
        demanded: Span,
        /// CPU time that it received, without overhead.
        served: Span,
        /// Time it waited for I/O, as drawn.
        waited: Span,
    },
    /// Go: a processor took `n` goroutines from a victim.
    Stole {
        /// Taker.
        thief: u16,
        /// Loser.
        victim: u16,
        /// How many goroutines.
        n: u16,
    },
    /// Go: sysmon took a goroutine off its processor.
    Preempted(RequestId),
    /// Node: this loop ended an iteration.
    Iteration(u16),
    /// Node: `n` timers of this loop's delay histogram fired so late.
    LoopDelay {
        /// Which loop: 0 is the main thread, or the primary of a cluster.
        process: u16,
        /// From due to run.
        delay: Span,
        /// How many.
        n: u32,
    },
    /// A heap was collected, at the price of a pause.
    Collected {
        /// Which loop of Node; 0 for Go.
        process: u16,
        /// How long nothing else ran.
        pause: Span,
    },
    /// A client gave up: it could not connect.
    Abandoned(RequestId),
    /// A script came by here.
    Marked(u16),
    /// A core took up a thread, which had slept or waited for one.
    Turn {
        /// Which core.
        core: u16,
        /// Which thread of the machine.
        thread: u32,
    },
    /// Go: this processor took up a goroutine, in a time slice of its own or an inherited one.
    Resumed(u16),
    /// Node: this loop waits in `epoll_wait` from now on, until a core takes up its thread again.
    Polling {
        /// Which loop: 0 is the main thread, or the primary of a cluster.
        process: u16,
        /// Its thread of the machine.
        thread: u32,
    },
}

/// Where trace events go.
pub trait Sink {
    /// Whether it wants to be told what only the eye needs. It is asked while compiling: for who does not, a run is the
    /// same code as if there were no such thing.
    const WANTS_LANES: bool = false;

    /// Takes note of `event`, which happened at `at`. Times never decrease.
    fn record(&mut self, at: Time, event: TraceEvent);

    /// Takes note of what only the eye needs, if it wants it.
    fn record_lane(&mut self, at: Time, event: LaneEvent) {
        let _ = (at, event);
    }
}

/// Forgets everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct NullSink;

impl Sink for NullSink {
    fn record(&mut self, _: Time, _: TraceEvent) {}
}

impl<A: Sink, B: Sink> Sink for (A, B) {
    const WANTS_LANES: bool = A::WANTS_LANES || B::WANTS_LANES;

    fn record(&mut self, at: Time, event: TraceEvent) {
        self.0.record(at, event);
        self.1.record(at, event);
    }

    fn record_lane(&mut self, at: Time, event: LaneEvent) {
        self.0.record_lane(at, event);
        self.1.record_lane(at, event);
    }
}

/// Somebody who may come and go while a run goes on.
impl<S: Sink> Sink for Option<S> {
    const WANTS_LANES: bool = S::WANTS_LANES;

    fn record(&mut self, at: Time, event: TraceEvent) {
        if let Some(sink) = self {
            sink.record(at, event);
        }
    }

    fn record_lane(&mut self, at: Time, event: LaneEvent) {
        if let Some(sink) = self {
            sink.record_lane(at, event);
        }
    }
}

/// A hash over every event in order: equal runs have equal hashes, sliced or not, native or wasm.
///
/// It does not listen to what is told for the eye alone. That follows from the same run and changes nothing in it; how
/// much of it is told, and in which words, may change with every drawing, and must not look like another model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceHash(u64);

impl Default for TraceHash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

/// Mixes `word` into `hash`: a multiply and a fold, as in FNV-1a but a word at a time.
#[must_use]
pub const fn mix(hash: u64, word: u64) -> u64 {
    let product = (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    product ^ (product >> 29)
}

impl TraceHash {
    /// The hash so far.
    #[must_use]
    pub const fn value(self) -> u64 {
        self.0
    }
}

impl Sink for TraceHash {
    fn record(&mut self, at: Time, event: TraceEvent) {
        let words: [u64; 5] = match event {
            TraceEvent::Arrived(request) => [1, request.0, 0, 0, 0],
            TraceEvent::Refused(request) => [2, request.0, 0, 0, 0],
            TraceEvent::Ran { thread, request, service, overhead } => {
                [3, u64::from(thread), request.0, service.as_ns(), overhead.as_ns()]
            }
            TraceEvent::CoreBusy(core, busy) => [4, u64::from(core), u64::from(busy), 0, 0],
            TraceEvent::WaitBegan(request) => [5, request.0, 0, 0, 0],
            TraceEvent::WaitOver(request) => [6, request.0, 0, 0, 0],
            TraceEvent::Completed { request, class: _, born, demanded: _, served, waited } => {
                [7, request.0, born.as_ns(), served.as_ns(), waited.as_ns()]
            }
            TraceEvent::Stole { thief, victim, n } => [8, u64::from(thief), u64::from(victim), u64::from(n), 0],
            TraceEvent::Preempted(request) => [9, request.0, 0, 0, 0],
            TraceEvent::Iteration(process) => [10, u64::from(process), 0, 0, 0],
            TraceEvent::LoopDelay { process, delay, n } => [12, u64::from(process), delay.as_ns(), u64::from(n), 0],
            TraceEvent::Collected { process, pause } => [13, u64::from(process), pause.as_ns(), 0, 0],
            TraceEvent::Abandoned(request) => [14, request.0, 0, 0, 0],
            TraceEvent::Marked(mark) => [15, u64::from(mark), 0, 0, 0],
            TraceEvent::Overhead { thread, overhead } => [11, u64::from(thread), overhead.as_ns(), 0, 0],
            // Told for figures and pictures: they follow from the others, by which runs are compared.
            TraceEvent::Turn { .. } | TraceEvent::Resumed(_) | TraceEvent::Polling { .. } => return,
        };
        self.0 = words.iter().fold(mix(self.0, at.as_ns()), |hash, word| mix(hash, *word));
    }
}
