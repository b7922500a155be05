//! How slow code is at first: the models' curves against what was recorded.

use runtime_duel::sim::scenario::{Scenario, Warm};
use runtime_duel::sim::start::{Jit, Language, Start};
use runtime_duel::sim::time::Span;
use serde_json::Value;

/// A length of work in one recording.
struct Measured {
    /// Nominal length of each execution in ms.
    ms: f64,
    /// What it took once everything was compiled.
    steady_ms: f64,
    /// For some executions, how many there had been and what all of them together had taken.
    totals: Vec<(f64, f64)>,
}

impl Measured {
    /// How much longer than once compiled everything took until `work` ms of it were done, between two that were told.
    fn extra(&self, work: f64) -> f64 {
        let points: Vec<(f64, f64)> =
            self.totals.iter().map(|(n, total)| (n * self.steady_ms, total - n * self.steady_ms)).collect();
        let after = points.iter().position(|(done, _)| *done >= work).expect("it was done");
        let (to, (from, before)) = (points[after], if after == 0 { (0.0, 0.0) } else { points[after - 1] });
        before + (to.1 - before) * (work - from) / (to.0 - from)
    }
}

fn recorded(language: &str, work: &str) -> Vec<Measured> {
    let text = include_str!("../../calibrate/measurements/jit-epyc-2.json");
    let file: Value = serde_json::from_str(text).expect("it is JSON");
    let numbers = |value: &Value| -> Vec<f64> {
        value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
    };
    let lengths = file[language]["works"][work]["lengths"].as_array().expect("a list").iter().map(|length| Measured {
        ms: length["ms"].as_f64().expect("a number"),
        steady_ms: length["steady_ms"].as_f64().expect("a number"),
        totals: numbers(&length["executions"]).into_iter().zip(numbers(&length["total_ms"])).collect(),
    });
    lengths.collect()
}

fn jit(language: Language) -> Jit {
    Start::of(language, &Scenario { warm: Warm::Cold, ..Scenario::default() }).jit
}

/// How much longer the model takes for the first `work` ms.
fn modelled(language: Language, work: f64) -> f64 {
    jit(language).slow(Span::from_ms_f64(work)).as_ms_f64()
}

#[test]
fn what_is_compiled_depends_on_work_and_not_on_calls() {
    // Pieces of 0.25 to 20 ms: as often called as 80 times to one, as far compiled after the same work.
    for work in [21.0, 40.0, 80.0] {
        let extras: Vec<f64> = recorded("javascript", "document").iter().map(|one| one.extra(work)).collect();
        let (least, most) =
            (extras.iter().copied().fold(f64::MAX, f64::min), extras.iter().copied().fold(0.0, f64::max));
        assert!(extras.len() == 4 && most < 1.4 * least, "{extras:?} after {work} ms");
    }
}

#[test]
fn the_models_curves_are_those_that_were_measured() {
    for (language, name, most) in [(Language::JavaScript, "javascript", 0.15), (Language::Java, "java", 0.2)] {
        for one in recorded(name, "document") {
            let mut n_compared = 0;
            for (n, total) in &one.totals {
                let work = n * one.steady_ms;
                let ours = work + modelled(language, work);
                let off = ours / total - 1.0;
                n_compared += 1;
                assert!(off.abs() < most, "{name}, {n} times {} ms: {total} ms, here {ours}", one.ms);
            }
            assert!(n_compared > 10, "{name}, {} ms: {n_compared}", one.ms);
        }
    }
}

#[test]
fn a_tight_loop_is_compiled_much_sooner() {
    for one in recorded("javascript", "loop") {
        let extra = one.extra(20.5);
        assert!((1.5..3.0).contains(&extra), "{} ms: {extra}", one.ms);
        assert!(extra < modelled(Language::JavaScript, 20.5) / 6.0);
    }
}
