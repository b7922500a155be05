//! What is simulated: the workload, the machine and the runtimes' settings, complete and validated.

use crate::sim::dist::{Dist, Heavy};
use crate::sim::time::Span;

/// Memory of a request or a message at most.
const MAX_BYTES: u64 = 10_000 * 1024;

/// A comparison as the reader set it up. Every field stands on its own, so that switching the load and back
/// loses nothing. Ranges are those of the address table and are kept by [`Scenario::validated`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scenario {
    /// CPU share of a request's service demand, in percent, 0 to 100.
    pub mix: f64,
    /// CPU and I/O time of one request on average.
    pub demand: Span,
    /// The demand is split in this many pairs of a burst and a wait.
    pub n_bursts: u32,
    /// Distribution of the bursts.
    pub cpu_dist: Dist,
    /// Distribution of the waits.
    pub io_dist: Dist,
    /// The classes of a bimodal distribution.
    pub heavy: Heavy,
    /// How requests arrive.
    pub load: Load,
    /// Closed load: how many clients.
    pub n_clients: u32,
    /// Closed load: mean pause of a client between its requests.
    pub think: Span,
    /// Open load: arrivals per second.
    pub rate: f64,
    /// Open load: how arrivals are spaced.
    pub arrivals: Arrivals,
    /// Batch load: tasks started at once.
    pub n_tasks: u32,
    /// Cores of the machine.
    pub n_cores: u32,
    /// What a wait is.
    pub io: Io,
    /// How a request reaches the runtime.
    pub transport: Transport,
    /// Threads of libuv's pool (`UV_THREADPOOL_SIZE`).
    pub n_pool_threads: u32,
    /// `io=database`: connections that the runtime keeps to its database.
    pub n_db_connections: u32,
    /// `io=database`: queries that the database runs at once.
    pub db_capacity: u32,
    /// `io=database`: what shares the database's capacity out among its queries.
    pub database: Database,
    /// Node's worker threads or cluster processes, Tokio's workers; the number of cores if not given.
    pub n_workers: Option<u32>,
    /// Threads of a thread-per-request server at most.
    pub n_threads: u32,
    /// Cores of the separate service that takes Node's bursts; the number of cores if not given.
    pub n_service_cores: Option<u32>,
    /// A message to that service and its answer, on the network.
    pub service_rtt: Span,
    /// Go's processors; the number of cores if not given.
    pub gomaxprocs: Option<u32>,
    /// How clients and the runtime come to be connected.
    pub connect: ConnectPhase,
    /// To how many further connections each answer is sent: a chat room's size.
    pub n_broadcast: u32,
    /// Whether the program has been running for long.
    pub warm: Warm,
    /// Memory that each request allocates, in bytes.
    pub alloc: u64,
    /// Bytes cloned with each message to or from a worker thread.
    pub payload: u64,
    /// Whether memory is collected.
    pub gc: Gc,
    /// Time of the same burst in JavaScript over its time in Go.
    pub js_factor: f64,
    /// What overheads cost.
    pub costs: CostModel,
    /// Seed of every random number, below 2^53 so that an address and JavaScript hold it exactly.
    pub seed: u64,
}

/// How requests arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// Clients that wait for their response, think and come back.
    Closed,
    /// Arrivals independent of completions.
    Open,
    /// Tasks started at once, and then no more.
    Batch,
}

/// How open arrivals are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrivals {
    /// Exponential gaps.
    Poisson,
    /// Equal gaps.
    Constant,
    /// Hyperexponential gaps: mostly short, sometimes long.
    Bursty,
}

/// What a wait is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Io {
    /// An answer on a socket.
    Network,
    /// The runtime's own timer.
    Timer,
    /// A call that blocks its thread, as on a file.
    File,
    /// A query to a database, over one of a bounded number of connections.
    Database,
}

/// What shares a database's capacity out among its queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// A plain station: as many queries as its capacity at once, the others in line.
    Queue,
    /// After PostgreSQL: a process for each connection, all of which share the cores.
    PostgreSql,
    /// After MongoDB: a thread for each connection, and tickets for the storage engine.
    MongoDb,
}

/// How clients and the runtime come to be connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectPhase {
    /// Clients that wait are connected before the run begins.
    Before,
    /// They connect when they come for the first time, through the runtime's own accept path.
    During,
}

/// Whether the program has been running for long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warm {
    /// It has: everything is compiled and started.
    Warm,
    /// The process starts when the run begins, and its code has never been executed.
    Cold,
}

/// Whether memory is collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gc {
    /// As the runtimes do.
    On,
    /// Never, and memory costs nothing.
    Off,
}

/// How a request reaches the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Over a socket: each request pays for accepting, parsing and writing.
    Http,
    /// A message on a socket that is open, without HTTP.
    Socket,
    /// Started inside the process: by clients that live there, or when the process' own timer says so.
    Direct,
}

/// What overheads cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CostModel {
    /// The measured costs of `costs.rs`.
    Measured,
    /// Nothing: the theory's world.
    Zero,
}

/// A scenario that no run accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidScenario {
    /// Which field, in the address table's words.
    pub key: &'static str,
    /// What came.
    pub came: String,
    /// What is accepted.
    pub accepted: &'static str,
}

impl std::fmt::Display for InvalidScenario {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: expected {}, got {}", self.key, self.accepted, self.came)
    }
}

impl std::error::Error for InvalidScenario {}

impl Default for Scenario {
    /// 64 clients that come back every 160 ms offer 400 requests per second: one core has its knee near 12.5 %
    /// CPU and four cores near 50 %.
    fn default() -> Self {
        Self {
            mix: 20.0,
            demand: Span::from_ms(20),
            n_bursts: 1,
            cpu_dist: Dist::Exponential,
            io_dist: Dist::Constant,
            heavy: Heavy { share: 5.0, factor: 20.0 },
            load: Load::Closed,
            n_clients: 64,
            think: Span::from_ms(140),
            rate: 400.0,
            arrivals: Arrivals::Poisson,
            n_tasks: 10_000,
            n_cores: 4,
            io: Io::Network,
            transport: Transport::Http,
            n_pool_threads: 4,
            n_db_connections: 20,
            db_capacity: 16,
            database: Database::Queue,
            n_workers: None,
            n_threads: 200,
            n_service_cores: None,
            service_rtt: Span::from_us(500),
            gomaxprocs: None,
            connect: ConnectPhase::Before,
            n_broadcast: 0,
            warm: Warm::Warm,
            alloc: 2_560,
            payload: 1_024,
            gc: Gc::On,
            js_factor: 1.0,
            costs: CostModel::Measured,
            seed: 1,
        }
    }
}

impl Scenario {
    /// This scenario if every field is in range.
    ///
    /// # Errors
    /// The first field that is not, with what came and what is accepted.
    pub fn validated(self) -> Result<Self, InvalidScenario> {
        fn check(
            ok: bool,
            key: &'static str,
            came: impl std::fmt::Display,
            accepted: &'static str,
        ) -> Result<(), InvalidScenario> {
            if ok { Ok(()) } else { Err(InvalidScenario { key, came: format!("{came}"), accepted }) }
        }
        let ms = Span::as_ms_f64;
        check((0.0..=100.0).contains(&self.mix), "mix", self.mix, "0 to 100 %")?;
        check((0.01..=10_000.0).contains(&ms(self.demand)), "demand", ms(self.demand), "0.01 to 10000 ms")?;
        check((1..=100).contains(&self.n_bursts), "bursts", self.n_bursts, "1 to 100")?;
        check((0.0..=100.0).contains(&self.heavy.share), "heavy-share", self.heavy.share, "0 to 100 %")?;
        check((1.0..=1000.0).contains(&self.heavy.factor), "heavy-factor", self.heavy.factor, "1 to 1000")?;
        check((1..=100_000).contains(&self.n_clients), "clients", self.n_clients, "1 to 100000")?;
        check(self.think <= Span::from_ms(60_000), "think", ms(self.think), "0 to 60000 ms")?;
        check((0.1..=1e6).contains(&self.rate), "rate", self.rate, "0.1 to 1000000 per second")?;
        check((1..=64).contains(&self.n_cores), "cores", self.n_cores, "1 to 64")?;
        check((1..=1_000_000).contains(&self.n_tasks), "tasks", self.n_tasks, "1 to 1000000")?;
        check((1..=1024).contains(&self.n_pool_threads), "pool-size", self.n_pool_threads, "1 to 1024")?;
        check((1..=10_000).contains(&self.n_db_connections), "db-connections", self.n_db_connections, "1 to 10000")?;
        check((1..=10_000).contains(&self.db_capacity), "db-capacity", self.db_capacity, "1 to 10000")?;
        check(self.n_workers.is_none_or(|n| (1..=64).contains(&n)), "workers", self.n_workers(), "1 to 64")?;
        check((1..=10_000).contains(&self.n_threads), "threads", self.n_threads, "1 to 10000")?;
        let n_service = self.n_service_cores();
        check(self.n_service_cores.is_none_or(|n| (1..=64).contains(&n)), "service-cores", n_service, "1 to 64")?;
        check(self.service_rtt <= Span::from_ms(1_000), "service-rtt", ms(self.service_rtt), "0 to 1000 ms")?;
        check(self.n_broadcast <= 100_000, "broadcast", self.n_broadcast, "0 to 100000")?;
        check(self.alloc <= MAX_BYTES, "alloc", self.alloc / 1024, "0 to 10000 KB")?;
        check(self.payload <= MAX_BYTES, "payload", self.payload / 1024, "0 to 10000 KB")?;
        check(self.gomaxprocs.is_none_or(|n| (1..=64).contains(&n)), "gomaxprocs", self.n_processors(), "1 to 64")?;
        check((0.5..=10.0).contains(&self.js_factor), "js-factor", self.js_factor, "0.5 to 10")?;
        check(self.seed <= 1 << 53, "seed", self.seed, "0 to 2^53")?;
        Ok(self)
    }

    /// Mean length of one burst.
    #[must_use]
    pub fn mean_burst(&self) -> Span {
        self.demand.scaled(self.mix / 100.0 / f64::from(self.n_bursts))
    }

    /// Mean length of one wait.
    #[must_use]
    pub fn mean_wait(&self) -> Span {
        self.demand.scaled((100.0 - self.mix) / 100.0 / f64::from(self.n_bursts))
    }

    /// Node's worker threads or cluster processes, Tokio's workers.
    #[must_use]
    pub fn n_workers(&self) -> u32 {
        self.n_workers.unwrap_or(self.n_cores)
    }

    /// Cores of the separate service that takes Node's bursts.
    #[must_use]
    pub fn n_service_cores(&self) -> u32 {
        self.n_service_cores.unwrap_or(self.n_cores)
    }

    /// Go's processors.
    #[must_use]
    pub fn n_processors(&self) -> u32 {
        self.gomaxprocs.unwrap_or(self.n_cores)
    }

    /// Whether a run of `self` can go on as `other`: only what new requests are made of differs.
    #[must_use]
    pub fn continues_as(&self, other: &Self) -> bool {
        let like_other = Self {
            mix: other.mix,
            demand: other.demand,
            n_bursts: other.n_bursts,
            alloc: other.alloc,
            think: other.think,
            rate: other.rate,
            arrivals: other.arrivals,
            ..*self
        };
        like_other == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_valid_and_splits_its_demand() {
        let scenario = Scenario::default().validated().expect("the default is valid");
        assert_eq!(scenario.mean_burst(), Span::from_ms(4));
        assert_eq!(scenario.mean_wait(), Span::from_ms(16));
    }

    #[test]
    fn an_error_names_the_key_what_came_and_what_is_accepted() {
        let error = Scenario { n_cores: 65, ..Scenario::default() }.validated().expect_err("65 cores are too many");
        assert_eq!(error.to_string(), "cores: expected 1 to 64, got 65");
        assert!(Scenario { mix: f64::NAN, ..Scenario::default() }.validated().is_err());
    }

    #[test]
    fn a_run_goes_on_when_the_mix_moves_and_not_when_the_machine_changes() {
        let scenario = Scenario::default();
        assert!(scenario.continues_as(&Scenario { mix: 80.0, ..scenario }));
        assert!(!scenario.continues_as(&Scenario { n_cores: 8, ..scenario }));
        assert!(!scenario.continues_as(&Scenario { n_clients: 8, ..scenario }));
    }
}
