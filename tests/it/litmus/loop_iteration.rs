//! An iteration of the loop: nothing preempts a callback, one connection is accepted, and how late a timer would be.

use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{Scenario, Transport};
use runtime_duel::sim::script::Op;
use runtime_duel::sim::time::Time;
use runtime_duel::sim::trace::TraceEvent;

use crate::litmus::program::{Log, Program, alone};
use crate::litmus::runs::{MS, open, trace};

#[test]
fn a_long_callback_delays_timers_and_nothing_preempts_it() {
    let mut p = Program::new();
    let timer = p.function("timer", &[]);
    let long = p.function("long", &[Op::Spin(MS(200))]);
    p.main(&[Op::Timeout(10, timer), Op::Immediate(long)]);
    let marks = p.marks(RuntimeId::Node, &alone());
    assert_eq!(marks, [(0, "long"), (200_000, "timer")]);
}

#[test]
fn one_accept_per_iteration_keeps_the_others_out_of_the_loop() {
    // Two bursts of 2 ms with a wait between: what has been accepted comes back beside the one new connection of an
    // iteration, so at twice the capacity those inside are answered all the same.
    let scenario = Scenario { n_bursts: 2, mix: 50.0, demand: MS(8), rate: 500.0, ..open(500.0) };
    let log = trace(RuntimeId::Node, &scenario, 4_000);
    let n = log.0.iter().filter(|(_, event)| matches!(event, TraceEvent::Completed { .. })).count();
    assert!(n > 900, "250 per second is what one core can do: {n} in 4 s");
}

#[test]
fn a_backlog_of_511_drops_what_comes_beyond_and_the_client_tries_again_after_a_second() {
    let log = trace(RuntimeId::Node, &open(2_000.0), 3_000);
    let completed: Vec<(u64, u64)> = log
        .0
        .iter()
        .filter_map(|(at, event)| match event {
            TraceEvent::Completed { born, .. } => Some((at.as_ns(), at.since(*born).as_ns())),
            _ => None,
        })
        .collect();
    assert!((1_490..=1_500).contains(&completed.len()), "500 per second: {}", completed.len());
    // Whoever was accepted without a retry waited for 512 others of 2 ms at most; the others a second more.
    let in_first_second = completed.iter().filter(|(at, _)| *at < 1_000_000_000).map(|(_, wait)| *wait).max();
    assert!(in_first_second.is_some_and(|wait| wait < 1_040_000_000), "{in_first_second:?}");
    let direct = Scenario { transport: Transport::Socket, ..open(2_000.0) };
    let mut run = AnyRun::new(RuntimeId::Node, &direct, 0, Log::default());
    run.advance(Time::ZERO + MS(3_000), u64::MAX);
    assert_eq!(run.n_in_flight(), 6_000 - 1_499, "inside the process there is no backlog");
}

#[test]
fn the_event_loop_delay_is_what_a_timer_would_see() {
    let busy = Scenario { mix: 100.0, demand: MS(50), cpu_dist: Dist::Constant, ..Scenario::default() };
    let longest = |scenario: &Scenario| {
        let log = trace(RuntimeId::Node, scenario, 5_000);
        let delays = log.0.iter().filter_map(|(_, event)| match event {
            TraceEvent::LoopDelay { delay, .. } => Some(*delay),
            _ => None,
        });
        delays.max().expect("the histogram is not empty")
    };
    assert!(longest(&busy) > MS(40));
    assert!(longest(&Scenario { mix: 0.0, ..busy }) < MS(1));
}
