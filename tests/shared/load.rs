//! Scenarios for measuring the models' speed: what a core has to do does not depend on the number of clients.

use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::Scenario;
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::stats::tally::Tally;

/// The models that are measured, as the benches name them.
pub(crate) const MODELS: [(&str, RuntimeId); 6] = [
    ("node", RuntimeId::Node),
    ("cluster", RuntimeId::NodeCluster),
    ("service", RuntimeId::NodeService),
    ("go", RuntimeId::Go),
    ("threads", RuntimeId::Threads),
    ("tokio", RuntimeId::Tokio),
];

/// `n_clients` that keep `n_cores` about 10 % busy.
pub(crate) fn scenario(n_clients: u32, n_cores: u32) -> Scenario {
    let think_ms = 20.0 * f64::from(n_clients) / f64::from(n_cores);
    Scenario {
        n_clients,
        n_cores,
        mix: 10.0,
        demand: Span::from_ms(20),
        think: Span::from_ms_f64(think_ms),
        ..Scenario::default()
    }
}

/// A run of `scenario` in which every client has been there twice.
pub(crate) fn warm(runtime: RuntimeId, scenario: &Scenario) -> AnyRun<Tally> {
    let mut run = AnyRun::new(runtime, scenario, 0, Tally::default());
    run.advance(Time::ZERO + (scenario.think + scenario.demand) * 2, 20_000_000);
    run
}

/// Millions of events per second, and nanoseconds for each request, over about `seconds` of `clock`; the best of five.
pub(crate) fn speed(run: &mut AnyRun<Tally>, seconds: f64, clock: impl Fn() -> f64) -> (f64, f64) {
    let mut best = (0.0, f64::INFINITY);
    for _ in 0..5 {
        let (begin, events, requests) = (clock(), run.n_events(), run.sink().n_completed());
        while clock() - begin < seconds / 5.0 && run.advance(Time::MAX, 10_000) == Advance::OutOfEvents {}
        let passed = clock() - begin;
        let rate = (run.n_events() - events) as f64 / passed / 1e6;
        let each = passed * 1e9 / (run.sink().n_completed() - requests).max(1) as f64;
        if rate > best.0 {
            best = (rate, each);
        }
    }
    best
}
