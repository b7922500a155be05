//! What work that is started inside of a process can feel: clients that loop there, and arrivals that its timer starts.

use runtime_duel::replicate::{Found, Plan};
use runtime_duel::sim::costs::Costs;
use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::request::Class;
use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{CostModel, Gc, Io, Scenario, Transport};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::TraceEvent;
use runtime_duel::sim::workload::Recorded;

use crate::litmus::program::Log;

/// Clients that loop inside of a process, with constant bursts and timers.
fn clients(n: u32, mix: f64) -> Scenario {
    Scenario {
        n_clients: n,
        mix,
        cpu_dist: Dist::Constant,
        think: Span::ZERO,
        n_cores: 2,
        gomaxprocs: Some(1),
        io: Io::Timer,
        transport: Transport::Direct,
        alloc: 0,
        ..Scenario::default()
    }
}

fn found(runtime: RuntimeId, scenario: Scenario) -> Found {
    let plan = Plan {
        runtime,
        scenario,
        costs: None,
        warm_up: Span::from_ms(2_000),
        window: Span::from_ms(6_000),
        max_events: u64::MAX,
        max_in_flight: None,
        ends: false,
    };
    plan.replicate(0, None).unwrap_or_else(|bad| panic!("{}", bad.0))
}

fn ms(found: &Found, quantile: f64) -> f64 {
    found.figures.latency().quantile_ms(quantile).expect("requests were completed")
}

#[test]
fn one_processor_has_the_throughput_of_a_loop_and_many_times_its_tail() {
    // Measured with Node 20.20.2 and Go 1.27.3: 475 and 467 a second, 145 and 1548 ms at 99 %, 135 and 21 at 50 %.
    let (node, go) = (found(RuntimeId::Node, clients(64, 10.0)), found(RuntimeId::Go, clients(64, 10.0)));
    let share = go.figures.throughput / node.figures.throughput;
    assert!((0.97..=1.03).contains(&share), "{share}");
    // Who wakes from a sleep goes ahead of who waits, and whoever is preempted goes to the end of the global queue.
    assert!(ms(&go, 0.99) > 6.0 * ms(&node, 0.99), "{} {}", ms(&go, 0.99), ms(&node, 0.99));
    assert!(ms(&go, 0.5) < 0.25 * ms(&node, 0.5), "{} {}", ms(&go, 0.5), ms(&node, 0.5));
}

#[test]
fn two_clients_whose_waits_are_as_long_as_their_bursts_keep_a_loop_busy() {
    // The promise that a timer resolves is continued when the timers have been looked at once more: the burst in it does
    // not keep the next timer from being set for its own millisecond. Measured: 97.7 a second.
    let node = found(RuntimeId::Node, clients(2, 50.0));
    assert!((97.0..=100.0).contains(&node.figures.throughput), "{}", node.figures.throughput);
}

#[test]
fn who_never_waits_lets_the_others_have_their_turn() {
    for runtime in [RuntimeId::Node, RuntimeId::Go] {
        let scenario = Scenario { demand: Span::from_ms(5), ..clients(8, 100.0) };
        let found = found(runtime, scenario);
        // Round after round: each waits for the seven others.
        assert!((ms(&found, 0.1) - 40.0).abs() < 1.0, "{runtime:?} {}", ms(&found, 0.1));
        assert!((ms(&found, 0.9) - 40.0).abs() < 6.0, "{runtime:?} {}", ms(&found, 0.9));
    }
}

/// When recorded requests began and ended, in microseconds.
fn served(runtime: RuntimeId, scenario: &Scenario, requests: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let us = Span::from_us;
    let recorded: Vec<Recorded> = requests
        .iter()
        .map(|(arrival, burst)| Recorded {
            arrival: Time::ZERO + us(*arrival),
            class: Class::Light,
            burst: us(*burst),
            wait: Span::ZERO,
        })
        .collect();
    let mut run = AnyRun::recorded(runtime, scenario, &Costs::of(scenario.costs), 0, Log::default());
    run.feed(&recorded);
    run.end_feed();
    assert_eq!(run.advance(Time::ZERO + Span::from_ms(1_000), u64::MAX), Advance::Finished);
    let done = run.sink().0.iter().filter_map(|(at, event)| match event {
        TraceEvent::Completed { served, .. } => Some(((at.as_ns() - served.as_ns()) / 1_000, at.as_ns() / 1_000)),
        _ => None,
    });
    done.collect()
}

fn zero() -> Scenario {
    Scenario { costs: CostModel::Zero, gc: Gc::Off, ..clients(1, 50.0) }
}

#[test]
fn a_loop_starts_arrivals_in_whole_milliseconds_and_all_that_are_due_in_one_callback() {
    let requests = [(1_300, 400), (1_600, 400), (4_000, 2_500), (5_200, 100), (6_100, 100)];
    // The third is due at a whole millisecond of its own; the others came due while it computed, and the loop goes round
    // without a pause.
    let expected = [(2_000, 2_400), (2_400, 2_800), (5_000, 7_500), (7_500, 7_600), (7_600, 7_700)];
    assert_eq!(served(RuntimeId::Node, &zero(), &requests), expected);
}

#[test]
fn a_sleeping_goroutine_starts_arrivals_when_its_thread_wakes() {
    // netpoll waits whole milliseconds, at least one: for what is due at 1.3 ms one and then another, for what is due 7.2 ms
    // later seven and then another.
    let requests = [(1_300, 400), (1_600, 400), (10_000, 100)];
    let starts: Vec<u64> = served(RuntimeId::Go, &zero(), &requests).iter().map(|(start, _)| *start).collect();
    // The last one that was started runs first (`runnext`).
    assert_eq!(starts, [2_000, 2_400, 10_800]);
}
