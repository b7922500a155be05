//! Wake-ups: who starts a thread for whom, and how many of them spin.

use std::collections::BTreeSet;

use runtime_duel::sim::costs::Costs;
use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::{CostModel, Scenario};
use runtime_duel::sim::script::Op;
use runtime_duel::sim::time::Time;
use runtime_duel::sim::trace::TraceEvent;

use crate::litmus::program::{Program, alone};
use crate::litmus::runs::{MS, US, machine, served, served_at};

#[test]
fn a_spinning_thread_that_finds_work_wakes_the_next() {
    // 300 goroutines of 1 ms spawned by one: with 8 processors they are spread in a cascade and done in time.
    let mut p = Program::new();
    let f = p.function("f", &[Op::Spin(MS(1))]);
    p.main(&[Op::Go(f); 300]);
    let scenario = Scenario { gomaxprocs: Some(8), n_cores: 8, costs: CostModel::Measured, ..alone() };
    let log = p.log(RuntimeId::Go, &scenario);
    let last = log.0.iter().filter(|(_, e)| matches!(e, TraceEvent::Overhead { .. })).map(|(at, _)| *at).max();
    let last_ms = last.expect("they run").as_secs_f64() * 1e3;
    assert!((37.5..=40.5).contains(&last_ms), "{last_ms}");
    let stolen: u32 =
        log.0.iter().map(|(_, e)| if let TraceEvent::Stole { n, .. } = e { u32::from(*n) } else { 0 }).sum();
    assert!(stolen > 100, "{stolen}");
}

#[test]
fn threads_that_netpoll_starts_do_not_spin_and_one_that_does_is_started_beside_them() {
    // Two answers on an idle process of four processors: the poller keeps one, starts a thread for the other, and as nobody
    // spins (`injectglist`: `startm(pp, false, true)`) `wakep` starts a third at the same time.
    let scenario = machine(4, CostModel::Measured);
    let log = served(&scenario, &[(1_000, 100, 0), (1_000, 100, 0)]);
    let mut began: Vec<u64> = Vec::new();
    began.extend(log.0.iter().filter_map(|(at, e)| matches!(e, TraceEvent::CoreBusy(_, true)).then_some(at.as_ns())));
    assert_eq!(began[..3], [1_000_000, 1_005_000, 1_005_000], "{began:?}");
}

#[test]
fn at_most_half_as_many_threads_spin_as_processors_are_busy() {
    // Eight processors come to the end of their work at the same time; the run goes on to see what they do then.
    let mut costs = Costs::of(CostModel::Zero);
    costs.go.steal_check = US(1);
    let log = served_at(&machine(8, CostModel::Zero), &costs, &[[(0, 1_000, 0); 8], [(5_000, 1, 0); 8]].concat());
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
