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

/// The standard normal quantile of `u` in (0, 1], to seven digits: Wichura's AS 241, PPND7 (Applied Statistics 37, 1988).
///
/// Not Box and Muller's: a cosine takes kilobytes.
#[must_use]
pub fn normal(u: f64) -> f64 {
    let ratio = |r: f64, over: [f64; 4], under: [f64; 3]| {
        let top = ((over[3] * r + over[2]) * r + over[1]) * r + over[0];
        top / (((under[2] * r + under[1]) * r + under[0]) * r + 1.0)
    };
    let q = u - 0.5;
    if q.abs() <= 0.425 {
        let over = [3.387_132_717_9, 50.434_271_938, 159.291_132_02, 59.109_374_720];
        return q * ratio(0.180_625 - q * q, over, [17.895_169_469, 78.757_757_664, 67.187_563_600]);
    }
    // The largest uniform number is 1, whose quantile is infinite.
    let tail = if q < 0.0 { u } else { (1.0 - u).max(f64::EPSILON / 2.0) };
    let r = libm::sqrt(-libm::log(tail));
    let size = if r <= 5.0 {
        let over = [1.423_437_277_7, 2.756_815_390_0, 1.306_728_481_6, 0.170_238_211_03];
        ratio(r - 1.6, over, [0.737_001_642_50, 0.120_211_329_75, 0.0])
    } else {
        let over = [6.657_905_115_0, 3.081_226_386_0, 0.428_682_943_37, 0.017_337_203_997];
        ratio(r - 5.0, over, [0.241_978_942_25, 0.012_258_202_635, 0.0])
    };
    if q < 0.0 { -size } else { size }
}

impl Dist {
    /// A factor of mean 1 from a uniform number in (0, 1]; `class` is another one, the same for a whole request.
    #[must_use]
    pub fn factor(self, u: f64, class: f64, heavy: Heavy) -> f64 {
        match self {
            Self::Constant => 1.0,
            Self::Exponential => -libm::log(u),
            Self::Lognormal => {
                // Mean 1 needs exp(-sigma^2 / 2).
                let sigma2 = libm::log(1.0 + LOGNORMAL_CS2);
                libm::exp(libm::sqrt(sigma2) * normal(u) - 0.5 * sigma2)
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
    fn normal_quantiles_are_those_of_a_table() {
        for (u, quantile) in [
            (0.5, 0.0),
            (0.975, 1.959_963_985),
            (0.001_349_898_031_6, -3.0),
            (0.999_968_328_758, 4.0),
            (1e-9, -5.997_807_015),
            (1e-14, -7.650_628_093),
        ] {
            assert!((normal(u) - quantile).abs() < 2e-6, "{u}: {} is not {quantile}", normal(u));
        }
        assert!(normal(1.0) > 8.0 && normal(1.0).is_finite());
    }

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
                let x = dist.factor(draws.uniforms(Stream::Request, item, 0)[0], class, heavy);
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
