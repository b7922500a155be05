//! Where a judge gets its numbers from: it asks for runs, is told what they found, and asks for more, until it knows.
//!
//! A judge is written as if every answer were there at once. Whenever one is missing it stops with [`Pending`], and when
//! it has come the judge begins again from the start with all answers so far, which costs nothing next to a simulation.
//! So what it asks depends on nothing but the answers, and it does not matter who runs them, where, or in what slices.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use crate::experiment::{Effort, Measure, Trial};
use crate::sim::costs::Costs;
use crate::sim::runtime::{AnyRun, RuntimeId};
use crate::sim::scenario::Scenario;
use crate::sim::time::Time;
use crate::stats::gauge::{Gauge, Reading};
use crate::stats::interval::Interval;
use crate::stats::paired::Paired;
use crate::stats::replication::Outcome;
use crate::stories::costs::Group;

/// How much is simulated for a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Care {
    /// Replications of everything that has an interval, from 2 on.
    pub n_replications: u32,
    /// Settings in the sample of the parameter space.
    pub n_settings: u32,
}

impl Care {
    /// What the command line gives unless told otherwise.
    pub const USUAL: Self = Self::of(5);
    /// What a browser gives for a first verdict: the same but for a smaller sample.
    pub const FIRST: Self = Self { n_settings: 20, ..Self::USUAL };

    /// The care of so many replications; the sample grows with them.
    #[must_use]
    pub const fn of(n_replications: u32) -> Self {
        Self { n_replications, n_settings: 24 * n_replications }
    }
}

/// A runtime that serves a scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// On what.
    pub runtime: RuntimeId,
    /// What.
    pub scenario: Scenario,
    /// Groups of costs that are so many times what was measured.
    pub scaled: [Option<(Group, f64)>; 2],
    /// How long.
    pub effort: Effort,
}

/// One replication that a judge wants to be run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// Of what.
    pub case: Case,
    /// Which one.
    pub replication: u32,
}

/// What one replication found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Its figures.
    pub reading: Reading,
    /// The most memory that the runtime took, in bytes.
    pub memory_peak: u64,
    /// How many times a core went from one thread to another one, in the whole run.
    pub n_switches: u64,
    /// Simulated seconds in all, warm-up included.
    pub seconds: f64,
    /// Events in all.
    pub n_events: u64,
    /// How it ended.
    pub outcome: Outcome,
}

impl Measure for Gauge {
    type Found = Found;

    fn restart(&mut self, now: Time) {
        self.restart(now);
    }

    fn n_completed(&self) -> u64 {
        self.n_completed()
    }

    fn n_abandoned(&self) -> u64 {
        self.n_abandoned()
    }

    fn found(run: &AnyRun<Self>, outcome: Outcome) -> Found {
        Found {
            reading: run.sink().reading(run.now()),
            memory_peak: run.memory_peak(),
            n_switches: run.n_switches(),
            seconds: run.now().as_secs_f64(),
            n_events: run.n_events(),
            outcome,
        }
    }
}

impl Wanted {
    /// The run, about to begin.
    #[must_use]
    pub fn begin(&self) -> Trial<Gauge> {
        let Case { runtime, scenario, scaled, effort } = self.case;
        let (mut costs, mut scenario) = (Costs::of(scenario.costs), scenario);
        for (group, factor) in scaled.into_iter().flatten() {
            costs = group.scale(costs, factor);
            scenario = group.change(scenario, factor);
        }
        let run = AnyRun::with_costs(runtime, &scenario, &costs, self.replication, Gauge::default());
        Trial::of(run, &scenario, effort)
    }
}

/// All replications of a case, in order.
#[derive(Clone, Debug)]
pub(super) struct Sample(pub(super) Vec<Found>);

/// A figure of one replication.
pub(super) type Figure = fn(&Found) -> f64;

// Verdicts are reached once, and a copy of these in each judge is weight: none is inlined.
impl Sample {
    pub(super) fn each(&self, figure: Figure) -> Vec<f64> {
        self.0.iter().map(figure).collect()
    }

    #[inline(never)]
    pub(super) fn of(&self, figure: Figure) -> Interval {
        Interval::of(&self.each(figure))
    }

    /// This against `other`, replication by replication.
    #[inline(never)]
    pub(super) fn against(&self, other: &Self, figure: Figure) -> Paired {
        Paired::of(&self.each(figure), &other.each(figure))
    }

    /// How many times as much this has as `other`; infinitely many if `other` has nothing.
    #[inline(never)]
    pub(super) fn ratio(&self, other: &Self, figure: Figure) -> Interval {
        self.against(other, figure).ratio.unwrap_or(Interval { mean: f64::INFINITY, half: f64::INFINITY })
    }
}

/// The answer is not there yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending;

/// What was asked for, if it is there.
pub(super) type Asked<T> = Result<T, Pending>;

/// The answers so far, and what is asked beyond them.
#[derive(Debug)]
pub(super) struct Lab<'a> {
    pub(super) care: Care,
    told: &'a [Vec<Found>],
    n_asked: Cell<usize>,
    wanted: RefCell<Vec<Wanted>>,
}

impl<'a> Lab<'a> {
    pub(super) fn new(care: Care, told: &'a [Vec<Found>]) -> Self {
        Self { care, told, n_asked: Cell::new(0), wanted: RefCell::new(Vec::new()) }
    }

    /// What was asked for last and is not there.
    pub(super) fn into_wanted(self) -> Vec<Wanted> {
        self.wanted.into_inner()
    }

    /// Asks for runs; what each found, in order.
    #[inline(never)]
    pub(super) fn ask(&self, wanted: Vec<Wanted>) -> Asked<&'a [Found]> {
        if wanted.is_empty() {
            return Ok(&[]);
        }
        let nth = self.n_asked.replace(self.n_asked.get() + 1);
        match self.told.get(nth) {
            Some(found) => Ok(found),
            None => {
                *self.wanted.borrow_mut() = wanted;
                Err(Pending)
            }
        }
    }

    /// Asks for all replications of every case.
    #[inline(never)]
    pub(super) fn measure<const N: usize>(&self, cases: &[Case; N]) -> Asked<[Sample; N]> {
        let all = self.measure_all(cases, self.care.n_replications)?;
        Ok(std::array::from_fn(|i| all[i].clone()))
    }

    /// Asks for all replications of pairs of cases.
    #[inline(never)]
    pub(super) fn measure_pairs<const N: usize>(&self, pairs: &[[Case; 2]; N]) -> Asked<[[Sample; 2]; N]> {
        let all = self.measure_all(pairs.as_flattened(), self.care.n_replications)?;
        Ok(std::array::from_fn(|i| [all[2 * i].clone(), all[2 * i + 1].clone()]))
    }

    /// Asks for `n` replications of every case, however many these are.
    pub(super) fn measure_all(&self, cases: &[Case], n: u32) -> Asked<Vec<Sample>> {
        self.replicate(cases, 0..n)
    }

    /// Asks for these replications of every case.
    #[inline(never)]
    pub(super) fn replicate(&self, cases: &[Case], replications: Range<u32>) -> Asked<Vec<Sample>> {
        let n = replications.len();
        let each = |case: &Case| {
            let case = *case;
            replications.clone().map(move |replication| Wanted { case, replication })
        };
        let found = self.ask(cases.iter().flat_map(each).collect())?;
        Ok(found.chunks(n).map(|chunk| Sample(chunk.to_vec())).collect())
    }
}
