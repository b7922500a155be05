//! Immediates: before a timer that is due, and of the next iteration if another one queued them.

use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::script::Op;

use crate::litmus::program::{Program, check};
use crate::litmus::runs::MS;

#[test]
fn an_immediate_of_an_immediate_runs_in_the_next_iteration_after_the_timers() {
    let mut p = Program::new();
    let second = p.function("second", &[]);
    let timer = p.function("timer", &[]);
    let first = p.function("first", &[Op::Immediate(second), Op::Timeout(1, timer), Op::Spin(MS(3))]);
    let beside = p.function("beside", &[]);
    p.main(&[Op::Immediate(first), Op::Immediate(beside)]);
    check(&p, RuntimeId::Node, "first beside timer second");
}

#[test]
fn an_immediate_of_a_poll_callback_is_before_its_timer_of_nothing() {
    let mut p = Program::new();
    let (timer, imm) = (p.function("timeout0", &[]), p.function("immediate", &[]));
    let data = p.function("data", &[Op::Timeout(0, timer), Op::Immediate(imm), Op::Spin(MS(5))]);
    p.main(&[Op::Readable(data)]);
    check(&p, RuntimeId::Node, "data immediate timeout0");
}
