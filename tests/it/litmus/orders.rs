//! The golden orders of callbacks and goroutines, in the models and in the real runtimes.

use std::process::Command;

use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::script::{CallKind, Op};
use runtime_duel::sim::time::Span;

use crate::litmus::program::Program;

/// What a real runtime prints for a program; none if it is not installed.
fn real(program: &Program, runtime: RuntimeId) -> Option<String> {
    let dir =
        std::env::temp_dir().join(format!("duel-litmus-{}-{:?}", std::process::id(), std::thread::current().id()));
    std::fs::create_dir_all(&dir).expect("the temporary folder can be written to");
    let (name, text, command, args): (_, _, _, &[&str]) = match runtime {
        RuntimeId::Go => ("main.go", program.go(), "go", &["run", "main.go"]),
        _ => ("main.js", program.javascript(), "node", &["main.js"]),
    };
    std::fs::write(dir.join(name), text).expect("the temporary folder can be written to");
    // One thread takes the calls in order.
    let output = Command::new(command).args(args).env("UV_THREADPOOL_SIZE", "1").current_dir(&dir).output();
    let _ = std::fs::remove_dir_all(&dir);
    let Ok(output) = output else {
        println!("{command} is not installed: only the model was asked");
        return None;
    };
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Holds the model and, where it is installed, the real runtime to `holds`.
fn check_that(program: &Program, runtime: RuntimeId, holds: impl Fn(&str) -> bool) {
    let modelled = program.order(runtime);
    assert!(holds(&modelled), "the model: {modelled}");
    // On a busy machine a real process may be taken off its core at the wrong moment; the model has no such excuse.
    let mut last = String::new();
    for _ in 0..5 {
        let Some(real) = real(program, runtime) else { return };
        if holds(&real) {
            return;
        }
        last = real;
    }
    panic!("the real runtime, in none of five runs; the model {modelled}, the last of them {last}");
}

/// Holds them to exactly `order`.
fn check(program: &Program, runtime: RuntimeId, order: &str) {
    assert_eq!(program.order(runtime), order, "the model");
    check_that(program, runtime, |found| found == order);
}

const MS: fn(u64) -> Span = Span::from_ms;

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
fn timers_run_by_list_and_a_late_list_runs_whole() {
    let mut p = Program::new();
    let names: Vec<u16> = ["e900", "b100", "a150", "c150", "d100"].map(|name| p.function(name, &[])).to_vec();
    let [e, b, a, c, d] = names[..] else { unreachable!("five names") };
    // By time d is due at 200, after a; but it is in b's list. A machine that stands still between any two steps only
    // moves what comes later further away.
    p.main(&[Op::Timeout(900, e), Op::Timeout(100, b), Op::Timeout(150, a), Op::Spin(MS(100))]);
    p.main(&[Op::Timeout(150, c), Op::Timeout(100, d), Op::Spin(MS(1000))]);
    check(&p, RuntimeId::Node, "b100 d100 a150 c150 e900");
}

#[test]
fn a_list_that_is_too_early_is_queued_again_behind_its_elders() {
    let mut p = Program::new();
    let (a, b, c) = (p.function("a200", &[]), p.function("b200", &[]), p.function("c100", &[]));
    // b's list is late at 200 because of a, is too early for b, and is queued again for 350; c's list is for 250.
    p.main(&[Op::Timeout(200, a), Op::Spin(MS(150)), Op::Timeout(200, b), Op::Timeout(100, c)]);
    check(&p, RuntimeId::Node, "a200 c100 b200");
}

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
fn nested_timers_wait_whatever_they_are_late() {
    let mut p = Program::new();
    // What a timer sets is not run in the same pass, though it is due before the pass ends; an immediate comes between.
    let (n1, n2, imm) = (p.function("nested1", &[]), p.function("nested2", &[]), p.function("immediate", &[]));
    let tick = p.function("tick", &[Op::Timeout(2, n2), Op::Spin(MS(20))]);
    let a = p.function("a", &[Op::Timeout(1, n1), Op::NextTick(tick), Op::Immediate(imm), Op::Spin(MS(20))]);
    let b = p.function("b", &[Op::Spin(MS(20))]);
    p.main(&[Op::Timeout(1, a), Op::Timeout(2, b), Op::Spin(MS(30))]);
    check(&p, RuntimeId::Node, "a tick b immediate nested1 nested2");
}

#[test]
fn an_immediate_of_a_poll_callback_is_before_its_timer_of_nothing() {
    let mut p = Program::new();
    let (timer, imm) = (p.function("timeout0", &[]), p.function("immediate", &[]));
    let data = p.function("data", &[Op::Timeout(0, timer), Op::Immediate(imm), Op::Spin(MS(5))]);
    p.main(&[Op::Readable(data)]);
    check(&p, RuntimeId::Node, "data immediate timeout0");
}

#[test]
fn completions_of_the_pool_are_taken_at_once_with_ticks_and_microtasks_after_each() {
    let mut p = Program::new();
    let mut main = Vec::new();
    for i in 0..3 {
        let tick = p.function(&format!("tick{i}"), &[]);
        let micro = p.function(&format!("mic{i}"), &[]);
        let imm = p.function(&format!("imm{i}"), &[]);
        let done = p.function(&format!("done{i}"), &[Op::Immediate(imm), Op::Microtask(micro), Op::NextTick(tick)]);
        main.push(Op::Pool(CallKind::Computing, MS(1), done));
    }
    main.push(Op::Spin(MS(500)));
    p.main(&main);
    let order = "done0 tick0 mic0 done1 tick1 mic1 done2 tick2 mic2 imm0 imm1 imm2";
    check(&p, RuntimeId::Node, order);
}

#[test]
fn a_timer_set_by_a_timer_waits_for_the_next_iteration() {
    let mut p = Program::new();
    let late = p.function("late", &[]);
    let imm = p.function("immediate", &[]);
    let first = p.function("first", &[Op::Timeout(1, late), Op::Immediate(imm), Op::Spin(MS(5))]);
    let beside = p.function("beside", &[]);
    p.main(&[Op::Timeout(1, first), Op::Timeout(1, beside), Op::Spin(MS(3))]);
    check(&p, RuntimeId::Node, "first beside immediate late");
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

/// A program that spawns `n` goroutines with their numbers for names.
fn spawn(n: usize) -> Program {
    let mut p = Program::new();
    let spawns: Vec<Op> = (0..n).map(|i| Op::Go(p.function(&i.to_string(), &[]))).collect();
    p.main(&spawns);
    p
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

#[test]
fn goroutines_that_hand_to_each_other_stay_ahead_of_the_queue() {
    let mut p = Program::new();
    let pong = p.mark("pong");
    let a = p.function("a", &[Op::Receive(0), pong, Op::Send(1)]);
    let ping = p.mark("back");
    let b = p.function("b", &[Op::Send(0), Op::Receive(1), ping]);
    let c = p.function("c", &[]);
    p.main(&[Op::Go(b), Op::Go(c), Op::Go(a)]);
    // a waits; b readies it and waits; c was before a's turn came again? No: a is runnext.
    check(&p, RuntimeId::Go, "a b pong back c");
}
