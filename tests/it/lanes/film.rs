//! A run of a few recorded requests, and what was seen of it, as text.

use std::fmt::Write as _;

use runtime_duel::sim::costs::Costs;
use runtime_duel::sim::lanes::{Role, Stage};
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
    pieces(&format!("thread {thread}"), window.pieces().filter(|piece| piece.thread == thread))
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

/// Everything, for who writes a test.
pub(super) fn all(window: &Window) -> String {
    let roles: Vec<Role> = window.roles().collect();
    let mut lines: Vec<String> = (0..).zip(&roles).map(|(i, role)| format!("{role:?} {}", thread(window, i))).collect();
    lines.extend((0..window.n_cores).map(|i| core(window, i)));
    lines.extend((0..window.n_processors).map(|i| processor(window, i)));
    lines.extend((0..10).map(|i| request(window, i)).filter(|line| line.contains('|')));
    lines.extend(window.phases().map(|p| format!("{:?} {} {}-{}", p.phase, p.n_reported, us(p.from), us(p.to))));
    lines.extend(window.queues().map(|(at, queue, len)| format!("{queue:?} {} {len}", us(at))));
    lines.extend(window.marks().map(|(at, mark)| format!("{mark:?} {}", us(at))));
    lines.extend(window.answers().map(|answer| format!("{answer:?}")));
    lines.join("\n")
}
