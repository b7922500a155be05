//! Threads on cores.

use super::*;

/// Alarms, each with its place in the order in which they were asked for.
#[derive(Default)]
struct Alarms {
    pending: Vec<(Time, u64, Alarm)>,
    n: u64,
}

impl Effects for Alarms {
    fn wake(&mut self, at: Time, alarm: Alarm) {
        self.n += 1;
        self.pending.push((at, self.n, alarm));
    }

    fn core(&mut self, _: u16, _: bool) {}
    fn turn(&mut self, _: u16, _: ThreadIdx) {}
    fn ready(&mut self, _: ThreadIdx) {}
    fn runs(&mut self, _: ThreadIdx, _: u16, _: Span, _: Span) {}
    fn sleeps(&mut self, _: ThreadIdx) {}
}

/// Runs threads with the given amounts of work to the end and tells when each finished, in µs.
fn finish_times(n_cores: u32, switch: Span, works_us: &[u64]) -> Vec<u64> {
    let mut machine = Machine::new(n_cores, switch, Span::ZERO);
    let mut alarms = Alarms::default();
    for us in works_us {
        let thread = machine.spawn();
        machine.run(Time::ZERO, thread, Work::overhead(Span::from_us(*us)), &mut alarms);
    }
    let mut finished = vec![0; works_us.len()];
    while let Some(next) = (0..alarms.pending.len()).min_by_key(|i| (alarms.pending[*i].0, alarms.pending[*i].1)) {
        let (now, _, alarm) = alarms.pending.swap_remove(next);
        if let Some((thread, _)) = machine.alarm(now, alarm, &mut alarms) {
            finished[thread.0 as usize] = now.as_ns() / 1000;
            machine.sleep(now, thread, &mut alarms);
        }
    }
    finished
}

#[test]
fn threads_that_fit_run_undisturbed() {
    assert_eq!(finish_times(3, Span::from_us(3), &[5000, 7000, 1]), [5000, 7000, 1]);
}

#[test]
fn threads_that_do_not_fit_take_turns_of_a_slice() {
    // One core, slice 0.75 ms: A runs 0 to 0.75, B 0.75 to 1.5, A finishes its last 0.25 at 1.75, B at 2.0.
    assert_eq!(finish_times(1, Span::ZERO, &[1000, 1000]), [1750, 2000]);
    // With a switch of 10 µs both pay it for their second turn, and B for its first: no core was idle.
    assert_eq!(finish_times(1, Span::from_us(10), &[1000, 1000]), [1760, 2030]);
}

#[test]
fn an_interrupted_thread_keeps_its_core_and_tells_what_is_left() {
    let mut machine = Machine::new(1, Span::ZERO, Span::ZERO);
    let thread = machine.spawn();
    let work = Work { request: None, overhead: Span::from_us(2), service: Span::from_us(10) };
    machine.run(Time::ZERO, thread, work, &mut Alarms::default());
    let (done, left) = machine.interrupt(Time::from_ns(5_000), thread).expect("it runs");
    assert_eq!((done.overhead, done.service), (Span::from_us(2), Span::from_us(3)));
    assert_eq!((left.overhead, left.service), (Span::ZERO, Span::from_us(7)));
    assert!(machine.interrupt(Time::from_ns(5_000), thread).is_none());
}
