//! The way of a request in words.

use crate::sim::lanes::{Queue, Role, Stage};
use crate::sim::time::Span;
use crate::view::lanes::path::{Behind, Path, Reason, Step};
use crate::view::lanes::words::{request_name, span};
use crate::view::lanes::{Film, LaneOf};

/// Reasons that are told one by one, at most.
const MAX_TOLD: usize = 6;

/// What somebody at `stage` waits for, after "waited".
pub(super) fn waited_for(film: &Film, stage: Stage) -> String {
    match stage {
        Stage::Queue(queue) => in_queue(film, queue),
        Stage::Away => "to try again to connect, as the accept queue was full".to_owned(),
        _ => String::new(),
    }
}

fn in_queue(film: &Film, queue: Queue) -> String {
    let has_process = |least: u16| {
        let is = |of| matches!(of, LaneOf::Thread(_, Role::Loop(process)) if process >= least);
        film.lanes.iter().any(|lane| is(lane.of))
    };
    let has_worker = film.lanes.iter().any(|lane| matches!(lane.of, LaneOf::Thread(_, Role::LoopWorker(_))));
    match queue {
        Queue::Backlog(_) => "to be accepted".to_owned(),
        Queue::Loop(0) if !has_process(1) && !has_worker => "for its turn on the one loop".to_owned(),
        Queue::Loop(0) if has_worker => "for its turn on the main loop".to_owned(),
        Queue::Loop(nth) if has_worker => "for worker ".to_owned() + &nth.to_string(),
        Queue::Loop(process) => "for its turn on the loop of process ".to_owned() + &process.to_string(),
        Queue::Pool(_) => "for a thread of the pool".to_owned(),
        Queue::Workers => "for a worker thread".to_owned(),
        Queue::Handles => "for a process to be free to take its connection".to_owned(),
        Queue::Service => "in line at the service".to_owned(),
        Queue::Spawn => "to be started".to_owned(),
        Queue::Netpoll | Queue::Driver => "on its socket for somebody to poll".to_owned(),
        Queue::Global => "in the global queue".to_owned(),
        Queue::Local(processor) => "in the local queue of P ".to_owned() + &processor.to_string(),
        Queue::Executor | Queue::Blocking => "for a thread".to_owned(),
        Queue::Inject => "in the inject queue".to_owned(),
        Queue::Worker(worker) => "in the local queue of worker ".to_owned() + &worker.to_string(),
        Queue::Connections(_) => "for a connection to the database".to_owned(),
        Queue::Database => "for the database to have time".to_owned(),
        Queue::Poller => "on its socket for the poller".to_owned(),
    }
}

/// What a step is, for a list of steps.
#[must_use]
pub fn step_words(film: &Film, step: &Step) -> String {
    match step.reason {
        Reason::Queue(queue) => "waited ".to_owned() + &in_queue(film, queue),
        other => told(film, other, "").replace("  ", " ").trim_end().to_owned(),
    }
}

/// `reason` with `amount` of time, as part of a sentence about the request.
fn told(film: &Film, reason: Reason, amount: &str) -> String {
    let (before, after) = match reason {
        Reason::Queue(queue) => return "waited ".to_owned() + amount + " " + &in_queue(film, queue),
        Reason::Away => ("waited", "to try again to connect, as the accept queue was full"),
        Reason::Preempted => ("waited", "in the global queue after it was preempted"),
        Reason::Starting => ("waited", "for the process to start"),
        Reason::Core => ("waited", "for a core"),
        Reason::Stopped => ("stood still", "while garbage was collected"),
        Reason::Switch => ("waited", "for threads to be woken"),
        Reason::Around => ("spent", "on reading, writing and scheduling"),
        Reason::Collect => ("spent", "on collecting garbage"),
        Reason::Burst => ("computed", ""),
        Reason::Call => ("was blocked", "in a call"),
        Reason::Network => ("waited", "for its answer from the network"),
        Reason::Database => ("waited", "for its query"),
        Reason::Service => ("waited", "for the service and the network to it"),
        Reason::Timer => ("waited", "for its timer to be due"),
        Reason::LateTimer => ("waited", "for its timer to be noticed"),
        Reason::Unknown => ("spent", "on what was not recorded"),
    };
    let amount = if matches!(reason, Reason::Burst) && !amount.is_empty() {
        "for ".to_owned() + amount
    } else {
        amount.to_owned()
    };
    let mut text = before.to_owned();
    for word in [amount.as_str(), after] {
        if !word.is_empty() {
            text += " ";
            text += word;
        }
    }
    text
}

/// Who went before it: behind them in one line, or while several served them.
fn behind_words(behind: &Behind, mostly: &str) -> String {
    let mut text = String::new();
    let n = behind.requests.len();
    let has_one = behind.lanes.len() == 1;
    for (i, (request, took)) in behind.requests.iter().enumerate() {
        match i {
            0 if has_one => text = ", ".to_owned() + mostly + "behind ",
            0 => text = " while ".to_owned() + mostly,
            _ if i + 1 == n && behind.n_more == 0 => text += " and ",
            _ => text += ", ",
        }
        text += &request_name(*request);
        text += " (";
        text += &span(*took);
        text += ")";
    }
    match behind.n_more {
        0 => {}
        1 => text += " and another",
        more => text += &(" and ".to_owned() + &more.to_string() + " others"),
    }
    if n > 0 && !has_one {
        text += if n + behind.n_more == 1 { " was served" } else { " were served" };
    }
    if !behind.collected.is_zero() {
        text += if n == 0 { " while garbage was collected for " } else { ", and while garbage was collected for " };
        text += &span(behind.collected);
    }
    text
}

/// One paragraph: how long the request took, and for what, the largest part first.
#[must_use]
pub fn explain(film: &Film, path: &Path) -> String {
    // By reason: how long in all, its longest step, and whether there are others.
    let mut totals: Vec<(Reason, Span, &Step, bool)> = Vec::new();
    for step in &path.steps {
        let took = step.to.since(step.from);
        match totals.iter_mut().find(|(reason, ..)| *reason == step.reason) {
            Some((_, total, longest, has_others)) => {
                *total += took;
                *has_others = true;
                if took > longest.to.since(longest.from) {
                    *longest = step;
                }
            }
            None => totals.push((step.reason, took, step, false)),
        }
    }
    let mut text = request_name(path.request);
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text += " took ";
    text += &span(path.latency());
    let (mut rest, mut n_told) = (path.latency(), 0);
    while let Some(most) = (0..totals.len()).reduce(|a, b| if totals[b].1 > totals[a].1 { b } else { a }) {
        let (reason, total, longest, has_others) = totals.remove(most);
        // What is less than a fiftieth of it explains nothing.
        if n_told == MAX_TOLD || (n_told > 0 && total * 50 < path.latency()) {
            break;
        }
        text += if n_told == 0 { ". It " } else { "; it " };
        text += &told(film, reason, &span(total));
        text += &behind_words(&longest.behind, if has_others { "mostly " } else { "" });
        rest = rest.saturating_sub(total);
        n_told += 1;
    }
    if !rest.is_zero() {
        text += if n_told > 0 { "; the rest, " } else { ". All of it, " };
        text += &span(rest);
        text += ", went into smaller steps";
    }
    text += ".";
    match path.n_preempted {
        0 => {}
        1 => text += " It was preempted once.",
        n => text += &(" It was preempted ".to_owned() + &n.to_string() + " times."),
    }
    text
}
