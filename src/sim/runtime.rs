//! Which runtimes there are, and a run of any of them.

use crate::sim::costs::Costs;
use crate::sim::database::Database;
use crate::sim::go::Go;
use crate::sim::node::{Node, Topology};
use crate::sim::run::{Advance, Run};
use crate::sim::scenario::{Io, Scenario, Transport};
use crate::sim::script::Script;
#[cfg(feature = "deep")]
use crate::sim::threads::Threads;
use crate::sim::time::Time;
#[cfg(feature = "deep")]
use crate::sim::tokio::Tokio;
use crate::sim::trace::Sink;
use crate::sim::workload::Recorded;

/// Whether everything there is can be simulated: see the feature `deep`.
pub(super) const DEEP: bool = cfg!(feature = "deep");

impl Io {
    /// What a request waits for in this worker: in the first one only for what that has, which the compiler knows.
    pub(super) fn at_hand(self) -> Self {
        match self {
            io if DEEP => io,
            Self::Timer => Self::Timer,
            _ => Self::Network,
        }
    }
}

impl Transport {
    /// How a program is reached in this worker: in the first one always over HTTP.
    pub(super) fn at_hand(self) -> Self {
        if DEEP { self } else { Self::Http }
    }
}

/// A runtime under comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuntimeId {
    /// One event loop.
    Node,
    /// One event loop, and worker threads that take the bursts.
    NodeWorkers,
    /// Several processes with an event loop each.
    NodeCluster,
    /// One event loop, and a separate service on a machine of its own that takes the bursts.
    NodeService,
    /// Goroutines.
    Go,
    /// A thread for each request.
    Threads,
    /// Asynchronous tasks on Tokio.
    Tokio,
}

impl RuntimeId {
    /// Every runtime there is.
    pub const ALL: [Self; 7] =
        [Self::Node, Self::NodeWorkers, Self::NodeCluster, Self::NodeService, Self::Go, Self::Threads, Self::Tokio];

    /// Its name in addresses.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::NodeWorkers => "node-workers",
            Self::NodeCluster => "node-cluster",
            Self::NodeService => "node-service",
            Self::Go => "go",
            Self::Threads => "threads",
            Self::Tokio => "tokio",
        }
    }
}

impl RuntimeId {
    /// Whether its bursts are JavaScript, which takes longer by the scenario's factor.
    #[must_use]
    pub const fn is_javascript(self) -> bool {
        matches!(self, Self::Node | Self::NodeWorkers | Self::NodeCluster)
    }

    /// How many cores its machines have: those of the machine under comparison, and after them those of a separate
    /// service's.
    #[must_use]
    pub fn all_cores(self, scenario: &Scenario) -> u32 {
        scenario.n_cores + if self == Self::NodeService { scenario.n_service_cores() } else { 0 }
    }

    /// How many cores it can use, those of a separate service's machine among them.
    #[must_use]
    pub fn usable_cores(self, scenario: &Scenario) -> u32 {
        match self {
            Self::Node => 1,
            Self::NodeService => 1 + scenario.n_service_cores(),
            Self::NodeWorkers => (scenario.n_workers() + 1).min(scenario.n_cores),
            Self::NodeCluster | Self::Tokio => scenario.n_workers().min(scenario.n_cores),
            // A thread that only hands requests on comes to those that serve them.
            Self::Threads => scenario.n_threads.saturating_add(1).min(scenario.n_cores),
            Self::Go => scenario.n_processors().min(scenario.n_cores),
        }
    }
}

impl RuntimeId {
    /// How Node shares its work; `None` for others.
    fn topology(self) -> Option<Topology> {
        // The page's first worker has no other form of it.
        if !DEEP {
            return (self == Self::Node).then_some(Topology::Loop);
        }
        match self {
            Self::Go | Self::Threads | Self::Tokio => None,
            Self::Node => Some(Topology::Loop),
            Self::NodeService => Some(Topology::Service),
            Self::NodeWorkers => Some(Topology::Workers),
            Self::NodeCluster => Some(Topology::Cluster),
        }
    }
}

/// A run of one of the runtimes.
#[derive(Clone, Debug)]
pub enum AnyRun<S> {
    /// Of Node.js.
    Node(Box<Run<Node, S>>),
    /// Of Go.
    Go(Box<Run<Go, S>>),
    /// Of a server with a thread for each request.
    #[cfg(feature = "deep")]
    Threads(Box<Run<Threads, S>>),
    /// Of Tokio.
    #[cfg(feature = "deep")]
    Tokio(Box<Run<Tokio, S>>),
}

macro_rules! any {
    ($any:expr, $run:ident => $body:expr) => {
        match $any {
            Self::Node($run) => $body,
            Self::Go($run) => $body,
            #[cfg(feature = "deep")]
            Self::Threads($run) => $body,
            #[cfg(feature = "deep")]
            Self::Tokio($run) => $body,
        }
    };
}

impl<S: Sink> AnyRun<S> {
    /// See [`Run::new`]; with the costs that the scenario names.
    pub fn new(runtime: RuntimeId, scenario: &Scenario, replication: u32, sink: S) -> Self {
        Self::with_costs(runtime, scenario, &Costs::of(scenario.costs), replication, sink)
    }

    /// See [`Run::new`].
    pub fn with_costs(runtime: RuntimeId, scenario: &Scenario, costs: &Costs, replication: u32, sink: S) -> Self {
        match runtime.topology() {
            #[cfg(feature = "deep")]
            None if runtime == RuntimeId::Threads => {
                Self::Threads(Box::new(Run::new((), scenario, costs, replication, sink)))
            }
            #[cfg(feature = "deep")]
            None if runtime == RuntimeId::Tokio => {
                Self::Tokio(Box::new(Run::new((), scenario, costs, replication, sink)))
            }
            None => Self::Go(Box::new(Run::new((), scenario, costs, replication, sink))),
            Some(topology) => Self::Node(Box::new(Run::new(topology, scenario, costs, replication, sink))),
        }
    }

    /// See [`Run::recorded`].
    pub fn recorded(runtime: RuntimeId, scenario: &Scenario, costs: &Costs, replication: u32, sink: S) -> Self {
        match runtime.topology() {
            #[cfg(feature = "deep")]
            None if runtime == RuntimeId::Threads => {
                Self::Threads(Box::new(Run::recorded((), scenario, costs, replication, sink)))
            }
            #[cfg(feature = "deep")]
            None if runtime == RuntimeId::Tokio => {
                Self::Tokio(Box::new(Run::recorded((), scenario, costs, replication, sink)))
            }
            None => Self::Go(Box::new(Run::recorded((), scenario, costs, replication, sink))),
            Some(topology) => Self::Node(Box::new(Run::recorded(topology, scenario, costs, replication, sink))),
        }
    }

    /// See [`Run::feed`].
    pub fn feed(&mut self, requests: &[Recorded]) {
        any!(self, run => run.feed(requests));
    }

    /// See [`Run::end_feed`].
    pub fn end_feed(&mut self) {
        any!(self, run => run.end_feed());
    }

    /// See [`Run::limit_in_flight`].
    pub fn limit_in_flight(&mut self, n: usize) {
        any!(self, run => run.limit_in_flight(n));
    }

    /// See [`Run::advance`].
    pub fn advance(&mut self, until: Time, max_events: u64) -> Advance {
        any!(self, run => run.advance(until, max_events))
    }

    /// See [`Run::retune`].
    pub fn retune(&mut self, scenario: &Scenario) {
        any!(self, run => run.retune(scenario));
    }

    /// The current simulated time.
    pub fn now(&self) -> Time {
        any!(self, run => run.now())
    }

    /// How many events have happened.
    pub fn n_events(&self) -> u64 {
        any!(self, run => run.n_events())
    }

    /// How many requests are in flight.
    pub fn n_in_flight(&self) -> usize {
        any!(self, run => run.n_in_flight())
    }

    /// See [`Run::database`].
    pub fn database(&self) -> &Database {
        any!(self, run => run.database())
    }

    /// How many requests were refused because too many were in flight.
    pub fn n_refused(&self) -> u64 {
        any!(self, run => run.n_refused())
    }

    /// See [`Run::introduce`].
    pub fn introduce(&mut self) {
        any!(self, run => run.introduce());
    }

    /// See [`Run::execute`].
    pub fn execute(&mut self, script: Script) {
        any!(self, run => run.execute(script));
    }

    /// See [`Run::memory_peak`].
    pub fn memory_peak(&self) -> u64 {
        any!(self, run => run.memory_peak())
    }

    /// See [`Run::memory_now`].
    pub fn memory_now(&self) -> u64 {
        any!(self, run => run.memory_now())
    }

    /// See [`Run::n_switches`].
    pub fn n_switches(&self) -> u64 {
        any!(self, run => run.n_switches())
    }

    /// Where the trace goes.
    pub fn sink(&self) -> &S {
        any!(self, run => run.sink())
    }

    /// See [`Run::into_sink`].
    pub fn into_sink(self) -> S {
        any!(self, run => run.into_sink())
    }

    /// Where the trace goes, to take from it.
    pub fn sink_mut(&mut self) -> &mut S {
        any!(self, run => run.sink_mut())
    }
}
