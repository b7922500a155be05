//! The collectors: scavenges that stop a loop, and cycles that mark beside goroutines.

use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::{Arrivals, CostModel, Load, Scenario, Transport};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::TraceEvent;

use crate::litmus::program::Log;
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

/// What a cycle of Go's collector is between its two pauses.
#[derive(Default)]
struct Cycle {
    length: Span,
    /// CPU time of its mark workers.
    marking: Span,
}

/// The cycles in `log`, and the CPU time that belongs to no request, no pause and no cycle.
fn cycles(log: &Log) -> (Vec<Cycle>, Span) {
    let (mut cycles, mut outside) = (Vec::new(), Span::ZERO);
    let (mut is_marking, mut marking, mut started) = (false, Span::ZERO, Time::ZERO);
    for (at, event) in &log.0 {
        match event {
            TraceEvent::Collected { pause, .. } => {
                if is_marking {
                    cycles.push(Cycle { length: at.since(started), marking: std::mem::take(&mut marking) });
                }
                is_marking = !is_marking;
                started = *at + *pause;
            }
            // Told when it is over: the pause itself, when the world starts.
            TraceEvent::Overhead { overhead, .. } if *at > started => {
                *(if is_marking { &mut marking } else { &mut outside }) += *overhead;
            }
            _ => {}
        }
    }
    (cycles, outside)
}

#[test]
fn a_cycle_of_the_collector_stops_the_world_twice_and_marks_with_a_quarter() {
    for n_ps in [1, 2, 4, 8] {
        // As many requests as make all processors busy with long bursts, each of which keeps a MiB.
        let scenario = Scenario {
            n_clients: 64,
            alloc: 1 << 20,
            mix: 100.0,
            demand: MS(100),
            think: Span::ZERO,
            gomaxprocs: Some(n_ps),
            n_cores: n_ps,
            transport: Transport::Socket,
            ..Scenario::default()
        };
        let (cycles, outside) = cycles(&trace(RuntimeId::Go, &scenario, 60_000));
        assert!(cycles.len() >= 5, "{n_ps}: {} cycles", cycles.len());
        let sum = |get: fn(&Cycle) -> Span| cycles.iter().map(get).fold(Span::ZERO, |sum, one| sum + one);
        let (length, marking) = (sum(|cycle| cycle.length), sum(|cycle| cycle.marking));
        // Every second pause ends a cycle: nobody marks from there to the next.
        assert!(outside < marking.scaled(0.01), "{n_ps}: {outside:?} outside, {marking:?} in cycles");
        let share = marking.as_secs_f64() / (length.as_secs_f64() * f64::from(n_ps));
        // A dedicated worker for four processors marks all the time; a fractional one when its processor schedules.
        let most = if n_ps < 4 { 0.02 } else { 0.002 };
        assert!((share - 0.25).abs() < most, "{n_ps}: {share}");
    }
}

#[test]
fn a_pause_is_as_long_as_it_was_measured() {
    let scenario =
        Scenario { alloc: 64 << 10, load: Load::Open, rate: 2_000.0, mix: 10.0, demand: MS(5), ..Scenario::default() };
    let log = trace(RuntimeId::Go, &scenario, 5_000);
    let mut pauses: Vec<Span> = log
        .0
        .iter()
        .filter_map(|(_, event)| if let TraceEvent::Collected { pause, .. } = event { Some(*pause) } else { None })
        .collect();
    // 128 MiB a second through a heap that grows from about 1 to 4 MiB in each cycle.
    assert!(pauses.len() > 200 && pauses.len().abs_diff(400) < 250, "{}", pauses.len());
    pauses.sort_unstable();
    let median = pauses[pauses.len() / 2];
    assert!((US(30)..=US(50)).contains(&median), "{median:?}");
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
