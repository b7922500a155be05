//! What leaves the page: the curve as tables and objects, and the words around a picture. Each carries its address, the
//! model version and the licence.

mod csv;
mod json;
mod paper;

pub use csv::csv;
pub use json::json;
pub use paper::{curve_paper, latency_paper};

use crate::app::comparison::Comparison;
use crate::app::permalink;
use crate::app::settings::{MODEL_VERSION, Settings};
use crate::app::verdict::{Verdict, verdict};
use crate::sim::scenario::Scenario;
use crate::stats::curve::Curve;
use crate::stats::interval::Interval;
use crate::view::metrics::{METRICS, Metric};

/// What one may do with it (SPDX).
pub const LICENCE: &str = "MIT OR Apache-2.0";

/// What is exported.
#[derive(Clone, Debug)]
pub struct Export<'a> {
    /// What it is the curve of, and how it is shown.
    pub settings: Settings,
    /// The curve.
    pub curve: &'a Curve,
    /// Where the page is, up to the question mark; nothing if it is nowhere.
    pub page: &'a str,
}

impl<'a> Export<'a> {
    /// The curve that is shown, which may be of other settings than those that are set by now; with their mix.
    #[must_use]
    pub fn of(settings: &Settings, shown: &'a Comparison, page: &'a str) -> Self {
        let scenario = Scenario { mix: settings.scenario.mix, ..shown.scenario };
        let settings = Settings { scenario, runtimes: shown.runtimes.clone(), ..settings.clone() };
        Self { settings, curve: &shown.curve, page }
    }

    /// The address of what is exported, pinned to the version of the models.
    #[must_use]
    pub fn query(&self) -> String {
        let settings = Settings { model: MODEL_VERSION, ..self.settings.clone() };
        let mut query = permalink::write(&settings, &Settings::default());
        query += if query.is_empty() { "model=" } else { "&model=" };
        query + &MODEL_VERSION.to_string()
    }

    /// The same with the page before it.
    #[must_use]
    pub fn link(&self) -> String {
        self.page.to_owned() + "?" + &self.query()
    }

    fn verdict(&self) -> Option<Verdict> {
        verdict(&self.settings.scenario, &self.settings.runtimes, self.curve)
    }

    /// Every figure of the runtime at place `idx` at each known mix, in the order of the table, and whether it is settled.
    fn rows(&self, idx: usize) -> Vec<Row> {
        let of = |(mix, known): (f64, crate::stats::curve::Known)| {
            let is_settled = self.curve.at(mix, idx).is_some_and(|estimate| estimate.is_settled);
            let figures = METRICS.iter().map(|metric| (metric, metric.of(&known))).collect();
            Row { mix, n_replications: known.replications.len(), is_settled, figures }
        };
        self.curve.known(idx).into_iter().map(of).collect()
    }
}

/// All figures of one runtime at one mix.
struct Row {
    mix: f64,
    n_replications: usize,
    is_settled: bool,
    figures: Vec<(&'static Metric, Option<Interval>)>,
}
