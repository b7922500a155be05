//! What is said of lanes: names, and the sentence about what is pointed at.

use crate::sim::lanes::{Phase, Queue, Role};
use crate::sim::request::RequestId;
use crate::sim::time::{Span, Time};
use crate::stats::lanes::Kind;
use crate::view::lanes::path::is_wait;
use crate::view::lanes::why::waited_for;
use crate::view::lanes::{Film, Focus, LaneOf, QueueLane, What};
use crate::view::units::{fixed, grouped};

/// A request's name for people: its client, and which of its requests it is. Both count from 0, as in addresses and
/// trace files.
#[must_use]
pub fn request_name(request: RequestId) -> String {
    let nth = request.nth().to_string();
    match (request.0 >> 32).checked_sub(1) {
        None => "request ".to_owned() + &nth,
        Some(client) => "request ".to_owned() + &nth + " of client " + &client.to_string(),
    }
}

/// The same where there is little room, the longest first: a client has one request at a time, so that its number will
/// do.
#[must_use]
pub fn short_names(request: RequestId) -> [String; 2] {
    let (what, number) = match (request.0 >> 32).checked_sub(1) {
        None => ("request ", u64::from(request.nth())),
        Some(client) => ("client ", client),
    };
    [what.to_owned() + &number.to_string(), number.to_string()]
}

/// A length of time to about three digits, in the unit that suits it.
#[must_use]
pub fn span(span: Span) -> String {
    let ns = span.as_ns() as f64;
    match span.as_ns() {
        0..1_000 => span.as_ns().to_string() + " ns",
        1_000..9_995 => fixed(ns / 1e3, 1, true) + " µs",
        9_995..999_500 => fixed(ns / 1e3, 0, true) + " µs",
        999_500..99_950_000 => fixed(ns / 1e6, 1, true) + " ms",
        99_950_000..999_500_000 => fixed(ns / 1e6, 0, true) + " ms",
        _ => fixed(ns / 1e9, 2, true) + " s",
    }
}

/// A time of the run, in seconds, so that those of one window can be told apart.
#[must_use]
pub fn time(at: Time, window: Span) -> String {
    // A thousandth of the window, and not more than nanoseconds.
    let mut decimals = 3;
    let mut least = window.as_ns() / 1_000;
    while least < 1_000_000 && decimals < 9 {
        least = (least * 10).max(1);
        decimals += 1;
    }
    fixed(at.as_secs_f64(), decimals, false) + " s"
}

/// The name of a lane, for its margin.
#[must_use]
pub fn lane_name(film: &Film, lane: usize) -> String {
    let n = |word: &str, n: u32| word.to_owned() + " " + &n.to_string();
    match film.lanes[lane].of {
        LaneOf::Core(core) => n("core", core.into()),
        LaneOf::Processor(processor) => n("P", processor.into()),
        LaneOf::Phases(_) => "phase".to_owned(),
        LaneOf::Thread(thread, role) => match role {
            Role::Loop(0) if film.lanes.iter().any(|one| is_loop(one.of, 1)) => "primary".to_owned(),
            Role::Loop(0) => "loop".to_owned(),
            Role::Loop(process) => n("process", process.into()),
            Role::LoopWorker(nth) => n("worker", nth.into()),
            Role::Pool(0, nth) => n("pool", nth.into()),
            Role::Pool(process, nth) => n("pool", process.into()) + "." + &nth.to_string(),
            Role::Service(nth) => n("service", nth.into()),
            Role::M => n("M", thread),
            Role::Handler | Role::Any => n("thread", thread),
            Role::Acceptor => "acceptor".to_owned(),
            Role::Poller => "poller".to_owned(),
            Role::Main => "main".to_owned(),
            Role::Collector => n("GC", thread),
            Role::Worker(nth) => n("worker", nth.into()),
            Role::Blocking => n("blocking", thread),
        },
    }
}

fn is_loop(of: LaneOf, process: u16) -> bool {
    matches!(of, LaneOf::Thread(_, Role::Loop(own)) if own == process)
}

/// The name of queues, for their margin.
#[must_use]
pub fn queue_name(lane: &QueueLane) -> String {
    match lane.queue {
        Queue::Backlog(_) => "accept queue",
        Queue::Loop(_) if lane.n_queues > 1 => "loop queues",
        Queue::Loop(_) => "loop queue",
        Queue::Pool(_) => "pool queue",
        Queue::Workers => "burst queue",
        Queue::Handles => "handles",
        Queue::Service => "service",
        Queue::Spawn => "to start",
        Queue::Netpoll => "netpoll",
        Queue::Global => "global queue",
        Queue::Local(_) | Queue::Worker(_) => "local queues",
        Queue::Executor => "executor",
        Queue::Driver => "driver",
        Queue::Inject => "inject queue",
        Queue::Blocking => "blocking",
        Queue::Connections(_) => "db pool",
        Queue::Database => "database",
        Queue::Poller => "poller",
    }
    .to_owned()
}

/// What a kind of piece is, as the end of a sentence about its thread.
fn does(kind: Kind) -> &'static str {
    match kind {
        Kind::Burst => "computes",
        Kind::Serve => "reads, writes and schedules",
        Kind::Accept => "accepts a connection",
        Kind::Message => "passes a message on",
        Kind::Overhead => "does the runtime's own work",
        Kind::Search => "looks for work",
        Kind::Collect => "collects garbage",
        Kind::Switch => "is being switched to its thread",
        Kind::Ready => "wants a core",
        Kind::Stopped => "stands still while garbage is collected",
        Kind::Call => "is blocked in a call",
        Kind::Nap => "lets a victim be for a moment before it steals",
        Kind::Poll => "sleeps until something happens",
        Kind::Park => "sleeps: nothing to do",
    }
}

/// What is pointed at: what it does, for which request, since when, for how long, and what it waits for.
#[must_use]
pub fn describe(film: &Film, focus: Focus) -> String {
    let window = film.to.since(film.from);
    match focus {
        Focus::Queue(queue, at) => {
            let Some(lane) = film.queues.get(queue) else { return String::new() };
            let n = lane.at(at);
            let many = match (n, lane.n_queues) {
                (1, _) => " request waits here",
                (_, 1) => " requests wait here",
                _ => " requests wait here, in all queues of this kind",
            };
            queue_name(lane) + ": " + &grouped(n.into()) + many + ", at " + &time(at, window) + "."
        }
        Focus::Segment(lane, idx) => {
            let Some(segment) = film.lanes.get(lane).and_then(|lane| lane.segments.get(idx)) else {
                return String::new();
            };
            let mut text = lane_name(film, lane);
            if let Some(first) = text.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            text += " ";
            match segment.what {
                What::Phase(phase, n_reported) => text += &in_phase(phase, n_reported),
                What::Piece(kind) => {
                    text += does(kind);
                    if let Some(request) = segment.request {
                        text += " for ";
                        text += &request_name(request);
                    }
                }
            }
            text += ", since ";
            text += &time(segment.from, window);
            text += ", for ";
            text += &span(segment.to.since(segment.from));
            text += ".";
            text += &why(film, lane, idx);
            text
        }
    }
}

fn in_phase(phase: Phase, n_reported: u32) -> String {
    let name = match phase {
        Phase::Poll => "poll, callbacks of sockets",
        Phase::Check => "check, callbacks of setImmediate",
        Phase::Timers => "timers, callbacks of timers",
        Phase::Blocked => return "asleep in epoll_wait".to_owned(),
    };
    let reported =
        if n_reported == 0 { String::new() } else { " (".to_owned() + &n_reported.to_string() + " reported)" };
    name.to_owned() + &reported
}

/// Why the thread of a segment waits, or its request has waited before it.
fn why(film: &Film, lane: usize, idx: usize) -> String {
    let segment = &film.lanes[lane].segments[idx];
    if segment.what == What::Piece(Kind::Ready) {
        return match film.n_cores {
            1 => " The one core is taken.".to_owned(),
            n => " All ".to_owned() + &n.to_string() + " cores are taken.",
        };
    }
    let Some(request) = segment.request else { return String::new() };
    // The last that it waited for, before what is done for it here.
    let before =
        film.stays.iter().rev().find(|stay| stay.request == request && stay.to <= segment.to && is_wait(stay.stage));
    match before {
        Some(stay) if stay.to.since(stay.from) >= Span::from_us(1) => {
            " Before, the request waited ".to_owned()
                + &span(stay.to.since(stay.from))
                + " "
                + &waited_for(film, stay.stage)
                + "."
        }
        _ => String::new(),
    }
}
