//! One sentence for each way in which runtimes can part or tie.

use crate::app::permalink;
use crate::app::settings::Settings;
use crate::app::verdict::tests::curve;
use crate::app::verdict::verdict;
use crate::stats::curve::Curve;
use crate::stats::replication::{Outcome, Replication};
use crate::stats::tally::{Digest, Summary};

/// What is said about an address whose runtimes complete so many requests with so many busy cores.
fn check(query: &str, found: &[(f64, f64)], sentence: &str) {
    let (settings, notes) = permalink::parse(query, &Settings::default());
    assert_eq!(notes, [], "{query}");
    let verdict = verdict(&settings.scenario, &settings.runtimes, &curve(found, 0.001)).expect("known");
    assert_eq!(verdict.to_string().replace('\u{202f}', " "), sentence, "{query}");
}

#[test]
fn four_runtimes_in_one_sentence() {
    let all = "runtimes=node,node-workers,node-cluster,go";
    for (query, found, sentence) in [
        (
            format!("{all}&mix=30"),
            vec![(164.0, 1.0), (380.0, 3.0), (391.0, 2.6), (392.0, 2.4)],
            "At 30 % CPU, 4 cores and 64 clients, the cluster and goroutines finish 2.4 times as many requests as the \
             event loop: one core runs all of the event loop's JavaScript, and that core is full.",
        ),
        (
            format!("{all}&mix=30"),
            vec![(164.0, 1.0), (385.0, 3.0), (391.0, 2.6), (392.0, 2.4)],
            "At 30 % CPU, 4 cores and 64 clients, all others finish 2.4 times as many requests as the event loop: one \
             core runs all of the event loop's JavaScript, and that core is full.",
        ),
        (
            format!("{all}&mix=5"),
            vec![(396.0, 0.4), (395.0, 0.5), (396.0, 0.4), (397.0, 0.4)],
            "At 5 % CPU, 4 cores and 64 clients, all four tie at 396 requests per second: none is out of CPU, so all \
             keep up with what the clients ask for.",
        ),
        (
            "runtimes=node,node-cluster,go&mix=12".to_owned(),
            vec![(360.0, 0.9), (372.0, 1.2), (380.0, 1.2)],
            "At 12 % CPU, 4 cores and 64 clients, goroutines finish 6 % more requests than the event loop: the event \
             loop's one core is 90 % busy, and requests queue behind one another for it.",
        ),
        // The first of those level with the worst, so that the sentence does not flicker between them.
        (
            "runtimes=node,node-cluster,go&mix=100&workers=1".to_owned(),
            vec![(50.0, 1.0), (49.8, 1.0), (200.0, 4.0)],
            "At 100 % CPU, 4 cores and 64 clients, goroutines finish 4.0 times as many requests as the event loop: one \
             core runs all of the event loop's JavaScript, while goroutines fill 4 cores.",
        ),
    ] {
        check(&query, &found, sentence);
    }
}

#[test]
fn who_is_level_with_best_and_worst_is_not_claimed_to_be_ahead() {
    // 3 % behind the best and 3 % before the worst.
    let found = [(380.0, 1.0), (390.0, 1.0), (400.0, 1.0)];
    check(
        "runtimes=node,node-cluster,go&mix=12",
        &found,
        "At 12 % CPU, 4 cores and 64 clients, goroutines finish 5 % more requests than the event loop: one core \
         runs all of the event loop's JavaScript, and that core is full.",
    );
}

#[test]
fn each_pair_has_a_reason_that_is_true_of_it() {
    for (query, found, end) in [
        (
            "runtimes=node,node-workers&mix=100",
            [(50.0, 1.0), (190.0, 3.95)],
            "worker threads finish 3.8 times as many requests: one core runs all of the event loop's JavaScript, \
             while worker threads fill 4 cores.",
        ),
        (
            "runtimes=node,node-cluster&mix=100",
            [(50.0, 1.0), (195.0, 3.95)],
            "the cluster finishes 3.9 times as many requests: one core runs all of the event loop's JavaScript, \
             while the cluster fills 4 cores.",
        ),
        (
            "runtimes=node-workers,go&mix=100&workers=2",
            [(98.0, 2.1), (200.0, 4.0)],
            "goroutines finish 2.0 times as many requests: bursts run on 2 worker threads, and they are full.",
        ),
        (
            "runtimes=node-workers,go&mix=100",
            [(180.0, 4.0), (200.0, 4.0)],
            "goroutines finish 11 % more requests: each request costs worker threads more, messages included, and \
             their cores are full.",
        ),
        (
            "runtimes=node-workers,go&mix=2&demand=0.5",
            [(200.0, 1.2), (400.0, 1.0)],
            "goroutines finish 2.0 times as many requests: each burst is a message to a worker thread and another \
             back through the one main loop.",
        ),
        (
            "runtimes=node-cluster,go&mix=100&js-factor=2",
            [(100.0, 4.0), (200.0, 4.0)],
            "goroutines finish 2.0 times as many requests: the same work takes longer in JavaScript, and its cores \
             are full.",
        ),
        (
            "runtimes=node-cluster,go&mix=100&workers=2",
            [(100.0, 2.0), (200.0, 4.0)],
            "goroutines finish 2.0 times as many requests: the cluster has 2 cores, and they are full.",
        ),
        (
            "runtimes=node-cluster,go&mix=45",
            [(350.0, 3.3), (380.0, 3.5)],
            "goroutines finish 9 % more requests: connections stick to a process of the cluster, so requests queue \
             in one while another is idle.",
        ),
        (
            "runtimes=node-cluster,go&mix=100&gomaxprocs=1",
            [(200.0, 4.0), (50.0, 1.0)],
            "the cluster finishes 4.0 times as many requests: goroutines have one core, and it is full.",
        ),
        (
            "runtimes=node-workers,node-cluster&mix=5",
            [(396.0, 0.5), (397.0, 0.4)],
            "worker threads and the cluster tie at 397 requests per second: neither is out of CPU, so both keep up \
             with what the clients ask for.",
        ),
    ] {
        let mix = query.split("mix=").nth(1).and_then(|rest| rest.split('&').next()).expect("a mix");
        check(query, &found, &format!("At {mix} % CPU, 4 cores and 64 clients, {end}"));
    }
}

#[test]
fn blocking_calls_fill_a_thread_pool() {
    let given = "At 5 % CPU, 4 cores and 64 clients, ";
    // 19 ms of each request are blocking calls: four threads end 210 a second.
    for (runtimes, found, end) in [
        (
            "node,go",
            vec![(208.0, 0.4), (397.0, 0.6)],
            "goroutines finish 1.9 times as many requests: the event loop's 4 pool threads are all in blocking \
             calls, while Go has a thread for each call.",
        ),
        (
            "node,node-cluster",
            vec![(208.0, 0.4), (397.0, 0.6)],
            "the cluster finishes 1.9 times as many requests: the event loop's 4 pool threads are all in blocking \
             calls, while each process of the cluster has a pool of its own.",
        ),
        (
            "node,node-workers",
            vec![(208.0, 0.4), (209.0, 0.6)],
            "the event loop and worker threads tie at 209 requests per second: the pool threads of each are all in \
             blocking calls.",
        ),
        (
            "node",
            vec![(208.0, 0.4)],
            "the event loop finishes 208 requests per second: the event loop's 4 pool threads are all in blocking \
             calls.",
        ),
    ] {
        check(&format!("mix=5&io=file&runtimes={runtimes}"), &found, &format!("{given}{end}"));
    }
    // With threads enough for every client nothing is full.
    check(
        "mix=5&io=file&pool-size=64",
        &[(396.0, 0.5), (397.0, 0.5)],
        "At 5 % CPU, 4 cores and 64 clients, the event loop and goroutines tie at 397 requests per second: neither \
         is out of CPU, so both keep up with what the clients ask for.",
    );
    check(
        "mix=5&io=file&load=open",
        &[(208.0, 0.5), (400.0, 0.5)],
        "At 5 % CPU, 4 cores and 400 arrivals per second, goroutines finish 1.9 times as many requests: the event \
         loop's 4 pool threads are all in blocking calls, while Go has a thread for each call, and ever more \
         requests wait.",
    );
}

#[test]
fn a_batch_is_a_matter_of_time() {
    for (query, found, sentence) in [
        (
            "load=batch&mix=30",
            vec![(160.0, 1.0), (640.0, 3.95)],
            "At 30 % CPU and 4 cores, goroutines finish 10 000 tasks 4.0 times as fast: one core runs all of the \
             event loop's JavaScript, while goroutines fill 4 cores.",
        ),
        (
            "load=batch&mix=30&runtimes=node,node-cluster,go&tasks=500",
            vec![(160.0, 1.0), (180.0, 3.5), (200.0, 3.95)],
            "At 30 % CPU and 4 cores, goroutines finish 500 tasks 25 % faster than the event loop: one core runs \
             all of the event loop's JavaScript, while goroutines fill 4 cores.",
        ),
        (
            "load=batch&mix=0",
            vec![(400_000.0, 0.5), (400_000.0, 0.5)],
            "At 0 % CPU and 4 cores, the event loop and goroutines tie at 10 000 tasks in 25 ms: neither is out of \
             CPU, so the same waits take the time.",
        ),
        (
            "load=batch&mix=100&runtimes=go",
            vec![(200.0, 4.0)],
            "At 100 % CPU and 4 cores, goroutines finish 10 000 tasks in 50 s: all 4 of their cores are full.",
        ),
    ] {
        check(query, &found, sentence);
    }
}

#[test]
fn one_runtime_alone() {
    for (query, found, end) in [
        (
            "runtimes=go&mix=5",
            (397.0, 0.4),
            "goroutines finish 397 requests per second: they are not out of CPU and keep up with what the clients \
             ask for.",
        ),
        (
            "runtimes=node-cluster&mix=100",
            (195.0, 3.98),
            "the cluster finishes 195 requests per second: all 4 of its cores are full.",
        ),
        (
            "runtimes=node-workers&mix=100",
            (190.0, 3.98),
            "worker threads finish 190 requests per second: all the cores that they can use are full.",
        ),
    ] {
        let mix = query.split("mix=").nth(1).expect("a mix");
        check(query, &[found], &format!("At {mix} % CPU, 4 cores and 64 clients, {end}"));
    }
}

#[test]
fn a_batch_that_is_not_finished_is_not_compared() {
    for (query, n_cut, end) in [
        (
            "load=batch",
            1,
            "the event loop does not finish all 10 000 tasks: more connect at once than can wait, and clients give up.",
        ),
        (
            "load=batch",
            2,
            "goroutines do not finish all 10 000 tasks: more connect at once than can wait, \
             and clients give up.",
        ),
    ] {
        let settings = permalink::parse(query, &Settings::default()).0;
        let n_runtimes = settings.runtimes.len();
        let mut curve = Curve::new(n_runtimes);
        for idx in 0..n_runtimes {
            let summary = Summary { throughput: 50.0, ..Summary::default() };
            let outcome = if idx < n_cut { Outcome::Refused } else { Outcome::Whole };
            curve.add(20.0, idx, None, Replication { summary, digest: Digest::default(), n_events: 0, outcome });
        }
        let verdict = verdict(&settings.scenario, &settings.runtimes, &curve).expect("known");
        let sentence = verdict.to_string().replace('\u{202f}', " ");
        assert_eq!(sentence, format!("At 20 % CPU and 4 cores, {end}"));
    }
}

#[test]
fn a_service_and_a_database_are_named_when_they_are_full() {
    // The loop and its service together: 4 cores of the service are full, or the one loop is.
    check(
        "runtimes=node,node-service&mix=100",
        &[(50.0, 1.0), (199.9, 4.02)],
        "At 100 % CPU, 4 cores and 64 clients, the loop with its service finishes 4.0 times as many requests: one \
         core runs all of the event loop's JavaScript, while the service's 4 cores are full.",
    );
    check(
        "runtimes=node-service,go&mix=50&demand=0.04&think=0",
        &[(15_200.0, 1.53), (80_000.0, 4.0)],
        "At 50 % CPU, 4 cores and 64 clients, goroutines finish 5.3 times as many requests: the one loop in front of the service is full.",
    );
    check(
        "runtimes=node-service&mix=100&service-cores=1",
        &[(50.0, 1.01)],
        "At 100 % CPU, 4 cores and 64 clients, the loop with its service finishes 50 requests per second: the service's \
         one core is full.",
    );
    check(
        "runtimes=node,go&mix=10&io=database&clients=400&db-capacity=4",
        &[(222.0, 0.45), (222.1, 0.45)],
        "At 10 % CPU, 4 cores and 400 clients, the event loop and goroutines tie at 222 requests per second: the database has as many queries as it \
         can work on.",
    );
    check(
        "runtimes=node,go&mix=10&io=database&clients=400&db-connections=2",
        &[(111.0, 0.25), (111.1, 0.25)],
        "At 10 % CPU, 4 cores and 400 clients, the event loop and goroutines tie at 111 requests per second: all 2 connections to the database are \
         in use.",
    );
    // A busy loop reads answers late and holds connections meanwhile: that is not the database's fault.
    check(
        "runtimes=node,go&mix=10&io=database&clients=400",
        &[(489.0, 0.996), (888.0, 1.8)],
        "At 10 % CPU, 4 cores and 400 clients, goroutines finish 1.8 times as many requests: one core runs all of the event loop's JavaScript, and that core is full.",
    );
}

#[test]
fn who_has_just_started_is_late_and_slow() {
    check(
        "warm=off&mix=5",
        &[(340.0, 0.5), (391.0, 0.3)],
        "Just started, at 5 % CPU, 4 cores and 64 clients, goroutines finish 15 % more requests: the \
         event loop is up later, and its code is compiled while it runs.",
    );
    check(
        "warm=off&mix=30",
        &[(164.0, 1.0), (391.0, 2.4)],
        "Just started, at 30 % CPU, 4 cores and 64 clients, goroutines finish 2.4 times as many requests: one core runs all of the event loop's JavaScript, and that core is full.",
    );
}
