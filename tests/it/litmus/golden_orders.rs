//! The golden orders of callbacks and goroutines, in the models and in the real runtimes.

use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::script::Op;

use crate::litmus::program::{Program, check, check_that};
use crate::litmus::runs::MS;

/// A program that spawns `n` goroutines with their numbers for names.
fn spawn(n: usize) -> Program {
    let mut p = Program::new();
    let spawns: Vec<Op> = (0..n).map(|i| Op::Go(p.function(&i.to_string(), &[]))).collect();
    p.main(&spawns);
    p
}

#[test]
fn ticks_then_microtasks_after_every_callback() {
    let mut p = Program::new();
    let nested = p.function("tick-nested", &[]);
    let micro_in_tick = p.function("micro-in-tick", &[]);
    let tick1 = p.function("tick1", &[Op::NextTick(nested), Op::Microtask(micro_in_tick)]);
    let tick2 = p.function("tick2", &[]);
    let tick_in_micro = p.function("tick-in-micro", &[]);
    let micro1 = p.function("micro1", &[Op::NextTick(tick_in_micro)]);
    let (tick_b, micro_b) = (p.function("tickB", &[]), p.function("microB", &[]));
    let a = p.function("timeoutA", &[]);
    let b = p.function("timeoutB", &[Op::NextTick(tick_b), Op::Microtask(micro_b)]);
    let c = p.function("timeoutC", &[]);
    let (imm_nested, tick_imm1) = (p.function("imm-nested", &[]), p.function("tick-imm1", &[]));
    let imm1 = p.function("imm1", &[Op::Immediate(imm_nested), Op::NextTick(tick_imm1)]);
    let imm2 = p.function("imm2", &[]);
    p.main(&[Op::NextTick(tick1), Op::NextTick(tick2), Op::Microtask(micro1)]);
    p.main(&[Op::Timeout(1, a), Op::Timeout(1, b), Op::Timeout(1, c), Op::Immediate(imm1), Op::Immediate(imm2)]);
    p.main(&[Op::Spin(MS(5))]);
    let order = "tick1 tick2 tick-nested micro1 micro-in-tick tick-in-micro timeoutA timeoutB tickB microB timeoutC imm1 \
                 tick-imm1 imm2 imm-nested";
    check(&p, RuntimeId::Node, order);
}

#[test]
fn immediates_of_poll_callbacks_run_after_the_whole_batch() {
    let mut p = Program::new();
    let mut main = Vec::new();
    for i in 0..4 {
        let tick = p.function(&format!("tick{i}"), &[]);
        let micro = p.function(&format!("mic{i}"), &[]);
        let imm = p.function(&format!("imm{i}"), &[]);
        let mut ops = vec![Op::Immediate(imm), Op::NextTick(tick), Op::Microtask(micro)];
        if i == 0 {
            ops.push(Op::Spin(MS(30)));
        }
        let data = p.function(&format!("data{i}"), &ops);
        main.push(Op::Readable(data));
    }
    p.main(&main);
    let order = "data0 tick0 mic0 data1 tick1 mic1 data2 tick2 mic2 data3 tick3 mic3 imm0 imm1 imm2 imm3";
    check(&p, RuntimeId::Node, order);
}

#[test]
fn the_last_goroutine_spawned_runs_first() {
    check(&spawn(6), RuntimeId::Go, "5 0 1 2 3 4");
}

#[test]
fn a_full_ring_overflows_and_the_global_queue_is_reached_within_61_ticks() {
    check_that(&spawn(300), RuntimeId::Go, |order| {
        let order: Vec<&str> = order.split(' ').collect();
        // Where the first one comes depends on the ticks before; the distance does not.
        let at = |name: &str| order.iter().position(|one| *one == name).unwrap_or(usize::MAX);
        order.len() == 300
            && order[..4] == ["299", "128", "129", "130"]
            && at("0") < 62
            && at("1").wrapping_sub(at("0")) == 61
    });
}

#[test]
fn a_goroutine_that_yields_goes_to_the_tail_of_the_global_queue() {
    let mut p = Program::new();
    let one = p.mark("11");
    let f1 = p.function("1", &[Op::Gosched, one]);
    let two = p.mark("22");
    let f2 = p.function("2", &[Op::Gosched, two]);
    p.main(&[Op::Go(f1), Op::Go(f2)]);
    check(&p, RuntimeId::Go, "2 1 22 11");
}

#[test]
fn a_readied_goroutine_displaces_runnext_to_the_tail() {
    let mut p = Program::new();
    let m = p.mark("100");
    let waiter = p.function("waits", &[Op::Receive(0), m]);
    let (f2, f3) = (p.function("200", &[]), p.function("300", &[]));
    // The waiter blocks; then 300 is put in the ring, 200 in runnext, and readying the waiter kicks 200 behind 300.
    p.main(&[Op::Go(waiter), Op::Gosched, Op::Go(f3), Op::Go(f2), Op::Send(0)]);
    check(&p, RuntimeId::Go, "waits 100 300 200");
}
