//! Counts and averages over time of one run, as a sink of its trace.

use hdrhistogram::Histogram;

use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceEvent, mix};

/// How many requests of each client, or of the open arrivals, go into the digest.
const DIGEST_LEN: u32 = 4;

/// What one run did since its window began.
#[derive(Clone, Debug)]
pub struct Tally {
    window_began: Time,
    n_completed: u64,
    n_abandoned: u64,
    latency_total: u128,
    latency: Histogram<u64>,
    in_system: Integral,
    cores_busy: Integral,
    digest: Digest,
    bins: Option<Bins>,
}

/// Completions by bin of simulated time, since they were last taken.
#[derive(Clone, Debug)]
pub struct Bins {
    width: Span,
    first: u64,
    counts: Vec<u32>,
}

impl Bins {
    fn reach(&mut self, at: Time) -> u64 {
        let bin = at.as_ns() / self.width.as_ns();
        while self.first + self.counts.len() as u64 <= bin {
            self.counts.push(0);
        }
        bin
    }

    /// Takes the bins up to `now`: the number of the first and the counts. The last one stays, as it may grow.
    pub fn take(&mut self, now: Time) -> (u64, Vec<u32>) {
        self.reach(now);
        let taken = (self.first, self.counts.clone());
        self.first += self.counts.len() as u64 - 1;
        self.counts.drain(..self.counts.len() - 1);
        taken
    }
}

/// An order-free hash of what the first requests were served, kept over windows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    /// Sum of the hashes of (request, burst time, wait time).
    pub sum: u64,
    /// Sum of the hashes of their names alone: which requests are in it. Zero if none is.
    pub who: u64,
}

/// The integral over time of a count.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Integral {
    pub(super) value: u64,
    since: Time,
    /// Nanoseconds times the count.
    area: u128,
}

impl Integral {
    pub(super) fn set(&mut self, now: Time, value: u64) {
        self.area += now.since(self.since).times(self.value);
        self.since = now;
        self.value = value;
    }

    pub(super) fn restart(&mut self, now: Time) {
        self.set(now, self.value);
        self.area = 0;
    }

    /// Nanoseconds times the count up to `now`.
    pub(super) fn area(mut self, now: Time) -> u128 {
        self.set(now, self.value);
        self.area
    }

    pub(super) fn mean(mut self, now: Time, window: Span) -> f64 {
        self.set(now, self.value);
        if window.is_zero() { 0.0 } else { self.area as f64 / window.as_ns() as f64 }
    }
}

/// Averages over a window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// Length of the window, simulated seconds.
    pub seconds: f64,
    /// Requests completed in it.
    pub n_completed: u64,
    /// Completions per second.
    pub throughput: f64,
    /// Mean latency from the intended arrival, in milliseconds.
    pub latency_mean_ms: f64,
    /// Median latency in milliseconds.
    pub latency_p50_ms: f64,
    /// 99th percentile of the latency in milliseconds.
    pub latency_p99_ms: f64,
    /// Mean number of cores that ran a thread.
    pub cores_busy: f64,
    /// Mean number of requests in the system.
    pub in_system: f64,
}

impl Default for Tally {
    fn default() -> Self {
        // Two significant digits: latencies are known to 1 %.
        let latency = Histogram::new(2).expect("two significant digits are within the histogram's range");
        Self {
            window_began: Time::ZERO,
            n_completed: 0,
            n_abandoned: 0,
            latency_total: 0,
            latency,
            in_system: Integral::default(),
            cores_busy: Integral::default(),
            digest: Digest::default(),
            bins: None,
        }
    }
}

impl Tally {
    /// A tally that also counts completions by bins of `width`.
    #[must_use]
    pub fn with_bins(width: Span) -> Self {
        Self { bins: Some(Bins { width, first: 0, counts: Vec::new() }), ..Self::default() }
    }

    /// The completions by bin, if they are counted.
    pub fn bins_mut(&mut self) -> Option<&mut Bins> {
        self.bins.as_mut()
    }

    /// Forgets what was before `now`, such as the warm-up.
    pub fn restart(&mut self, now: Time) {
        self.window_began = now;
        self.n_completed = 0;
        self.latency_total = 0;
        self.latency.reset();
        self.in_system.restart(now);
        self.cores_busy.restart(now);
    }

    /// How many requests were completed in the window.
    #[must_use]
    pub fn n_completed(&self) -> u64 {
        self.n_completed
    }

    /// How many requests their clients have given up since the run began.
    #[must_use]
    pub fn n_abandoned(&self) -> u64 {
        self.n_abandoned
    }

    /// What the first requests were served.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The averages from the beginning of the window to `now`.
    #[must_use]
    pub fn summary(&self, now: Time) -> Summary {
        let window = now.since(self.window_began);
        let per = |total: f64, count: f64| if count > 0.0 { total / count } else { 0.0 };
        let quantile = |q| self.latency.value_at_quantile(q) as f64 * 1e-6;
        Summary {
            seconds: window.as_secs_f64(),
            n_completed: self.n_completed,
            throughput: per(self.n_completed as f64, window.as_secs_f64()),
            latency_mean_ms: per(self.latency_total as f64 * 1e-6, self.n_completed as f64),
            latency_p50_ms: quantile(0.5),
            latency_p99_ms: quantile(0.99),
            cores_busy: self.cores_busy.mean(now, window),
            in_system: self.in_system.mean(now, window),
        }
    }
}

impl Sink for Tally {
    fn record(&mut self, at: Time, event: TraceEvent) {
        match event {
            TraceEvent::Abandoned(_) => {
                self.n_abandoned += 1;
                self.in_system.set(at, self.in_system.value - 1);
            }
            TraceEvent::Arrived(_) => self.in_system.set(at, self.in_system.value + 1),
            TraceEvent::Completed { request, born, demanded, waited, .. } => {
                self.in_system.set(at, self.in_system.value - 1);
                let latency = at.since(born).as_ns();
                self.n_completed += 1;
                if let Some(bins) = &mut self.bins {
                    let bin = bins.reach(at);
                    bins.counts[(bin - bins.first) as usize] += 1;
                }
                self.latency_total += u128::from(latency);
                // Out of memory for a wider range is the only way to fail: a latency of centuries.
                let _ = self.latency.record(latency.max(1));
                if request.nth() < DIGEST_LEN {
                    let who = mix(0, request.0);
                    let hash = mix(mix(who, demanded.as_ns()), waited.as_ns());
                    self.digest.sum = self.digest.sum.wrapping_add(hash);
                    self.digest.who = self.digest.who.wrapping_add(who);
                }
            }
            TraceEvent::CoreBusy(_, true) => self.cores_busy.set(at, self.cores_busy.value + 1),
            TraceEvent::CoreBusy(_, false) => self.cores_busy.set(at, self.cores_busy.value - 1),
            TraceEvent::Refused(_)
            | TraceEvent::Ran { .. }
            | TraceEvent::Overhead { .. }
            | TraceEvent::WaitBegan(_)
            | TraceEvent::WaitOver(_)
            | TraceEvent::Stole { .. }
            | TraceEvent::Preempted(_)
            | TraceEvent::Iteration(_)
            | TraceEvent::LoopDelay { .. }
            | TraceEvent::Collected { .. }
            | TraceEvent::Turn { .. }
            | TraceEvent::Resumed(_)
            | TraceEvent::Polling { .. }
            | TraceEvent::Marked(_) => {}
        }
    }
}
