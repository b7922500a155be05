//! Clients that wait for their answers; and requests that visit several stations, or one several times.

use serde_json::Value;

use crate::oracles::source::{number, numbers, rows};
use crate::oracles::watch::Watched;
use crate::oracles::{Measure, Oracle, open, theory};
use crate::sim::dist::Dist;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{Io, Load, Scenario, Transport};
use crate::sim::time::Span;

/// The stations of a closed network.
pub(super) fn stations(row: &Value) -> &[Value] {
    row["stations"].as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn clients(row: &Value, demand_s: f64) -> Scenario {
    Scenario {
        load: Load::Closed,
        n_clients: number(row, "N") as u32,
        think: Span::from_secs_f64(number(row, "Z")),
        demand: Span::from_secs_f64(demand_s),
        ..theory()
    }
}

/// The machine repairman: one station, N clients.
pub(super) fn one_station() -> Vec<Oracle> {
    let mut all = Vec::new();
    for row in rows(&numbers(), "closed").iter().filter(|row| stations(row).len() == 1) {
        let station = &stations(row)[0];
        let (x, c) = (number(row, "X"), number(station, "c"));
        let scenario = Scenario { n_cores: c as u32, ..clients(row, number(station, "D")) };
        let workers = Scenario { n_workers: Some(c as u32), n_cores: c as u32 + 1, ..scenario };
        let mut runs =
            vec![(RuntimeId::Go, scenario), (RuntimeId::Threads, scenario), (RuntimeId::NodeWorkers, workers)];
        if c == 1.0 {
            runs.push((RuntimeId::Node, scenario));
        }
        for (runtime, scenario) in runs {
            let name = format!("repairman N={} c={c}", scenario.n_clients);
            all.push(
                Oracle::new(name, runtime, scenario, 4e5, x)
                    .expect(Measure::Throughput, x)
                    .expect(Measure::Response, number(station, "R") * 1e3)
                    .expect(Measure::InSystem, number(station, "Q"))
                    .expect(Measure::BusyCores, number(station, "U") * c),
            );
        }
    }
    for row in rows(&numbers(), "closed").iter().filter(|row| stations(row).len() == 1) {
        all.push(watched_station(row));
    }
    // A single client never waits: response time is demand, to the nanosecond.
    for runtime in RuntimeId::ALL {
        let scenario = Scenario {
            load: Load::Closed,
            n_clients: 1,
            think: Span::from_ms(90),
            demand: Span::from_ms(10),
            mix: 50.0,
            n_bursts: 3,
            io_dist: Dist::Exponential,
            ..theory()
        };
        all.push(
            Oracle::new("one client", runtime, scenario, 2e5, 10.0)
                .expect(Measure::Waiting, 0.0)
                .expect(Measure::Throughput, 10.0),
        );
    }
    all
}

/// One station of Tokio's workers, which is not quite the repairman's if there are several: see `watch.rs`.
fn watched_station(row: &Value) -> Oracle {
    let station = &stations(row)[0];
    let (c, demand) = (number(station, "c"), number(station, "D"));
    let scenario = Scenario { n_cores: c as u32, ..clients(row, demand) };
    let chain = Watched::closed(scenario.n_clients as usize, number(row, "Z"), demand, c as usize);
    let name = format!("repairman N={} c={c}, one watches", scenario.n_clients);
    Oracle::new(name, RuntimeId::Tokio, scenario, 4e5, chain.throughput)
        .expect(Measure::Throughput, chain.throughput)
        .expect(Measure::Response, chain.response_ms())
        .expect(Measure::BusyCores, chain.throughput * demand)
}

/// Closed networks of two stations, and an open one with feedback.
pub(super) fn several_stations() -> Vec<Oracle> {
    let numbers = numbers();
    let mut all: Vec<Oracle> =
        rows(&numbers, "closed").iter().filter(|row| stations(row).len() == 2).map(workers_and_pool).collect();
    let feedbacks = rows(&numbers, "multi_burst");
    for row in &feedbacks {
        all.push(feedback(row, if number(row, "c") == 1.0 { RuntimeId::Node } else { RuntimeId::Go }));
        all.extend((number(row, "c") == 1.0).then(|| feedback(row, RuntimeId::Tokio)));
    }
    all.extend(feedbacks.iter().filter(|row| number(row, "c") > 1.0).map(feedback_of_threads));
    all.push(threads_and_waits());
    all
}

/// Bursts on worker threads, then a blocking call in the thread pool. The loop between them costs nothing and never
/// works, so the answer of a call never queues behind a burst and the network has a product form (Gordon and Newell).
fn workers_and_pool(row: &Value) -> Oracle {
    let [cpu, pool] = stations(row) else { unreachable!("only networks of two stations come here") };
    let (burst, wait) = (number(cpu, "D"), number(pool, "D"));
    let n_workers = number(cpu, "c") as u32;
    let scenario = Scenario {
        mix: burst / (burst + wait) * 100.0,
        io: Io::File,
        io_dist: Dist::Exponential,
        n_pool_threads: number(pool, "c") as u32,
        n_workers: Some(n_workers),
        n_cores: n_workers + 1,
        ..clients(row, burst + wait)
    };
    let (n, x) = (scenario.n_clients, number(row, "X"));
    Oracle::new(format!("workers and pool N={n}"), RuntimeId::NodeWorkers, scenario, 4e5, x)
        .expect(Measure::Throughput, x)
        .expect(Measure::Response, number(row, "R") * 1e3)
        .expect(Measure::BusyCores, number(cpu, "U") * f64::from(n_workers))
}

/// Bursts and waits in turn: Jackson's network with feedback, T = n W + (n - 1) E\[wait\]. Our requests have one wait
/// more at the end, and then an answer that takes no time but waits its turn like any other visit.
///
/// The closed form wants a server that neither rests while there is work nor tells new requests from resumed ones. A
/// loop accepts one connection in each iteration, so that new ones would wait for resumed ones: there they are started
/// inside the process. Go may leave its network unwatched until sysmon looks, unless a server's goroutines keep waking
/// each other: there they come over HTTP.
fn feedback(row: &Value, runtime: RuntimeId) -> Oracle {
    let (rate, c) = (number(row, "lam_req"), number(row, "c"));
    let (burst, wait) = (number(row, "burst_mean") * 1e3, number(row, "io_mean") * 1e3);
    let n = number(row, "bursts");
    let transport = if runtime == RuntimeId::Go { Transport::Http } else { Transport::Socket };
    let scenario = Scenario {
        mix: burst / (burst + wait) * 100.0,
        n_bursts: n as u32,
        io_dist: Dist::Exponential,
        transport,
        ..open(rate, n * (burst + wait), c as u32)
    };
    let last_turn = number(row, "W_burst") * 1e3 - burst;
    let name = format!("{n} bursts at {}", number(row, "rho"));
    Oracle::new(name, runtime, scenario, 8e5, rate)
        .expect(Measure::Response, number(row, "T") * 1e3 + wait + last_turn)
        .expect(Measure::BusyCores, number(row, "rho") * c)
}

/// The same of threads, whose answer does not wait its turn behind whole bursts: threads share the cores, and one that has
/// nothing left to compute waits for a few time slices only. So bursts are many slices long.
fn feedback_of_threads(row: &Value) -> Oracle {
    let (slower, bias) = (4.0, 0.02);
    let (rate, c, n) = (number(row, "lam_req") / slower, number(row, "c"), number(row, "bursts"));
    let (burst, wait) = (number(row, "burst_mean") * 1e3 * slower, number(row, "io_mean") * 1e3 * slower);
    let scenario = Scenario {
        mix: burst / (burst + wait) * 100.0,
        n_bursts: n as u32,
        io_dist: Dist::Exponential,
        ..open(rate, n * (burst + wait), c as u32)
    };
    let name = format!("{n} bursts at {}", number(row, "rho"));
    let oracle = Oracle::new(name, RuntimeId::Threads, scenario, 2e5, rate);
    Oracle { bias, ..oracle }
        .expect(Measure::Response, number(row, "T") * 1e3 * slower + wait)
        .expect(Measure::BusyCores, number(row, "rho") * c)
}

/// Clients whose requests only wait, on fewer threads: the repairman once more, with threads in the place of cores.
fn threads_and_waits() -> Oracle {
    let numbers = numbers();
    let rows = rows(&numbers, "closed");
    let is_it =
        |row: &&Value| stations(row).len() == 1 && number(row, "N") == 40.0 && number(&stations(row)[0], "c") == 4.0;
    let row = rows.iter().find(is_it).expect("40 clients of four servers are among the oracles");
    let (station, x) = (&stations(row)[0], number(row, "X"));
    let scenario =
        Scenario { mix: 0.0, io_dist: Dist::Exponential, n_threads: 4, ..clients(row, number(station, "D")) };
    Oracle::new("threads that wait N=40 c=4", RuntimeId::Threads, scenario, 4e5, x)
        .expect(Measure::Throughput, x)
        .expect(Measure::Response, number(station, "R") * 1e3)
        .expect(Measure::InSystem, number(station, "Q"))
}
