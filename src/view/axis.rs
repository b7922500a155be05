//! An axis of numbers: how far it goes, where its marks are, and where on it a number is.

use crate::view::scale;

/// How numbers lie on an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Evenly, from zero to a round number above the data.
    Linear,
    /// Evenly from zero to one: a share of a whole.
    Share,
    /// Each factor of ten as long as any other.
    Log,
}

/// An axis with its marks.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// How numbers lie on it.
    pub scale: Scale,
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Its marks from the beginning on, with their words.
    pub marks: Vec<(f64, String)>,
}

/// Marks of a logarithmic axis at most: with more, those of 2 and 5 go.
const MAX_MARKS: i32 = 8;
/// The round numbers of a logarithmic axis lie between these: a millionth and a million millions.
const LEAST: i32 = -18;
const MOST: i32 = 36;

impl Axis {
    /// An axis for `values` on `scale`, whose marks are put into words by `words`.
    #[must_use]
    pub fn of(scale: Scale, values: impl Iterator<Item = f64> + Clone, words: fn(f64) -> String) -> Self {
        match scale {
            Scale::Linear => Self::linear(scale::round_up(values.fold(0.0, f64::max)), words),
            Scale::Share => Self { scale, ..Self::linear((1.0, 0.25), words) },
            // The page's first part has no such axis.
            Scale::Log if !cfg!(feature = "deep") => Self::linear((1.0, 0.25), words),
            Scale::Log => {
                // Nothing is no place on it.
                let values = values.filter(|value| *value > 0.0 && value.is_finite());
                let low = values.clone().fold(f64::INFINITY, f64::min);
                Self::log(low, values.fold(0.0, f64::max), words)
            }
        }
    }

    /// An axis from zero to `top` with a mark at each `step`.
    #[must_use]
    pub fn linear((top, step): (f64, f64), words: fn(f64) -> String) -> Self {
        let marks = scale::marks(top, step).into_iter().map(|value| (value, words(value))).collect();
        Self { scale: Scale::Linear, from: 0.0, to: top, marks }
    }

    /// An axis from the round number below `low` to the one above `high`.
    fn log(low: f64, high: f64, words: fn(f64) -> String) -> Self {
        // Anything works for nothing.
        let (low, high) = if low <= high { (low, high) } else { (1.0, 1.0) };
        let below = (LEAST..MOST).rev().find(|k| round(*k) <= low).unwrap_or(LEAST);
        let above = (below + 1..MOST).find(|k| round(*k) >= high).unwrap_or(MOST);
        let tens = (below..=above).filter(|k| k % 3 == 0);
        let chosen: Vec<i32> = match (above - below + 1, tens.clone().count()) {
            (n, _) if n <= MAX_MARKS => (below..=above).collect(),
            (_, n) if n <= MAX_MARKS as usize => tens.collect(),
            _ => tens.step_by(2).collect(),
        };
        let marks = chosen.into_iter().map(|k| (round(k), words(round(k)))).collect();
        Self { scale: Scale::Log, from: round(below), to: round(above), marks }
    }

    /// The same with at most so many marks, as there is no room for more.
    #[must_use]
    pub fn with_at_most(mut self, n_marks: usize) -> Self {
        if self.scale == Scale::Log && self.marks.len() > n_marks {
            let is_ten = |value: f64| (LEAST..=MOST).any(|k| k % 3 == 0 && round(k) == value);
            let tens: Vec<(f64, String)> = self.marks.iter().filter(|(value, _)| is_ten(*value)).cloned().collect();
            if tens.len() > 1 {
                self.marks = tens;
            }
        }
        while self.marks.len() > n_marks.max(2) {
            self.marks = self.marks.into_iter().step_by(2).collect();
        }
        self
    }

    /// Where `value` is on the axis: 0 at its beginning, 1 at its end, and never beyond.
    #[must_use]
    pub fn place(&self, value: f64) -> f64 {
        let share = match self.scale {
            Scale::Linear | Scale::Share => (value - self.from) / (self.to - self.from),
            Scale::Log if !cfg!(feature = "deep") || value <= self.from => 0.0,
            Scale::Log => libm::log10(value / self.from) / libm::log10(self.to / self.from),
        };
        // Written so that what is no number is at the beginning.
        if share > 0.0 { share.min(1.0) } else { 0.0 }
    }
}

/// The round numbers in order: 1, 2, 5, 10, 20, and so on to both sides.
fn round(k: i32) -> f64 {
    let mut power = 1.0;
    for _ in 0..k.div_euclid(3).unsigned_abs() {
        power *= 10.0;
    }
    let digit = [1.0, 2.0, 5.0][k.rem_euclid(3) as usize];
    if k < 0 { digit / power } else { digit * power }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::units::{milliseconds_mark, short};

    fn words(axis: &Axis) -> Vec<&str> {
        axis.marks.iter().map(|(_, words)| words.as_str()).collect()
    }

    #[test]
    fn a_logarithmic_axis_holds_its_data_between_round_numbers() {
        for (values, expected) in [
            (&[18.4, 63.0, 91.0][..], &["10 ms", "20 ms", "50 ms", "100 ms"][..]),
            (&[18.4, 1280.0], &["10 ms", "20 ms", "50 ms", "100 ms", "200 ms", "500 ms", "1 s", "2 s"]),
            (&[9.4, 1280.0], &["10 ms", "100 ms", "1 s"]),
            (&[0.02, 1280.0], &["100 µs", "1 ms", "10 ms", "100 ms", "1 s"]),
            (&[20.0], &["20 ms", "50 ms"]),
            (&[], &["1 ms", "2 ms"]),
            (&[0.0, f64::NAN, 3.0], &["2 ms", "5 ms"]),
        ] {
            let axis = Axis::of(Scale::Log, values.iter().copied(), milliseconds_mark);
            assert_eq!(words(&axis), expected, "{values:?}");
            for value in values.iter().filter(|value| **value > 0.0) {
                assert!(axis.from <= *value && *value <= axis.to, "{value} is not on {axis:?}");
            }
        }
        for exponent in -40..40 {
            for factor in [1.0, 7.0, 300.0, 1e5, 1e9] {
                let low = libm::pow(2.0, f64::from(exponent));
                let axis = Axis::of(Scale::Log, [low, low * factor].into_iter(), milliseconds_mark);
                assert!((2..=8).contains(&axis.marks.len()), "{low} by {factor}: {axis:?}");
                assert!((2..=4).contains(&axis.with_at_most(4).marks.len()), "{low} by {factor}");
            }
        }
        let axis = Axis::of(Scale::Log, [18.4, 1280.0].into_iter(), milliseconds_mark);
        assert_eq!(words(&axis.with_at_most(5)), ["10 ms", "100 ms", "1 s"]);
        let axis = Axis::of(Scale::Linear, [396.0].into_iter(), short);
        assert_eq!(words(&axis.with_at_most(4)), ["0", "200", "400"]);
    }

    #[test]
    fn every_number_has_a_place_on_the_axis() {
        let log = Axis::of(Scale::Log, [1.0, 100.0].into_iter(), milliseconds_mark);
        for (value, place) in
            [(1.0, 0.0), (10.0, 0.5), (100.0, 1.0), (0.0, 0.0), (-1.0, 0.0), (1e9, 1.0), (f64::NAN, 0.0)]
        {
            assert!((log.place(value) - place).abs() < 1e-12, "{value}");
        }
        let linear = Axis::of(Scale::Linear, [396.0].into_iter(), short);
        assert_eq!(
            (linear.place(250.0), linear.place(600.0), words(&linear)),
            (0.5, 1.0, vec!["0", "100", "200", "300", "400", "500"])
        );
        assert_eq!(Axis::of(Scale::Share, std::iter::empty(), short).to, 1.0);
    }
}
