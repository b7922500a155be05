//! Stations that are not the runtime's: a separate service, a database, the connections to it.
//!
//! A loop that computes nothing never keeps anybody waiting, and neither does Go's scheduler while its processors rest, so
//! that the closed forms hold without a bias: bursts are at the service or in worker threads, and the rest are queries.

use serde_json::Value;

use crate::oracles::network::{clients, stations};
use crate::oracles::source::{number, numbers, rows};
use crate::oracles::{Measure, Oracle, WIDE, open};
use crate::sim::dist::{Dist, Heavy};
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{Database, Io, Scenario};
use crate::sim::time::Span;

/// More connections than anybody needs.
const PLENTY: u32 = 10_000;

/// Open arrivals at `rate` per second with queries of `mean_ms` to a database of `capacity`.
fn queries(rate: f64, mean_ms: f64, capacity: u32) -> Scenario {
    Scenario {
        mix: 0.0,
        io: Io::Database,
        io_dist: Dist::Exponential,
        n_db_connections: PLENTY,
        db_capacity: capacity,
        ..open(rate, mean_ms, 4)
    }
}

/// M/M/c at the service, near and far, and at the database; and both in a row.
pub(super) fn many_servers() -> Vec<Oracle> {
    let numbers = numbers();
    let mut all = Vec::new();
    // Of those with a queue to speak of.
    let is_busy = |row: &&Value| number(row, "rho") == 0.8 && number(row, "c") >= 4.0;
    for row in rows(&numbers, "mmc").iter().filter(is_busy) {
        let (rate, c) = (number(row, "lam"), number(row, "c") as u32);
        let (response, inside) = (number(row, "W") * 1e3, number(row, "L"));
        for rtt_ms in [0.0, 50.0] {
            let service_rtt = Span::from_ms_f64(rtt_ms);
            let scenario = Scenario { n_service_cores: Some(c), service_rtt, ..open(rate, 10.0, 1) };
            all.push(
                Oracle::new(format!("M/M/{c} {rtt_ms} ms away"), RuntimeId::NodeService, scenario, 8e5, rate)
                    .expect(Measure::Response, response + rtt_ms)
                    .expect(Measure::InSystem, inside + rate * rtt_ms * 1e-3)
                    .expect(Measure::BusyCores, number(row, "rho") * f64::from(c)),
            );
        }
        // Queries of random length leave as often, whether they share the server or stand in line.
        for (runtime, database) in
            [(RuntimeId::Node, Database::Queue), (RuntimeId::Go, Database::Queue), (RuntimeId::Go, Database::MongoDb)]
        {
            let scenario = Scenario { database, ..queries(rate, 10.0, c) };
            all.push(
                Oracle::new(format!("M/M/{c} of {database:?}"), runtime, scenario, 8e5, rate)
                    .expect(Measure::Response, response)
                    .expect(Measure::InSystem, inside),
            );
        }
        let both = Scenario {
            mix: 50.0,
            demand: Span::from_ms(20),
            n_service_cores: Some(c),
            service_rtt: Span::ZERO,
            ..queries(rate, 10.0, c)
        };
        all.push(
            Oracle::new(format!("M/M/{c} and then M/M/{c}"), RuntimeId::NodeService, both, 8e5, rate)
                .expect(Measure::Response, 2.0 * response)
                .expect(Measure::InSystem, 2.0 * inside),
        );
    }
    all
}

/// Processes that share one core: the mean does not depend on how queries differ.
pub(super) fn sharing() -> Vec<Oracle> {
    let row = &numbers()["mg1ps"];
    let (rate, mean) = (number(row, "lam"), number(row, "ES") * 1e3);
    let (response, slowdown) = (number(row, "W") * 1e3, number(row, "slowdown"));
    let heavy = Heavy { share: 10.0, factor: 91.0 };
    let of = |name: &str, runtime, io_dist| {
        let database = Database::PostgreSql;
        let scenario = Scenario { io_dist, heavy, database, ..queries(rate, mean, 1) };
        let oracle = Oracle::new(format!("M/{name}/1 of PostgreSql"), runtime, scenario, 2e6, rate);
        Oracle { width: WIDE, ..oracle }.expect(Measure::Response, response)
    };
    let light = mean / (1.0 - heavy.share / 100.0 + heavy.share / 100.0 * heavy.factor);
    vec![
        of("M", RuntimeId::Node, Dist::Exponential),
        of("D", RuntimeId::Go, Dist::Constant),
        of("lognormal", RuntimeId::Node, Dist::Lognormal),
        of("bimodal", RuntimeId::Go, Dist::Bimodal)
            .expect(Measure::LightResponse, slowdown * light)
            .expect(Measure::HeavyResponse, slowdown * light * heavy.factor),
    ]
}

/// One connection makes a single server of any database. Whom it goes to next makes no difference to the mean, as nobody
/// knows how long his query will be.
pub(super) fn one_connection() -> Vec<Oracle> {
    let numbers = numbers();
    let of = |key: &str, name: &str, runtime, io_dist, n_requests| {
        let row = &numbers["mg1"][key];
        let rate = number(row, "lam");
        let heavy = Heavy { share: 10.0, factor: 91.0 };
        let scenario =
            Scenario { io_dist, heavy, n_db_connections: 1, ..queries(rate, number(row, "ES") * 1e3, PLENTY) };
        let oracle = Oracle::new(format!("M/{name}/1 over one connection"), runtime, scenario, n_requests, rate);
        Oracle { width: WIDE, ..oracle }.expect(Measure::Waiting, number(row, "Wq") * 1e3)
    };
    let bimodal = |runtime| {
        of("bimodal_90pct_1ms_10pct_91ms", "bimodal", runtime, Dist::Bimodal, 2e6)
            .expect(Measure::LightResponse, 165.8 + 1.0)
            .expect(Measure::HeavyResponse, 165.8 + 91.0)
    };
    vec![
        of("lognormal_cs2_4", "lognormal", RuntimeId::Node, Dist::Lognormal, 2.5e6),
        bimodal(RuntimeId::Node),
        bimodal(RuntimeId::Go),
    ]
}

/// Clients and a database: the machine repairman, whatever else there is.
pub(super) fn repairmen() -> Vec<Oracle> {
    let all = rows(&numbers(), "closed");
    let all = all.iter().filter(|row| stations(row).len() == 1);
    all.flat_map(|row| {
        let station = &stations(row)[0];
        let (x, c) = (number(row, "X"), number(station, "c"));
        [RuntimeId::Node, RuntimeId::Go].map(|runtime| {
            let of_clients = clients(row, number(station, "D"));
            let scenario = Scenario {
                load: of_clients.load,
                n_clients: of_clients.n_clients,
                think: of_clients.think,
                ..queries(1.0, number(station, "D") * 1e3, c as u32)
            };
            let name = format!("clients of a database N={} c={c}", scenario.n_clients);
            Oracle::new(name, runtime, scenario, 2e5, x)
                .expect(Measure::Throughput, x)
                .expect(Measure::Response, number(station, "R") * 1e3)
                .expect(Measure::InSystem, number(station, "Q"))
        })
    })
    .collect()
}

/// Bursts in worker threads or at the service, then a query: closed networks of two stations (Gordon and Newell).
pub(super) fn networks() -> Vec<Oracle> {
    let all = rows(&numbers(), "closed");
    let all = all.iter().filter(|row| stations(row).len() == 2);
    all.flat_map(|row| [RuntimeId::NodeWorkers, RuntimeId::NodeService].map(|runtime| then_database(row, runtime)))
        .collect()
}

fn then_database(row: &Value, runtime: RuntimeId) -> Oracle {
    let [cpu, database] = stations(row) else { unreachable!("only networks of two stations come here") };
    let (burst, wait) = (number(cpu, "D"), number(database, "D"));
    let n_servers = number(cpu, "c") as u32;
    let scenario = Scenario {
        mix: burst / (burst + wait) * 100.0,
        io: Io::Database,
        io_dist: Dist::Exponential,
        n_db_connections: PLENTY,
        db_capacity: number(database, "c") as u32,
        n_workers: Some(n_servers),
        n_service_cores: Some(n_servers),
        n_cores: n_servers + 1,
        ..clients(row, burst + wait)
    };
    let (n, x) = (scenario.n_clients, number(row, "X"));
    Oracle::new(format!("bursts and queries N={n}"), runtime, scenario, 2e5, x)
        .expect(Measure::Throughput, x)
        .expect(Measure::Response, number(row, "R") * 1e3)
        .expect(Measure::BusyCores, number(cpu, "U") * f64::from(n_servers))
}
