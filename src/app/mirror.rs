//! A state that follows another one: the annex knows what the figure knows.

use crate::app::comparison::Comparison;
use crate::app::live::Live;
use crate::app::permalink;
use crate::app::settings::Settings;
use crate::app::state::State;
use crate::protocol::annex::Told;

impl State {
    /// Becomes what the figure told. What workers say goes to both.
    pub fn follow(&mut self, told: &Told) {
        let (settings, _) = permalink::parse(&told.query, &Settings::default());
        self.settings = settings;
        self.n_sets = told.n_sets;
        if self.live_run != told.live_run {
            self.live_run = told.live_run;
            self.live = Live::begin(self.settings.runtimes.len());
        }
        if self.curve_run != told.curve_run {
            self.curve_run = told.curve_run;
            self.n_curve_done = 0;
            let comparison = Comparison::of(&self.settings, told.curve_run);
            if self.shown.curve.is_empty() {
                self.shown = comparison;
            } else {
                self.incoming = Some(comparison);
            }
        }
        self.judge();
    }
}
