//! One run against another: what must not change, or change by a known factor.

use crate::oracles::{Expected, Finding, open, theory};
use crate::replicate::{Plan, in_parallel};
use crate::sim::dist::Dist;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{Load, Scenario};
use crate::sim::time::Span;

/// What rounding of every draw to nanoseconds may add up to.
const ROUNDING: f64 = 1e-5;

/// The same at twice the rate with bursts, waits and pauses of half the length.
fn twice_as_fast(scenario: &Scenario) -> Scenario {
    Scenario {
        rate: scenario.rate * 2.0,
        demand: scenario.demand.scaled(0.5),
        think: scenario.think.scaled(0.5),
        ..*scenario
    }
}

fn response_ms(runtime: RuntimeId, scenario: &Scenario, window: Span) -> f64 {
    let plan = Plan {
        costs: None,
        runtime,
        scenario: *scenario,
        warm_up: Span::ZERO,
        window,
        max_events: u64::MAX,
        max_in_flight: None,
        ends: false,
    };
    let found = plan.replicate(0, None).expect("drawn requests are never refused for their form");
    found.figures.latency().mean_ms().unwrap_or(f64::NAN)
}

/// Doubling all rates halves all times. Not of Go: its monitor keeps its own clock, whatever the load.
pub(super) fn check() -> Vec<Finding> {
    let waits = Scenario { mix: 40.0, n_bursts: 3, io_dist: Dist::Exponential, ..open(60.0, 20.0, 4) };
    let clients = Scenario { load: Load::Closed, n_clients: 30, mix: 40.0, ..theory() };
    let cases = [("open", open(80.0, 10.0, 4)), ("with waits", waits), ("clients", clients)];
    let runtimes = [RuntimeId::Node, RuntimeId::NodeWorkers, RuntimeId::NodeCluster, RuntimeId::Tokio];
    in_parallel(cases.len() * runtimes.len(), |i| {
        let ((name, scenario), runtime) = (&cases[i / runtimes.len()], runtimes[i % runtimes.len()]);
        // No more threads than cores: the operating system's time slices are as long as ever.
        let scenario = &Scenario { n_workers: Some(3), ..*scenario };
        let window = Span::from_ms(200_000);
        let slow = response_ms(runtime, scenario, window);
        let fast = response_ms(runtime, &twice_as_fast(scenario), window.scaled(0.5));
        let got = slow / fast;
        Finding {
            name: format!("twice as fast, {name}"),
            runtime,
            measure: "response ratio".to_owned(),
            expected: Expected::Value(2.0),
            got,
            allowed: ROUNDING,
            fault: ((got - 2.0).abs() > ROUNDING || got.is_nan()).then_some("off"),
            is_identity: true,
        }
    })
}
