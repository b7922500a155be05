//! The simulation against closed forms, with all costs at zero.
//!
//! A run is long enough for its confidence; the rule is |mean - oracle| < 4 standard errors, where the standard
//! error comes from independent replications.

use runtime_duel::experiment::{Effort, Trial};
use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::{Load, Scenario};
use runtime_duel::sim::time::Span;
use runtime_duel::stats::tally::Summary;
use serde_json::Value;

use crate::theory;

const N_REPLICATIONS: u32 = 16;

fn oracles() -> Value {
    serde_json::from_str(include_str!("oracles.json")).expect("oracles.json is valid")
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_else(|| panic!("the oracle has no number {key}: {value}"))
}

/// A name, its oracle, and where it is read.
type Measure<'a> = (&'a str, f64, fn(&Summary) -> f64);

/// Holds the mean of `measure` over replications against `oracle`.
fn check(name: &str, runtime: RuntimeId, scenario: &Scenario, length: Span, measures: &[Measure]) {
    let effort = Effort { length, max_events: u64::MAX, settles_after: Span::ZERO };
    let summaries: Vec<Summary> =
        (0..N_REPLICATIONS).map(|r| Trial::new(runtime, scenario, r, effort).finish().summary).collect();
    for (what, oracle, measure) in measures {
        let values: Vec<f64> = summaries.iter().map(measure).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let error = (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0) / n).sqrt();
        let allowed = 4.0 * error + 1e-9 * oracle.abs();
        println!("{name} {runtime:?} {what}: oracle {oracle:.6}, got {mean:.6}, allowed ±{allowed:.6}");
        assert!(
            (mean - oracle).abs() <= allowed,
            "{name} {runtime:?} {what}: oracle {oracle}, got {mean}, allowed ±{allowed}"
        );
        // A test whose interval is wide can not fail: the figures have to be known to 5 %.
        assert!(
            allowed <= 0.05 * oracle.abs(),
            "{name} {runtime:?} {what}: interval {allowed} is too wide for {oracle}"
        );
    }
}

fn open(rate: f64, n_cores: u32) -> Scenario {
    Scenario { load: Load::Open, rate, n_cores, demand: Span::from_ms(10), ..theory() }
}

#[test]
fn mm1_in_both_runtimes() {
    for case in oracles()["mm1"].as_array().expect("a list").iter().filter(|case| number(case, "rho") <= 0.8) {
        let scenario = open(number(case, "lam"), 1);
        for runtime in [RuntimeId::Node, RuntimeId::Go] {
            check(
                "M/M/1",
                runtime,
                &scenario,
                Span::from_ms(2_500_000),
                &[
                    ("W ms", number(case, "W") * 1e3, |s| s.latency_mean_ms),
                    ("L", number(case, "L"), |s| s.in_system),
                    ("utilization", number(case, "rho"), |s| s.cores_busy),
                ],
            );
        }
    }
}

#[test]
fn mmc_in_goroutines() {
    for case in oracles()["mmc"].as_array().expect("a list").iter().filter(|case| number(case, "rho") <= 0.8) {
        let scenario = open(number(case, "lam"), number(case, "c") as u32);
        check(
            "M/M/c",
            RuntimeId::Go,
            &scenario,
            Span::from_ms(500_000),
            &[("W ms", number(case, "W") * 1e3, |s| s.latency_mean_ms), ("L", number(case, "L"), |s| s.in_system)],
        );
    }
}

#[test]
fn more_cores_do_not_help_one_event_loop() {
    let case = &oracles()["mm1"][1];
    let scenario = open(number(case, "lam"), 4);
    check(
        "M/M/1 on four cores",
        RuntimeId::Node,
        &scenario,
        Span::from_ms(2_500_000),
        &[("W ms", number(case, "W") * 1e3, |s| s.latency_mean_ms)],
    );
}

#[test]
fn closed_repairman() {
    let all = oracles();
    let cases = all["closed"].as_array().expect("a list").iter().filter(|case| case["stations"][1].is_null());
    let mut n_cases = 0;
    for case in cases {
        n_cases += 1;
        let station = &case["stations"][0];
        let c = number(station, "c") as u32;
        let scenario = Scenario {
            load: Load::Closed,
            n_clients: number(case, "N") as u32,
            think: Span::from_secs_f64(number(case, "Z")),
            demand: Span::from_secs_f64(number(station, "D")),
            n_cores: c,
            ..theory()
        };
        let runtimes: &[RuntimeId] = if c == 1 { &[RuntimeId::Node, RuntimeId::Go] } else { &[RuntimeId::Go] };
        for runtime in runtimes {
            check(
                "repairman",
                *runtime,
                &scenario,
                Span::from_ms(200_000),
                &[
                    ("X per s", number(case, "X"), |s| s.throughput),
                    ("R ms", number(station, "R") * 1e3, |s| s.latency_mean_ms),
                    ("busy cores", number(station, "U") * f64::from(c), |s| s.cores_busy),
                ],
            );
        }
    }
    assert!(n_cases >= 5, "only {n_cases} cases");
}
