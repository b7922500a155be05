//! Which runtimes there are, and a run of any of them.

use crate::sim::go::Go;
use crate::sim::node::{Node, Topology};
use crate::sim::run::{Advance, Run};
use crate::sim::scenario::Scenario;
use crate::sim::script::Script;
use crate::sim::time::Time;
use crate::sim::trace::Sink;

/// A runtime under comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuntimeId {
    /// One event loop.
    Node,
    /// One event loop, and worker threads that take the bursts.
    NodeWorkers,
    /// Several processes with an event loop each.
    NodeCluster,
    /// Goroutines.
    Go,
}

impl RuntimeId {
    /// Every runtime there is.
    pub const ALL: [Self; 4] = [Self::Node, Self::NodeWorkers, Self::NodeCluster, Self::Go];

    /// Its name in addresses.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::NodeWorkers => "node-workers",
            Self::NodeCluster => "node-cluster",
            Self::Go => "go",
        }
    }
}

impl RuntimeId {
    /// How many cores it can use.
    #[must_use]
    pub fn usable_cores(self, scenario: &Scenario) -> u32 {
        match self {
            Self::Node => 1,
            Self::NodeWorkers => (scenario.n_workers() + 1).min(scenario.n_cores),
            Self::NodeCluster => scenario.n_workers().min(scenario.n_cores),
            Self::Go => scenario.n_processors().min(scenario.n_cores),
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
}

macro_rules! any {
    ($any:expr, $run:ident => $body:expr) => {
        match $any {
            Self::Node($run) => $body,
            Self::Go($run) => $body,
        }
    };
}

impl<S: Sink> AnyRun<S> {
    /// Replication `replication` of `scenario` on `runtime`, about to begin.
    pub fn new(runtime: RuntimeId, scenario: &Scenario, replication: u32, sink: S) -> Self {
        let topology = match runtime {
            RuntimeId::Go => return Self::Go(Box::new(Run::new((), scenario, replication, sink))),
            RuntimeId::Node => Topology::Loop,
            RuntimeId::NodeWorkers => Topology::Workers,
            RuntimeId::NodeCluster => Topology::Cluster,
        };
        Self::Node(Box::new(Run::new(topology, scenario, replication, sink)))
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

    /// How many requests were refused because too many were in flight.
    pub fn n_refused(&self) -> u64 {
        any!(self, run => run.n_refused())
    }

    /// See [`Run::execute`].
    pub fn execute(&mut self, script: Script) {
        any!(self, run => run.execute(script));
    }

    /// See [`Run::memory_peak`].
    pub fn memory_peak(&self) -> u64 {
        any!(self, run => run.memory_peak())
    }

    /// Where the trace goes.
    pub fn sink(&self) -> &S {
        any!(self, run => run.sink())
    }

    /// Where the trace goes, to take from it.
    pub fn sink_mut(&mut self) -> &mut S {
        any!(self, run => run.sink_mut())
    }
}
