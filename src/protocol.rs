//! What the page and a worker say to each other: versioned, by run, as bytes.
//!
//! A page and a worker of different builds can meet through a cache. The first word of every message is the
//! protocol's version, so they notice before they misread anything.

pub mod annex;
pub mod archive;
pub mod deep;
pub mod lanes;
pub mod study;

use serde::{Deserialize, Serialize};

use crate::sim::dist::{Dist, Heavy};
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{Arrivals, ConnectPhase, CostModel, Database, Gc, Io, Load, Scenario, Transport, Warm};
use crate::sim::time::Span;
use crate::stats::replication::{Outcome, Replication};
use crate::stats::tally::{Digest, Summary};

/// Goes up with every change of what is said.
pub const VERSION: u32 = 5;

/// Tells answers for what is wanted now from those for what was wanted before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RunId(pub u32);

/// What the page asks of a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToWorker {
    /// Begin a live run and simulate `preroll_ns` of it at once.
    Live {
        /// Which run this is.
        run: RunId,
        /// What to simulate.
        #[serde(with = "ScenarioDef")]
        scenario: Scenario,
        /// On what.
        runtimes: Vec<Runtime>,
        /// Simulated nanoseconds before the first frame.
        preroll_ns: u64,
    },
    /// New requests of the live run are made from this scenario.
    Retune {
        /// Which run.
        run: RunId,
        /// What to simulate from now on.
        #[serde(with = "ScenarioDef")]
        scenario: Scenario,
    },
    /// A frame was shown: the live run may go on for so long. Without credit it does nothing.
    Credit {
        /// Which run.
        run: RunId,
        /// Simulated nanoseconds.
        span_ns: u64,
    },
    /// Compute the points of the curve whose number is `share` modulo `of`.
    Curve {
        /// Which run this is.
        run: RunId,
        /// What to simulate; the mix is that of each point.
        #[serde(with = "ScenarioDef")]
        scenario: Scenario,
        /// On what.
        runtimes: Vec<Runtime>,
        /// This worker's share.
        share: u32,
        /// How many workers share the curve.
        of: u32,
    },
    /// Nobody looks: stop computing until [`ToWorker::Continue`].
    Hold,
    /// Somebody looks again.
    Continue,
    /// A message of [`study`], for a worker that looks into runtimes.
    Deep(Vec<u8>),
}

/// What a worker answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromWorker {
    /// It is there and understands this version.
    Ready,
    /// The live run has advanced.
    Frame(Frame),
    /// One replication of one point of the curve.
    Point {
        /// Which run.
        run: RunId,
        /// Where on the curve.
        mix: f64,
        /// Which of the runtimes asked for, by place.
        runtime_idx: u32,
        /// Which replication; none for the first, quick look.
        replication_idx: Option<u32>,
        /// What was found.
        #[serde(with = "ReplicationDef")]
        replication: Replication,
        /// What it was like beyond that, in the words of [`deep`]; nothing of a worker that does not look deeper.
        depth: Vec<u8>,
    },
    /// This worker's share of the curve is complete.
    CurveDone(RunId),
    /// It could not go on.
    Failed(String),
    /// A message of [`study`].
    Deep(Vec<u8>),
}

/// The live run has come this far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Which run.
    pub run: RunId,
    /// Simulated time of all runtimes, in nanoseconds.
    pub now_ns: u64,
    /// Whether all of the credit was used up.
    pub kept_up: bool,
    /// One for each runtime asked for, in that order.
    pub runtimes: Vec<RuntimeFrame>,
}

/// One runtime's part of a frame.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuntimeFrame {
    /// The number of the first bin in `completed`; bin `i` begins `i` bin widths after the start of the run.
    pub first_bin: u64,
    /// Completions in each bin from `first_bin` on; the last bin may be incomplete.
    pub completed: Vec<u32>,
    /// Requests in flight.
    pub in_flight: u32,
    /// Requests refused so far.
    pub refused: u64,
    /// Events so far.
    pub n_events: u64,
    /// What it is like beyond that, in the words of [`deep`]: once a second of a worker that looks deeper.
    pub depth: Vec<u8>,
}

/// Width of a bin of completions, simulated.
pub const BIN: Span = Span::from_ms(250);

/// A message that is not one of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misunderstood {
    /// It is of another version.
    Version(u32),
    /// It can not be read.
    Garbled,
}

impl std::fmt::Display for Misunderstood {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Version(came) => write!(f, "expected protocol version {VERSION}, got {came}: reload the page"),
            Self::Garbled => write!(f, "expected a message of protocol version {VERSION}, got something unreadable"),
        }
    }
}

impl std::error::Error for Misunderstood {}

/// The bytes of `message`.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    // `expect` would bring the words for every error that postcard knows, in half a kilobyte of the page.
    postcard::to_stdvec(&(VERSION, message))
        .unwrap_or_else(|_| unreachable!("messages have no type that postcard can not write"))
}

/// The message in `bytes`.
///
/// # Errors
/// If it is of another version or can not be read.
pub fn decode<T: for<'a> Deserialize<'a>>(bytes: &[u8]) -> Result<T, Misunderstood> {
    let (version, rest) = postcard::take_from_bytes::<u32>(bytes).map_err(|_| Misunderstood::Garbled)?;
    if version != VERSION {
        return Err(Misunderstood::Version(version));
    }
    postcard::from_bytes(rest).map_err(|_| Misunderstood::Garbled)
}

/// A runtime, as it travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runtime(#[serde(with = "RuntimeDef")] pub RuntimeId);

// The simulation knows nothing of serialization. These mirrors are checked against it by the compiler.

#[derive(Serialize, Deserialize)]
#[serde(remote = "RuntimeId")]
enum RuntimeDef {
    Node,
    NodeWorkers,
    NodeCluster,
    NodeService,
    Go,
    Threads,
    Tokio,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Dist")]
enum DistDef {
    Constant,
    Exponential,
    Lognormal,
    Bimodal,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Load")]
enum LoadDef {
    Closed,
    Open,
    Batch,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Arrivals")]
enum ArrivalsDef {
    Poisson,
    Constant,
    Bursty,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Io")]
enum IoDef {
    Network,
    Timer,
    File,
    Database,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Database")]
enum DatabaseDef {
    Queue,
    PostgreSql,
    MongoDb,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "ConnectPhase")]
enum ConnectPhaseDef {
    Before,
    During,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Warm")]
enum WarmDef {
    Warm,
    Cold,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Gc")]
enum GcDef {
    On,
    Off,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Transport")]
enum TransportDef {
    Http,
    Socket,
    Direct,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "CostModel")]
enum CostModelDef {
    Measured,
    Zero,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Outcome")]
enum OutcomeDef {
    Whole,
    OutOfEvents,
    Unsettled,
    Refused,
    Died,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Heavy")]
struct HeavyDef {
    share: f64,
    factor: f64,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Span")]
struct SpanDef(#[serde(getter = "ns")] u64);

fn ns(span: &Span) -> u64 {
    span.as_ns()
}

impl From<SpanDef> for Span {
    fn from(SpanDef(ns): SpanDef) -> Self {
        Self::from_ns(ns)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Scenario")]
struct ScenarioDef {
    mix: f64,
    #[serde(with = "SpanDef")]
    demand: Span,
    n_bursts: u32,
    #[serde(with = "DistDef")]
    cpu_dist: Dist,
    #[serde(with = "DistDef")]
    io_dist: Dist,
    #[serde(with = "HeavyDef")]
    heavy: Heavy,
    #[serde(with = "LoadDef")]
    load: Load,
    n_clients: u32,
    #[serde(with = "SpanDef")]
    think: Span,
    rate: f64,
    #[serde(with = "ArrivalsDef")]
    arrivals: Arrivals,
    n_tasks: u32,
    n_cores: u32,
    #[serde(with = "IoDef")]
    io: Io,
    #[serde(with = "TransportDef")]
    transport: Transport,
    n_pool_threads: u32,
    n_db_connections: u32,
    db_capacity: u32,
    #[serde(with = "DatabaseDef")]
    database: Database,
    n_workers: Option<u32>,
    n_threads: u32,
    n_service_cores: Option<u32>,
    #[serde(with = "SpanDef")]
    service_rtt: Span,
    gomaxprocs: Option<u32>,
    #[serde(with = "ConnectPhaseDef")]
    connect: ConnectPhase,
    n_broadcast: u32,
    #[serde(with = "WarmDef")]
    warm: Warm,
    alloc: u64,
    payload: u64,
    #[serde(with = "GcDef")]
    gc: Gc,
    js_factor: f64,
    #[serde(with = "CostModelDef")]
    costs: CostModel,
    seed: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Digest")]
struct DigestDef {
    sum: u64,
    who: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Summary")]
struct SummaryDef {
    seconds: f64,
    n_completed: u64,
    throughput: f64,
    latency_mean_ms: f64,
    latency_p50_ms: f64,
    latency_p99_ms: f64,
    cores_busy: f64,
    in_system: f64,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Replication")]
struct ReplicationDef {
    #[serde(with = "SummaryDef")]
    summary: Summary,
    #[serde(with = "DigestDef")]
    digest: Digest,
    n_events: u64,
    #[serde(with = "OutcomeDef")]
    outcome: Outcome,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_back_as_it_went() {
        let message = ToWorker::Live {
            run: RunId(7),
            scenario: Scenario { seed: 1 << 53, gomaxprocs: Some(3), ..Scenario::default() },
            runtimes: vec![Runtime(RuntimeId::Go), Runtime(RuntimeId::Node)],
            preroll_ns: 5,
        };
        assert_eq!(decode(&encode(&message)), Ok(message));
    }

    #[test]
    fn another_version_and_garbage_are_told_apart() {
        let mut bytes = encode(&ToWorker::Hold);
        bytes[0] += 1;
        assert_eq!(decode::<ToWorker>(&bytes), Err(Misunderstood::Version(VERSION + 1)));
        assert_eq!(decode::<ToWorker>(&[]), Err(Misunderstood::Garbled));
        assert_eq!(decode::<ToWorker>(&[VERSION as u8, 200, 200]), Err(Misunderstood::Garbled));
    }
}
