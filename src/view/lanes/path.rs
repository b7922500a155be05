//! "Show me why": the way of one request through the lanes, as steps that add up to its latency.

use crate::sim::lanes::{Queue, Role, Stage};
use crate::sim::request::RequestId;
use crate::sim::time::{Span, Time};
use crate::stats::lanes::{Kind, Mark};
use crate::view::lanes::{Film, LaneOf, What};

/// Requests that are named in a queue before another, at most.
const MAX_NAMED: usize = 3;

/// What a request spent a step on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its client waited to try again to connect.
    Away,
    /// It waited in this queue.
    Queue(Queue),
    /// It was preempted and waited in the global queue.
    Preempted,
    /// It was held until the process had started.
    Starting,
    /// Its thread waited for a core.
    Core,
    /// Its thread stood still while garbage was collected.
    Stopped,
    /// The kernel woke its thread and switched to it.
    Switch,
    /// What is around bursts.
    Around,
    /// The collector, in its own callback or goroutine.
    Collect,
    /// Its bursts.
    Burst,
    /// A call that blocks.
    Call,
    /// Its answer from the network.
    Network,
    /// Its query in the database.
    Database,
    /// The separate service.
    Service,
    /// Its timer, until it was due.
    Timer,
    /// Its timer, from then on.
    LateTimer,
    /// It was not recorded.
    Unknown,
}

/// A step on the way of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it was spent on.
    pub reason: Reason,
    /// When it began.
    pub from: Time,
    /// When it ended.
    pub to: Time,
    /// The lane where it was spent, or that it waited for, if that is one.
    pub lane: Option<usize>,
    /// Who went before it meanwhile.
    pub behind: Behind,
}

/// Who went before a request while it waited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Behind {
    /// Those who took the most time, and how much.
    pub requests: Vec<(RequestId, Span)>,
    /// How many more there were.
    pub n_more: usize,
    /// How long the collector ran there.
    pub collected: Span,
    /// The lanes where they were.
    pub lanes: Vec<usize>,
}

/// The way of a request, from its arrival to its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Whose.
    pub request: RequestId,
    /// When it arrived.
    pub born: Time,
    /// When it was answered.
    pub at: Time,
    /// How often it was preempted.
    pub n_preempted: usize,
    /// Its steps. They follow each other without a gap.
    pub steps: Vec<Step>,
}

/// Whether at `stage` a request waits for somebody to have time for it.
pub(super) fn is_wait(stage: Stage) -> bool {
    matches!(stage, Stage::Queue(_) | Stage::Away)
}

impl Film {
    /// The answered requests of which everything was recorded, by place, from the fastest to the slowest.
    fn by_latency(&self) -> Vec<usize> {
        let latency = |idx: &usize| self.answers[*idx].2.since(self.answers[*idx].1);
        let mut all: Vec<usize> = Vec::new();
        for idx in (0..self.answers.len()).filter(|idx| self.answers[*idx].1 >= self.from) {
            let at = all.partition_point(|other| latency(other) <= latency(&idx));
            all.insert(at, idx);
        }
        all
    }

    /// The request whose latency `share` of all answered ones do not exceed: 1 for the slowest, 0.99 for the 99th
    /// percentile. Only requests that arrived and were answered in the window count.
    #[must_use]
    pub fn at_percentile(&self, share: f64) -> Option<RequestId> {
        let all = self.by_latency();
        let rank = (all.len() as f64 * share + 0.999_999) as usize;
        let idx = all.get(rank.clamp(1, all.len().max(1)) - 1)?;
        Some(self.answers[*idx].0)
    }
}

impl Path {
    /// The way of `request`; `None` if it was not answered in the window.
    #[must_use]
    pub fn of(film: &Film, request: RequestId) -> Option<Self> {
        let (_, born, at) = *film.answers.iter().rev().find(|(own, ..)| *own == request)?;
        let preempted: Vec<Time> = film
            .marks
            .iter()
            .filter(|(when, mark)| *mark == Mark::Preempted(request) && (born..=at).contains(when))
            .map(|(when, _)| *when)
            .collect();
        let mut path = Self { request, born, at, n_preempted: preempted.len(), steps: Vec::new() };
        let mut passed = born;
        for stay in film.stays.iter().filter(|stay| stay.request == request && stay.to > born && stay.from < at) {
            let (from, to) = (stay.from.max(passed), stay.to.min(at));
            path.push(Reason::Unknown, (passed, from), None);
            passed = from.max(to);
            match stay.stage {
                Stage::Thread(thread) => path.on_thread(film, thread, (from, to)),
                Stage::Call(thread) => path.push(Reason::Call, (from, to), film.thread(thread)),
                Stage::Queue(Queue::Global) if preempted.contains(&stay.from) => {
                    path.push(Reason::Preempted, (from, to), None);
                }
                Stage::Queue(queue) => path.push(Reason::Queue(queue), (from, to), waits_for(film, queue)),
                Stage::Timer(due) => {
                    path.push(Reason::Timer, (from, due.max(from).min(to)), None);
                    path.push(Reason::LateTimer, (due.max(from).min(to), to), None);
                }
                Stage::Away => path.push(Reason::Away, (from, to), None),
                Stage::Network => path.push(Reason::Network, (from, to), None),
                Stage::Database(alone) => {
                    // What it took longer than alone is others' time: in line before it, or sharing with it.
                    let begun = Time::from_ns(stay.to.as_ns().saturating_sub(alone.as_ns())).max(from).min(to);
                    path.push(Reason::Queue(Queue::Database), (from, begun), None);
                    path.push(Reason::Database, (begun, to), None);
                }
                Stage::Starting => path.push(Reason::Starting, (from, to), None),
                Stage::Service => path.push(Reason::Service, (from, to), None),
                Stage::Arrived | Stage::Gone => path.push(Reason::Unknown, (from, to), None),
            }
        }
        path.push(Reason::Unknown, (passed, at), None);
        path.place_late_timers(film);
        for step in &mut path.steps {
            step.behind = behind(film, request, step);
        }
        Some(path)
    }

    /// A timer of Node waits for the loop that has set it: where the request was before, or is after.
    fn place_late_timers(&mut self, film: &Film) {
        let is_loop = |lane: &usize| matches!(film.lanes[*lane].of, LaneOf::Thread(_, Role::Loop(_)));
        let lanes: Vec<Option<usize>> = self.steps.iter().map(|step| step.lane.filter(is_loop)).collect();
        for (idx, step) in self.steps.iter_mut().enumerate() {
            if step.reason == Reason::LateTimer {
                let before = lanes[..idx].iter().rev().flatten().next();
                step.lane = before.or(lanes[idx..].iter().flatten().next()).copied();
            }
        }
    }

    /// Its latency.
    #[must_use]
    pub fn latency(&self) -> Span {
        self.at.since(self.born)
    }

    /// Adds a step, or makes the last one longer if it is for the same reason.
    fn push(&mut self, reason: Reason, (from, to): (Time, Time), lane: Option<usize>) {
        if from >= to {
            return;
        }
        match self.steps.last_mut().filter(|last| (last.reason, last.lane, last.to) == (reason, lane, from)) {
            Some(last) => last.to = to,
            None => self.steps.push(Step { reason, from, to, lane, behind: Behind::default() }),
        }
    }

    /// Its thread had it: what the thread did.
    fn on_thread(&mut self, film: &Film, thread: u32, (from, to): (Time, Time)) {
        let lane = film.thread(thread);
        let mut passed = from;
        for segment in lane.into_iter().flat_map(|lane| film.lanes[lane].between(from, to)) {
            let (begin, end) = (segment.from.max(passed), segment.to.min(to));
            self.push(Reason::Unknown, (passed, begin), lane);
            passed = end;
            let reason = match segment.what {
                What::Piece(Kind::Burst) => Reason::Burst,
                What::Piece(Kind::Ready) => Reason::Core,
                What::Piece(Kind::Stopped) => Reason::Stopped,
                What::Piece(Kind::Switch) => Reason::Switch,
                What::Piece(Kind::Collect) => Reason::Collect,
                What::Piece(Kind::Call) => Reason::Call,
                What::Piece(Kind::Serve | Kind::Accept | Kind::Message | Kind::Overhead | Kind::Search) => {
                    Reason::Around
                }
                What::Piece(Kind::Nap | Kind::Poll | Kind::Park) | What::Phase(..) => Reason::Unknown,
            };
            self.push(reason, (begin, end), lane);
        }
        self.push(Reason::Unknown, (passed, to), lane);
    }
}

/// The lane that those in `queue` wait for, if it is one.
fn waits_for(film: &Film, queue: Queue) -> Option<usize> {
    match queue {
        Queue::Local(processor) => film.lane(LaneOf::Processor(processor)),
        _ => match *servers(film, queue).as_slice() {
            [one] => Some(one),
            _ => None,
        },
    }
}

/// The lanes of those who serve `queue`.
fn servers(film: &Film, queue: Queue) -> Vec<usize> {
    let serves = |of: LaneOf| match (queue, of) {
        (Queue::Local(own), LaneOf::Processor(processor)) => own == processor,
        (Queue::Spawn | Queue::Netpoll | Queue::Global, LaneOf::Processor(_)) => true,
        (Queue::Backlog(_), LaneOf::Processor(_)) => true,
        (Queue::Loop(own) | Queue::Backlog(own), LaneOf::Thread(_, Role::Loop(process))) => own == process,
        (Queue::Loop(own), LaneOf::Thread(_, Role::LoopWorker(nth))) => own == nth,
        (Queue::Pool(own), LaneOf::Thread(_, Role::Pool(process, _))) => own == process,
        (Queue::Workers, LaneOf::Thread(_, Role::LoopWorker(_))) => true,
        (Queue::Handles, LaneOf::Thread(_, Role::Loop(process))) => process > 0,
        (Queue::Service, LaneOf::Thread(_, Role::Service(_))) => true,
        (Queue::Executor, LaneOf::Thread(_, Role::Handler)) => true,
        (Queue::Poller, LaneOf::Thread(_, Role::Poller)) => true,
        (Queue::Backlog(_), LaneOf::Thread(_, Role::Acceptor)) => true,
        (Queue::Spawn, LaneOf::Thread(_, Role::Main)) => true,
        (Queue::Driver | Queue::Inject, LaneOf::Thread(_, Role::Worker(_))) => true,
        (Queue::Worker(own), LaneOf::Thread(_, Role::Worker(nth))) => own == nth,
        (Queue::Blocking, LaneOf::Thread(_, Role::Blocking)) => true,
        _ => false,
    };
    (0..film.lanes.len()).filter(|lane| serves(film.lanes[*lane].of)).collect()
}

/// Who was where `request` wanted to be, while it waited.
fn behind(film: &Film, request: RequestId, step: &Step) -> Behind {
    let is_core = |lane: &usize| matches!(film.lanes[*lane].of, LaneOf::Core(_));
    let lanes: Vec<usize> = match step.reason {
        Reason::Queue(queue) => servers(film, queue),
        Reason::Preempted => servers(film, Queue::Global),
        Reason::Core => (0..film.lanes.len()).filter(is_core).collect(),
        Reason::LateTimer if film.n_processors > 0 => servers(film, Queue::Global),
        Reason::LateTimer => step.lane.into_iter().collect(),
        _ => Vec::new(),
    };
    let mut found = Behind::default();
    // By request, in order of their names.
    let mut totals: Vec<(RequestId, Span)> = Vec::new();
    for lane in &lanes {
        for segment in film.lanes[*lane].between(step.from, step.to) {
            let span = segment.to.min(step.to).since(segment.from.max(step.from));
            match (segment.what, segment.request) {
                (What::Piece(Kind::Collect), _) => found.collected += span,
                (What::Piece(kind), Some(other)) if other != request && (kind.is_on_core() || kind == Kind::Call) => {
                    match totals.binary_search_by_key(&other, |(own, _)| *own) {
                        Ok(at) => totals[at].1 += span,
                        Err(at) => totals.insert(at, (other, span)),
                    }
                }
                _ => {}
            }
        }
    }
    // Who took less than a hundredth of its wait did not keep it waiting.
    totals.retain(|(_, span)| *span * 100 >= step.to.since(step.from));
    while found.requests.len() < MAX_NAMED {
        let mut most = 0;
        for (idx, (_, span)) in totals.iter().enumerate() {
            if *span > totals[most].1 {
                most = idx;
            }
        }
        if totals.is_empty() {
            break;
        }
        found.requests.push(totals.remove(most));
    }
    found.n_more = totals.len();
    found.lanes = lanes;
    found
}
