//! Shares of a sample with their intervals.

/// The two-sided 95 % quantile of the normal distribution.
const Z_95: f64 = 1.96;

/// A share of a sample, and the 95 % interval of what it is a sample of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The share, 0 to 1.
    pub share: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Share {
    /// `n` of `of`, by Wilson's score interval (Journal of the American Statistical Association 22, 1927), which is right
    /// at both ends too. A Latin hypercube spreads less than independent draws (Stein, Technometrics 29, 1987): of one,
    /// the interval is a little wide.
    #[must_use]
    pub fn of(n: u32, of: u32) -> Self {
        if of == 0 {
            return Self { share: 0.0, low: 0.0, high: 1.0 };
        }
        let (share, n, z2) = (f64::from(n) / f64::from(of), f64::from(of), Z_95 * Z_95);
        let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = Z_95 / (1.0 + z2 / n) * libm::sqrt(share * (1.0 - share) / n + z2 / (4.0 * n * n));
        Self { share, low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilsons_interval_is_that_of_a_textbook() {
        // Newcombe (Statistics in Medicine 17, 1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        for (n, of, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let share = Share::of(n, of);
            assert!((share.low - low).abs() < 1e-4 && (share.high - high).abs() < 1e-4, "{n} of {of}: {share:?}");
        }
    }
}
