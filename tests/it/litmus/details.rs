//! Rules of Go's scheduler that are easily left out, and what a request feels of each.

use std::collections::BTreeSet;

use runtime_duel::sim::costs::Costs;
use runtime_duel::sim::request::{Class, RequestId};
use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{CostModel, Scenario, Transport};
use runtime_duel::sim::script::Op;
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::TraceEvent;
use runtime_duel::sim::workload::Recorded;

use crate::litmus::program::{Log, Program, alone};

const US: fn(u64) -> Span = Span::from_us;

fn machine(n: u32) -> Scenario {
    Scenario { gomaxprocs: Some(n), n_cores: n, costs: CostModel::Measured, ..alone() }
}

/// What a run of requests of the given arrivals and bursts, in µs, tells.
fn served(scenario: &Scenario, requests: &[(u64, u64)]) -> Log {
    let mut run = AnyRun::recorded(RuntimeId::Go, scenario, &Costs::of(scenario.costs), 0, Log::default());
    let requests: Vec<Recorded> = requests
        .iter()
        .map(|(at, burst)| Recorded {
            arrival: Time::ZERO + US(*at),
            class: Class::Light,
            burst: US(*burst),
            wait: Span::ZERO,
        })
        .collect();
    run.feed(&requests);
    run.end_feed();
    assert_eq!(run.advance(Time::ZERO + Span::from_ms(10_000), u64::MAX), Advance::Finished);
    run.sink().clone()
}

/// When the open arrival `nth` was answered.
fn completed(log: &Log, nth: u32) -> Time {
    let at = log.0.iter().find_map(|(at, event)| match event {
        TraceEvent::Completed { request, .. } if *request == RequestId::new(None, nth) => Some(*at),
        _ => None,
    });
    at.expect("it is answered")
}

/// The threads that served the open arrival `nth`, and how long they worked for it.
fn work_for(log: &Log, nth: u32) -> (BTreeSet<u32>, Span) {
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

#[test]
fn every_blocking_call_is_seen_twice_before_its_processor_is_taken() {
    // Taking a processor counts as the end of the call (`releaseP`: `syscalltick++`), so the call of whoever gets it is a
    // new one. Measured with Go 1.27.3: 50 calls on one processor begin within 12.1 ms at best, 242 µs each, where a sleep
    // of 20 µs takes 95.
    let mut p = Program::new();
    let call = p.function("call", &[Op::Syscall(Span::from_ms(100))]);
    p.main(&[Op::Go(call); 30]);
    let at: Vec<u64> = p.marks(RuntimeId::Go, &machine(1)).into_iter().map(|(at, _)| at).collect();
    assert_eq!(at.len(), 30);
    let gaps: Vec<u64> = at.windows(2).map(|pair| pair[1] - pair[0]).skip(2).collect();
    // Two rounds of 20 + 70 µs.
    assert!(gaps.iter().all(|gap| (175..=250).contains(gap)), "{gaps:?}");
}

#[test]
fn a_poller_on_its_way_out_of_netpoll_is_still_the_only_one() {
    let scenario = Scenario { transport: Transport::Socket, ..machine(2) };
    let first = completed(&served(&scenario, &[(0, 1_000)]), 0).as_ns() / 1_000;
    // The second comes 2 µs before the first is done, and waking the thread in netpoll takes 5 µs. `lastpoll` is zero
    // until that thread runs, so the processor that falls idle meanwhile does not poll.
    let log = served(&scenario, &[(0, 1_000), (first - 2, 100)]);
    let (before, after) = (work_for(&log, 0).0, work_for(&log, 1).0);
    assert!(before.is_disjoint(&after), "{before:?} {after:?}");
    let wait = completed(&log, 1).since(Time::ZERO + US(first - 2)) - work_for(&log, 1).1;
    assert!((US(5)..US(6)).contains(&wait), "{wait:?}");
}

#[test]
fn a_thief_backs_off_again_from_another_goroutine() {
    let mut p = Program::new();
    let start = p.mark("start");
    let b = p.function("b", &[]);
    let a = p.function("a", &[Op::Spin(US(10)), Op::Go(b), Op::Spin(Span::from_ms(1))]);
    p.main(&[start, Op::Go(a), Op::Spin(US(30)), Op::Receive(0)]);
    let marks = p.marks(RuntimeId::Go, &machine(2));
    let at = |name| marks.iter().find(|(_, one)| *one == name).expect("it runs").0;
    // A second thread is there after 25 µs, sees `a` next and sleeps 53 µs, and waking takes 5; `a` runs meanwhile, `b` is
    // next, and it sleeps once more (`runqgrab`: `!pp.runnext.cas(next, 0)`).
    assert!((135..=150).contains(&(at("b") - at("start"))), "{marks:?}");
}

#[test]
fn idle_processors_are_not_searched() {
    let overhead = |n| {
        let mut p = Program::new();
        p.main(&[Op::Sleep(Span::from_ms(1))]);
        let log = p.log(RuntimeId::Go, &Scenario { n_cores: 64, ..machine(n) });
        let spans = log.0.iter().map(|(_, event)| match event {
            TraceEvent::Overhead { overhead, .. } => overhead.as_ns(),
            _ => 0,
        });
        spans.sum::<u64>()
    };
    // `stealWork` skips them by `idlepMask`: with 64 processors, one of which works, the search is as short as with two.
    assert_eq!(overhead(64), overhead(2));
}

#[test]
fn mark_workers_displace_nobody_while_a_processor_is_idle() {
    let scenario = Scenario { transport: Transport::Socket, alloc: 1 << 20, ..machine(8) };
    let requests =
        [(0, 100_000), (1_000, 100_000), (2_000, 100), (3_000, 100), (4_000, 100), (5_000, 100), (6_000, 100)];
    let log = served(&scenario, &requests);
    let pauses: Vec<Span> = log
        .0
        .iter()
        .filter_map(|(_, event)| if let TraceEvent::Collected { pause, .. } = event { Some(*pause) } else { None })
        .collect();
    assert!(pauses.len() >= 2, "{pauses:?}");
    let paused = pauses.iter().fold(Span::ZERO, |sum, pause| sum + *pause);
    for (nth, (at, _)) in requests.iter().enumerate().take(2) {
        // Each is stopped with the world and goes on with a thread's waking, 5 µs, when it starts (`procresize` gives the
        // workers of the collector to idle processors).
        let waited = completed(&log, nth as u32).since(Time::ZERO + US(*at)) - work_for(&log, nth as u32).1;
        let extra = waited.saturating_sub(paused);
        assert!(extra < US(30), "request {nth}: {extra:?} beyond the pauses");
    }
}

#[test]
fn a_connection_takes_its_memory_once() {
    let peak = |n_clients| {
        let scenario = Scenario { n_clients, transport: Transport::Http, alloc: 0, ..machine(1) };
        let mut run = AnyRun::new(RuntimeId::Go, &scenario, 0, Log::default());
        run.advance(Time::ZERO + Span::from_ms(1_000), u64::MAX);
        run.memory_peak()
    };
    // Measured with Go 1.27.3: 21.7 KiB an idle connection, its goroutine included.
    let kib = (peak(5_000) - peak(1_000)) as f64 / 4_000.0 / 1024.0;
    assert!((21.5..21.9).contains(&kib), "{kib}");
}
