//! The order in which `findRunnable` looks: the local queue, the global one, the network, others.

use runtime_duel::sim::scenario::CostModel;
use runtime_duel::sim::script::Op;

use crate::litmus::program::Program;
use crate::litmus::runs::{MS, answered, machine, marks, served};

#[test]
fn a_preempted_goroutine_goes_behind_everything_in_the_local_queue() {
    let mut p = Program::new();
    let end = p.mark("end");
    let short: Vec<u16> = (0..5).map(|i| p.function(&format!("s{i}"), &[Op::Spin(MS(1))])).collect();
    let spawns: Vec<Op> = short.iter().map(|f| Op::Go(*f)).collect();
    let long = p.function("long", &[&spawns[..], &[Op::Spin(MS(30)), end]].concat());
    p.main(&[Op::Go(long)]);
    let names: Vec<String> = marks(&p, 1, CostModel::Zero).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["long", "s4", "s0", "s1", "s2", "s3", "end"]);
}

#[test]
fn a_busy_process_polls_the_network_only_when_sysmon_does() {
    // The one that runs first, the last of the first batch, has its answer after a millisecond. Then 127 others of half a
    // millisecond are in the local queue, which comes before the network. Sysmon looks there when nobody has for 10 ms, and
    // puts it into the global queue, where it is found within 61 ticks.
    let mut requests = vec![(0, 500, 0); 200];
    requests[127] = (0, 100, 1_000);
    let scenario = machine(1, CostModel::Zero);
    let log = served(&scenario, &requests);
    let (at, _) = answered(&log).into_iter().find(|(_, nth)| *nth == 127).expect("it is answered");
    assert!((10_000..=10_000 + 61 * 500).contains(&at), "{at}");
}
