//! Blocking system calls: threads instead of processors, which are taken, handed on and taken back.

use runtime_duel::sim::run::{Advance, Death};
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{CostModel, Io, Load, Scenario, Transport};
use runtime_duel::sim::script::Op;
use runtime_duel::sim::time::{Span, Time};

use crate::litmus::program::{Log, Program};
use crate::litmus::runs::{MS, US, answered, machine, marks, served};

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
fn every_blocking_call_is_seen_twice_before_its_processor_is_taken() {
    // Taking a processor counts as the end of the call (`releaseP`: `syscalltick++`), so the call of whoever gets it is a
    // new one. Measured with Go 1.27.3: 50 calls on one processor begin within 12.1 ms at best, 242 µs each, where a sleep
    // of 20 µs takes 95.
    let mut p = Program::new();
    let call = p.function("call", &[Op::Syscall(Span::from_ms(100))]);
    p.main(&[Op::Go(call); 30]);
    let at: Vec<u64> = p.marks(RuntimeId::Go, &machine(1, CostModel::Measured)).into_iter().map(|(at, _)| at).collect();
    assert_eq!(at.len(), 30);
    let gaps: Vec<u64> = at.windows(2).map(|pair| pair[1] - pair[0]).skip(2).collect();
    // Two rounds of 20 + 70 µs.
    assert!(gaps.iter().all(|gap| (175..=250).contains(gap)), "{gaps:?}");
}

#[test]
fn who_returns_from_a_call_takes_its_processor_back_from_another_call() {
    let mut p = Program::new();
    let back = p.mark("back");
    let other = p.function("other", &[Op::Spin(US(4_700)), Op::Syscall(Span::from_ms(20))]);
    p.main(&[Op::Go(other), Op::Syscall(Span::from_ms(5)), back]);
    let marks = p.marks(RuntimeId::Go, &machine(1, CostModel::Measured));
    let at = |name| marks.iter().find(|(_, one)| *one == name).expect("it runs").0;
    // Sysmon gave the processor to the other one, which is in a call of its own by now and has it still.
    assert!(at("other") < 300 && (5_000..5_050).contains(&at("back")), "{marks:?}");
}

#[test]
fn the_last_processor_is_handed_on_so_that_somebody_polls() {
    // The only processor is in a call when a request comes: it was taken from there for a thread that blocks in netpoll.
    let scenario = Scenario { io: Io::File, ..machine(1, CostModel::Measured) };
    let log = served(&scenario, &[(0, 100, 50_000), (20_000, 100, 0)]);
    let order = answered(&log);
    assert!(order[0].1 == 1 && (20_100..20_200).contains(&order[0].0), "{order:?}");
}
