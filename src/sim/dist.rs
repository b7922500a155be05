//! Distributions of bursts and waits, as factors of mean 1 that scale a request's mean.
//!
//! A change of the mix then scales the very same draws, so neighbouring points of a curve share their requests.

/// Squared coefficient of variation of the lognormal: heavy-tailed yet with all moments; the value that the
/// Pollaczek-Khinchine oracle uses.
const LOGNORMAL_CS2: f64 = 4.0;

/// How bursts or waits are distributed about their mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dist {
    /// Always the mean.
    Constant,
    /// Exponential: memoryless, squared coefficient of variation 1.
    Exponential,
    /// Lognormal with squared coefficient of variation 4.
    Lognormal,
    /// A share of requests is a factor longer than the others; the mean is kept.
    Bimodal,
}

/// The two classes of a bimodal distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heavy {
    /// Share of heavy requests in percent, 0 to 100.
    pub share: f64,
    /// How many times longer a heavy one is, at least 1.
    pub factor: f64,
}

impl Dist {
    /// A factor of mean 1 from two uniform numbers in (0, 1]; `class` is a third one, the same for a whole request.
    #[must_use]
    pub fn factor(self, [u1, u2]: [f64; 2], class: f64, heavy: Heavy) -> f64 {
        match self {
            Self::Constant => 1.0,
            Self::Exponential => -libm::log(u1),
            Self::Lognormal => {
                // Box and Muller's normal; mean 1 needs exp(-sigma^2 / 2).
                let normal = libm::sqrt(-2.0 * libm::log(u1)) * libm::cos(std::f64::consts::TAU * u2);
                let sigma2 = libm::log(1.0 + LOGNORMAL_CS2);
                libm::exp(libm::sqrt(sigma2) * normal - 0.5 * sigma2)
            }
            Self::Bimodal => {
                let share = heavy.share / 100.0;
                let light = 1.0 / (1.0 - share + share * heavy.factor);
                if class <= share { light * heavy.factor } else { light }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rng::{Draws, Stream};

    #[test]
    fn every_distribution_has_mean_one_and_its_own_variation() {
        let heavy = Heavy { share: 10.0, factor: 91.0 };
        let draws = Draws::new(11, 0);
        // (distribution, squared coefficient of variation): bimodal is 90 % 1 and 10 % 91 over a mean of 10.
        for (dist, cs2) in
            [(Dist::Constant, 0.0), (Dist::Exponential, 1.0), (Dist::Lognormal, 4.0), (Dist::Bimodal, 7.29)]
        {
            let n = 400_000_u64;
            let (mut sum, mut sum2) = (0.0, 0.0);
            for item in 0..n {
                let class = draws.uniforms(Stream::Request, item, 1)[0];
                let x = dist.factor(draws.uniforms(Stream::Request, item, 0), class, heavy);
                sum += x;
                sum2 += x * x;
            }
            let mean = sum / n as f64;
            let variance = sum2 / n as f64 - mean * mean;
            let allowed = 4.0 * (cs2 / n as f64).sqrt() + 1e-12;
            assert!((mean - 1.0).abs() <= allowed, "{dist:?}: mean {mean}, allowed {allowed}");
            // The sample variance of the lognormal converges slowly: a quarter is enough to catch a wrong sigma.
            assert!((variance - cs2).abs() <= 0.25 * cs2 + 1e-9, "{dist:?}: variance {variance}");
        }
    }
}
