//! Lanes ready to be looked at: who did what when, from a window of a recording.
//!
//! There is a lane for each core, and below them for whatever the runtime thinks in: Go's processors, Node's loops with
//! the phases of their iterations, and threads that did something. [`Viewport`] says which part is looked at, [`bars`]
//! what of it can be drawn, [`Layout`] where, [`Focus`] what is pointed at, and [`words`] what is said about it.

mod bars;
mod figure;
mod focus;
mod layout;
mod path;
mod queues;
mod viewport;
mod why;
pub mod words;

pub use bars::{Bar, bars};
pub use figure::{Figure, FigureRow, FigureStep, Shot, Tone, bar_labels};
pub use focus::{Focus, Move};
pub use layout::{Detail, Layout, Row, RowOf};
pub use path::{Behind, Path, Reason, Step};
pub use queues::QueueLane;
pub use viewport::Viewport;
pub use why::{explain, step_words};

pub use crate::stats::lanes::Kind;

use crate::sim::lanes::{Phase, Role};
use crate::sim::request::RequestId;
use crate::sim::time::Time;
use crate::stats::lanes::{Mark, Step as Stay, Window};

/// What a lane shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneOf {
    /// A core of the machine.
    Core(u16),
    /// A processor of Go.
    Processor(u16),
    /// A thread.
    Thread(u32, Role),
    /// The phases of a loop.
    Phases(u16),
}

/// What a segment of a lane is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// What its thread did.
    Piece(Kind),
    /// A phase of a loop, after an `epoll_wait` that reported so many descriptors.
    Phase(Phase, u32),
}

impl What {
    /// Whether it is rest, which is not drawn.
    #[must_use]
    pub const fn is_rest(self) -> bool {
        match self {
            Self::Piece(kind) => kind.is_rest(),
            Self::Phase(phase, _) => matches!(phase, Phase::Blocked),
        }
    }
}

/// A part of a lane; those of a lane follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// When it begins.
    pub from: Time,
    /// When it ends.
    pub to: Time,
    /// What it is.
    pub what: What,
    /// For which request.
    pub request: Option<RequestId>,
    /// The thread of the machine; of no meaning in phases.
    pub thread: u32,
    /// The core that it was on.
    pub core: Option<u16>,
}

/// A lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Of what.
    pub of: LaneOf,
    /// The lane that it is part of.
    pub parent: Option<usize>,
    /// What was there, in order of time.
    pub segments: Vec<Segment>,
}

impl Lane {
    /// The first segment that ends after `at`.
    #[must_use]
    pub fn first_after(&self, at: Time) -> usize {
        self.segments.partition_point(|segment| segment.to <= at)
    }

    /// The segments that overlap `from` to `to`.
    pub fn between(&self, from: Time, to: Time) -> impl Iterator<Item = &Segment> {
        self.segments[self.first_after(from)..].iter().take_while(move |segment| segment.from < to)
    }

    /// For how many of the nanoseconds between `from` and `to` something was done here, on a core.
    #[must_use]
    pub fn busy_ns(&self, from: Time, to: Time) -> u64 {
        let on_core = self.between(from, to).filter(|one| one.core.is_some());
        on_core.map(|one| one.to.min(to).since(one.from.max(from)).as_ns()).sum()
    }
}

/// A window, sorted into lanes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Film {
    /// Its beginning.
    pub from: Time,
    /// Its end.
    pub to: Time,
    /// How many cores there are.
    pub n_cores: u16,
    /// How many processors of Go.
    pub n_processors: u16,
    /// Cores first, then processors, then threads, each loop with its phases after it.
    pub lanes: Vec<Lane>,
    /// How long queues were.
    pub queues: Vec<QueueLane>,
    /// What happened.
    pub marks: Vec<(Time, Mark)>,
    /// Where requests were, in order of the ends of their stays.
    pub stays: Vec<Stay>,
    /// Who was answered: the request, when it had arrived, when it was answered.
    pub answers: Vec<(RequestId, Time, Time)>,
}

/// Adds `segment` behind others that it follows in time; rows come in order but for a few that go on at the end.
fn put(segments: &mut Vec<Segment>, segment: Segment) {
    let mut idx = segments.len();
    while idx > 0 && segments[idx - 1].from > segment.from {
        idx -= 1;
    }
    segments.insert(idx, segment);
}

impl Film {
    /// Sorts `window` into lanes.
    #[must_use]
    pub fn of(window: &Window) -> Self {
        let (n_cores, n_processors) = (window.n_cores, window.n_processors);
        let lane = |of, parent| Lane { of, parent, segments: Vec::new() };
        let mut lanes: Vec<Lane> = (0..n_cores).map(|core| lane(LaneOf::Core(core), None)).collect();
        lanes.extend((0..n_processors).map(|processor| lane(LaneOf::Processor(processor), None)));
        // By thread, and by loop: where its lane is.
        let (mut threads, mut loops): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
        for (thread, role) in (0..).zip(window.roles()) {
            let parent = match role {
                Role::Pool(process, _) => loops.get(usize::from(process)).map(|phases| phases - 1),
                _ => None,
            };
            threads.push(lanes.len());
            lanes.push(lane(LaneOf::Thread(thread, role), parent));
            if let Role::Loop(process) | Role::LoopWorker(process) = role {
                loops.push(lanes.len());
                lanes.push(lane(LaneOf::Phases(process), Some(lanes.len() - 1)));
            }
        }
        let mut film = Self { from: window.from(), to: window.to(), n_cores, n_processors, lanes, ..Self::default() };
        for piece in window.pieces() {
            let segment = Segment {
                from: piece.from,
                to: piece.to,
                what: What::Piece(piece.kind),
                request: piece.request,
                thread: piece.thread,
                core: piece.core,
            };
            let core = piece.core.filter(|core| *core < n_cores).map(usize::from);
            let processor = piece.processor.filter(|processor| *processor < n_processors);
            let processor = processor.map(|processor| usize::from(n_cores + processor));
            let thread = threads.get(piece.thread as usize).copied();
            for lane in [core, processor, thread].into_iter().flatten() {
                put(&mut film.lanes[lane].segments, segment);
            }
        }
        for phase in window.phases() {
            if let Some(lane) = loops.get(usize::from(phase.process)) {
                let (from, to, what) = (phase.from, phase.to, What::Phase(phase.phase, phase.n_reported));
                let segment = Segment { from, to, what, request: None, thread: 0, core: None };
                put(&mut film.lanes[*lane].segments, segment);
            }
        }
        film.queues = queues::queues(window);
        film.marks = window.marks().collect();
        film.stays = window.steps().collect();
        film.answers = window.answers().map(|answer| (answer.request, answer.born, answer.at)).collect();
        film
    }

    /// The lane of a thread.
    #[must_use]
    pub fn thread(&self, thread: u32) -> Option<usize> {
        self.lanes.iter().position(|lane| matches!(lane.of, LaneOf::Thread(own, _) if own == thread))
    }

    /// The lane of what `of` says.
    #[must_use]
    pub fn lane(&self, of: LaneOf) -> Option<usize> {
        self.lanes.iter().position(|lane| lane.of == of)
    }
}
