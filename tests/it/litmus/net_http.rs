//! What a connection of `net/http` takes.

use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{CostModel, Scenario, Transport};
use runtime_duel::sim::time::{Span, Time};

use crate::litmus::program::Log;
use crate::litmus::runs::machine;

#[test]
fn a_connection_takes_its_memory_once() {
    let peak = |n_clients| {
        let scenario = Scenario { n_clients, transport: Transport::Http, alloc: 0, ..machine(1, CostModel::Measured) };
        let mut run = AnyRun::new(RuntimeId::Go, &scenario, 0, Log::default());
        run.advance(Time::ZERO + Span::from_ms(1_000), u64::MAX);
        run.memory_peak()
    };
    // Measured with Go 1.27.3: 21.7 KiB an idle connection, its goroutine included.
    let kib = (peak(5_000) - peak(1_000)) as f64 / 4_000.0 / 1024.0;
    assert!((21.5..21.9).contains(&kib), "{kib}");
}
