//! What a worker does for who looks deeper: judge stories, and record what goes on inside of the live run.

use crate::protocol::lanes::Window;
use crate::protocol::study::{FromStudy, ToStudy};
use crate::protocol::{FromWorker, decode, encode};
use crate::session::told::{Tells as _, Told};
use crate::session::{EVENTS_PER_LOOK, Live};
use crate::sim::runtime::{AnyRun, RuntimeId};
use crate::sim::scenario::Scenario;
use crate::sim::time::{Span, Time};
use crate::stats::lanes::Recorder;
use crate::study::Study;

/// Pieces of threads that are kept of each runtime while somebody looks inside: some megabytes.
const RECORDED_ROWS: usize = 20_000;

/// What a live run tells: also what goes on inside, if somebody looks.
pub(super) type Shown = (Told, Option<Recorder>);

/// What a live run has told, but for what goes on inside.
pub(super) fn told(run: &mut AnyRun<Shown>) -> &mut Told {
    &mut run.sink_mut().0
}

/// What is done for who looks deeper.
#[derive(Debug, Default)]
pub(super) struct Depths {
    study: Study,
    /// Whether live runs are recorded.
    is_watched: bool,
    /// Cores of the live run's machine.
    n_cores: u32,
    /// How much of the recording is wanted.
    window: Option<Span>,
}

impl Depths {
    /// Where a live run of `scenario` tells what it does.
    pub(super) fn shown(&mut self, runtime: RuntimeId, scenario: &Scenario) -> Shown {
        self.n_cores = scenario.n_cores;
        (Told::live(runtime, scenario), self.is_watched.then(|| Recorder::new(scenario.n_cores, RECORDED_ROWS)))
    }

    /// Takes note of a message of the annex. One that can not be read is of another build, and is for nobody.
    pub(super) fn asked(&mut self, message: &[u8], live: Option<&mut Live>) {
        match decode(message) {
            Ok(ToStudy::Judge(story)) => self.study.judge(story),
            Ok(ToStudy::Watch(is_watched)) => {
                self.is_watched = is_watched;
                let Some(live) = live else { return };
                for one in &mut live.runs {
                    one.run.sink_mut().1 = is_watched.then(|| Recorder::new(self.n_cores, RECORDED_ROWS));
                    one.run.introduce();
                }
            }
            Ok(ToStudy::Window(last_ns)) => self.window = Some(Span::from_ns(last_ns)),
            Err(_) => {}
        }
    }

    pub(super) fn wants_window(&self) -> bool {
        self.window.is_some()
    }

    /// Shows what was recorded of `live`, if that is wanted.
    pub(super) fn show(&mut self, live: &mut Live, send: &mut dyn FnMut(FromWorker)) {
        let Some(last) = self.window.take() else { return };
        let run_id = live.run;
        let windows = (0..).zip(&mut live.runs).filter_map(|(runtime_idx, one)| {
            let now = one.run.now();
            let from = Time::ZERO + now.since(Time::ZERO + last);
            let recorded = one.run.sink_mut().1.as_mut()?.window(now, from, now);
            Some(Window { run: run_id, runtime_idx, recorded })
        });
        send(FromWorker::Deep(encode(&FromStudy::Windows(windows.collect()))));
    }

    pub(super) fn has_study(&self) -> bool {
        self.study.has_work()
    }

    /// Works for the annex as much as for the curve.
    pub(super) fn step_study(&mut self, send: &mut dyn FnMut(FromWorker)) {
        if let Some(message) = self.study.step(EVENTS_PER_LOOK) {
            send(FromWorker::Deep(message));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::experiment::Trial;
    use crate::protocol::deep::{live, of_replication, replication};
    use crate::session::{coarse_effort, coarse_mixes};
    use crate::sim::runtime::RuntimeId;
    use crate::sim::scenario::Scenario;

    #[test]
    fn what_a_replication_was_like_comes_back_as_it_went_in_few_bytes() {
        for runtime in [RuntimeId::Node, RuntimeId::NodeCluster, RuntimeId::Go] {
            for mix in coarse_mixes() {
                let scenario = Scenario { mix, ..Scenario::default() };
                let (_, depth) = Trial::deep(runtime, &scenario, 0, coarse_effort(runtime, &scenario)).finish();
                let bytes = of_replication(depth.clone());
                assert_eq!(replication(&bytes), Some(depth), "{runtime:?} at {mix}");
                assert!(bytes.len() < 600, "{runtime:?} at {mix}: {} bytes", bytes.len());
            }
        }
        assert_eq!((replication(&[]), live(&[]), live(&[9, 9])), (None, None, None));
    }
}
