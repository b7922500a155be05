//! Numbers of verdicts as people read them.

use crate::stats::interval::Interval;
use crate::view::units::{count, fixed};

/// "3.12 ± 0.02": as many decimals as the interval leaves, and four digits at most; what is known better stands alone.
pub(super) fn plus_minus(value: Interval) -> String {
    let most = decimals_of_digits(value.mean, 4);
    let decimals = decimals(value).map(|decimals| decimals.min(most));
    let halves = |decimals| fixed(value.half, decimals, false);
    match decimals.map(|decimals| (decimals, halves(decimals))) {
        Some((decimals, half)) if half.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) => {
            format!("{} ± {half}", fixed(value.mean, decimals, false))
        }
        _ => fixed(value.mean, decimals_of_digits(value.mean, 3), true),
    }
}

/// Decimals with which `x` has so many digits.
fn decimals_of_digits(x: f64, n_digits: u32) -> u32 {
    let (mut n_whole, mut size) = (1, x.abs());
    while size >= 9.995 && n_whole < n_digits {
        size /= 10.0;
        n_whole += 1;
    }
    n_digits - n_whole
}

/// "3.12 ± 0.02 times".
pub(super) fn times(ratio: Interval) -> String {
    let text = plus_minus(ratio);
    // "1 times" reads as if it had been counted.
    let text = if text.contains('±') { text } else { fixed(ratio.mean, decimals_of_digits(ratio.mean, 3), false) };
    text + " times"
}

/// Less than that nobody would notice.
const NOTICEABLE: f64 = 0.03;

/// "3.12 ± 0.02 times as many"; "as many (1.001 ± 0.007 times)" where the interval leaves no difference, or none that
/// anybody would notice.
pub(super) fn times_as(ratio: Interval, as_many: &str) -> String {
    if is_apart(ratio, 1.0) && (ratio.mean - 1.0).abs() >= NOTICEABLE {
        format!("{} {as_many}", times(ratio))
    } else {
        format!("{as_many} ({})", times(ratio))
    }
}

/// "1.41 ± 0.02 ms", in the unit in which the mean has one to three digits before the point.
pub(super) fn milliseconds(ms: Interval) -> String {
    let (scale, unit) = match ms.mean.abs() {
        size if size >= 995.0 => (1e-3, "s"),
        size if size >= 0.095 => (1.0, "ms"),
        _ => (1e3, "µs"),
    };
    format!("{} {unit}", plus_minus(scaled(ms, scale)))
}

/// `value` in another unit.
pub(super) fn scaled(value: Interval, factor: f64) -> Interval {
    Interval { mean: value.mean * factor, half: value.half * factor }
}

/// How many decimals an interval leaves: its half has one digit, or two if the first is a 1. `None` if nothing is known
/// of it, or there is nothing to know.
fn decimals(value: Interval) -> Option<u32> {
    if !value.half.is_finite() || value.half == 0.0 {
        return None;
    }
    let (mut decimals, mut half) = (0, value.half);
    while half < 1.95 && decimals < 9 {
        half *= 10.0;
        decimals += 1;
    }
    Some(decimals)
}

/// Whether `value` is on one side of `level`, its interval included.
pub(super) fn is_apart(value: Interval, level: f64) -> bool {
    value.low() > level || value.high() < level
}

/// "4 cores".
pub(super) fn cores(n: u32) -> String {
    count(n, "core", "cores")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_digits_as_are_known() {
        for (mean, half, text) in [
            (3.1234, 0.0212, "3.12 ± 0.02"),
            (3.1234, 0.0112, "3.123 ± 0.011"),
            (396.12, 4.7, "396 ± 5"),
            (396.12, 0.0, "396"),
            (12_345.0, 321.0, "12\u{202f}345 ± 321"),
            (0.5, f64::INFINITY, "0.5"),
            (1.0496, 0.0004, "1.05"),
            (59.0227, 1e-14, "59"),
            (63.9, 0.0005, "63.9"),
            (1.5195, 0.00002, "1.52"),
            (1.0496, 0.0018, "1.050 ± 0.002"),
            (0.0, 0.0, "0"),
        ] {
            assert_eq!(plus_minus(Interval { mean, half }), text);
        }
        assert_eq!(milliseconds(Interval { mean: 0.0123, half: 0.0031 }), "12 ± 3 µs");
        assert_eq!(times_as(Interval { mean: 3.1, half: 0.2 }, "as long"), "3.1 ± 0.2 times as long");
        assert_eq!(times_as(Interval { mean: 1.1, half: 0.2 }, "as long"), "as long (1.1 ± 0.2 times)");
        assert_eq!(times_as(Interval { mean: 1.012, half: 0.002 }, "as long"), "as long (1.012 ± 0.002 times)");
        assert_eq!(times(Interval { mean: 1.0, half: 0.0 }), "1.00 times");
        assert_eq!(milliseconds(Interval { mean: 1234.0, half: 31.0 }), "1.23 ± 0.03 s");
    }
}
