//! The sentence over the figure, from the run's own numbers. It claims no difference inside the confidence interval.

use crate::app::reasons::{alone, why_apart, why_tied};
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{Load, Scenario, Warm};
use crate::stats::curve::{Curve, Estimate};
use crate::stats::interval::Interval;
use crate::view::units::{count, fixed, milliseconds, number, per_second};

/// Less than that nobody would notice, even where the simulation can tell.
const NOTICEABLE: f64 = 0.03;
/// More than that is no noise even in the first, quick look, which has no interval yet: its pairs serve the same
/// requests, and where both runtimes keep up they differed by 1.6 % at most over 118 seeds and mixes.
const BEYOND_NOISE: f64 = 0.05;
/// Up to this ratio a percentage reads better.
const READS_AS_PERCENT: f64 = 1.3;

/// Why a batch is not finished: the queue of connections is full, and who is dropped too often tries no more.
const CLIENTS_GIVE_UP: &str = "more connect at once than can wait, and clients give up";

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
pub(super) struct Side {
    pub(super) id: RuntimeId,
    pub(super) idx: usize,
    pub(super) estimate: Estimate,
}

impl Side {
    /// Requests per second.
    pub(super) fn throughput(&self) -> f64 {
        self.estimate.throughput.mean
    }

    pub(super) fn name(&self) -> &'static str {
        match self.id {
            RuntimeId::Node => "the event loop",
            RuntimeId::NodeWorkers => "worker threads",
            RuntimeId::NodeCluster => "the cluster",
            RuntimeId::NodeService => "the loop with its service",
            RuntimeId::Go => "goroutines",
            RuntimeId::Threads => "threads",
            RuntimeId::Tokio => "Tokio's tasks",
        }
    }

    pub(super) fn is_plural(&self) -> bool {
        matches!(self.id, RuntimeId::NodeWorkers | RuntimeId::Go | RuntimeId::Threads | RuntimeId::Tokio)
    }
}

/// The names of `sides` in the order of the page, so that the sentence stands still while the leader changes:
/// "the event loop, the cluster and goroutines".
pub(super) fn names(sides: &[Side]) -> String {
    let mut out = String::new();
    let mut left = sides.len();
    let mut idx = 0;
    while left > 0 {
        if let Some(side) = sides.iter().find(|side| side.idx == idx) {
            out += side.name();
            left -= 1;
            out += match left {
                0 => "",
                1 => " and ",
                _ => ", ",
            };
        }
        idx += 1;
    }
    out
}

/// Whether a verb after these names is a plural.
pub(super) fn are_many(sides: &[Side]) -> bool {
    sides.len() > 1 || sides.iter().any(Side::is_plural)
}

/// The verdict on `runtimes` at the mix of `scenario`, whose `curve` it is; `None` as long as that is not known there.
#[must_use]
pub fn verdict(scenario: &Scenario, runtimes: &[RuntimeId], curve: &Curve) -> Option<Verdict> {
    // By throughput, the best first. Sorting in place costs kilobytes of code for a handful of items.
    let mut sides: Vec<Side> = Vec::new();
    for (idx, id) in runtimes.iter().copied().enumerate() {
        let estimate = curve.at(scenario.mix, idx)?;
        let at = sides.partition_point(|side| side.throughput() >= estimate.throughput.mean);
        sides.insert(at, Side { id, idx, estimate });
    }
    let (best, worst) = (*sides.first()?, *sides.last()?);
    let given = given(scenario);
    if let Some(dead) = sides.iter().find(|side| side.estimate.has_died) {
        let (finding, reason) = match dead.id {
            RuntimeId::Threads => {
                ("the process with threads dies", "it may have some 32 000 of them, and each client is one")
            }
            _ => ("Go's process dies", "it may have 10 000 threads, and each blocking call takes one"),
        };
        return Some(Verdict { given, finding: finding.to_owned(), reason: reason.to_owned() });
    }
    if let (Load::Batch, Some(cut)) = (scenario.load, sides.iter().rfind(|side| !side.estimate.is_complete)) {
        let does = if cut.is_plural() { "do" } else { "does" };
        let finding = format!("{} {does} not finish all {}", cut.name(), tasks(scenario));
        return Some(Verdict { given, finding, reason: CLIENTS_GIVE_UP.to_owned() });
    }
    if sides.iter().any(|side| !side.estimate.is_settled) {
        // A batch that is too long for the quick look may well come to its end in a longer one.
        let is_quick =
            sides.iter().any(|side| !side.estimate.is_settled && side.estimate.throughput.half.is_infinite());
        return Some(if scenario.load == Load::Batch && is_quick { unfinished(given) } else { unsettled(given) });
    }
    if sides.len() == 1 {
        let finishes = if best.is_plural() { "finish" } else { "finishes" };
        let finding = format!("{} {finishes} {}", best.name(), outcome(scenario, best.throughput()));
        return Some(Verdict { given, finding, reason: alone(scenario, &best) });
    }
    let Some(ratio) = curve.ratio(scenario.mix, best.idx, worst.idx) else { return Some(unsettled(given)) };
    Some(if is_tie(ratio) {
        let mean = best.throughput().midpoint(worst.throughput());
        let all = match sides.len() {
            2 => names(&sides),
            3 => "all three".to_owned(),
            _ => "all four".to_owned(),
        };
        let finding = format!("{all} tie at {}", outcome(scenario, mean));
        Verdict { given, finding, reason: why_tied(scenario, &sides) }
    } else {
        let level = |a: &Side, b: &Side| curve.ratio(scenario.mix, a.idx, b.idx).is_none_or(is_tie);
        // So close that a number said of the one is right of the other.
        let near = |a: &Side, b: &Side| a.throughput() / b.throughput() - 1.0 < (ratio.mean - 1.0) / 4.0;
        // Of those level with the worst always the same one is named, so that the sentence stands still.
        let is_last = |side: &&Side| near(side, &worst) && level(side, &worst) && !level(&best, side);
        let last = sides.iter().filter(is_last).min_by_key(|side| side.idx).copied().unwrap_or(worst);
        let ratio = curve.ratio(scenario.mix, best.idx, last.idx).unwrap_or(ratio);
        // Who can not be told from the best, but can be told from the last.
        let is_ahead =
            |side: &Side| side.idx == best.idx || (near(&best, side) && level(&best, side) && !level(side, &last));
        let ahead: Vec<Side> = sides.iter().copied().filter(is_ahead).collect();
        let than = (sides.len() > 2).then(|| last.name());
        let who =
            if ahead.len() > 1 && ahead.len() + 1 == sides.len() { "all others".to_owned() } else { names(&ahead) };
        let finding = finding(scenario, &who, are_many(&ahead), ratio, than);
        // Of those level with the best too: the last on the page, where Go is unless told otherwise.
        let first = ahead.iter().max_by_key(|side| side.idx).unwrap_or(&best);
        Verdict { given, finding, reason: why_apart(scenario, first, &last) }
    })
}

/// "goroutines finish 2.3 times as many requests as the event loop".
fn finding(scenario: &Scenario, who: &str, are_many: bool, ratio: Interval, than: Option<&str>) -> String {
    let finish = if are_many { "finish" } else { "finishes" };
    let about = if ratio.half.is_finite() { "" } else { "about " };
    let is_percent = ratio.mean < READS_AS_PERCENT;
    let much = if is_percent {
        format!("{about}{} %", fixed((ratio.mean - 1.0) * 100.0, 0, false))
    } else {
        format!("{about}{} times", fixed(ratio.mean, u32::from(ratio.mean < 9.95), false))
    };
    let (what, link) = match (scenario.load == Load::Batch, is_percent) {
        (true, true) => (format!("{} {much} faster", tasks(scenario)), "than"),
        (true, false) => (format!("{} {much} as fast", tasks(scenario)), "as"),
        (false, true) => (format!("{much} more requests"), "than"),
        (false, false) => (format!("{much} as many requests"), "as"),
    };
    match than {
        Some(worst) => format!("{who} {finish} {what} {link} {worst}"),
        None => format!("{who} {finish} {what}"),
    }
}

/// What is said where a run is too large for what is simulated of it.
fn unsettled(given: String) -> Verdict {
    let reason = "so many requests are under way that a round of them takes longer than is simulated here";
    Verdict { given, finding: "there is no settled result".to_owned(), reason: reason.to_owned() }
}

/// What is said of a batch before it was simulated long enough to end.
fn unfinished(given: String) -> Verdict {
    let reason = "so many tasks take longer than a quick look, and a longer one is under way";
    Verdict { given, finding: "there is no result yet".to_owned(), reason: reason.to_owned() }
}

fn is_tie(ratio: Interval) -> bool {
    let covers_one = ratio.low() <= 1.0 && ratio.high() >= 1.0;
    let apart = ratio.mean - 1.0;
    // Means and pairs that disagree on who is ahead say that nobody is.
    apart <= if ratio.half.is_finite() { NOTICEABLE } else { BEYOND_NOISE } || (covers_one && ratio.half.is_finite())
}

fn tasks(scenario: &Scenario) -> String {
    count(scenario.n_tasks, "task", "tasks")
}

fn given(scenario: &Scenario) -> String {
    let cores = count(scenario.n_cores, "core", "cores");
    let mix = number(scenario.mix);
    let at = if scenario.warm == Warm::Cold { "Just started, at" } else { "At" };
    match scenario.load {
        Load::Closed => {
            format!("{at} {mix} % CPU, {cores} and {},", count(scenario.n_clients, "client", "clients"))
        }
        Load::Open => format!("{at} {mix} % CPU, {cores} and {} arrivals per second,", number(scenario.rate)),
        Load::Batch => format!("{at} {mix} % CPU and {cores},"),
    }
}

/// "396 requests per second", "10 000 tasks in 12 s".
fn outcome(scenario: &Scenario, throughput: f64) -> String {
    if scenario.load == Load::Batch {
        // The throughput of a batch is its tasks over its makespan.
        format!("{} in {}", tasks(scenario), milliseconds(f64::from(scenario.n_tasks) * 1000.0 / throughput))
    } else {
        format!("{} requests per second", per_second(throughput))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::stats::replication::{Outcome, Replication};
    use crate::stats::tally::{Digest, Summary};

    /// A curve that is the same everywhere, from (throughput, busy cores) of the runtimes with some spread.
    pub(in crate::app) fn curve(of: &[(f64, f64)], spread: f64) -> Curve {
        let mut curve = Curve::new(of.len());
        for n in 0..4 {
            for (idx, (throughput, cores_busy)) in of.iter().copied().enumerate() {
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
            let verdict = verdict(&scenario, &[RuntimeId::Node, RuntimeId::Go], &curve(&[node, go], spread))
                .expect("the curve is known");
            assert_eq!(verdict.to_string(), sentence);
        }
    }

    #[test]
    fn a_difference_inside_the_interval_is_a_tie() {
        let verdict = verdict(
            &Scenario::default(),
            &[RuntimeId::Node, RuntimeId::Go],
            &curve(&[(360.0, 0.9), (396.0, 0.9)], 0.2),
        )
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
