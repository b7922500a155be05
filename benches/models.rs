//! Speed of the models, against a bare `BinaryHeap` with as many events pending.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::Scenario;
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::stats::tally::Tally;

#[expect(clippy::disallowed_methods, reason = "a bench is about the clock")]
fn clock() -> Instant {
    Instant::now()
}

/// Millions of events per second of a bare heap with `n` pending events, as a loop without anything else.
fn bare(n: u64) -> f64 {
    let mut state = 1_u64;
    let mut random = move || {
        // xorshift64, Marsaglia 2003: cheap, so that the heap is what is measured.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % 1_000_000
    };
    let mut heap: BinaryHeap<Reverse<(u64, u64, u32)>> = (0..n).map(|i| Reverse((random(), i, 0))).collect();
    let (begin, mut n_events) = (clock(), 0_u64);
    while begin.elapsed() < Duration::from_secs(1) {
        for _ in 0..10_000 {
            if let Some(Reverse((at, seq, event))) = heap.pop() {
                heap.push(Reverse((at + random(), seq + n, event)));
            }
        }
        n_events += 10_000;
    }
    n_events as f64 / begin.elapsed().as_secs_f64() / 1e6
}

/// Millions of events per second, and nanoseconds for each request, of a model in its steady state.
fn model(runtime: RuntimeId, scenario: &Scenario) -> (f64, f64) {
    let mut run = AnyRun::new(runtime, scenario, 0, Tally::default());
    // Every client has been there twice.
    run.advance(Time::ZERO + (scenario.think + scenario.demand) * 2, 20_000_000);
    let mut best = (0.0, f64::INFINITY);
    for _ in 0..5 {
        let (begin, events, requests) = (clock(), run.n_events(), run.sink().n_completed());
        while begin.elapsed() < Duration::from_millis(300) {
            if run.advance(Time::MAX, 10_000) != Advance::OutOfEvents {
                break;
            }
        }
        let seconds = begin.elapsed().as_secs_f64();
        let rate = (run.n_events() - events) as f64 / seconds / 1e6;
        let each = seconds * 1e9 / (run.sink().n_completed() - requests).max(1) as f64;
        if rate > best.0 {
            best = (rate, each);
        }
    }
    best
}

/// A machine whose load per core does not depend on the number of clients.
fn scenario(n_clients: u32, n_cores: u32) -> Scenario {
    let per_core = 20.0 * f64::from(n_clients) / f64::from(n_cores);
    Scenario {
        n_clients,
        n_cores,
        mix: 10.0,
        demand: Span::from_ms(20),
        think: Span::from_ms_f64(per_core),
        ..Scenario::default()
    }
}

fn main() {
    println!("bare-heap-10000 {:.2}", bare(10_000));
    for (name, runtime) in [("node", RuntimeId::Node), ("cluster", RuntimeId::NodeCluster), ("go", RuntimeId::Go)] {
        let (rate, _) = model(runtime, &scenario(10_000, 64));
        println!("model-{name}-10000 {rate:.2}");
        for n_clients in [10, 1_000, 100_000] {
            let (rate, each) = model(runtime, &Scenario { n_cores: 4, ..scenario(n_clients, 4) });
            println!("request-{name}-{n_clients} {each:.0} {rate:.2}");
        }
    }
}
