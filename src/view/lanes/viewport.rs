//! Which part of a recording is looked at: zoom and pan.

use crate::sim::time::{Span, Time};

/// The least that can be looked at: a few of the shortest steps there are.
const LEAST: Span = Span::from_us(1);

/// A part of a recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// Its left edge.
    pub from: Time,
    /// Its right edge.
    pub to: Time,
    /// Beyond these it does not go.
    bounds: (Time, Time),
}

impl Viewport {
    /// All of what was recorded between `from` and `to`.
    #[must_use]
    pub fn whole(from: Time, to: Time) -> Self {
        let to = to.max(from + LEAST);
        Self { from, to, bounds: (from, to) }
    }

    /// How much time it shows.
    #[must_use]
    pub fn span(&self) -> Span {
        self.to.since(self.from)
    }

    /// The part between `from` and `to`, as far as it was recorded and not less than can be looked at.
    #[must_use]
    pub fn at(self, from: Time, to: Time) -> Self {
        let (first, last) = self.bounds;
        let span = to.since(from).max(LEAST).min(last.since(first));
        // Latest beginning that leaves room for the span.
        let latest = Time::from_ns(last.as_ns() - span.as_ns());
        let from = from.max(first).min(latest);
        Self { from, to: from + span, ..self }
    }

    /// Shows `factor` times as much, with what is at `x` (0 left, 1 right) staying where it is.
    #[must_use]
    pub fn zoomed(self, x: f64, factor: f64) -> Self {
        let x = x.clamp(0.0, 1.0);
        let span = self.span().as_ns() as f64;
        let new = (span * factor).clamp(LEAST.as_ns() as f64, self.bounds.1.since(self.bounds.0).as_ns() as f64);
        let from = self.from.as_ns() as f64 + (span - new) * x;
        let from = Time::from_ns(from.max(0.0) as u64);
        self.at(from, from + Span::from_ns(new as u64))
    }

    /// Moves right by `share` of what is shown; left if it is negative.
    #[must_use]
    pub fn panned(self, share: f64) -> Self {
        let by = self.span().as_ns() as f64 * share;
        let from = Time::from_ns((self.from.as_ns() as f64 + by).max(0.0) as u64);
        self.at(from, from + self.span())
    }

    /// Shows `from` to `to` with so much around it that it is a third of the width.
    #[must_use]
    pub fn around(self, from: Time, to: Time) -> Self {
        let span = to.since(from).max(LEAST);
        let from = Time::from_ns(from.as_ns().saturating_sub(span.as_ns()));
        self.at(from, from + span * 3)
    }

    /// The time at `x` (0 left, 1 right).
    #[must_use]
    pub fn time_at(&self, x: f64) -> Time {
        self.from + Span::from_ns((self.span().as_ns() as f64 * x.clamp(0.0, 1.0)) as u64)
    }

    /// Where `at` is (0 left, 1 right, beyond them outside).
    #[must_use]
    pub fn x_of(&self, at: Time) -> f64 {
        (at.as_ns() as f64 - self.from.as_ns() as f64) / self.span().as_ns() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Time {
        Time::ZERO + Span::from_ms(ms)
    }

    #[test]
    fn zoom_keeps_what_is_under_the_pointer_and_stays_inside() {
        let whole = Viewport::whole(ms(100), ms(200));
        let close = whole.zoomed(0.25, 0.5);
        assert_eq!((close.from.as_ns(), close.span()), (112_500_000, Span::from_ms(50)));
        assert_eq!(close.time_at(0.25), whole.time_at(0.25));
        assert_eq!(close.zoomed(0.25, 100.0), whole);
        let mut closest = whole;
        for _ in 0..100 {
            closest = closest.zoomed(0.5, 0.5);
        }
        assert_eq!(closest.span(), LEAST);
        assert!(closest.from >= ms(149) && closest.to <= ms(151));
    }

    #[test]
    fn pan_stops_at_both_ends() {
        let part = Viewport::whole(ms(100), ms(200)).at(ms(140), ms(160));
        assert_eq!(part.panned(0.5).from, ms(150));
        assert_eq!(part.panned(10.0).to, ms(200));
        assert_eq!((part.panned(-10.0).from, part.panned(-10.0).span()), (ms(100), part.span()));
        assert!((part.x_of(ms(150)) - 0.5).abs() < 1e-9);
        let around = part.around(ms(110), ms(112));
        assert_eq!((around.from, around.to), (ms(108), ms(114)));
    }

    #[test]
    fn nothing_recorded_can_still_be_looked_at() {
        let empty = Viewport::whole(ms(5), ms(5));
        assert_eq!(empty.zoomed(0.5, 2.0), empty);
        assert_eq!(empty.panned(3.0), empty);
    }
}
