//! What a deeper look tells, held against the trace that it is told from.

use runtime_duel::protocol::{FromWorker, RunId, Runtime, ToWorker, deep};
use runtime_duel::session::Session;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{Io, Scenario};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::{Sink, TraceEvent};
use runtime_duel::stats::deep::Deep;
use runtime_duel::stats::tally::Tally;

use crate::golden::scenarios;

/// Everything that was told, since it was last forgotten.
#[derive(Clone, Debug, Default)]
struct Log(Vec<(Time, TraceEvent)>);

impl Sink for Log {
    fn record(&mut self, at: Time, event: TraceEvent) {
        self.0.push((at, event));
    }
}

impl Log {
    fn count(&self, is_one: impl Fn(&TraceEvent) -> bool) -> f64 {
        self.0.iter().filter(|(_, event)| is_one(event)).count() as f64
    }

    /// Latencies in milliseconds, the shortest first.
    fn latencies(&self) -> Vec<f64> {
        let of = |(at, event): &(Time, TraceEvent)| match event {
            TraceEvent::Completed { born, .. } => Some(at.since(*born).as_ms_f64()),
            _ => None,
        };
        let mut all: Vec<f64> = self.0.iter().filter_map(of).collect();
        all.sort_by(f64::total_cmp);
        all
    }
}

type Sinks = (Tally, (Deep, Log));

fn run(runtime: RuntimeId, scenario: &Scenario, from: Span, to: Span) -> AnyRun<Sinks> {
    let sink = (Tally::default(), (Deep::of(runtime, scenario), Log::default()));
    let mut run = AnyRun::new(runtime, scenario, 0, sink);
    run.advance(Time::ZERO + from, u64::MAX);
    let now = run.now();
    let (tally, (deep, log)) = run.sink_mut();
    tally.restart(now);
    deep.restart(now);
    log.0.clear();
    run.advance(Time::ZERO + to, u64::MAX);
    run
}

#[test]
fn figures_are_those_of_the_trace() {
    for scenario in scenarios() {
        for runtime in RuntimeId::ALL {
            let run = run(runtime, &scenario, Span::from_ms(300), Span::from_ms(1_500));
            let (now, (tally, (deep, log))) = (run.now(), run.sink());
            let depth = deep.depth(now, run.memory_peak());
            let (summary, what) = (depth.summary, format!("{runtime:?} of {scenario:?}"));
            let latencies = log.latencies();
            assert_eq!(depth.latencies.n(), latencies.len() as u64, "{what}");
            assert_eq!(summary.latency_max_ms, latencies.last().copied(), "{what}");
            for (q, told) in [(0.9, summary.latency_p90_ms), (0.999, summary.latency_p999_ms)] {
                let beyond = latencies.len() as f64 * (1.0 - q);
                assert_eq!(told.is_some(), beyond >= 0.999, "{what}: {q} of {}", latencies.len());
                if let Some(told) = told {
                    let exact = latencies[(q * latencies.len() as f64).ceil() as usize - 1];
                    assert!((told / exact - 1.0).abs() < 0.01, "{what}: {q} is {told}, not {exact}");
                }
            }
            let seconds = tally.summary(now).seconds;
            let turns = log.count(|event| matches!(event, TraceEvent::Turn { .. }));
            assert!((summary.turns_per_s * seconds - turns).abs() < 1e-6, "{what}");
            let resumed = log.count(|event| matches!(event, TraceEvent::Resumed(_)));
            assert_eq!(summary.resumed_per_s.is_some(), matches!(runtime, RuntimeId::Go | RuntimeId::Tokio), "{what}");
            assert!((summary.resumed_per_s.unwrap_or(0.0) * seconds - resumed).abs() < 1e-6, "{what}");
            let is_node = runtime.key().starts_with("node");
            assert_eq!(
                (summary.loop_utilization.is_some(), summary.busiest_loop.is_some()),
                (is_node, is_node),
                "{what}"
            );
            if let (Some(mean), Some(most)) = (summary.loop_utilization, summary.busiest_loop) {
                assert!((-1e-9..=1.0 + 1e-9).contains(&mean) && mean <= most + 1e-9 && most <= 1.0 + 1e-9, "{what}");
            }
            assert_eq!(summary.memory_peak, run.memory_peak(), "{what}");
        }
    }
}

#[test]
fn a_loop_alone_is_active_while_its_core_is_busy_and_one_that_waits_for_a_core_is_active_too() {
    for mix in [0.0, 5.0, 11.0, 50.0, 100.0] {
        let scenario = Scenario { mix, ..Scenario::default() };
        let run = run(RuntimeId::Node, &scenario, Span::from_ms(1_000), Span::from_ms(9_000));
        let (now, (tally, (deep, _))) = (run.now(), run.sink());
        let active = deep.depth(now, 0).summary.loop_utilization.expect("it has a loop");
        let busy = tally.summary(now).cores_busy;
        assert!((active - busy).abs() < 1e-9, "at {mix}: {active} of {busy}");
    }
    // Four pool threads and the loop on one core: while it waits for the core it is not idle.
    let crowded = Scenario { mix: 100.0, n_cores: 1, n_workers: Some(4), n_clients: 64, ..Scenario::default() };
    let run = run(RuntimeId::NodeCluster, &crowded, Span::from_ms(1_000), Span::from_ms(9_000));
    let deep = &run.sink().1.0;
    let active = deep.depth(run.now(), 0).summary.loop_utilization.expect("it has loops");
    assert!(active > 0.9, "four busy loops share a core, and each is {active} active");
}

#[test]
fn delays_are_those_of_the_loop_that_serves() {
    let scenario = Scenario { mix: 80.0, ..Scenario::default() };
    let p99 = |runtime| {
        let run = run(runtime, &scenario, Span::from_ms(500), Span::from_ms(4_500));
        run.sink().1.0.depth(run.now(), 0).summary.loop_delay.map(|delay| delay.p99_ms)
    };
    assert!(p99(RuntimeId::Node).is_some_and(|delay| delay > 50.0));
    // Its worker threads compute; it only passes messages on.
    assert!(p99(RuntimeId::NodeWorkers).is_some_and(|delay| delay < 5.0));
    assert!(p99(RuntimeId::NodeCluster).is_some_and(|delay| delay > 20.0));
    assert_eq!(p99(RuntimeId::Go), None);
}

#[test]
fn who_does_not_block_switches_no_threads() {
    // A loop that always has work never gives up its core; blocking calls switch a thread each, and back.
    let switches = |runtime, scenario: &Scenario| {
        let run = run(runtime, scenario, Span::from_ms(500), Span::from_ms(4_500));
        let per_s = run.sink().1.0.depth(run.now(), 0).summary.turns_per_s;
        (per_s, run.sink().0.summary(run.now()).throughput)
    };
    let busy = Scenario { mix: 100.0, ..Scenario::default() };
    assert_eq!(switches(RuntimeId::Node, &busy).0, 0.0);
    let blocking = Scenario { io: Io::File, mix: 1.0, n_pool_threads: 64, ..Scenario::default() };
    for runtime in [RuntimeId::Node, RuntimeId::Go] {
        let (per_s, throughput) = switches(runtime, &blocking);
        assert!(per_s > throughput, "{runtime:?}: {per_s} for {throughput} calls");
    }
}

#[test]
fn the_recent_past_is_the_last_thirty_seconds_of_the_whole() {
    let scenario = Scenario { mix: 30.0, ..Scenario::default() };
    for runtime in [RuntimeId::NodeCluster, RuntimeId::Go] {
        let mut run = AnyRun::new(runtime, &scenario, 0, (Deep::live(runtime, &scenario), Log::default()));
        let mut n_told = 0;
        // In steps that do not end where pieces do.
        for step in 1..=66 {
            run.advance(Time::ZERO + Span::from_ms(700) * step, u64::MAX);
            let now = run.now();
            let memory_peak = run.memory_peak();
            let (deep, log) = run.sink_mut();
            let Some(depth) = deep.live_depth(now, memory_peak) else { continue };
            n_told += 1;
            let seconds = now.as_ns() / 1_000_000_000;
            let since = Time::ZERO + Span::from_ms(1_000) * seconds.saturating_sub(29);
            let recent = Log(log.0.iter().filter(|(at, _)| *at >= since).copied().collect());
            for (told, log) in [(&depth.recent, &recent), (&depth.whole, &*log)] {
                assert_eq!(told.latencies.n(), log.latencies().len() as u64, "{runtime:?} at {now:?}");
                assert_eq!(told.summary.latency_max_ms, log.latencies().last().copied(), "{runtime:?} at {now:?}");
            }
            if let Some(active) = depth.recent.summary.loop_utilization {
                assert!(now < Time::ZERO + Span::from_ms(5_000) || (0.4..0.8).contains(&active), "{active} at {now:?}");
            }
        }
        assert_eq!(n_told, 1 + 46, "at once, and with each second that has passed");
    }
}

#[test]
fn a_session_sends_it_with_frames_and_points() {
    let mut session = Session::default();
    let scenario = Scenario { n_clients: 8, ..Scenario::default() };
    let runtimes = vec![Runtime(RuntimeId::Node), Runtime(RuntimeId::Go)];
    session.receive(ToWorker::Live { run: RunId(1), scenario, runtimes: runtimes.clone(), preroll_ns: 2_500_000_000 });
    session.receive(ToWorker::Curve { run: RunId(2), scenario, runtimes, share: 0, of: 50 });
    let (mut n_live, mut n_points) = (0, 0);
    session.work(&|| false, &mut |answer| match answer {
        FromWorker::Frame(frame) => {
            for runtime in &frame.runtimes {
                let live = deep::live(&runtime.depth).expect("it is told");
                let n: u32 = runtime.completed.iter().sum();
                assert_eq!((live.whole.latencies.n(), live.recent.latencies.n()), (n.into(), n.into()));
                n_live += 1;
            }
        }
        FromWorker::Point { replication, depth, .. } => {
            let depth = deep::replication(&depth).expect("it is told");
            assert_eq!(depth.latencies.n(), replication.summary.n_completed);
            n_points += 1;
        }
        _ => {}
    });
    assert_eq!(n_live, 2);
    assert_eq!((deep::replication(&[]), deep::live(&[]), deep::live(&[9, 9])), (None, None, None));
    assert!(n_points >= 16, "{n_points}");
}
