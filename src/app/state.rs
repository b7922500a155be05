//! The page's state and what changes it: `update(&mut State, Action) -> Vec<Effect>`, free of any browser.

use crate::app::comparison::Comparison;
use crate::app::history::History;
use crate::app::live::Live;
use crate::app::params::{Note, Param};
use crate::app::permalink;
use crate::app::settings::Settings;
use crate::app::verdict::{Verdict, verdict};
use crate::protocol::{FromWorker, RunId};
use crate::session::coarse_mixes;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{Load, Scenario, Warm};
use crate::sim::time::Span;
use crate::view::series::LIVE_SECONDS;

/// One press of the step button, simulated.
pub const STEP: Span = Span::from_ms(100);

/// What the slider moves by, in percent: both knees of the defaults lie on it.
pub const MIX_STEP: f64 = 0.5;

/// A frame that took longer than this was no frame: the page was hidden or the machine slept.
const LONGEST_FRAME_MS: f64 = 100.0;

/// Everything the page shows.
#[derive(Clone, Debug)]
pub struct State {
    /// What the address says.
    pub settings: Settings,
    /// What an empty address means here.
    pub defaults: Settings,
    /// What the address said when the page began.
    pub began: Settings,
    /// What the settings were before, to go back to.
    pub history: History,
    /// What had to be changed in the address.
    pub notes: Vec<Note>,
    /// Where the slider was when the plot was taken hold of.
    grabbed: Option<f64>,
    /// How often a setting was to be changed, with or without success.
    pub n_sets: u32,
    /// The curve that is shown, with what it is the curve of.
    pub shown: Comparison,
    /// The curve of new settings, until it covers the whole range: the old one is shown meanwhile.
    pub(super) incoming: Option<Comparison>,
    /// The verdict that is shown.
    pub verdict: Option<Verdict>,
    /// The live run.
    pub live: Live,
    /// The live run whose frames are wanted.
    pub live_run: RunId,
    /// The curve whose points are wanted.
    pub curve_run: RunId,
    /// Nothing can be simulated in this browser.
    pub is_lost: bool,
    /// How many workers have finished their share of the curve.
    pub n_curve_done: u32,
}

/// Something that happened to the page.
#[derive(Clone, Debug)]
pub enum Action {
    /// A control was moved: this row of the table, to this text.
    Set(&'static Param, String),
    /// The plot was taken hold of.
    Grab,
    /// What was dragged since then was not meant.
    LetGo,
    /// The slider or the plot was dragged to this mix, in percent.
    Drag(f64),
    /// A drag or a change has come to its end.
    Commit,
    /// Play or pause.
    Toggle,
    /// Pause, or play.
    Rest(bool),
    /// What a query says, on top of what is set; a key without a value goes back to its default.
    Adjust(String),
    /// One small step of simulated time.
    Step,
    /// The live run begins again.
    Reset,
    /// All settings back to what an empty address means.
    Defaults,
    /// All settings back to what the address said when the page began.
    Begin,
    /// What a query says, shown as things are shown now.
    Visit(String),
    /// The last change is taken back.
    Undo,
    /// What was taken back is made again.
    Redo,
    /// A frame was shown, so many milliseconds after the last one.
    Tick(f64),
    /// A worker has answered.
    Worker(FromWorker),
    /// All workers were lost and are there again.
    Restart,
}

/// Something to be done to the world.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Begin a live run.
    StartLive,
    /// Compute the curve anew.
    StartCurve,
    /// New requests of the live run are made from the new settings.
    Retune,
    /// The live run may go on for so long.
    Credit(Span),
    /// The address becomes this query.
    WriteAddress(String),
    /// Say this to who can not see the figure.
    Announce(String),
}

impl State {
    /// The state for an address, and what it takes to get going.
    #[must_use]
    pub fn new(query: &str, defaults: Settings) -> (Self, Vec<Effect>) {
        let (settings, notes) = permalink::parse(query, &defaults);
        let mut state = Self {
            // That of the first curve, which is begun at once.
            shown: Comparison::of(&settings, RunId(1)),
            history: History::new(&settings),
            began: settings.clone(),
            settings,
            defaults,
            notes,
            incoming: None,
            verdict: None,
            live: Live::default(),
            live_run: RunId(0),
            curve_run: RunId(0),
            grabbed: None,
            n_sets: 0,
            is_lost: false,
            n_curve_done: 0,
        };
        let effects = state.restart();
        (state, effects)
    }

    /// Whether there is a computed result to show.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.shown.curve.covers(&coarse_mixes())
    }

    /// Whether what is shown is of what is set, and not of what was set before.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.incoming.is_none()
    }

    /// Simulated time that a new live run does at once, so that its plot is not empty.
    #[must_use]
    pub fn preroll(&self) -> Span {
        // A batch is watched from its beginning, and so is a process that starts.
        if self.settings.scenario.load == Load::Batch || self.settings.scenario.warm == Warm::Cold {
            return Span::ZERO;
        }
        // The first point of a line is the mean of its first second, and the last bin is not whole yet.
        Span::from_secs_f64(LIVE_SECONDS + 1.5)
    }

    /// Changes the state.
    pub fn update(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Set(param, text) => self.set(param, &text),
            Action::Grab => {
                self.grabbed = Some(self.settings.scenario.mix);
                Vec::new()
            }
            Action::LetGo => match self.grabbed.take() {
                Some(mix) => {
                    let scenario = self.settings.scenario;
                    self.settings.scenario.mix = mix;
                    self.settled(scenario)
                }
                None => Vec::new(),
            },
            // A pointer over a figure without width has no place on its axis.
            Action::Drag(mix) if !mix.is_finite() => Vec::new(),
            Action::Drag(mix) => {
                let scenario = self.settings.scenario;
                self.settings.scenario.mix = ((mix / MIX_STEP).round() * MIX_STEP).clamp(0.0, 100.0);
                self.settled(scenario)
            }
            Action::Commit => {
                self.grabbed = None;
                self.history.note(&self.settings);
                let mut effects = vec![Effect::WriteAddress(self.query())];
                effects.extend(self.verdict.as_ref().map(|verdict| Effect::Announce(verdict.to_string())));
                effects
            }
            Action::Toggle => {
                self.settings.is_paused = !self.settings.is_paused;
                vec![Effect::WriteAddress(self.query())]
            }
            Action::Rest(rests) if rests == self.settings.is_paused => Vec::new(),
            Action::Rest(_) => self.update(Action::Toggle),
            Action::Adjust(query) => {
                let (settings, notes) = permalink::adjust(&query, &self.settings, &self.defaults);
                if settings == self.settings && notes == self.notes {
                    return Vec::new();
                }
                self.visit((settings, notes))
            }
            Action::Step => {
                self.settings.is_paused = true;
                self.live.is_waiting = true;
                vec![Effect::Credit(STEP), Effect::WriteAddress(self.query())]
            }
            Action::Reset => self.restart_live(),
            Action::Defaults => self.visit((self.defaults.clone(), Vec::new())),
            Action::Begin => self.visit((self.began.clone(), Vec::new())),
            Action::Visit(query) => {
                let Settings { view, theme, speed, is_paused, .. } = self.settings;
                let as_shown = Settings { view, theme, speed, is_paused, ..self.defaults.clone() };
                self.visit(permalink::parse(&query, &as_shown))
            }
            Action::Undo | Action::Redo => {
                let there = if matches!(action, Action::Undo) { self.history.undo() } else { self.history.redo() };
                let is_paused = self.settings.is_paused;
                there.map_or_else(Vec::new, |settings| self.visit((Settings { is_paused, ..settings }, Vec::new())))
            }
            Action::Tick(ms) => self.tick(ms),
            Action::Worker(answer) => self.heard(answer),
            Action::Restart => self.restart(),
        }
    }

    fn visit(&mut self, (settings, notes): (Settings, Vec<Note>)) -> Vec<Effect> {
        let before = std::mem::replace(&mut self.settings, settings);
        self.notes = notes;
        self.changed(before.scenario, &before.runtimes)
    }

    fn set(&mut self, param: &Param, text: &str) -> Vec<Effect> {
        let (scenario, runtimes) = (self.settings.scenario, self.settings.runtimes.clone());
        let note = param.set(&mut self.settings, text);
        self.n_sets = self.n_sets.wrapping_add(1);
        self.notes.retain(|Note(text)| !text.starts_with(&format!("{}:", param.key)));
        self.notes.extend(note);
        self.changed(scenario, &runtimes)
    }

    /// Settings have changed from what they were before.
    fn changed(&mut self, scenario: Scenario, runtimes: &[RuntimeId]) -> Vec<Effect> {
        self.history.note(&self.settings);
        let mut effects = if *runtimes == self.settings.runtimes { self.settled(scenario) } else { self.restart() };
        effects.push(Effect::WriteAddress(self.query()));
        effects
    }

    /// The scenario may have changed from `before`: whatever depends on it follows.
    fn settled(&mut self, before: Scenario) -> Vec<Effect> {
        let now = self.settings.scenario;
        if now == before {
            return Vec::new();
        }
        let mut effects = Vec::new();
        if before.continues_as(&now) {
            effects.push(Effect::Retune);
        } else {
            effects.extend(self.restart_live());
        }
        // The mix is the curve's own axis.
        if (Scenario { mix: now.mix, ..before }) != now {
            effects.push(self.restart_curve());
        }
        self.judge();
        effects
    }

    /// The verdict at the slider, on what the shown curve is the curve of.
    pub(super) fn judge(&mut self) {
        let Comparison { scenario, runtimes, curve, .. } = &self.shown;
        let scenario = Scenario { mix: self.settings.scenario.mix, ..*scenario };
        self.verdict = verdict(&scenario, runtimes, curve).or(self.verdict.take());
    }

    fn restart(&mut self) -> Vec<Effect> {
        let mut effects = self.restart_live();
        effects.push(self.restart_curve());
        effects
    }

    fn restart_live(&mut self) -> Vec<Effect> {
        self.live_run.0 += 1;
        self.live = Live::begin(self.settings.runtimes.len());
        vec![Effect::StartLive]
    }

    fn restart_curve(&mut self) -> Effect {
        self.curve_run.0 += 1;
        self.n_curve_done = 0;
        self.incoming = Some(Comparison::of(&self.settings, self.curve_run));
        Effect::StartCurve
    }

    fn tick(&mut self, ms: f64) -> Vec<Effect> {
        if self.settings.is_paused || self.live.is_waiting {
            return Vec::new();
        }
        self.live.is_waiting = true;
        vec![Effect::Credit(Span::from_ms_f64(ms.clamp(0.0, LONGEST_FRAME_MS) * self.settings.speed))]
    }

    fn heard(&mut self, answer: FromWorker) -> Vec<Effect> {
        match answer {
            FromWorker::Frame(frame) if frame.run == self.live_run => self.live.advanced(&frame),
            FromWorker::Point { run, mix, runtime_idx, replication_idx, replication, depth }
                if run == self.curve_run =>
            {
                let comparison = self.incoming.as_mut().unwrap_or(&mut self.shown);
                comparison.heard(mix, runtime_idx as usize, replication_idx, replication, &depth);
                // The new curve takes the old one's place at once and as a whole: no flicker.
                if let Some(whole) = self.incoming.take_if(|new| new.curve.covers(&coarse_mixes())) {
                    self.shown = whole;
                }
                if self.incoming.is_none() {
                    self.judge();
                }
            }
            FromWorker::CurveDone(run) if run == self.curve_run => self.n_curve_done += 1,
            // Answers for what was wanted before, and what concerns the workers alone.
            FromWorker::Frame(_) | FromWorker::Point { .. } | FromWorker::CurveDone(_) => {}
            FromWorker::Ready | FromWorker::Failed(_) | FromWorker::Deep(_) => {}
        }
        Vec::new()
    }

    /// The address of what is shown.
    #[must_use]
    pub fn query(&self) -> String {
        permalink::write(&self.settings, &self.defaults)
    }
}

#[cfg(test)]
mod tests;
