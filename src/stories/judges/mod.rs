//! A function for each story that asks for runs and says what they mean.
//!
//! Margins: 3 % of throughput is what the page calls noticeable; a quarter of a p99 latency is how closely the models are
//! held to measured ones, so nothing less is called longer.

mod compute;
mod latency;
mod many;
mod nodes;
mod start;
mod waiting;
mod whole;

use crate::experiment::Effort;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Scenario;
use crate::stats::interval::Interval;
use crate::stories::lab::{Asked, Case, Found, Lab};
use crate::stories::search::Crossing;
use crate::stories::words::plus_minus;
use crate::stories::{Figure, Outcome, Verdict, When};

/// Share of another one's throughput from which on one finishes as many.
const AS_MANY: f64 = 0.97;
/// Ratio of latencies up to which they are near.
const NEAR: f64 = 1.25;
/// Rounds of all requests that a trial takes, if nothing else is said.
const ROUNDS: u64 = 100;
/// The same where a search takes many trials.
const FEW_ROUNDS: u64 = 40;
/// Events of a trial at most; what is judged ends by time.
const MAX_EVENTS: (u64, u64) = (1_000_000, 4_000_000);

/// Judges the story named `id` in its `scenario`.
pub(super) fn judge(id: &str, lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    match id {
        "io-heavy" => waiting::io_heavy(lab, scenario),
        "cpu-bound" => compute::cpu_bound(lab, scenario),
        "worker-threads" => nodes::worker_threads(lab, scenario),
        "cluster" => nodes::cluster(lab, scenario),
        "fan-out" => many::fan_out(lab, scenario),
        "one-core" => compute::one_core(lab, scenario),
        "connections" => many::connections(lab, scenario),
        "tail" => latency::tail(lab, scenario),
        "gc" => latency::gc(lab, scenario),
        "jit" => start::jit(lab, scenario),
        "language" => compute::language(lab, scenario),
        "database" => waiting::database(lab, scenario),
        "scale-up" => compute::scale_up(lab, scenario),
        "almost-always" => whole::almost_always(lab, scenario),
        other => unreachable!("the list of stories has {other}, for which there is no judge"),
    }
}

/// `scenario` on `runtime` for the usual time.
fn case(runtime: RuntimeId, scenario: Scenario) -> Case {
    case_of(runtime, scenario, ROUNDS)
}

/// The same for so many rounds.
fn case_of(runtime: RuntimeId, scenario: Scenario, rounds: u64) -> Case {
    let effort = Effort::of(&scenario, runtime.usable_cores(&scenario), rounds, MAX_EVENTS);
    Case { runtime, scenario, scaled: [None; 2], effort }
}

/// Core time beside bursts, in ms a request.
fn overhead_ms(found: &Found) -> f64 {
    found.reading.overhead_us * 1e-3
}

fn throughput(found: &Found) -> f64 {
    found.reading.throughput
}

fn p99(found: &Found) -> f64 {
    found.reading.p99_ms
}

fn memory(found: &Found) -> f64 {
    found.memory_peak as f64 / 1e6
}

fn figure(name: impl Into<String>, unit: &'static str, value: Interval) -> Figure {
    Figure { name: name.into(), unit, value }
}

/// What a claim that holds below a crossing comes to.
fn holds_below(crossing: Crossing) -> Outcome {
    match crossing {
        Crossing::At(_) => Outcome::HoldsWhen,
        Crossing::Above => Outcome::Holds,
        Crossing::Below => Outcome::DoesNotHold,
    }
}

/// "up to 8.7 ± 0.2 % CPU", of a crossing to whose left it holds.
fn up_to(crossing: Crossing, unit: &str) -> String {
    match crossing {
        Crossing::At(value) => format!("up to {} {unit}", plus_minus(value)),
        Crossing::Above => "everywhere".to_owned(),
        Crossing::Below => "nowhere".to_owned(),
    }
}

/// When a claim holds below a crossing, if there is one.
fn when_below(crossing: Crossing, key: &'static str, text: impl FnOnce(&str) -> String, unit: &str) -> Option<When> {
    match crossing {
        Crossing::At(value) => Some(When { text: text(&up_to(crossing, unit)), key, value }),
        Crossing::Above | Crossing::Below => None,
    }
}

/// A crossing as a figure, if there is one.
fn place(name: impl Into<String>, unit: &'static str, crossing: Crossing) -> Option<Figure> {
    match crossing {
        Crossing::At(value) => Some(figure(name, unit, value)),
        Crossing::Above | Crossing::Below => None,
    }
}
