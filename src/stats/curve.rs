//! Throughput against mix, from replications as they come in.

mod known;

pub use known::{Known, Latencies};

use crate::stats::deep::{DeepSummary, Depth};
use crate::stats::distribution::Distribution;
use crate::stats::interval::Interval;
use crate::stats::replication::{Outcome, Replication};

/// Mixes are kept in tenths of a percent, so that they are ordered and equal ones are the same.
const TENTHS: f64 = 10.0;

/// Replications from which on a point of the refined curve is shown: with fewer, its interval says nothing.
pub const MIN_REPLICATIONS: usize = 3;

/// All that is known of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    n_runtimes: usize,
    /// By mix, in order. Sorted vectors: there are few points, and a map costs the page kilobytes of code.
    points: Vec<(u32, Vec<Point>)>,
}

/// One runtime at one mix.
#[derive(Clone, Debug, Default, PartialEq)]
struct Point {
    /// The first, quick look.
    coarse: Option<Replication>,
    /// Of the refined curve, in the order in which they came in.
    replications: Vec<(u32, Replication)>,
    /// What the quick look was like beyond that, and the refined ones, of a worker that looks deeper.
    coarse_depth: Option<Depth>,
    depths: Vec<(u32, DeepSummary)>,
    /// Latencies of all refined replications together.
    latencies: Distribution,
}

/// What is known of one runtime at one mix.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// Requests completed per second.
    pub throughput: Interval,
    /// Cores that run a thread, on average.
    pub cores_busy: f64,
    /// Median latency in milliseconds.
    pub p50_ms: f64,
    /// 99th percentile of the latency in milliseconds.
    pub p99_ms: f64,
    /// Whether every replication went on long enough to say something, and the runtime lived to its end.
    pub is_settled: bool,
    /// Whether the runtime died in any of them.
    pub has_died: bool,
    /// Whether no replication refused requests or had them given up.
    pub is_complete: bool,
}

impl Point {
    fn replication(&self, number: u32) -> Option<&Replication> {
        self.replications.iter().find(|(n, _)| *n == number).map(|(_, replication)| replication)
    }

    /// What may be shown: enough replications, or the quick look. Never a mixture of the two, nor a refined point
    /// between quick ones before it is better than they are: the line would be jagged.
    fn known(&self) -> Vec<&Replication> {
        if self.replications.len() >= MIN_REPLICATIONS {
            self.replications.iter().map(|(_, replication)| replication).collect()
        } else {
            self.coarse.iter().collect()
        }
    }

    fn estimate(&self) -> Option<Estimate> {
        let known = self.known();
        let mean = |value: fn(&Replication) -> f64| known.iter().map(|r| value(r)).sum::<f64>() / known.len() as f64;
        let throughputs: Vec<f64> = known.iter().map(|r| r.summary.throughput).collect();
        (!known.is_empty()).then(|| Estimate {
            throughput: Interval::of(&throughputs),
            cores_busy: mean(|r| r.summary.cores_busy),
            p50_ms: mean(|r| r.summary.latency_p50_ms),
            p99_ms: mean(|r| r.summary.latency_p99_ms),
            is_settled: known.iter().all(|r| !matches!(r.outcome, Outcome::Unsettled | Outcome::Died)),
            has_died: known.iter().any(|r| r.outcome == Outcome::Died),
            is_complete: known.iter().all(|r| r.outcome != Outcome::Refused),
        })
    }
}

impl Curve {
    /// A curve of which nothing is known yet.
    #[must_use]
    pub fn new(n_runtimes: usize) -> Self {
        Self { n_runtimes, points: Vec::new() }
    }

    /// Whether nothing is known of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    fn point_mut(&mut self, mix: f64, runtime_idx: usize) -> Option<&mut Point> {
        let tenths = (mix * TENTHS) as u32;
        let place = self.points.partition_point(|(x, _)| *x < tenths);
        if self.points.get(place).is_none_or(|(x, _)| *x != tenths) {
            self.points.insert(place, (tenths, vec![Point::default(); self.n_runtimes]));
        }
        self.points[place].1.get_mut(runtime_idx)
    }

    /// Adds a replication at `mix` percent of the runtime at place `runtime_idx`; without a number it is the quick look.
    pub fn add(&mut self, mix: f64, runtime_idx: usize, number: Option<u32>, replication: Replication) {
        let Some(point) = self.point_mut(mix, runtime_idx) else { return };
        match number {
            Some(number) if point.replication(number).is_none() => point.replications.push((number, replication)),
            Some(_) => {}
            None => point.coarse = Some(replication),
        }
    }

    /// Whether every one of `mixes` is known for every runtime.
    #[must_use]
    pub fn covers(&self, mixes: &[f64]) -> bool {
        mixes.iter().all(|mix| {
            let tenths = (mix * TENTHS) as u32;
            let points = self.points.iter().find(|(x, _)| *x == tenths);
            points.is_some_and(|(_, points)| points.iter().all(|point| !point.known().is_empty()))
        })
    }

    /// Every mix that is known for every runtime, in order, with its estimates by runtime.
    #[must_use]
    pub fn rows(&self) -> Vec<(f64, Vec<Estimate>)> {
        let known = self.points.iter().filter_map(|(mix, points)| {
            let estimates: Option<Vec<Estimate>> = points.iter().map(Point::estimate).collect();
            Some((f64::from(*mix) / TENTHS, estimates?))
        });
        known.collect()
    }

    /// What is known of the runtime at place `runtime_idx` at `mix`, interpolated between its neighbours.
    #[must_use]
    pub fn at(&self, mix: f64, runtime_idx: usize) -> Option<Estimate> {
        self.interpolate(mix, |points| points.get(runtime_idx)?.estimate(), Estimate::between)
    }

    /// How many times as many requests the runtime at place `a` completes as the one at `b`: from paired replications,
    /// which serve the same requests. `None` where either is unknown, has not settled or completes nothing.
    #[must_use]
    pub fn ratio(&self, mix: f64, a: usize, b: usize) -> Option<Interval> {
        let ratio = |points: &[Point]| {
            let (a, b) = (points.get(a)?, points.get(b)?);
            let is_settled = a.estimate()?.is_settled && b.estimate()?.is_settled;
            let of = |x: &Replication, y: &Replication| x.summary.throughput / y.summary.throughput;
            let pairs = a.replications.iter().filter_map(|(n, x)| Some(of(x, b.replication(*n)?)));
            let mut ratios: Vec<f64> = pairs.collect();
            if ratios.len() < MIN_REPLICATIONS {
                ratios = vec![of(a.known().first()?, b.known().first()?)];
            }
            // A point without a ratio is known to have none: it is not passed over for one further away.
            Some((is_settled && ratios.iter().all(|ratio| ratio.is_finite())).then(|| Interval::of(&ratios)))
        };
        let between = |a: Option<Interval>, b: Option<Interval>, t: f64| match t {
            0.0 => a,
            _ => Some(Interval::between(a?, b?, t)),
        };
        self.interpolate(mix, ratio, between)?
    }

    fn interpolate<'a, T: Copy>(
        &'a self,
        mix: f64,
        of: impl Fn(&'a [Point]) -> Option<T>,
        between: impl Fn(T, T, f64) -> T,
    ) -> Option<T> {
        let tenths = mix * TENTHS;
        let (left, right) = self.points.split_at(self.points.partition_point(|(x, _)| f64::from(*x) <= tenths));
        let below = left.iter().rev().find_map(|(x, points)| Some((*x, of(points)?)));
        let above = right.iter().find_map(|(x, points)| Some((*x, of(points)?)));
        match (below, above) {
            (Some((x0, a)), Some((x1, b))) => Some(between(a, b, (tenths - f64::from(x0)) / f64::from(x1 - x0))),
            (one, other) => one.or(other).map(|(_, estimate)| estimate),
        }
    }

    /// Whether all runtimes were served the identical first requests wherever that can be compared; `None` as long as
    /// it can not.
    #[must_use]
    pub fn is_same_stream(&self) -> Option<bool> {
        let mut compared = false;
        for (_, points) in &self.points {
            for (number, _) in &points.first()?.replications {
                let digests = points.iter().map(|point| point.replication(*number).map(|r| r.digest));
                let Some(digests) = digests.collect::<Option<Vec<_>>>() else { continue };
                // A slower runtime may not have come as far, or with others: only the same requests can be compared.
                if digests.iter().all(|digest| digest.who == digests[0].who && digest.who != 0) {
                    compared = true;
                    if digests.iter().any(|digest| *digest != digests[0]) {
                        return Some(false);
                    }
                }
            }
        }
        compared.then_some(true)
    }
}

fn lerp(a: f64, b: f64, t: f64) -> f64 {
    // An unknown spread next to a known one stays unknown, also exactly at the known one.
    if t == 0.0 { a } else { a + (b - a) * t }
}

impl Interval {
    fn between(a: Self, b: Self, t: f64) -> Self {
        let half = if a.half.is_finite() && b.half.is_finite() { lerp(a.half, b.half, t) } else { a.half.max(b.half) };
        Self { mean: lerp(a.mean, b.mean, t), half }
    }
}

impl Estimate {
    fn between(a: Self, b: Self, t: f64) -> Self {
        Self {
            throughput: Interval::between(a.throughput, b.throughput, t),
            cores_busy: lerp(a.cores_busy, b.cores_busy, t),
            p50_ms: lerp(a.p50_ms, b.p50_ms, t),
            p99_ms: lerp(a.p99_ms, b.p99_ms, t),
            is_settled: a.is_settled && (t == 0.0 || b.is_settled),
            has_died: a.has_died || (t > 0.0 && b.has_died),
            is_complete: a.is_complete,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::tally::{Digest, Summary};

    fn found(throughput: f64) -> Replication {
        let summary = Summary { throughput, ..Summary::default() };
        Replication { summary, digest: Digest { sum: 1, who: 4 }, n_events: 1, outcome: Outcome::Whole }
    }

    #[test]
    fn estimates_lie_between_their_neighbours_and_pairs_are_compared() {
        let mut curve = Curve::new(2);
        assert_eq!(curve.at(10.0, 0), None);
        for (mix, slow) in [(10.0, 100.0), (20.0, 50.0)] {
            for number in 0..3 {
                // The noise is common to both runtimes, so the ratio has none.
                let noise = 1.0 + f64::from(number) / 100.0;
                curve.add(mix, 0, Some(number), found(slow * noise));
                curve.add(mix, 1, Some(number), found(200.0 * noise));
            }
        }
        let middle = curve.at(15.0, 0).expect("both neighbours are known");
        assert!((middle.throughput.mean - 75.75).abs() < 1e-9);
        assert!(middle.throughput.half > 0.0 && middle.throughput.half < 5.0);
        let ratio = curve.ratio(15.0, 1, 0).expect("both are known");
        assert!((ratio.mean - 3.0).abs() < 1e-9 && ratio.half < 1e-9, "{ratio:?}");
        assert_eq!(curve.at(0.0, 0), curve.at(10.0, 0));
        assert_eq!(curve.is_same_stream(), Some(true));
    }

    #[test]
    fn the_quick_look_has_no_interval_and_gives_way() {
        let mut curve = Curve::new(1);
        curve.add(50.0, 0, None, found(90.0));
        assert!(curve.covers(&[50.0]) && !curve.covers(&[40.0]));
        assert!(curve.at(50.0, 0).is_some_and(|e| e.throughput.mean == 90.0 && e.throughput.half.is_infinite()));
        for number in 0..2 {
            curve.add(50.0, 0, Some(number), found(100.0));
            assert!(curve.at(50.0, 0).is_some_and(|e| e.throughput.mean == 90.0));
        }
        curve.add(50.0, 0, Some(2), found(103.0));
        assert!(curve.at(50.0, 0).is_some_and(|e| e.throughput.mean == 101.0 && e.throughput.half.is_finite()));
        curve.add(52.5, 0, Some(0), found(1.0));
        assert_eq!(curve.rows().len(), 1, "a refined point of its own has to be known well");
    }
}
