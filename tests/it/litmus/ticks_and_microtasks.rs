//! The queues of ticks and microtasks: empty after every callback, whatever it takes.

use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::script::Op;

use crate::litmus::program::{Program, check};
use crate::litmus::runs::MS;

#[test]
fn ticks_run_between_the_timers_of_a_list_and_between_lists() {
    let mut p = Program::new();
    let mut timers = Vec::new();
    for name in ["1a", "1b", "2a", "2b"] {
        let micro = p.function(&format!("mic{name}"), &[]);
        let tick = p.function(&format!("tick{name}"), &[Op::Microtask(micro)]);
        timers.push(p.function(name, &[Op::NextTick(tick)]));
    }
    let imm = p.function("immediate", &[]);
    p.main(&[Op::Timeout(50, timers[0]), Op::Timeout(50, timers[1]), Op::Timeout(90, timers[2])]);
    p.main(&[Op::Timeout(90, timers[3]), Op::Immediate(imm), Op::Spin(MS(300))]);
    check(&p, RuntimeId::Node, "1a tick1a mic1a 1b tick1b mic1b 2a tick2a mic2a 2b tick2b mic2b immediate");
}

#[test]
fn ticks_starve_everything_else() {
    let mut p = Program::new();
    let end = p.function("end", &[]);
    let mut tick = end;
    for i in (0..5).rev() {
        tick = p.function(&format!("t{i}"), &[Op::Spin(MS(2)), Op::NextTick(tick)]);
    }
    let timer = p.function("timer", &[]);
    let imm = p.function("immediate", &[]);
    p.main(&[Op::Timeout(1, timer), Op::Immediate(imm), Op::NextTick(tick)]);
    check(&p, RuntimeId::Node, "t0 t1 t2 t3 t4 end timer immediate");
}
