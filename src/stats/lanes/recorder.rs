//! The last so many rows of a run, in rings: memory is bounded and taken once.

use std::collections::VecDeque;

use crate::sim::lanes::{LaneEvent, Queue, Role};
use crate::sim::time::Time;
use crate::sim::trace::{Sink, TraceEvent};
use crate::stats::lanes::tracker::Unfinished;
use crate::stats::lanes::{Answer, Mark, PhaseRow, Piece, Rows, Step, Tracker, Window};

/// Rows of a kind, of which the oldest make room.
#[derive(Clone, Debug)]
struct Ring<T> {
    rows: VecDeque<T>,
    n_max: usize,
    /// Up to when rows may be missing.
    lost_until: Time,
}

impl<T> Ring<T> {
    fn new(n_max: usize) -> Self {
        let n_max = n_max.max(1);
        Self { rows: VecDeque::with_capacity(n_max), n_max, lost_until: Time::ZERO }
    }

    /// Keeps `row`, and gives back who had to go for it. That one was over at the time that `end` tells.
    fn push(&mut self, row: T, end: impl Fn(&T) -> Time) -> Option<T> {
        let lost = if self.rows.len() == self.n_max { self.rows.pop_front() } else { None };
        if let Some(lost) = &lost {
            self.lost_until = self.lost_until.max(end(lost));
        }
        self.rows.push_back(row);
        lost
    }
}

#[derive(Clone, Debug)]
struct Rings {
    roles: Vec<Role>,
    pieces: Ring<Piece>,
    phases: Ring<PhaseRow>,
    steps: Ring<Step>,
    queues: Ring<(Time, Queue, u32)>,
    /// How long queues were before the first row of them that is left.
    before: Vec<(Queue, u32)>,
    answers: Ring<Answer>,
    marks: Ring<(Time, Mark)>,
}

impl Rows for Rings {
    fn thread(&mut self, thread: u32, role: Role) {
        let thread = thread as usize;
        if self.roles.len() <= thread {
            self.roles.resize(thread + 1, Role::Any);
        }
        self.roles[thread] = role;
    }

    fn piece(&mut self, piece: &Piece) {
        let _ = self.pieces.push(*piece, |lost| lost.to);
    }

    fn phase(&mut self, phase: &PhaseRow) {
        let _ = self.phases.push(*phase, |lost| lost.to);
    }

    fn step(&mut self, step: &Step) {
        let _ = self.steps.push(*step, |lost| lost.to);
    }

    fn queue(&mut self, at: Time, queue: Queue, len: u32) {
        if let Some((_, queue, len)) = self.queues.push((at, queue, len), |lost| lost.0) {
            match self.before.iter_mut().find(|(other, _)| *other == queue) {
                Some((_, before)) => *before = len,
                None => self.before.push((queue, len)),
            }
        }
    }

    fn answer(&mut self, answer: &Answer) {
        let _ = self.answers.push(*answer, |lost| lost.at);
    }

    fn mark(&mut self, at: Time, mark: Mark) {
        let _ = self.marks.push((at, mark), |lost| lost.0);
    }
}

/// Records what a run does, and forgets the oldest of it.
///
/// A run can have it from its beginning, or be given it later, as an `Option` among its sinks; then
/// [`crate::sim::runtime::AnyRun::introduce`] has to follow.
#[derive(Clone, Debug)]
pub struct Recorder {
    tracker: Tracker<Rings>,
    n_cores: u16,
}

impl Recorder {
    /// For a machine with `n_cores`, with room for `n_rows` pieces of threads and as many stages of requests, and half
    /// as many of everything else: some 150 bytes for each.
    #[must_use]
    pub fn new(n_cores: u32, n_rows: usize) -> Self {
        let few = n_rows / 2;
        let rings = Rings {
            roles: Vec::new(),
            pieces: Ring::new(n_rows),
            phases: Ring::new(few),
            steps: Ring::new(n_rows),
            queues: Ring::new(few),
            before: Vec::new(),
            answers: Ring::new(few),
            marks: Ring::new(few),
        };
        Self { tracker: Tracker::new(rings), n_cores: n_cores as u16 }
    }

    /// Since when everything is there.
    #[must_use]
    pub fn whole_since(&self) -> Time {
        let rings = self.tracker.rows();
        let lost = [
            rings.pieces.lost_until,
            rings.phases.lost_until,
            rings.steps.lost_until,
            rings.queues.lost_until,
            rings.answers.lost_until,
            rings.marks.lost_until,
        ];
        lost.into_iter().fold(self.tracker.began().unwrap_or(Time::ZERO), Time::max)
    }

    /// What was recorded between `from` and `to` of a run that has come to `now`. It begins later than `from` if the
    /// beginning is lost, and ends at `now` at the latest.
    pub fn window(&mut self, now: Time, from: Time, to: Time) -> Window {
        self.tracker.pass_to(now);
        let from = from.max(self.whole_since()).min(now);
        let rings = self.tracker.rows();
        let mut window = Window::new(from, to.min(now).max(from), self.n_cores, self.tracker.n_processors() as u16);
        rings.roles.iter().for_each(|role| window.push_role(*role));
        rings.pieces.rows.iter().for_each(|piece| window.push_piece(piece));
        rings.phases.rows.iter().for_each(|phase| window.push_phase(phase));
        rings.steps.rows.iter().for_each(|step| window.push_step(step));
        rings.before.iter().for_each(|(queue, len)| window.push_queue(Time::ZERO, *queue, *len));
        rings.queues.rows.iter().for_each(|(at, queue, len)| window.push_queue(*at, *queue, *len));
        rings.answers.rows.iter().for_each(|answer| window.push_answer(answer));
        rings.marks.rows.iter().for_each(|(at, mark)| window.push_mark(*at, *mark));
        self.tracker.unfinished(now, &mut |row| match row {
            Unfinished::Piece(piece) => window.push_piece(&piece),
            Unfinished::Step(step) => window.push_step(&step),
            Unfinished::Phase(phase) => window.push_phase(&phase),
            Unfinished::Queue(at, queue, len) => window.push_queue(at, queue, len),
        });
        window
    }
}

impl Sink for Recorder {
    const WANTS_LANES: bool = true;

    fn record(&mut self, at: Time, event: TraceEvent) {
        self.tracker.record(at, event);
    }

    fn record_lane(&mut self, at: Time, event: LaneEvent) {
        self.tracker.record_lane(at, event);
    }
}
