//! Stealing: how much, from whom, and the nap before what runs next is taken.

use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::{CostModel, Scenario};
use runtime_duel::sim::script::Op;
use runtime_duel::sim::time::Span;
use runtime_duel::sim::trace::TraceEvent;

use crate::litmus::program::Program;
use crate::litmus::runs::{US, machine};

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
fn a_thief_backs_off_again_from_another_goroutine() {
    let mut p = Program::new();
    let start = p.mark("start");
    let b = p.function("b", &[]);
    let a = p.function("a", &[Op::Spin(US(10)), Op::Go(b), Op::Spin(Span::from_ms(1))]);
    p.main(&[start, Op::Go(a), Op::Spin(US(30)), Op::Receive(0)]);
    let marks = p.marks(RuntimeId::Go, &machine(2, CostModel::Measured));
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
        let log = p.log(RuntimeId::Go, &Scenario { n_cores: 64, ..machine(n, CostModel::Measured) });
        let spans = log.0.iter().map(|(_, event)| match event {
            TraceEvent::Overhead { overhead, .. } => overhead.as_ns(),
            _ => 0,
        });
        spans.sum::<u64>()
    };
    // `stealWork` skips them by `idlepMask`: with 64 processors, one of which works, the search is as short as with two.
    assert_eq!(overhead(64), overhead(2));
}
