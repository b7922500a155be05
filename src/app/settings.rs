//! Everything an address can say: the scenario, the runtimes, and how it is shown.

use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Scenario;

/// Version of the simulated models: goes up when a golden result moves. Links carry it.
pub const MODEL_VERSION: u32 = 3;

/// Runtimes side by side, at most.
pub const MAX_RUNTIMES: usize = 4;

/// What an address says.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Which of [`crate::app::stories::STORIES`] it began with, if with any.
    pub story: Option<usize>,
    /// What is simulated.
    pub scenario: Scenario,
    /// On which runtimes: one to four, each once.
    pub runtimes: Vec<RuntimeId>,
    /// Simulated seconds per second.
    pub speed: f64,
    /// Whether the live run rests.
    pub is_paused: bool,
    /// How much is shown.
    pub view: View,
    /// Which colours.
    pub theme: Theme,
    /// The model version that the link was made for.
    pub model: u32,
}

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Everything.
    Full,
    /// Verdict, curve, slider and live plot, for narrow columns.
    Compact,
}

/// Which colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system has it.
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// Strong contrast and thick lines.
    Projector,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            story: None,
            scenario: Scenario::default(),
            runtimes: vec![RuntimeId::Node, RuntimeId::Go],
            speed: 1.0,
            is_paused: false,
            view: View::Full,
            theme: Theme::Auto,
            model: MODEL_VERSION,
        }
    }
}
