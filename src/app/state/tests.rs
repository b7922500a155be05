//! Actions and what comes of them.

use super::*;
use crate::app::params::find;
use crate::protocol::{Frame, RuntimeFrame};
use crate::stats::replication::{Outcome, Replication};
use crate::stats::tally::{Digest, Summary};

fn begin(query: &str) -> State {
    let (state, effects) = State::new(query, Settings::default());
    assert_eq!(effects, [Effect::StartLive, Effect::StartCurve]);
    state
}

fn set(state: &mut State, key: &str, text: &str) -> Vec<Effect> {
    state.update(Action::Set(find(key).expect("a key of the table"), text.to_owned()))
}

/// Answers the whole coarse look: Node throughput, Go throughput, at every mix.
fn answer(state: &mut State, node: f64, go: f64) {
    for mix in coarse_mixes() {
        for (runtime_idx, throughput) in (0..).zip([node, go]) {
            let summary = Summary { throughput, cores_busy: 1.0, ..Summary::default() };
            let replication = Replication { summary, digest: Digest::default(), n_events: 1, outcome: Outcome::Whole };
            let run = state.curve_run;
            state.update(Action::Worker(FromWorker::Point {
                run,
                mix,
                runtime_idx,
                replication_idx: None,
                replication,
                depth: Vec::new(),
            }));
        }
    }
}

#[test]
fn a_drag_moves_the_verdict_at_once_and_restarts_nothing() {
    let mut state = begin("");
    answer(&mut state, 50.0, 200.0);
    assert!(state.is_ready());
    let before = state.verdict.clone();
    assert_eq!(state.update(Action::Drag(71.23)), [Effect::Retune]);
    assert_eq!(state.settings.scenario.mix, 71.0);
    assert_ne!(state.verdict, before);
    let effects = state.update(Action::Commit);
    assert!(
        matches!(&effects[..], [Effect::WriteAddress(query), Effect::Announce(_)] if query == "mix=71"),
        "{effects:?}"
    );
    assert_eq!(state.update(Action::Drag(f64::NAN)), []);
}

#[test]
fn the_old_curve_and_its_sentence_stay_until_the_new_one_covers_the_range() {
    let mut state = begin("");
    answer(&mut state, 50.0, 200.0);
    let stale = state.curve_run;
    let effects = set(&mut state, "cores", "8");
    assert_eq!(effects, [Effect::StartLive, Effect::StartCurve, Effect::WriteAddress("cores=8".to_owned())]);
    let sentence = |state: &State| state.verdict.as_ref().map(ToString::to_string).unwrap_or_default();
    assert!(sentence(&state).contains("4 cores"), "{}", sentence(&state));
    let summary = Summary { throughput: 1.0, ..Summary::default() };
    let replication = Replication { summary, digest: Digest::default(), n_events: 1, outcome: Outcome::Whole };
    let late = FromWorker::Point {
        run: stale,
        mix: 20.0,
        runtime_idx: 0,
        replication_idx: None,
        replication,
        depth: Vec::new(),
    };
    let shown = state.shown.curve.clone();
    state.update(Action::Worker(late));
    assert_eq!(state.shown.curve, shown, "an answer for the old run is dropped");
    answer(&mut state, 50.0, 400.0);
    assert!(sentence(&state).contains("8 cores") && sentence(&state).contains("8.0 times"), "{}", sentence(&state));
}

#[test]
fn what_only_concerns_new_requests_goes_on_live() {
    let mut state = begin("");
    assert_eq!(
        set(&mut state, "think", "10"),
        [Effect::Retune, Effect::StartCurve, Effect::WriteAddress("think=10".into())]
    );
    assert_eq!(set(&mut state, "theme", "dark"), [Effect::WriteAddress("think=10&theme=dark".into())]);
    let runtimes = set(&mut state, "runtimes", "go");
    assert_eq!(runtimes[..2], [Effect::StartLive, Effect::StartCurve]);
    let back = state.update(Action::Defaults);
    assert_eq!(back, [Effect::StartLive, Effect::StartCurve, Effect::WriteAddress(String::new())]);
}

#[test]
fn a_credit_waits_for_its_frame() {
    let mut state = begin("speed=2");
    let frame = |state: &State, now_ns| {
        let runtimes = vec![RuntimeFrame { n_events: 5, ..RuntimeFrame::default() }; 2];
        Action::Worker(FromWorker::Frame(Frame { run: state.live_run, now_ns, kept_up: true, runtimes }))
    };
    assert_eq!(state.update(Action::Tick(16.0)), [], "the preroll is on its way");
    let first = frame(&state, 30_000_000_000);
    state.update(first);
    assert_eq!(state.update(Action::Tick(16.0)), [Effect::Credit(Span::from_ms(32))]);
    assert_eq!(state.update(Action::Tick(16.0)), []);
    let second = frame(&state, 30_032_000_000);
    state.update(second);
    assert_eq!(state.live.n_events, 10);
    assert_eq!(state.update(Action::Tick(5_000.0)), [Effect::Credit(Span::from_ms(200))], "a long pause is no frame");
    state.update(Action::Toggle);
    assert_eq!(state.update(Action::Tick(16.0)), []);
}
