//! Worker threads: bursts at the price of messages, one for each worker at a time.

use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::{Arrivals, Scenario};
use runtime_duel::sim::time::Span;
use runtime_duel::sim::trace::TraceEvent;

use crate::litmus::runs::{MS, open, trace};

#[test]
fn worker_threads_take_bursts_off_the_loop_at_the_price_of_messages() {
    let scenario = Scenario {
        mix: 100.0,
        cpu_dist: Dist::Constant,
        demand: MS(10),
        think: Span::ZERO,
        n_cores: 5,
        n_workers: Some(4),
        ..Scenario::default()
    };
    let completed = |scenario: &Scenario, runtime| {
        let log = trace(runtime, scenario, 5_000);
        log.0.iter().filter(|(_, event)| matches!(event, TraceEvent::Completed { .. })).count() as f64 / 5.0
    };
    let (one, four) = (completed(&scenario, RuntimeId::Node), completed(&scenario, RuntimeId::NodeWorkers));
    assert!((95.0..=101.0).contains(&one), "{one}");
    assert!((380.0..=401.0).contains(&four), "{four}");
    // A megabyte of payload costs 5 ms to write and 5 ms to read on each side, both ways: the main thread is full.
    let large = Scenario { payload: 1 << 20, ..scenario };
    // A worker pays as much on top of its burst of 10 ms, and gets the next when the main thread has read the last one.
    let alone = completed(&Scenario { n_workers: Some(1), ..large }, RuntimeId::NodeWorkers);
    assert!((31.0..=33.0).contains(&alone), "{alone}");
    let large = completed(&large, RuntimeId::NodeWorkers);
    assert!((90.0..=100.0).contains(&large), "{large}");
}

#[test]
fn the_worker_that_has_been_idle_the_longest_takes_the_next_burst() {
    let one_by_one = Scenario { arrivals: Arrivals::Constant, n_workers: Some(4), n_cores: 8, ..open(100.0) };
    let log = trace(RuntimeId::NodeWorkers, &one_by_one, 1_000);
    let ran = log.0.iter().filter_map(|(_, event)| match event {
        TraceEvent::Ran { thread, service, .. } if !service.is_zero() => Some(*thread),
        _ => None,
    });
    let threads: Vec<u32> = ran.collect();
    assert!(threads.len() > 90 && threads[..4] == [1, 2, 3, 4], "{threads:?}");
    assert!(threads.windows(5).all(|five| five[0] == five[4]), "{threads:?}");
}

#[test]
fn one_burst_in_flight_for_each_worker_and_the_others_wait_in_line() {
    let log = trace(
        RuntimeId::NodeWorkers,
        &Scenario {
            mix: 100.0,
            n_clients: 50,
            think: Span::ZERO,
            n_workers: Some(2),
            n_cores: 8,
            ..Scenario::default()
        },
        1_000,
    );
    let n_threads = log.0.iter().filter_map(|(_, event)| match event {
        TraceEvent::Ran { thread, service, .. } if !service.is_zero() => Some(*thread),
        _ => None,
    });
    let threads: std::collections::BTreeSet<u32> = n_threads.collect();
    assert_eq!(threads.len(), 2, "bursts run on the workers only: {threads:?}");
}

#[test]
fn a_message_takes_memory_on_the_side_that_reads_it() {
    let scenario = Scenario {
        mix: 100.0,
        demand: MS(1),
        think: Span::ZERO,
        alloc: 0,
        payload: 100 << 10,
        n_cores: 5,
        n_workers: Some(4),
        ..Scenario::default()
    };
    let log = trace(RuntimeId::NodeWorkers, &scenario, 10_000);
    let n = |is_main: bool| {
        let of =
            |event: &TraceEvent| matches!(event, TraceEvent::Collected { process, .. } if (*process == 0) == is_main);
        log.0.iter().filter(|(_, event)| of(event)).count()
    };
    // Every burst goes out as one message and comes back as one: a scavenge here for one in all the workers.
    let (main, workers) = (n(true), n(false));
    assert!(main > 40 && main.abs_diff(workers) <= 4, "{main} {workers}");
}
