//! In its steady state a run allocates nothing: everything it needs is kept and used again.

#![cfg(not(target_arch = "wasm32"))]

#[path = "shared/load.rs"]
mod load;

use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{ConnectPhase, Database, Io, Load, Scenario};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::stats::tally::Tally;

/// Allocations of `run` in `n_events` events.
fn count(run: &mut AnyRun<Tally>, n_events: u64) -> u64 {
    allocation_counter::measure(|| {
        run.advance(Time::MAX, n_events);
    })
    .count_total
}

#[test]
fn no_allocation_for_an_event_in_steady_state() {
    let base = load::scenario(1_000, 8);
    let scenarios = [
        base,
        Scenario { mix: 60.0, ..base },
        Scenario { io: Io::Timer, ..base },
        Scenario { io: Io::File, n_clients: 200, ..base },
        Scenario { alloc: 200_000, ..base },
        Scenario { load: Load::Open, rate: 500.0, ..base },
        Scenario { io: Io::Database, n_clients: 200, ..base },
        Scenario { io: Io::Database, database: Database::PostgreSql, n_clients: 200, ..base },
        Scenario { io: Io::Database, database: Database::MongoDb, n_db_connections: 400, n_clients: 400, ..base },
        Scenario { n_broadcast: 20, ..base },
        Scenario { connect: ConnectPhase::During, ..base },
    ];
    for scenario in scenarios {
        for runtime in RuntimeId::ALL {
            let mut run = load::warm(runtime, &scenario);
            run.advance(Time::MAX, 3_000_000);
            let n = count(&mut run, 500_000);
            // A queue may still reach a new high; an allocation for each event, or each thousandth, would be seen.
            assert!(n <= 10, "{runtime:?}: {n} allocations in 500,000 events of {scenario:?}");
        }
    }
    // The counter counts.
    let mut new = None;
    let built = allocation_counter::measure(|| {
        new = Some(AnyRun::new(RuntimeId::Go, &base, 0, Tally::default()));
    });
    assert!(built.count_total > 10 && new.is_some_and(|run| run.now() == Time::ZERO + Span::ZERO));
    // What is not measured here is used by the benches.
    assert!(load::MODELS.iter().all(|(_, runtime)| RuntimeId::ALL.contains(runtime)));
    let (rate, each) = load::speed(&mut load::warm(RuntimeId::Node, &base), 0.0, || 0.0);
    assert!(rate >= 0.0 && each > 0.0);
}
