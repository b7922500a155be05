//! A count over time in a bounded number of bins, and whether it climbs.

use crate::sim::time::{Span, Time};

/// Bins at most; when they do not suffice, each two become one.
const MAX_BINS: usize = 2048;
/// Width of a bin at first.
const FIRST_WIDTH: Span = Span::from_ms(1);
/// Batches of a regression: enough for a standard error, few enough to be nearly independent.
const N_BATCHES: usize = 20;

/// The mean of a count in each bin of time.
#[derive(Clone, Debug)]
pub struct Series {
    width: Span,
    /// Nanoseconds times the count.
    areas: Vec<u128>,
    passed: Time,
}

/// A regression of a count on time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slope {
    /// By how much the count climbs in a second.
    pub per_s: f64,
    /// The standard error of that, as if the batches were independent.
    pub error: f64,
}

impl Default for Series {
    fn default() -> Self {
        Self { width: FIRST_WIDTH, areas: Vec::new(), passed: Time::ZERO }
    }
}

impl Series {
    /// The count was `value` until `now`.
    pub fn pass_to(&mut self, now: Time, value: u64) {
        while self.passed < now {
            let bin = (self.passed.as_ns() / self.width.as_ns()) as usize;
            if bin >= MAX_BINS {
                self.areas = self.areas.chunks(2).map(|pair| pair.iter().sum()).collect();
                self.width = self.width * 2;
                continue;
            }
            let end = now.min(Time::ZERO + self.width * (bin as u64 + 1));
            self.areas.resize(bin + 1, 0);
            self.areas[bin] += end.since(self.passed).times(value);
            self.passed = end;
        }
    }

    /// Width of a bin.
    #[must_use]
    pub fn width(&self) -> Span {
        self.width
    }

    /// The means of the bins that have passed entirely.
    #[must_use]
    pub fn means(&self) -> Vec<f64> {
        let n_whole = (self.passed.as_ns() / self.width.as_ns()) as usize;
        let width = self.width.as_ns() as f64;
        self.areas.iter().take(n_whole).map(|area| *area as f64 / width).collect()
    }

    /// How the count climbs from `from` on, until `to`; `None` if there are too few bins.
    #[must_use]
    pub fn slope(&self, from: Time, to: Time) -> Option<Slope> {
        let means = self.means();
        let first = from.as_ns().div_ceil(self.width.as_ns()) as usize;
        let end = means.len().min((to.as_ns() / self.width.as_ns()) as usize);
        let bins = means.get(first..end)?;
        let size = bins.len() / N_BATCHES;
        if size == 0 {
            return None;
        }
        let batches: Vec<f64> = bins.chunks_exact(size).map(|bins| bins.iter().sum::<f64>() / size as f64).collect();
        let n = batches.len() as f64;
        let seconds = self.width.as_secs_f64() * size as f64;
        let middle = (n - 1.0) / 2.0;
        let mean = batches.iter().sum::<f64>() / n;
        let xs = |i: usize| i as f64 - middle;
        let (mut sxx, mut sxy) = (0.0, 0.0);
        for (i, y) in batches.iter().enumerate() {
            sxx += xs(i) * xs(i);
            sxy += xs(i) * (y - mean);
        }
        let slope = sxy / sxx;
        let residual = |(i, y): (usize, &f64)| y - mean - slope * xs(i);
        let rest: f64 = batches.iter().enumerate().map(|point| residual(point) * residual(point)).sum();
        Some(Slope { per_s: slope / seconds, error: libm::sqrt(rest / (n - 2.0) / sxx) / seconds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A series that is `value(s)` in millisecond steps for `seconds`.
    fn series(seconds: u64, value: impl Fn(f64) -> u64) -> Series {
        let mut series = Series::default();
        for ms in 0..seconds * 1000 {
            series.pass_to(Time::ZERO + Span::from_ms(ms + 1), value(ms as f64 / 1e3));
        }
        series
    }

    #[test]
    fn bins_are_joined_and_nothing_is_lost() {
        let series = series(100, |s| s as u64);
        assert_eq!(series.width(), Span::from_ms(64));
        let means = series.means();
        assert!(means.len() <= MAX_BINS && means.len() > MAX_BINS / 2);
        let total: f64 = means.iter().sum::<f64>() * series.width().as_secs_f64();
        assert!((total - 4950.0).abs() < 100.0 * 0.064, "{total}");
    }

    #[test]
    fn a_climb_is_seen_with_its_rate_and_a_level_has_none() {
        let slope = series(100, |s| (7.0 * s) as u64).slope(Time::ZERO, Time::MAX).expect("long enough");
        assert!((slope.per_s - 7.0).abs() < 0.01 && slope.error < 0.01, "{slope:?}");
        let slope = series(100, |s| (s as u64 * 7) % 5).slope(Time::ZERO, Time::MAX).expect("long enough");
        assert!(slope.per_s.abs() < 4.0 * slope.error + 0.01, "{slope:?}");
        // What climbs only at first does not climb after it.
        let slope = series(100, |s| s.min(20.0) as u64).slope(Time::ZERO + Span::from_ms(25_000), Time::MAX);
        assert!(slope.is_some_and(|slope| slope.per_s.abs() < 1e-9));
        assert_eq!(Series::default().slope(Time::ZERO, Time::MAX), None);
    }
}
