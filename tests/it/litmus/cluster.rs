//! What a connection can feel of a cluster.

use std::collections::BTreeMap;

use runtime_duel::sim::costs::Costs;
use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::request::RequestId;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{Arrivals, CostModel, Load, Scenario};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::TraceEvent;

use crate::litmus::program::Log;

/// Which threads ran bursts, by request, in the order of completion.
fn served_by(scenario: &Scenario, ms: u64) -> Vec<(RequestId, u32)> {
    let mut run = AnyRun::new(RuntimeId::NodeCluster, scenario, 0, Log::default());
    run.advance(Time::ZERO + Span::from_ms(ms), u64::MAX);
    let bursts = run.sink().0.iter().filter_map(|(_, event)| match event {
        TraceEvent::Ran { thread, request, service, .. } if !service.is_zero() => Some((*request, *thread)),
        _ => None,
    });
    bursts.collect()
}

#[test]
fn a_client_stays_with_the_worker_that_its_connection_went_to() {
    let scenario = Scenario { n_clients: 40, n_cores: 4, think: Span::from_ms(5), ..Scenario::default() };
    let mut homes: BTreeMap<u64, u32> = BTreeMap::new();
    let served = served_by(&scenario, 3_000);
    for (request, thread) in &served {
        let client = request.0 >> 32;
        assert_eq!(*homes.entry(client).or_insert(*thread), *thread, "client {client} was moved");
    }
    let used: std::collections::BTreeSet<u32> = homes.values().copied().collect();
    assert_eq!((homes.len(), used.len()), (40, 4));
    assert!(!used.contains(&0), "the primary serves nobody");
}

#[test]
fn a_worker_that_computes_holds_one_unacknowledged_connection_and_gets_no_other() {
    // One connection in a hundred computes for two seconds, the others for a millisecond: a worker that is stuck has been
    // given exactly one more connection, the rest go to workers that have acknowledged theirs.
    let scenario = Scenario {
        load: Load::Open,
        arrivals: Arrivals::Constant,
        rate: 50.0,
        mix: 100.0,
        demand: Span::from_ms(21),
        cpu_dist: Dist::Bimodal,
        heavy: runtime_duel::sim::dist::Heavy { share: 1.0, factor: 2_000.0 },
        n_cores: 8,
        n_workers: Some(4),
        seed: 3,
        ..Scenario::default()
    };
    let mut run = AnyRun::new(RuntimeId::NodeCluster, &scenario, 0, Log::default());
    run.advance(Time::ZERO + Span::from_ms(8_000), u64::MAX);
    // Requests that waited long although they are light were behind a heavy one in its worker: at most one for each
    // heavy burst.
    let (mut n_stuck, mut n_heavy) = (0, 0);
    for (at, event) in &run.sink().0 {
        if let TraceEvent::Completed { born, served, .. } = event {
            let is_heavy = *served > Span::from_ms(500);
            n_heavy += u32::from(is_heavy);
            n_stuck += u32::from(!is_heavy && at.since(*born) > Span::from_ms(300));
        }
    }
    assert!(n_heavy >= 2 && n_stuck >= 1 && n_stuck <= n_heavy, "{n_stuck} stuck behind {n_heavy}");
}

#[test]
fn the_worker_that_has_been_free_the_longest_gets_the_next_connection() {
    let scenario = Scenario {
        load: Load::Open,
        arrivals: Arrivals::Constant,
        rate: 100.0,
        mix: 100.0,
        demand: Span::from_ms(1),
        cpu_dist: Dist::Constant,
        n_cores: 8,
        n_workers: Some(4),
        ..Scenario::default()
    };
    let threads: Vec<u32> = served_by(&scenario, 1_000).into_iter().map(|(_, thread)| thread).collect();
    assert!(threads.len() > 90 && threads[..4] == [1, 2, 3, 4], "{threads:?}");
    assert!(threads.windows(5).all(|five| five[0] == five[4]), "{threads:?}");
}

#[test]
fn processes_use_the_cores_that_one_loop_does_not() {
    let scenario = Scenario { mix: 100.0, think: Span::ZERO, ..Scenario::default() };
    let completed = |runtime| {
        let mut run = AnyRun::new(runtime, &scenario, 0, Log::default());
        run.advance(Time::ZERO + Span::from_ms(10_000), u64::MAX);
        run.sink().0.iter().filter(|(_, event)| matches!(event, TraceEvent::Completed { .. })).count()
    };
    let (one, four) = (completed(RuntimeId::Node), completed(RuntimeId::NodeCluster));
    // 500 and 2,000, with the noise of exponential bursts.
    assert!((450..=550).contains(&one) && (1_850..=2_050).contains(&four), "{one} {four}");
}

#[test]
fn the_primary_pays_for_handing_over_a_connection_when_it_does() {
    // One worker computes for ever: after two connections the primary only accepts.
    let scenario = Scenario {
        load: Load::Open,
        arrivals: Arrivals::Constant,
        rate: 100.0,
        mix: 100.0,
        demand: Span::from_ms(10_000),
        cpu_dist: Dist::Constant,
        n_workers: Some(1),
        ..Scenario::default()
    };
    let mut run = AnyRun::new(RuntimeId::NodeCluster, &scenario, 0, Log::default());
    run.advance(Time::ZERO + Span::from_ms(1_000), u64::MAX);
    let spent: Vec<Span> = run
        .sink()
        .0
        .iter()
        .filter_map(|(_, event)| match event {
            TraceEvent::Overhead { thread: 0, overhead } => Some(*overhead),
            _ => None,
        })
        .collect();
    let costs = Costs::of(CostModel::Measured);
    let alone = costs.node.accept + costs.node.drain + costs.node.iteration;
    let alone = alone + costs.machine.epoll_event + costs.machine.wake;
    assert!(spent[1..].iter().filter(|spent| **spent > alone).count() == 1, "{spent:?}");
    assert!(spent.len() > 90 && spent[3..].iter().all(|spent| *spent == alone), "{alone:?} {spent:?}");
}
