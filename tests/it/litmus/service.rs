//! What a request feels of a separate service that computes for the loop.

use runtime_duel::sim::costs::Costs;
use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::request::Class;
use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{CostModel, Gc, Io, Load, Scenario, Transport};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::TraceEvent;
use runtime_duel::sim::workload::Recorded;

use crate::litmus::program::Log;

const MS: fn(u64) -> Span = Span::from_ms;
const SERVICE: RuntimeId = RuntimeId::NodeService;

fn trace(runtime: RuntimeId, scenario: &Scenario, ms: u64) -> Log {
    let mut run = AnyRun::new(runtime, scenario, 0, Log::default());
    run.advance(Time::ZERO + MS(ms), u64::MAX);
    run.sink().clone()
}

fn n_completed(log: &Log) -> usize {
    log.0.iter().filter(|(_, event)| matches!(event, TraceEvent::Completed { .. })).count()
}

/// The time that the threads numbered `threads` have worked.
fn worked(log: &Log, threads: std::ops::Range<u32>) -> Span {
    log.0.iter().fold(Span::ZERO, |sum, (_, event)| match event {
        TraceEvent::Ran { thread, service, overhead, .. } if threads.contains(thread) => sum + *service + *overhead,
        TraceEvent::Overhead { thread, overhead } if threads.contains(thread) => sum + *overhead,
        _ => sum,
    })
}

/// In a world without costs.
fn theory(n_service_cores: u32, rtt_ms: u64) -> Scenario {
    Scenario {
        n_service_cores: Some(n_service_cores),
        service_rtt: MS(rtt_ms),
        costs: CostModel::Zero,
        gc: Gc::Off,
        transport: Transport::Socket,
        cpu_dist: Dist::Constant,
        ..Scenario::default()
    }
}

#[test]
fn the_loop_stays_free_while_bursts_are_away() {
    let busy = Scenario { mix: 100.0, demand: MS(50), ..Scenario::default() };
    let longest = |runtime| {
        let delays = trace(runtime, &busy, 5_000).0.into_iter().filter_map(|(_, event)| match event {
            TraceEvent::LoopDelay { process: 0, delay, .. } => Some(delay),
            _ => None,
        });
        delays.max().expect("the histogram is not empty")
    };
    assert!(longest(RuntimeId::Node) > MS(40));
    assert!(longest(SERVICE) < MS(1), "{:?}", longest(SERVICE));
}

#[test]
fn the_service_is_first_in_first_out_on_its_own_cores() {
    let scenario = theory(2, 2);
    let mut run = AnyRun::recorded(SERVICE, &scenario, &Costs::of(scenario.costs), 0, Log::default());
    let recorded: Vec<Recorded> = [10, 4, 1, 20, 1]
        .iter()
        .map(|burst| Recorded { arrival: Time::ZERO, class: Class::Light, burst: MS(*burst), wait: Span::ZERO })
        .collect();
    run.feed(&recorded);
    run.end_feed();
    assert_eq!(run.advance(Time::ZERO + MS(1_000), u64::MAX), Advance::Finished);
    let completed = run.sink().0.iter().filter_map(|(at, event)| match event {
        TraceEvent::Completed { request, .. } => Some((request.nth(), at.as_whole_ms())),
        _ => None,
    });
    // A millisecond each way; 4 and then 1 on one core, then 20; 10 and then 1 on the other.
    assert_eq!(completed.collect::<Vec<_>>(), [(1, 6), (2, 7), (0, 12), (4, 13), (3, 27)]);
    let cores: std::collections::BTreeSet<u16> = run
        .sink()
        .0
        .iter()
        .filter_map(|(_, event)| match event {
            TraceEvent::CoreBusy(core, true) => Some(*core),
            _ => None,
        })
        .collect();
    // Core 0 is the loop's; the service's come after the four of the machine.
    assert_eq!(cores.into_iter().collect::<Vec<_>>(), [0, 4, 5]);
}

#[test]
fn the_way_is_paid_for_each_burst() {
    let scenario = Scenario { n_bursts: 3, demand: MS(30), n_clients: 1, ..theory(1, 7) };
    let log = trace(SERVICE, &scenario, 10_000);
    let times: Vec<u64> = log
        .0
        .iter()
        .filter_map(|(at, event)| match event {
            TraceEvent::Completed { born, .. } => Some(at.since(*born).as_ns()),
            _ => None,
        })
        .collect();
    assert!(times.len() > 10 && times.iter().all(|ns| *ns == (30 + 3 * 7) * 1_000_000), "{times:?}");
    // Who has nothing to compute sends nothing.
    let log = trace(SERVICE, &Scenario { mix: 0.0, ..scenario }, 10_000);
    assert!(n_completed(&log) > 10 && !log.0.iter().any(|(_, event)| matches!(event, TraceEvent::CoreBusy(4.., _))));
}

#[test]
fn the_service_can_be_full_before_the_loop_and_the_loop_before_the_service() {
    let scenario = Scenario { mix: 100.0, demand: MS(10), n_service_cores: Some(2), ..Scenario::default() };
    let log = trace(SERVICE, &Scenario { think: Span::ZERO, ..scenario }, 10_000);
    assert!((1_950..=2_050).contains(&n_completed(&log)), "two cores, 10 ms each: {}", n_completed(&log));
    assert!(worked(&log, 0..1) < MS(200) && worked(&log, 1..3) > MS(19_900));
    // A burst of 20 µs costs the loop 50 and more: 20 for its own request, 30 for the one that it makes, and 4.8 to write
    // and to read a kilobyte.
    let short = Scenario { demand: Span::from_us(20), n_service_cores: Some(16), think: Span::ZERO, ..scenario };
    let log = trace(SERVICE, &short, 2_000);
    let each_us = 2e6 / n_completed(&log) as f64;
    assert!((60.0..66.0).contains(&each_us), "{each_us}");
    assert!(worked(&log, 0..1) > MS(1_990) && worked(&log, 1..17) < MS(1_500));
    // On its own it would have needed 40.
    let alone = n_completed(&trace(RuntimeId::Node, &short, 2_000));
    assert!(alone > n_completed(&log) * 14 / 10, "{alone}");
}

#[test]
fn a_compiled_service_computes_no_longer_than_go() {
    let scenario = Scenario { js_factor: 4.0, mix: 100.0, n_clients: 1, think: Span::ZERO, ..theory(1, 0) };
    let (service, node) = (trace(SERVICE, &scenario, 4_000), trace(RuntimeId::Node, &scenario, 4_000));
    assert!(n_completed(&service).abs_diff(200) <= 1 && n_completed(&node).abs_diff(50) <= 1);
}

#[test]
fn a_run_goes_on_when_the_mix_moves() {
    let still = Scenario { mix: 0.0, ..Scenario::default() };
    let mut run = AnyRun::new(SERVICE, &still, 0, Log::default());
    run.advance(Time::ZERO + MS(1_000), u64::MAX);
    let is_served = |log: &Log| log.0.iter().any(|(_, event)| matches!(event, TraceEvent::CoreBusy(4.., true)));
    assert!(!is_served(run.sink()));
    run.retune(&Scenario { mix: 50.0, ..still });
    run.advance(Time::ZERO + MS(2_000), u64::MAX);
    assert!(is_served(run.sink()));
    let n_before = n_completed(run.sink());
    run.retune(&still);
    run.advance(Time::ZERO + MS(4_000), u64::MAX);
    assert!(n_completed(run.sink()) > n_before + 700);
}

#[test]
fn other_waits_are_as_they_are_in_a_loop() {
    for io in [Io::Network, Io::Timer, Io::File, Io::Database] {
        for (load, transport) in [(Load::Closed, Transport::Http), (Load::Open, Transport::Direct)] {
            let scenario = Scenario { io, load, transport, n_bursts: 3, rate: 100.0, ..Scenario::default() };
            let n = n_completed(&trace(SERVICE, &scenario, 4_000));
            assert!(n > 350, "{io:?} {transport:?}: {n}");
        }
    }
}
