//! One figure of each runtime as bars: what stands in the place of what moves, for who wants nothing to move.

use crate::sim::runtime::RuntimeId;
use crate::stats::curve::Curve;
use crate::view::axis::{Axis, Scale};
use crate::view::metrics::Metric;

/// A figure of each runtime at one mix.
#[derive(Clone, Debug, PartialEq)]
pub struct BarsFigure {
    /// Which.
    pub metric: &'static Metric,
    /// One for each runtime, in their order.
    pub bars: Vec<Bar>,
    /// The axis of it, from zero: a bar's length is its value.
    pub x: Axis,
}

/// One runtime's bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Whose.
    pub runtime: RuntimeId,
    /// How long it is; none if that is not known, has not settled or does not exist.
    pub value: Option<f64>,
    /// Lower and upper end of the 95 % confidence interval, if that is known.
    pub interval: Option<(f64, f64)>,
    /// The value in words.
    pub words: String,
}

/// The bars of `metric` at `mix` percent of `curve`.
#[must_use]
pub fn bars_figure(curve: &Curve, runtimes: &[RuntimeId], mix: f64, metric: &'static Metric) -> BarsFigure {
    let bars = runtimes.iter().enumerate().map(|(idx, runtime)| {
        let is_settled = curve.at(mix, idx).is_some_and(|estimate| estimate.is_settled);
        let found = curve.figure_at(mix, idx, |known| metric.of(known)).filter(|_| is_settled);
        let interval = found.filter(|x| x.half.is_finite()).map(|x| (x.low().max(0.0), x.high()));
        let words = match found {
            Some(x) => (metric.words)(x.mean),
            None if is_settled => "none".to_owned(),
            None => "not settled".to_owned(),
        };
        Bar { runtime: *runtime, value: found.map(|x| x.mean), interval, words }
    });
    let bars: Vec<Bar> = bars.collect();
    let scale = if metric.scale == Scale::Share { Scale::Share } else { Scale::Linear };
    let x = Axis::of(scale, bars.iter().filter_map(|bar| bar.value), metric.mark);
    BarsFigure { metric, bars, x }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::replication::{Outcome, Replication};
    use crate::stats::tally::{Digest, Summary};
    use crate::view::metrics::{THROUGHPUT, find};

    #[test]
    fn what_is_settled_has_a_bar_and_what_is_not_says_so() {
        let mut curve = Curve::new(2);
        for n in 0..3 {
            for (idx, outcome) in [Outcome::Whole, Outcome::Unsettled].into_iter().enumerate() {
                let summary = Summary { throughput: 390.0 + f64::from(n), ..Summary::default() };
                curve.add(20.0, idx, Some(n), Replication { summary, digest: Digest::default(), n_events: 0, outcome });
            }
        }
        let runtimes = [RuntimeId::Node, RuntimeId::Go];
        let figure = bars_figure(&curve, &runtimes, 20.0, THROUGHPUT);
        let [node, go] = &figure.bars[..] else { panic!("expected two bars, got {figure:?}") };
        assert_eq!((node.value, node.words.as_str(), figure.x.to), (Some(391.0), "391/s", 500.0));
        assert!(node.interval.is_some_and(|(low, high)| low < 391.0 && high > 391.0));
        assert_eq!((go.value, go.words.as_str()), (None, "not settled"));
        let none = find("event_loop_utilization").expect("it is in the table");
        assert_eq!(bars_figure(&curve, &runtimes, 20.0, none).bars[0].words, "none");
    }
}
