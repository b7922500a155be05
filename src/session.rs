//! What a worker does, without the worker: takes messages, works in slices, answers.
//!
//! The same session runs inside a worker, on the page's own thread where none can start, and in native tests.

#[cfg(feature = "deep")]
mod deep;
#[cfg(not(feature = "deep"))]
mod light;
mod told;

use std::collections::VecDeque;

#[cfg(feature = "deep")]
use self::deep::{Depths, Shown, told};
#[cfg(not(feature = "deep"))]
use self::light::{Depths, Shown, told};
use crate::experiment::{Effort, Trial};
use crate::protocol::{BIN, Frame, FromWorker, RunId, RuntimeFrame, ToWorker};
use crate::session::told::{Tells as _, Told};
use crate::sim::run::Advance;
use crate::sim::runtime::{AnyRun, RuntimeId};
use crate::sim::scenario::Scenario;
use crate::sim::time::{Span, Time};

/// Events between two looks at the clock: a fraction of a millisecond.
const EVENTS_PER_LOOK: u64 = 1_000;

/// Events that a live run may take to fill its plot before the first frame: about half a second's work.
const PREROLL_EVENTS: u64 = 1_500_000;

/// The first look: every tenth of the mix, quickly. The bounds on events are above what the defaults take, so that both
/// runtimes cover the same simulated time and their ratio has little noise.
const COARSE_STEP: f64 = 10.0;
const COARSE_EVENTS: (u64, u64) = (45_000, 300_000);
const COARSE_ROUNDS: u64 = 45;

/// The refined curve: every fortieth of the mix and as many replications as a t-interval wants.
const FINE_STEP: f64 = 2.5;
const FINE_EVENTS: (u64, u64) = (100_000, 500_000);
const FINE_ROUNDS: u64 = 90;
/// Replications of each point of the refined curve.
pub const N_REPLICATIONS: u32 = 10;

#[derive(Debug)]
struct LiveRun {
    run: AnyRun<Shown>,
    /// Time goes on without a process that has died.
    is_dead: bool,
}

impl LiveRun {
    fn now(&self) -> Time {
        if self.is_dead { Time::MAX } else { self.run.now() }
    }
}

#[derive(Debug)]
struct Live {
    run: RunId,
    runs: Vec<LiveRun>,
    target: Time,
    wants_frame: bool,
    /// The frame waits until the target is reached: at the start, when a half empty plot would be of no use.
    is_prerolling: bool,
}

#[derive(Clone, Copy, Debug)]
struct Job {
    mix: f64,
    runtime_idx: u32,
    runtime: RuntimeId,
    replication: u32,
    is_coarse: bool,
}

#[derive(Debug)]
struct Curve {
    run: RunId,
    scenario: Scenario,
    jobs: VecDeque<Job>,
    current: Option<(Job, Trial<Told>)>,
}

/// A worker's work.
#[derive(Debug, Default)]
pub struct Session {
    live: Option<Live>,
    curve: Option<Curve>,
    is_held: bool,
    /// What is done for who looks deeper.
    depths: Depths,
}

impl Session {
    /// Takes note of `message`. The work is done by [`Session::work`].
    pub fn receive(&mut self, message: ToWorker) {
        match message {
            ToWorker::Live { run, scenario, runtimes, preroll_ns } => {
                let depths = &mut self.depths;
                let mut new = |runtime| AnyRun::new(runtime, &scenario, 0, depths.shown(runtime, &scenario));
                let runs = runtimes.iter().map(|r| LiveRun { run: new(r.0), is_dead: false }).collect();
                let target = Time::from_ns(preroll_ns);
                self.live = Some(Live { run, runs, target, wants_frame: true, is_prerolling: true });
            }
            ToWorker::Retune { run, scenario } => {
                if let Some(live) = self.live.as_mut().filter(|live| live.run == run) {
                    live.runs.iter_mut().for_each(|one| one.run.retune(&scenario));
                }
            }
            ToWorker::Credit { run, span_ns } => {
                if let Some(live) = self.live.as_mut().filter(|live| live.run == run) {
                    live.target = live.now() + Span::from_ns(span_ns);
                    live.wants_frame = true;
                }
            }
            ToWorker::Curve { run, scenario, runtimes, share, of } => {
                let runtimes: Vec<RuntimeId> = runtimes.iter().map(|r| r.0).collect();
                let jobs = jobs(&runtimes, scenario.mix)
                    .into_iter()
                    .skip(share as usize)
                    .step_by(of.max(1) as usize)
                    .collect();
                self.curve = Some(Curve { run, scenario, jobs, current: None });
            }
            ToWorker::Hold => self.is_held = true,
            ToWorker::Continue => self.is_held = false,
            ToWorker::Deep(message) => self.depths.asked(&message, self.live.as_mut()),
        }
    }

    /// Whether there is something to do.
    #[must_use]
    pub fn has_work(&self) -> bool {
        self.live.as_ref().is_some_and(|live| live.wants_frame)
            || self.live.is_some() && self.depths.wants_window()
            || (!self.is_held && (self.curve.is_some() || self.depths.has_study()))
    }

    /// Works until it is done or `is_late` says to stop, and gives the answers to `send`.
    pub fn work(&mut self, is_late: &dyn Fn() -> bool, send: &mut dyn FnMut(FromWorker)) {
        if let Some(live) = self.live.as_mut().filter(|live| live.wants_frame) {
            let kept_up = live.advance(is_late);
            if live.is_prerolling && !kept_up && live.n_events() < PREROLL_EVENTS {
                return;
            }
            live.is_prerolling = false;
            live.wants_frame = false;
            send(FromWorker::Frame(live.frame(kept_up)));
        }
        if let Some(live) = &mut self.live {
            self.depths.show(live, send);
        }
        while !self.is_held && !is_late() {
            self.depths.step_study(send);
            if let Some(curve) = &mut self.curve {
                if !curve.step(send) {
                    send(FromWorker::CurveDone(curve.run));
                    self.curve = None;
                }
            } else if !self.depths.has_study() {
                return;
            }
        }
    }
}

impl Live {
    /// The time that every runtime has reached.
    fn now(&self) -> Time {
        self.runs.iter().map(LiveRun::now).min().unwrap_or(self.target).min(self.target)
    }

    fn n_events(&self) -> u64 {
        self.runs.iter().map(|live| live.run.n_events()).sum()
    }

    /// Brings all runtimes to the target, always the one that is furthest behind; `false` if it got too late.
    fn advance(&mut self, is_late: &dyn Fn() -> bool) -> bool {
        // In steps of one bin, so that the runtimes stay side by side.
        while let Some(behind) = self.runs.iter_mut().min_by_key(|run| run.now()).filter(|run| run.now() < self.target)
        {
            let until = (behind.now() + BIN).min(self.target);
            loop {
                match behind.run.advance(until, EVENTS_PER_LOOK) {
                    Advance::OutOfEvents if is_late() => return false,
                    Advance::OutOfEvents => {}
                    advance => {
                        behind.is_dead = matches!(advance, Advance::Died(_));
                        break;
                    }
                }
            }
            if is_late() {
                return self.now() >= self.target;
            }
        }
        true
    }

    fn frame(&mut self, kept_up: bool) -> Frame {
        let now = self.now();
        let runtimes = self
            .runs
            .iter_mut()
            .map(|LiveRun { run, .. }| {
                let at = run.now().max(now);
                let memory_peak = run.memory_peak();
                let told = told(run);
                let (first_bin, completed) = told.tally_mut().bins_mut().map(|bins| bins.take(at)).unwrap_or_default();
                let depth = told.live_depth(at, memory_peak);
                let (in_flight, refused, n_events) = (run.n_in_flight() as u32, run.n_refused(), run.n_events());
                RuntimeFrame { first_bin, completed, in_flight, refused, n_events, depth }
            })
            .collect();
        Frame { run: self.run, now_ns: now.as_ns(), kept_up, runtimes }
    }
}

impl Curve {
    /// Goes on with the current replication or begins the next one; `false` if there is none.
    fn step(&mut self, send: &mut dyn FnMut(FromWorker)) -> bool {
        let Some((job, trial)) = &mut self.current else {
            let Some(job) = self.jobs.pop_front() else { return false };
            let scenario = Scenario { mix: job.mix, ..self.scenario };
            let effort =
                if job.is_coarse { coarse_effort(job.runtime, &scenario) } else { fine_effort(job.runtime, &scenario) };
            let run = AnyRun::new(job.runtime, &scenario, job.replication, Told::of(job.runtime, &scenario));
            let trial = Trial::of(run, &scenario, effort);
            self.current = Some((job, trial));
            return true;
        };
        if let Some(found) = trial.advance(EVENTS_PER_LOOK) {
            let Job { mix, runtime_idx, is_coarse, .. } = *job;
            let replication_idx = (!is_coarse).then_some(job.replication);
            let (replication, depth) = Told::parts(found);
            send(FromWorker::Point { run: self.run, mix, runtime_idx, replication_idx, replication, depth });
            self.current = None;
        }
        true
    }
}

/// How long a replication of the first look is.
#[must_use]
pub fn coarse_effort(runtime: RuntimeId, scenario: &Scenario) -> Effort {
    Effort::of(scenario, runtime.usable_cores(scenario), COARSE_ROUNDS, COARSE_EVENTS)
}

/// How long a replication of the refined curve is.
#[must_use]
pub fn fine_effort(runtime: RuntimeId, scenario: &Scenario) -> Effort {
    Effort::of(scenario, runtime.usable_cores(scenario), FINE_ROUNDS, FINE_EVENTS)
}

/// The mixes of the first look at the curve, in percent.
#[must_use]
pub fn coarse_mixes() -> Vec<f64> {
    mixes(COARSE_STEP)
}

/// The mixes of the refined curve, in percent, and the one that the reader looks at.
#[must_use]
pub fn fine_mixes(marked: f64) -> Vec<f64> {
    let mut all = mixes(FINE_STEP);
    if !all.contains(&marked) {
        all.push(marked);
    }
    all
}

fn mixes(step: f64) -> Vec<f64> {
    (0..=(100.0 / step) as u32).map(|i| f64::from(i) * step).collect()
}

/// Every replication of the curve in the order of its worth: the whole range quickly, then finer and finer; each time
/// with the mix `marked` that the reader looks at, which may lie between the others.
fn jobs(runtimes: &[RuntimeId], marked: f64) -> Vec<Job> {
    let mut jobs = Vec::new();
    let mut pass = |step: f64, replication: u32, is_coarse: bool| {
        let steps = mixes(step);
        let between = (!steps.contains(&marked)).then_some(marked);
        for mix in between.into_iter().chain(steps) {
            for (runtime_idx, runtime) in (0..).zip(runtimes.iter().copied()) {
                jobs.push(Job { mix, runtime_idx, runtime, replication, is_coarse });
            }
        }
    };
    pass(COARSE_STEP, 0, true);
    for replication in 0..N_REPLICATIONS {
        pass(FINE_STEP, replication, false);
    }
    jobs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Runtime;
    use std::cell::Cell;

    fn runtimes() -> Vec<Runtime> {
        [RuntimeId::Node, RuntimeId::Go].map(Runtime).to_vec()
    }

    fn collect(session: &mut Session, looks: usize) -> Vec<FromWorker> {
        let left = Cell::new(looks);
        let mut answers = Vec::new();
        session.work(
            &|| {
                left.set(left.get().saturating_sub(1));
                left.get() == 0
            },
            &mut |answer| answers.push(answer),
        );
        answers
    }

    #[test]
    fn without_credit_nothing_is_simulated() {
        let mut session = Session::default();
        let scenario = Scenario::default();
        session.receive(ToWorker::Live { run: RunId(1), scenario, runtimes: runtimes(), preroll_ns: 1_000_000_000 });
        assert!(session.has_work());
        let first = collect(&mut session, usize::MAX);
        let [FromWorker::Frame(frame)] = &first[..] else { panic!("expected one frame, got {first:?}") };
        assert_eq!((frame.now_ns, frame.kept_up), (1_000_000_000, true));
        assert!(!session.has_work());
        assert!(collect(&mut session, usize::MAX).is_empty());
        session.receive(ToWorker::Credit { run: RunId(0), span_ns: 1 });
        assert!(!session.has_work(), "a credit for a run that is over does nothing");
        session.receive(ToWorker::Credit { run: RunId(1), span_ns: 500 });
        let second = collect(&mut session, usize::MAX);
        assert!(matches!(&second[..], [FromWorker::Frame(f)] if f.now_ns == 1_000_000_500), "{second:?}");
    }

    #[test]
    fn a_runtime_that_dies_does_not_stop_the_clock() {
        // More blocking calls at once than a Go process may have threads.
        let scenario = crate::sim::scenario::Scenario {
            n_clients: 20_000,
            think: Span::ZERO,
            mix: 0.0,
            demand: Span::from_ms(10_000),
            io: crate::sim::scenario::Io::File,
            ..Scenario::default()
        };
        for (runtimes, n_completed) in [(runtimes(), 4), (vec![Runtime(RuntimeId::Go)], 0)] {
            let mut session = Session::default();
            session.receive(ToWorker::Live { run: RunId(1), scenario, runtimes, preroll_ns: 1_000_000_000 });
            session.receive(ToWorker::Credit { run: RunId(1), span_ns: 10_000_000_000 });
            let mut answers = collect(&mut session, 10_000);
            session.receive(ToWorker::Credit { run: RunId(1), span_ns: 5_000_000_000 });
            answers.extend(collect(&mut session, 10_000));
            let [FromWorker::Frame(first), FromWorker::Frame(second)] = &answers[..] else {
                panic!("expected two frames, got {answers:?}")
            };
            assert_eq!(second.now_ns, first.now_ns + 5_000_000_000);
            let completed = [first, second].map(|frame| frame.runtimes[0].completed.iter().sum::<u32>());
            assert_eq!(completed.iter().sum::<u32>(), n_completed, "{completed:?}");
        }
    }

    #[test]
    fn bins_of_small_credits_add_up_to_those_of_a_large_one() {
        let counts = |credits: &[u64]| {
            let mut session = Session::default();
            let scenario = Scenario::default();
            session.receive(ToWorker::Live { run: RunId(1), scenario, runtimes: runtimes(), preroll_ns: 0 });
            let mut bins = vec![Vec::new(); 2];
            for span_ns in credits {
                session.receive(ToWorker::Credit { run: RunId(1), span_ns: *span_ns });
                for answer in collect(&mut session, usize::MAX) {
                    let FromWorker::Frame(frame) = answer else { continue };
                    for (all, part) in bins.iter_mut().zip(&frame.runtimes) {
                        all.truncate(part.first_bin as usize);
                        all.extend(&part.completed);
                    }
                }
            }
            bins
        };
        let whole = counts(&[3_000_000_000]);
        assert_eq!(whole, counts(&[70_000_000; 42].iter().copied().chain([60_000_000]).collect::<Vec<_>>()));
        assert_eq!(whole[0].len(), 13);
        assert!(whole.iter().all(|bins| bins.iter().sum::<u32>() > 600));
    }

    #[test]
    fn shares_of_the_curve_make_up_the_whole_and_a_held_one_rests() {
        let points = |share, of| {
            let mut session = Session::default();
            let scenario = Scenario { n_clients: 1, ..Scenario::default() };
            session.receive(ToWorker::Curve { run: RunId(2), scenario, runtimes: runtimes(), share, of });
            session.receive(ToWorker::Hold);
            assert!(!session.has_work() && collect(&mut session, 100).is_empty());
            session.receive(ToWorker::Continue);
            let mut answers = Vec::new();
            while session.has_work() {
                answers.extend(collect(&mut session, 50));
            }
            assert!(matches!(answers.pop(), Some(FromWorker::CurveDone(RunId(2)))));
            answers
        };
        let whole = points(0, 1);
        assert_eq!(whole.len(), 22 + 82 * N_REPLICATIONS as usize);
        let (even, odd) = (points(0, 2), points(1, 2));
        assert_eq!(even.len() + odd.len(), whole.len());
        assert_eq!((&whole[0], &whole[1], &whole[2]), (&even[0], &odd[0], &even[1]));
    }
}
