//! From changes to what lasted between them.

use crate::sim::lanes::{Activity, LaneEvent, Phase, Queue, Stage};
use crate::sim::request::RequestId;
use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceEvent};
use crate::stats::lanes::{Answer, Kind, Mark, PhaseRow, Piece, Rows, Step};

/// Where a thread is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cpu {
    /// Nothing was told of it yet.
    Unknown,
    Asleep,
    Ready,
    On(u16),
}

/// What is known of a thread, and since when.
#[derive(Clone, Copy, Debug)]
struct Track {
    cpu: Cpu,
    since: Time,
    activity: Activity,
    request: Option<RequestId>,
    processor: Option<u16>,
    /// What is left of the parts of its work, in their order; the collector's is part of the overhead.
    switch: Span,
    collect: Span,
    overhead: Span,
    /// Of its next piece.
    next_collect: Span,
    /// Told to nobody yet, as it may go on.
    last: Option<Piece>,
}

/// Where a request in flight is.
#[derive(Clone, Copy, Debug)]
struct Slot {
    request: RequestId,
    stage: Stage,
    since: Time,
}

/// The length of a queue.
#[derive(Clone, Copy, Debug, Default)]
struct Length {
    now: u32,
    since: Time,
    /// What was told last.
    told: u32,
}

/// Where a loop is.
#[derive(Clone, Copy, Debug)]
struct LoopPhase {
    row: PhaseRow,
    /// An iteration has ended: what comes next is another phase, even if it is of the same kind.
    has_ended: bool,
}

/// Follows a run and gives rows to `R`.
#[derive(Clone, Debug)]
pub struct Tracker<R> {
    rows: R,
    threads: Vec<Track>,
    /// By processor: who has it.
    holders: Vec<Option<u32>>,
    /// By slot.
    slots: Vec<Option<Slot>>,
    /// By kind of queue, and which of that kind.
    lengths: [Vec<Length>; Queue::N_KINDS],
    loops: Vec<Option<LoopPhase>>,
    /// When it was told of something for the first time.
    began: Option<Time>,
}

impl<R> Tracker<R> {
    /// For the eye, with rows for `rows`.
    #[must_use]
    pub fn new(rows: R) -> Self {
        Self {
            rows,
            threads: Vec::new(),
            holders: Vec::new(),
            slots: Vec::new(),
            lengths: [const { Vec::new() }; Queue::N_KINDS],
            loops: Vec::new(),
            began: None,
        }
    }

    /// Who takes the rows.
    #[must_use]
    pub fn rows(&self) -> &R {
        &self.rows
    }

    /// Who takes the rows.
    pub fn rows_mut(&mut self) -> &mut R {
        &mut self.rows
    }

    /// Ends it: who took the rows.
    pub fn into_rows(self) -> R {
        self.rows
    }

    /// How many processors there are.
    pub(super) fn n_processors(&self) -> usize {
        self.holders.len()
    }

    /// When it was told of something for the first time.
    pub(super) fn began(&self) -> Option<Time> {
        self.began
    }
}

/// The place of `idx` in `all`, which grows to have it.
fn grown<T: Clone>(all: &mut Vec<T>, idx: usize, new: T) -> &mut T {
    if all.len() <= idx {
        all.resize(idx + 1, new);
    }
    &mut all[idx]
}

const NEW: Track = Track {
    cpu: Cpu::Unknown,
    since: Time::ZERO,
    activity: Activity::Park,
    request: None,
    processor: None,
    switch: Span::ZERO,
    collect: Span::ZERO,
    overhead: Span::ZERO,
    next_collect: Span::ZERO,
    last: None,
};

impl Track {
    /// What its time until `at` was, in up to four parts.
    fn close(&mut self, thread: u32, at: Time, rows: &mut impl Rows) {
        let passed = at.since(self.since);
        let from = std::mem::replace(&mut self.since, at);
        if passed.is_zero() {
            return;
        }
        let Cpu::On(core) = self.cpu else {
            let kind = match (self.cpu, self.activity) {
                (Cpu::Unknown | Cpu::On(_), _) => return,
                (Cpu::Ready, _) => Kind::Ready,
                (Cpu::Asleep, Activity::Poll) => Kind::Poll,
                (Cpu::Asleep, Activity::Call) => Kind::Call,
                (Cpu::Asleep, Activity::Nap) => Kind::Nap,
                (Cpu::Asleep, Activity::Collect) => Kind::Stopped,
                (Cpu::Asleep, _) => Kind::Park,
            };
            return self.put(thread, None, kind, (from, at), rows);
        };
        let around = match self.activity {
            Activity::Serve => Kind::Serve,
            Activity::Accept => Kind::Accept,
            Activity::Message => Kind::Message,
            Activity::Search => Kind::Search,
            Activity::Collect => Kind::Collect,
            _ => Kind::Overhead,
        };
        let within = if self.request.is_some() { Kind::Burst } else { around };
        let mut left = passed;
        let mut since = from;
        let mut part = |one: &mut Track, kind, span: Span| {
            let span = span.min(left);
            if !span.is_zero() {
                left -= span;
                one.put(thread, Some(core), kind, (since, since + span), rows);
                since = since + span;
            }
            span
        };
        let Self { switch, collect, overhead, .. } = *self;
        let switch = part(self, Kind::Switch, switch);
        let other = overhead - collect;
        let collect = part(self, Kind::Collect, collect);
        let other = part(self, around, other);
        part(self, within, passed);
        self.switch -= switch;
        self.collect -= collect;
        self.overhead -= collect + other;
    }

    fn put(&mut self, thread: u32, core: Option<u16>, kind: Kind, (from, to): (Time, Time), rows: &mut impl Rows) {
        let piece = Piece { thread, core, processor: self.processor, kind, request: self.request, from, to };
        if let Some(last) = &mut self.last {
            if (Piece { from: last.from, ..piece }) == (Piece { to, ..*last }) && last.to == from {
                last.to = to;
                return;
            }
            rows.piece(last);
        }
        self.last = Some(piece);
    }

    /// What it did is over for good.
    fn flush(&mut self, rows: &mut impl Rows) {
        if let Some(last) = self.last.take() {
            rows.piece(&last);
        }
    }
}

impl<R: Rows> Tracker<R> {
    /// Brings what threads do up to `now`.
    pub(super) fn pass_to(&mut self, now: Time) {
        for (thread, track) in (0..).zip(&mut self.threads) {
            track.close(thread, now, &mut self.rows);
        }
    }

    /// Tells everything that has not been told because it goes on, as it is at `now`.
    pub fn finish(&mut self, now: Time) {
        self.pass_to(now);
        for track in &mut self.threads {
            track.flush(&mut self.rows);
        }
        let mut open = Vec::new();
        self.unfinished(now, &mut |row| open.push(row));
        for row in open {
            match row {
                Unfinished::Step(step) => self.rows.step(&step),
                Unfinished::Phase(phase) => self.rows.phase(&phase),
                Unfinished::Queue(at, queue, len) => self.rows.queue(at, queue, len),
                Unfinished::Piece(_) => {}
            }
        }
    }

    /// The rows that go on at `now`, up to which everything was brought.
    pub(super) fn unfinished(&self, now: Time, tell: &mut impl FnMut(Unfinished)) {
        self.threads.iter().filter_map(|track| track.last).for_each(|last| tell(Unfinished::Piece(last)));
        for Slot { request, stage, since: from } in self.slots.iter().flatten().copied() {
            if from < now {
                tell(Unfinished::Step(Step { request, stage, from, to: now }));
            }
        }
        for LoopPhase { row, .. } in self.loops.iter().flatten().filter(|one| one.row.from < now) {
            tell(Unfinished::Phase(PhaseRow { to: now, ..*row }));
        }
        for (kind, lengths) in (0..).zip(&self.lengths) {
            for (nth, length) in (0..).zip(lengths) {
                if let Some(queue) = Queue::of_code(kind, nth).filter(|_| length.now != length.told) {
                    tell(Unfinished::Queue(length.since, queue, length.now));
                }
            }
        }
    }

    /// Closes what `thread` did until `at`, to go on with something else.
    fn change(&mut self, at: Time, thread: u32) -> &mut Track {
        let track = grown(&mut self.threads, thread as usize, NEW);
        track.close(thread, at, &mut self.rows);
        track
    }

    /// The same where it gives up its core, or its processor.
    fn part(&mut self, at: Time, thread: u32) -> &mut Track {
        self.change(at, thread);
        let track = &mut self.threads[thread as usize];
        track.flush(&mut self.rows);
        track
    }

    fn hold(&mut self, at: Time, processor: u16, thread: Option<u32>) {
        let before = std::mem::replace(grown(&mut self.holders, processor.into(), None), thread);
        if before == thread {
            return;
        }
        if let Some(before) = before.filter(|one| self.threads[*one as usize].processor == Some(processor)) {
            self.part(at, before).processor = None;
        }
        if let Some(thread) = thread {
            self.part(at, thread).processor = Some(processor);
        }
    }

    fn enter(&mut self, at: Time, process: u16, phase: Phase, n_reported: u32) {
        let one = grown(&mut self.loops, process.into(), None);
        let new = PhaseRow { process, phase, n_reported, from: at, to: at };
        let Some(LoopPhase { row, has_ended }) = one else {
            *one = Some(LoopPhase { row: new, has_ended: false });
            return;
        };
        if !std::mem::take(has_ended) && (row.phase, row.n_reported) == (phase, n_reported) {
            return;
        }
        let done = PhaseRow { to: at, ..*row };
        *row = new;
        if done.from < at {
            self.rows.phase(&done);
        }
    }

    fn move_on(&mut self, at: Time, slot: u32, request: RequestId, stage: Stage) {
        let slot = grown(&mut self.slots, slot as usize, None);
        let new = (stage != Stage::Gone).then_some(Slot { request, stage, since: at });
        // An arrival takes over a slot; who was there is gone, though that may not have been seen.
        let before = slot.filter(|before| before.request == request);
        if before.is_some_and(|before| before.stage == stage) {
            return;
        }
        let stayed = std::mem::replace(slot, new);
        if let Some(Slot { stage: Stage::Queue(queue), .. }) = stayed {
            self.length(at, queue, -1);
        }
        if let Stage::Queue(queue) = stage {
            self.length(at, queue, 1);
        }
        if let Some(Slot { request, stage, since: from }) = before.filter(|before| before.since < at) {
            self.rows.step(&Step { request, stage, from, to: at });
        }
    }

    fn length(&mut self, at: Time, queue: Queue, by: i32) {
        let (kind, nth) = queue.code();
        let one = grown(&mut self.lengths[usize::from(kind)], nth.into(), Length::default());
        if one.since < at {
            if one.told != one.now {
                one.told = one.now;
                self.rows.queue(one.since, queue, one.now);
            }
            one.since = at;
        }
        one.now = one.now.saturating_add_signed(by);
    }
}

/// A row that goes on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unfinished {
    Piece(Piece),
    Step(Step),
    Phase(PhaseRow),
    Queue(Time, Queue, u32),
}

impl<R: Rows> Sink for Tracker<R> {
    const WANTS_LANES: bool = true;

    fn record(&mut self, at: Time, event: TraceEvent) {
        match event {
            TraceEvent::Completed { request, class, born, .. } => {
                self.rows.answer(&Answer { request, class, born, at });
            }
            TraceEvent::Stole { thief, victim, n } => self.rows.mark(at, Mark::Stole { thief, victim, n }),
            TraceEvent::Preempted(request) => self.rows.mark(at, Mark::Preempted(request)),
            TraceEvent::Collected { process, pause } => self.rows.mark(at, Mark::Collected { process, pause }),
            TraceEvent::Iteration(process) => {
                if let Some(Some(one)) = self.loops.get_mut(usize::from(process)) {
                    one.has_ended = true;
                }
            }
            _ => {}
        }
    }

    fn record_lane(&mut self, at: Time, event: LaneEvent) {
        self.began.get_or_insert(at);
        match event {
            LaneEvent::Thread { thread, role } => {
                let track = grown(&mut self.threads, thread as usize, NEW);
                if track.cpu == Cpu::Unknown {
                    (track.cpu, track.since) = (Cpu::Asleep, at);
                }
                self.rows.thread(thread, role);
            }
            LaneEvent::Piece { thread, request } => {
                let track = self.change(at, thread);
                track.request = request;
                track.activity = if request.is_some() { Activity::Serve } else { Activity::Overhead };
                track.collect = std::mem::take(&mut track.next_collect);
                track.switch = Span::ZERO;
                track.overhead = track.collect;
            }
            LaneEvent::Collects { thread, span } => grown(&mut self.threads, thread as usize, NEW).next_collect += span,
            LaneEvent::Ready { thread } => self.part(at, thread).cpu = Cpu::Ready,
            LaneEvent::Runs { thread, core, switch, overhead } => {
                let track = self.change(at, thread);
                if track.cpu != Cpu::On(core) {
                    self.part(at, thread).cpu = Cpu::On(core);
                }
                let track = &mut self.threads[thread as usize];
                (track.switch, track.overhead) = (switch, overhead);
                track.collect = track.collect.min(overhead);
            }
            LaneEvent::Sleeps { thread } => {
                let track = self.part(at, thread);
                (track.cpu, track.activity, track.request) = (Cpu::Asleep, Activity::Park, None);
            }
            LaneEvent::Does { thread, activity, request } => {
                let track = grown(&mut self.threads, thread as usize, NEW);
                if (track.activity, track.request) != (activity, request) {
                    let track = self.change(at, thread);
                    (track.activity, track.request) = (activity, request);
                }
            }
            LaneEvent::Has { processor, thread } => self.hold(at, processor, thread),
            LaneEvent::Phase { process, phase, n_reported } => self.enter(at, process, phase, n_reported),
            LaneEvent::Stage { request, slot, stage } => self.move_on(at, slot, request, stage),
        }
    }
}
