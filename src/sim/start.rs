//! A process that has just been started: how long that takes, and how slow code is that no compiler has optimized yet.
//!
//! Whoever models a runtime asks for the [`Start`] of its language, lets its first thread work for [`Start::process`], and
//! adds [`Jit::slow`] to whatever it executes. A program that has been running for long has neither.
//!
//! A compiler that works while the program runs counts work, not calls. V8 11.3 (Node 20) gives a function its feedback
//! and Sparkplug's code once it has executed 8 times its own bytecode (`--interrupt-budget-factor-for-feedback-allocation`,
//! in batches of `--baseline-batch-compilation-threshold`), and TurboFan's after 3 ticks and one for each 150 bytes of it,
//! a tick being 66 KB of executed bytecode (`src/execution/tiering-manager.cc` `OnInterruptTick`, `ShouldOptimize`;
//! `--interrupt-budget=67584 --ticks-before-optimization=3 --bytecode-size-allowance-per-tick=150`; Maglev is off,
//! `--no-maglev`). HotSpot counts calls and loops: 200 and 5,000 calls, or 60,000 and 40,000 turns of a loop
//! (`Tier3InvocationThreshold`, `Tier4InvocationThreshold`, `Tier3BackEdgeThreshold`, `Tier4BackEdgeThreshold` of
//! `compiler/compiler_globals.hpp`, JDK 17 and 25). So what counts here is the time for which code has been executed, as
//! long as it takes once it is compiled; bursts of 0.25 to 20 ms were measured to follow one curve.
//!
//! Left out: that one program has more code than another (a tight loop is compiled after 2 ms, a large application
//! takes longer than what was measured), code caches and class data sharing of one's own, optimizations that turn out
//! wrong, the CPU time of compilers on other threads, and modules that are loaded after the start.

use crate::sim::scenario::{CostModel, Scenario, Warm};
use crate::sim::time::Span;

/// What a program is written in, and what executes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// JavaScript on V8, in Node.js.
    JavaScript,
    /// Java on HotSpot.
    Java,
    /// Go, compiled ahead.
    Go,
    /// Rust, compiled ahead.
    Rust,
}

/// How long a program is looked at that starts with the run, if nothing is said: long enough for what comes while it
/// starts to be one request in a hundred or two, and for code to be compiled where much is computed.
pub const WINDOW: Span = Span::from_ms(3_000);

/// From `exec` to the answer to a first trivial request, of a server that does nothing else.
///
/// Node.js: 53.6 ms at the median (lukechilds/reverse-shell#38 of 2026-02, Node 22.14 on an M4 Max; 22 to 108 ms), 70 to 77
/// ms measured with `calibrate/node/start.mjs`, as all others here (Node 20.20 on a busy 2-core AMD EPYC virtual machine).
const NODE_PROCESS: Span = Span::from_ms(55);
/// Go: 3.28 ms at the median (the same source, Go 1.26), 3.4 to 4.5 ms measured (Go 1.27.3).
const GO_PROCESS: Span = Span::from_ms(3);
/// Java: 678 ms measured of Tomcat 10.1.60, embedded and with one servlet (OpenJDK 25.0.3), which took 1.8 cores meanwhile;
/// 111 to 127 ms of the JDK's own HTTP server with a pool of 200 threads (OpenJDK 17 and 25). Frameworks take 0.9 to 9.5 s
/// (quarkus.io, boot and first response).
const JAVA_PROCESS: Span = Span::from_ms(680);
/// Rust: 1.3 to 3 ms measured with the standard library's listener and a thread for each connection (Rust 1.95), 1.3 of
/// them computing.
const RUST_PROCESS: Span = Span::from_us(1_400);
/// A worker thread of Node.js: 25 to 26 ms until its first message (Node 20.20 and 24.21), 28 to 33 on the busy machine.
const NODE_WORKER: Span = Span::from_ms(25);

/// Work that has been executed, in µs as it takes once it is compiled, and how much longer it had taken in all by then.
type Curve = &'static [(u64, u64)];

/// JavaScript, measured with `calibrate/node/jit.mjs`: some 30 functions that parse, check, sort and render a document.
/// Recorded in `calibrate/measurements/jit-epyc-2.json`; `tests/it/cold.rs` holds the two against each other.
const JAVASCRIPT: Curve = &[
    (250, 3_100),
    (1_000, 5_500),
    (4_000, 10_300),
    (10_000, 15_500),
    (20_000, 20_500),
    (40_000, 28_000),
    (60_000, 32_000),
    (100_000, 35_500),
    (200_000, 38_000),
];

/// Java, measured with `calibrate/java/Jit.java`, which does the same: loading classes is in it.
const JAVA: Curve = &[
    (250, 45_000),
    (1_000, 88_000),
    (4_000, 250_000),
    (10_000, 385_000),
    (20_000, 490_000),
    (40_000, 590_000),
    (60_000, 650_000),
    (100_000, 730_000),
    (150_000, 800_000),
    (250_000, 840_000),
];

/// What starting takes in a scenario: nothing if it is warm, or if nothing costs anything.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// CPU time of one core until a process can be reached.
    pub process: Span,
    /// The same of a further thread with an isolate of its own.
    pub isolate: Span,
    /// How slow its code is at first: one for each isolate, or for each process where threads share their code.
    pub jit: Jit,
}

impl Start {
    /// The start of a program in `language` as `scenario` has it.
    #[must_use]
    pub fn of(language: Language, scenario: &Scenario) -> Self {
        if scenario.warm == Warm::Warm || scenario.costs == CostModel::Zero {
            return Self { process: Span::ZERO, isolate: Span::ZERO, jit: Jit::compiled() };
        }
        let (process, isolate, curve) = match language {
            Language::JavaScript => (NODE_PROCESS, NODE_WORKER, JAVASCRIPT),
            Language::Java => (JAVA_PROCESS, Span::ZERO, JAVA),
            Language::Go => (GO_PROCESS, Span::ZERO, &[] as Curve),
            Language::Rust => (RUST_PROCESS, Span::ZERO, &[] as Curve),
        };
        Self { process, isolate, jit: Jit { curve, done: Span::ZERO, factor: 1.0 } }
    }

    /// The same with processes and isolates that take `start` times as long, and code that takes `jit` times as much
    /// longer until it is compiled.
    #[must_use]
    pub fn times(self, start: f64, jit: f64) -> Self {
        let jit = Jit { factor: jit, ..self.jit };
        Self { process: self.process.scaled(start), isolate: self.isolate.scaled(start), jit }
    }
}

/// How far the code of an isolate is compiled.
#[derive(Clone, Copy, Debug)]
pub struct Jit {
    curve: Curve,
    /// How much it has executed, as long as that takes once it is compiled.
    done: Span,
    /// How many times as much longer than the curve has it.
    factor: f64,
}

impl Jit {
    /// Code that is compiled.
    #[must_use]
    pub const fn compiled() -> Self {
        Self { curve: &[], done: Span::ZERO, factor: 1.0 }
    }

    /// Executes what takes `work` once it is compiled: how much longer it takes now. The same whether it is executed in
    /// one piece or in several.
    pub fn slow(&mut self, work: Span) -> Span {
        // It may be zero, in the longest part of all runs.
        let Some((last, _)) = self.curve.last() else { return Span::ZERO };
        if self.done >= Span::from_us(*last) {
            return Span::ZERO;
        }
        let before = self.extra().scaled(self.factor);
        self.done += work;
        self.extra().scaled(self.factor) - before
    }

    /// How much longer everything that was executed has taken.
    fn extra(&self) -> Span {
        let done = self.done.as_ns();
        let mut from = (0, 0);
        for (work, extra) in self.curve.iter().map(|(work, extra)| (work * 1_000, extra * 1_000)) {
            if done < work {
                return Span::from_ns(from.1 + (extra - from.1) * (done - from.0) / (work - from.0));
            }
            from = (work, extra);
        }
        Span::from_ns(from.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cold(language: Language) -> Start {
        Start::of(language, &Scenario { warm: Warm::Cold, ..Scenario::default() })
    }

    #[test]
    fn what_is_warm_or_costs_nothing_starts_at_once_and_is_compiled() {
        let scenario = Scenario::default();
        for scenario in [scenario, Scenario { costs: CostModel::Zero, warm: Warm::Cold, ..scenario }] {
            let Start { process, isolate, mut jit } = Start::of(Language::Java, &scenario);
            assert_eq!((process, isolate, jit.slow(Span::from_ms(3))), (Span::ZERO, Span::ZERO, Span::ZERO));
        }
    }

    #[test]
    fn what_counts_is_work_and_not_in_how_many_pieces_it_comes() {
        for language in [Language::JavaScript, Language::Java, Language::Go] {
            let (mut whole, mut pieces) = (cold(language).jit, cold(language).jit);
            let in_pieces = (0..700).fold(Span::ZERO, |sum, i| sum + pieces.slow(Span::from_ns(1_000 * i + 7)));
            let in_one = whole.slow((0..700).fold(Span::ZERO, |sum, i| sum + Span::from_ns(1_000 * i + 7)));
            assert_eq!(in_one, in_pieces, "{language:?}");
            assert_eq!(in_one.is_zero(), language == Language::Go);
        }
    }

    #[test]
    fn every_execution_is_at_least_as_fast_as_the_one_before_it() {
        for (language, total) in [(Language::JavaScript, 38_000), (Language::Java, 840_000)] {
            let mut jit = cold(language).jit;
            let extras: Vec<Span> = (0..1_000).map(|_| jit.slow(Span::from_us(250))).collect();
            // Rounded down at both ends of each.
            assert!(extras.windows(2).all(|pair| pair[1] <= pair[0] + Span::from_ns(1)), "{language:?} {extras:?}");
            assert_eq!(extras.iter().fold(Span::ZERO, |sum, extra| sum + *extra), Span::from_us(total));
            // A quarter of a second of it is enough for V8; Java goes on.
            assert!(language == Language::Java || extras.last() == Some(&Span::ZERO));
            assert!(extras.last() < extras.first());
        }
    }
}
