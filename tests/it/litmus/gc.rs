//! The collectors: scavenges that stop a loop, and cycles that mark beside goroutines.

use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::{Arrivals, CostModel, Load, Scenario, Transport};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::TraceEvent;

use crate::litmus::runs::{MS, US, completed, machine, served, trace, work_for};

#[test]
fn scavenges_stop_the_loop_as_often_as_memory_fills_the_semi_space() {
    let scenario =
        Scenario { alloc: 1 << 20, load: Load::Open, rate: 100.0, arrivals: Arrivals::Constant, ..Scenario::default() };
    let log = trace(RuntimeId::Node, &scenario, 10_000);
    let pauses: Vec<Span> = log
        .0
        .iter()
        .filter_map(|(_, event)| match event {
            TraceEvent::Collected { pause, .. } => Some(*pause),
            _ => None,
        })
        .collect();
    // 1,000 MiB through four fifths of 16 MiB, of which the one or two requests in flight at a scavenge keep theirs.
    assert!((79..=96).contains(&pauses.len()), "{}", pauses.len());
    assert!(pauses.iter().all(|pause| *pause >= Span::from_us(600)));
}

#[test]
fn a_cycle_of_the_collector_stops_the_world_twice_and_marks_with_a_quarter() {
    let scenario =
        Scenario { alloc: 64 << 10, load: Load::Open, rate: 2_000.0, mix: 10.0, demand: MS(5), ..Scenario::default() };
    let log = trace(RuntimeId::Go, &scenario, 5_000);
    let pauses: Vec<f64> = log
        .0
        .iter()
        .filter_map(|(_, event)| match event {
            TraceEvent::Collected { pause, .. } => Some(pause.as_secs_f64() * 1e6),
            _ => None,
        })
        .collect();
    // 128 MiB a second through a heap that grows from about 1 to 4 MiB in each cycle.
    assert!(pauses.len() > 200 && pauses.len().abs_diff(400) < 250, "{}", pauses.len());
    let median = {
        let mut sorted = pauses.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    };
    assert!((30.0..=50.0).contains(&median), "{median}");
}

#[test]
fn mark_workers_displace_nobody_while_a_processor_is_idle() {
    let scenario = Scenario { transport: Transport::Socket, alloc: 1 << 20, ..machine(8, CostModel::Measured) };
    let requests = [
        (0, 100_000, 0),
        (1_000, 100_000, 0),
        (2_000, 100, 0),
        (3_000, 100, 0),
        (4_000, 100, 0),
        (5_000, 100, 0),
        (6_000, 100, 0),
    ];
    let log = served(&scenario, &requests);
    let pauses: Vec<Span> = log
        .0
        .iter()
        .filter_map(|(_, event)| if let TraceEvent::Collected { pause, .. } = event { Some(*pause) } else { None })
        .collect();
    assert!(pauses.len() >= 2, "{pauses:?}");
    let paused = pauses.iter().fold(Span::ZERO, |sum, pause| sum + *pause);
    for (nth, (at, _, _)) in requests.iter().enumerate().take(2) {
        // Each is stopped with the world and goes on with a thread's waking, 5 µs, when it starts (`procresize` gives the
        // workers of the collector to idle processors).
        let waited = completed(&log, nth as u32).since(Time::ZERO + US(*at)) - work_for(&log, nth as u32).1;
        let extra = waited.saturating_sub(paused);
        assert!(extra < US(30), "request {nth}: {extra:?} beyond the pauses");
    }
}
