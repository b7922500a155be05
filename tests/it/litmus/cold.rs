//! What a request can feel of a process that has just been started.

use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::request::RequestId;
use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{Arrivals, CostModel, Gc, Io, Load, Scenario, Transport, Warm};
use runtime_duel::sim::start::{Language, Start};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::{TraceEvent, TraceHash};

use crate::litmus::program::Log;

const MS: fn(u64) -> Span = Span::from_ms;
/// The runtimes that start as processes of their own.
const OURS: [RuntimeId; 4] = [RuntimeId::Node, RuntimeId::NodeWorkers, RuntimeId::NodeCluster, RuntimeId::Go];

fn cold() -> Scenario {
    Scenario { warm: Warm::Cold, cpu_dist: Dist::Constant, ..Scenario::default() }
}

fn log(runtime: RuntimeId, scenario: &Scenario, ms: u64) -> Log {
    let mut run = AnyRun::new(runtime, scenario, 0, Log::default());
    run.advance(Time::ZERO + MS(ms), u64::MAX);
    run.sink().clone()
}

/// Answers in order: which request, when, and how long it took.
fn answers(log: &Log) -> Vec<(RequestId, Time, Span)> {
    let answers = log.0.iter().filter_map(|(at, event)| match event {
        TraceEvent::Completed { request, born, .. } => Some((*request, *at, at.since(*born))),
        _ => None,
    });
    answers.collect()
}

/// Of each piece with a part of a burst: which thread, and how long it was with all overhead.
fn pieces(log: &Log) -> Vec<(u32, Span)> {
    let pieces = log.0.iter().filter_map(|(_, event)| match event {
        TraceEvent::Ran { thread, service, overhead, .. } if !service.is_zero() => {
            Some((*thread, *service + *overhead))
        }
        _ => None,
    });
    pieces.collect()
}

/// Arrivals every so many ms that do not wait.
fn every(ms: f64) -> Scenario {
    Scenario { load: Load::Open, arrivals: Arrivals::Constant, rate: 1_000.0 / ms, ..cold() }
}

#[test]
fn nothing_is_answered_before_the_process_is_up_and_then_what_came_meanwhile() {
    for (runtime, up_ms) in [(RuntimeId::Node, 55), (RuntimeId::NodeCluster, 110), (RuntimeId::Go, 3)] {
        let scenario = Scenario { mix: 1.0, demand: MS(5), ..every(1.0) };
        let answers = answers(&log(runtime, &scenario, 500));
        let up = Time::ZERO + MS(up_ms);
        assert!(answers.iter().all(|(_, at, _)| *at > up), "{runtime:?}: {:?}", answers.first());
        assert!(answers[0].1 < up + MS(30), "{runtime:?}: {:?}", answers[0]);
        // Every one of those that came while it started is there, soon after.
        let held = answers.iter().filter(|(_, at, took)| Time::ZERO + at.since(Time::ZERO + *took) < up).count();
        assert_eq!(held as u64, up_ms - 1, "{runtime:?}: one arrived in each ms from the first one on");
        let (_, _, longest) = answers.iter().max_by_key(|(_, _, took)| *took).expect("some were answered");
        assert!(*longest >= MS(up_ms - 1), "{runtime:?}: {longest:?}");
    }
}

#[test]
fn what_was_held_is_answered_in_the_order_in_which_it_came() {
    for (runtime, n_cores) in [(RuntimeId::Node, 1), (RuntimeId::Node, 4)] {
        let scenario = Scenario { mix: 100.0, demand: MS(1), n_cores, ..every(2.0) };
        let answers = answers(&log(runtime, &scenario, 400));
        assert!(answers.len() > 100 && answers.is_sorted_by_key(|(request, ..)| *request), "{runtime:?} {answers:?}");
    }
}

#[test]
fn the_first_executions_are_slow_and_get_faster() {
    let scenario = Scenario { n_clients: 1, think: Span::ZERO, mix: 100.0, demand: MS(1), gc: Gc::Off, ..cold() };
    let scenario = Scenario { transport: Transport::Direct, ..scenario };
    let took: Vec<Span> = answers(&log(RuntimeId::Node, &scenario, 2_000)).iter().map(|(.., took)| *took).collect();
    // 5.5 ms longer for the first of them, at most twice its time for the tenth, nothing for the last.
    assert!((MS(6)..MS(7)).contains(&took[0]), "{:?}", took[0]);
    assert!((Span::from_us(1_700)..MS(2)).contains(&took[9]), "{:?}", took[9]);
    assert!(took.last().is_some_and(|last| *last < Span::from_us(1_010)), "{:?}", took.last());
    assert!(took.windows(2).all(|pair| pair[1] <= pair[0] + Span::from_us(2)), "{took:?}");
    // Compiled ahead, Go's are all alike.
    let of_go = answers(&log(RuntimeId::Go, &scenario, 500));
    assert!(of_go[1..].iter().all(|(.., took)| *took < Span::from_us(1_010)), "{of_go:?}");
}

#[test]
fn a_program_that_runs_for_long_has_none_of_it_and_neither_has_one_without_costs() {
    let scenario = Scenario { mix: 100.0, demand: MS(1), ..every(20.0) };
    let warm = Scenario { warm: Warm::Warm, ..scenario };
    let free = Scenario { costs: CostModel::Zero, ..scenario };
    for runtime in OURS {
        for scenario in [&warm, &free] {
            let answers = answers(&log(runtime, scenario, 1_000));
            let took: Vec<Span> = answers.iter().map(|(.., took)| *took).collect();
            let (least, most) = (took.iter().min(), took.iter().max());
            assert!(most.is_some_and(|most| *most < MS(2)), "{runtime:?} {least:?} {most:?}");
        }
    }
}

#[test]
fn go_is_up_fifty_milliseconds_earlier() {
    let scenario = Scenario { mix: 0.0, demand: MS(1), ..every(1.0) };
    let first = |runtime| answers(&log(runtime, &scenario, 300))[0].1;
    let ahead = first(RuntimeId::Node).since(first(RuntimeId::Go));
    assert!((MS(50)..MS(56)).contains(&ahead), "{ahead:?}");
    let process = |language| Start::of(language, &cold()).process;
    assert!(process(Language::Rust) < process(Language::Go) && process(Language::Go) < MS(5));
    assert!(process(Language::JavaScript) < process(Language::Java));
}

#[test]
fn all_threads_of_a_java_process_share_what_is_compiled() {
    let scenario = Scenario { mix: 100.0, demand: MS(1), n_cores: 4, ..every(50.0) };
    let log = log(RuntimeId::Threads, &scenario, 20_000);
    let answers = answers(&log);
    assert!(answers[0].1 > Time::ZERO + Start::of(Language::Java, &cold()).process, "{:?}", answers[0]);
    // The first burst takes some 90 ms longer; the hundredth is fast although most threads have served few.
    let pieces = pieces(&log);
    let longest = pieces[..20].iter().map(|(_, took)| *took).max();
    assert!(longest.is_some_and(|longest| longest > MS(60)), "{longest:?}");
    let threads: std::collections::BTreeSet<u32> = pieces[..100].iter().map(|(thread, _)| *thread).collect();
    assert!(threads.len() > 8 && pieces[100].1 < MS(4), "{threads:?} {:?}", pieces[100]);
}

#[test]
fn memory_grows_with_what_is_there_and_is_never_above_its_peak() {
    for runtime in [RuntimeId::Node, RuntimeId::NodeWorkers, RuntimeId::NodeCluster, RuntimeId::Go, RuntimeId::Threads]
    {
        let scenario = Scenario { n_clients: 2_000, think: MS(500), mix: 1.0, demand: MS(1), ..cold() };
        let mut run = AnyRun::new(runtime, &scenario, 0, TraceHash::default());
        let mut before = 0;
        for ms in [1, 2_000, 4_000] {
            run.advance(Time::ZERO + MS(ms), u64::MAX);
            let now = run.memory_now();
            assert!(now <= run.memory_peak() && (now > before || ms > 2_000), "{runtime:?} after {ms} ms: {now}");
            before = now;
        }
        // Each connection has some KB.
        assert!(before > 10_000_000 + 2_000 * 5_000, "{runtime:?}: {before}");
    }
}

#[test]
fn each_isolate_warms_up_by_itself() {
    let scenario = Scenario { mix: 100.0, demand: MS(1), n_cores: 4, n_workers: Some(3), ..every(8.0) };
    for runtime in [RuntimeId::NodeWorkers, RuntimeId::NodeCluster] {
        let pieces = pieces(&log(runtime, &scenario, 2_000));
        for worker in 1..=3 {
            let own: Vec<Span> = pieces.iter().filter(|(thread, _)| *thread == worker).map(|(_, took)| *took).collect();
            assert!(own.len() > 50 && own[0] > MS(6), "{runtime:?} {worker}: {own:?}");
            assert!(own.last().is_some_and(|last| *last < Span::from_us(1_600)), "{runtime:?} {worker}: {own:?}");
        }
    }
}

#[test]
fn bursts_wait_for_worker_threads_that_are_not_up_yet() {
    let scenario = Scenario { mix: 100.0, demand: MS(1), n_cores: 4, n_workers: Some(2), ..every(1.0) };
    let log = log(RuntimeId::NodeWorkers, &scenario, 300);
    let burst = log.0.iter().find(|(_, event)| matches!(event, TraceEvent::Ran { thread: 1 | 2, .. }));
    // The process, the making of the first thread, and that thread's own start; then the burst itself.
    let first = burst.expect("a worker computes").0;
    let up = Time::ZERO + MS(55 + 25);
    assert!(first > up && first < up + MS(9), "{first:?}");
}

#[test]
fn the_workers_of_a_cluster_are_forked_one_after_the_other_and_share_the_cores_while_they_start() {
    let first = |n_workers, n_cores| {
        let scenario = Scenario { mix: 0.0, demand: MS(1), n_cores, n_workers: Some(n_workers), ..every(1.0) };
        answers(&log(RuntimeId::NodeCluster, &scenario, 2_000))[0].1
    };
    // The primary, a fork of 1.5 ms, and the first worker.
    let alone = first(1, 4).since(Time::ZERO);
    assert!((MS(111)..MS(120)).contains(&alone), "{alone:?}");
    assert!(first(4, 8).since(first(1, 8)) < MS(1), "the others start beside it");
    // Four processes of 55 ms on one core take turns, and the primary needs it as well.
    let crowded = first(4, 1).since(Time::ZERO);
    assert!((MS(230)..MS(300)).contains(&crowded), "{crowded:?}");
}

#[test]
fn clients_connect_to_a_process_that_starts() {
    let scenario = Scenario { n_clients: 600, think: MS(5), mix: 1.0, demand: MS(2), ..cold() };
    for runtime in OURS {
        let log = log(runtime, &scenario, 3_000);
        let clients: std::collections::BTreeSet<u64> =
            answers(&log).iter().map(|(request, ..)| request.0 >> 32).collect();
        assert_eq!(clients.len(), 600, "{runtime:?}");
        assert!(!log.0.iter().any(|(_, event)| matches!(event, TraceEvent::Abandoned(_))));
    }
    // More than the accept queue of 511 holds are there at once when the loop listens: the others try again after 1 s.
    let scenario = Scenario { load: Load::Batch, n_tasks: 600, ..scenario };
    let late = answers(&log(RuntimeId::Node, &scenario, 3_000)).iter().filter(|(.., took)| *took > MS(1_000)).count();
    // One is accepted before the last of them comes.
    assert_eq!(late, 600 - 513);
}

#[test]
fn a_fan_out_takes_as_much_longer_in_a_young_process_as_was_measured() {
    // Real Node.js 20.20: 10,000 promises of a timer of 10 ms take some 40 ms at first and 15 ms once warm.
    let warm = Scenario {
        load: Load::Batch,
        io: Io::Timer,
        transport: Transport::Direct,
        demand: MS(10),
        mix: 0.0,
        alloc: 0,
        ..Scenario::default()
    };
    let makespan = |scenario: &Scenario| {
        let mut run = AnyRun::new(RuntimeId::Node, scenario, 0, TraceHash::default());
        assert_eq!(run.advance(Time::MAX, u64::MAX), Advance::Finished);
        (run.now().since(Time::ZERO), run.memory_peak())
    };
    let (took, _) = makespan(&warm);
    let (cold, peak) = makespan(&Scenario { warm: Warm::Cold, ..warm });
    let longer = cold - took - MS(55);
    assert!((MS(19)..MS(31)).contains(&longer), "{longer:?}");
    // And its peak was 66 MB resident; here its objects have 900 bytes.
    assert!((55..68).contains(&(peak / 1_000_000)), "{peak}");
}

#[test]
fn what_is_held_for_a_process_is_in_flight_and_a_run_in_slices_is_the_same() {
    let scenario = Scenario { load: Load::Batch, n_tasks: 500, mix: 20.0, demand: MS(2), ..cold() };
    for runtime in OURS {
        let mut run = AnyRun::new(runtime, &scenario, 0, TraceHash::default());
        run.advance(Time::ZERO + MS(2), u64::MAX);
        assert_eq!(run.n_in_flight(), 500, "{runtime:?}");
        while run.advance(Time::MAX, 7) == Advance::OutOfEvents {}
        let mut whole = AnyRun::new(runtime, &scenario, 0, TraceHash::default());
        assert_eq!(whole.advance(Time::MAX, u64::MAX), Advance::Finished);
        assert_eq!(run.sink().value(), whole.sink().value(), "{runtime:?}");
    }
}

#[test]
fn golden_hashes_of_cold_starts_stay() {
    // Whoever moves one on purpose raises the model version, says so in the changelog, and puts in what is printed.
    let scenario = Scenario { cpu_dist: Dist::Exponential, n_cores: 3, n_workers: Some(2), mix: 15.0, ..cold() };
    let hashes = OURS.map(|runtime| {
        let mut run = AnyRun::new(runtime, &scenario, 0, TraceHash::default());
        run.advance(Time::ZERO + MS(1_000), u64::MAX);
        run.sink().value()
    });
    let golden = [0x2f7bdc3962b65531, 0x2d35e48de55d5141, 0xad60b715527f86dc, 0x85da1f804aeac694];
    assert_eq!(hashes, golden, "\nnow: {hashes:#018x?}");
}
