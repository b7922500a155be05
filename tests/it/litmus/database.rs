//! What a request feels of a database: connections that are held, who is next, and what the server does with many.

use runtime_duel::replicate::Plan;
use runtime_duel::sim::costs::Costs;
use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::request::{Class, RequestId};
use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{CostModel, Database, Gc, Io, Load, Scenario, Transport};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::TraceEvent;
use runtime_duel::sim::workload::Recorded;

use crate::litmus::program::Log;

const MS: fn(u64) -> Span = Span::from_ms;

/// Messages on open sockets, in a world without costs.
fn database(n_db_connections: u32, db_capacity: u32) -> Scenario {
    Scenario {
        io: Io::Database,
        n_db_connections,
        db_capacity,
        transport: Transport::Socket,
        costs: CostModel::Zero,
        gc: Gc::Off,
        n_cores: 4,
        ..Scenario::default()
    }
}

/// Requests that all come at once and have nothing but a query of `ms`.
fn queries(n: usize, ms: u64) -> Vec<(u64, u64, u64)> {
    vec![(0, 0, ms); n]
}

/// When requests of the given arrivals, bursts and queries, in ms, are answered, in ms: by arrival.
fn answered(runtime: RuntimeId, scenario: &Scenario, requests: &[(u64, u64, u64)]) -> Vec<u64> {
    let mut run = AnyRun::recorded(runtime, scenario, &Costs::of(scenario.costs), 0, Log::default());
    let recorded: Vec<Recorded> = requests
        .iter()
        .map(|(at, burst, wait)| Recorded {
            arrival: Time::ZERO + MS(*at),
            class: Class::Light,
            burst: MS(*burst),
            wait: MS(*wait),
        })
        .collect();
    run.feed(&recorded);
    run.end_feed();
    assert_eq!(run.advance(Time::ZERO + MS(1_000_000), u64::MAX), Advance::Finished);
    let mut answered = vec![0; requests.len()];
    for (at, event) in &run.sink().0 {
        if let TraceEvent::Completed { request, .. } = event {
            answered[request.nth() as usize] = at.as_whole_ms();
        }
    }
    answered
}

#[test]
fn the_twenty_first_query_waits_for_a_connection_though_the_database_idles() {
    for runtime in [RuntimeId::Node, RuntimeId::NodeWorkers, RuntimeId::NodeService, RuntimeId::Go] {
        let answered = answered(runtime, &database(20, 64), &queries(21, 10));
        let late = answered.iter().filter(|at| **at == 20).count();
        assert_eq!((late, answered.iter().filter(|at| **at == 10).count()), (1, 20), "{runtime:?}");
    }
}

#[test]
fn a_pool_of_node_is_first_in_first_out_and_one_of_go_is_not() {
    let in_order: Vec<u64> = (1..=30).map(|nth| 10 * nth).collect();
    let node = answered(RuntimeId::Node, &database(1, 64), &queries(30, 10));
    assert_eq!(node, in_order);
    let go = answered(RuntimeId::Go, &database(1, 64), &queries(30, 10));
    assert_ne!(go, in_order, "whoever waits is as good as any other");
    let mut sorted = go;
    sorted.sort_unstable();
    assert_eq!(sorted, in_order, "and yet the connection is always in use");
}

#[test]
fn a_tail_like_that_of_a_real_pool() {
    // Measured: Go 1.27.3, `database/sql` with 16 connections of a driver that sleeps 18 ms, 400 goroutines that think
    // 140 ms: 231 ms at 50 %, 708 at 90, 1358 at 99. Node.js 20.20.2, pg-pool 3.14 with a client that does the same: 322,
    // 349 and 375, a hundredth and more of which is due to its timers.
    let scenario = Scenario {
        mix: 0.0,
        demand: MS(18),
        n_clients: 400,
        transport: Transport::Http,
        costs: CostModel::Measured,
        ..database(16, 64)
    };
    let quantiles = |runtime| {
        let plan = Plan {
            runtime,
            scenario,
            costs: None,
            warm_up: MS(5_000),
            window: MS(60_000),
            max_events: u64::MAX,
            max_in_flight: None,
            ends: false,
        };
        let found = plan.replicate(0, None).unwrap_or_else(|bad| panic!("{}", bad.0));
        [0.5, 0.9, 0.99].map(|q| found.figures.latency().quantile_ms(q).expect("requests were completed"))
    };
    let near = |got: [f64; 3], measured: [f64; 3], share: f64| {
        got.iter().zip(measured).all(|(got, measured)| (got / measured - 1.0).abs() < share)
    };
    let (go, node) = (quantiles(RuntimeId::Go), quantiles(RuntimeId::Node));
    assert!(near(go, [231.0, 708.0, 1358.0], 0.06), "{go:?}");
    assert!(near(node, [322.0, 349.0, 375.0], 0.15), "{node:?}");
}

#[test]
fn a_busy_loop_holds_connections_longer() {
    // The first query is done at 10 ms. From 5 to 55 ms the loop computes: only then it reads the answer and writes the
    // query that waits. A second processor of Go's does so at once.
    let requests = [(0, 0, 10), (0, 0, 10), (5, 50, 0)];
    assert_eq!(answered(RuntimeId::Node, &database(1, 64), &requests), [55, 65, 55]);
    let mut go = answered(RuntimeId::Go, &Scenario { gomaxprocs: Some(2), ..database(1, 64) }, &requests);
    go.sort_unstable();
    assert_eq!(go, [10, 20, 55]);
}

/// How long two tasks take that compute 8 ms and then ask for 10 ms over the one connection, twice.
fn two_tasks(runtime: RuntimeId, gomaxprocs: u32) -> u64 {
    let scenario = Scenario {
        load: Load::Batch,
        n_tasks: 2,
        n_bursts: 2,
        demand: MS(36),
        mix: 800.0 / 18.0,
        cpu_dist: Dist::Constant,
        gomaxprocs: Some(gomaxprocs),
        ..database(1, 64)
    };
    let mut run = AnyRun::new(runtime, &scenario, 0, Log::default());
    assert_eq!(run.advance(Time::ZERO + MS(10_000), u64::MAX), Advance::Finished);
    assert_eq!(run.database().n_free(0), 1);
    run.now().as_whole_ms()
}

#[test]
fn node_writes_the_next_query_before_it_goes_on_and_go_when_the_one_who_waits_runs() {
    // Node: the connection is in use from 8 ms on, four times for 10 ms.
    assert_eq!(two_tasks(RuntimeId::Node, 1), 48);
    // One processor computes 8 ms first, twice; the connection that it has handed over idles meanwhile.
    assert_eq!(two_tasks(RuntimeId::Go, 1), 64);
    // Another one steals who was given it.
    assert_eq!(two_tasks(RuntimeId::Go, 2), 48);
}

#[test]
fn every_process_of_a_cluster_has_a_pool_of_its_own() {
    // Requests are dealt out in turn: the first and the fifth are of one process, which has one connection of the four.
    let requests = [(0, 0, 10), (0, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0, 10)];
    let scenario = Scenario { n_workers: Some(4), ..database(4, 64) };
    assert_eq!(answered(RuntimeId::NodeCluster, &scenario, &requests), [10, 0, 0, 0, 20]);
    assert_eq!(answered(RuntimeId::Node, &scenario, &requests), [10, 0, 0, 0, 10]);
}

#[test]
fn postgresql_has_room_for_97_and_lets_short_queries_pass_long_ones() {
    let postgresql = |capacity| Scenario { database: Database::PostgreSql, ..database(200, capacity) };
    let mut times = answered(RuntimeId::Node, &postgresql(97), &queries(100, 10));
    times.sort_unstable();
    assert_eq!((times[96], times[97], times[99]), (10, 20, 20), "three were refused a connection");
    // One core: 1 ms beside a query of 100 takes 2, and the long one takes 1 more.
    let two = [(0, 0, 100), (10, 0, 1)];
    for runtime in [RuntimeId::Node, RuntimeId::Go] {
        assert_eq!(answered(runtime, &postgresql(1), &two), [101, 12], "{runtime:?}");
        assert_eq!(answered(runtime, &database(200, 1), &two), [100, 101], "{runtime:?} at a plain queue");
    }
}

#[test]
fn mongodb_lets_128_queries_in_and_the_others_wait_for_tickets() {
    let mongo = Scenario { database: Database::MongoDb, ..database(1_000, 1_000) };
    for runtime in [RuntimeId::Node, RuntimeId::Go] {
        let mut times = answered(runtime, &mongo, &queries(130, 10));
        times.sort_unstable();
        assert_eq!((times[127], times[128], times[129]), (10, 20, 20), "{runtime:?}");
    }
    let postgresql = Scenario { database: Database::PostgreSql, ..mongo };
    assert_eq!(answered(RuntimeId::Node, &postgresql, &queries(90, 10)).iter().max(), Some(&10));
}

#[test]
fn who_waits_for_a_connection_does_not_wait_for_the_database_yet() {
    let scenario = Scenario { n_clients: 50, mix: 0.0, think: Span::ZERO, load: Load::Closed, ..database(5, 64) };
    for runtime in [RuntimeId::Node, RuntimeId::NodeCluster, RuntimeId::Go] {
        let scenario = Scenario { n_workers: Some(1), ..scenario };
        let mut run = AnyRun::new(runtime, &scenario, 0, Log::default());
        run.advance(Time::ZERO + MS(500), u64::MAX);
        let mut open: Vec<RequestId> = Vec::new();
        for (at, event) in &run.sink().0 {
            match event {
                TraceEvent::WaitBegan(request) => open.push(*request),
                TraceEvent::WaitOver(request) => open.retain(|one| one != request),
                _ => {}
            }
            assert!(open.len() <= 5, "{runtime:?}: {} queries over 5 connections at {at:?}", open.len());
        }
        assert_eq!((run.database().n_free(0), run.database().n_waiting(0)), (0, 45), "{runtime:?}");
    }
}
