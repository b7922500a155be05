//! What a thread of Go does next: others' queues, the network, and processors that are in a system call.

use std::collections::BTreeSet;

use runtime_duel::sim::costs::Costs;
use runtime_duel::sim::request::{Class, RequestId};
use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{CostModel, Io, Scenario, Transport};
use runtime_duel::sim::script::Op;
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::TraceEvent;
use runtime_duel::sim::workload::Recorded;

use crate::litmus::program::{Log, Program, alone};

const US: fn(u64) -> Span = Span::from_us;

fn machine(n: u32, costs: CostModel) -> Scenario {
    Scenario { gomaxprocs: Some(n), n_cores: n, costs, transport: Transport::Socket, ..alone() }
}

/// Serves requests of the given arrivals, bursts and waits, in µs.
fn served(scenario: &Scenario, costs: &Costs, requests: &[(u64, u64, u64)]) -> Log {
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
fn answered(log: &Log) -> Vec<(u64, u32)> {
    let nth = |event: &TraceEvent| match event {
        TraceEvent::Completed { request: RequestId(nth), .. } => Some(*nth as u32),
        _ => None,
    };
    log.0.iter().filter_map(|(at, event)| Some((at.as_ns() / 1_000, nth(event)?))).collect()
}

#[test]
fn a_thief_takes_half_rounded_up_and_runs_the_last_of_it_first() {
    let mut p = Program::new();
    let spawns: Vec<Op> = (0..6).map(|i| Op::Go(p.function(&i.to_string(), &[Op::Spin(Span::from_ms(1))]))).collect();
    p.main(&[&spawns[..], &[Op::Spin(Span::from_ms(9))]].concat());
    let log = p.log(RuntimeId::Go, &machine(2, CostModel::Zero));
    // Five are in the ring when the other processor comes: three of them, then one of two, then one, and `runnext`.
    let stolen: Vec<u16> =
        log.0.iter().filter_map(|(_, e)| if let TraceEvent::Stole { n, .. } = e { Some(*n) } else { None }).collect();
    assert_eq!(stolen, [3, 1, 1, 1]);
    let names: Vec<&str> =
        p.marks(RuntimeId::Go, &machine(2, CostModel::Zero)).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["2", "0", "1", "3", "4", "5"]);
}

#[test]
fn netpoll_takes_128_and_the_last_of_them_runs_first() {
    // While the one processor computes, 200 sockets become readable.
    let requests: Vec<_> = std::iter::once((0, 5_000, 0)).chain((0..200).map(|_| (1_000, 10, 0))).collect();
    let costs = Costs::of(CostModel::Zero);
    let order: Vec<u32> =
        answered(&served(&machine(1, CostModel::Zero), &costs, &requests)).into_iter().map(|(_, nth)| nth).collect();
    let expected: Vec<u32> = std::iter::once(0).chain((1..=128).rev()).chain((129..=200).rev()).collect();
    assert_eq!(order, expected);
}

#[test]
fn threads_that_netpoll_starts_do_not_spin_and_one_that_does_is_started_beside_them() {
    // Two answers on an idle process of four processors: the poller keeps one, starts a thread for the other, and as nobody
    // spins (`injectglist`: `startm(pp, false, true)`) `wakep` starts a third at the same time.
    let scenario = machine(4, CostModel::Measured);
    let log = served(&scenario, &Costs::of(scenario.costs), &[(1_000, 100, 0), (1_000, 100, 0)]);
    let mut began: Vec<u64> = Vec::new();
    began.extend(log.0.iter().filter_map(|(at, e)| matches!(e, TraceEvent::CoreBusy(_, true)).then_some(at.as_ns())));
    assert_eq!(began[..3], [1_000_000, 1_005_000, 1_005_000], "{began:?}");
}

#[test]
fn a_busy_process_polls_the_network_only_when_sysmon_does() {
    // The one that runs first, the last of the first batch, has its answer after a millisecond. Then 127 others of half a
    // millisecond are in the local queue, which comes before the network. Sysmon looks there when nobody has for 10 ms, and
    // puts it into the global queue, where it is found within 61 ticks.
    let mut requests = vec![(0, 500, 0); 200];
    requests[127] = (0, 100, 1_000);
    let scenario = machine(1, CostModel::Zero);
    let log = served(&scenario, &Costs::of(CostModel::Zero), &requests);
    let (at, _) = answered(&log).into_iter().find(|(_, nth)| *nth == 127).expect("it is answered");
    assert!((10_000..=10_000 + 61 * 500).contains(&at), "{at}");
}

#[test]
fn at_most_half_as_many_threads_spin_as_processors_are_busy() {
    // Eight processors come to the end of their work at the same time; the run goes on to see what they do then.
    let mut costs = Costs::of(CostModel::Zero);
    costs.go.steal_check = US(1);
    let log = served(&machine(8, CostModel::Zero), &costs, &[[(0, 1_000, 0); 8], [(5_000, 1, 0); 8]].concat());
    let mut searched = BTreeSet::new();
    for (at, event) in &log.0 {
        if let TraceEvent::Overhead { thread, overhead } = event
            && (Time::ZERO + US(1_000)..Time::ZERO + US(5_000)).contains(at)
            && !overhead.is_zero()
        {
            searched.insert(*thread);
        }
    }
    assert_eq!(searched.len(), 4, "{searched:?}");
}

#[test]
fn who_returns_from_a_call_takes_its_processor_back_from_another_call() {
    let mut p = Program::new();
    let back = p.mark("back");
    let other = p.function("other", &[Op::Spin(US(4_700)), Op::Syscall(Span::from_ms(20))]);
    p.main(&[Op::Go(other), Op::Syscall(Span::from_ms(5)), back]);
    let marks = p.marks(RuntimeId::Go, &machine(1, CostModel::Measured));
    let at = |name| marks.iter().find(|(_, one)| *one == name).expect("it runs").0;
    // Sysmon gave the processor to the other one, which is in a call of its own by now and has it still.
    assert!(at("other") < 300 && (5_000..5_050).contains(&at("back")), "{marks:?}");
}

#[test]
fn the_last_processor_is_handed_on_so_that_somebody_polls() {
    // The only processor is in a call when a request comes: it was taken from there for a thread that blocks in netpoll.
    let scenario = Scenario { io: Io::File, ..machine(1, CostModel::Measured) };
    let log = served(&scenario, &Costs::of(scenario.costs), &[(0, 100, 50_000), (20_000, 100, 0)]);
    let order = answered(&log);
    assert!(order[0].1 == 1 && (20_100..20_200).contains(&order[0].0), "{order:?}");
}
