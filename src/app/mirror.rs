//! A state that follows another one: the annex knows what the figure knows.

use crate::app::comparison::Comparison;
use crate::app::live::Live;
use crate::app::permalink;
use crate::app::settings::Settings;
use crate::app::state::State;
use crate::protocol::RunId;
use crate::protocol::annex::Told;

impl State {
    /// A state that has been told nothing yet: it knows of no run, as the first one has to be news.
    #[must_use]
    pub fn untold() -> Self {
        let (mut state, _) = Self::new("", Settings::default());
        (state.live_run, state.curve_run) = (RunId(0), RunId(0));
        state
    }

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
                // What it began with by itself would take the points, and then the place, of what was told.
                self.incoming = None;
            } else {
                self.incoming = Some(comparison);
            }
        }
        self.judge();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::runtime::RuntimeId;

    #[test]
    fn the_first_that_is_told_is_shown() {
        let query = "cores=8&runtimes=node,go,threads,tokio";
        let (figure, _) = State::new(query, Settings::default());
        let mut state = State::untold();
        let told =
            Told { query: query.into(), live_run: figure.live_run, curve_run: figure.curve_run, ..Told::default() };
        state.follow(&told);
        assert_eq!(state.shown.runtimes, figure.shown.runtimes);
        assert_eq!(state.shown.runtimes[3], RuntimeId::Tokio);
        assert_eq!((state.shown.scenario.n_cores, state.shown.run), (8, figure.curve_run));
        assert_eq!(state.live.bins.len(), 4);
        assert!(state.incoming.is_none());
    }
}
