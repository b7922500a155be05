//! The sentence over the figure, from the run's own numbers. It claims no difference inside the confidence interval.

use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{Io, Load, Scenario};
use crate::stats::curve::{Curve, Estimate};
use crate::stats::interval::Interval;
use crate::view::units::{count, fixed, number, per_second};

/// Less than that nobody would notice, even where the simulation can tell.
const NOTICEABLE: f64 = 0.03;
/// More than that is no noise even in the first, quick look, which has no interval yet: its pairs serve the same
/// requests, and where both runtimes keep up they differed by 1.6 % at most over 118 seeds and mixes.
const BEYOND_NOISE: f64 = 0.05;
/// Share of its cores that a runtime has to keep busy to count as out of CPU.
const FULL: f64 = 0.97;
/// Up to this ratio a percentage reads better.
const READS_AS_PERCENT: f64 = 1.3;

/// The verdict in parts: what is compared, what came out, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// "At 30 % CPU, 4 cores and 64 clients,".
    pub given: String,
    /// "goroutines finish 2.3 times as many requests".
    pub finding: String,
    /// "one core runs all of the event loop's JavaScript".
    pub reason: String,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}.", self.given, self.finding, self.reason)
    }
}

/// One runtime in the comparison.
#[derive(Clone, Copy)]
struct Side {
    id: RuntimeId,
    idx: usize,
    estimate: Estimate,
    /// Share of the cores it could use that are busy.
    fill: f64,
}

impl Side {
    fn is_full(&self) -> bool {
        self.fill >= FULL
    }

    fn name(&self) -> &'static str {
        match self.id {
            RuntimeId::Node => "the event loop",
            RuntimeId::NodeWorkers => "the event loop with worker threads",
            RuntimeId::NodeCluster => "the cluster of event loops",
            RuntimeId::Go => "goroutines",
        }
    }

    fn finish(&self) -> &'static str {
        match self.id {
            RuntimeId::Node | RuntimeId::NodeWorkers | RuntimeId::NodeCluster => "finishes",
            RuntimeId::Go => "finish",
        }
    }
}

/// The verdict on `runtimes` at the mix of `scenario`, whose `curve` it is; `None` as long as that is not known there.
#[must_use]
pub fn verdict(scenario: &Scenario, runtimes: &[RuntimeId], curve: &Curve) -> Option<Verdict> {
    // By throughput, the best first. Sorting in place costs kilobytes of code for a handful of items.
    let mut sides: Vec<Side> = Vec::new();
    for (idx, id) in runtimes.iter().copied().enumerate() {
        let estimate = curve.at(scenario.mix, idx)?;
        let fill = estimate.cores_busy / f64::from(id.usable_cores(scenario));
        let at = sides.partition_point(|side| side.estimate.throughput.mean >= estimate.throughput.mean);
        sides.insert(at, Side { id, idx, estimate, fill });
    }
    let (best, worst) = (*sides.first()?, *sides.last()?);
    let given = given(scenario);
    if sides.iter().any(|side| !side.estimate.is_settled) {
        return Some(unsettled(given));
    }
    if sides.len() == 1 {
        let x = per_second(best.estimate.throughput.mean);
        let finding = format!("{} {} {x} requests per second", best.name(), best.finish());
        return Some(Verdict { given, finding, reason: alone(scenario, &best) });
    }
    let Some(ratio) = curve.ratio(scenario.mix, best.idx, worst.idx) else { return Some(unsettled(given)) };
    // Means and pairs that disagree on who is ahead say that nobody is.
    Some(if is_tie(ratio) || ratio.mean < 1.0 {
        let x = per_second(best.estimate.throughput.mean.midpoint(worst.estimate.throughput.mean));
        // Always the same order, so that the sentence stands still while the leader changes.
        let (first, second) = if best.idx < worst.idx { (best, worst) } else { (worst, best) };
        let finding = format!("{} and {} tie at {x} requests per second", first.name(), second.name());
        Verdict { given, finding, reason: why_tied(scenario, &best, &worst) }
    } else {
        let about = if ratio.half.is_finite() { "" } else { "about " };
        let finding = format!("{} {} {about}{} requests", best.name(), best.finish(), how_many(ratio.mean));
        Verdict { given, finding, reason: why_apart(scenario, &best, &worst) }
    })
}

/// What is said where a run is too large for what is simulated of it.
fn unsettled(given: String) -> Verdict {
    let reason = "so many requests are under way that a round of them takes longer than is simulated here";
    Verdict { given, finding: "there is no settled result".to_owned(), reason: reason.to_owned() }
}

fn is_tie(ratio: Interval) -> bool {
    let covers_one = ratio.low() <= 1.0 && ratio.high() >= 1.0;
    let apart = (ratio.mean - 1.0).abs();
    if ratio.half.is_finite() { covers_one || apart < NOTICEABLE } else { apart < BEYOND_NOISE }
}

fn given(scenario: &Scenario) -> String {
    let cores = count(scenario.n_cores, "core", "cores");
    let load = match scenario.load {
        Load::Closed => count(scenario.n_clients, "client", "clients"),
        Load::Open => format!("{} arrivals per second", number(scenario.rate)),
        Load::Batch => count(scenario.n_tasks, "task", "tasks"),
    };
    format!("At {} % CPU, {cores} and {load},", number(scenario.mix))
}

fn how_many(ratio: f64) -> String {
    if ratio < READS_AS_PERCENT {
        format!("{} % more", fixed((ratio - 1.0) * 100.0, 0, false))
    } else if ratio < 9.95 {
        format!("{} times as many", fixed(ratio, 1, false))
    } else {
        format!("{} times as many", fixed(ratio, 0, false))
    }
}

fn demand_is_met(scenario: &Scenario) -> &'static str {
    match scenario.load {
        Load::Closed => "what the clients ask for",
        Load::Open => "every arrival",
        Load::Batch => "every task",
    }
}

fn alone(scenario: &Scenario, side: &Side) -> String {
    let met = demand_is_met(scenario);
    match (side.id, side.is_full()) {
        (RuntimeId::Node | RuntimeId::NodeWorkers | RuntimeId::NodeCluster, false) => {
            format!("it is not out of CPU and keeps up with {met}")
        }
        (RuntimeId::Go, false) => format!("they are not out of CPU and keep up with {met}"),
        (RuntimeId::Node, true) => "one core runs all of its JavaScript, and that core is full".to_owned(),
        (RuntimeId::NodeWorkers | RuntimeId::NodeCluster, true) => "all the cores that it can use are full".to_owned(),
        (RuntimeId::Go, true) => format!("{} full", all_cores(scenario)),
    }
}

/// "its one core is", "all 4 of their cores are".
fn all_cores(scenario: &Scenario) -> String {
    match RuntimeId::Go.usable_cores(scenario) {
        1 => "their one core is".to_owned(),
        n => format!("all {n} of their cores are"),
    }
}

fn why_tied(scenario: &Scenario, a: &Side, b: &Side) -> String {
    match (a.is_full(), b.is_full()) {
        (true, true) => "each has all the CPU that it can use, and it is full".to_owned(),
        (false, false) => format!("neither is out of CPU, so both keep up with {}", demand_is_met(scenario)),
        (true, false) | (false, true) => {
            let full = if a.is_full() { a } else { b };
            format!(
                "{} just about out of CPU",
                match full.id {
                    RuntimeId::Node => "the event loop's one core is",
                    RuntimeId::NodeWorkers | RuntimeId::NodeCluster => "Node.js is",
                    RuntimeId::Go => "goroutines are",
                }
            )
        }
    }
}

fn why_apart(scenario: &Scenario, best: &Side, worst: &Side) -> String {
    let reason = why_behind(scenario, best, worst);
    // Arrivals do not wait for anybody: who is full under open load falls behind for good.
    let grows = scenario.load == Load::Open && worst.is_full();
    if grows { reason + ", and ever more requests wait" } else { reason }
}

fn why_behind(scenario: &Scenario, best: &Side, worst: &Side) -> String {
    match (worst.id, worst.is_full()) {
        (RuntimeId::Node, true) if best.is_full() && best.id.usable_cores(scenario) > 1 => format!(
            "one core runs all of the event loop's JavaScript, while goroutines fill {}",
            count(best.id.usable_cores(scenario), "core", "cores")
        ),
        (RuntimeId::Node, true) if best.id.usable_cores(scenario) > 1 => {
            "one core runs all of the event loop's JavaScript, and that core is full".to_owned()
        }
        (RuntimeId::Node, true) if scenario.js_factor > 1.0 => {
            "the same work takes longer in JavaScript, and its one core is full".to_owned()
        }
        (RuntimeId::Node, true) => "each request costs the event loop more, and its one core is full".to_owned(),
        // Nobody queues for a core that is mostly idle.
        (RuntimeId::Node, false) if worst.fill < 0.5 && scenario.io == Io::Timer => {
            "the event loop's timers count whole milliseconds, so its requests wait longer".to_owned()
        }
        (RuntimeId::Node, false) if worst.fill < 0.5 => "each request takes longer in the event loop".to_owned(),
        (RuntimeId::Node, false) => format!(
            "the event loop's one core is {} % busy, and requests queue behind one another for it",
            fixed(worst.fill * 100.0, 0, false)
        ),
        (RuntimeId::NodeWorkers | RuntimeId::NodeCluster, true) => "all the cores that it can use are full".to_owned(),
        (RuntimeId::NodeWorkers | RuntimeId::NodeCluster, false) => {
            "its requests wait longer for a loop that is free".to_owned()
        }
        (RuntimeId::Go, true) if scenario.js_factor < 1.0 => {
            format!("the same work takes less time in JavaScript, and {} full", all_cores(scenario))
        }
        (RuntimeId::Go, true) => format!("{} full", all_cores(scenario)),
        (RuntimeId::Go, false) if scenario.io == Io::Timer => {
            "an idle Go process ends its timers on whole milliseconds, so its requests wait longer".to_owned()
        }
        (RuntimeId::Go, false) => {
            "goroutines wait longer for a core that is free or for a thread that looks for them".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::replication::{Outcome, Replication};
    use crate::stats::tally::{Digest, Summary};

    /// A curve that is the same everywhere, from (throughput, busy cores) of both runtimes with some spread.
    fn curve(node: (f64, f64), go: (f64, f64), spread: f64) -> Curve {
        let mut curve = Curve::new(2);
        for n in 0..4 {
            for (idx, (throughput, cores_busy)) in [node, go].into_iter().enumerate() {
                // The spread is each runtime's own.
                let sign = if (n + idx as u32).is_multiple_of(2) { 1.0 } else { -1.0 };
                let summary =
                    Summary { throughput: throughput * (1.0 + sign * spread), cores_busy, ..Summary::default() };
                let found = Replication { summary, digest: Digest::default(), n_events: 0, outcome: Outcome::Whole };
                curve.add(0.0, idx, Some(n), found);
            }
        }
        curve
    }

    #[test]
    fn the_sentence_says_what_the_numbers_say() {
        for (mix, node, go, spread, sentence) in [
            (
                5.0,
                (395.0, 0.4),
                (397.0, 0.42),
                0.001,
                "At 5 % CPU, 4 cores and 64 clients, the event loop and goroutines tie at 396 requests per second: \
              neither is out of CPU, so both keep up with what the clients ask for.",
            ),
            (
                30.0,
                (164.0, 1.0),
                (392.0, 2.4),
                0.001,
                "At 30 % CPU, 4 cores and 64 clients, goroutines finish 2.4 times as many requests: \
              one core runs all of the event loop's JavaScript, and that core is full.",
            ),
            (
                100.0,
                (50.0, 1.0),
                (200.0, 4.0),
                0.001,
                "At 100 % CPU, 4 cores and 64 clients, goroutines finish 4.0 times as many requests: \
              one core runs all of the event loop's JavaScript, while goroutines fill 4 cores.",
            ),
            (
                11.0,
                (360.0, 0.8),
                (396.0, 0.9),
                0.001,
                "At 11 % CPU, 4 cores and 64 clients, goroutines finish 10 % more requests: \
              the event loop's one core is 80 % busy, and requests queue behind one another for it.",
            ),
        ] {
            let scenario = Scenario { mix, ..Scenario::default() };
            let verdict = verdict(&scenario, &[RuntimeId::Node, RuntimeId::Go], &curve(node, go, spread))
                .expect("the curve is known");
            assert_eq!(verdict.to_string(), sentence);
        }
    }

    #[test]
    fn a_difference_inside_the_interval_is_a_tie() {
        let verdict =
            verdict(&Scenario::default(), &[RuntimeId::Node, RuntimeId::Go], &curve((360.0, 0.9), (396.0, 0.9), 0.2))
                .expect("known");
        assert!(verdict.finding.contains("tie"), "{verdict}");
    }

    #[test]
    fn what_has_not_settled_is_not_judged() {
        for (throughput, outcome) in [(0.0, Outcome::Whole), (300.0, Outcome::Unsettled)] {
            let mut curve = Curve::new(2);
            for (mix, node) in [(0.0, 400.0), (20.0, throughput), (40.0, 100.0)] {
                for (idx, throughput) in [node, 400.0].into_iter().enumerate() {
                    let summary = Summary { throughput, ..Summary::default() };
                    let outcome = if mix == 20.0 { outcome } else { Outcome::Whole };
                    curve.add(mix, idx, None, Replication { summary, digest: Digest::default(), n_events: 0, outcome });
                }
            }
            let verdict = verdict(&Scenario::default(), &[RuntimeId::Node, RuntimeId::Go], &curve).expect("known");
            assert_eq!(verdict.finding, "there is no settled result", "{verdict}");
        }
    }

    #[test]
    fn the_quick_look_claims_only_what_is_beyond_its_noise() {
        for (go, is_tie) in [(374.0, true), (396.0, false)] {
            let mut curve = Curve::new(2);
            for (idx, throughput) in [360.0, go].into_iter().enumerate() {
                let summary = Summary { throughput, ..Summary::default() };
                let found = Replication { summary, digest: Digest::default(), n_events: 0, outcome: Outcome::Whole };
                curve.add(20.0, idx, None, found);
            }
            let verdict = verdict(&Scenario::default(), &[RuntimeId::Node, RuntimeId::Go], &curve).expect("known");
            assert_eq!(verdict.finding.contains("tie"), is_tie, "{verdict}");
        }
    }

    #[test]
    fn an_unknown_curve_has_no_verdict() {
        assert_eq!(verdict(&Scenario::default(), &[RuntimeId::Node, RuntimeId::Go], &Curve::new(2)), None);
    }
}
