//! A run of a few recorded requests, and what was seen of it, as text.

use std::fmt::Write as _;

use runtime_duel::sim::costs::Costs;
use runtime_duel::sim::lanes::{Queue, Stage};
use runtime_duel::sim::request::Class;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::Scenario;
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::workload::Recorded;
use runtime_duel::stats::lanes::{Piece, Recorder, Window};

/// When it arrives, how long it computes, how long it waits; in microseconds.
pub(super) type Asked = (u64, u64, u64);

/// What `runtime` does with `requests`, until `ms`.
pub(super) fn film(runtime: RuntimeId, scenario: &Scenario, requests: &[Asked], ms: u64) -> Window {
    let recorder = Recorder::new(scenario.n_cores, 10_000);
    let mut run = AnyRun::recorded(runtime, scenario, &Costs::of(scenario.costs), 0, recorder);
    let recorded: Vec<Recorded> = requests
        .iter()
        .map(|(arrival, burst, wait)| Recorded {
            arrival: Time::ZERO + Span::from_us(*arrival),
            class: Class::Light,
            burst: Span::from_us(*burst),
            wait: Span::from_us(*wait),
        })
        .collect();
    run.feed(&recorded);
    run.end_feed();
    let end = Time::ZERO + Span::from_ms(ms);
    while run.now() < end {
        run.advance(end, u64::MAX);
    }
    run.sink_mut().window(end, Time::ZERO, end)
}

fn us(time: Time) -> u64 {
    (time.as_ns() + 500) / 1000
}

fn pieces(title: &str, pieces: impl Iterator<Item = Piece>) -> String {
    let mut text = title.to_owned();
    for Piece { kind, request, from, to, .. } in pieces {
        let request = request.map(|request| format!(" {}", request.nth())).unwrap_or_default();
        let _ = write!(text, " | {kind:?}{request} {}-{}", us(from), us(to));
    }
    text
}

/// What `thread` did, in microseconds.
pub(super) fn thread(window: &Window, thread: u32) -> String {
    let role = window.roles().nth(thread as usize).unwrap_or_default();
    pieces(&format!("{role:?}"), window.pieces().filter(|piece| piece.thread == thread))
}

/// What was on `core`.
pub(super) fn core(window: &Window, core: u16) -> String {
    pieces(&format!("core {core}"), window.pieces().filter(|piece| piece.core == Some(core)))
}

/// What `processor` was used for.
pub(super) fn processor(window: &Window, processor: u16) -> String {
    pieces(&format!("P {processor}"), window.pieces().filter(|piece| piece.processor == Some(processor)))
}

/// Where request number `nth` was.
pub(super) fn request(window: &Window, nth: u32) -> String {
    let mut text = format!("request {nth}");
    for step in window.steps().filter(|step| step.request.nth() == nth) {
        let stage = match step.stage {
            Stage::Timer(due) => format!("Timer({})", us(due)),
            other => format!("{other:?}"),
        };
        let _ = write!(text, " | {stage} {}-{}", us(step.from), us(step.to));
    }
    text
}

/// The phases of a loop.
pub(super) fn phases(window: &Window, process: u16) -> String {
    let mut text = format!("loop {process}");
    for phase in window.phases().filter(|phase| phase.process == process) {
        let of = if phase.n_reported > 0 { format!(" of {}", phase.n_reported) } else { String::new() };
        let _ = write!(text, " | {:?}{of} {}-{}", phase.phase, us(phase.from), us(phase.to));
    }
    text
}

/// How long queues were, from when on.
pub(super) fn queue(window: &Window) -> String {
    let mut queues: Vec<(Queue, String)> = Vec::new();
    for (at, queue, len) in window.queues() {
        let step = format!("{len} from {}", us(at));
        match queues.iter_mut().find(|(own, _)| *own == queue) {
            Some((_, text)) => *text += &format!(", {step}"),
            None => queues.push((queue, step)),
        }
    }
    queues.into_iter().map(|(queue, text)| format!("{queue:?}: {text}")).collect::<Vec<_>>().join("; ")
}
