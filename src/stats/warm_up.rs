//! How much of a run's beginning is warm-up, by MSER-5: a check of the fixed part that is deleted.
//!
//! White, "An effective truncation heuristic for bias reduction in simulation output" (1997), with batches of five
//! (Spratt 1998): the deletion that makes the standard error of what is left smallest.

/// Observations a batch.
const BATCH: usize = 5;
/// Batches from which on anything can be said.
const MIN_BATCHES: usize = 10;

/// How many observations at the beginning of `series` are warm-up; `None` if the series is too short to tell: half
/// of it and still no better, or only a few observations.
#[must_use]
pub fn mser5(series: &[f64]) -> Option<usize> {
    let batches: Vec<f64> = series.chunks_exact(BATCH).map(|batch| batch.iter().sum::<f64>() / BATCH as f64).collect();
    let n = batches.len();
    if n < MIN_BATCHES {
        return None;
    }
    // From the end, so that each deletion adds one batch to the mean and to the squares about it (Welford).
    let (mut mean, mut squares) = (0.0, 0.0);
    let (mut best, mut least) = (n, f64::INFINITY);
    for (d, x) in batches.iter().enumerate().rev() {
        let kept = (n - d) as f64;
        let off = x - mean;
        mean += off / kept;
        squares += off * (x - mean);
        let error = squares / (kept * kept);
        // Of equals the shortest deletion.
        if d <= n / 2 && error <= least {
            (best, least) = (d, error);
        }
    }
    (best < n / 2).then_some(best * BATCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rng::{Draws, Stream};

    /// Noise of mean zero about a level that `transient` raises at the beginning.
    fn series(n: usize, seed: u64, transient: impl Fn(f64) -> f64) -> Vec<f64> {
        let draws = Draws::new(seed, 0);
        let noise = |i: usize| draws.uniforms(Stream::Client, i as u64, 0)[0] - 0.5;
        (0..n).map(|i| 10.0 + noise(i) + transient(i as f64)).collect()
    }

    #[test]
    fn a_step_is_deleted_where_it_ends() {
        for seed in 0..20 {
            let found = mser5(&series(2000, seed, |i| if i < 300.0 { 5.0 } else { 0.0 }));
            // Noise may make the best deletion a little longer, never shorter.
            assert!(found.is_some_and(|d| (300..=700).contains(&d)), "seed {seed}: {found:?}");
        }
    }

    #[test]
    fn a_decay_is_deleted_until_it_is_lost_in_the_noise() {
        for seed in 0..20 {
            let found = mser5(&series(4000, seed, |i| 20.0 * libm::exp(-i / 100.0)));
            assert!(found.is_some_and(|d| (200..=1200).contains(&d)), "seed {seed}: {found:?}");
        }
    }

    #[test]
    fn a_steady_series_keeps_nearly_all_and_a_climbing_one_is_too_short() {
        let kept = (0..20).filter(|seed| mser5(&series(2000, *seed, |_| 0.0)).is_some_and(|d| d <= 400)).count();
        assert!(kept >= 16, "only {kept} of 20 are left nearly whole");
        assert_eq!(mser5(&series(2000, 1, |i| i / 100.0)), None);
        assert_eq!(mser5(&[1.0; 49]), None);
        assert_eq!(mser5(&[1.0; 50]), Some(0));
    }
}
