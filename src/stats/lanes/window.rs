//! A part of a recording, in columns: small to send, quick to read.

use crate::sim::lanes::{Phase, Queue, Role, Stage};
use crate::sim::request::{Class, RequestId};
use crate::sim::time::{Span, Time};
use crate::stats::lanes::{Answer, Kind, Mark, PhaseRow, Piece, Step};

/// Pieces of threads, a row each. What is counted from 1 is 0 where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    /// Which thread.
    pub thread: Vec<u32>,
    /// On which core, from 1 on.
    pub core: Vec<u16>,
    /// With which processor, from 1 on.
    pub processor: Vec<u16>,
    /// The place of its kind in [`Kind::ALL`].
    pub kind: Vec<u8>,
    /// For which request, from 1 on.
    pub request: Vec<u64>,
    /// When it began, in nanoseconds after the window's beginning.
    pub from_ns: Vec<u64>,
    /// How long it lasted, in nanoseconds.
    pub len_ns: Vec<u64>,
}

/// Phases of loops, a row each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhaseRows {
    /// Which loop.
    pub process: Vec<u16>,
    /// Poll, check, timers, blocked, from 0 on.
    pub phase: Vec<u8>,
    /// Descriptors that the last `epoll_wait` had reported.
    pub n_reported: Vec<u32>,
    /// When it began, in nanoseconds after the window's beginning.
    pub from_ns: Vec<u64>,
    /// How long it lasted, in nanoseconds.
    pub len_ns: Vec<u64>,
}

/// Stages of requests, a row each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Which request.
    pub request: Vec<u64>,
    /// Which stage, as in [`Stage::code`].
    pub stage: Vec<u8>,
    /// The number that belongs to it; a time is in nanoseconds since the start of the run.
    pub number: Vec<u64>,
    /// When it began, in nanoseconds after the window's beginning.
    pub from_ns: Vec<u64>,
    /// How long it lasted, in nanoseconds.
    pub len_ns: Vec<u64>,
}

/// Lengths of queues, a row for each change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueRows {
    /// Which kind, as in [`Queue::code`].
    pub kind: Vec<u8>,
    /// Which of that kind.
    pub nth: Vec<u16>,
    /// How many requests are in it.
    pub len: Vec<u32>,
    /// From when on, in nanoseconds after the window's beginning; 0 also for what was so before.
    pub at_ns: Vec<u64>,
}

/// Requests that were answered, a row each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// Which.
    pub request: Vec<u64>,
    /// Whether it is of the heavy class.
    pub is_heavy: Vec<bool>,
    /// When it was answered, in nanoseconds after the window's beginning.
    pub at_ns: Vec<u64>,
    /// Its latency in nanoseconds.
    pub latency_ns: Vec<u64>,
}

/// What happened at moments, a row each: stealing (0), preemption (1), collection (2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Which of these.
    pub kind: Vec<u8>,
    /// Thief, or process.
    pub first: Vec<u16>,
    /// Victim.
    pub second: Vec<u16>,
    /// How many were stolen, how many nanoseconds the pause lasts, or which request was preempted.
    pub number: Vec<u64>,
    /// When, in nanoseconds after the window's beginning.
    pub at_ns: Vec<u64>,
}

/// What was recorded between two times of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Its beginning, in nanoseconds since the start of the run.
    pub from_ns: u64,
    /// Its end.
    pub to_ns: u64,
    /// Cores of the machine.
    pub n_cores: u16,
    /// Go's processors.
    pub n_processors: u16,
    /// By thread: what it is for, as in [`Role::code`].
    pub roles: Vec<(u8, u16, u16)>,
    /// What threads did.
    pub pieces: Pieces,
    /// Where loops were.
    pub phases: PhaseRows,
    /// Where requests were.
    pub steps: Steps,
    /// How long queues were.
    pub queues: QueueRows,
    /// Who was answered.
    pub served: Served,
    /// What happened.
    pub marks: Marks,
}

impl Window {
    pub(super) fn new(from: Time, to: Time, n_cores: u16, n_processors: u16) -> Self {
        Self { from_ns: from.as_ns(), to_ns: to.as_ns(), n_cores, n_processors, ..Self::default() }
    }

    /// What is left of a row inside of the window, as beginning and length, if anything is.
    fn clip(&self, from: Time, to: Time) -> Option<(u64, u64)> {
        let from = from.as_ns().max(self.from_ns);
        let to = to.as_ns().min(self.to_ns);
        (from < to).then(|| (from - self.from_ns, to - from))
    }

    /// The moment `at`, if it is inside of the window.
    fn moment(&self, at: Time) -> Option<u64> {
        let at = at.as_ns();
        (self.from_ns..=self.to_ns).contains(&at).then(|| at - self.from_ns)
    }

    pub(super) fn push_role(&mut self, role: Role) {
        self.roles.push(role.code());
    }

    pub(super) fn push_piece(&mut self, piece: &Piece) {
        if let Some((from, len)) = self.clip(piece.from, piece.to) {
            let rows = &mut self.pieces;
            rows.thread.push(piece.thread);
            rows.core.push(piece.core.map_or(0, |core| core + 1));
            rows.processor.push(piece.processor.map_or(0, |processor| processor + 1));
            rows.kind.push(piece.kind as u8);
            rows.request.push(piece.request.map_or(0, |request| request.0 + 1));
            rows.from_ns.push(from);
            rows.len_ns.push(len);
        }
    }

    pub(super) fn push_phase(&mut self, phase: &PhaseRow) {
        if let Some((from, len)) = self.clip(phase.from, phase.to) {
            let rows = &mut self.phases;
            rows.process.push(phase.process);
            rows.phase.push(phase.phase as u8);
            rows.n_reported.push(phase.n_reported);
            rows.from_ns.push(from);
            rows.len_ns.push(len);
        }
    }

    pub(super) fn push_step(&mut self, step: &Step) {
        if let Some((from, len)) = self.clip(step.from, step.to) {
            let rows = &mut self.steps;
            let (stage, number) = step.stage.code();
            rows.request.push(step.request.0);
            rows.stage.push(stage);
            rows.number.push(number);
            rows.from_ns.push(from);
            rows.len_ns.push(len);
        }
    }

    pub(super) fn push_queue(&mut self, at: Time, queue: Queue, len: u32) {
        if at.as_ns() <= self.to_ns {
            let rows = &mut self.queues;
            let (kind, nth) = queue.code();
            let at_ns = at.as_ns().saturating_sub(self.from_ns);
            // Of what was so before only the last counts.
            let known = (0..rows.len.len()).take_while(|i| rows.at_ns[*i] == 0);
            if let Some(same) = known.into_iter().find(|i| at_ns == 0 && (rows.kind[*i], rows.nth[*i]) == (kind, nth)) {
                rows.len[same] = len;
                return;
            }
            rows.kind.push(kind);
            rows.nth.push(nth);
            rows.len.push(len);
            rows.at_ns.push(at_ns);
        }
    }

    pub(super) fn push_answer(&mut self, answer: &Answer) {
        if let Some(at) = self.moment(answer.at) {
            let rows = &mut self.served;
            rows.request.push(answer.request.0);
            rows.is_heavy.push(answer.class == Class::Heavy);
            rows.at_ns.push(at);
            rows.latency_ns.push(answer.at.since(answer.born).as_ns());
        }
    }

    pub(super) fn push_mark(&mut self, at: Time, mark: Mark) {
        if let Some(at) = self.moment(at) {
            let (kind, first, second, number) = match mark {
                Mark::Stole { thief, victim, n } => (0, thief, victim, n.into()),
                Mark::Preempted(request) => (1, 0, 0, request.0),
                Mark::Collected { process, pause } => (2, process, 0, pause.as_ns()),
            };
            let rows = &mut self.marks;
            rows.kind.push(kind);
            rows.first.push(first);
            rows.second.push(second);
            rows.number.push(number);
            rows.at_ns.push(at);
        }
    }

    fn at(&self, ns: u64) -> Time {
        Time::from_ns(self.from_ns.saturating_add(ns))
    }

    /// Its beginning.
    #[must_use]
    pub fn from(&self) -> Time {
        Time::from_ns(self.from_ns)
    }

    /// Its end.
    #[must_use]
    pub fn to(&self) -> Time {
        Time::from_ns(self.to_ns)
    }

    /// What each thread is for.
    pub fn roles(&self) -> impl Iterator<Item = Role> {
        self.roles.iter().map(|(kind, first, second)| Role::of_code(*kind, *first, *second))
    }

    /// What threads did. Rows that can not be read, as of a message from elsewhere, are left out; so in the others.
    pub fn pieces(&self) -> impl Iterator<Item = Piece> {
        let rows = &self.pieces;
        (0..rows.thread.len()).filter_map(|i| {
            let from = self.at(*rows.from_ns.get(i)?);
            Some(Piece {
                thread: *rows.thread.get(i)?,
                core: rows.core.get(i)?.checked_sub(1),
                processor: rows.processor.get(i)?.checked_sub(1),
                kind: *Kind::ALL.get(usize::from(*rows.kind.get(i)?))?,
                request: rows.request.get(i)?.checked_sub(1).map(RequestId),
                from,
                to: from + Span::from_ns(*rows.len_ns.get(i)?),
            })
        })
    }

    /// Where loops were.
    pub fn phases(&self) -> impl Iterator<Item = PhaseRow> {
        let rows = &self.phases;
        (0..rows.process.len()).filter_map(|i| {
            let from = self.at(*rows.from_ns.get(i)?);
            let phase = match rows.phase.get(i)? {
                0 => Phase::Poll,
                1 => Phase::Check,
                2 => Phase::Timers,
                3 => Phase::Blocked,
                _ => return None,
            };
            let to = from + Span::from_ns(*rows.len_ns.get(i)?);
            Some(PhaseRow { process: *rows.process.get(i)?, phase, n_reported: *rows.n_reported.get(i)?, from, to })
        })
    }

    /// Where requests were.
    pub fn steps(&self) -> impl Iterator<Item = Step> {
        let rows = &self.steps;
        (0..rows.request.len()).filter_map(|i| {
            let from = self.at(*rows.from_ns.get(i)?);
            let stage = Stage::of_code(*rows.stage.get(i)?, *rows.number.get(i)?)?;
            let to = from + Span::from_ns(*rows.len_ns.get(i)?);
            Some(Step { request: RequestId(*rows.request.get(i)?), stage, from, to })
        })
    }

    /// From when on queues were how long.
    pub fn queues(&self) -> impl Iterator<Item = (Time, Queue, u32)> {
        let rows = &self.queues;
        (0..rows.kind.len()).filter_map(|i| {
            let queue = Queue::of_code(*rows.kind.get(i)?, *rows.nth.get(i)?)?;
            Some((self.at(*rows.at_ns.get(i)?), queue, *rows.len.get(i)?))
        })
    }

    /// Who was answered.
    pub fn answers(&self) -> impl Iterator<Item = Answer> {
        let rows = &self.served;
        (0..rows.request.len()).filter_map(|i| {
            let at = self.at(*rows.at_ns.get(i)?);
            let born = Time::from_ns(at.as_ns().saturating_sub(*rows.latency_ns.get(i)?));
            let class = if *rows.is_heavy.get(i)? { Class::Heavy } else { Class::Light };
            Some(Answer { request: RequestId(*rows.request.get(i)?), class, born, at })
        })
    }

    /// What happened, and when.
    pub fn marks(&self) -> impl Iterator<Item = (Time, Mark)> {
        let rows = &self.marks;
        (0..rows.kind.len()).filter_map(|i| {
            let (first, second, number) = (*rows.first.get(i)?, *rows.second.get(i)?, *rows.number.get(i)?);
            let mark = match rows.kind.get(i)? {
                0 => Mark::Stole { thief: first, victim: second, n: number as u16 },
                1 => Mark::Preempted(RequestId(number)),
                2 => Mark::Collected { process: first, pause: Span::from_ns(number) },
                _ => return None,
            };
            Some((self.at(*rows.at_ns.get(i)?), mark))
        })
    }
}
