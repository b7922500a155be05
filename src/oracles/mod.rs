//! The simulation against closed forms, with all costs at zero: every oracle as data, and how it is checked.
//!
//! The rule is |mean - oracle| < 4 standard errors from independent replications, plus the bias that an oracle names;
//! and those 4 standard errors have to be a small part of the oracle, as otherwise no result could fail.

mod elsewhere;
pub mod law;
mod many;
mod measure;
mod network;
mod pairs;
mod sharing;
mod single;
mod source;
mod watch;

pub use measure::{Expected, Measure};

use crate::oracles::law::Law;
use crate::replicate::{Found, Plan, in_parallel};
use crate::sim::dist::Dist;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{CostModel, Gc, Load, Scenario};
use crate::sim::time::Span;

/// Independent replications of each oracle: 15 degrees of freedom.
const N_REPLICATIONS: u32 = 16;
/// Four standard errors, as a share of the oracle, at most.
const WIDTH: f64 = 0.05;
/// The same where bursts are heavy-tailed or long runs cost too much.
const WIDE: f64 = 0.08;
/// What rounding to nanoseconds may do.
const ROUNDING: f64 = 1e-6;

/// What oracles have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// One server, any distribution.
    Single,
    /// Several servers, one queue.
    Many,
    /// Processor sharing.
    Sharing,
    /// Clients that wait, one station.
    Closed,
    /// Several stations, feedback.
    Network,
    /// One run against another.
    Pairs,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Single, Self::Many, Self::Sharing, Self::Closed, Self::Network, Self::Pairs];
}

/// A closed form and the runs that have to agree with it.
#[derive(Clone, Debug)]
pub struct Oracle {
    /// What it is of.
    pub name: String,
    /// On which runtime.
    pub runtime: RuntimeId,
    /// What is run.
    pub scenario: Scenario,
    /// Recorded requests in place of drawn ones.
    pub law: Option<Law>,
    /// A bound on requests in flight.
    pub max_in_flight: Option<usize>,
    /// What is measured in each replication, after a twentieth more of warm-up.
    pub window: Span,
    /// Four standard errors, as a share of the oracle, at most.
    pub width: f64,
    /// By how much of itself the oracle may be off, because the model is not quite what it is of.
    pub bias: f64,
    /// What is read, and what it should be.
    pub measures: Vec<(Measure, Expected)>,
}

/// What became of one measure of one oracle.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The oracle.
    pub name: String,
    /// The runtime.
    pub runtime: RuntimeId,
    /// What was read.
    pub measure: String,
    /// What it should be.
    pub expected: Expected,
    /// What it was.
    pub got: f64,
    /// By how much it may be off.
    pub allowed: f64,
    /// What is wrong; `None` if nothing is.
    pub fault: Option<&'static str>,
    /// It holds in every run, whatever the queue, and is no closed form of this one.
    pub is_identity: bool,
}

/// The theory's world: no costs, exponential bursts, nothing but CPU.
fn theory() -> Scenario {
    Scenario {
        mix: 100.0,
        cpu_dist: Dist::Exponential,
        costs: CostModel::Zero,
        gc: Gc::Off,
        alloc: 0,
        service_rtt: Span::ZERO,
        ..Scenario::default()
    }
}

/// Open arrivals at `rate` per second with bursts of `mean_ms` on `n_cores`.
fn open(rate: f64, mean_ms: f64, n_cores: u32) -> Scenario {
    Scenario { load: Load::Open, rate, n_cores, demand: Span::from_ms_f64(mean_ms), ..theory() }
}

impl Oracle {
    /// An oracle whose replications see `n_requests` at `rate` per second in all.
    fn new(name: impl Into<String>, runtime: RuntimeId, scenario: Scenario, n_requests: f64, rate: f64) -> Self {
        Self {
            name: name.into(),
            runtime,
            scenario,
            law: None,
            max_in_flight: None,
            window: Span::from_secs_f64(n_requests / rate / f64::from(N_REPLICATIONS)),
            width: WIDTH,
            bias: 0.0,
            measures: Vec::new(),
        }
    }

    fn expect(mut self, measure: Measure, expected: f64) -> Self {
        self.measures.push((measure, Expected::Value(expected)));
        self
    }

    /// Runs it and compares.
    #[must_use]
    pub fn check(&self) -> Vec<Finding> {
        let plan = Plan {
            costs: None,
            runtime: self.runtime,
            scenario: self.scenario,
            warm_up: self.window.scaled(0.05),
            window: self.window,
            max_events: u64::MAX,
            max_in_flight: self.max_in_flight,
            ends: false,
        };
        let founds: Vec<Found> = (0..N_REPLICATIONS)
            .map(|replication| {
                let found = match self.law {
                    None => plan.replicate(replication, None),
                    Some(law) => {
                        let mut drawing = law.drawing(&self.scenario, replication);
                        plan.replicate(
                            replication,
                            Some(&mut |chunk, n| {
                                chunk.extend(drawing.by_ref().take(n));
                                Ok(())
                            }),
                        )
                    }
                };
                found.expect("drawn requests are never refused for their form")
            })
            .collect();
        let own = self.measures.iter().map(|(measure, expected)| self.find(&founds, *measure, *expected, self.bias));
        // An identity has no bias, whatever the model.
        let identities = Measure::identities(&self.scenario).into_iter().map(|(measure, value)| Finding {
            is_identity: true,
            ..self.find(&founds, measure, Expected::Value(value), 0.0)
        });
        own.chain(identities).collect()
    }

    fn find(&self, founds: &[Found], measure: Measure, expected: Expected, bias: f64) -> Finding {
        let values: Vec<f64> = founds.iter().map(|found| measure.read(found, &self.scenario)).collect();
        let n = values.len() as f64;
        let got = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|x| (x - got) * (x - got)).sum::<f64>() / (n - 1.0);
        let errors = 4.0 * libm::sqrt(variance / n);
        let size = expected.size();
        let allowed = errors + (bias + measure.bias() + ROUNDING) * size;
        let fault = if !got.is_finite() || expected.distance(got) > allowed {
            Some("off")
        } else if errors > self.width * size {
            // Of an oracle of zero nothing at all may be off.
            Some("too wide an interval to fail")
        } else {
            None
        };
        Finding {
            name: self.name.clone(),
            runtime: self.runtime,
            measure: measure.to_string(),
            expected,
            got,
            allowed,
            fault,
            is_identity: false,
        }
    }
}

/// Every oracle of `family`, but for [`Family::Pairs`].
#[must_use]
pub fn of(family: Family) -> Vec<Oracle> {
    let (own, elsewhere) = match family {
        Family::Single => (single::all(), elsewhere::one_connection()),
        Family::Many => (many::all(), elsewhere::many_servers()),
        Family::Sharing => (sharing::all(), elsewhere::sharing()),
        Family::Closed => (network::one_station(), elsewhere::repairmen()),
        Family::Network => (network::several_stations(), elsewhere::networks()),
        Family::Pairs => (Vec::new(), Vec::new()),
    };
    own.into_iter().chain(elsewhere).collect()
}

/// Checks every oracle of `families`, in order.
#[must_use]
pub fn check(families: &[Family]) -> Vec<Finding> {
    let all: Vec<Oracle> = families.iter().copied().flat_map(of).collect();
    let mut found: Vec<Finding> = in_parallel(all.len(), |i| all[i].check()).into_iter().flatten().collect();
    if families.contains(&Family::Pairs) {
        found.extend(pairs::check());
    }
    found
}
