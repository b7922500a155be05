//! Requests drawn from distributions that no address offers, as recordings without an end.

use crate::sim::request::Class;
use crate::sim::rng::{Draws, Stream};
use crate::sim::scenario::Scenario;
use crate::sim::time::{Span, Time};
use crate::sim::workload::Recorded;

/// A distribution of bursts of mean 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// The sum of two exponentials.
    Erlang2,
    /// Anything from nothing to twice the mean.
    Uniform,
    /// Two exponentials: nine in ten of mean 0.5, one in ten of mean 5.5.
    Hyperexponential,
}

impl Law {
    /// A burst of mean 1 from uniform numbers in (0, 1], and its class.
    fn draw(self, [u1, u2]: [f64; 2]) -> (f64, Class) {
        match self {
            Self::Erlang2 => (-0.5 * (libm::log(u1) + libm::log(u2)), Class::Light),
            Self::Uniform => (2.0 * u1, Class::Light),
            Self::Hyperexponential if u2 <= 0.1 => (-5.5 * libm::log(u1), Class::Heavy),
            Self::Hyperexponential => (-0.5 * libm::log(u1), Class::Light),
        }
    }

    /// Poisson arrivals at the rate of `scenario` with bursts of its mean, without an end.
    pub fn drawing(self, scenario: &Scenario, replication: u32) -> impl Iterator<Item = Recorded> + use<> {
        let draws = Draws::new(scenario.seed, replication);
        let (rate, mean) = (scenario.rate, scenario.mean_burst());
        let mut arrival = Time::ZERO;
        (0..).map(move |nth: u64| {
            let [gap, _] = draws.uniforms(Stream::Arrival, nth, 0);
            arrival = arrival + Span::from_secs_f64(-libm::log(gap) / rate);
            let (factor, class) = self.draw(draws.uniforms(Stream::Request, nth, 0));
            Recorded { arrival, class, burst: mean.scaled(factor), wait: Span::ZERO }
        })
    }
}
