//! The stream of requests: who comes when and needs what, the same for every runtime.

use std::collections::VecDeque;

use crate::sim::dist::Dist;
use crate::sim::request::{Class, Request, RequestId};
use crate::sim::rng::{Draws, Stream};
use crate::sim::scenario::{Arrivals, Load, Scenario};
use crate::sim::time::{Span, Time};

/// Bursty arrivals: one gap in ten has 7.3 times the mean, the others 0.3 times (a hyperexponential with squared
/// coefficient of variation 9.8).
const BURSTY_LONG_SHARE: f64 = 0.1;
const BURSTY_LONG: f64 = 7.3;
const BURSTY_SHORT: f64 = 0.3;

/// Draw numbers of a request: pair `i` uses `2 i` for its burst and `2 i + 1` for its wait; the class stands apart.
const CLASS_DRAW: u32 = u32::MAX;

/// A request that was recorded and is served as it was: one burst, then one wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// When it arrives; not before the one before it.
    pub arrival: Time,
    /// Its class.
    pub class: Class,
    /// Its burst.
    pub burst: Span,
    /// Its wait.
    pub wait: Span,
}

impl Recorded {
    /// Makes `request` what was recorded.
    pub(super) fn impress(self, request: &mut Request) {
        request.class = self.class;
        request.n_bursts = 1;
        request.n_bursts_left = 1;
        request.mean_burst = self.burst;
        request.mean_wait = self.wait;
    }
}

/// Whether further requests arrive by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supply {
    /// They do.
    More,
    /// They may, but nobody has said which: the run has to be fed.
    Starved,
    /// No more.
    Ended,
}

/// Recorded requests that have not arrived yet: as many as were fed ahead, whatever the length of the recording.
#[derive(Clone, Debug, Default)]
struct Feed {
    ahead: VecDeque<Recorded>,
    is_whole: bool,
}

impl Feed {
    /// The last one known is kept back until it is known what follows: the next arrival is scheduled when one
    /// happens, and so it makes no difference in which chunks they came.
    fn supply(&self) -> Supply {
        match (self.ahead.len(), self.is_whole) {
            (0, true) => Supply::Ended,
            (0 | 1, false) => Supply::Starved,
            _ => Supply::More,
        }
    }
}

/// Makes requests.
#[derive(Clone, Debug)]
pub struct Workload {
    scenario: Scenario,
    draws: Draws,
    /// Closed load: each client's next round.
    rounds: Vec<u32>,
    n_arrivals: u32,
    /// Recorded requests, if they are not drawn.
    feed: Option<Feed>,
    supply: Supply,
}

impl Workload {
    /// The workload of `scenario` in replication `replication`.
    #[must_use]
    pub fn new(scenario: &Scenario, replication: u32) -> Self {
        let n_clients = match scenario.load {
            Load::Closed => scenario.n_clients as usize,
            Load::Open | Load::Batch => 0,
        };
        Self {
            scenario: *scenario,
            draws: Draws::new(scenario.seed, replication),
            rounds: vec![0; n_clients],
            n_arrivals: 0,
            feed: None,
            supply: Supply::More,
        }
    }

    /// A workload that serves recorded requests instead of drawing them: hungry until it is fed.
    #[must_use]
    pub fn recorded(scenario: &Scenario, replication: u32) -> Self {
        // Recorded requests come when they came, whatever the scenario says.
        let scenario = Scenario { load: Load::Open, ..*scenario };
        Self { feed: Some(Feed::default()), supply: Supply::Starved, ..Self::new(&scenario, replication) }
    }

    /// Whether further requests arrive by themselves.
    #[must_use]
    pub fn supply(&self) -> Supply {
        self.supply
    }

    /// Adds recorded requests to those ahead. Of the first ones ever, it returns when the first arrives.
    pub fn feed(&mut self, requests: &[Recorded]) -> Option<Time> {
        let is_first = self.n_arrivals == 0;
        let feed = self.feed.as_mut()?;
        let first = requests.first().filter(|_| is_first && feed.ahead.is_empty()).map(|request| request.arrival);
        feed.ahead.extend(requests);
        self.supply = feed.supply();
        first
    }

    /// Says that no more recorded requests follow.
    pub fn end_feed(&mut self) {
        if let Some(feed) = &mut self.feed {
            feed.is_whole = true;
            self.supply = feed.supply();
        }
    }

    /// The scenario that new requests are made from.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The random numbers of this run.
    #[must_use]
    pub fn draws(&self) -> Draws {
        self.draws
    }

    /// Makes new requests from `scenario`, for which [`Scenario::continues_as`] holds.
    pub fn retune(&mut self, scenario: &Scenario) {
        self.scenario = *scenario;
    }

    /// How long `client` thinks before its next request, also before its first.
    ///
    /// Exponential, as in the interactive model of every textbook. People do not think in step; with constant times
    /// the loop's short callbacks, held up behind long ones, would be answered together and come back together.
    #[must_use]
    pub fn think(&self, client: u32) -> Span {
        let round = self.rounds[client as usize];
        let [u, _] = self.draws.uniforms(Stream::Client, u64::from(client), round);
        self.scenario.think.scaled(-libm::log(u))
    }

    /// The identity of the next arrival at `now` that is no client's, what was recorded of it, and the gap before the one
    /// after it, unless it is the last.
    pub fn next_arrival(&mut self, now: Time) -> (RequestId, Option<Recorded>, Option<Span>) {
        let nth = self.n_arrivals;
        self.n_arrivals = nth.wrapping_add(1);
        let mut recorded = None;
        let gap = match (&mut self.feed, self.scenario.load) {
            (Some(feed), _) => {
                recorded = feed.ahead.pop_front();
                self.supply = feed.supply();
                feed.ahead.front().map(|next| next.arrival.since(now))
            }
            (None, Load::Batch) => {
                if self.n_arrivals == self.scenario.n_tasks {
                    self.supply = Supply::Ended;
                }
                (self.supply == Supply::More).then_some(Span::ZERO)
            }
            (None, Load::Open | Load::Closed) => Some(self.gap()),
        };
        (RequestId::new(None, nth), recorded, gap)
    }

    /// The gap before the next open arrival.
    #[must_use]
    pub fn gap(&self) -> Span {
        let [u1, u2] = self.draws.uniforms(Stream::Arrival, u64::from(self.n_arrivals), 0);
        let factor = match self.scenario.arrivals {
            Arrivals::Constant => 1.0,
            Arrivals::Poisson => -libm::log(u1),
            Arrivals::Bursty => -libm::log(u1) * if u2 <= BURSTY_LONG_SHARE { BURSTY_LONG } else { BURSTY_SHORT },
        };
        Span::from_secs_f64(factor / self.scenario.rate)
    }

    /// The identity of the next request of `client`.
    pub fn next_round(&mut self, client: u32) -> RequestId {
        let nth = self.rounds[client as usize];
        self.rounds[client as usize] = nth.wrapping_add(1);
        RequestId::new(Some(client), nth)
    }

    /// Writes into `request` the one named `id`, with the means of this moment's scenario.
    pub fn begin(&self, request: &mut Request, id: RequestId, client: Option<u32>, born: Time) {
        *request = Request {
            id,
            born,
            client,
            class: self.class(id),
            n_bursts_left: self.scenario.n_bursts,
            n_waits_begun: 0,
            n_bursts: self.scenario.n_bursts,
            mean_burst: self.scenario.mean_burst(),
            mean_wait: self.scenario.mean_wait(),
            alloc: self.scenario.alloc,
            demanded: Span::ZERO,
            served: Span::ZERO,
            waited: Span::ZERO,
            wait: Span::ZERO,
        };
    }

    /// The class of request `id`: heavy only if a distribution has heavy ones and it is one of them.
    fn class(&self, id: RequestId) -> Class {
        let share = self.scenario.heavy.share / 100.0;
        let is_heavy = |dist, which| self.class_draw(dist, id, which) <= share && dist == Dist::Bimodal;
        if is_heavy(self.scenario.cpu_dist, 0) || is_heavy(self.scenario.io_dist, 1) {
            Class::Heavy
        } else {
            Class::Light
        }
    }

    /// The number that tells whether request `id` is heavy under `dist`: of its bursts (0) or of its waits (1). Drawn only
    /// where `dist` has heavy ones, as a draw takes longer than most events.
    fn class_draw(&self, dist: Dist, id: RequestId, which: usize) -> f64 {
        match dist {
            Dist::Bimodal => self.draws.uniforms(Stream::Request, id.0, CLASS_DRAW)[which],
            Dist::Constant | Dist::Exponential | Dist::Lognormal => 1.0,
        }
    }

    /// The length of the burst that `request` begins next.
    #[must_use]
    pub fn burst(&self, request: &Request) -> Span {
        if self.feed.is_some() {
            return request.mean_burst;
        }
        let pair = request.n_bursts - request.n_bursts_left;
        let [u, _] = self.draws.uniforms(Stream::Request, request.id.0, 2 * pair);
        let dist = self.scenario.cpu_dist;
        let class = self.class_draw(dist, request.id, 0);
        request.mean_burst.scaled(dist.factor(u, class, self.scenario.heavy))
    }

    /// The length of the wait that `request` begins next.
    #[must_use]
    pub fn wait(&self, request: &Request) -> Span {
        if self.feed.is_some() {
            return request.mean_wait;
        }
        let pair = request.n_waits_begun;
        let [u, _] = self.draws.uniforms(Stream::Request, request.id.0, 2 * pair + 1);
        let dist = self.scenario.io_dist;
        let class = self.class_draw(dist, request.id, 1);
        request.mean_wait.scaled(dist.factor(u, class, self.scenario.heavy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::request::Requests;

    #[test]
    fn a_request_is_the_same_whoever_asks_and_scales_with_the_mix() {
        let scenario = Scenario::default();
        let mut one = Workload::new(&scenario, 0);
        let mut other = Workload::new(&Scenario { mix: 40.0, ..scenario }, 0);
        other.next_round(3);
        let a = one.next_round(5);
        let b = other.next_round(5);
        assert_eq!(a, b);
        let mut requests = Requests::default();
        let idx = requests.insert();
        one.begin(requests.get_mut(idx), a, Some(5), Time::ZERO);
        let burst = one.burst(requests.get(idx)).as_ns();
        other.begin(requests.get_mut(idx), b, Some(5), Time::ZERO);
        let doubled = other.burst(requests.get(idx)).as_ns();
        assert!(doubled.abs_diff(2 * burst) <= 1, "{doubled} is not twice {burst}");
    }

    #[test]
    fn gaps_of_every_kind_average_to_the_rate() {
        for arrivals in [Arrivals::Poisson, Arrivals::Constant, Arrivals::Bursty] {
            let mut workload = Workload::new(&Scenario { load: Load::Open, arrivals, ..Scenario::default() }, 0);
            let n = 100_000;
            let mut total = Span::ZERO;
            for _ in 0..n {
                total += workload.gap();
                workload.next_arrival(Time::ZERO);
            }
            let mean_ms = total.as_ms_f64() / f64::from(n);
            // Four standard deviations of the mean with squared coefficient of variation 9.8.
            assert!((mean_ms - 2.5).abs() < 2.5 * 4.0 * (9.8 / f64::from(n)).sqrt(), "{arrivals:?}: {mean_ms} ms");
        }
    }
}
