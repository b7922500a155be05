//! The poll phase: full batches and the one that ends it.

use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::script::Op;

use crate::litmus::program::{Program, alone};

#[test]
fn a_poll_takes_1024_events_48_times_before_it_looks_at_anything_else() {
    let mut p = Program::new();
    let imm = p.function("immediate", &[]);
    let first = p.function("first", &[Op::Immediate(imm)]);
    let data = p.function("data", &[]);
    let n = 1024 * 48 + 10;
    let mut main = vec![Op::Readable(first)];
    main.resize(n, Op::Readable(data));
    p.main(&main);
    let marks = p.marks(RuntimeId::Node, &alone());
    let at = marks.iter().position(|(_, name)| *name == "immediate");
    assert_eq!(at, Some(1024 * 48), "after 48 full batches the loop leaves the poll phase");
    assert_eq!(marks.len(), n + 1);
}

#[test]
fn a_batch_that_is_not_full_ends_the_poll() {
    let mut p = Program::new();
    let late = p.function("late", &[]);
    let imm = p.function("immediate", &[]);
    // The second socket becomes readable while the first is handled: the next iteration sees it.
    let first = p.function("first", &[Op::Immediate(imm), Op::Readable(late)]);
    p.main(&[Op::Readable(first)]);
    assert_eq!(p.order(RuntimeId::Node), "first immediate late");
}
