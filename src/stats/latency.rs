//! The latencies of a run, or of several put together, with their percentiles.

use hdrhistogram::Histogram;

use crate::sim::time::Span;

/// Significant digits that are kept: percentiles are known to 0.1 %.
const DIGITS: u8 = 3;

/// Latencies of completed requests. Nothing is allocated before the first one.
#[derive(Clone, Debug, Default)]
pub struct Latency {
    histogram: Option<Histogram<u64>>,
    total: u128,
    n: u64,
    max: Span,
}

impl Latency {
    /// Adds one.
    pub fn add(&mut self, latency: Span) {
        self.add_n(latency, 1);
    }

    /// Adds `n` equal ones.
    pub fn add_n(&mut self, latency: Span, n: u32) {
        let (ns, n) = (latency.as_ns(), u64::from(n));
        self.n += n;
        self.total += u128::from(ns) * u128::from(n);
        self.max = self.max.max(latency);
        let histogram = self.histogram.get_or_insert_with(empty);
        // Out of memory for a wider range is the only way to fail: a latency of centuries.
        let _ = histogram.record_n(ns, n);
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.total += other.total;
        self.max = self.max.max(other.max);
        if let Some(theirs) = &other.histogram {
            // Fails only for a range that can not grow, and this one can.
            let _ = self.histogram.get_or_insert_with(empty).add(theirs);
        }
    }

    /// How many there are.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Their mean in milliseconds, exactly; `None` if there are none.
    #[must_use]
    pub fn mean_ms(&self) -> Option<f64> {
        (self.n > 0).then(|| self.total as f64 / self.n as f64 * 1e-6)
    }

    /// The longest in milliseconds, exactly; `None` if there are none.
    #[must_use]
    pub fn max_ms(&self) -> Option<f64> {
        (self.n > 0).then(|| self.max.as_ms_f64())
    }

    /// The latency in milliseconds that a share `q` of them does not exceed, to 0.1 %; `None` if there are none.
    #[must_use]
    pub fn quantile_ms(&self, q: f64) -> Option<f64> {
        let histogram = self.histogram.as_ref()?;
        // A bucket is named by its upper end, which may lie above the longest.
        Some((histogram.value_at_quantile(q) as f64 * 1e-6).min(self.max.as_ms_f64()))
    }
}

fn empty() -> Histogram<u64> {
    Histogram::new(DIGITS).expect("three significant digits are within the histogram's range")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_exact_to_a_thousandth_and_parts_make_the_whole() {
        let (mut whole, mut odd, mut even) = (Latency::default(), Latency::default(), Latency::default());
        for ms in 1..=10_000 {
            whole.add(Span::from_ms(ms));
            if ms % 2 == 0 { &mut even } else { &mut odd }.add(Span::from_ms(ms));
        }
        odd.merge(&even);
        for latency in [&whole, &odd] {
            assert_eq!((latency.n(), latency.mean_ms(), latency.max_ms()), (10_000, Some(5000.5), Some(10_000.0)));
            for (q, exact) in [(0.5, 5000.0), (0.9, 9000.0), (0.99, 9900.0), (0.999, 9990.0), (1.0, 10_000.0)] {
                let got = latency.quantile_ms(q).expect("there are some");
                assert!((got / exact - 1.0).abs() <= 1e-3, "{q}: {got} is not {exact}");
            }
        }
    }

    #[test]
    fn of_none_nothing_is_known() {
        let none = Latency::default();
        assert_eq!((none.mean_ms(), none.max_ms(), none.quantile_ms(0.5)), (None, None, None));
    }
}
