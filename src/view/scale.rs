//! Axes that end in round numbers.

/// The smallest round number that leaves some room above `max`, and the step of its marks.
#[must_use]
pub fn round_up(max: f64) -> (f64, f64) {
    // Anything works for nothing: an axis from 0 to 1.
    let max = if max.is_finite() && max > 0.0 { max * 1.05 } else { 1.0 };
    let mut power = 1.0;
    while power * 10.0 <= max {
        power *= 10.0;
    }
    while power > max {
        power /= 10.0;
    }
    let (top, step) = [
        (1.0, 0.25),
        (1.5, 0.5),
        (2.0, 0.5),
        (2.5, 0.5),
        (3.0, 1.0),
        (4.0, 1.0),
        (5.0, 1.0),
        (6.0, 2.0),
        (8.0, 2.0),
        (10.0, 2.5),
    ]
    .into_iter()
    .find(|(top, _)| top * power >= max)
    .unwrap_or((10.0, 2.5));
    (top * power, step * power)
}

/// The marks of an axis from 0 to `top`.
#[must_use]
pub fn marks(top: f64, step: f64) -> Vec<f64> {
    let n = (top / step + 0.5) as u32;
    (0..=n).map(|i| f64::from(i) * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_in_round_numbers_above_the_data() {
        for (max, top, step) in [
            (396.0, 500.0, 100.0),
            (0.0, 1.0, 0.25),
            (47.0, 50.0, 10.0),
            (61_000.0, 80_000.0, 20_000.0),
            (f64::NAN, 1.0, 0.25),
        ] {
            assert_eq!(round_up(max), (top, step), "{max}");
        }
        assert_eq!(marks(500.0, 100.0).len(), 6);
        for exponent in -3..7 {
            for digit in 1..100 {
                let max = f64::from(digit) * libm::pow(10.0, f64::from(exponent));
                let (top, step) = round_up(max);
                assert!(top > max && top < max * 2.7, "{max}: {top}");
                assert!((3..=7).contains(&marks(top, step).len()), "{max}: {top} by {step}");
            }
        }
    }
}
