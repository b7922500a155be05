//! What holds for every scenario: conservation, order, capacity, Little's law, the identical stream.

use std::collections::BTreeMap;

use proptest::prelude::*;
use runtime_duel::app::permalink;
use runtime_duel::app::settings::Settings;
use runtime_duel::sim::dist::{Dist, Heavy};
use runtime_duel::sim::request::RequestId;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{Arrivals, CostModel, Io, Load, Scenario, Transport};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::{Sink, TraceEvent};

/// Keeps the books of a run and checks them as it goes.
#[derive(Default)]
struct Audit {
    now: Time,
    in_flight: BTreeMap<RequestId, Open>,
    n_arrived: u64,
    n_completed: u64,
    n_refused: u64,
    /// Integral of the requests in flight, request nanoseconds.
    area: u128,
    /// Residence of the completed requests, nanoseconds.
    residence: u128,
    cores: Vec<bool>,
    /// Integral of the busy cores, core nanoseconds.
    busy: u128,
    /// CPU time accounted for: service and overhead.
    spent: u128,
    served: BTreeMap<RequestId, (Span, Span, Span)>,
}

struct Open {
    born: Time,
    service: Span,
    waits: i32,
}

impl Audit {
    fn pass_to(&mut self, at: Time) {
        assert!(at >= self.now, "time went backwards");
        let ns = u128::from(at.since(self.now).as_ns());
        self.area += ns * self.in_flight.len() as u128;
        self.busy += ns * self.cores.iter().filter(|busy| **busy).count() as u128;
        self.now = at;
    }
}

impl Sink for Audit {
    fn record(&mut self, at: Time, event: TraceEvent) {
        self.pass_to(at);
        match event {
            TraceEvent::Arrived(request) => {
                self.n_arrived += 1;
                let open = Open { born: at, service: Span::ZERO, waits: 0 };
                assert!(self.in_flight.insert(request, open).is_none(), "{request:?} arrived twice");
            }
            TraceEvent::Refused(_) => self.n_refused += 1,
            TraceEvent::Ran { request, service, overhead, .. } => {
                let open = self.in_flight.get_mut(&request).expect("only requests in flight are served");
                assert!(open.waits == 0, "{request:?} computes while it waits");
                open.service += service;
                self.spent += u128::from((service + overhead).as_ns());
            }
            TraceEvent::Overhead { overhead, .. } => self.spent += u128::from(overhead.as_ns()),
            TraceEvent::CoreBusy(core, busy) => {
                let core = usize::from(core);
                self.cores.resize(self.cores.len().max(core + 1), false);
                assert_ne!(self.cores[core], busy, "core {core} was that already");
                self.cores[core] = busy;
            }
            TraceEvent::WaitBegan(request) => {
                let open = self.in_flight.get_mut(&request).expect("only requests in flight wait");
                open.waits += 1;
                assert_eq!(open.waits, 1, "{request:?} waits for one thing at a time");
            }
            TraceEvent::WaitOver(request) => {
                self.in_flight.get_mut(&request).expect("only requests in flight wait").waits -= 1;
            }
            TraceEvent::Completed { request, born, demanded, served, waited, .. } => {
                let open = self.in_flight.remove(&request).expect("only requests in flight complete");
                assert_eq!((open.born, open.service), (born, served), "{request:?}");
                self.n_completed += 1;
                self.residence += u128::from(at.since(born).as_ns());
                assert!(at.since(born) >= served, "{request:?} was answered before it was served");
                self.served.insert(request, (demanded, served, waited));
            }
            TraceEvent::Stole { thief, victim, n } => assert!(thief != victim && n > 0),
            TraceEvent::Abandoned(request) => {
                let open = self.in_flight.remove(&request).expect("only requests in flight are abandoned");
                self.residence += u128::from(at.since(open.born).as_ns());
                self.n_arrived -= 1;
            }
            TraceEvent::Preempted(_)
            | TraceEvent::Iteration(_)
            | TraceEvent::LoopDelay { .. }
            | TraceEvent::Collected { .. }
            | TraceEvent::Marked(_) => {}
        }
    }
}

fn dist() -> impl Strategy<Value = Dist> {
    prop_oneof![Just(Dist::Constant), Just(Dist::Exponential), Just(Dist::Lognormal), Just(Dist::Bimodal)]
}

prop_compose! {
    fn scenario()(
        mix in prop_oneof![Just(0.0), Just(100.0), 0.0..100.0],
        demand_us in 10_u64..200_000,
        n_bursts in 1_u32..6,
        cpu_dist in dist(),
        io_dist in dist(),
        share in 0.0..100.0,
        factor in 1.0..100.0,
        is_open in any::<bool>(),
        n_clients in 1_u32..400,
        think_us in 0_u64..200_000,
        rate in 0.1..5_000.0,
        arrivals in prop_oneof![Just(Arrivals::Poisson), Just(Arrivals::Constant), Just(Arrivals::Bursty)],
    )(
        machine in (1_u32..17, prop_oneof![Just(None), (1_u32..20).prop_map(Some)], 0.5..10.0, 0_u64..=1 << 53),
        modes in (any::<bool>(), any::<bool>(), any::<bool>()),
        mix in Just(mix),
        demand in Just(Span::from_us(demand_us)),
        n_bursts in Just(n_bursts),
        dists in Just((cpu_dist, io_dist)),
        heavy in Just(Heavy { share, factor }),
        load in Just(if is_open { Load::Open } else { Load::Closed }),
        closed in Just((n_clients, Span::from_us(think_us))),
        rate in Just(rate),
        arrivals in Just(arrivals),
    ) -> Scenario {
        Scenario {
            mix,
            demand,
            n_bursts,
            cpu_dist: dists.0,
            io_dist: dists.1,
            heavy,
            load,
            n_clients: closed.0,
            think: closed.1,
            rate,
            arrivals,
            n_cores: machine.0,
            io: if modes.0 { Io::Network } else { Io::Timer },
            transport: if modes.1 { Transport::Http } else { Transport::Direct },
            gomaxprocs: machine.1,
            js_factor: machine.2,
            costs: if modes.2 { CostModel::Measured } else { CostModel::Zero },
            seed: machine.3,
            ..Scenario::default()
        }
    }
}

const N_EVENTS: u64 = 6_000;

fn run(runtime: RuntimeId, scenario: &Scenario) -> AnyRun<Audit> {
    let mut run = AnyRun::new(runtime, scenario, 0, Audit::default());
    run.advance(Time::MAX, N_EVENTS);
    let now = run.now();
    run.sink_mut().pass_to(now);
    run
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_run_keeps_its_books(scenario in scenario()) {
        let scenario = scenario.validated().expect("the strategy makes valid scenarios");
        let mut served = Vec::new();
        for runtime in [RuntimeId::Node, RuntimeId::Go] {
            let run = run(runtime, &scenario);
            let (audit, now) = (run.sink(), run.now());
            prop_assert_eq!(audit.n_arrived, audit.n_completed + audit.in_flight.len() as u64);
            prop_assert_eq!(audit.in_flight.len(), run.n_in_flight());
            prop_assert_eq!(audit.n_refused, run.n_refused());
            prop_assert!(audit.n_arrived > 0, "nothing happened in {} events", N_EVENTS);
            // No more cores than there are; no more CPU time accounted for than cores were busy.
            prop_assert!(audit.cores.len() <= scenario.n_cores as usize);
            prop_assert!(audit.spent <= audit.busy, "{} core ns spent, {} busy", audit.spent, audit.busy);
            if runtime == RuntimeId::Node {
                prop_assert!(audit.cores.len() <= 1, "an event loop has one thread");
            }
            // Little's law, exactly: the area under the requests in flight is the sum of their residences.
            let open: u128 = audit.in_flight.values().map(|open| u128::from(now.since(open.born).as_ns())).sum();
            prop_assert_eq!(audit.area, audit.residence + open);
            served.push((runtime, &scenario, audit.served.clone()));
        }
        // The same request needed the same in both runtimes.
        let (_, _, go) = &served[1];
        for (request, (demanded, of_node, waited)) in &served[0].2 {
            // Each burst is rounded by itself.
            let js = demanded.scaled(scenario.js_factor).as_ns().abs_diff(of_node.as_ns());
            prop_assert!(js <= u64::from(scenario.n_bursts), "{:?} was served {} ns off", request, js);
            if let Some((same, of_go, also)) = go.get(request) {
                prop_assert_eq!((demanded, waited), (same, also));
                prop_assert_eq!(of_go, same, "Go serves exactly what is demanded");
            }
        }
    }

    #[test]
    fn any_address_is_read_and_what_it_says_comes_back(query in "([a-z-]{1,12}=[ -~]{0,12}&){0,6}", keys in "(mix|cores|load|runtimes|seed|rate|think|speed|theme)=[0-9a-z.,-]{0,8}") {
        let defaults = Settings::default();
        let (settings, notes) = permalink::parse(&format!("{query}{keys}"), &defaults);
        prop_assert!(settings.scenario.validated().is_ok());
        prop_assert!(!settings.runtimes.is_empty() && notes.len() <= 8);
        let written = permalink::write(&settings, &defaults);
        let (again, notes) = permalink::parse(&written, &defaults);
        prop_assert_eq!(&again, &settings, "{}", written);
        prop_assert!(notes.iter().all(|note| note.0.starts_with("this link")), "{:?} of {}", notes, written);
    }
}

#[test]
fn the_corners_of_the_table_run() {
    let base = Scenario::default();
    let corners = [
        Scenario { n_clients: 100_000, mix: 0.0, think: Span::ZERO, n_cores: 64, ..base },
        Scenario { demand: Span::from_us(10), n_bursts: 100, mix: 50.0, ..base },
        Scenario { demand: Span::from_ms(10_000), mix: 100.0, n_cores: 1, ..base },
        Scenario { load: Load::Open, rate: 1e6, n_cores: 1, mix: 100.0, ..base },
        Scenario { load: Load::Open, rate: 0.1, ..base },
        Scenario { gomaxprocs: Some(64), n_cores: 1, mix: 100.0, ..base },
        Scenario { gomaxprocs: Some(1), n_cores: 64, ..base },
        Scenario { heavy: Heavy { share: 100.0, factor: 1000.0 }, cpu_dist: Dist::Bimodal, ..base },
    ];
    for scenario in corners {
        let scenario = scenario.validated().expect("corners are in range");
        for runtime in [RuntimeId::Node, RuntimeId::Go] {
            let mut run = AnyRun::new(runtime, &scenario, 0, Audit::default());
            run.advance(Time::ZERO + Span::from_ms(60_000), 300_000);
            assert!(run.sink().n_completed > 0, "{runtime:?} completes nothing of {scenario:?}");
        }
    }
}
