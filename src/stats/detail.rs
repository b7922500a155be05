//! Everything that can be said about one run, as a sink of its trace: for the command line and the oracles. The page
//! makes do with the lighter [`crate::stats::tally::Tally`].

use std::ops::Range;

use crate::sim::request::Class;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Scenario;
use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceEvent};
use crate::stats::deep::serving_loops;
use crate::stats::latency::Latency;
use crate::stats::series::Series;
use crate::stats::tally::Integral;

/// What one run did, as a whole and since its window began.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// The loops whose delays count.
    serving: Range<u16>,
    window: Window,
    in_system: Integral,
    cores_busy: Integral,
    /// Requests in the system over the whole run.
    pub series: Series,
    first_arrival: Option<Time>,
    last_arrival: Time,
    last_completion: Time,
    books: Books,
}

/// What is counted since the window began.
#[derive(Clone, Debug, Default)]
struct Window {
    began: Time,
    in_system_before: u128,
    busy_before: u128,
    light: Latency,
    heavy: Latency,
    loop_delay: Latency,
    demanded: u128,
    served: u128,
    waited: u128,
    waiting: i128,
    n_arrived: u64,
    n_refused: u64,
}

/// What has to agree in every run, kept from its beginning on, in whole nanoseconds.
#[derive(Clone, Copy, Debug, Default)]
struct Books {
    arrivals: u128,
    births: u128,
    residence: u128,
    spent: u128,
    worst_idle_gap: u128,
    n_abandoned: u64,
}

/// The averages of a window.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Length of the window in seconds.
    pub seconds: f64,
    /// Requests completed in it.
    pub n_completed: u64,
    /// Completions per second.
    pub throughput: f64,
    /// Latencies of light requests from the intended arrival.
    pub light: Latency,
    /// Latencies of heavy requests.
    pub heavy: Latency,
    /// Event-loop delays of the loops that serve requests; of Node only.
    pub loop_delay: Latency,
    /// Mean burst time of a completed request in milliseconds, as drawn.
    pub demanded_ms: f64,
    /// Mean burst time of a completed request in milliseconds, as received.
    pub served_ms: f64,
    /// Mean I/O time of a completed request in milliseconds, as drawn.
    pub waited_ms: f64,
    /// Mean response time less burst and wait, in milliseconds; from an exact sum.
    pub waiting_ms: f64,
    /// Mean number of requests in the system.
    pub in_system: f64,
    /// Mean number of cores that ran a thread.
    pub cores_busy: f64,
    /// Requests that arrived and were let in.
    pub n_arrived: u64,
    /// Requests that were turned away.
    pub n_refused: u64,
}

impl Figures {
    /// The latencies of all requests.
    #[must_use]
    pub fn latency(&self) -> Latency {
        let mut all = self.light.clone();
        all.merge(&self.heavy);
        all
    }
}

impl Detail {
    /// Of a run of `scenario` on `runtime`.
    #[must_use]
    pub fn of(runtime: RuntimeId, scenario: &Scenario) -> Self {
        Self { serving: serving_loops(runtime, scenario), ..Self::default() }
    }

    /// Forgets what was before `now`, such as the warm-up. The books go on.
    pub fn restart(&mut self, now: Time) {
        self.window = Window {
            began: now,
            in_system_before: self.in_system.area(now),
            busy_before: self.cores_busy.area(now),
            ..Window::default()
        };
    }

    /// When the first request arrived.
    #[must_use]
    pub fn first_arrival(&self) -> Time {
        self.first_arrival.unwrap_or_default()
    }

    /// When the last request arrived.
    #[must_use]
    pub fn last_arrival(&self) -> Time {
        self.last_arrival
    }

    /// When the last request was completed.
    #[must_use]
    pub fn last_completion(&self) -> Time {
        self.last_completion
    }

    /// When the window began.
    #[must_use]
    pub fn window_began(&self) -> Time {
        self.window.began
    }

    /// The averages from the beginning of the window to `now`.
    #[must_use]
    pub fn figures(&self, now: Time) -> Figures {
        let window = &self.window;
        let length = now.since(window.began);
        let n_completed = window.light.n() + window.heavy.n();
        let per = |total: f64, count: f64| if count > 0.0 { total / count } else { 0.0 };
        let mean_ms = |total: u128| per(total as f64 * 1e-6, n_completed as f64);
        let over_time = |area: u128| per(area as f64, length.as_ns() as f64);
        Figures {
            seconds: length.as_secs_f64(),
            n_completed,
            throughput: per(n_completed as f64, length.as_secs_f64()),
            light: window.light.clone(),
            heavy: window.heavy.clone(),
            loop_delay: window.loop_delay.clone(),
            demanded_ms: mean_ms(window.demanded),
            served_ms: mean_ms(window.served),
            waited_ms: mean_ms(window.waited),
            waiting_ms: per(window.waiting as f64 * 1e-6, n_completed as f64),
            in_system: over_time(self.in_system.area(now) - window.in_system_before),
            cores_busy: over_time(self.cores_busy.area(now) - window.busy_before),
            n_arrived: window.n_arrived,
            n_refused: window.n_refused,
        }
    }

    /// How many clients of the whole run gave up connecting.
    #[must_use]
    pub fn n_abandoned(&self) -> u64 {
        self.books.n_abandoned
    }

    /// Little's law over the whole run: by how many request nanoseconds the area under the requests in the system
    /// differs from the sum of their residences. Zero, or the books are wrong. `None` if any were given up, of which
    /// nobody tells when they came.
    #[must_use]
    pub fn little_gap(&self, now: Time) -> Option<u128> {
        let unfinished = u128::from(self.in_system.value) * u128::from(now.as_ns());
        // Of those in the system: now minus when they came, which is all arrivals but those that have left.
        let residence = (self.books.residence + unfinished + self.books.births).saturating_sub(self.books.arrivals);
        (self.books.n_abandoned == 0).then(|| self.in_system.area(now).abs_diff(residence))
    }

    /// The utilization law: by how many core nanoseconds busy time ever differed from service and overhead as
    /// accounted, at any moment when all cores were idle and so everything was accounted. Zero, or work was lost.
    #[must_use]
    pub fn utilization_gap(&self) -> u128 {
        self.books.worst_idle_gap
    }
}

impl Sink for Detail {
    fn record(&mut self, at: Time, event: TraceEvent) {
        match event {
            TraceEvent::Arrived(_) => {
                self.series.pass_to(at, self.in_system.value);
                self.in_system.set(at, self.in_system.value + 1);
                self.first_arrival.get_or_insert(at);
                self.last_arrival = at;
                self.window.n_arrived += 1;
                self.books.arrivals += u128::from(at.as_ns());
            }
            TraceEvent::Completed { class, born, demanded, served, waited, .. } => {
                self.series.pass_to(at, self.in_system.value);
                self.in_system.set(at, self.in_system.value - 1);
                let latency = at.since(born);
                let window = &mut self.window;
                match class {
                    Class::Light => window.light.add(latency),
                    Class::Heavy => window.heavy.add(latency),
                }
                let ns = |span: Span| u128::from(span.as_ns());
                window.demanded += ns(demanded);
                window.served += ns(served);
                window.waited += ns(waited);
                window.waiting += i128::from(latency.as_ns()) - i128::from((served + waited).as_ns());
                self.books.births += u128::from(born.as_ns());
                self.books.residence += ns(latency);
                self.last_completion = at;
            }
            TraceEvent::Abandoned(_) => {
                self.series.pass_to(at, self.in_system.value);
                self.in_system.set(at, self.in_system.value - 1);
                self.window.n_refused += 1;
                self.books.n_abandoned += 1;
            }
            TraceEvent::LoopDelay { process, delay, n } if self.serving.contains(&process) => {
                self.window.loop_delay.add_n(delay, n);
            }
            TraceEvent::Refused(_) => self.window.n_refused += 1,
            TraceEvent::CoreBusy(_, true) => self.cores_busy.set(at, self.cores_busy.value + 1),
            TraceEvent::CoreBusy(_, false) => {
                self.cores_busy.set(at, self.cores_busy.value - 1);
                if self.cores_busy.value == 0 {
                    let gap = self.cores_busy.area(at).abs_diff(self.books.spent);
                    self.books.worst_idle_gap = self.books.worst_idle_gap.max(gap);
                }
            }
            TraceEvent::Ran { service, overhead, .. } => self.books.spent += u128::from((service + overhead).as_ns()),
            TraceEvent::Overhead { overhead, .. } => self.books.spent += u128::from(overhead.as_ns()),
            TraceEvent::LoopDelay { .. }
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
