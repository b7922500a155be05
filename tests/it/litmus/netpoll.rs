//! The network poller: 128 at a time, the last one first, and one thread at most that waits in it.

use runtime_duel::sim::scenario::CostModel;
use runtime_duel::sim::time::Time;

use crate::litmus::runs::{US, answered, completed, machine, served, work_for};

#[test]
fn netpoll_takes_128_and_the_last_of_them_runs_first() {
    // While the one processor computes, 200 sockets become readable.
    let requests: Vec<_> = std::iter::once((0, 5_000, 0)).chain((0..200).map(|_| (1_000, 10, 0))).collect();
    let order: Vec<u32> =
        answered(&served(&machine(1, CostModel::Zero), &requests)).into_iter().map(|(_, nth)| nth).collect();
    let expected: Vec<u32> = std::iter::once(0).chain((1..=128).rev()).chain((129..=200).rev()).collect();
    assert_eq!(order, expected);
}

#[test]
fn the_last_event_is_served_first() {
    // Four sockets become readable one after the other while the one processor computes.
    let requests = [(0, 5_000, 0), (1_000, 10, 0), (2_000, 10, 0), (3_000, 10, 0), (4_000, 10, 0)];
    let order = answered(&served(&machine(1, CostModel::Zero), &requests));
    assert_eq!(order.into_iter().map(|(_, nth)| nth).collect::<Vec<_>>(), [0, 4, 3, 2, 1]);
}

#[test]
fn a_poller_on_its_way_out_of_netpoll_is_still_the_only_one() {
    let scenario = machine(2, CostModel::Measured);
    let first = completed(&served(&scenario, &[(0, 1_000, 0)]), 0).as_ns() / 1_000;
    // The second comes 2 µs before the first is done, and waking the thread in netpoll takes 5 µs. `lastpoll` is zero
    // until that thread runs, so the processor that falls idle meanwhile does not poll.
    let log = served(&scenario, &[(0, 1_000, 0), (first - 2, 100, 0)]);
    let (before, after) = (work_for(&log, 0).0, work_for(&log, 1).0);
    assert!(before.is_disjoint(&after), "{before:?} {after:?}");
    let wait = completed(&log, 1).since(Time::ZERO + US(first - 2)) - work_for(&log, 1).1;
    assert!((US(5)..US(6)).contains(&wait), "{wait:?}");
}
