//! Cores that threads of all kinds compete for.

use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::Scenario;
use runtime_duel::sim::script::{CallKind, Op};

use crate::litmus::program::{Program, alone};
use crate::litmus::runs::MS;

#[test]
fn pool_threads_compete_with_the_loop_for_cores() {
    let mut p = Program::new();
    let done = p.function("done", &[]);
    // Ten times 50 ms of computing on two cores, as in waves of 4, 4 and 2: 500 ms of work end after 250.
    p.main(&[Op::Pool(CallKind::Computing, MS(50), done); 10]);
    let on = |n_cores| {
        let marks = p.marks(RuntimeId::Node, &Scenario { n_cores, ..alone() });
        marks.iter().map(|(at, _)| at / 1000).collect::<Vec<_>>()
    };
    let two = on(2);
    assert_eq!((two.len(), two[9]), (10, 250));
    assert!(two[..4].iter().all(|at| (95..=105).contains(at)), "the first wave shares two cores: {two:?}");
    assert_eq!(on(4), [50, 50, 50, 50, 100, 100, 100, 100, 150, 150]);
    // On one core a callback of the loop gets its turns between theirs.
    let mut p = Program::new();
    let done = p.function("done", &[]);
    let imm = p.function("spun", &[]);
    let spin = p.function("spin", &[Op::Spin(MS(50)), Op::Immediate(imm)]);
    p.main(&[Op::Pool(CallKind::Computing, MS(50), done), Op::Immediate(spin)]);
    let marks = p.marks(RuntimeId::Node, &alone());
    let spun = marks.iter().find(|(_, name)| *name == "spun").expect("it ends").0;
    assert!((95_000..=100_000).contains(&spun), "two threads of 50 ms on one core take turns: {marks:?}");
}
