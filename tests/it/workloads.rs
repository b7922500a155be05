//! Workloads that have an end: batches, and recorded requests of any length; and bounds on what is let in.

use proptest::prelude::*;
use runtime_duel::sim::costs::Costs;
use runtime_duel::sim::request::{Class, RequestId};
use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{Arrivals, CostModel, Load, Scenario, Transport};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::{Sink, TraceEvent, TraceHash};
use runtime_duel::sim::workload::Recorded;

/// What each request was served, in the order of their completions.
#[derive(Default)]
struct Served(Vec<(RequestId, Time, Class, Span, Span)>);

impl Sink for Served {
    fn record(&mut self, _: Time, event: TraceEvent) {
        if let TraceEvent::Completed { request, class, born, demanded, waited, .. } = event {
            self.0.push((request, born, class, demanded, waited));
        }
    }
}

/// Serves `requests`, fed in chunks of `n`, in slices of `slice` events; the run and how often it was starved.
fn serve(
    runtime: RuntimeId,
    scenario: &Scenario,
    requests: &[Recorded],
    n: usize,
    slice: u64,
) -> (AnyRun<(Served, TraceHash)>, u32) {
    let mut run = AnyRun::recorded(runtime, scenario, &Costs::of(scenario.costs), 0, Default::default());
    let mut chunks = requests.chunks(n);
    let mut n_starved = 0;
    loop {
        match run.advance(Time::MAX, slice) {
            Advance::OutOfEvents => {}
            Advance::Starved => {
                n_starved += 1;
                match chunks.next() {
                    Some(chunk) => run.feed(chunk),
                    None => run.end_feed(),
                }
            }
            Advance::Finished => return (run, n_starved),
            other => panic!("{other:?} of a recording"),
        }
    }
}

fn recording() -> impl Strategy<Value = Vec<Recorded>> {
    let one = (0_u64..20_000, any::<bool>(), 0_u64..30_000, prop_oneof![Just(0), 0_u64..30_000]);
    proptest::collection::vec(one, 0..200).prop_map(|all| {
        let mut arrival = Time::ZERO;
        let requests = all.into_iter().map(|(gap, is_heavy, burst, wait)| {
            // Some arrive together.
            arrival = arrival + Span::from_us(gap.saturating_sub(5_000));
            let class = if is_heavy { Class::Heavy } else { Class::Light };
            Recorded { arrival, class, burst: Span::from_us(burst), wait: Span::from_us(wait) }
        });
        requests.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn recorded_requests_are_served_exactly_in_whatever_chunks_they_come(
        requests in recording(),
        n in 1_usize..50,
        is_free in any::<bool>(),
    ) {
        let costs = if is_free { CostModel::Zero } else { CostModel::Measured };
        let scenario = Scenario { n_cores: 2, costs, ..Scenario::default() };
        for runtime in RuntimeId::ALL {
            let (whole, _) = serve(runtime, &scenario, &requests, usize::MAX, u64::MAX);
            let (chunked, n_starved) = serve(runtime, &scenario, &requests, n, 13);
            prop_assert_eq!(whole.sink().1, chunked.sink().1, "{:?}: the same whatever the chunks", runtime);
            prop_assert!(n_starved as usize >= requests.len() / n);
            let mut served = whole.sink().0.0.clone();
            served.sort_unstable_by_key(|(request, ..)| *request);
            prop_assert_eq!(served.len(), requests.len());
            for (i, (wanted, got)) in requests.iter().zip(served).enumerate() {
                let id = RequestId::new(None, i as u32);
                prop_assert_eq!(got, (id, wanted.arrival, wanted.class, wanted.burst, wanted.wait));
            }
        }
    }
}

#[test]
fn a_batch_arrives_at_once_and_ends() {
    let batch = Scenario {
        load: Load::Batch,
        n_tasks: 1000,
        mix: 100.0,
        demand: Span::from_ms(2),
        cpu_dist: runtime_duel::sim::dist::Dist::Constant,
        costs: CostModel::Zero,
        transport: Transport::Direct,
        ..Scenario::default()
    };
    let makespans =
        [(RuntimeId::Node, 2000), (RuntimeId::NodeCluster, 500), (RuntimeId::Go, 500), (RuntimeId::Threads, 500)];
    for (runtime, makespan_ms) in makespans {
        let mut run = AnyRun::new(runtime, &batch, 0, Served::default());
        assert_eq!(run.advance(Time::MAX, u64::MAX), Advance::Finished, "{runtime:?}");
        assert_eq!(run.now(), Time::ZERO + Span::from_ms(makespan_ms), "{runtime:?}");
        assert!(run.sink().0.iter().all(|(_, born, ..)| *born == Time::ZERO));
        assert_eq!((run.sink().0.len(), run.n_in_flight(), run.n_refused()), (1000, 0, 0));
        // It has been told; what is left to happen may.
        let later = run.now() + Span::from_ms(100);
        assert_eq!(run.advance(later, u64::MAX), Advance::Reached);
    }
}

#[test]
fn a_million_tasks_are_let_in() {
    let demand = Span::from_us(10);
    let transport = Transport::Direct;
    let batch =
        Scenario { load: Load::Batch, n_tasks: 1_000_000, mix: 100.0, demand, transport, ..Scenario::default() };
    for runtime in [RuntimeId::Node, RuntimeId::Go, RuntimeId::Threads] {
        let mut run = AnyRun::new(runtime, &batch, 0, runtime_duel::sim::trace::NullSink);
        assert_eq!(run.advance(Time::MAX, u64::MAX), Advance::Finished, "{runtime:?}");
        assert_eq!(run.n_refused(), 0);
    }
}

#[test]
fn a_bound_on_requests_in_flight_holds_and_turns_no_client_away_for_good() {
    let scenario = Scenario { mix: 100.0, demand: Span::from_ms(5), think: Span::from_ms(5), ..Scenario::default() };
    for runtime in RuntimeId::ALL {
        let mut run = AnyRun::new(runtime, &scenario, 0, Served::default());
        run.limit_in_flight(3);
        for ms in 1..2000 {
            run.advance(Time::ZERO + Span::from_ms(ms), u64::MAX);
            assert!(run.n_in_flight() <= 3, "{runtime:?}");
        }
        assert!(run.n_refused() > 1000 && run.sink().0.len() > 300, "{runtime:?}: {}", run.sink().0.len());
    }
}

#[test]
fn nothing_recorded_is_nothing_to_do() {
    let mut run =
        AnyRun::recorded(RuntimeId::Go, &Scenario::default(), &Costs::of(CostModel::Measured), 0, Served::default());
    assert_eq!(run.advance(Time::MAX, 10), Advance::Starved);
    run.end_feed();
    assert_eq!(run.advance(Time::MAX, 10), Advance::Finished);
    assert_eq!((run.now(), run.n_events()), (Time::ZERO, 0));
}

#[test]
fn a_batch_of_sleepers_wakes_up() {
    let batch = Scenario {
        load: Load::Batch,
        n_tasks: 13,
        mix: 0.0,
        demand: Span::from_us(42_552),
        io: runtime_duel::sim::scenario::Io::Timer,
        io_dist: runtime_duel::sim::dist::Dist::Lognormal,
        transport: Transport::Direct,
        costs: CostModel::Zero,
        alloc: 0,
        seed: 2_863_541_094_021_793,
        ..Scenario::default()
    };
    let mut run = AnyRun::new(RuntimeId::Go, &batch, 0, Served::default());
    assert_eq!(run.advance(Time::MAX, 1_000_000), Advance::Finished, "{} completed", run.sink().0.len());
}

#[test]
fn what_starts_inside_may_come_in_the_very_nanosecond_in_which_the_program_looks() {
    // Gaps are constant, and a processor looks at its timers whenever a goroutine has ended: now and then in the
    // nanosecond of an arrival, and before it.
    for runtime in RuntimeId::ALL {
        for costs in [CostModel::Zero, CostModel::Measured] {
            let scenario = Scenario {
                load: Load::Open,
                arrivals: Arrivals::Constant,
                transport: Transport::Direct,
                costs,
                ..Scenario::default()
            };
            let mut run = AnyRun::new(runtime, &scenario, 0, Served::default());
            assert_eq!(run.advance(Time::ZERO + Span::from_ms(10_000), u64::MAX), Advance::Reached, "{runtime:?}");
            assert!(run.sink().0.len() >= 1_000, "{runtime:?}: {} served", run.sink().0.len());
        }
    }
}
