//! What holds for every scenario: conservation, order, capacity, Little's law, the identical stream.

use std::collections::BTreeMap;

use proptest::prelude::*;
use runtime_duel::app::permalink;
use runtime_duel::app::settings::Settings;
use runtime_duel::sim::dist::{Dist, Heavy};
use runtime_duel::sim::request::RequestId;
use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{
    Arrivals, ConnectPhase, CostModel, Database, Gc, Io, Load, Scenario, Transport, Warm,
};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::{Sink, TraceEvent, TraceHash};

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
    /// How often all cores came to rest.
    n_idle: u64,
    /// Requests that wait for I/O now, and the most that ever did.
    n_asking: usize,
    n_asking_most: usize,
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
                if !self.cores.contains(&true) {
                    // The utilization law, exactly: with no core busy, everything done has been accounted for.
                    assert_eq!(self.busy, self.spent, "core nanoseconds busy and accounted at {at:?}");
                    self.n_idle += 1;
                }
            }
            TraceEvent::WaitBegan(request) => {
                let open = self.in_flight.get_mut(&request).expect("only requests in flight wait");
                open.waits += 1;
                assert_eq!(open.waits, 1, "{request:?} waits for one thing at a time");
                self.n_asking += 1;
                self.n_asking_most = self.n_asking_most.max(self.n_asking);
            }
            TraceEvent::WaitOver(request) => {
                self.in_flight.get_mut(&request).expect("only requests in flight wait").waits -= 1;
                self.n_asking -= 1;
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
                self.n_refused += 1;
            }
            TraceEvent::Preempted(_)
            | TraceEvent::Iteration(_)
            | TraceEvent::LoopDelay { .. }
            | TraceEvent::Collected { .. }
            | TraceEvent::Turn { .. }
            | TraceEvent::Resumed(_)
            | TraceEvent::Polling { .. }
            | TraceEvent::Marked(_) => {}
        }
    }
}

fn dist() -> impl Strategy<Value = Dist> {
    prop_oneof![Just(Dist::Constant), Just(Dist::Exponential), Just(Dist::Lognormal), Just(Dist::Bimodal)]
}

prop_compose! {
    fn demand()(
        mix in prop_oneof![Just(0.0), Just(100.0), 0.0..100.0],
        demand_us in 10_u64..200_000,
        n_bursts in 1_u32..6,
        cpu_dist in dist(),
        io_dist in dist(),
        heavy in (0.0..100.0, 1.0..100.0).prop_map(|(share, factor)| Heavy { share, factor }),
        memory in (0_u64..200_000, 0_u64..200_000),
    ) -> Scenario {
        let (alloc, payload) = memory;
        let demand = Span::from_us(demand_us);
        Scenario { mix, demand, n_bursts, cpu_dist, io_dist, heavy, alloc, payload, ..Scenario::default() }
    }
}

prop_compose! {
    fn load()(
        demand in demand(),
        load in prop_oneof![Just(Load::Closed), Just(Load::Open), Just(Load::Batch)],
        n_clients in 1_u32..400,
        think_us in 0_u64..200_000,
        // At round ones and constant gaps, arrivals meet timers in the same nanosecond.
        rate in prop_oneof![Just(50.0), Just(1_000.0), 0.1..5_000.0],
        arrivals in prop_oneof![Just(Arrivals::Poisson), Just(Arrivals::Constant), Just(Arrivals::Bursty)],
        n_tasks in 1_u32..600,
    ) -> Scenario {
        Scenario { load, n_clients, think: Span::from_us(think_us), rate, arrivals, n_tasks, ..demand }
    }
}

prop_compose! {
    fn elsewhere()(
        load in load(),
        connect in prop_oneof![Just(ConnectPhase::Before), Just(ConnectPhase::During)],
        n_broadcast in prop_oneof![Just(0_u32), 0_u32..40],
        database in prop_oneof![Just(Database::Queue), Just(Database::PostgreSql), Just(Database::MongoDb)],
        n_db_connections in prop_oneof![1_u32..10, 1_u32..400],
        db_capacity in 1_u32..40,
        n_service_cores in prop_oneof![Just(None), (1_u32..20).prop_map(Some)],
        rtt_us in 0_u64..5_000,
    ) -> Scenario {
        let service_rtt = Span::from_us(rtt_us);
        let of_database = Scenario { database, n_db_connections, db_capacity, ..load };
        Scenario { connect, n_broadcast, n_service_cores, service_rtt, ..of_database }
    }
}

prop_compose! {
    pub(crate) fn scenario()(
        load in elsewhere(),
        n_cores in 1_u32..17,
        n_workers in prop_oneof![Just(None), (1_u32..20).prop_map(Some)],
        gomaxprocs in prop_oneof![Just(None), (1_u32..20).prop_map(Some)],
        n_pool_threads in 1_u32..40,
        n_threads in prop_oneof![Just(200), 1_u32..40],
        js_factor in 0.5..10.0,
        io in prop_oneof![Just(Io::Network), Just(Io::Timer), Just(Io::File), Just(Io::Database), Just(Io::Database)],
        transport in prop_oneof![Just(Transport::Http), Just(Transport::Socket), Just(Transport::Direct)],
        costs in prop_oneof![Just(CostModel::Measured), Just(CostModel::Zero)],
        gc in prop_oneof![Just(Gc::On), Just(Gc::Off)],
        warm in prop_oneof![Just(Warm::Warm), Just(Warm::Cold)],
        seed in 0_u64..=1 << 53,
    ) -> Scenario {
        let machine = Scenario { n_cores, n_workers, gomaxprocs, n_pool_threads, n_threads, ..load };
        Scenario { js_factor, io, transport, costs, gc, warm, seed, ..machine }
    }
}

const N_EVENTS: u64 = 6_000;

/// Cases of each property; more with `PROPTEST_CASES`.
pub(crate) fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(192)
}

fn run(runtime: RuntimeId, scenario: &Scenario) -> (AnyRun<(Audit, TraceHash)>, Advance) {
    let mut run = AnyRun::new(runtime, scenario, 0, (Audit::default(), TraceHash::default()));
    let advance = run.advance(Time::MAX, N_EVENTS);
    let now = run.now();
    run.sink_mut().0.pass_to(now);
    (run, advance)
}

/// Connections to a database are in use or free, and nobody waits for one that is free.
fn all_connections_are_there(run: &AnyRun<(Audit, TraceHash)>, scenario: &Scenario) -> Result<(), TestCaseError> {
    let (database, audit) = (run.database(), &run.sink().0);
    let (mut n_connections, mut n_used, mut n_waiting) = (0, 0, 0);
    for pool in 0..database.n_pools() {
        let (n, n_free) = (database.n_connections(pool), database.n_free(pool));
        prop_assert!(n > 0 && n_free <= n);
        prop_assert!(n_free == 0 || database.n_waiting(pool) == 0, "someone waits beside {} free ones", n_free);
        n_connections += n;
        n_used += (n - n_free) as usize;
        n_waiting += database.n_waiting(pool);
    }
    prop_assert!(n_connections <= scenario.n_db_connections.max(database.n_pools() as u32));
    // A query occupies a connection, and so does an answer until it is read, and a request has one of these at most.
    let n_asking = audit.in_flight.values().filter(|open| open.waits > 0).count();
    prop_assert!(database.n_queries() <= n_used && n_used + n_waiting <= audit.in_flight.len());
    prop_assert!(scenario.io != Io::Database || n_asking == database.n_queries());
    prop_assert!(audit.n_asking_most <= n_connections as usize || scenario.io != Io::Database);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_run_keeps_its_books(scenario in scenario()) {
        let scenario = scenario.validated().expect("the strategy makes valid scenarios");
        let mut served = Vec::new();
        for runtime in RuntimeId::ALL {
            let (run, advance) = run(runtime, &scenario);
            let (audit, now) = (&run.sink().0, run.now());
            prop_assert_eq!(audit.n_arrived, audit.n_completed + audit.in_flight.len() as u64);
            prop_assert_eq!(audit.in_flight.len(), run.n_in_flight());
            prop_assert!(audit.n_arrived > 0, "nothing happened in {} events", N_EVENTS);
            // Whatever it is, it ends: in its events, or because all is done.
            match advance {
                Advance::OutOfEvents => prop_assert!(run.n_events() == N_EVENTS),
                Advance::Finished => {
                    prop_assert_eq!(scenario.load, Load::Batch);
                    prop_assert_eq!(audit.n_arrived + audit.n_refused, u64::from(scenario.n_tasks));
                    prop_assert!(audit.in_flight.is_empty() && run.n_events() <= N_EVENTS);
                }
                Advance::Died(_) => prop_assert_eq!(scenario.io, Io::File),
                Advance::Reached | Advance::Starved => prop_assert!(false, "{:?} of drawn requests", advance),
            }
            // No more cores than there are; no more CPU time accounted for than cores were busy.
            prop_assert!(audit.cores.len() <= runtime.all_cores(&scenario) as usize);
            let (service, own) = (runtime.all_cores(&scenario) - scenario.n_cores, scenario.n_cores as usize);
            prop_assert!(service > 0 || audit.cores.len() <= own);
            prop_assert!(audit.spent <= audit.busy, "{} core ns spent, {} busy", audit.spent, audit.busy);
            // Little's law, exactly: the area under the requests in flight is the sum of their residences.
            let open: u128 = audit.in_flight.values().map(|open| u128::from(now.since(open.born).as_ns())).sum();
            prop_assert_eq!(audit.area, audit.residence + open);
            served.push((runtime, audit.served.clone()));
            all_connections_are_there(&run, &scenario)?;
        }
        // The same request needed the same in every runtime.
        let (_, go) = served.iter().find(|(runtime, _)| *runtime == RuntimeId::Go).expect("it is one of all");
        for (runtime, of_node) in served.iter().filter(|(runtime, _)| *runtime != RuntimeId::Go) {
            for (request, (demanded, of_node, waited)) in of_node {
                // Each burst is rounded by itself.
                let factor = if runtime.is_javascript() { scenario.js_factor } else { 1.0 };
                let js = demanded.scaled(factor).as_ns().abs_diff(of_node.as_ns());
                prop_assert!(js <= u64::from(scenario.n_bursts), "{:?}: {:?} is {} ns off", runtime, request, js);
                if let Some((same, of_go, also)) = go.get(request) {
                    prop_assert_eq!((demanded, waited), (same, also));
                    prop_assert_eq!(of_go, same, "Go serves exactly what is demanded");
                }
            }
        }
    }

    #[test]
    fn the_same_run_twice_is_the_same(scenario in scenario()) {
        for runtime in RuntimeId::ALL {
            let hash = |slice: u64| {
                let mut run = AnyRun::new(runtime, &scenario, 1, TraceHash::default());
                while run.n_events() < N_EVENTS / 2 && run.advance(Time::MAX, slice) == Advance::OutOfEvents {}
                (run.sink().value(), run.n_events())
            };
            prop_assert_eq!(hash(N_EVENTS / 2), hash(N_EVENTS / 2));
            prop_assert_eq!(hash(N_EVENTS / 2), hash(50), "{:?} in slices", runtime);
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
        Scenario { load: Load::Batch, n_tasks: 1, ..base },
        Scenario { load: Load::Batch, n_tasks: 20_000, demand: Span::from_ms(1), ..base },
        Scenario { io: Io::File, n_pool_threads: 1, n_clients: 2_000, ..base },
        Scenario { n_workers: Some(64), n_cores: 1, mix: 100.0, ..base },
        Scenario { n_threads: 1, n_clients: 2_000, ..base },
        Scenario { n_threads: 10_000, n_clients: 9_000, think: Span::ZERO, mix: 1.0, ..base },
        Scenario { alloc: 10_000 * 1024, payload: 10_000 * 1024, ..base },
        Scenario { n_clients: 100_000, think: Span::from_ms(10_000), connect: ConnectPhase::During, ..base },
        Scenario { n_broadcast: 100_000, ..base },
        Scenario { io: Io::Database, n_db_connections: 1, db_capacity: 1, n_workers: Some(64), ..base },
        Scenario { io: Io::Database, n_db_connections: 10_000, n_clients: 10_000, database: Database::MongoDb, ..base },
        Scenario { n_service_cores: Some(64), n_cores: 1, mix: 100.0, service_rtt: Span::from_ms(1_000), ..base },
    ];
    for scenario in corners {
        let scenario = scenario.validated().expect("corners are in range");
        for runtime in RuntimeId::ALL {
            let mut run = AnyRun::new(runtime, &scenario, 0, Audit::default());
            run.advance(Time::ZERO + Span::from_ms(60_000), 300_000);
            assert!(run.sink().n_completed > 0, "{runtime:?} completes nothing of {scenario:?}");
        }
    }
}
