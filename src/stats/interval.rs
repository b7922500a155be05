//! Means with 95 % confidence intervals over independent replications.

/// Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom (any table); beyond that 1.96.
const T_95: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const Z_95: f64 = 1.96;

/// A mean and half the width of its 95 % confidence interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Half the width: infinite for a single value, of which the spread is unknown.
    pub half: f64,
}

impl Interval {
    /// The interval of independent `values`. Of none at all the mean is zero.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        if values.is_empty() {
            return Self { mean: 0.0, half: f64::INFINITY };
        }
        let mean = values.iter().sum::<f64>() / n;
        if values.len() == 1 {
            return Self { mean, half: f64::INFINITY };
        }
        let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
        let t = T_95.get(values.len() - 2).copied().unwrap_or(Z_95);
        Self { mean, half: t * libm::sqrt(variance / n) }
    }

    /// The lower end.
    #[must_use]
    pub fn low(&self) -> f64 {
        self.mean - self.half
    }

    /// The upper end.
    #[must_use]
    pub fn high(&self) -> f64 {
        self.mean + self.half
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_textbook_sample() {
        // Mean 5, standard deviation 1.5811, t(4) = 2.776: half = 2.776 * 1.5811 / sqrt(5) = 1.963.
        let interval = Interval::of(&[3.0, 4.0, 5.0, 6.0, 7.0]);
        assert!((interval.mean - 5.0).abs() < 1e-12);
        assert!((interval.half - 1.963).abs() < 1e-3, "{}", interval.half);
        assert!((interval.low() - 3.037).abs() < 1e-3 && (interval.high() - 6.963).abs() < 1e-3);
    }

    #[test]
    fn one_value_tells_nothing_of_its_spread() {
        assert_eq!(Interval::of(&[4.0]), Interval { mean: 4.0, half: f64::INFINITY });
        assert!(Interval::of(&[]).half.is_infinite());
    }
}
