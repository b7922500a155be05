//! What the stories are judged by: a few figures of one run, as a sink of its trace.

use crate::sim::request::Class;
use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceEvent};
use crate::stats::latency::Latency;
use crate::stats::tally::Integral;

/// Groups of first requests: group `i` is those from number 2^i on, up to number 2^(i + 1).
pub const N_GROUPS: usize = 16;

/// What one run did since its window began.
#[derive(Clone, Debug, Default)]
pub struct Gauge {
    window_began: Time,
    light: Latency,
    heavy: Latency,
    loop_delay: Latency,
    cores_busy: Integral,
    overhead: Span,
    n_abandoned: u64,
    first_arrival: Option<Time>,
    first_completion: Option<Time>,
    last_completion: Time,
    n_in_order: u64,
    /// By group: how many, and their latencies together.
    groups: [(u32, Span); N_GROUPS],
}

/// The figures of a window. What there is none of is zero.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// Length of the window in seconds.
    pub seconds: f64,
    /// Requests completed in it.
    pub n_completed: u64,
    /// Completions per second.
    pub throughput: f64,
    /// Mean latency from the intended arrival, in milliseconds.
    pub mean_ms: f64,
    /// Median latency in milliseconds.
    pub p50_ms: f64,
    /// 99th percentile of the latency in milliseconds.
    pub p99_ms: f64,
    /// 99.9th percentile of the latency in milliseconds.
    pub p999_ms: f64,
    /// Median latency of light requests in milliseconds.
    pub light_p50_ms: f64,
    /// 99.9th percentile of the latency of light requests in milliseconds.
    pub light_p999_ms: f64,
    /// 99th percentile of the event-loop delay in milliseconds; of Node only.
    pub loop_delay_p99_ms: f64,
    /// Mean number of cores that ran a thread.
    pub cores_busy: f64,
    /// Core time beside the burst of a request, in microseconds: all that was spent, over the requests completed.
    pub overhead_us: f64,
    /// From the first arrival of the run to its last completion, in milliseconds.
    pub makespan_ms: f64,
    /// From the start of the run to its first completion, in milliseconds.
    pub first_ms: f64,
    /// The latencies of each group of first requests of the run: how many, and all together in milliseconds.
    pub groups: [(u32, f64); N_GROUPS],
}

impl Gauge {
    /// Forgets what was before `now`, such as the warm-up; but not the first requests of the run.
    pub fn restart(&mut self, now: Time) {
        self.window_began = now;
        self.light = Latency::default();
        self.heavy = Latency::default();
        self.loop_delay = Latency::default();
        self.cores_busy.restart(now);
        self.overhead = Span::ZERO;
    }

    /// How many requests were completed in the window.
    #[must_use]
    pub fn n_completed(&self) -> u64 {
        self.light.n() + self.heavy.n()
    }

    /// How many requests their clients have given up since the run began.
    #[must_use]
    pub fn n_abandoned(&self) -> u64 {
        self.n_abandoned
    }

    /// The figures from the beginning of the window to `now`.
    #[must_use]
    pub fn reading(&self, now: Time) -> Reading {
        let window = now.since(self.window_began);
        let seconds = window.as_secs_f64();
        let n_completed = self.n_completed();
        let mut all = self.light.clone();
        all.merge(&self.heavy);
        let quantile = |of: &Latency, q| of.quantile_ms(q).unwrap_or(0.0);
        let since = |from: Time, to: Option<Time>| to.map_or(0.0, |to| to.since(from).as_ms_f64());
        Reading {
            seconds,
            n_completed,
            throughput: if seconds > 0.0 { n_completed as f64 / seconds } else { 0.0 },
            mean_ms: all.mean_ms().unwrap_or(0.0),
            p50_ms: quantile(&all, 0.5),
            p99_ms: quantile(&all, 0.99),
            p999_ms: quantile(&all, 0.999),
            light_p50_ms: quantile(&self.light, 0.5),
            light_p999_ms: quantile(&self.light, 0.999),
            loop_delay_p99_ms: quantile(&self.loop_delay, 0.99),
            cores_busy: self.cores_busy.mean(now, window),
            overhead_us: if n_completed > 0 { self.overhead.as_ms_f64() * 1e3 / n_completed as f64 } else { 0.0 },
            makespan_ms: since(self.first_arrival.unwrap_or_default(), Some(self.last_completion)),
            first_ms: since(Time::ZERO, self.first_completion),
            groups: self.groups.map(|(n, total)| (n, total.as_ms_f64())),
        }
    }

    fn completed(&mut self, at: Time, class: Class, latency: Span) {
        match class {
            Class::Light => self.light.add(latency),
            Class::Heavy => self.heavy.add(latency),
        }
        self.first_completion.get_or_insert(at);
        self.last_completion = at;
        self.n_in_order += 1;
        if let Some((n, total)) = self.groups.get_mut(self.n_in_order.ilog2() as usize) {
            *n += 1;
            *total += latency;
        }
    }
}

impl Sink for Gauge {
    fn record(&mut self, at: Time, event: TraceEvent) {
        match event {
            TraceEvent::Arrived(_) => {
                self.first_arrival.get_or_insert(at);
            }
            TraceEvent::Completed { class, born, .. } => self.completed(at, class, at.since(born)),
            TraceEvent::Abandoned(_) => self.n_abandoned += 1,
            TraceEvent::CoreBusy(_, true) => self.cores_busy.set(at, self.cores_busy.value + 1),
            TraceEvent::CoreBusy(_, false) => self.cores_busy.set(at, self.cores_busy.value - 1),
            TraceEvent::LoopDelay { delay, n, .. } => self.loop_delay.add_n(delay, n),
            TraceEvent::Ran { overhead, .. } | TraceEvent::Overhead { overhead, .. } => self.overhead += overhead,
            TraceEvent::Refused(_)
            | TraceEvent::WaitBegan(_)
            | TraceEvent::WaitOver(_)
            | TraceEvent::Stole { .. }
            | TraceEvent::Preempted(_)
            | TraceEvent::Iteration(_)
            | TraceEvent::Collected { .. }
            | TraceEvent::Turn { .. }
            | TraceEvent::Resumed(_)
            | TraceEvent::Polling { .. }
            | TraceEvent::Marked(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::request::RequestId;

    #[test]
    fn classes_groups_and_the_first_answer_are_told_apart() {
        let mut gauge = Gauge::default();
        let at = |ms| Time::ZERO + Span::from_ms(ms);
        // Each request arrives a millisecond after the one before it; every tenth takes ten times as long.
        for nth in 0..1_000_u32 {
            let born = at(u64::from(nth));
            let (class, takes) = if nth % 10 == 9 { (Class::Heavy, 10) } else { (Class::Light, 1) };
            let request = RequestId::new(None, nth);
            gauge.record(born, TraceEvent::Arrived(request));
            let (demanded, served, waited) = (Span::ZERO, Span::ZERO, Span::ZERO);
            let done = born + Span::from_ms(takes);
            gauge.record(done, TraceEvent::Completed { request, class, born, demanded, served, waited });
        }
        let reading = gauge.reading(at(1_000));
        assert_eq!((reading.n_completed, reading.throughput), (1_000, 1_000.0));
        // A histogram knows them to a thousandth.
        let close = |ms: f64| (ms * 100.0).round() / 100.0;
        let found = (close(reading.p50_ms), close(reading.light_p999_ms), close(reading.p99_ms));
        assert_eq!(found, (1.0, 1.0, 10.0));
        assert_eq!((reading.first_ms, reading.makespan_ms, reading.mean_ms), (1.0, 1_009.0, 1.9));
        // Requests 8 to 15 hold the tenth; 16 to 31 the twentieth and the thirtieth.
        assert_eq!(reading.groups[..5], [(1, 1.0), (2, 2.0), (4, 4.0), (8, 17.0), (16, 34.0)]);
    }
}
