//! The thread pool: four threads, two for slow calls, and one eventfd for all that is done.

use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::{Io, Scenario};
use runtime_duel::sim::script::{CallKind, Op};
use runtime_duel::sim::time::Span;
use runtime_duel::sim::trace::TraceEvent;

use crate::litmus::program::{Program, alone, check};
use crate::litmus::runs::{MS, trace};

#[test]
fn pool_exhaustion_at_four() {
    let mut p = Program::new();
    let done = p.function("done", &[]);
    p.main(&[Op::Pool(CallKind::Blocking, MS(100), done); 10]);
    let times: Vec<u64> = p.marks(RuntimeId::Node, &alone()).iter().map(|(at, _)| at / 1000).collect();
    assert_eq!(times, [100, 100, 100, 100, 200, 200, 200, 200, 300, 300]);
}

#[test]
fn slow_calls_take_two_of_four_threads_at_most() {
    let mut p = Program::new();
    let (slow, fast) = (p.function("dns", &[]), p.function("fs", &[]));
    p.main(&[Op::Pool(CallKind::Slow, MS(100), slow); 6]);
    p.main(&[Op::Pool(CallKind::Blocking, MS(10), fast); 2]);
    let marks: Vec<(u64, &str)> =
        p.marks(RuntimeId::Node, &alone()).iter().map(|(at, name)| (at / 1000, *name)).collect();
    let expected =
        [(10, "fs"), (10, "fs"), (100, "dns"), (100, "dns"), (200, "dns"), (200, "dns"), (300, "dns"), (300, "dns")];
    assert_eq!(marks, expected);
}

#[test]
fn all_completions_are_taken_at_the_one_place_of_the_eventfd() {
    let mut p = Program::new();
    let done = p.function("done", &[]);
    let data = p.function("data", &[]);
    // Both calls end during the spin: the first one wrote to the eventfd, the second found it written to.
    let spin = p.function("spin", &[Op::Spin(MS(50)), Op::Readable(data)]);
    p.main(&[
        Op::Pool(CallKind::Blocking, MS(10), done),
        Op::Pool(CallKind::Blocking, MS(30), done),
        Op::Immediate(spin),
    ]);
    let order: Vec<&str> =
        p.marks(RuntimeId::Node, &Scenario { n_cores: 4, ..alone() }).iter().map(|(_, name)| *name).collect();
    assert_eq!(order, ["spin", "done", "done", "data"]);
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
fn file_waits_queue_for_the_pool_and_network_waits_do_not() {
    let scenario =
        |io| Scenario { io, mix: 1.0, n_clients: 64, demand: MS(100), think: Span::ZERO, ..Scenario::default() };
    let completed = |io| {
        let log = trace(RuntimeId::Node, &scenario(io), 10_000);
        log.0.iter().filter(|(_, event)| matches!(event, TraceEvent::Completed { .. })).count()
    };
    let (file, network) = (completed(Io::File), completed(Io::Network));
    // Four threads of 99 ms each: 40 per second. 64 clients of 100 ms: 600 per second, as the CPU is 60 % busy.
    assert!((390..=410).contains(&file), "{file}");
    assert!(network > 5_000, "{network}");
}
