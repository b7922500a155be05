//! What a request can feel of a thread of its own: the pool, the line before it, the cores it shares, and the pauses.

use std::collections::BTreeSet;

use runtime_duel::replicate::Plan;
use runtime_duel::sim::costs::Costs;
use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::request::{Class, RequestId};
use runtime_duel::sim::run::{Advance, Death};
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{CostModel, Gc, Io, Load, Scenario, Transport, Warm};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::TraceEvent;
use runtime_duel::sim::workload::Recorded;

use crate::litmus::program::Log;

const MS: fn(u64) -> Span = Span::from_ms;
/// Threads that every process has: the one that accepts, the poller and `main`.
const ACCEPTOR: u32 = 0;
const POLLER: u32 = 1;
const MAIN: u32 = 2;

fn measured(n_cores: u32) -> Scenario {
    Scenario { n_cores, gc: Gc::Off, ..Scenario::default() }
}

fn zero(n_cores: u32) -> Scenario {
    Scenario { costs: CostModel::Zero, ..measured(n_cores) }
}

/// What a run of requests of the given arrivals, bursts and waits, in µs, tells.
fn served(scenario: &Scenario, requests: &[(u64, u64, u64)]) -> Log {
    let us = Span::from_us;
    let mut run = AnyRun::recorded(RuntimeId::Threads, scenario, &Costs::of(scenario.costs), 0, Log::default());
    let requests: Vec<Recorded> = requests
        .iter()
        .map(|(at, burst, wait)| Recorded {
            arrival: Time::ZERO + us(*at),
            class: Class::Light,
            burst: us(*burst),
            wait: us(*wait),
        })
        .collect();
    run.feed(&requests);
    run.end_feed();
    assert_eq!(run.advance(Time::ZERO + MS(100_000), u64::MAX), Advance::Finished);
    run.sink().clone()
}

/// Which of the arrivals were answered, in that order, and when, in µs.
fn completions(log: &Log) -> Vec<(u32, u64)> {
    let done = log.0.iter().filter_map(|(at, event)| match event {
        TraceEvent::Completed { request, .. } => Some((request.nth(), at.as_ns() / 1_000)),
        _ => None,
    });
    done.collect()
}

/// The threads that have served requests.
fn servers(log: &Log) -> BTreeSet<u32> {
    let threads = log.0.iter().filter_map(|(_, event)| match event {
        TraceEvent::Ran { thread, .. } => Some(*thread),
        _ => None,
    });
    threads.collect()
}

/// What was spent on requests beyond their bursts.
fn overhead(log: &Log) -> Span {
    log.0.iter().fold(Span::ZERO, |sum, (_, event)| match event {
        TraceEvent::Ran { overhead, .. } => sum + *overhead,
        _ => sum,
    })
}

fn trace(scenario: &Scenario, ms: u64) -> (AnyRun<Log>, Advance) {
    let mut run = AnyRun::new(RuntimeId::Threads, scenario, 0, Log::default());
    let advance = run.advance(Time::ZERO + MS(ms), u64::MAX);
    (run, advance)
}

#[test]
fn the_201st_request_waits_for_a_thread_although_cores_are_idle() {
    let log = served(&zero(64), &[(0, 0, 100_000); 201]);
    let done = completions(&log);
    assert!(done[..200].iter().all(|(nth, at)| *nth < 200 && *at == 100_000));
    assert_eq!(done[200..], [(200, 200_000)]);
}

#[test]
fn the_pool_grows_to_its_maximum_before_anything_waits() {
    let batch = |n_tasks| {
        let scenario = Scenario {
            load: Load::Batch,
            transport: Transport::Direct,
            n_tasks,
            mix: 0.0,
            demand: MS(100),
            ..measured(4)
        };
        let (run, advance) = trace(&scenario, 10_000);
        assert_eq!(advance, Advance::Finished);
        (servers(run.sink()).len(), run.memory_peak())
    };
    // Ten are there from the start; who finds more tasks than threads starts another, up to 200.
    let at_rest = batch(1).1;
    for (n_tasks, n_threads) in [(10, 10), (11, 11), (200, 200), (1_000, 200)] {
        let (n, memory) = batch(n_tasks);
        assert_eq!(n, n_threads, "{n_tasks} tasks");
        // 100 KiB of its stack and of what belongs to it are resident.
        assert_eq!(memory - at_rest, (n_threads as u64 - 10) * 100 * 1024, "{n_tasks} tasks");
    }
}

#[test]
fn threads_beyond_cores_take_turns_of_a_slice() {
    // One core, slices of 0.75 ms: the first computes from 0 to 0.75, the second to 1.5, the first to 1.75.
    let log = served(&zero(1), &[(0, 1_000, 0), (0, 1_000, 0)]);
    assert_eq!(completions(&log), [(0, 1_750), (1, 2_000)]);
    // With a pool of one there is nobody to take turns with.
    let log = served(&Scenario { n_threads: 1, ..zero(1) }, &[(0, 1_000, 0), (0, 1_000, 0)]);
    assert_eq!(completions(&log), [(0, 1_000), (1, 2_000)]);
}

#[test]
fn a_blocked_thread_takes_no_core() {
    for io in [Io::Network, Io::Timer, Io::File, Io::Database] {
        let scenario = Scenario { io, n_db_connections: 100, db_capacity: 100, ..zero(1) };
        let done = completions(&served(&scenario, &[(0, 1_000, 1_000_000); 100]));
        // 100 ms of computing on the one core, and one wait.
        assert_eq!((done.len(), done[99].1), (100, 1_100_000), "{io:?}");
    }
}

#[test]
fn switches_cost_more_the_more_threads_there_are_to_a_core() {
    let extra = |n: usize| {
        let scenario = Scenario { transport: Transport::Socket, ..measured(1) };
        let spent = overhead(&served(&scenario, &vec![(0, 30_000, 0); n]));
        spent.as_ns() / 1_000 / n as u64
    };
    // Alone, a request pays for reading, writing and waking its thread. Beside others it gives up its core each 0.75 ms,
    // which are 40 times in 30 ms, and pays 3 µs to get it back.
    assert!(extra(1) <= 8, "{}", extra(1));
    assert!((115..=130).contains(&extra(2)), "{}", extra(2));
    assert!((115..=130).contains(&extra(50)), "{}", extra(50));
}

#[test]
fn one_thread_serves_first_come_first_served() {
    let log = served(&Scenario { n_threads: 1, ..zero(4) }, &[(0, 5_000, 5_000), (1, 3_000, 0), (2, 10, 10)]);
    // Also while its request only waits.
    assert_eq!(completions(&log), [(0, 10_000), (1, 13_000), (2, 13_020)]);
}

#[test]
fn a_hundred_and_one_connections_wait_to_be_accepted_and_others_try_again_after_a_second() {
    let done = completions(&served(&measured(4), &[(0, 10, 0); 300]));
    let seconds = [0, 1, 2].map(|second| done.iter().filter(|(_, at)| at / 1_000_000 == second).count());
    assert_eq!(seconds, [101, 101, 98]);
}

#[test]
fn more_connections_than_tomcat_accepts_wait_outside() {
    let scenario = Scenario { n_clients: 8_500, think: MS(10), mix: 0.0, demand: MS(5), ..measured(64) };
    let (run, _) = trace(&scenario, 2_000);
    let clients: BTreeSet<u64> = run
        .sink()
        .0
        .iter()
        .filter_map(|(_, event)| match event {
            TraceEvent::Completed { request: RequestId(id), .. } => Some((id >> 32) - 1),
            _ => None,
        })
        .collect();
    assert_eq!(clients.len(), 8_192);
    assert_eq!(clients.last(), Some(&8_191));
}

#[test]
fn a_connection_brings_a_hundred_requests_and_is_closed() {
    let scenario = Scenario { n_clients: 1, think: MS(1), demand: MS(1), ..measured(4) };
    let (run, _) = trace(&scenario, 4_000);
    let log = run.sink();
    let n_accepted = log.0.iter().filter(|(_, event)| {
        let accepts = Span::from_us(3);
        matches!(event, TraceEvent::Overhead { thread: ACCEPTOR, overhead } if *overhead == accepts)
    });
    let n_requests = completions(log).len();
    assert!(n_requests > 1_000);
    // The client comes back with its 101st, its 201st, and so on.
    assert_eq!(n_accepted.count(), (n_requests - 1) / 100);
}

#[test]
fn a_client_inside_of_the_process_has_a_thread_of_its_own() {
    let inside = Scenario {
        transport: Transport::Direct,
        io: Io::Timer,
        n_clients: 500,
        think: MS(10),
        demand: MS(5),
        ..measured(8)
    };
    let (run, _) = trace(&inside, 1_000);
    assert_eq!(servers(run.sink()).len(), 500);
    assert!(!servers(run.sink()).contains(&MAIN));
    // As many as the operating system has threads for.
    let (_, advance) = trace(&Scenario { n_clients: 40_000, costs: CostModel::Zero, ..inside }, 1_000);
    assert_eq!(advance, Advance::Died(Death::TooManyThreads));
}

#[test]
fn a_connection_to_the_database_goes_to_the_thread_that_has_waited_longest() {
    let scenario = Scenario { io: Io::Database, n_db_connections: 1, ..zero(4) };
    let log = served(&scenario, &[(0, 1, 9_999), (1, 10, 10_000), (2, 5, 10_000), (3, 1, 10_000)]);
    // In the order in which they asked for it: the last one had computed for 1 µs only, and the third for 5.
    assert_eq!(completions(&log), [(0, 10_000), (3, 20_000), (2, 30_000), (1, 40_000)]);
}

#[test]
fn a_sleep_ends_fifty_microseconds_late_and_knows_no_milliseconds() {
    let after = |io, wait| {
        let scenario = Scenario { io, transport: Transport::Direct, ..measured(4) };
        let log = served(&scenario, &[(1_000, 100, wait)]);
        let began = log.0.iter().find(|(_, event)| matches!(event, TraceEvent::WaitBegan(_))).expect("it waits").0;
        completions(&log)[0].1 - began.as_ns() / 1_000
    };
    for wait in [10, 1_300, 2_000] {
        // 50 µs of timer slack, and 5 to wake up.
        assert!((wait + 55..=wait + 56).contains(&after(Io::Timer, wait)), "{wait}: {}", after(Io::Timer, wait));
        assert!((wait + 5..=wait + 6).contains(&after(Io::File, wait)), "{wait}: {}", after(Io::File, wait));
    }
}

#[test]
fn one_poller_feeds_all_cores_and_is_full_before_they_are() {
    let scenario = Scenario {
        n_clients: 2_000,
        think: MS(1),
        mix: 100.0,
        demand: Span::from_us(10),
        cpu_dist: Dist::Constant,
        ..measured(64)
    };
    let plan = Plan {
        runtime: RuntimeId::Threads,
        scenario,
        costs: None,
        warm_up: MS(200),
        window: MS(1_000),
        max_events: u64::MAX,
        max_in_flight: None,
        ends: false,
    };
    let found = plan.replicate(0, None).unwrap_or_else(|bad| panic!("{}", bad.0)).figures;
    // Tomcat on 64 cores: 278,960 requests a second, and 20.8 cores busy, with much more to compute for each (HttpArena,
    // spring-boot with 512 connections, 2026-04).
    assert!((250_000.0..350_000.0).contains(&found.throughput), "{}", found.throughput);
    assert!(found.cores_busy < 16.0, "{}", found.cores_busy);
}

#[test]
fn a_young_collection_stops_every_thread() {
    let alloc = 1 << 20;
    let scenario = Scenario { alloc, gc: Gc::On, load: Load::Open, rate: 1_000.0, ..measured(8) };
    let (run, _) = trace(&scenario, 3_000);
    let log = &run.sink().0;
    let n_workers = 8;
    let is_collector = |thread: u32| (13..13 + n_workers).contains(&thread);
    let pauses: Vec<(Time, Span)> = log
        .iter()
        .filter_map(|(at, event)| match event {
            TraceEvent::Collected { pause, .. } => Some((*at, *pause)),
            _ => None,
        })
        .collect();
    // 1,000 MiB a second, of which some 20 are alive at a time, through 153.
    assert!((17..=24).contains(&pauses.len()), "{}", pauses.len());
    for (began, pause) in pauses {
        assert!((MS(1)..MS(3)).contains(&pause), "{pause:?}");
        let during = log.iter().filter(|(at, _)| *at > began && *at <= began + pause);
        for (at, event) in during {
            let (TraceEvent::Ran { thread, .. } | TraceEvent::Overhead { thread, .. }) = event else { continue };
            assert!(is_collector(*thread), "thread {thread} has worked at {at:?}");
        }
    }
}

#[test]
fn who_polls_does_not_serve() {
    let (run, _) = trace(&Scenario::default(), 2_000);
    let servers = servers(run.sink());
    assert!(!servers.contains(&ACCEPTOR) && !servers.contains(&POLLER), "{servers:?}");
    // 64 clients never have more than 64 requests, so there are never more than 64 threads.
    assert!((10..=64).contains(&servers.len()), "{}", servers.len());
}

#[test]
fn a_java_process_is_up_after_680_ms_and_its_first_executions_are_slow() {
    let warm = Scenario { n_clients: 1, think: Span::ZERO, mix: 100.0, demand: MS(1), ..measured(4) };
    let warm = Scenario { transport: Transport::Direct, cpu_dist: Dist::Constant, ..warm };
    let took = |scenario: &Scenario| -> Vec<u64> {
        let (run, _) = trace(scenario, 4_000);
        let ends: Vec<u64> = completions(run.sink()).iter().map(|(_, at)| *at).collect();
        let begins = std::iter::once(&0).chain(&ends);
        begins.zip(&ends).map(|(begin, end)| end - begin).collect()
    };
    let cold = took(&Scenario { warm: Warm::Cold, ..warm });
    // The process, and most of 100 ms more for the first millisecond that is executed.
    assert!((750_000..790_000).contains(&cold[0]), "{}", cold[0]);
    assert!(cold[1..].windows(2).all(|pair| pair[1] <= pair[0] + 1), "{cold:?}");
    assert!(cold[1] > 2_000 && cold.last().is_some_and(|last| *last < cold[1]), "{cold:?}");
    assert!(took(&warm)[1..].iter().all(|each| *each <= 1_001));
}

#[test]
fn an_answer_to_ten_thousand_keeps_its_thread_and_nobody_elses() {
    let room =
        |n_broadcast| Scenario { n_broadcast, n_clients: 4, think: MS(100), mix: 0.0, demand: MS(1), ..measured(4) };
    let n = 10_000;
    let (run, _) = trace(&room(n), 3_000);
    let costs = Costs::of(CostModel::Measured);
    let writes = (costs.machine.tcp_write + costs.threads.write) * u64::from(n);
    let pieces: Vec<Span> = run
        .sink()
        .0
        .iter()
        .filter_map(|(_, event)| if let TraceEvent::Ran { overhead, .. } = event { Some(*overhead) } else { None })
        .filter(|overhead| *overhead >= writes)
        .collect();
    // 47 ms each, and one for each answer.
    assert!(pieces.iter().all(|piece| *piece < writes + MS(1)), "{pieces:?}");
    assert_eq!(pieces.len(), completions(run.sink()).len());
    assert!(pieces.len() > 60, "{}", pieces.len());
    // Their connections take 20 KiB each; three of them are the other clients'.
    let (alone, _) = trace(&room(0), 3_000);
    assert_eq!(run.memory_peak() - alone.memory_peak(), (10_000 - 3) * 20 * 1024);
}
