//! One queue that every simulator can do, M/M/1 with the answer known, served by the full Node model: what
//! `cargo xtask bench --others` puts beside other simulators. The size of a round is the first argument.

use std::time::Instant;

use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{CostModel, Gc, Io, Load, Scenario, Transport};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::stats::tally::Tally;

const N_ROUNDS: u32 = 3;

/// 80 arrivals a second and 10 ms of computing each, on one core where nothing else costs anything.
fn scenario() -> Scenario {
    Scenario {
        load: Load::Open,
        rate: 80.0,
        mix: 100.0,
        demand: Span::from_ms(10),
        cpu_dist: Dist::Exponential,
        n_cores: 1,
        io: Io::Network,
        transport: Transport::Socket,
        alloc: 0,
        gc: Gc::Off,
        costs: CostModel::Zero,
        ..Scenario::default()
    }
}

/// Customers and events per second of the fastest round, and the mean time in the system over all of them.
#[expect(clippy::disallowed_methods, reason = "a bench is about the clock")]
fn main() {
    // Cargo itself adds `--bench`.
    let n_customers = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(2_000_000_u64);
    let (mut least, mut events, mut mean_ms) = (f64::INFINITY, 0.0, 0.0);
    for replication in 0..N_ROUNDS {
        let begin = Instant::now();
        let mut run = AnyRun::new(RuntimeId::Node, &scenario(), replication, Tally::default());
        while run.sink().n_completed() < n_customers {
            run.advance(Time::MAX, 10_000);
        }
        let each = begin.elapsed().as_secs_f64() / run.sink().n_completed() as f64;
        if each < least {
            (least, events) = (each, run.n_events() as f64 / run.sink().n_completed() as f64 / each);
        }
        mean_ms += run.sink().summary(run.now()).latency_mean_ms / f64::from(N_ROUNDS);
    }
    let n = u64::from(N_ROUNDS) * n_customers;
    println!("mm1-ours {:.0} {mean_ms:.3} {n} {events:.0} ours, the full Node.js model", 1.0 / least);
}
