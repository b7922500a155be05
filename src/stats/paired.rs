//! Two runtimes against each other, replication by replication: both serve the same requests, so what they have in
//! common cancels.

use crate::stats::interval::Interval;

/// How much more one has than the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// The mean of the differences, with its paired t-interval.
    pub difference: Interval,
    /// The mean of the ratios; `None` if one of them has no value.
    pub ratio: Option<Interval>,
}

impl Paired {
    /// `a` against `b`, which are of the same replications in the same order.
    #[must_use]
    pub fn of(a: &[f64], b: &[f64]) -> Self {
        let pairs = || a.iter().zip(b);
        let differences: Vec<f64> = pairs().map(|(a, b)| a - b).collect();
        let ratios: Vec<f64> = pairs().map(|(a, b)| a / b).collect();
        Self {
            difference: Interval::of(&differences),
            ratio: ratios.iter().all(|ratio| ratio.is_finite()).then(|| Interval::of(&ratios)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_have_in_common_cancels() {
        let noise = [100.0, 140.0, 60.0, 120.0];
        let paired = Paired::of(&noise.map(|x| 2.0 * x + 5.0), &noise.map(|x| 2.0 * x));
        assert_eq!(paired.difference, Interval { mean: 5.0, half: 0.0 });
        let paired = Paired::of(&noise.map(|x| 3.0 * x), &noise);
        assert!(paired.ratio.is_some_and(|ratio| (ratio.mean - 3.0).abs() < 1e-12 && ratio.half < 1e-12));
        assert_eq!(Paired::of(&[1.0], &[0.0]).ratio, None);
    }
}
