//! A sample of the whole parameter space, and who is ahead where.
//!
//! The space is that of servers that are neither idle nor hopeless. Nobody knows how settings are distributed in the
//! world, so each dimension is taken evenly over the range that is given beside it, on a logarithmic scale where it
//! spans powers of ten. A Latin hypercube (McKay, Beckman and Conover, Technometrics 21, 1979) has every setting in a
//! part of its own of every dimension.

use crate::experiment::Effort;
use crate::sim::dist::Dist;
use crate::sim::rng::{Draws, Stream};
use crate::sim::scenario::{Arrivals, Io, Load, Scenario};
use crate::sim::time::Span;
use crate::stats::interval::Interval;
use crate::stories::costs::LANGUAGE;

/// Dimensions of the space.
const N_DIMENSIONS: usize = 13;
/// Demand of a request, in ms.
const DEMAND: (f64, f64) = (1.0, 1_000.0);
/// Offered CPU work, as a share of what the machine's cores can do in Go: servers are mostly at 10 to 50 % (Barroso and
/// Hölzle, "The case for energy-proportional computing", IEEE Computer 40, 2007), and here up to where queues get long.
const LOAD: (f64, f64) = (0.1, 0.9);
/// CPU time of an HTTP request besides its burst, to know what load is.
const HTTP: Span = Span::from_us(20);
/// Think time of closed clients, as multiples of the demand.
const THINK: (f64, f64) = (0.5, 20.0);
/// Memory that a request allocates, in KB: a trivial one 2.5 (`net/http`), a hundred times as much for a page.
const ALLOC: (f64, f64) = (2.5, 250.0);
/// What the database can run at once, as multiples of what is asked of it: from too little to plenty.
const DATABASE: (f64, f64) = (0.8, 8.0);
/// Connections to the database for each query that it can run at once.
const CONNECTIONS: f64 = 1.5;
/// Requests of a trial, and rounds of all that are in flight, whichever are more.
const N_REQUESTS: f64 = 2_000.0;
const N_ROUNDS: u64 = 8;
/// Events of a trial at most.
const MAX_EVENTS: u64 = 100_000;

/// Where the bands of the map end: mixes in percent ...
pub const MIXES: [f64; 5] = [20.0, 40.0, 60.0, 80.0, 100.0];
/// ... and cores.
pub const CORES: [u32; 4] = [1, 4, 16, 64];

/// Who is ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// Goroutines.
    Go,
    /// Nobody: the interval lies within the margins.
    Nobody,
    /// Node.js.
    Node,
    /// Too little was simulated to say.
    Unknown,
}

impl Ahead {
    /// Of a ratio that is above 1 where Go is better: `margin` away from 1, and on one side of it with its interval.
    #[must_use]
    pub fn of(ratio: Interval, margin: f64) -> Self {
        if ratio.mean >= margin && ratio.low() > 1.0 {
            Self::Go
        } else if ratio.mean <= 1.0 / margin && ratio.high() < 1.0 {
            Self::Node
        } else if ratio.low() > 1.0 / margin && ratio.high() < margin {
            Self::Nobody
        } else {
            Self::Unknown
        }
    }
}

/// Settings in one cell of the map, by who is ahead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Goroutines.
    pub n_go: u32,
    /// Nobody, as far as can be told.
    pub n_nobody: u32,
    /// Node.js.
    pub n_node: u32,
}

impl Cell {
    /// Counts one more.
    pub fn add(&mut self, ahead: Ahead) {
        match ahead {
            Ahead::Go => self.n_go += 1,
            Ahead::Nobody | Ahead::Unknown => self.n_nobody += 1,
            Ahead::Node => self.n_node += 1,
        }
    }

    /// All of them.
    #[must_use]
    pub fn n(&self) -> u32 {
        self.n_go + self.n_nobody + self.n_node
    }
}

/// Who is ahead where: by bands of cores and, in each, by bands of the mix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// By throughput.
    pub throughput: [[Cell; MIXES.len()]; CORES.len()],
    /// By p99 latency.
    pub p99: [[Cell; MIXES.len()]; CORES.len()],
}

impl Map {
    /// Counts a setting.
    pub fn add(&mut self, scenario: &Scenario, throughput: Ahead, p99: Ahead) {
        let mix = MIXES.iter().position(|end| scenario.mix <= *end).unwrap_or(MIXES.len() - 1);
        let cores = CORES.iter().position(|end| scenario.n_cores <= *end).unwrap_or(CORES.len() - 1);
        self.throughput[cores][mix].add(throughput);
        self.p99[cores][mix].add(p99);
    }
}

/// `n` settings of the space, each with a different part of every dimension.
#[must_use]
pub fn settings(seed: u64, n: u32) -> Vec<Scenario> {
    let draws = Draws::new(seed, 0);
    // A random order of the parts for each dimension, by sorting random numbers.
    let orders: Vec<Vec<u32>> = (0..N_DIMENSIONS as u32)
        .map(|dimension| {
            let key = |part: u32| draws.words(Stream::Runtime, u64::from(part), dimension)[0];
            let mut parts: Vec<u32> = (0..n).collect();
            parts.sort_by_key(|part| key(*part));
            parts
        })
        .collect();
    let point = |i: u32| {
        std::array::from_fn(|dimension| {
            // Somewhere in its part.
            let within = draws.uniforms(Stream::Client, u64::from(i), dimension as u32)[0];
            (f64::from(orders[dimension][i as usize]) + within) / f64::from(n)
        })
    };
    (0..n).map(|i| setting(point(i))).collect()
}

/// The scenario at a point of the unit cube.
fn setting(u: [f64; N_DIMENSIONS]) -> Scenario {
    let between = |u: f64, (from, to): (f64, f64)| from * libm::exp(libm::log(to / from) * u);
    let [mix, demand, cores, load, kind, arrivals, cpu, io_dist, bursts, io, language, alloc, database] = u;
    let spread = [Dist::Constant, Dist::Exponential, Dist::Lognormal, Dist::Bimodal];
    let one_of = |u: f64| spread[((u * 4.0) as usize).min(3)];
    let mix = (mix * 1_000.0).round() / 10.0;
    let demand = Span::from_ms_f64(between(demand, DEMAND));
    // From a half on, so that one core and 64 get their shares of a logarithmic scale.
    let n_cores = (between(cores, (0.5, 64.5)) + 0.5) as u32;
    let n_cores = n_cores.clamp(1, 64);
    let load = LOAD.0 + (LOAD.1 - LOAD.0) * load;
    let rate = load * f64::from(n_cores) / (demand.scaled(mix / 100.0) + HTTP).as_secs_f64();
    let think = demand.scaled(between(arrivals, THINK)).min(Span::from_ms(60_000));
    let in_flight = rate * demand.as_secs_f64();
    let wait = demand.scaled(1.0 - mix / 100.0).as_secs_f64();
    let db_capacity = (rate * wait * between(database, DATABASE) + 1.0).min(6_000.0);
    Scenario {
        mix,
        demand,
        n_bursts: between(bursts, (1.0, 10.99)) as u32,
        cpu_dist: one_of(cpu),
        io_dist: one_of(io_dist),
        load: if kind < 0.5 { Load::Closed } else { Load::Open },
        n_clients: (in_flight + rate * think.as_secs_f64()).clamp(1.0, 100_000.0) as u32,
        think,
        rate: rate.clamp(0.1, 1e6),
        arrivals: if arrivals < 0.5 { Arrivals::Poisson } else { Arrivals::Bursty },
        n_cores,
        // Half of all wait for other services, a third for a database, and a sixth for files.
        io: match io {
            io if io < 1.0 / 2.0 => Io::Network,
            io if io < 5.0 / 6.0 => Io::Database,
            _ => Io::File,
        },
        n_db_connections: (db_capacity * CONNECTIONS) as u32 + 1,
        db_capacity: db_capacity as u32,
        js_factor: between(language, LANGUAGE),
        alloc: (between(alloc, ALLOC) * 1024.0) as u64,
        ..Scenario::default()
    }
}

/// Requests per second that are asked for.
#[must_use]
pub fn asked_for(scenario: &Scenario) -> f64 {
    match scenario.load {
        Load::Closed => f64::from(scenario.n_clients) / (scenario.demand + scenario.think).as_secs_f64(),
        Load::Open | Load::Batch => scenario.rate,
    }
}

/// How many cores' work is asked for, in Go.
#[must_use]
pub fn work(scenario: &Scenario) -> f64 {
    asked_for(scenario) * (scenario.demand.scaled(scenario.mix / 100.0) + HTTP).as_secs_f64()
}

/// How long a trial of a setting is.
#[must_use]
pub fn effort(scenario: &Scenario) -> Effort {
    let rate = asked_for(scenario);
    let round = match scenario.load {
        Load::Closed => scenario.demand + scenario.think,
        Load::Open | Load::Batch => scenario.demand,
    };
    let length = Span::from_secs_f64(N_REQUESTS / rate).max(round * N_ROUNDS);
    Effort { length, max_events: MAX_EVENTS, settles_after: Span::ZERO }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_every_dimension_has_one_setting() {
        let n = 120;
        let all = settings(1, n);
        assert_eq!(all, settings(1, n), "the same seed");
        assert_ne!(all, settings(2, n), "another one");
        let mut mixes: Vec<f64> = all.iter().map(|scenario| scenario.mix).collect();
        mixes.sort_by(f64::total_cmp);
        for (part, mix) in mixes.iter().enumerate() {
            let (from, to) = (part as f64 * 100.0 / f64::from(n), (part + 1) as f64 * 100.0 / f64::from(n));
            assert!((from - 0.051..=to + 0.051).contains(mix), "{mix} is not in part {part}");
        }
        for scenario in &all {
            assert_eq!(scenario.validated(), Ok(*scenario));
        }
        let share = |is: &dyn Fn(&Scenario) -> bool| all.iter().filter(|one| is(one)).count();
        assert_eq!(share(&|one| one.load == Load::Open), 60);
        assert_eq!(share(&|one| one.io == Io::Network), 60);
        assert_eq!((share(&|one| one.io == Io::Database), share(&|one| one.io == Io::File)), (40, 20));
        assert_eq!(share(&|one| one.cpu_dist == Dist::Lognormal), 30);
        assert!(share(&|one| one.n_cores == 1) >= 10 && share(&|one| one.n_cores >= 32) >= 10);
    }

    #[test]
    fn ahead_is_who_is_so_by_more_than_the_margin_and_the_interval() {
        let ahead = |mean, half| Ahead::of(Interval { mean, half }, 1.03);
        assert_eq!((ahead(2.0, 0.1), ahead(0.5, 0.1)), (Ahead::Go, Ahead::Node));
        assert_eq!([ahead(1.02, 0.001), ahead(0.98, 0.005)], [Ahead::Nobody; 2]);
        assert_eq!([ahead(1.5, 0.6), ahead(1.0, 0.1), ahead(f64::INFINITY, f64::INFINITY)], [Ahead::Unknown; 3]);
    }

    #[test]
    fn the_map_counts_every_setting_once() {
        let mut map = Map::default();
        for scenario in settings(3, 60) {
            map.add(&scenario, Ahead::Go, Ahead::Nobody);
        }
        let n = |cells: [[Cell; MIXES.len()]; CORES.len()]| cells.iter().flatten().map(Cell::n).sum::<u32>();
        assert_eq!((n(map.throughput), n(map.p99)), (60, 60));
        assert_eq!(map.throughput.iter().flatten().map(|cell| cell.n_go).sum::<u32>(), 60);
    }
}
