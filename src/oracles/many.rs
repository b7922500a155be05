//! Several servers behind one queue: goroutines on processors, threads on cores, a pool of workers or of threads that only
//! wait; and processes that share nothing.

use crate::oracles::source::{number, numbers, rows};
use crate::oracles::watch::Watched;
use crate::oracles::{Expected, Measure, Oracle, WIDE, open};
use crate::sim::dist::{Dist, Heavy};
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{Scenario, Transport};

pub(super) fn all() -> Vec<Oracle> {
    let numbers = numbers();
    let mut all = Vec::new();
    for row in rows(&numbers, "mmc").iter().filter(|row| number(row, "rho") <= 0.8) {
        let (rate, c) = (number(row, "lam"), number(row, "c") as u32);
        let name = format!("M/M/{c} at {}", number(row, "rho"));
        let expect = |oracle: Oracle| {
            oracle.expect(Measure::Response, number(row, "W") * 1e3).expect(Measure::InSystem, number(row, "L"))
        };
        all.push(expect(Oracle::new(name.clone(), RuntimeId::Go, open(rate, 10.0, c), 8e5, rate)));
        // Threads take turns on the cores; for exponential bursts the order makes no difference to the mean.
        all.push(expect(Oracle::new(name.clone(), RuntimeId::Threads, open(rate, 10.0, c), 8e5, rate)));
        // Of requests that only wait, as many as there are threads do so at once.
        let waits = Scenario { n_threads: c, ..waits(rate, 10.0, Dist::Exponential) };
        all.push(expect(Oracle::new(format!("{name}, waits"), RuntimeId::Threads, waits, 8e5, rate)));
        // One more core, on which the loop hands the work out without delay.
        let scenario = Scenario { n_workers: Some(c), ..open(rate, 10.0, c + 1) };
        all.push(expect(Oracle::new(name, RuntimeId::NodeWorkers, scenario, 8e5, rate)));
        all.push(watched(rate, number(row, "rho"), c));
    }
    for row in rows(&numbers, "mdc") {
        let (rate, c) = (number(&row, "lam"), number(&row, "c") as u32);
        let scenario = Scenario { cpu_dist: Dist::Constant, ..open(rate, number(&row, "s") * 1e3, c) };
        all.push(
            Oracle::new(format!("M/D/{c} at 0.8"), RuntimeId::Go, scenario, 1e6, rate)
                .expect(Measure::Waiting, number(&row, "Wq") * 1e3),
        );
        let waits = Scenario { n_threads: c, ..waits(rate, number(&row, "s") * 1e3, Dist::Constant) };
        all.push(
            Oracle::new(format!("M/D/{c} at 0.8, waits"), RuntimeId::Threads, waits, 1e6, rate)
                .expect(Measure::Waiting, number(&row, "Wq") * 1e3),
        );
    }
    all.push(bimodal_of_four());
    all.push(cluster_of_four());
    all
}

/// Tokio's workers are not quite M/M/c: see `watch.rs`.
fn watched(rate: f64, rho: f64, c: u32) -> Oracle {
    let chain = Watched::open(rate, 0.01, c as usize);
    Oracle::new(format!("M/M/{c} at {rho}, one watches"), RuntimeId::Tokio, open(rate, 10.0, c), 8e5, rate)
        .expect(Measure::Response, chain.response_ms())
        .expect(Measure::InSystem, chain.in_system)
}

/// Open arrivals at `rate` per second that need no CPU, and wait for `mean_ms`.
fn waits(rate: f64, mean_ms: f64, io_dist: Dist) -> Scenario {
    Scenario { mix: 0.0, io_dist, ..open(rate, mean_ms, 1) }
}

/// M/G/4 has no closed form: 90 % of 1 ms and 10 % of 91 ms at 320 per second wait between 30.5 and 32 ms in an
/// independent simulation, where the approximation of Allen and Cunneen says 30.9. Ten times as fast, so that no burst
/// is as long as the 10 ms after which Go takes it off its processor.
fn bimodal_of_four() -> Oracle {
    let heavy = Heavy { share: 10.0, factor: 91.0 };
    let scenario = Scenario { cpu_dist: Dist::Bimodal, heavy, ..open(3200.0, 1.0, 4) };
    let oracle = Oracle::new("M/bimodal/4 at 0.8", RuntimeId::Go, scenario, 2.5e6, 3200.0);
    Oracle { width: WIDE, measures: vec![(Measure::Waiting, Expected::Band(3.05, 3.2))], ..oracle }
}

/// Tasks dealt in turn to four processes make every fourth arrival one process's: E4/M/1 each, whose response time is
/// 1 / (mu (1 - sigma)) with sigma the root below 1 of sigma = A*(mu (1 - sigma)), where A*(s) = (lambda / (lambda +
/// s))^4. Dealt at random they would be four M/M/1 of 50 ms; one queue for four processors takes 17.5 ms.
fn cluster_of_four() -> Oracle {
    let (rate, mu) = (320.0, 100.0);
    let mut sigma = 0.0;
    for _ in 0..1000 {
        sigma = libm::pow(rate / (rate + mu * (1.0 - sigma)), 4.0);
    }
    let scenario = Scenario { n_workers: Some(4), transport: Transport::Socket, ..open(rate, 10.0, 4) };
    Oracle::new("4 times E4/M/1", RuntimeId::NodeCluster, scenario, 1.5e6, rate)
        .expect(Measure::Response, 1e3 / (mu * (1.0 - sigma)))
        .expect(Measure::BusyCores, 3.2)
}
