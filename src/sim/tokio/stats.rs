//! How often a busy worker looks at the inject queue first: `runtime/scheduler/multi_thread/stats.rs`.
//!
//! The interval tunes itself: about 200 µs between looks, by the mean time of the worker's polls.

use crate::sim::time::Time;

/// Nanoseconds between two looks (`TARGET_GLOBAL_QUEUE_INTERVAL`).
const TARGET_NS: f64 = 200_000.0;
/// Polls between two looks that the mean starts from (`TARGET_TASKS_POLLED_PER_GLOBAL_QUEUE_INTERVAL`).
const TARGET_POLLS: f64 = 61.0;
/// Polls between two looks at most (`MAX_TASKS_POLLED_PER_GLOBAL_QUEUE_INTERVAL`), and at least.
const MAX_POLLS: u32 = 127;
const MIN_POLLS: u32 = 2;
/// How much a single poll weighs (`TASK_POLL_TIME_EWMA_ALPHA`).
const ALPHA: f64 = 0.1;
/// A change of the interval that is not worth making (`worker.rs`, `tune_global_queue_interval`).
const JITTER: u32 = 2;

/// Measurements of one worker.
#[derive(Clone, Debug)]
pub(super) struct Stats {
    began: Time,
    n_polled: u32,
    /// Mean time of a poll in nanoseconds, exponentially weighted.
    mean_ns: f64,
    interval: u32,
}

impl Stats {
    pub(super) fn new() -> Self {
        let mean_ns = TARGET_NS / TARGET_POLLS;
        Self { began: Time::ZERO, n_polled: 0, mean_ns, interval: tuned(mean_ns) }
    }

    /// `start_processing_scheduled_tasks`.
    pub(super) fn start(&mut self, now: Time) {
        self.began = now;
        self.n_polled = 0;
    }

    /// `end_processing_scheduled_tasks`.
    pub(super) fn end(&mut self, now: Time) {
        if self.n_polled > 0 {
            let n = f64::from(self.n_polled);
            let mean = now.since(self.began).as_ns() as f64 / n;
            let weight = 1.0 - libm::pow(1.0 - ALPHA, n);
            self.mean_ns = weight * mean + (1.0 - weight) * self.mean_ns;
        }
    }

    /// `start_poll`. What runs from the LIFO slot counts as part of the poll before it.
    pub(super) fn polls(&mut self) {
        self.n_polled += 1;
    }

    /// Whether the inject queue goes first in this tick, which is when the interval is tuned.
    pub(super) fn looks_at_inject(&mut self, tick: u32) -> bool {
        let looks = tick.is_multiple_of(self.interval);
        if looks {
            let next = tuned(self.mean_ns);
            if next.abs_diff(self.interval) > JITTER {
                self.interval = next;
            }
        }
        looks
    }
}

/// `tuned_global_queue_interval`.
fn tuned(mean_ns: f64) -> u32 {
    ((TARGET_NS / mean_ns) as u32).clamp(MIN_POLLS, MAX_POLLS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval_after(poll_ns: u64) -> u32 {
        let mut stats = Stats::new();
        stats.start(Time::ZERO);
        (0..61).for_each(|_| stats.polls());
        stats.end(Time::from_ns(61 * poll_ns));
        assert!(!stats.looks_at_inject(60) && stats.looks_at_inject(61), "61 at first");
        stats.interval
    }

    #[test]
    fn the_interval_follows_the_mean_poll() {
        assert_eq!(interval_after(0), 127);
        assert_eq!(interval_after(100), 127);
        assert_eq!(interval_after(3_279), 61);
        // 200 µs over 10 µs, and the little that is left of the first mean.
        assert_eq!(interval_after(10_000), 20);
        assert_eq!(interval_after(4_000_000), 2);
    }
}
