//! Sysmon: how long a time slice is, which nothing says.

use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::{Scenario, Transport};
use runtime_duel::sim::time::Span;
use runtime_duel::sim::trace::TraceEvent;

use crate::litmus::runs::{MS, trace};

/// When goroutines were preempted, in milliseconds.
fn preemptions(scenario: &Scenario, ms: u64) -> Vec<f64> {
    let log = trace(RuntimeId::Go, scenario, ms);
    let times = log
        .0
        .iter()
        .filter(|(_, event)| matches!(event, TraceEvent::Preempted(_)))
        .map(|(at, _)| at.as_secs_f64() * 1e3);
    times.collect()
}

/// Three goroutines that never end, on one processor.
fn spinners(n: u32) -> Scenario {
    Scenario {
        n_clients: n,
        mix: 100.0,
        demand: MS(10_000),
        cpu_dist: Dist::Constant,
        think: Span::ZERO,
        gomaxprocs: Some(1),
        transport: Transport::Socket,
        ..Scenario::default()
    }
}

#[test]
fn a_sustained_slice_is_two_rounds_of_sysmon() {
    let times = preemptions(&spinners(3), 5_000);
    let slices: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).skip(3).collect();
    assert!(slices.len() > 200);
    // Measured with Go 1.27.3: 20.1 at 10 %, 20.14 to 20.30 at the median, 20.3 to 20.4 at 90 %.
    assert!(slices.iter().all(|slice| (20.1..=20.4).contains(slice)), "{:?}", &slices[..5]);
}

#[test]
fn a_watchful_sysmon_preempts_after_ten_milliseconds() {
    let times = preemptions(&spinners(3), 100);
    // It begins with its beat of 20 µs, sees the first slice at once and ends it when 10 ms are over.
    assert!((10.0..=10.2).contains(&times[0]), "{times:?}");
}
