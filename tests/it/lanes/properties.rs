//! What holds for the lanes of every run: nobody is in two places, nothing is missing, and the steps of a request add
//! up to its latency.

use std::collections::BTreeMap;

use proptest::prelude::*;
use runtime_duel::sim::request::RequestId;
use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{Io, Scenario};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::{Sink, TraceEvent, TraceHash};
use runtime_duel::stats::lanes::{Kind, Recorder};
use runtime_duel::view::lanes::{Film, LaneOf, Path, Reason, Viewport, bars, explain};

use crate::properties::{cases, scenario};

const N_EVENTS: u64 = 3_000;

/// What other events say about the same.
#[derive(Default)]
struct Facts {
    /// What each answered request was served, and how long it waited for I/O as drawn.
    served: BTreeMap<RequestId, (Span, Span)>,
    /// When each core began to be busy, and for how long it was.
    cores: BTreeMap<u16, (Option<Time>, Span)>,
}

impl Facts {
    fn core(&mut self, at: Time, core: u16, busy: bool) {
        let (since, total) = self.cores.entry(core).or_default();
        if let Some(since) = since.take() {
            *total += at.since(since);
        }
        *since = busy.then_some(at);
    }
}

impl Sink for Facts {
    fn record(&mut self, at: Time, event: TraceEvent) {
        match event {
            TraceEvent::Completed { request, served, waited, .. } => {
                self.served.insert(request, (served, waited));
            }
            TraceEvent::CoreBusy(core, busy) => self.core(at, core, busy),
            _ => {}
        }
    }
}

fn check(runtime: RuntimeId, scenario: &Scenario) -> Result<(), TestCaseError> {
    let sink = (Recorder::new(scenario.n_cores, 1_000_000), (Facts::default(), TraceHash::default()));
    let mut run = AnyRun::new(runtime, scenario, 0, sink);
    run.advance(Time::MAX, N_EVENTS);
    let now = run.now();
    let (recorder, (facts, hash)) = run.sink_mut();
    // To watch changes nothing.
    let mut unwatched = AnyRun::new(runtime, scenario, 0, TraceHash::default());
    unwatched.advance(Time::MAX, N_EVENTS);
    prop_assert_eq!(unwatched.sink().value(), hash.value());

    let film = Film::of(&recorder.window(now, Time::ZERO, now));
    prop_assert_eq!((film.from, film.to), (Time::ZERO, now));
    for lane in &film.lanes {
        for pair in lane.segments.windows(2) {
            prop_assert!(pair[0].to <= pair[1].from, "{:?}: {:?} and {:?}", lane.of, pair[0], pair[1]);
            // Of a thread every moment is told from its beginning on.
            prop_assert!(pair[0].to == pair[1].from || !matches!(lane.of, LaneOf::Thread(..)), "{:?}", pair);
        }
        if let LaneOf::Core(core) = lane.of {
            facts.core(now, core, false);
            let busy = facts.cores.get(&core).map_or(Span::ZERO, |(_, total)| *total);
            prop_assert_eq!(lane.busy_ns(film.from, film.to), busy.as_ns(), "core {}", core);
        }
        if matches!(lane.of, LaneOf::Thread(..)) && !lane.segments.is_empty() {
            prop_assert_eq!(lane.segments.last().map(|last| last.to), Some(now));
        }
        let all = bars(lane, Viewport::whole(film.from, film.to), 100);
        prop_assert!(all.iter().all(|bar| bar.from < bar.to && bar.to <= 100), "{:?}", all);
        prop_assert!(all.windows(2).all(|pair| pair[0].to <= pair[1].from), "{:?}", all);
    }
    prop_assert_eq!(film.answers.len(), facts.served.len());
    for (request, (served, waited)) in &facts.served {
        let path = Path::of(&film, *request).expect("it was answered");
        let mut passed = path.born;
        let (mut computed, mut io) = (Span::ZERO, Span::ZERO);
        for step in &path.steps {
            prop_assert_eq!(step.from, passed, "a gap before {:?}", step);
            prop_assert!(step.reason != Reason::Unknown, "{:?} of {:?}", step, path.request);
            passed = step.to;
            let took = step.to.since(step.from);
            match step.reason {
                Reason::Burst => computed += took,
                Reason::Network | Reason::Call | Reason::Timer | Reason::Database => io += took,
                _ => {}
            }
        }
        prop_assert_eq!(passed, path.at);
        // A goroutine that is taken off its thread just when the kernel switches back to that: the machine counts what is
        // left of the switch as service.
        let n_turns = path.steps.iter().filter(|step| step.reason == Reason::Core).count() as u64;
        let off = computed.as_ns().abs_diff(served.as_ns());
        prop_assert!(off <= 3_000 * n_turns, "{} ns of {:?}: {:?}", off, served, path.request);
        // A timer of JavaScript is set in whole milliseconds, cut off: it may be due before its time.
        let is_cut = scenario.io == Io::Timer && runtime.key().starts_with("node");
        prop_assert!(io == *waited || is_cut && io < *waited, "{:?}: {:?} and {:?}", path.request, io, waited);
        prop_assert!(explain(&film, &path).ends_with('.'));
    }
    let on_core = film.lanes.iter().filter(|lane| matches!(lane.of, LaneOf::Thread(..)));
    for segment in on_core.flat_map(|lane| &lane.segments) {
        if let runtime_duel::view::lanes::What::Piece(kind) = segment.what {
            prop_assert_eq!(kind.is_on_core(), segment.core.is_some(), "{:?}", segment);
            prop_assert!(kind != Kind::Burst || segment.request.is_some());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases() / 2, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lanes_are_whole_and_the_steps_of_a_request_add_up_to_its_latency(scenario in scenario()) {
        let scenario = scenario.validated().expect("the strategy makes valid scenarios");
        for runtime in RuntimeId::ALL {
            check(runtime, &scenario)?;
        }
    }
}

#[test]
fn a_recorder_that_comes_later_learns_what_goes_on_and_one_that_is_full_forgets_the_oldest() {
    let scenario = Scenario { mix: 40.0, ..Scenario::default() };
    for runtime in RuntimeId::ALL {
        let mut run = AnyRun::new(runtime, &scenario, 0, (TraceHash::default(), None));
        run.advance(Time::ZERO + Span::from_ms(500), u64::MAX);
        run.sink_mut().1 = Some(Recorder::new(scenario.n_cores, 3_000));
        run.introduce();
        let began = run.now();
        let to = Time::ZERO + Span::from_ms(900);
        assert_eq!(run.advance(to, u64::MAX), Advance::Reached);
        let recorder = run.sink_mut().1.as_mut().expect("it is there");
        let film = Film::of(&recorder.window(to, Time::ZERO, to));
        assert_eq!((film.from, film.to), (began, to), "{runtime:?}");
        let request = film.at_percentile(1.0).expect("some were answered");
        let path = Path::of(&film, request).expect("it was answered");
        assert!(path.steps.iter().all(|step| step.reason != Reason::Unknown), "{runtime:?}: {path:?}");
        assert_eq!(path.steps.iter().map(|step| step.to.since(step.from).as_ns()).sum::<u64>(), path.latency().as_ns());
        // Long after: only the last is left.
        let to = Time::ZERO + Span::from_ms(20_000);
        run.advance(to, u64::MAX);
        let recorder = run.sink_mut().1.as_mut().expect("it is there");
        let window = recorder.window(to, Time::ZERO, to);
        assert!(window.from() > Time::ZERO + Span::from_ms(10_000) && window.from() < to, "{runtime:?}");
        assert!(window.pieces.thread.len() <= 3_000 + 100, "{runtime:?}: {}", window.pieces.thread.len());
        // Without it the run is the same.
        let mut alone = AnyRun::new(runtime, &scenario, 0, TraceHash::default());
        alone.advance(to, u64::MAX);
        assert_eq!(alone.sink().value(), run.sink().0.value());
    }
}
