//! Clients that connect when they come, idle connections, and answers that are sent on to many.

use std::collections::{BTreeMap, BTreeSet};

use runtime_duel::sim::costs::Costs;
use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{ConnectPhase, CostModel, Load, Scenario, Transport};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::{NullSink, TraceEvent};

use crate::litmus::program::Log;

const MS: fn(u64) -> Span = Span::from_ms;

fn trace(runtime: RuntimeId, scenario: &Scenario, ms: u64) -> Log {
    let mut run = AnyRun::new(runtime, scenario, 0, Log::default());
    run.advance(Time::ZERO + MS(ms), u64::MAX);
    run.sink().clone()
}

/// Everybody comes at once, has three seconds to wait and comes again.
fn storm(n_clients: u32) -> Scenario {
    Scenario {
        n_clients,
        mix: 0.0,
        demand: MS(3_000),
        think: Span::ZERO,
        connect: ConnectPhase::During,
        ..Scenario::default()
    }
}

/// By how much the longest of the clients' first requests was too long.
fn latest_first(runtime: RuntimeId, scenario: &Scenario) -> Span {
    let mut run = AnyRun::new(runtime, scenario, 0, Log::default());
    run.advance(Time::ZERO + MS(20_000), u64::MAX);
    let mut first = BTreeMap::new();
    for (at, event) in &run.sink().0 {
        if let TraceEvent::Completed { request, born, .. } = event
            && request.nth() == 0
        {
            first.insert(request.0, at.since(*born));
        }
    }
    assert_eq!(first.len(), scenario.n_clients as usize, "{runtime:?}: all have been served");
    first.into_values().max().unwrap_or_default().saturating_sub(scenario.demand)
}

#[test]
fn a_storm_of_clients_fills_a_backlog_of_511_and_not_yet_one_of_4096() {
    // Of 2,000 at once Node turns away those that do not fit, and they come again a second later, all at once. All of Go's
    // are queued.
    let (node, go) = (latest_first(RuntimeId::Node, &storm(2_000)), latest_first(RuntimeId::Go, &storm(2_000)));
    assert!(node > MS(3_000) && node < MS(3_200) && go < MS(200), "{node:?} {go:?}");
    // Those who are connected beforehand do not notice, and those who come one by one do not either.
    let before = Scenario { connect: ConnectPhase::Before, ..storm(2_000) };
    assert!(latest_first(RuntimeId::Node, &before) < MS(200));
    let one_by_one = Scenario { think: MS(2_000), ..storm(2_000) };
    assert!(latest_first(RuntimeId::Node, &one_by_one) < MS(50));
}

#[test]
fn ten_thousand_at_once_are_too_many_for_any_backlog() {
    for runtime in [RuntimeId::Node, RuntimeId::NodeCluster, RuntimeId::Go] {
        let mut run = AnyRun::new(runtime, &storm(10_000), 0, Log::default());
        run.advance(Time::ZERO + MS(3_900), u64::MAX);
        let n_served = run.sink().0.iter().filter(|(_, event)| matches!(event, TraceEvent::Completed { .. })).count();
        // Before a second SYN only those have been let in who found room, and the one who was accepted at once.
        let n_room = if runtime == RuntimeId::Go { 4_097 } else { 512 + 1 };
        assert_eq!(n_served, n_room, "{runtime:?}");
    }
    // Node lets in 513 at each of the SYN after 0, 1, 2, 3, 4, 5, 7 and 11 seconds.
    let all = latest_first(RuntimeId::Node, &storm(8 * 513));
    assert!(all > MS(11_000) && all < MS(11_100), "{all:?}");
}

#[test]
fn a_client_connects_once_and_is_handed_over_once() {
    let scenario = Scenario { n_cores: 4, mix: 50.0, demand: MS(20), think: MS(5), ..storm(40) };
    let mut homes: BTreeMap<u64, u32> = BTreeMap::new();
    let mut n_requests = 0;
    for (_, event) in trace(RuntimeId::NodeCluster, &scenario, 3_000).0 {
        if let TraceEvent::Ran { thread, request, service, .. } = event
            && !service.is_zero()
        {
            n_requests += 1;
            let client = request.0 >> 32;
            assert_eq!(*homes.entry(client).or_insert(thread), thread, "client {client} was moved");
        }
    }
    let used: BTreeSet<u32> = homes.values().copied().collect();
    assert_eq!((homes.len(), used.len()), (40, 4));
    assert!(n_requests > 1_000 && !used.contains(&0), "the primary serves nobody");
}

/// Few messages, each of which goes to `n` others.
fn room(n_broadcast: u32) -> Scenario {
    Scenario { n_broadcast, n_clients: 4, think: MS(200), mix: 0.0, demand: MS(1), ..Scenario::default() }
}

/// What writing to one more connection costs in Node.js and in Go.
fn each() -> (Span, Span) {
    let costs = Costs::of(CostModel::Measured);
    (costs.machine.tcp_write + costs.node.write, costs.machine.tcp_write + costs.go.write)
}

fn overhead(event: &TraceEvent) -> Option<(u32, Span)> {
    match event {
        TraceEvent::Ran { thread, overhead, .. } | TraceEvent::Overhead { thread, overhead } => {
            Some((*thread, *overhead))
        }
        _ => None,
    }
}

#[test]
fn a_message_to_ten_thousand_holds_the_loop_and_only_a_processor_of_go() {
    let n = 10_000;
    let (node, go) = each();
    let longest = |runtime| {
        let log = trace(runtime, &room(n), 3_000);
        log.0.iter().filter_map(|(_, event)| overhead(event)).map(|(_, span)| span).max().unwrap_or_default()
    };
    let in_one_go = longest(RuntimeId::Node);
    assert!(in_one_go >= node * u64::from(n) && in_one_go < node * u64::from(n) + MS(1), "{in_one_go:?}");
    // A goroutine that writes for 47 ms is taken off its processor like any other, when somebody waits for one.
    let busy = Scenario { gomaxprocs: Some(1), think: Span::ZERO, ..room(n) };
    let log = trace(RuntimeId::Go, &busy, 3_000);
    assert!(log.0.iter().filter(|(_, event)| matches!(event, TraceEvent::Preempted(_))).count() > 50);
    let longest = log.0.iter().filter_map(|(_, event)| overhead(event)).map(|(_, span)| span).max();
    assert!(longest.is_some_and(|span| span < MS(25)), "{longest:?}");
    // All the same it takes as long as it takes.
    let n_answers = log.0.iter().filter(|(_, event)| matches!(event, TraceEvent::Completed { .. })).count() as u64;
    let most = 3_000_000_000 / (go * u64::from(n)).as_ns();
    assert!(n_answers <= most && n_answers + 6 > most, "{n_answers} of {most}");
}

#[test]
fn a_cluster_writes_in_every_process_and_tells_them_through_the_primary() {
    let n = 4_002;
    let scenario = Scenario { n_workers: Some(4), n_clients: 1, ..room(n) };
    let log = trace(RuntimeId::NodeCluster, &scenario, 20_000);
    let n_answers = log.0.iter().filter(|(_, event)| matches!(event, TraceEvent::Completed { .. })).count() as u64;
    let mut by_thread: BTreeMap<u32, Vec<Span>> = BTreeMap::new();
    for (thread, span) in log.0.iter().filter_map(|(_, event)| overhead(event)) {
        by_thread.entry(thread).or_default().push(span);
    }
    // 4,002 on four processes: two have 1,001 connections, two have 1,000.
    let (each, _) = each();
    for (thread, share) in [(1, 1_001), (2, 1_001), (3, 1_000), (4, 1_000)] {
        let long = by_thread[&thread].iter().filter(|span| **span >= each * share).count() as u64;
        let too_long = by_thread[&thread].iter().filter(|span| **span > each * share + MS(1)).count();
        assert!(long.abs_diff(n_answers) <= 1 && too_long == 0, "thread {thread}: {long} of {n_answers}");
    }
    // The primary reads a message and writes three.
    let ipc = Costs::of(CostModel::Measured).node.ipc_message;
    let relays = by_thread[&0].iter().filter(|span| **span >= ipc * 4).count() as u64;
    assert!(relays.abs_diff(n_answers) <= 1, "{relays} of {n_answers}");
    // A room with as few as two has nobody to tell but one other process.
    let log = trace(RuntimeId::NodeCluster, &Scenario { n_broadcast: 2, ..scenario }, 20_000);
    let quiet: BTreeSet<u32> =
        log.0.iter().filter_map(|(_, event)| overhead(event)).map(|(thread, _)| thread).collect();
    assert_eq!(quiet.into_iter().collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn nothing_is_sent_on_where_there_are_no_connections() {
    for runtime in [RuntimeId::Node, RuntimeId::NodeCluster, RuntimeId::Go] {
        let inside = |n_broadcast| Scenario { transport: Transport::Direct, ..room(n_broadcast) };
        assert_eq!(trace(runtime, &inside(1_000), 500).0, trace(runtime, &inside(0), 500).0);
    }
}

#[test]
fn idle_connections_take_memory() {
    let memory = |runtime, scenario: &Scenario| {
        let mut run = AnyRun::new(runtime, scenario, 0, NullSink);
        assert_eq!(run.advance(Time::ZERO + MS(2_000), u64::MAX), Advance::Reached);
        run.memory_peak()
    };
    let idle = |n_clients| Scenario { n_clients, think: MS(10_000), ..Scenario::default() };
    for (runtime, kib) in [(RuntimeId::Node, 6.8), (RuntimeId::Go, 21.6)] {
        let each = |more: u64| more as f64 / 10_000.0 / 1024.0;
        let clients = each(memory(runtime, &idle(20_000)) - memory(runtime, &idle(10_000)));
        assert!((clients - kib).abs() < 1.0, "{runtime:?}: {clients} KiB each");
        // Those who only listen are connected too; clients are among them.
        let listeners = |n| Scenario { load: Load::Open, rate: 5.0, n_broadcast: n, ..idle(1) };
        let others = each(memory(runtime, &listeners(20_000)) - memory(runtime, &listeners(10_000)));
        assert!((others - kib).abs() < 1.0, "{runtime:?}: {others} KiB each");
        let room = Scenario { n_broadcast: 9_999, rate: 1.0, think: MS(60_000), ..idle(10_000) };
        let (room, alone) = (memory(runtime, &room), memory(runtime, &Scenario { n_broadcast: 0, ..room }));
        assert!(room.abs_diff(alone) < 10 << 20, "{runtime:?}: {room} {alone}");
    }
    // Who connects when it comes takes none before.
    let coming = Scenario { connect: ConnectPhase::During, think: MS(60_000), ..idle(10_000) };
    assert!(memory(RuntimeId::Node, &coming) < memory(RuntimeId::Node, &idle(10_000)) - (50 << 20));
}
