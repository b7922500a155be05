//! Everything an address can say: the scenario, the runtimes, and how it is shown.

use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Scenario;

/// Version of the simulated models: goes up when a golden result moves. Links carry it.
pub const MODEL_VERSION: u32 = 3;

/// Runtimes side by side, at most.
pub const MAX_RUNTIMES: usize = 4;

/// Parts of the page that can be hidden.
pub const PARTS: &[&str] =
    &["title", "notes", "live", "transport", "numbers", "lanes", "latency", "stories", "settings", "share", "model"];

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
    /// What is not shown: of [`PARTS`], or controls by their keys.
    pub hide: Vec<&'static str>,
    /// The deck of slides around the figure, which gets back the keys that turn pages.
    pub deck: Deck,
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
    /// One claim a screen, for a stage.
    Talk,
}

/// A deck of slides around the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deck {
    /// None that would know what to do.
    None,
    /// reveal.js.
    Reveal,
    /// Slidev.
    Slidev,
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
            hide: Vec::new(),
            deck: Deck::None,
            model: MODEL_VERSION,
        }
    }
}
