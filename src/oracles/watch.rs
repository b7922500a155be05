//! Several of Tokio's workers, one of which watches the sockets: a Markov chain in the place of M/M/c.
//!
//! A worker that sleeps in the driver takes what comes, and nobody watches while it computes, though others have nothing
//! to do (`sim/tokio/park.rs`): what arrives then waits until a burst ends. Whoever ends it finds all of that; if it is one
//! request, it takes it, and nobody watches still. If there are more, it wakes another worker, which wakes the next, until
//! there is nothing left to wake up for: the last one watches. With exponential bursts that is a chain over the number of
//! requests and of busy workers, which is solved here by iteration; of one worker it is M/M/1.

/// Requests in the system at most; at a utilization of 0.8 more are never there.
const MAX_OPEN: usize = 250;
/// The chain is solved when no probability changes by more than that.
const PRECISION: f64 = 1e-14;

/// What the chain says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watched {
    /// Mean number of requests in the system.
    pub(super) in_system: f64,
    /// Completions per second.
    pub(super) throughput: f64,
}

impl Watched {
    /// Mean response time in milliseconds (Little's law).
    pub(super) fn response_ms(self) -> f64 {
        self.in_system / self.throughput * 1e3
    }

    /// Poisson arrivals at `rate` per second, bursts of `mean_s` on `c` workers.
    pub(super) fn open(rate: f64, mean_s: f64, c: usize) -> Self {
        solve(c, MAX_OPEN, 1.0 / mean_s, |n| if n < MAX_OPEN { rate } else { 0.0 })
    }

    /// `n_clients` that think for `think_s` and come back.
    pub(super) fn closed(n_clients: usize, think_s: f64, mean_s: f64, c: usize) -> Self {
        solve(c, n_clients, 1.0 / mean_s, |n| (n_clients - n) as f64 / think_s)
    }
}

/// With `n` requests in the system, `busy` of them on workers; whether somebody watches.
#[derive(Clone, Copy, Debug, PartialEq)]
struct State {
    n: usize,
    busy: usize,
    is_watched: bool,
}

impl State {
    fn idx(self, c: usize) -> usize {
        self.n * (c + 1) + if self.is_watched { 0 } else { self.busy }
    }

    /// After an arrival.
    fn arrival(self) -> Self {
        let n = self.n + 1;
        // It is taken by who watches; or nobody sees it.
        if self.is_watched { Self { n, busy: n, is_watched: false } } else { Self { n, ..self } }
    }

    /// After the end of a burst.
    fn end(self, c: usize) -> Self {
        let n = self.n - 1;
        let unseen = self.n - self.busy;
        if self.busy == c && unseen > 0 {
            return Self { n, ..self };
        }
        match unseen {
            // Its worker watches, if nobody does.
            0 => Self { n, busy: self.busy - 1, is_watched: true },
            1 => Self { n, ..self },
            _ => Self { n, busy: n.min(c), is_watched: n < c },
        }
    }
}

fn solve(c: usize, n_max: usize, mu: f64, arrival_rate: impl Fn(usize) -> f64) -> Watched {
    let mut states = Vec::new();
    for n in 0..=n_max {
        states.extend((n < c).then_some(State { n, busy: n, is_watched: true }));
        states.extend((1..=n.min(c)).map(|busy| State { n, busy, is_watched: false }));
    }
    let flows: Vec<(usize, usize, f64)> = states
        .iter()
        .flat_map(|from| {
            let idx = from.idx(c);
            let arrives = (from.n < n_max).then(|| (idx, from.arrival().idx(c), arrival_rate(from.n)));
            let ends = (from.busy > 0).then(|| (idx, from.end(c).idx(c), mu * from.busy as f64));
            arrives.into_iter().chain(ends)
        })
        .collect();
    let fastest = arrival_rate(0) + mu * c as f64;
    let mut p = vec![0.0; (n_max + 1) * (c + 1)];
    p[0] = 1.0;
    loop {
        let mut next = p.clone();
        for (from, to, rate) in &flows {
            let flow = p[*from] * rate / fastest;
            next[*from] -= flow;
            next[*to] += flow;
        }
        let change = p.iter().zip(&next).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        p = next;
        if change < PRECISION {
            break;
        }
    }
    let mean = |of: &dyn Fn(&State) -> f64| states.iter().map(|state| of(state) * p[state.idx(c)]).sum::<f64>();
    Watched { in_system: mean(&|state| state.n as f64), throughput: mean(&|state| state.busy as f64) * mu }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_worker_is_a_single_server_and_few_of_many_wait_for_one_another() {
        let one = Watched::open(80.0, 0.01, 1);
        assert!((one.response_ms() - 50.0).abs() < 1e-6 && (one.throughput - 80.0).abs() < 1e-6, "{one:?}");
        let repairman = Watched::closed(10, 0.09, 0.01, 1);
        assert!((repairman.throughput - 83.203_677).abs() < 1e-5, "{repairman:?}");
        // Erlang's formula says 17.455 ms for four servers of which none has to watch.
        let four = Watched::open(320.0, 0.01, 4).response_ms();
        assert!((17.5..25.0).contains(&four), "{four}");
    }
}
