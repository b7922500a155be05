//! Any figure along the curve, and how latencies are spread at any place of it.

use crate::stats::curve::{Curve, MIN_REPLICATIONS, Point, TENTHS};
use crate::stats::deep::{DeepSummary, Depth};
use crate::stats::distribution::Distribution;
use crate::stats::interval::Interval;
use crate::stats::replication::Replication;

/// All that may be shown of one runtime at one mix.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// Its replications, or its quick look.
    pub replications: Vec<&'a Replication>,
    /// What they were like beyond that, of a worker that looks deeper.
    pub depths: Vec<&'a DeepSummary>,
    /// Their latencies together.
    pub latencies: Option<&'a Distribution>,
}

/// How latencies are spread at a mix. Between two that were simulated, each percentile lies between theirs.
#[derive(Clone, Copy, Debug)]
pub struct Latencies<'a> {
    below: &'a Distribution,
    above: &'a Distribution,
    /// How far it is from the one to the other, from 0 to 1.
    way: f64,
}

impl<'a> From<&'a Distribution> for Latencies<'a> {
    fn from(all: &'a Distribution) -> Self {
        Self { below: all, above: all, way: 0.0 }
    }
}

impl Latencies<'_> {
    /// How many requests it is known from: the fewer of the two.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.below.n().min(self.above.n())
    }

    /// The latency in milliseconds that a share `q` does not exceed; `None` if there are none.
    #[must_use]
    pub fn quantile_ms(&self, q: f64) -> Option<f64> {
        let (a, b) = (self.below.quantile_ms(q)?, self.above.quantile_ms(q)?);
        Some(a + (b - a) * self.way)
    }
}

impl Point {
    /// The same choice as [`Point::known`]: replications, or the quick look.
    fn known_deep(&self) -> Known<'_> {
        let replications = self.known();
        let (depths, latencies) = if self.replications.len() >= MIN_REPLICATIONS {
            (self.depths.iter().map(|(_, depth)| depth).collect(), Some(&self.latencies))
        } else {
            let coarse = self.coarse_depth.as_ref();
            (coarse.iter().map(|depth| &depth.summary).collect(), coarse.map(|depth| &depth.latencies))
        };
        Known { replications, depths, latencies: latencies.filter(|all| all.n() > 0) }
    }
}

impl Curve {
    /// Adds what a replication was like beyond that, as [`Curve::add`] adds the replication.
    pub fn deepen(&mut self, mix: f64, runtime_idx: usize, number: Option<u32>, depth: Depth) {
        let Some(point) = self.point_mut(mix, runtime_idx) else { return };
        match number {
            Some(number) if point.depths.iter().all(|(n, _)| *n != number) => {
                point.depths.push((number, depth.summary));
                point.latencies.merge(&depth.latencies);
            }
            Some(_) => {}
            None => point.coarse_depth = Some(depth),
        }
    }

    /// What is known of the runtime at place `runtime_idx`, at every mix that is known for all runtimes, in order.
    #[must_use]
    pub fn known(&self, runtime_idx: usize) -> Vec<(f64, Known<'_>)> {
        let is_known = |points: &[Point]| points.iter().all(|point| !point.known().is_empty());
        let rows = self.points.iter().filter(|(_, points)| is_known(points));
        rows.filter_map(|(mix, points)| Some((f64::from(*mix) / TENTHS, points.get(runtime_idx)?.known_deep())))
            .collect()
    }

    /// A figure of the runtime at place `runtime_idx` at `mix`, between those of the neighbours of which it is known.
    #[must_use]
    pub fn figure_at(
        &self,
        mix: f64,
        runtime_idx: usize,
        figure: impl Fn(&Known) -> Option<Interval>,
    ) -> Option<Interval> {
        self.interpolate(mix, |points| figure(&points.get(runtime_idx)?.known_deep()), Interval::between)
    }

    /// How the latencies of the runtime at place `runtime_idx` are spread at `mix`.
    #[must_use]
    pub fn latencies_at(&self, mix: f64, runtime_idx: usize) -> Option<Latencies<'_>> {
        self.interpolate(
            mix,
            |points| points.get(runtime_idx)?.known_deep().latencies.map(Latencies::from),
            |a, b, way| Latencies { below: a.below, above: b.below, way },
        )
    }
}
