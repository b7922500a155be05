//! Every figure that the page, the pictures and the files show: one row gives its name, unit, definition, words, axis and
//! where it comes from.

use crate::stats::curve::Known;
use crate::stats::deep::{DeepSummary, Depth};
use crate::stats::interval::Interval;
use crate::stats::tally::Summary;
use crate::view::axis::Scale;
use crate::view::units::{
    fixed, memory, memory_mark, milliseconds, milliseconds_mark, number, per_second, percent, short,
};

/// A figure of a run.
#[derive(Debug)]
pub struct Metric {
    /// Its name in files, with its unit.
    pub key: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// What a chart of it is called.
    pub caption: &'static str,
    /// Its unit in files; in words it is said with each value.
    pub unit: &'static str,
    /// What it is, in a sentence.
    pub definition: &'static str,
    /// How it lies on an axis.
    pub scale: Scale,
    /// A value in words, with its unit.
    pub words: fn(f64) -> String,
    /// A value at a mark of an axis, where there is little room.
    pub mark: fn(f64) -> String,
    /// Where it comes from.
    pub source: Source,
}

/// Where a figure comes from.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// What every worker tells.
    Summary(fn(&Summary) -> f64),
    /// A percentile of the latency that every worker tells.
    Percentile(f64, fn(&Summary) -> f64),
    /// What a worker tells that looks deeper; what does not exist is `None`.
    Deep(fn(&DeepSummary) -> Option<f64>),
    /// A percentile of the latency that such a worker tells.
    DeepPercentile(f64, fn(&DeepSummary) -> Option<f64>),
}

/// Requests of all replications from which on their percentiles together say something: one lies beyond.
fn has_tail(n: u64, q: f64) -> bool {
    n as f64 * (1.0 - q) >= 0.999
}

impl Metric {
    /// Its value of one runtime at one mix, with the interval of its replications. Where these have too few requests each,
    /// a percentile is that of all of them together, whose spread is unknown.
    #[must_use]
    pub fn of(&self, known: &Known) -> Option<Interval> {
        let (values, q): (Option<Vec<f64>>, _) = match self.source {
            Source::Summary(value) => (Some(known.replications.iter().map(|one| value(&one.summary)).collect()), None),
            // The page's first part shows none of these.
            _ if !cfg!(feature = "deep") => return None,
            Source::Percentile(q, value) => {
                let is_known = known.replications.iter().all(|one| has_tail(one.summary.n_completed, q));
                let values = known.replications.iter().map(|one| value(&one.summary)).collect();
                (Some(values).filter(|_| is_known || known.latencies.is_none()), Some(q))
            }
            Source::Deep(value) => (known.depths.iter().map(|one| value(one)).collect(), None),
            Source::DeepPercentile(q, value) => (known.depths.iter().map(|one| value(one)).collect(), Some(q)),
        };
        match (values.filter(|values| !values.is_empty()), q, known.latencies) {
            (Some(values), ..) => Some(Interval::of(&values)),
            (None, Some(q), Some(all)) if has_tail(all.n(), q) => Some(Interval::of(&[all.quantile_ms(q)?])),
            _ => None,
        }
    }

    /// Its value of a live run, as far as that tells it.
    #[must_use]
    pub fn of_live(&self, depth: &Depth) -> Option<f64> {
        match self.source {
            Source::Summary(_) => None,
            Source::Percentile(q, _) if has_tail(depth.latencies.n(), q) => depth.latencies.quantile_ms(q),
            Source::Percentile(..) => None,
            Source::Deep(value) | Source::DeepPercentile(_, value) => value(&depth.summary),
        }
    }

    /// Whether it is told only by a worker that looks deeper.
    #[must_use]
    pub fn is_deep(&self) -> bool {
        matches!(self.source, Source::Deep(_) | Source::DeepPercentile(..))
    }
}

/// Rows are told apart by their keys.
impl PartialEq for Metric {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

/// The row of `key`.
#[must_use]
pub fn find(key: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.key == key)
}

/// What the curve shows unless told otherwise.
pub const THROUGHPUT: &Metric = &throughput();

const fn throughput() -> Metric {
    per_s(
        "throughput_per_s",
        "throughput",
        "Requests answered per second",
        "Requests that are answered in a simulated second.",
        Source::Summary(|s| s.throughput),
    )
}

/// What the curve can show, by keys.
pub const ON_CURVE: [&str; 9] = [
    "throughput_per_s",
    "latency_p50_ms",
    "latency_p99_ms",
    "latency_p999_ms",
    "cores_busy",
    "memory_peak_bytes",
    "event_loop_delay_p99_ms",
    "event_loop_utilization",
    "context_switches_per_s",
];

fn rate(x: f64) -> String {
    per_second(x) + "/s"
}

fn cores(x: f64) -> String {
    fixed(x, 2, true) + if x == 1.0 { " core" } else { " cores" }
}

const fn ms(
    key: &'static str,
    label: &'static str,
    caption: &'static str,
    definition: &'static str,
    source: Source,
) -> Metric {
    Metric {
        key,
        label,
        caption,
        unit: "ms",
        definition,
        scale: Scale::Log,
        words: milliseconds,
        mark: milliseconds_mark,
        source,
    }
}

const fn share(
    key: &'static str,
    label: &'static str,
    caption: &'static str,
    definition: &'static str,
    source: Source,
) -> Metric {
    Metric {
        key,
        label,
        caption,
        unit: "share",
        definition,
        scale: Scale::Share,
        words: percent,
        mark: percent,
        source,
    }
}

const fn per_s(
    key: &'static str,
    label: &'static str,
    caption: &'static str,
    definition: &'static str,
    source: Source,
) -> Metric {
    Metric {
        key,
        label,
        caption,
        unit: "per second",
        definition,
        scale: Scale::Linear,
        words: rate,
        mark: short,
        source,
    }
}

/// The table.
pub const METRICS: &[Metric] = &[
    throughput(),
    ms(
        "latency_mean_ms",
        "mean latency",
        "Mean latency",
        "Time from when a request was meant to arrive until it is answered, on average.",
        Source::Summary(|s| s.latency_mean_ms),
    ),
    ms(
        "latency_p50_ms",
        "p50 latency",
        "p50 latency: half of the requests are faster",
        "Half of the requests are answered within this time, counted from when each was meant to arrive.",
        Source::Percentile(0.5, |s| s.latency_p50_ms),
    ),
    ms(
        "latency_p90_ms",
        "p90 latency",
        "p90 latency: nine in ten requests are faster",
        "Of ten requests nine are answered within this time, counted from when each was meant to arrive.",
        Source::DeepPercentile(0.9, |s| s.latency_p90_ms),
    ),
    ms(
        "latency_p99_ms",
        "p99 latency",
        "p99 latency: 99 in a hundred requests are faster",
        "Of a hundred requests 99 are answered within this time, counted from when each was meant to arrive.",
        Source::Percentile(0.99, |s| s.latency_p99_ms),
    ),
    ms(
        "latency_p999_ms",
        "p99.9 latency",
        "p99.9 latency: 999 in a thousand requests are faster",
        "Of a thousand requests 999 are answered within this time, counted from when each was meant to arrive.",
        Source::DeepPercentile(0.999, |s| s.latency_p999_ms),
    ),
    ms(
        "latency_max_ms",
        "longest latency",
        "Longest latency",
        "The longest that any request took, from when it was meant to arrive; the mean of the replications.",
        Source::Deep(|s| s.latency_max_ms),
    ),
    Metric {
        key: "cores_busy",
        label: "cores busy",
        caption: "Cores busy",
        unit: "cores",
        definition: "Cores of the machine that run a thread, on average over time.",
        scale: Scale::Linear,
        words: cores,
        mark: short,
        source: Source::Summary(|s| s.cores_busy),
    },
    ms(
        "event_loop_delay_p50_ms",
        "event-loop delay, p50",
        "Event-loop delay: half of the time it is shorter",
        "How late a timer runs that is due every 10 ms on the loop that serves requests: half of the time no later.",
        Source::Deep(|s| s.loop_delay.map(|delay| delay.p50_ms)),
    ),
    ms(
        "event_loop_delay_p99_ms",
        "event-loop delay, p99",
        "Event-loop delay: 99 times in a hundred it is shorter",
        "How late a timer runs that is due every 10 ms on the loop that serves requests: 99 times of a hundred no later.",
        Source::Deep(|s| s.loop_delay.map(|delay| delay.p99_ms)),
    ),
    ms(
        "event_loop_delay_max_ms",
        "event-loop delay, longest",
        "Longest event-loop delay",
        "How late a timer that is due every 10 ms on the loop that serves requests has run at most.",
        Source::Deep(|s| s.loop_delay.map(|delay| delay.max_ms)),
    ),
    share(
        "event_loop_utilization",
        "event-loop utilization",
        "Utilization of the event loop",
        "Share of the time in which the loop that serves requests does not wait for events; of several loops the mean.",
        Source::Deep(|s| s.loop_utilization),
    ),
    share(
        "busiest_loop_utilization",
        "utilization of the busiest loop",
        "Utilization of the busiest event loop",
        "Share of the time in which the busiest of the loops that serve requests does not wait for events.",
        Source::Deep(|s| s.busiest_loop),
    ),
    Metric {
        key: "memory_peak_bytes",
        label: "memory, peak",
        caption: "Memory at its peak",
        unit: "bytes",
        definition: "The most memory that all processes of the runtime together have had in use since the run began.",
        scale: Scale::Linear,
        words: memory,
        mark: memory_mark,
        source: Source::Deep(|s| Some(s.memory_peak as f64)),
    },
    per_s(
        "context_switches_per_s",
        "context switches",
        "Context switches per second",
        "How often in a second a core takes up a thread of the runtime that had slept or waited for one.",
        Source::Deep(|s| Some(s.turns_per_s)),
    ),
    per_s(
        "goroutine_switches_per_s",
        "goroutine switches",
        "Goroutine switches per second",
        "How often in a second Go's own scheduler lets a processor take up a goroutine, or Tokio's a worker a task.",
        Source::Deep(|s| s.resumed_per_s),
    ),
    Metric {
        key: "requests_in_system",
        label: "requests in flight",
        caption: "Requests in flight",
        unit: "requests",
        definition: "Requests that have arrived and are not yet answered, on average over time.",
        scale: Scale::Linear,
        words: number,
        mark: short,
        source: Source::Summary(|s| s.in_system),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::time::Span;
    use crate::stats::distribution::Distribution;
    use crate::stats::replication::{Outcome, Replication};
    use crate::stats::tally::Digest;

    #[test]
    fn every_row_says_what_it_is_in_a_sentence_with_a_name_and_a_unit_of_its_own() {
        for (i, metric) in METRICS.iter().enumerate() {
            let Metric { key, label, definition, .. } = metric;
            assert!(METRICS[..i].iter().all(|other| other.key != *key && other.label != *label), "{key}");
            assert!(definition.ends_with('.') && definition.matches('.').count() == 1, "{key}: {definition}");
            assert!(!metric.unit.is_empty() && !(metric.words)(1.0).is_empty(), "{key}");
            assert!(key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{key}");
        }
        for key in ON_CURVE {
            assert!(find(key).is_some(), "{key}");
        }
        assert_eq!((THROUGHPUT.words)(391.7), "392/s");
    }

    #[test]
    fn a_percentile_of_too_few_requests_each_is_that_of_all_together_or_unknown() {
        let summary = Summary { n_completed: 500, latency_p99_ms: 40.0, ..Summary::default() };
        let one = Replication { summary, digest: Digest::default(), n_events: 0, outcome: Outcome::Whole };
        let mut all = Distribution::default();
        (1..=5_000).for_each(|ms| all.add(Span::from_ms(ms)));
        let depth = DeepSummary { latency_p90_ms: Some(30.0), ..DeepSummary::default() };
        let known = Known { replications: vec![&one; 10], depths: vec![&depth; 10], latencies: Some(&all) };
        let value = |key: &str, known: &Known| find(key).and_then(|metric| metric.of(known));
        assert!(value("latency_p99_ms", &known).is_some_and(|p99| p99.mean == 40.0 && p99.half == 0.0));
        assert!(value("latency_p90_ms", &known).is_some_and(|p90| p90.mean == 30.0 && p90.half == 0.0));
        let p999 = value("latency_p999_ms", &known).expect("five lie beyond it");
        assert!((p999.mean / 4_995.0 - 1.0).abs() < 0.01 && p999.half.is_infinite(), "{p999:?}");
        assert_eq!(value("event_loop_utilization", &known), None, "what is not Node has none");
        let few = Distribution::default();
        assert_eq!(value("latency_p999_ms", &Known { latencies: Some(&few), ..known.clone() }), None);
        let light = Known { depths: Vec::new(), latencies: None, ..known };
        assert_eq!(value("latency_p99_ms", &light).map(|p99| p99.mean), Some(40.0));
        assert_eq!(value("latency_p999_ms", &light), None);
    }
}
