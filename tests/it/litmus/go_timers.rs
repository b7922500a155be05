//! Timers of Go: whole milliseconds where nothing else runs, and late where something does.

use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::CostModel;
use runtime_duel::sim::script::Op;
use runtime_duel::sim::time::Span;

use crate::litmus::program::Program;
use crate::litmus::runs::{MS, began_and_ended, marks, zero};

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
fn a_sleeping_goroutine_starts_arrivals_when_its_thread_wakes() {
    // netpoll waits whole milliseconds, at least one: for what is due at 1.3 ms one and then another, for what is due 7.2 ms
    // later seven and then another.
    let requests = [(1_300, 400), (1_600, 400), (10_000, 100)];
    let starts: Vec<u64> = began_and_ended(RuntimeId::Go, &zero(), &requests).iter().map(|(start, _)| *start).collect();
    // The last one that was started runs first (`runnext`).
    assert_eq!(starts, [2_000, 2_400, 10_800]);
}
