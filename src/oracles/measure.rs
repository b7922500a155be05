//! What an oracle reads off a replication.

use std::fmt;

use crate::replicate::Found;
use crate::sim::scenario::{Load, Scenario};

/// Percentiles of the histogram are known to that part of themselves.
const HISTOGRAM: f64 = 1e-3;

/// What is read off a replication.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// Mean response time in milliseconds.
    Response,
    /// Mean response time of light requests in milliseconds.
    LightResponse,
    /// Mean response time of heavy requests in milliseconds.
    HeavyResponse,
    /// Response time in milliseconds that a share of the requests does not exceed.
    Quantile(f64),
    /// Mean response time less burst and wait, in milliseconds.
    Waiting,
    /// Mean number of requests in the system.
    InSystem,
    /// Completions per second.
    Throughput,
    /// Mean number of busy cores.
    BusyCores,
    /// Share of the arrivals that are refused.
    Refused,
    /// Little's law in the window: requests in the system over throughput times response time.
    Little,
    /// The utilization law in the window: busy cores over throughput times burst time.
    Utilization,
    /// The interactive law: clients over throughput times response and think time.
    Interactive,
    /// Little's law over the whole run, exactly: request nanoseconds off.
    LittleGap,
    /// The utilization law over the whole run, exactly: core nanoseconds off.
    UtilizationGap,
}

/// What a measure should be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    /// This.
    Value(f64),
    /// From this to that, where only a band is known.
    Band(f64, f64),
}

impl Expected {
    pub(super) fn distance(self, got: f64) -> f64 {
        match self {
            Self::Value(value) => (got - value).abs(),
            Self::Band(low, high) => (low - got).max(got - high).max(0.0),
        }
    }

    pub(super) fn size(self) -> f64 {
        match self {
            Self::Value(value) => value.abs(),
            Self::Band(low, high) => f64::midpoint(low, high),
        }
    }
}

impl Measure {
    /// What holds in every run of `scenario`, whatever it is.
    pub(super) fn identities(scenario: &Scenario) -> Vec<(Self, f64)> {
        let mut all = vec![(Self::Little, 1.0), (Self::LittleGap, 0.0), (Self::UtilizationGap, 0.0)];
        if scenario.mix > 0.0 {
            all.push((Self::Utilization, 1.0));
        }
        if scenario.load == Load::Closed {
            all.push((Self::Interactive, 1.0));
        }
        all
    }

    pub(super) fn bias(self) -> f64 {
        if matches!(self, Self::Quantile(_)) { HISTOGRAM } else { 0.0 }
    }

    pub(super) fn read(self, found: &Found, scenario: &Scenario) -> f64 {
        let figures = &found.figures;
        let response = || figures.latency().mean_ms().unwrap_or(f64::NAN);
        match self {
            Self::Response => response(),
            Self::LightResponse => figures.light.mean_ms().unwrap_or(f64::NAN),
            Self::HeavyResponse => figures.heavy.mean_ms().unwrap_or(f64::NAN),
            Self::Quantile(q) => figures.latency().quantile_ms(q).unwrap_or(f64::NAN),
            Self::Waiting => figures.waiting_ms,
            Self::InSystem => figures.in_system,
            Self::Throughput => figures.throughput,
            Self::BusyCores => figures.cores_busy,
            Self::Refused => figures.n_refused as f64 / (figures.n_refused + figures.n_arrived) as f64,
            Self::Little => figures.in_system / (figures.throughput * response() * 1e-3),
            Self::Utilization => figures.cores_busy / (figures.throughput * figures.served_ms * 1e-3),
            Self::Interactive => {
                let round = response() * 1e-3 + scenario.think.as_secs_f64();
                f64::from(scenario.n_clients) / (figures.throughput * round)
            }
            Self::LittleGap => found.little_gap.map_or(f64::NAN, |ns| ns as f64),
            Self::UtilizationGap => found.utilization_gap as f64,
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Response => f.write_str("response ms"),
            Self::LightResponse => f.write_str("response of light ms"),
            Self::HeavyResponse => f.write_str("response of heavy ms"),
            Self::Quantile(q) => write!(f, "p{} ms", q * 100.0),
            Self::Waiting => f.write_str("waiting ms"),
            Self::InSystem => f.write_str("in system"),
            Self::Throughput => f.write_str("throughput /s"),
            Self::BusyCores => f.write_str("busy cores"),
            Self::Refused => f.write_str("refused share"),
            Self::Little => f.write_str("L / XW"),
            Self::Utilization => f.write_str("U / XD"),
            Self::Interactive => f.write_str("N / X(R+Z)"),
            Self::LittleGap => f.write_str("Little, off by ns"),
            Self::UtilizationGap => f.write_str("busy - accounted ns"),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let digits = f.precision().unwrap_or(6);
        let text = match self {
            Self::Value(value) => format!("{value:.digits$}"),
            Self::Band(low, high) => format!("{low:.digits$}-{high:.digits$}"),
        };
        let width = f.width().unwrap_or(0);
        write!(f, "{text:>width$}")
    }
}
