//! What a request can feel of an event loop.

use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{Arrivals, CostModel, Io, Load, Scenario, Transport};
use runtime_duel::sim::script::{CallKind, Op};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::TraceEvent;

use crate::litmus::program::{Log, Program, alone};

const MS: fn(u64) -> Span = Span::from_ms;

/// The trace of `scenario` for so many milliseconds.
fn trace(runtime: RuntimeId, scenario: &Scenario, ms: u64) -> Log {
    let mut run = AnyRun::new(runtime, scenario, 0, Log::default());
    run.advance(Time::ZERO + MS(ms), u64::MAX);
    run.sink().clone()
}

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
fn timers_count_whole_milliseconds_and_never_fire_early() {
    let mut p = Program::new();
    let timer = p.function("timer", &[]);
    // Set at 0.7 ms, which is 0 for the loop; due at 5, and reached by a poll that waits 5 ms from 0.7 on.
    p.main(&[Op::Spin(Span::from_us(700)), Op::Timeout(5, timer)]);
    assert_eq!(p.marks(RuntimeId::Node, &alone()), [(5_700, "timer")]);
}

#[test]
fn a_timer_that_is_overdue_when_the_timers_have_run_waits_for_a_millisecond() {
    let mut p = Program::new();
    let (nested, far) = (p.function("nested", &[]), p.function("far", &[]));
    // Set at 1 and due at 2; setting the other one at 6 refreshes the loop's time, and `RunTimers` sets the `uv_timer` at
    // least 1 ms ahead of that.
    let first = p.function("first", &[Op::Timeout(1, nested), Op::Spin(MS(5)), Op::Timeout(100, far)]);
    p.main(&[Op::Timeout(1, first)]);
    assert_eq!(p.marks(RuntimeId::Node, &alone()), [(1_000, "first"), (7_000, "nested"), (106_000, "far")]);
}

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

#[test]
fn pool_exhaustion_at_four() {
    let mut p = Program::new();
    let done = p.function("done", &[]);
    p.main(&[Op::Pool(CallKind::Blocking, MS(100), done); 10]);
    let times: Vec<u64> = p.marks(RuntimeId::Node, &alone()).iter().map(|(at, _)| at / 1000).collect();
    assert_eq!(times, [100, 100, 100, 100, 200, 200, 200, 200, 300, 300]);
}

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

/// New connections in an open load, with bursts of exactly 2 ms.
fn open(rate: f64) -> Scenario {
    Scenario {
        load: Load::Open,
        arrivals: Arrivals::Constant,
        rate,
        mix: 100.0,
        demand: MS(2),
        cpu_dist: Dist::Constant,
        costs: CostModel::Zero,
        n_cores: 4,
        ..Scenario::default()
    }
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
fn worker_threads_take_bursts_off_the_loop_at_the_price_of_messages() {
    let scenario = Scenario {
        mix: 100.0,
        cpu_dist: Dist::Constant,
        demand: MS(10),
        think: Span::ZERO,
        n_cores: 5,
        n_workers: Some(4),
        ..Scenario::default()
    };
    let completed = |scenario: &Scenario, runtime| {
        let log = trace(runtime, scenario, 5_000);
        log.0.iter().filter(|(_, event)| matches!(event, TraceEvent::Completed { .. })).count() as f64 / 5.0
    };
    let (one, four) = (completed(&scenario, RuntimeId::Node), completed(&scenario, RuntimeId::NodeWorkers));
    assert!((95.0..=101.0).contains(&one), "{one}");
    assert!((380.0..=401.0).contains(&four), "{four}");
    // A megabyte of payload costs 5 ms to write and 5 ms to read on each side, both ways: the main thread is full.
    let large = Scenario { payload: 1 << 20, ..scenario };
    // A worker pays as much on top of its burst of 10 ms, and gets the next when the main thread has read the last one.
    let alone = completed(&Scenario { n_workers: Some(1), ..large }, RuntimeId::NodeWorkers);
    assert!((31.0..=33.0).contains(&alone), "{alone}");
    let large = completed(&large, RuntimeId::NodeWorkers);
    assert!((90.0..=100.0).contains(&large), "{large}");
}

#[test]
fn the_worker_that_has_been_idle_the_longest_takes_the_next_burst() {
    let one_by_one = Scenario { arrivals: Arrivals::Constant, n_workers: Some(4), n_cores: 8, ..open(100.0) };
    let log = trace(RuntimeId::NodeWorkers, &one_by_one, 1_000);
    let ran = log.0.iter().filter_map(|(_, event)| match event {
        TraceEvent::Ran { thread, service, .. } if !service.is_zero() => Some(*thread),
        _ => None,
    });
    let threads: Vec<u32> = ran.collect();
    assert!(threads.len() > 90 && threads[..4] == [1, 2, 3, 4], "{threads:?}");
    assert!(threads.windows(5).all(|five| five[0] == five[4]), "{threads:?}");
}

#[test]
fn one_burst_in_flight_for_each_worker_and_the_others_wait_in_line() {
    let log = trace(
        RuntimeId::NodeWorkers,
        &Scenario {
            mix: 100.0,
            n_clients: 50,
            think: Span::ZERO,
            n_workers: Some(2),
            n_cores: 8,
            ..Scenario::default()
        },
        1_000,
    );
    let n_threads = log.0.iter().filter_map(|(_, event)| match event {
        TraceEvent::Ran { thread, service, .. } if !service.is_zero() => Some(*thread),
        _ => None,
    });
    let threads: std::collections::BTreeSet<u32> = n_threads.collect();
    assert_eq!(threads.len(), 2, "bursts run on the workers only: {threads:?}");
}

#[test]
fn scavenges_stop_the_loop_as_often_as_memory_fills_the_semi_space() {
    let scenario =
        Scenario { alloc: 1 << 20, load: Load::Open, rate: 100.0, arrivals: Arrivals::Constant, ..Scenario::default() };
    let log = trace(RuntimeId::Node, &scenario, 10_000);
    let pauses: Vec<Span> = log
        .0
        .iter()
        .filter_map(|(_, event)| match event {
            TraceEvent::Collected { pause, .. } => Some(*pause),
            _ => None,
        })
        .collect();
    // 1,000 MiB through four fifths of 16 MiB, of which the one or two requests in flight at a scavenge keep theirs.
    assert!((79..=96).contains(&pauses.len()), "{}", pauses.len());
    assert!(pauses.iter().all(|pause| *pause >= Span::from_us(600)));
}

#[test]
fn a_message_takes_memory_on_the_side_that_reads_it() {
    let scenario = Scenario {
        mix: 100.0,
        demand: MS(1),
        think: Span::ZERO,
        alloc: 0,
        payload: 100 << 10,
        n_cores: 5,
        n_workers: Some(4),
        ..Scenario::default()
    };
    let log = trace(RuntimeId::NodeWorkers, &scenario, 10_000);
    let n = |is_main: bool| {
        let of =
            |event: &TraceEvent| matches!(event, TraceEvent::Collected { process, .. } if (*process == 0) == is_main);
        log.0.iter().filter(|(_, event)| of(event)).count()
    };
    // Every burst goes out as one message and comes back as one: a scavenge here for one in all the workers.
    let (main, workers) = (n(true), n(false));
    assert!(main > 40 && main.abs_diff(workers) <= 4, "{main} {workers}");
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
