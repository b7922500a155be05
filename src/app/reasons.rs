//! Why a runtime is ahead, behind, or level: only what the numbers of the run show, or how it is built.

use crate::app::verdict::{Side, are_many, names};
use crate::sim::costs::Costs;
use crate::sim::database::{POSTGRESQL_CONNECTIONS, TICKETS};
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{Database, Io, Load, Scenario, Transport, Warm};
use crate::view::units::{count, fixed};

/// Share of what it could use that a runtime has to keep busy to count as out of it.
const FULL: f64 = 0.97;
/// Connections that a server with a thread for each request accepts (`sim/threads/connector.rs`).
const MAX_CONNECTIONS: u32 = 8 * 1024;
/// Threads of a pool wait a little between two calls.
const POOL_FULL: f64 = 0.93;
/// Share of what is asked for that a runtime has to finish to count as keeping up.
const KEEPS_UP: f64 = 0.9;

impl Side {
    /// Share of the CPU it could use that is busy: of its cores, or of the threads that run its bursts.
    fn fill(&self, scenario: &Scenario) -> f64 {
        let cores = self.estimate.cores_busy / f64::from(self.id.usable_cores(scenario));
        if self.id == RuntimeId::NodeWorkers {
            let lanes = f64::from(scenario.n_workers().min(scenario.n_cores));
            return cores.max(self.burst_load(scenario) / lanes);
        }
        if self.id == RuntimeId::NodeService {
            let service = self.service_load(scenario);
            return (self.estimate.cores_busy - service).max(service / f64::from(scenario.n_service_cores()));
        }
        cores
    }

    /// Cores of the separate service that are busy: with bursts, and the requests that bring them.
    fn service_load(&self, scenario: &Scenario) -> f64 {
        let n_bursts = if scenario.mix > 0.0 { f64::from(scenario.n_bursts) } else { 0.0 };
        let http = Costs::of(scenario.costs).go.http_request.as_secs_f64();
        self.burst_load(scenario) + self.throughput() * n_bursts * http
    }

    /// Whether it is the service, and not its one loop, that is out of CPU.
    fn has_full_service(&self, scenario: &Scenario) -> bool {
        let n = f64::from(scenario.n_service_cores());
        self.id == RuntimeId::NodeService && self.service_load(scenario) >= FULL * n
    }

    /// Queries at the database, by Little's law: throughput times time. Where they share its capacity it takes longer, so
    /// that this is how much of the capacity they use.
    fn query_load(&self, scenario: &Scenario) -> f64 {
        if scenario.io != Io::Database {
            return 0.0;
        }
        self.throughput() * scenario.demand.as_secs_f64() * (1.0 - scenario.mix / 100.0)
    }

    /// Whether all connections to the database are in use, or the database has all the queries that it can work on.
    fn has_full_database(&self, scenario: &Scenario) -> bool {
        let most = n_connections(scenario).min(scenario.db_capacity);
        self.query_load(scenario) >= FULL * f64::from(most)
    }

    /// Cores that are busy with nothing but requests' bursts.
    fn burst_load(&self, scenario: &Scenario) -> f64 {
        let factor = if self.id.is_javascript() { scenario.js_factor } else { 1.0 };
        self.throughput() * scenario.demand.as_secs_f64() * scenario.mix / 100.0 * factor
    }

    fn is_full(&self, scenario: &Scenario) -> bool {
        self.fill(scenario) >= FULL
    }

    /// Whether all threads of libuv's pool are in a blocking call: by Little's law throughput times time.
    fn has_full_pool(&self, scenario: &Scenario) -> bool {
        let n_pools = match self.id {
            RuntimeId::Node | RuntimeId::NodeWorkers | RuntimeId::NodeService => 1,
            RuntimeId::NodeCluster => scenario.n_workers(),
            RuntimeId::Go | RuntimeId::Threads | RuntimeId::Tokio => return false,
        };
        let calls = self.throughput() * scenario.demand.as_secs_f64() * (1.0 - scenario.mix / 100.0);
        scenario.io == Io::File && calls >= POOL_FULL * f64::from(n_pools * scenario.n_pool_threads)
    }

    /// Whether it finishes what it is asked for.
    fn keeps_up(&self, scenario: &Scenario) -> bool {
        let asked = match scenario.load {
            Load::Closed => f64::from(scenario.n_clients) / (scenario.demand + scenario.think).as_secs_f64(),
            Load::Open => scenario.rate,
            Load::Batch => return true,
        };
        self.throughput() >= KEEPS_UP * asked
    }
}

/// Connections that the database lets a process have.
fn n_connections(scenario: &Scenario) -> u32 {
    let most = match scenario.database {
        Database::PostgreSql => POSTGRESQL_CONNECTIONS,
        Database::MongoDb => TICKETS,
        Database::Queue => u32::MAX,
    };
    scenario.n_db_connections.min(most)
}

/// What a database is short of.
fn full_database(scenario: &Scenario) -> String {
    let n = n_connections(scenario);
    if n < scenario.db_capacity {
        let what = if scenario.database == Database::MongoDb && n == TICKETS { "tickets of" } else { "connections to" };
        return format!("all {n} {what} the database are in use");
    }
    "the database has as many queries as it can work on".to_owned()
}

/// "its service's 4 cores are full".
fn full_service(scenario: &Scenario, side: &Side) -> String {
    if side.has_full_service(scenario) {
        return match scenario.n_service_cores() {
            1 => "the service's one core is full".to_owned(),
            n => format!("the service's {n} cores are full"),
        };
    }
    "the one loop in front of the service is full".to_owned()
}

/// "goroutines have 2 cores, and they are full".
fn few_cores(scenario: &Scenario, side: &Side) -> String {
    let has = if side.is_plural() { "have" } else { "has" };
    match side.id.usable_cores(scenario) {
        1 => format!("{} {has} one core, and it is full", side.name()),
        n => format!("{} {has} {n} cores, and they are full", side.name()),
    }
}

fn full_pool(scenario: &Scenario, side: &Side) -> String {
    let whose = if side.id == RuntimeId::Node { "the event loop's" } else { "Node's" };
    match (side.id, scenario.n_pool_threads) {
        (RuntimeId::NodeCluster, _) => "the pool threads of all processes are in blocking calls".to_owned(),
        (_, 1) => format!("{whose} one pool thread is in a blocking call all the time"),
        (_, n) => format!("{whose} {n} pool threads are all in blocking calls"),
    }
}

/// Where nothing is exhausted.
fn demand_is_met(scenario: &Scenario) -> &'static str {
    match scenario.load {
        Load::Closed => "what the clients ask for",
        Load::Open | Load::Batch => "every arrival",
    }
}

/// Why a single runtime finishes what it does.
pub(super) fn alone(scenario: &Scenario, side: &Side) -> String {
    let (it, is, keeps) = if side.is_plural() { ("they", "are", "keep") } else { ("it", "is", "keeps") };
    if side.has_full_pool(scenario) {
        return full_pool(scenario, side);
    }
    if side.has_full_database(scenario) {
        return full_database(scenario);
    }
    if !side.is_full(scenario) {
        return match scenario.load {
            Load::Batch => format!("{it} {is} not out of CPU, so the waits take the time"),
            _ if side.keeps_up(scenario) => {
                format!("{it} {is} not out of CPU and {keeps} up with {}", demand_is_met(scenario))
            }
            _ => format!("{it} {is} not out of CPU, but requests take longer than their own demand"),
        };
    }
    match (side.id, side.id.usable_cores(scenario)) {
        (RuntimeId::Node, _) => "one core runs all of its JavaScript, and that core is full".to_owned(),
        (RuntimeId::NodeService, _) => full_service(scenario, side),
        (_, 1) => format!("{} one core is full", if side.is_plural() { "their" } else { "its" }),
        (RuntimeId::NodeWorkers, _) => "all the cores that they can use are full".to_owned(),
        (_, n) => format!("all {n} of {} cores are full", if side.is_plural() { "their" } else { "its" }),
    }
}

/// Why all of `sides` finish the same.
pub(super) fn why_tied(scenario: &Scenario, sides: &[Side]) -> String {
    let some = |is: &dyn Fn(&Side) -> bool| sides.iter().copied().filter(|side| is(side)).collect::<Vec<Side>>();
    let (full, pools) = (some(&|side| side.is_full(scenario)), some(&|side| side.has_full_pool(scenario)));
    let (none, all) = if sides.len() == 2 { ("neither", "both") } else { ("none", "all") };
    if pools.len() == sides.len() {
        return "the pool threads of each are all in blocking calls".to_owned();
    }
    if sides.iter().all(|side| side.has_full_database(scenario)) {
        return full_database(scenario);
    }
    if full.len() == sides.len() {
        return "each has all the CPU that it can use, and it is full".to_owned();
    }
    if !pools.is_empty() {
        return format!("{} just about out of pool threads", is_or_are(&pools));
    }
    if !full.is_empty() {
        return match &full[..] {
            [side] if side.id == RuntimeId::Node => "the event loop's one core is just about out of CPU".to_owned(),
            _ => format!("{} just about out of CPU", is_or_are(&full)),
        };
    }
    if scenario.load == Load::Batch {
        return format!("{none} is out of CPU, so the same waits take the time");
    }
    if sides.iter().all(|side| side.keeps_up(scenario)) {
        return format!("{none} is out of CPU, so {all} keep up with {}", demand_is_met(scenario));
    }
    format!(
        "{none} is out of CPU, and requests wait about as long in {}",
        if sides.len() == 2 { "both" } else { "each" }
    )
}

fn is_or_are(sides: &[Side]) -> String {
    format!("{} {}", names(sides), if are_many(sides) { "are" } else { "is" })
}

/// Why `worst` finishes less than `best`.
pub(super) fn why_apart(scenario: &Scenario, best: &Side, worst: &Side) -> String {
    let reason = why_behind(scenario, best, worst);
    // Arrivals do not wait for anybody: who is full under open load falls behind for good.
    let is_out = worst.is_full(scenario) || worst.has_full_pool(scenario);
    let grows = scenario.load == Load::Open && is_out;
    if grows { reason + ", and ever more requests wait" } else { reason }
}

fn why_behind(scenario: &Scenario, best: &Side, worst: &Side) -> String {
    if worst.has_full_pool(scenario) {
        return why_short_of_pool_threads(scenario, best, worst);
    }
    let is_compiled_late = worst.id.is_javascript() || matches!(worst.id, RuntimeId::NodeService | RuntimeId::Threads);
    if scenario.warm == Warm::Cold && is_compiled_late && !worst.is_full(scenario) {
        let (are, their) = if worst.is_plural() { ("are", "their") } else { ("is", "its") };
        return format!("{} {are} up later, and {their} code is compiled while it runs", worst.name());
    }
    match (worst.id, worst.is_full(scenario)) {
        (RuntimeId::Node, true) => why_loop_is_full(scenario, best),
        (RuntimeId::NodeService, true) => full_service(scenario, worst),
        (RuntimeId::Node, false) => why_loop_is_late(scenario, worst),
        (_, true) => why_cores_are_full(scenario, best, worst),
        (RuntimeId::NodeWorkers, false) => {
            "each burst is a message to a worker thread and another back through the one main loop".to_owned()
        }
        (RuntimeId::NodeCluster, false) => {
            "connections stick to a process of the cluster, so requests queue in one while another is idle".to_owned()
        }
        (RuntimeId::NodeService, false) => {
            "each burst is a request to another machine, and comes back through the one loop".to_owned()
        }
        (RuntimeId::Threads, false) => why_threads_are_late(scenario, worst),
        (RuntimeId::Tokio, false) => "a task keeps its worker until it waits for something".to_owned(),
        (RuntimeId::Go, false) if scenario.io == Io::Timer => {
            "an idle Go process ends its timers on whole milliseconds, so its requests wait longer".to_owned()
        }
        (RuntimeId::Go, false) => {
            "goroutines wait longer for a core that is free or for a thread that looks for them".to_owned()
        }
    }
}

/// Why one that can use several cores is full before `best`.
fn why_cores_are_full(scenario: &Scenario, best: &Side, worst: &Side) -> String {
    let n_workers = scenario.n_workers().min(scenario.n_cores);
    let n_best = best.id.usable_cores(scenario);
    if worst.id == RuntimeId::NodeWorkers && n_workers < n_best {
        let are = if n_workers == 1 { "it is" } else { "they are" };
        return format!("bursts run on {}, and {are} full", count(n_workers, "worker thread", "worker threads"));
    }
    if worst.id.usable_cores(scenario) < n_best {
        return few_cores(scenario, worst);
    }
    let their = if worst.is_plural() { "their" } else { "its" };
    let full = if worst.id.usable_cores(scenario) == 1 { "core is full" } else { "cores are full" };
    match (!best.id.is_javascript(), !worst.id.is_javascript()) {
        (true, false) if scenario.js_factor > 1.0 => {
            format!("the same work takes longer in JavaScript, and {their} {full}")
        }
        (false, true) if scenario.js_factor < 1.0 => {
            format!("the same work takes less time in JavaScript, and goroutines' {full}")
        }
        // Full on as many cores, and fewer requests: each takes more of them.
        _ if worst.id == RuntimeId::NodeWorkers => {
            format!("each request costs worker threads more, messages included, and their {full}")
        }
        _ => format!("each request costs {} more, and {their} {full}", worst.name()),
    }
}

fn why_short_of_pool_threads(scenario: &Scenario, best: &Side, worst: &Side) -> String {
    let while_best = match best.id {
        RuntimeId::Go => ", while Go has a thread for each call",
        RuntimeId::NodeCluster => ", while each process of the cluster has a pool of its own",
        _ => "",
    };
    let whose = full_pool(scenario, worst);
    whose + while_best
}

fn why_loop_is_full(scenario: &Scenario, best: &Side) -> String {
    let n = best.id.usable_cores(scenario);
    if best.has_full_service(scenario) {
        return format!("one core runs all of the event loop's JavaScript, while {}", full_service(scenario, best));
    }
    if n > 1 && best.is_full(scenario) {
        let fill = if best.is_plural() { "fill" } else { "fills" };
        let cores = count(n, "core", "cores");
        return format!("one core runs all of the event loop's JavaScript, while {} {fill} {cores}", best.name());
    }
    let reason = if n > 1 {
        "one core runs all of the event loop's JavaScript, and that core is full"
    } else if scenario.js_factor > 1.0 && best.id == RuntimeId::Go {
        "the same work takes longer in JavaScript, and its one core is full"
    } else {
        "each request costs the event loop more, and its one core is full"
    };
    reason.to_owned()
}

/// Why threads that are not out of CPU finish less.
fn why_threads_are_late(scenario: &Scenario, worst: &Side) -> String {
    // By Little's law: each request has a thread for as long as it takes.
    let n_in_use = worst.throughput() * scenario.demand.as_secs_f64();
    let is_inside = scenario.transport == Transport::Direct;
    if !is_inside && n_in_use >= POOL_FULL * f64::from(scenario.n_threads) {
        return match scenario.n_threads {
            1 => "the one thread is taken, also while its request only waits".to_owned(),
            n => format!("all {n} threads are taken, also by requests that only wait"),
        };
    }
    let is_http = scenario.transport == Transport::Http;
    if is_http && scenario.load == Load::Closed && scenario.n_clients > MAX_CONNECTIONS {
        return "a server with a thread for each request accepts 8\u{202f}192 connections, and other clients wait"
            .to_owned();
    }
    "each request is handed from one thread to another, and both have to wake up".to_owned()
}

fn why_loop_is_late(scenario: &Scenario, worst: &Side) -> String {
    let fill = worst.fill(scenario);
    // Nobody queues for a core that is mostly idle.
    if fill < 0.5 && scenario.io == Io::Timer {
        return "the event loop's timers count whole milliseconds, so its requests wait longer".to_owned();
    }
    if fill < 0.5 {
        return "each request takes longer in the event loop".to_owned();
    }
    let busy = fixed(fill * 100.0, 0, false);
    format!("the event loop's one core is {busy} % busy, and requests queue behind one another for it")
}

#[cfg(test)]
mod tests;
