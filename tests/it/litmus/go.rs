//! What a request can feel of goroutines, processors and threads.

use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::run::{Advance, Death};
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{CostModel, Io, Load, Scenario, Transport};
use runtime_duel::sim::script::Op;
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::TraceEvent;

use crate::litmus::program::{Log, Program, alone};

const MS: fn(u64) -> Span = Span::from_ms;

fn trace(scenario: &Scenario, ms: u64) -> Log {
    let mut run = AnyRun::new(RuntimeId::Go, scenario, 0, Log::default());
    run.advance(Time::ZERO + MS(ms), u64::MAX);
    run.sink().clone()
}

fn marks(p: &Program, n_ps: u32, costs: CostModel) -> Vec<(u64, String)> {
    let scenario = Scenario { gomaxprocs: Some(n_ps), n_cores: n_ps, costs, ..alone() };
    p.marks(RuntimeId::Go, &scenario).iter().map(|(at, name)| (*at, (*name).to_owned())).collect()
}

/// When goroutines were preempted, in milliseconds.
fn preemptions(scenario: &Scenario, ms: u64) -> Vec<f64> {
    let log = trace(scenario, ms);
    let times = log
        .0
        .iter()
        .filter(|(_, event)| matches!(event, TraceEvent::Preempted(_)))
        .map(|(at, _)| at.as_secs_f64() * 1e3);
    times.collect()
}

/// Three goroutines that never end, on one processor.
fn spinners(n: u32) -> Scenario {
    Scenario {
        n_clients: n,
        mix: 100.0,
        demand: MS(10_000),
        cpu_dist: Dist::Constant,
        think: Span::ZERO,
        gomaxprocs: Some(1),
        transport: Transport::Socket,
        ..Scenario::default()
    }
}

#[test]
fn a_sustained_slice_is_two_rounds_of_sysmon() {
    let times = preemptions(&spinners(3), 5_000);
    let slices: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).skip(3).collect();
    assert!(slices.len() > 200);
    // Measured with Go 1.27.3: 20.1 at 10 %, 20.14 to 20.30 at the median, 20.3 to 20.4 at 90 %.
    assert!(slices.iter().all(|slice| (20.1..=20.4).contains(slice)), "{:?}", &slices[..5]);
}

#[test]
fn a_watchful_sysmon_preempts_after_ten_milliseconds() {
    let times = preemptions(&spinners(3), 100);
    // It begins with its beat of 20 µs, sees the first slice at once and ends it when 10 ms are over.
    assert!((10.0..=10.2).contains(&times[0]), "{times:?}");
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
fn a_preempted_goroutine_goes_behind_everything_in_the_local_queue() {
    let mut p = Program::new();
    let end = p.mark("end");
    let short: Vec<u16> = (0..5).map(|i| p.function(&format!("s{i}"), &[Op::Spin(MS(1))])).collect();
    let spawns: Vec<Op> = short.iter().map(|f| Op::Go(*f)).collect();
    let long = p.function("long", &[&spawns[..], &[Op::Spin(MS(30)), end]].concat());
    p.main(&[Op::Go(long)]);
    let names: Vec<String> = marks(&p, 1, CostModel::Zero).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["long", "s4", "s0", "s1", "s2", "s3", "end"]);
}

#[test]
fn idle_timers_fire_on_whole_milliseconds() {
    let at = |us| {
        let mut p = Program::new();
        let done = p.mark("done");
        p.main(&[Op::Sleep(Span::from_us(us)), done]);
        marks(&p, 1, CostModel::Measured)[0].0
    };
    // Measured: Sleep(50 µs) takes 1.10 ms, Sleep(1.5 ms) 2.18, Sleep(5 ms) 5.22. epoll_wait sleeps one whole
    // millisecond, finds half of one missing and sleeps another.
    assert!((1_000..=1_200).contains(&at(50)), "{}", at(50));
    assert!((2_100..=2_250).contains(&at(1_500)), "{}", at(1_500));
    assert!((5_100..=5_250).contains(&at(5_000)), "{}", at(5_000));
}

#[test]
fn a_busy_processor_delays_its_timers_until_it_schedules() {
    let mut p = Program::new();
    let woken = p.mark("woken");
    let sleeper = p.function("sleeps", &[Op::Sleep(MS(2)), woken]);
    let spinner = p.function("spins", &[Op::Spin(MS(8))]);
    p.main(&[Op::Go(spinner), Op::Go(sleeper)]);
    let woken = |n_ps| {
        let marks = marks(&p, n_ps, CostModel::Measured);
        marks.iter().find(|(_, name)| name == "woken").expect("it wakes").0
    };
    assert!(woken(1) >= 8_000, "{}", woken(1));
    // A second processor runs out of work and takes over the timer.
    assert!(woken(2) < 4_000, "{}", woken(2));
}

#[test]
fn blocking_calls_take_threads_and_not_processors() {
    // One processor, 50 goroutines that block for 100 ms each: nearly all at once, each on its own thread.
    let mut p = Program::new();
    let back = p.mark("back");
    let call = p.function("call", &[Op::Syscall(MS(100)), back]);
    p.main(&[Op::Go(call); 50]);
    let marks = marks(&p, 1, CostModel::Measured);
    let last = marks.iter().filter(|(_, name)| name == "back").map(|(at, _)| *at).max().expect("they return");
    // Other work waits, so sysmon hands the processor on in its second round: 50 times some 100 to 200 µs, and slower
    // once it has grown less watchful.
    assert!((104_000..=160_000).contains(&last), "{last}");
}

#[test]
fn ten_thousand_threads_are_the_end() {
    let scenario = Scenario {
        io: Io::File,
        load: Load::Open,
        rate: 100_000.0,
        mix: 0.0,
        demand: MS(5_000),
        costs: CostModel::Zero,
        transport: Transport::Socket,
        ..Scenario::default()
    };
    let mut run = AnyRun::new(RuntimeId::Go, &scenario, 0, Log::default());
    assert_eq!(run.advance(Time::ZERO + MS(5_000), u64::MAX), Advance::Died(Death::TooManyThreads));
    // Node's four threads are slow and survive.
    let mut run = AnyRun::new(RuntimeId::Node, &scenario, 0, Log::default());
    assert_eq!(run.advance(Time::ZERO + MS(500), u64::MAX), Advance::Reached);
}

#[test]
fn a_spinning_thread_that_finds_work_wakes_the_next() {
    // 300 goroutines of 1 ms spawned by one: with 8 processors they are spread in a cascade and done in time.
    let mut p = Program::new();
    let f = p.function("f", &[Op::Spin(MS(1))]);
    p.main(&[Op::Go(f); 300]);
    let scenario = Scenario { gomaxprocs: Some(8), n_cores: 8, costs: CostModel::Measured, ..alone() };
    let log = p.log(RuntimeId::Go, &scenario);
    let last = log.0.iter().filter(|(_, e)| matches!(e, TraceEvent::Overhead { .. })).map(|(at, _)| *at).max();
    let last_ms = last.expect("they run").as_secs_f64() * 1e3;
    assert!((37.5..=40.5).contains(&last_ms), "{last_ms}");
    let stolen: u32 =
        log.0.iter().map(|(_, e)| if let TraceEvent::Stole { n, .. } = e { u32::from(*n) } else { 0 }).sum();
    assert!(stolen > 100, "{stolen}");
}

#[test]
fn a_cycle_of_the_collector_stops_the_world_twice_and_marks_with_a_quarter() {
    let scenario =
        Scenario { alloc: 64 << 10, load: Load::Open, rate: 2_000.0, mix: 10.0, demand: MS(5), ..Scenario::default() };
    let log = trace(&scenario, 5_000);
    let pauses: Vec<f64> = log
        .0
        .iter()
        .filter_map(|(_, event)| match event {
            TraceEvent::Collected { pause, .. } => Some(pause.as_secs_f64() * 1e6),
            _ => None,
        })
        .collect();
    // 128 MiB a second through a heap that grows from about 1 to 4 MiB in each cycle.
    assert!(pauses.len() > 200 && pauses.len().abs_diff(400) < 250, "{}", pauses.len());
    let median = {
        let mut sorted = pauses.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    };
    assert!((30.0..=50.0).contains(&median), "{median}");
}
