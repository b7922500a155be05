//! The default scenario makes the product's point; a process that dies makes none.

use runtime_duel::app::permalink;
use runtime_duel::app::settings::Settings;
use runtime_duel::app::verdict::verdict;
use runtime_duel::experiment::{Effort, Trial};
use runtime_duel::session::{coarse_effort, fine_effort};
use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::{Load, Scenario, Transport};
use runtime_duel::sim::time::Span;
use runtime_duel::stats::curve::Curve;
use runtime_duel::stats::replication::{Outcome, Replication};

fn at(mix: f64, runtime: RuntimeId) -> Replication {
    let effort = Effort { length: Span::from_ms(40_000), max_events: u64::MAX, settles_after: Span::ZERO };
    Trial::new(runtime, &Scenario { mix, ..Scenario::default() }, 0, effort).finish()
}

#[test]
fn the_defaults_tie_left_of_both_knees_and_part_by_the_cores_right_of_them() {
    let at = |mix| [RuntimeId::Node, RuntimeId::Go].map(|runtime| at(mix, runtime));
    let near = |x: f64, wanted: f64, share: f64| assert!((x / wanted - 1.0).abs() < share, "{x} is not near {wanted}");
    let throughput = |mix| at(mix).map(|found| found.summary.throughput);
    let [node, go] = throughput(5.0);
    near(node, go, 0.03);
    near(go, 400.0, 0.03);
    // One core of the event loop is full from 12.5 % on, four of goroutines from 50 % on.
    let loads = |mix| at(mix).map(|found| found.summary.cores_busy);
    assert!(loads(10.0)[0] < 0.85 && loads(17.5)[0] > 0.97, "{:?} {:?}", loads(10.0), loads(17.5));
    assert!(loads(40.0)[1] < 3.4 && loads(70.0)[1] > 3.9, "{:?} {:?}", loads(40.0), loads(70.0));
    let [node, go] = throughput(25.0);
    near(node, 200.0, 0.05);
    near(go, 397.0, 0.03);
    let [node, go] = throughput(100.0);
    near(node, 50.0, 0.08);
    near(go / node, 4.0, 0.1);
}

#[test]
fn both_runtimes_serve_the_identical_requests() {
    for mix in [0.0, 20.0, 100.0] {
        let [node, go] = [RuntimeId::Node, RuntimeId::Go].map(|runtime| at(mix, runtime).digest);
        assert_eq!(node, go);
        assert_ne!(node.who, 0, "some requests of each client");
    }
}

#[test]
fn the_quick_look_shows_no_difference_where_there_is_none() {
    for seed in 1..60 {
        for mix in [0.0, 5.0] {
            let scenario = Scenario { mix, seed, ..Scenario::default() };
            let look = |runtime| {
                Trial::new(runtime, &scenario, 0, coarse_effort(runtime, &scenario)).finish().summary.throughput
            };
            let [node, go] = [RuntimeId::Node, RuntimeId::Go].map(look);
            assert!((go / node - 1.0).abs() < 0.05, "seed {seed}, {mix} %: {node} and {go}");
        }
    }
}

#[test]
fn a_process_that_dies_is_not_compared() {
    // 20 000 blocking calls at once, for ten seconds each: a thread for each of them, while sysmon hands on.
    let (settings, _) = permalink::parse(
        "io=file&clients=20000&think=0&demand=10000&mix=0&transport=none&runtimes=go",
        &Settings::default(),
    );
    let (scenario, go) = (settings.scenario, settings.runtimes[0]);
    let effort = Effort { length: Span::from_ms(9_000), max_events: 10_000_000, settles_after: Span::ZERO };
    let replication = Trial::new(go, &scenario, 0, effort).finish();
    assert_eq!(replication.outcome, Outcome::Died);
    let mut curve = Curve::new(1);
    curve.add(0.0, 0, None, replication);
    assert_eq!(
        verdict(&scenario, &settings.runtimes, &curve).expect("known").to_string().replace('\u{202f}', " "),
        "At 0 % CPU, 4 cores and 20 000 clients, Go's process dies: it may have 10 000 threads, and each blocking call \
         takes one."
    );
}

#[test]
fn a_batch_of_the_curve_is_measured_to_its_end_or_is_no_result() {
    let found = |runtime, transport, n_tasks, rate| {
        let scenario = Scenario { load: Load::Batch, transport, n_tasks, rate, ..Scenario::default() };
        [coarse_effort, fine_effort]
            .map(|effort| Trial::new(runtime, &scenario, 0, effort(runtime, &scenario)).finish())
    };
    let all = [RuntimeId::Node, RuntimeId::NodeWorkers, RuntimeId::NodeCluster, RuntimeId::Go, RuntimeId::Threads];
    for runtime in all {
        for one in found(runtime, Transport::Direct, 10_000, 400.0) {
            assert_eq!((one.outcome, one.summary.n_completed), (Outcome::Whole, 10_000), "{runtime:?}");
        }
        for one in found(runtime, Transport::Direct, 1_000_000, 400.0) {
            assert_eq!(one.outcome, Outcome::Unsettled, "{runtime:?}");
        }
    }
    // Over HTTP most of the clients that Node does not accept in time give up. The rate is of open arrivals only.
    assert_eq!(found(RuntimeId::Node, Transport::Http, 10_000, 400.0).map(|one| one.outcome), [Outcome::Refused; 2]);
    let go = found(RuntimeId::Go, Transport::Http, 10_000, 400.0);
    assert_eq!((go[1].outcome, go[1].summary.n_completed), (Outcome::Whole, 10_000));
    assert_eq!(go, found(RuntimeId::Go, Transport::Http, 10_000, 0.1));
}
