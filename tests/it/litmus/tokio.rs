//! What a request can feel of Tokio's tasks, workers and their driver.
//!
//! The golden orders and times were measured with Tokio 1.53.1: the same small programs, on as many workers.

use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{CostModel, Io, Load, Scenario, Transport, Warm};
use runtime_duel::sim::script::Op;
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::TraceEvent;

use crate::litmus::program::{Log, Program, alone};

const MS: fn(u64) -> Span = Span::from_ms;
const US: fn(u64) -> Span = Span::from_us;

fn machine(n_workers: u32, costs: CostModel) -> Scenario {
    Scenario { n_workers: Some(n_workers), n_cores: n_workers, costs, ..alone() }
}

/// The marks of `p` on so many workers, where nothing costs anything: when, in milliseconds, and which.
fn marks(p: &Program, n_workers: u32) -> Vec<(f64, String)> {
    let marks = p.marks(RuntimeId::Tokio, &machine(n_workers, CostModel::Zero));
    marks.into_iter().map(|(us, name)| (us as f64 / 1e3, name.to_owned())).collect()
}

/// When `name` was marked.
fn at(marks: &[(f64, String)], name: &str) -> f64 {
    marks.iter().find(|(_, one)| one == name).unwrap_or_else(|| panic!("{name} comes by: {marks:?}")).0
}

fn order(p: &Program) -> String {
    p.order(RuntimeId::Tokio)
}

/// A program that spawns `n` tasks with their numbers for names.
fn spawn(n: usize) -> Program {
    let mut p = Program::new();
    let spawns: Vec<Op> = (0..n).map(|i| Op::Go(p.function(&i.to_string(), &[]))).collect();
    p.main(&spawns);
    p
}

/// What becomes of `scenario` in ten seconds.
fn trace(scenario: &Scenario) -> Log {
    let mut run = AnyRun::new(RuntimeId::Tokio, scenario, 0, Log::default());
    assert!(run.advance(Time::ZERO + MS(10_000), u64::MAX) != Advance::OutOfEvents);
    run.sink().clone()
}

/// When requests were answered, in milliseconds, by their number, in this order.
fn answers(log: &Log) -> Vec<(u32, f64)> {
    let answers = log.0.iter().filter_map(|(at, event)| match event {
        TraceEvent::Completed { request, .. } => Some((request.nth(), at.as_secs_f64() * 1e3)),
        _ => None,
    });
    answers.collect()
}

#[test]
fn the_task_that_was_spawned_last_runs_first() {
    assert_eq!(order(&spawn(6)), "5 0 1 2 3 4");
}

#[test]
fn tasks_of_a_batch_come_from_outside_of_the_workers_and_run_in_order() {
    let batch = Scenario {
        load: Load::Batch,
        n_tasks: 6,
        mix: 100.0,
        demand: MS(1),
        cpu_dist: Dist::Constant,
        transport: Transport::Direct,
        ..machine(1, CostModel::Zero)
    };
    let order: Vec<u32> = answers(&trace(&batch)).into_iter().map(|(nth, _)| nth).collect();
    assert_eq!(order, [0, 1, 2, 3, 4, 5]);
}

#[test]
fn a_full_ring_overflows_and_the_inject_queue_is_reached_at_the_61st_tick() {
    let order = order(&spawn(300));
    let order: Vec<usize> = order.split(' ').map(|name| name.parse().expect("a number")).collect();
    // The 258th spawn finds 0 to 255 in the ring: 128 to 255 and 256 go to the inject queue. 299 is in the LIFO slot.
    let begin: Vec<usize> = [299].into_iter().chain(0..59).chain([128, 59, 60]).collect();
    assert_eq!(order[..63], begin);
    // What the worker finds there when it has run dry it takes in order. When it looks again in between depends on how
    // long its polls take: 129 ran 4 or 19 polls after 128, and here, where they take no time, 66 later.
    assert_eq!(order.len(), 300);
    let dry = order.iter().position(|i| *i == 298).expect("it runs");
    assert!(order[dry + 1..].is_sorted() && order[dry + 1] > 128 && order[299] == 256, "{:?}", &order[dry..]);
    assert_eq!(order.iter().position(|i| *i == 129), Some(60 + 66));
}

#[test]
fn who_yields_comes_back_when_the_driver_was_looked_at() {
    let mut p = Program::new();
    let mut spawns = Vec::new();
    for i in 0..4 {
        let (twice, thrice) = (p.mark(&format!("{i}{i}")), p.mark(&format!("{i}{i}{i}")));
        spawns.push(Op::Go(p.function(&i.to_string(), &[Op::Gosched, twice, Op::Gosched, thrice])));
    }
    p.main(&spawns);
    // They are woken last first, and the last woken is the first to run.
    assert_eq!(order(&p), "3 0 1 2 33 22 11 00 333 000 111 222");
}

#[test]
fn the_lifo_slot_is_polled_three_times_in_a_row() {
    let mut p = Program::new();
    let mut ping = Vec::new();
    let mut pong = Vec::new();
    for i in 0..6 {
        ping.extend([Op::Receive(0), p.mark(&format!("a{i}")), Op::Send(1)]);
        pong.extend([Op::Receive(1), p.mark(&format!("b{i}")), Op::Send(0)]);
    }
    let (a, b) = (p.function("a", &ping), p.function("b", &pong));
    let others = ["c", "d", "e"].map(|name| Op::Go(p.function(name, &[])));
    p.main(&[Op::Go(a), Op::Go(b), Op::Sleep(MS(5))]).main(&others).main(&[Op::Send(0)]);
    assert_eq!(order(&p), "b a a0 b0 a1 c d e b1 a2 b2 a3 b3 a4 b4 a5 b5");
}

#[test]
fn a_budget_of_128_makes_a_task_yield() {
    let mut p = Program::new();
    let mut receive = Vec::new();
    for i in 0..300 {
        receive.push(Op::Receive(0));
        if [0, 127, 128, 255, 256, 299].contains(&i) {
            receive.push(p.mark(&format!("r{i}")));
        }
    }
    let r = p.function("r", &receive);
    let (xx, yy) = (p.mark("xx"), p.mark("yy"));
    let (x, y) = (p.function("x", &[Op::Gosched, xx]), p.function("y", &[Op::Gosched, yy]));
    p.main(&[Op::Send(0); 300]).main(&[Op::Go(r), Op::Go(x), Op::Go(y)]);
    assert_eq!(order(&p), "y r r0 r127 x yy xx r128 r255 r256 r299");
}

#[test]
fn the_lifo_slot_can_not_be_stolen() {
    let mut p = Program::new();
    let (b, c, end) = (p.function("b", &[]), p.function("c", &[]), p.mark("end"));
    p.main(&[Op::Go(b), Op::Go(c), Op::Spin(MS(100)), end]);
    let marks = marks(&p, 2);
    // Measured: b within the first millisecond, c after the 100 of the task that spawned both.
    assert_eq!(["b", "end", "c"].map(|name| at(&marks, name)), [0.0, 100.0, 100.0]);
}

#[test]
fn a_thief_takes_half() {
    let mut p = Program::new();
    let one = p.function("one", &[Op::Spin(MS(1))]);
    p.main(&[Op::Go(one); 10]).main(&[Op::Spin(MS(20))]);
    let log = p.log(RuntimeId::Tokio, &machine(2, CostModel::Zero));
    let stolen =
        log.0.iter().filter_map(|(_, event)| if let TraceEvent::Stole { n, .. } = event { Some(*n) } else { None });
    // Nine are in the ring; the tenth is in the LIFO slot.
    assert_eq!(stolen.collect::<Vec<_>>(), [5, 2, 1, 1]);
}

#[test]
fn who_finds_work_wakes_the_next_until_all_have_some() {
    let mut p = Program::new();
    let one = p.function("one", &[Op::Spin(MS(1))]);
    p.main(&[Op::Go(one); 300]);
    let log = p.log(RuntimeId::Tokio, &machine(8, CostModel::Measured));
    let last = log.0.iter().filter(|(_, e)| matches!(e, TraceEvent::Overhead { .. })).map(|(at, _)| *at).max();
    let last_ms = last.expect("they run").as_secs_f64() * 1e3;
    assert!((37.5..=40.5).contains(&last_ms), "{last_ms}");
    // Never more than half of them search at a time: each search that is in vain is 7 looks of 110 ns.
    let mut searching = 0_i32;
    let mut most = 0;
    let mut ends: Vec<(Time, i32)> = Vec::new();
    for (at, event) in &log.0 {
        if let TraceEvent::Overhead { overhead, .. } = event
            && overhead.as_ns() % 110 == 0
            && overhead.as_ns() / 110 >= 7
        {
            ends.extend([(Time::from_ns(at.as_ns() - overhead.as_ns()), 1), (*at, -1)]);
        }
    }
    ends.sort();
    for (_, change) in &ends {
        searching += change;
        most = most.max(searching);
    }
    assert!((1..=4).contains(&most), "{most} of {} searches", ends.len() / 2);
}

#[test]
fn a_long_burst_is_never_preempted_and_delays_what_is_behind_it() {
    let mut p = Program::new();
    let (timer, woken) = (p.mark("woken"), p.mark("end"));
    let sleeper = p.function("sleeps", &[Op::Sleep(MS(2)), timer]);
    let short = p.function("short", &[]);
    p.main(&[Op::Go(short), Op::Go(sleeper), Op::Sleep(MS(1)), Op::Spin(MS(500)), woken]);
    let marks = marks(&p, 1);
    assert_eq!((at(&marks, "end"), at(&marks, "woken")), (501.0, 501.0));
    let scenario = Scenario {
        mix: 100.0,
        demand: MS(1_000),
        think: Span::ZERO,
        n_clients: 8,
        transport: Transport::Socket,
        ..machine(2, CostModel::Measured)
    };
    let log = trace(&scenario);
    assert!(answers(&log).len() > 10 && !log.0.iter().any(|(_, event)| matches!(event, TraceEvent::Preempted(_))));
}

/// So many tasks sleep for 20 ms and then compute for 200, beside one that sleeps for 60; when it wakes, on four workers.
fn wakes_beside(n: usize) -> f64 {
    let mut p = Program::new();
    let long = p.function("long", &[Op::Sleep(MS(20)), Op::Spin(MS(200))]);
    let woken = p.mark("woken");
    let sleeper = p.function("sleeper", &[Op::Sleep(MS(60)), woken]);
    p.main(&vec![Op::Go(long); n]).main(&[Op::Go(sleeper)]);
    at(&marks(&p, 4), "woken")
}

#[test]
fn nobody_watches_the_driver_while_the_worker_that_did_computes() {
    // Measured: 221.3 to 222.5 ms, though three workers have nothing to do. They sleep on condition variables, and a
    // single task that wakes in the driver wakes nobody (tokio-rs/tokio #4730).
    assert_eq!(wakes_beside(1), 220.0);
    // Of two that wake at once the second is for another worker, which wakes a third, and that one finds nothing to do
    // and sleeps in the driver. Measured: 61.2 and 61.3 ms.
    assert_eq!((wakes_beside(2), wakes_beside(3)), (60.0, 60.0));
}

#[test]
fn a_busy_worker_looks_at_the_driver_every_61_ticks() {
    let mut p = Program::new();
    let woken = p.mark("woken");
    let sleeper = p.function("sleeper", &[Op::Sleep(MS(2)), woken]);
    let task = p.function("task", &[Op::Spin(US(200))]);
    p.main(&[Op::Go(sleeper)]).main(&[Op::Go(task); 200]);
    let marks = marks(&p, 1);
    let n = marks.iter().take_while(|(_, name)| name != "woken").filter(|(_, name)| name == "task").count();
    // Measured: after 59 of them, 11.8 ms of computing. In the first of the 60 ticks the last task was polled from the
    // LIFO slot, in the second the sleeper.
    assert_eq!((n, at(&marks, "woken")), (59, 11.8));
}

#[test]
fn timers_fire_on_whole_milliseconds_and_up_to_one_later() {
    let after = |us| {
        let mut p = Program::new();
        let done = p.mark("done");
        p.main(&[Op::Sleep(US(us)), done]);
        p.marks(RuntimeId::Tokio, &machine(1, CostModel::Measured))[0].0
    };
    // Measured: sleep(50 µs) takes 1.07 ms at best, sleep(1.5 ms) 2.07, sleep(5 ms) 6.09: the deadline is rounded up,
    // and the driver sleeps from the beginning of the millisecond that it is in.
    for (us, at_best) in [(50, 1.07), (1_500, 2.07), (5_000, 6.09)] {
        let took = after(us) as f64 / 1e3;
        assert!((at_best - 0.03..=at_best + 0.03).contains(&took), "sleep({us} µs): {took} ms");
    }
    // A timer of 100 ms lies in a slot of 64 ms first, for which the driver wakes as well.
    let mut p = Program::new();
    p.main(&[Op::Sleep(MS(100))]);
    let log = p.log(RuntimeId::Tokio, &machine(1, CostModel::Measured));
    let wakes: Vec<u64> = log
        .0
        .iter()
        .filter(|(_, event)| matches!(event, TraceEvent::CoreBusy(_, true)))
        .map(|(at, _)| at.as_ns() / 1_000_000)
        .collect();
    assert_eq!(wakes, [0, 64, 101]);
}

#[test]
fn blocking_calls_have_512_threads_beside_the_workers() {
    let mut p = Program::new();
    let back = p.mark("back");
    let call = p.function("call", &[Op::Syscall(MS(100)), back]);
    p.main(&[Op::Go(call); 600]);
    let marks = marks(&p, 2);
    let count = |ms: f64| marks.iter().filter(|(at, name)| name == "back" && *at == ms).count();
    assert_eq!((count(100.0), count(200.0)), (512, 88));
}

#[test]
fn an_idle_blocking_thread_ends_after_ten_seconds() {
    let second_call_takes = |pause| {
        let mut p = Program::new();
        let (begin, end) = (p.mark("begin"), p.mark("end"));
        p.main(&[Op::Syscall(MS(1)), Op::Sleep(MS(pause)), begin, Op::Syscall(MS(1)), end]);
        let mut run = AnyRun::new(RuntimeId::Tokio, &machine(2, CostModel::Measured), 0, Log::default());
        run.execute(p.script());
        run.advance(Time::ZERO + MS(20_000), u64::MAX);
        let at =
            |nth| run.sink().0.iter().filter(|(_, e)| matches!(e, TraceEvent::Marked(_))).nth(nth).map(|(at, _)| *at);
        at(1).zip(at(0)).map(|(end, begin)| end.since(begin)).expect("both calls return")
    };
    // The next call starts a thread, which takes 20 µs.
    assert_eq!(second_call_takes(11_000) - second_call_takes(9_000), US(20));
}

#[test]
fn a_connection_that_is_given_back_waits_for_whoever_gave_it_back() {
    // One connection, two workers: the first request has its rows after 20 ms and computes for 100. Its connection wakes
    // the second one, in the LIFO slot: its query begins when that is over. Measured with a Semaphore: 128 ms instead of 28.
    let scenario = Scenario {
        load: Load::Batch,
        n_tasks: 2,
        n_bursts: 2,
        demand: MS(240),
        mix: 100.0 * 200.0 / 240.0,
        cpu_dist: Dist::Constant,
        io: Io::Database,
        n_db_connections: 1,
        transport: Transport::Direct,
        ..machine(2, CostModel::Zero)
    };
    let log = trace(&scenario);
    let of = |wanted: fn(&TraceEvent) -> bool| -> Vec<u64> {
        log.0.iter().filter(|(_, event)| wanted(event)).map(|(at, _)| at.as_ns() / 1_000_000).collect()
    };
    // 20 ms of query; then 100 of the other's burst and 20 of the second query.
    assert_eq!(of(|event| matches!(event, TraceEvent::WaitBegan(_)))[..2], [100, 220]);
    assert_eq!(of(|event| matches!(event, TraceEvent::WaitOver(_)))[..2], [120, 240]);
}

#[test]
fn who_sends_on_to_many_lets_others_have_their_turn_after_128() {
    let room = |n_broadcast| Scenario {
        load: Load::Batch,
        n_tasks: 2,
        n_broadcast,
        mix: 100.0,
        demand: US(100),
        cpu_dist: Dist::Constant,
        transport: Transport::Socket,
        ..machine(1, CostModel::Measured)
    };
    let turns = |n| {
        let log = trace(&room(n));
        let turns = log.0.iter().filter_map(|(_, event)| match event {
            TraceEvent::Ran { request, .. } => Some(request.nth()),
            _ => None,
        });
        turns.collect::<Vec<_>>()
    };
    // A write to a socket is a part of the budget, whoever's socket it is.
    assert_eq!(turns(128), [1, 0]);
    assert_eq!(turns(300), [1, 0, 1, 0, 1, 0]);
}

#[test]
fn a_process_that_starts_is_there_after_a_millisecond_and_a_half() {
    let scenario = Scenario {
        load: Load::Open,
        rate: 2_000.0,
        warm: Warm::Cold,
        mix: 1.0,
        demand: US(100),
        n_cores: 2,
        ..Scenario::default()
    };
    let (_, first) = answers(&trace(&scenario))[0];
    assert!((1.4..1.8).contains(&first), "{first}");
}

#[test]
fn an_accept_queue_of_128_turns_a_crowd_away_for_a_second() {
    let crowd = |n_tasks| Scenario {
        load: Load::Batch,
        n_tasks,
        mix: 100.0,
        demand: US(10),
        transport: Transport::Http,
        ..machine(4, CostModel::Measured)
    };
    let slow = |n| answers(&trace(&crowd(n))).iter().filter(|(_, at)| *at > 999.0).count();
    // mio listens with a backlog of 128, and Linux lets one more in.
    assert_eq!((slow(129), slow(400)), (0, 400 - 129));
}

#[test]
fn a_connection_takes_its_memory_once_and_a_task_its_few_bytes() {
    let peak = |scenario: &Scenario| {
        let mut run = AnyRun::new(RuntimeId::Tokio, scenario, 0, Log::default());
        run.advance(Time::ZERO + MS(1_000), u64::MAX);
        run.memory_peak() as f64
    };
    let connected = |n_clients| Scenario { n_clients, alloc: 0, ..machine(1, CostModel::Measured) };
    // Measured: 9.49 KiB an idle connection.
    let kib = (peak(&connected(5_000)) - peak(&connected(1_000))) / 4_000.0 / 1024.0;
    assert!((9.4..9.6).contains(&kib), "{kib}");
    let batch = |n_tasks| {
        let load = Load::Batch;
        let sleep = Scenario { io: Io::Timer, mix: 0.0, demand: MS(3_000), transport: Transport::Direct, ..alone() };
        Scenario { load, n_tasks, ..sleep }
    };
    let bytes = (peak(&batch(11_000)) - peak(&batch(1_000))) / 10_000.0;
    assert!((455.0..460.0).contains(&bytes), "{bytes}");
}
