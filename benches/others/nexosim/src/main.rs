//! M/M/1 in NeXosim, as two connected models, the way its documentation does it: 80 arrivals a second, 10 ms of service.
//!
//! Prints customers per second of the fastest round, the mean time in the system in ms over all rounds, and of how many.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{Output, QuerySource};
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const N_ROUNDS: u64 = 3;

/// A cheap generator (SplitMix64): what is measured is the simulator.
#[derive(Serialize, Deserialize)]
struct Random(u64);

impl Random {
    fn exponential(&mut self, mean_ns: f64) -> Duration {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let uniform = (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
        // A delay of nothing is no future and would be refused.
        Duration::from_nanos((-uniform.ln() * mean_ns).max(1.0) as u64)
    }
}

#[derive(Serialize, Deserialize)]
struct Arrivals {
    customer: Output<()>,
    random: Random,
    n_left: u64,
}

#[Model]
impl Arrivals {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        self.next(cx);
    }

    fn next(&mut self, cx: &Context<Self>) {
        let gap = self.random.exponential(12.5e6);
        cx.schedule_event(gap, schedulable!(Self::arrive), ()).expect("it is in the future");
    }

    #[nexosim(schedulable)]
    async fn arrive(&mut self, _: (), cx: &Context<Self>) {
        self.customer.send(()).await;
        self.n_left -= 1;
        if self.n_left > 0 {
            self.next(cx);
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Server {
    /// When everybody in the system arrived; the first is being served.
    customers: VecDeque<MonotonicTime>,
    random: Random,
    n_served: u64,
    total: Duration,
}

#[Model]
impl Server {
    async fn customer(&mut self, _: (), cx: &Context<Self>) {
        self.customers.push_back(cx.time());
        if self.customers.len() == 1 {
            self.serve(cx);
        }
    }

    fn serve(&mut self, cx: &Context<Self>) {
        let service = self.random.exponential(10e6);
        cx.schedule_event(service, schedulable!(Self::done), ()).expect("it is in the future");
    }

    #[nexosim(schedulable)]
    async fn done(&mut self, _: (), cx: &Context<Self>) {
        let arrived = self.customers.pop_front().expect("somebody is being served");
        self.total += cx.time().duration_since(arrived);
        self.n_served += 1;
        if !self.customers.is_empty() {
            self.serve(cx);
        }
    }

    async fn outcome(&mut self) -> (u64, f64) {
        (self.n_served, self.total.as_secs_f64())
    }
}

/// How many were served, and their seconds in the system altogether.
fn round(seed: u64, n_customers: u64) -> Outcome<(u64, f64)> {
    let random = |stream: u64| Random((2 * seed + stream).wrapping_mul(0xD134_2543_DE82_EF95));
    let mut arrivals = Arrivals { customer: Output::default(), random: random(0), n_left: n_customers };
    let server = Server { customers: VecDeque::new(), random: random(1), n_served: 0, total: Duration::ZERO };
    let (arrivals_box, server_box) = (Mailbox::new(), Mailbox::new());
    arrivals.customer.connect(Server::customer, &server_box);
    // With one thread, as for the others: two models that wait for each other gain nothing from more.
    let mut bench = SimInit::with_num_threads(1);
    let outcome = QuerySource::new().connect(Server::outcome, &server_box).register(&mut bench);
    let mut simulation = bench
        .add_model(arrivals, arrivals_box, "arrivals")
        .add_model(server, server_box, "server")
        .init(MonotonicTime::EPOCH)?;
    simulation.run()?;
    Ok(simulation.process_query(&outcome, ())?)
}

/// The version that the manifest pins.
fn version() -> &'static str {
    let pinned = include_str!("../Cargo.toml").split_once("nexosim = \"=");
    pinned.and_then(|(_, rest)| rest.split('"').next()).unwrap_or("of an unknown version")
}

fn main() -> Outcome<()> {
    let n_customers: u64 = std::env::args().nth(1).ok_or("expected how many customers a round has")?.parse()?;
    let (mut least, mut n, mut seconds) = (f64::INFINITY, 0, 0.0);
    for seed in 0..N_ROUNDS {
        let begin = Instant::now();
        let (n_served, total) = round(seed, n_customers)?;
        least = f64::min(least, begin.elapsed().as_secs_f64());
        n += n_served;
        seconds += total;
    }
    let (speed, mean_ms) = (n as f64 / N_ROUNDS as f64 / least, seconds * 1e3 / n as f64);
    println!("mm1-nexosim {speed:.0} {mean_ms:.3} {n} NeXosim {}, one thread", version());
    Ok(())
}
