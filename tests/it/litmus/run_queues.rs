//! Run queues: who is next, and on whose time.

use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::{CostModel, Scenario};
use runtime_duel::sim::script::Op;
use runtime_duel::sim::time::Span;

use crate::litmus::program::{Program, check};
use crate::litmus::runs::{MS, clients, found, marks, ms};

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

#[test]
fn goroutines_that_hand_to_each_other_share_a_slice_and_are_preempted_together() {
    let mut p = Program::new();
    let step = [Op::Spin(MS(3)), Op::Send(0), Op::Receive(1)];
    let other = [Op::Receive(0), Op::Spin(MS(3)), Op::Send(1)];
    let ping = p.function("ping", &step.repeat(20));
    let pong = p.function("pong", &other.repeat(20));
    let third = p.function("third", &[]);
    p.main(&[Op::Go(ping), Op::Go(third), Op::Go(pong)]);
    let marks = marks(&p, 1, CostModel::Zero);
    let at = marks.iter().find(|(_, name)| name == "third").expect("it runs").0;
    // 3 ms at a time nobody would be preempted; together they are, and only then the third one has its turn.
    assert!((9_900..=22_000).contains(&at), "{marks:?}");
}

#[test]
fn one_processor_has_the_throughput_of_a_loop_and_many_times_its_tail() {
    // Measured with Node 20.20.2 and Go 1.27.3: 475 and 467 a second, 145 and 1548 ms at 99 %, 135 and 21 at 50 %.
    let (node, go) = (found(RuntimeId::Node, clients(64, 10.0)), found(RuntimeId::Go, clients(64, 10.0)));
    let share = go.figures.throughput / node.figures.throughput;
    assert!((0.97..=1.03).contains(&share), "{share}");
    // Who wakes from a sleep goes ahead of who waits, and whoever is preempted goes to the end of the global queue.
    assert!(ms(&go, 0.99) > 6.0 * ms(&node, 0.99), "{} {}", ms(&go, 0.99), ms(&node, 0.99));
    assert!(ms(&go, 0.5) < 0.25 * ms(&node, 0.5), "{} {}", ms(&go, 0.5), ms(&node, 0.5));
}

#[test]
fn who_never_waits_lets_the_others_have_their_turn() {
    for runtime in [RuntimeId::Node, RuntimeId::Go] {
        let scenario = Scenario { demand: Span::from_ms(5), ..clients(8, 100.0) };
        let found = found(runtime, scenario);
        // Round after round: each waits for the seven others.
        assert!((ms(&found, 0.1) - 40.0).abs() < 1.0, "{runtime:?} {}", ms(&found, 0.1));
        assert!((ms(&found, 0.9) - 40.0).abs() < 6.0, "{runtime:?} {}", ms(&found, 0.9));
    }
}
