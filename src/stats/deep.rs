//! What only a deeper look asks of a run, as a sink of its trace beside [`crate::stats::tally::Tally`]: how latencies are
//! spread, how Node's loops fare, how often threads and goroutines are switched. The first worker of the page goes
//! without.

use std::collections::VecDeque;
use std::ops::Range;

use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Scenario;
use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceEvent};
use crate::stats::distribution::Distribution;

/// Pieces of the recent past, the last of which still grows.
const N_PIECES: usize = 30;
/// How long a piece is: the figures of now are those of the last thirty seconds, or one less.
const PIECE: Span = Span::from_ms(1000);

/// What a window of a run was like, beyond its [`crate::stats::tally::Summary`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Depth {
    /// Its figures.
    pub summary: DeepSummary,
    /// Latencies of the requests that were completed in it.
    pub latencies: Distribution,
}

/// What a live run is like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveDepth {
    /// In the last thirty seconds.
    pub recent: Depth,
    /// Since it began.
    pub whole: Depth,
}

/// Figures of a window. What does not exist in a runtime, or can not be known from so few requests, is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DeepSummary {
    /// 90th percentile of the latency in milliseconds.
    pub latency_p90_ms: Option<f64>,
    /// 99.9th percentile of the latency in milliseconds.
    pub latency_p999_ms: Option<f64>,
    /// Longest latency in milliseconds.
    pub latency_max_ms: Option<f64>,
    /// How late Node's loops run their timers.
    pub loop_delay: Option<LoopDelay>,
    /// Share of the time in which Node's loops do not wait in `epoll_wait`: the mean of those that serve requests.
    pub loop_utilization: Option<f64>,
    /// The same of the busiest of them.
    pub busiest_loop: Option<f64>,
    /// The most memory that the runtime has taken since the run began, in bytes.
    pub memory_peak: u64,
    /// How often a core took up a thread, per second.
    pub turns_per_s: f64,
    /// How often a processor took up a goroutine, per second.
    pub resumed_per_s: Option<f64>,
}

/// Event-loop delays in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LoopDelay {
    /// Their median.
    pub p50_ms: f64,
    /// Their 99th percentile.
    pub p99_ms: f64,
    /// The longest.
    pub max_ms: f64,
}

/// The event loops that serve requests; none of what is not Node. The primary of a cluster only passes connections on, and
/// worker threads compute for the loop that serves.
#[must_use]
pub fn serving_loops(runtime: RuntimeId, scenario: &Scenario) -> Range<u16> {
    match runtime {
        RuntimeId::Node | RuntimeId::NodeWorkers | RuntimeId::NodeService => 0..1,
        RuntimeId::NodeCluster => 1..scenario.n_workers() as u16 + 1,
        RuntimeId::Go | RuntimeId::Threads | RuntimeId::Tokio => 0..0,
    }
}

/// Whether a runtime has a scheduler of its own that takes up goroutines or tasks.
fn has_own_scheduler(runtime: RuntimeId) -> bool {
    matches!(runtime, RuntimeId::Go | RuntimeId::Tokio)
}

/// The sink.
#[derive(Clone, Debug)]
pub struct Deep {
    serving: Range<u16>,
    has_own_scheduler: bool,
    loops: Vec<Loop>,
    whole: Window,
    /// The recent past in pieces, the oldest first; empty if it is not kept apart.
    pieces: VecDeque<Window>,
    /// A piece has ended since the recent past was last asked for.
    has_news: bool,
}

/// A loop that serves requests.
#[derive(Clone, Copy, Debug)]
struct Loop {
    thread: u32,
    /// Since when it waits in `epoll_wait`, as far as that is not counted yet.
    waits_since: Option<Time>,
}

/// What is counted in a span of time.
#[derive(Clone, Debug, Default)]
struct Window {
    began: Time,
    latencies: Distribution,
    loop_delays: Distribution,
    /// By loop, how long it waited in `epoll_wait`.
    waited: Vec<Span>,
    n_turns: u64,
    n_resumed: u64,
}

impl Window {
    fn clear(&mut self, began: Time) {
        self.began = began;
        self.latencies.clear();
        self.loop_delays.clear();
        self.waited.fill(Span::ZERO);
        (self.n_turns, self.n_resumed) = (0, 0);
    }

    /// Counts what `later` has counted too.
    fn merge(&mut self, later: &Self) {
        self.latencies.merge(&later.latencies);
        self.loop_delays.merge(&later.loop_delays);
        self.waited.iter_mut().zip(&later.waited).for_each(|(sum, more)| *sum += *more);
        self.n_turns += later.n_turns;
        self.n_resumed += later.n_resumed;
    }
}

impl Deep {
    /// For a replication of `scenario` on `runtime`.
    #[must_use]
    pub fn of(runtime: RuntimeId, scenario: &Scenario) -> Self {
        Self::new(runtime, scenario, 0)
    }

    /// For a live run of it, which also keeps the recent past apart.
    #[must_use]
    pub fn live(runtime: RuntimeId, scenario: &Scenario) -> Self {
        Self::new(runtime, scenario, N_PIECES)
    }

    /// Forgets what was before `now`, such as the warm-up.
    pub fn restart(&mut self, now: Time) {
        self.settle(now);
        self.whole.clear(now);
        self.pieces.iter_mut().for_each(|piece| piece.clear(now));
    }

    /// What there was until `now` of a run that has taken at most so many bytes.
    #[must_use]
    pub fn depth(&self, now: Time, memory_peak: u64) -> Depth {
        self.look(&self.whole, now, memory_peak)
    }

    /// The same of a live run, if a piece of the recent past has ended since the last time.
    pub fn live_depth(&mut self, now: Time, memory_peak: u64) -> Option<LiveDepth> {
        self.reach(now);
        if !std::mem::take(&mut self.has_news) {
            return None;
        }
        let mut recent = self.pieces.front()?.clone();
        self.pieces.iter().skip(1).for_each(|piece| recent.merge(piece));
        Some(LiveDepth {
            recent: self.look(&recent, now, memory_peak),
            whole: self.look(&self.whole, now, memory_peak),
        })
    }

    fn new(runtime: RuntimeId, scenario: &Scenario, n_pieces: usize) -> Self {
        let serving = serving_loops(runtime, scenario);
        let window = Window { waited: vec![Span::ZERO; serving.len()], ..Window::default() };
        Self {
            // Loops have the first threads of the machine, in order, and wait when a run begins.
            loops: serving.clone().map(|n| Loop { thread: n.into(), waits_since: Some(Time::ZERO) }).collect(),
            serving,
            has_own_scheduler: has_own_scheduler(runtime),
            pieces: vec![window.clone(); n_pieces].into(),
            whole: window,
            has_news: true,
        }
    }

    /// The windows that are open: what happens now is counted in all of them.
    fn open(&mut self) -> impl Iterator<Item = &mut Window> {
        std::iter::once(&mut self.whole).chain(self.pieces.back_mut())
    }

    /// Counts how long the loops have waited until `now`.
    fn settle(&mut self, now: Time) {
        for idx in 0..self.loops.len() {
            if let Some(since) = self.loops[idx].waits_since {
                self.loops[idx].waits_since = Some(now);
                self.open().for_each(|window| window.waited[idx] += now.since(since));
            }
        }
    }

    /// Begins new pieces of the recent past until `now` is in the last one.
    fn reach(&mut self, now: Time) {
        while let Some(end) = self.pieces.back().map(|piece| piece.began + PIECE).filter(|end| *end <= now) {
            self.settle(end);
            self.pieces.rotate_left(1);
            self.pieces.back_mut().into_iter().for_each(|oldest| oldest.clear(end));
            self.has_news = true;
        }
    }

    fn look(&self, window: &Window, now: Time, memory_peak: u64) -> Depth {
        let seconds = now.since(window.began).as_secs_f64();
        let per_s = |n: u64| if seconds > 0.0 { n as f64 / seconds } else { 0.0 };
        let (latencies, delays) = (&window.latencies, &window.loop_delays);
        // At least one request has to lie beyond a percentile; else it is the longest of all, and said to be that.
        let percentile = |q: f64| latencies.quantile_ms(q).filter(|_| latencies.n() as f64 * (1.0 - q) >= 0.999);
        let loop_delay = delays.longest().map(|longest| LoopDelay {
            p50_ms: delays.quantile_ms(0.5).unwrap_or_default(),
            p99_ms: delays.quantile_ms(0.99).unwrap_or_default(),
            max_ms: longest.as_ms_f64(),
        });
        // Of a loop that still waits, the time since that was last counted comes on top.
        let waits = self.loops.iter().map(|one| one.waits_since.map_or(Span::ZERO, |since| now.since(since)));
        let waited = window.waited.iter().zip(waits).map(|(waited, more)| *waited + more);
        let active = waited.map(|waited| 1.0 - waited.as_secs_f64() / seconds);
        let has_loops = seconds > 0.0 && !window.waited.is_empty();
        let summary = DeepSummary {
            latency_p90_ms: percentile(0.9),
            latency_p999_ms: percentile(0.999),
            latency_max_ms: latencies.longest().map(Span::as_ms_f64),
            loop_delay,
            loop_utilization: has_loops.then(|| active.clone().sum::<f64>() / window.waited.len() as f64),
            busiest_loop: has_loops.then(|| active.fold(0.0, f64::max)),
            memory_peak,
            turns_per_s: per_s(window.n_turns),
            resumed_per_s: self.has_own_scheduler.then(|| per_s(window.n_resumed)),
        };
        Depth { summary, latencies: latencies.clone() }
    }
}

impl Sink for Deep {
    fn record(&mut self, at: Time, event: TraceEvent) {
        self.reach(at);
        match event {
            TraceEvent::Completed { born, .. } => self.open().for_each(|window| window.latencies.add(at.since(born))),
            TraceEvent::LoopDelay { process, delay, n } if self.serving.contains(&process) => {
                self.open().for_each(|window| window.loop_delays.add_n(delay, n.into()));
            }
            TraceEvent::Turn { thread, .. } => {
                self.open().for_each(|window| window.n_turns += 1);
                if let Some(idx) = self.loops.iter().position(|one| one.thread == thread)
                    && let Some(since) = self.loops[idx].waits_since.take()
                {
                    self.open().for_each(|window| window.waited[idx] += at.since(since));
                }
            }
            TraceEvent::Polling { process, thread } if self.serving.contains(&process) => {
                let idx = usize::from(process - self.serving.start);
                // It may be told again of the same wait: a timer was set meanwhile.
                let waits_since = self.loops[idx].waits_since.or(Some(at));
                self.loops[idx] = Loop { thread, waits_since };
            }
            TraceEvent::Resumed(_) => self.open().for_each(|window| window.n_resumed += 1),
            TraceEvent::LoopDelay { .. }
            | TraceEvent::Polling { .. }
            | TraceEvent::Arrived(_)
            | TraceEvent::Refused(_)
            | TraceEvent::Abandoned(_)
            | TraceEvent::Ran { .. }
            | TraceEvent::Overhead { .. }
            | TraceEvent::CoreBusy(..)
            | TraceEvent::WaitBegan(_)
            | TraceEvent::WaitOver(_)
            | TraceEvent::Stole { .. }
            | TraceEvent::Preempted(_)
            | TraceEvent::Iteration(_)
            | TraceEvent::Collected { .. }
            | TraceEvent::Marked(_) => {}
        }
    }
}
