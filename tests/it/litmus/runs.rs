//! Runs of scenarios, and what litmus tests read off them.

use std::collections::BTreeSet;

use runtime_duel::replicate::{Found, Plan};
use runtime_duel::sim::costs::Costs;
use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::request::{Class, RequestId};
use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{Arrivals, CostModel, Gc, Io, Load, Scenario, Transport};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::TraceEvent;
use runtime_duel::sim::workload::Recorded;

use crate::litmus::program::{Log, Program, alone};

pub(super) const MS: fn(u64) -> Span = Span::from_ms;
pub(super) const US: fn(u64) -> Span = Span::from_us;

/// The trace of `scenario` for so many milliseconds.
pub(super) fn trace(runtime: RuntimeId, scenario: &Scenario, ms: u64) -> Log {
    let mut run = AnyRun::new(runtime, scenario, 0, Log::default());
    run.advance(Time::ZERO + MS(ms), u64::MAX);
    run.sink().clone()
}

/// When a program on so many processors and cores came by its marks, in µs.
pub(super) fn marks(p: &Program, n_ps: u32, costs: CostModel) -> Vec<(u64, String)> {
    let scenario = Scenario { gomaxprocs: Some(n_ps), n_cores: n_ps, costs, ..alone() };
    p.marks(RuntimeId::Go, &scenario).iter().map(|(at, name)| (*at, (*name).to_owned())).collect()
}

/// New connections in an open load, with bursts of exactly 2 ms.
pub(super) fn open(rate: f64) -> Scenario {
    Scenario {
        load: Load::Open,
        arrivals: Arrivals::Constant,
        rate,
        mix: 100.0,
        demand: MS(2),
        cpu_dist: Dist::Constant,
        costs: CostModel::Zero,
        n_cores: 4,
        ..Scenario::default()
    }
}

/// So many processors and cores of Go, whose own requests never come and where others begin inside the process.
pub(super) fn machine(n: u32, costs: CostModel) -> Scenario {
    Scenario { gomaxprocs: Some(n), n_cores: n, costs, transport: Transport::Socket, ..alone() }
}

/// Serves requests of the given arrivals, bursts and waits, in µs.
pub(super) fn served(scenario: &Scenario, requests: &[(u64, u64, u64)]) -> Log {
    served_at(scenario, &Costs::of(scenario.costs), requests)
}

/// The same at costs of one's own.
pub(super) fn served_at(scenario: &Scenario, costs: &Costs, requests: &[(u64, u64, u64)]) -> Log {
    let mut run = AnyRun::recorded(RuntimeId::Go, scenario, costs, 0, Log::default());
    let recorded = |(at, burst, wait): &(u64, u64, u64)| Recorded {
        arrival: Time::ZERO + US(*at),
        class: Class::Light,
        burst: US(*burst),
        wait: US(*wait),
    };
    run.feed(&requests.iter().map(recorded).collect::<Vec<_>>());
    run.end_feed();
    assert_eq!(run.advance(Time::ZERO + Span::from_ms(10_000), u64::MAX), Advance::Finished);
    run.sink().clone()
}

/// The requests in the order in which they were answered, and when, in µs.
pub(super) fn answered(log: &Log) -> Vec<(u64, u32)> {
    let nth = |event: &TraceEvent| match event {
        TraceEvent::Completed { request: RequestId(nth), .. } => Some(*nth as u32),
        _ => None,
    };
    log.0.iter().filter_map(|(at, event)| Some((at.as_ns() / 1_000, nth(event)?))).collect()
}

/// When the open arrival `nth` was answered.
pub(super) fn completed(log: &Log, nth: u32) -> Time {
    let at = log.0.iter().find_map(|(at, event)| match event {
        TraceEvent::Completed { request, .. } if *request == RequestId::new(None, nth) => Some(*at),
        _ => None,
    });
    at.expect("it is answered")
}

/// The threads that served the open arrival `nth`, and how long they worked for it.
pub(super) fn work_for(log: &Log, nth: u32) -> (BTreeSet<u32>, Span) {
    let mut work = (BTreeSet::new(), Span::ZERO);
    for (_, event) in &log.0 {
        if let TraceEvent::Ran { thread, request, service, overhead } = event
            && *request == RequestId::new(None, nth)
        {
            work.0.insert(*thread);
            work.1 = work.1 + *service + *overhead;
        }
    }
    work
}

/// Clients that loop inside of a process, with constant bursts and timers.
pub(super) fn clients(n: u32, mix: f64) -> Scenario {
    Scenario {
        n_clients: n,
        mix,
        cpu_dist: Dist::Constant,
        think: Span::ZERO,
        n_cores: 2,
        gomaxprocs: Some(1),
        io: Io::Timer,
        transport: Transport::Direct,
        alloc: 0,
        ..Scenario::default()
    }
}

/// A client inside the process, where nothing costs anything.
pub(super) fn zero() -> Scenario {
    Scenario { costs: CostModel::Zero, gc: Gc::Off, ..clients(1, 50.0) }
}

/// What is found in six seconds after two.
pub(super) fn found(runtime: RuntimeId, scenario: Scenario) -> Found {
    let plan = Plan {
        runtime,
        scenario,
        costs: None,
        warm_up: Span::from_ms(2_000),
        window: Span::from_ms(6_000),
        max_events: u64::MAX,
        max_in_flight: None,
        ends: false,
    };
    plan.replicate(0, None).unwrap_or_else(|bad| panic!("{}", bad.0))
}

/// A quantile of the latencies.
pub(super) fn ms(found: &Found, quantile: f64) -> f64 {
    found.figures.latency().quantile_ms(quantile).expect("requests were completed")
}

/// When recorded requests began and ended, in microseconds.
pub(super) fn began_and_ended(runtime: RuntimeId, scenario: &Scenario, requests: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let us = Span::from_us;
    let recorded: Vec<Recorded> = requests
        .iter()
        .map(|(arrival, burst)| Recorded {
            arrival: Time::ZERO + us(*arrival),
            class: Class::Light,
            burst: us(*burst),
            wait: Span::ZERO,
        })
        .collect();
    let mut run = AnyRun::recorded(runtime, scenario, &Costs::of(scenario.costs), 0, Log::default());
    run.feed(&recorded);
    run.end_feed();
    assert_eq!(run.advance(Time::ZERO + Span::from_ms(1_000), u64::MAX), Advance::Finished);
    let done = run.sink().0.iter().filter_map(|(at, event)| match event {
        TraceEvent::Completed { served, .. } => Some(((at.as_ns() - served.as_ns()) / 1_000, at.as_ns() / 1_000)),
        _ => None,
    });
    done.collect()
}
