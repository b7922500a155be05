//! Which scenario a point was measured in, and which scenarios it can be compared with.

use crate::app::permalink;
use crate::app::settings::Settings;
use crate::measured::file::{BadFile, Point};
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{CostModel, Io, Load, Scenario, Transport};

/// The scenario of a point's query.
///
/// # Errors
///
/// What in it is not accepted.
pub fn of(query: &str) -> Result<Scenario, BadFile> {
    // The version of the models at that time is no part of the scenario.
    let pairs: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("model=")).collect();
    let (settings, notes) = permalink::parse(&pairs.join("&"), &Settings::default());
    if let Some(note) = notes.first() {
        return Err(BadFile(format!("query: {}", note.0)));
    }
    settings.scenario.validated().map_err(|invalid| BadFile(format!("query: {invalid}")))
}

/// Whether `point` was measured in `scenario`, whatever its mix: what differs does not matter there.
#[must_use]
pub fn is_comparable(point: &Point, scenario: &Scenario) -> bool {
    let (Ok(of_point), Some(runtime)) = (of(&point.query), point.runtime()) else { return false };
    point.schedule.is_none() && are_alike(&of_point, scenario, runtime)
}

/// Whether two scenarios differ in nothing that matters to `runtime`, their mixes aside.
#[must_use]
pub fn are_alike(one: &Scenario, other: &Scenario, runtime: RuntimeId) -> bool {
    essence(one, runtime) == essence(other, runtime)
}

/// `scenario` with everything as it is by default that makes no difference to `runtime`, its mix among it.
fn essence(scenario: &Scenario, runtime: RuntimeId) -> Scenario {
    let plain = Scenario::default();
    let mut one = Scenario { mix: plain.mix, seed: plain.seed, ..*scenario };
    match one.load {
        Load::Closed => (one.rate, one.arrivals, one.n_tasks) = (plain.rate, plain.arrivals, plain.n_tasks),
        Load::Open => (one.n_clients, one.think, one.n_tasks) = (plain.n_clients, plain.think, plain.n_tasks),
        Load::Batch => {
            (one.n_clients, one.think) = (plain.n_clients, plain.think);
            (one.rate, one.arrivals) = (plain.rate, plain.arrivals);
        }
    }
    if !matches!(runtime, RuntimeId::NodeWorkers | RuntimeId::NodeService) {
        one.payload = plain.payload;
    }
    if one.io != Io::Database {
        (one.n_db_connections, one.db_capacity) = (plain.n_db_connections, plain.db_capacity);
        one.database = plain.database;
    }
    one.n_service_cores = (runtime == RuntimeId::NodeService).then(|| one.n_service_cores());
    if runtime != RuntimeId::NodeService {
        one.service_rtt = plain.service_rtt;
    }
    if one.load != Load::Closed || one.transport != Transport::Http {
        one.connect = plain.connect;
    }
    if one.transport == Transport::Direct {
        one.n_broadcast = plain.n_broadcast;
    }
    if runtime != RuntimeId::Threads {
        one.n_threads = plain.n_threads;
    }
    // Cores that nobody uses make no difference; one more than are used is for the runtime's other threads.
    let n_used = match runtime {
        RuntimeId::Node | RuntimeId::NodeService if one.io != Io::File => 1,
        RuntimeId::Go => one.n_processors(),
        _ => one.n_cores,
    };
    let has_workers = matches!(runtime, RuntimeId::NodeWorkers | RuntimeId::NodeCluster);
    one.n_workers = has_workers.then(|| one.n_workers());
    one.gomaxprocs = (runtime == RuntimeId::Go).then(|| one.n_processors());
    if runtime == RuntimeId::Go || one.io != Io::File {
        one.n_pool_threads = plain.n_pool_threads;
    }
    // Bursts are measured in the runtime's own language.
    if !runtime.is_javascript() {
        one.js_factor = plain.js_factor;
    }
    one.n_cores = one.n_cores.min(n_used + 1);
    one.costs = CostModel::Measured;
    one
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::scenario::{ConnectPhase, Database};
    use crate::sim::time::Span;

    #[test]
    fn what_was_measured_without_a_database_says_nothing_of_one() {
        let plain = Scenario { io: Io::Timer, transport: Transport::Direct, ..Scenario::default() };
        let are = |one: Scenario, other: Scenario, runtime| are_alike(&one, &other, runtime);
        let elsewhere = Scenario {
            n_db_connections: 3,
            db_capacity: 3,
            database: Database::MongoDb,
            service_rtt: Span::from_ms(7),
            n_service_cores: Some(9),
            connect: ConnectPhase::During,
            n_broadcast: 5,
            n_threads: 3,
            ..plain
        };
        for runtime in [RuntimeId::Node, RuntimeId::NodeWorkers, RuntimeId::NodeCluster, RuntimeId::Go] {
            assert!(are(plain, elsewhere, runtime), "{runtime:?}: none of it matters");
            let of_database = Scenario { io: Io::Database, ..elsewhere };
            assert!(!are(plain, of_database, runtime));
            assert!(!are(of_database, Scenario { db_capacity: 4, ..of_database }, runtime));
            assert!(!are(of_database, Scenario { n_db_connections: 4, ..of_database }, runtime));
            assert!(!are(of_database, Scenario { database: Database::Queue, ..of_database }, runtime));
            let http = Scenario { transport: Transport::Http, ..plain };
            assert!(!are(http, Scenario { connect: ConnectPhase::During, ..http }, runtime));
            assert!(!are(http, Scenario { n_broadcast: 1, ..http }, runtime));
            assert!(!are(plain, Scenario { warm: crate::sim::scenario::Warm::Cold, ..plain }, runtime));
        }
        let service = |scenario| are(plain, scenario, RuntimeId::NodeService);
        assert!(service(Scenario { js_factor: 3.0, n_cores: 9, n_service_cores: Some(4), ..plain }));
        assert!(!service(Scenario { n_service_cores: Some(9), ..plain }));
        assert!(!service(Scenario { service_rtt: Span::ZERO, ..plain }));
        assert!(!service(Scenario { payload: 1, ..plain }));
    }
}
