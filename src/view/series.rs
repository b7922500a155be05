//! The lines of curve and live plot, ready to draw.

use std::collections::VecDeque;

use crate::sim::runtime::RuntimeId;
use crate::stats::curve::Curve;
use crate::view::axis::Axis;
use crate::view::metrics::{Metric, THROUGHPUT};

/// How much of the live run is shown, in simulated seconds.
pub const LIVE_SECONDS: f64 = 30.0;

/// Bins that are averaged: a second, so that the line shows the level and not every single completion.
const SMOOTH: usize = 4;

/// One runtime's line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Whose.
    pub runtime: RuntimeId,
    /// Its points from left to right.
    pub points: Vec<(f64, f64)>,
    /// The lower and upper edge of its confidence band, where known.
    pub band: Vec<(f64, f64, f64)>,
}

/// One measured point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Of what.
    pub runtime: RuntimeId,
    /// CPU share in percent.
    pub mix: f64,
    /// Requests per second: smallest, median and largest of the repeats.
    pub throughput: (f64, f64, f64),
    /// Whether the reader measured it.
    pub is_readers: bool,
}

/// A figure against mix.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveFigure {
    /// Which.
    pub metric: &'static Metric,
    /// One line for each runtime that has it.
    pub lines: Vec<Line>,
    /// What was measured.
    pub marks: Vec<Mark>,
    /// The axis of it.
    pub y: Axis,
}

/// The chart of `metric` along `curve`, with `marks` on it if it is the throughput, which they tell.
#[must_use]
pub fn curve_figure(curve: &Curve, runtimes: &[RuntimeId], marks: Vec<Mark>, metric: &'static Metric) -> CurveFigure {
    let lines = runtimes.iter().enumerate().map(|(idx, runtime)| {
        let (mut points, mut band) = (Vec::new(), Vec::new());
        for (mix, known) in curve.known(idx) {
            let Some(x) = metric.of(&known) else { continue };
            points.push((mix, x.mean));
            if x.half.is_finite() {
                band.push((mix, x.low().max(0.0), x.high()));
            }
        }
        Line { runtime: *runtime, points, band }
    });
    let lines: Vec<Line> = lines.filter(|line| !line.points.is_empty()).collect();
    let marks = if metric == THROUGHPUT { marks } else { Vec::new() };
    let values = lines.iter().flat_map(|line| line.points.iter().map(|(_, y)| *y));
    let values = values.chain(marks.iter().map(|mark| mark.throughput.1));
    CurveFigure { metric, y: Axis::of(metric.scale, values, metric.mark), lines, marks }
}

/// Where the reader looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Marker {
    /// CPU share in percent.
    pub mix: f64,
    /// What each runtime that has the figure has there, as a number and in words.
    pub points: Vec<(RuntimeId, f64, String)>,
}

/// The marker of `metric` on `curve` at `mix` percent.
#[must_use]
pub fn marker(curve: &Curve, runtimes: &[RuntimeId], mix: f64, metric: &Metric) -> Marker {
    let at = |(idx, runtime): (usize, &RuntimeId)| {
        let value = curve.figure_at(mix, idx, |known| metric.of(known))?.mean;
        Some((*runtime, value, (metric.words)(value)))
    };
    Marker { mix, points: runtimes.iter().enumerate().filter_map(at).collect() }
}

/// The last bins of a live run, of one runtime.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveBins {
    /// Number of the first bin kept.
    first: u64,
    counts: VecDeque<u32>,
}

impl LiveBins {
    /// Takes in a frame: completions in the bins from `first` on. Bins may come again with more in them.
    pub fn extend(&mut self, first: u64, counts: &[u32], bin_secs: f64) {
        if self.counts.is_empty() {
            self.first = first;
        }
        let known = first.saturating_sub(self.first);
        self.counts.truncate(usize::try_from(known).unwrap_or(usize::MAX));
        self.counts.extend(counts);
        let keep = (LIVE_SECONDS / bin_secs) as usize + SMOOTH + 1;
        while self.counts.len() > keep {
            self.counts.pop_front();
            self.first += 1;
        }
    }

    /// Requests per second over the last whole second; nothing in the first.
    #[must_use]
    pub fn now(&self, bin_secs: f64) -> Option<f64> {
        self.points(0.0, bin_secs).last().map(|(_, y)| *y)
    }

    /// Points (seconds before now, requests per second), each the mean of a second. The bin that still fills is left
    /// out.
    #[must_use]
    pub fn points(&self, now: f64, bin_secs: f64) -> Vec<(f64, f64)> {
        let whole = self.counts.len().saturating_sub(1);
        let counts: Vec<u32> = self.counts.iter().copied().take(whole).collect();
        let windows = counts.windows(SMOOTH).enumerate().map(|(i, window)| {
            let end = (self.first + (i + SMOOTH) as u64) as f64 * bin_secs;
            (end - now, f64::from(window.iter().sum::<u32>()) / (SMOOTH as f64 * bin_secs))
        });
        windows.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_that_overlap_are_joined_and_old_bins_forgotten() {
        let mut bins = LiveBins::default();
        bins.extend(0, &[1, 2], 0.25);
        bins.extend(1, &[5, 6, 7, 1], 0.25);
        assert_eq!(bins.points(1.0, 0.25), [(0.0, 19.0)]);
        bins.extend(4, &[3; 500], 0.25);
        let points = bins.points(126.0, 0.25);
        assert!(points.len() >= 120 && points.len() <= 126, "{}", points.len());
        assert_eq!(points.last(), Some(&(-0.25, 12.0)));
        assert_eq!(bins.now(0.25), Some(12.0));
    }
}
