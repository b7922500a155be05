//! One server: an event loop, a single processor of Go's, a pool of a single thread, or a single worker of Tokio's.

use crate::oracles::law::Law;
use crate::oracles::source::{number, numbers, rows};
use crate::oracles::{Measure, Oracle, WIDE, open};
use crate::sim::dist::{Dist, Heavy};
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Scenario;

/// How many requests an oracle at `rho` takes for its interval, after the asymptotic variance of M/M/1 (Daley 1968).
fn n_requests(rho: f64) -> f64 {
    if rho > 0.7 { 2.4e6 } else { 5e5 }
}

/// A server is known to be understood up to this utilization; beyond it runs get too long for a test.
fn is_short(row: &serde_json::Value) -> bool {
    row["rho"].as_f64().is_none_or(|rho| rho <= 0.8)
}

/// Who has one server with one core.
const ONE_SERVER: [RuntimeId; 4] = [RuntimeId::Node, RuntimeId::Go, RuntimeId::Threads, RuntimeId::Tokio];

/// `scenario` with a single thread in the pool, where there is one.
fn one_thread(scenario: Scenario) -> Scenario {
    Scenario { n_threads: 1, ..scenario }
}

pub(super) fn all() -> Vec<Oracle> {
    let numbers = numbers();
    let mut all = Vec::new();
    for row in rows(&numbers, "mm1").iter().filter(|row| is_short(row)) {
        let (rate, rho) = (number(row, "lam"), number(row, "rho"));
        for runtime in ONE_SERVER {
            let scenario = one_thread(open(rate, 10.0, 1));
            let mut oracle = Oracle::new(format!("M/M/1 at {rho}"), runtime, scenario, n_requests(rho), rate)
                .expect(Measure::Response, number(row, "W") * 1e3)
                .expect(Measure::InSystem, number(row, "L"))
                .expect(Measure::BusyCores, rho);
            if !matches!(runtime, RuntimeId::Go | RuntimeId::Tokio) {
                // Percentiles depend on the order of service. A loop's and a single thread's is first come, first served.
                for (key, q) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
                    oracle = oracle.expect(Measure::Quantile(q), number(row, key) * 1e3);
                }
            }
            all.push(oracle);
        }
    }
    let row = &rows(&numbers, "mm1")[1];
    all.push(
        Oracle::new(
            "M/M/1 on four cores",
            RuntimeId::Node,
            open(number(row, "lam"), 10.0, 4),
            1.2e6,
            number(row, "lam"),
        )
        .expect(Measure::Response, number(row, "W") * 1e3),
    );
    for row in rows(&numbers, "md1").iter().filter(|row| is_short(row)) {
        let (rate, rho) = (number(row, "lam"), number(row, "rho"));
        for runtime in ONE_SERVER {
            let scenario = one_thread(Scenario { cpu_dist: Dist::Constant, ..open(rate, number(row, "s") * 1e3, 1) });
            all.push(
                Oracle::new(format!("M/D/1 at {rho}"), runtime, scenario, n_requests(rho) * 0.5, rate)
                    .expect(Measure::Waiting, number(row, "Wq") * 1e3)
                    .expect(Measure::InSystem, number(row, "L")),
            );
        }
    }
    all.extend(pollaczek_khinchine(&numbers["mg1"]));
    all.extend(held_while_it_waits());
    for row in rows(&numbers, "mm1k") {
        let (rate, k) = (number(&row, "lam"), number(&row, "K"));
        for runtime in ONE_SERVER {
            let oracle = Oracle {
                max_in_flight: Some(k as usize),
                width: WIDE,
                ..Oracle::new(format!("M/M/1/{k} at {}", rate / 100.0), runtime, open(rate, 10.0, 1), 1e6, rate)
            };
            all.push(
                oracle
                    .expect(Measure::Refused, number(&row, "pK"))
                    .expect(Measure::Throughput, number(&row, "X"))
                    .expect(Measure::InSystem, number(&row, "L"))
                    .expect(Measure::Response, number(&row, "W") * 1e3),
            );
        }
    }
    all
}

/// How many times as fast as the oracle bursts and arrivals are on Go: 91 ms are 4.6, which is less than the 10 ms after
/// which Go takes a burst off its processor.
const FASTER: f64 = 20.0;

/// M/G/1: waiting depends on the second moment of the bursts alone, on a loop and on one processor whose bursts are short.
fn pollaczek_khinchine(numbers: &serde_json::Value) -> Vec<Oracle> {
    let of = |key: &str, name: &str, runtime, law: Option<Law>, cpu_dist, n, width| {
        let row = &numbers[key];
        let times = if runtime == RuntimeId::Go { FASTER } else { 1.0 };
        let rate = number(row, "lam") * times;
        let heavy = Heavy { share: 10.0, factor: 91.0 };
        let scenario = Scenario { cpu_dist, heavy, ..open(rate, number(row, "ES") * 1e3 / times, 1) };
        let oracle = Oracle::new(name, runtime, scenario, n, rate);
        Oracle { law, width, ..oracle }.expect(Measure::Waiting, number(row, "Wq") * 1e3 / times)
    };
    let mut all = Vec::new();
    for runtime in [RuntimeId::Node, RuntimeId::Go, RuntimeId::Tokio] {
        let recorded = |key, name, law, n, width| of(key, name, runtime, Some(law), Dist::Exponential, n, width);
        let drawn = |key, name, cpu_dist, n| of(key, name, runtime, None, cpu_dist, n, WIDE);
        all.push(recorded("erlang2", "M/E2/1", Law::Erlang2, 1.2e6, crate::oracles::WIDTH));
        all.push(recorded("uniform_0_20ms", "M/U/1", Law::Uniform, 1.2e6, crate::oracles::WIDTH));
        all.push(recorded("H2_90pct_exp5ms_10pct_exp55ms", "M/H2/1", Law::Hyperexponential, 2.5e6, WIDE));
        all.push(drawn("lognormal_cs2_4", "M/lognormal/1", Dist::Lognormal, 3e6));
        let bimodal = drawn("bimodal_90pct_1ms_10pct_91ms", "M/bimodal/1", Dist::Bimodal, 2.5e6);
        all.push(match runtime {
            // A light request waits as long as a heavy one: none overtakes.
            RuntimeId::Node | RuntimeId::Tokio => {
                bimodal.expect(Measure::LightResponse, 165.8 + 1.0).expect(Measure::HeavyResponse, 165.8 + 91.0)
            }
            _ => bimodal,
        });
    }
    all
}

/// A thread belongs to its request also while that waits: one thread is an M/G/1 queue whose service is bursts and waits
/// together, however many cores there are, and most of them idle.
fn held_while_it_waits() -> Vec<Oracle> {
    let (rate, demand_ms, mix, n) = (80.0, 10.0, 40.0, 2);
    let (burst, wait) = (demand_ms * mix / 100.0, demand_ms * (1.0 - mix / 100.0));
    let rho = rate * demand_ms / 1e3;
    // The square of the mean and the variance: n exponentials of each kind, of 1 / n of the mean each.
    let exponential = demand_ms * demand_ms + (burst * burst + wait * wait) / f64::from(n);
    let cases = [("M/D/1", Dist::Constant, demand_ms * demand_ms), ("M/G/1", Dist::Exponential, exponential)];
    let of = |(name, dist, second_moment): (&str, Dist, f64)| {
        let scenario =
            Scenario { mix, n_bursts: n, cpu_dist: dist, io_dist: dist, ..one_thread(open(rate, demand_ms, 4)) };
        Oracle::new(format!("{name} with waits"), RuntimeId::Threads, scenario, 1.2e6, rate)
            .expect(Measure::Waiting, rate / 1e3 * second_moment / (2.0 * (1.0 - rho)))
            .expect(Measure::BusyCores, rho * mix / 100.0)
    };
    cases.map(of).into()
}
