//! Simulated time: whole nanoseconds, so that equal runs are equal to the bit.

use std::ops::{Add, AddAssign, Mul, Sub, SubAssign};

/// An instant of simulated time, in nanoseconds since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

/// A length of simulated time, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

impl Time {
    /// The start of a run.
    pub const ZERO: Self = Self(0);
    /// Later than anything a run reaches.
    pub const MAX: Self = Self(u64::MAX);

    /// The instant `ns` nanoseconds after the start.
    #[must_use]
    pub const fn from_ns(ns: u64) -> Self {
        Self(ns)
    }

    /// Nanoseconds since the start.
    #[must_use]
    pub const fn as_ns(self) -> u64 {
        self.0
    }

    /// Seconds since the start, for statistics and drawing only.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// Whole milliseconds since the start, rounded down, as libuv's loop clock shows them.
    #[must_use]
    pub const fn as_whole_ms(self) -> u64 {
        self.0 / 1_000_000
    }

    /// The span since `earlier`; zero if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// `ns` nanoseconds.
    #[must_use]
    pub const fn from_ns(ns: u64) -> Self {
        Self(ns)
    }

    /// `us` microseconds.
    #[must_use]
    pub const fn from_us(us: u64) -> Self {
        Self(us * 1_000)
    }

    /// `ms` milliseconds.
    #[must_use]
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms * 1_000_000)
    }

    /// `ms` milliseconds to the nearest nanosecond; negative and not-a-number become zero.
    #[must_use]
    pub fn from_ms_f64(ms: f64) -> Self {
        // The cast saturates: a not-a-number or negative value gives zero.
        Self((ms * 1e6 + 0.5) as u64)
    }

    /// `secs` seconds to the nearest nanosecond; negative and not-a-number become zero.
    #[must_use]
    pub fn from_secs_f64(secs: f64) -> Self {
        Self::from_ms_f64(secs * 1e3)
    }

    /// Nanoseconds.
    #[must_use]
    pub const fn as_ns(self) -> u64 {
        self.0
    }

    /// Milliseconds, for statistics and drawing only.
    #[must_use]
    pub fn as_ms_f64(self) -> f64 {
        // A division is rounded correctly: 0.01 ms comes back as 0.01.
        self.0 as f64 / 1e6
    }

    /// Seconds, for statistics and drawing only.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// This span times `factor`, to the nearest nanosecond.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self((self.0 as f64 * factor + 0.5) as u64)
    }

    /// This span `n` times, in nanoseconds.
    ///
    /// Below 4 s and 4 billion times the product fits into 64 bits: in a browser those of 128 are a call.
    #[must_use]
    pub fn times(self, n: u64) -> u128 {
        if (self.0 | n) >> 32 == 0 { u128::from(self.0 * n) } else { u128::from(self.0) * u128::from(n) }
    }

    /// Whether this is no time at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// What is left of this span after `other`; zero if `other` is longer.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Add<Span> for Time {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Span {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Span {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl SubAssign for Span {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Mul<u64> for Span {
    type Output = Self;
    fn mul(self, factor: u64) -> Self {
        Self(u64::try_from(self.times(factor)).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_round_to_the_nearest_nanosecond() {
        assert_eq!(Span::from_ms_f64(1.5).as_ns(), 1_500_000);
        assert_eq!(Span::from_ms_f64(0.000_000_6).as_ns(), 1);
        assert_eq!(Span::from_ms_f64(-3.0), Span::ZERO);
        assert_eq!(Span::from_ms_f64(f64::NAN), Span::ZERO);
    }

    #[test]
    fn products_are_exact_and_spans_end_where_time_does() {
        for (span, n) in [(3, 4), (u64::from(u32::MAX), u64::from(u32::MAX)), (1 << 32, 1 << 32), (u64::MAX, 3)] {
            assert_eq!(Span::from_ns(span).times(n), u128::from(span) * u128::from(n));
            assert_eq!((Span::from_ns(span) * n).as_ns(), span.saturating_mul(n));
        }
    }

    #[test]
    fn the_end_of_time_does_not_overflow() {
        assert_eq!(Time::MAX + Span::from_ms(1), Time::MAX);
        assert_eq!(Time::ZERO.since(Time::MAX), Span::ZERO);
    }
}
