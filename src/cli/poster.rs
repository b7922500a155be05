//! `duel poster`: the curve and the verdict as a picture that stands alone.

use std::fs;
use std::io::Write;

use crate::app::export::{Export, curve_paper};
use crate::app::settings::{Settings, Theme};
use crate::chart::{Look, Palette, SVG_UNIT, draw_poster};
use crate::cli::Failure;
use crate::cli::args::Job;
use crate::experiment::Trial;
use crate::replicate::in_parallel;
use crate::session::{N_REPLICATIONS, fine_effort, fine_mixes};
use crate::sim::scenario::Scenario;
use crate::stats::curve::{Curve, MIN_REPLICATIONS};
use crate::view::series::{curve_figure, marker};

pub(super) fn command(job: &Job, out: &mut impl Write) -> Result<(), Failure> {
    let Some(path) = &job.output else { return Ok(()) };
    let picture = draw(job);
    if path.as_os_str() == "-" {
        return Ok(out.write_all(picture.as_bytes())?);
    }
    fs::write(path, picture).map_err(|error| Failure::System(format!("can not write {}: {error}", path.display())))
}

fn draw(job: &Job) -> String {
    let settings = &job.settings;
    let curve = simulate(settings, job.n_replications.unwrap_or(N_REPLICATIONS));
    let export = Export { settings: settings.clone(), curve: &curve, page: "" };
    let figure = curve_figure(&curve, &settings.runtimes, Vec::new(), job.metric);
    let marker = marker(&curve, &settings.runtimes, settings.scenario.mix, job.metric);
    let size = (f64::from(job.size.0), f64::from(job.size.1));
    draw_poster(&curve_paper(&export, job.metric), &figure, &marker, size, &look(settings.theme))
}

/// The curve of `settings` as the page refines it.
fn simulate(settings: &Settings, n_replications: u32) -> Curve {
    let mixes = fine_mixes(settings.scenario.mix);
    let mut jobs = Vec::new();
    for mix in &mixes {
        for idx in 0..settings.runtimes.len() {
            jobs.extend((0..n_replications).map(|number| (*mix, idx, number)));
        }
    }
    let found = in_parallel(jobs.len(), |i| {
        let (mix, idx, number) = jobs[i];
        let (runtime, scenario) = (settings.runtimes[idx], Scenario { mix, ..settings.scenario });
        Trial::deep(runtime, &scenario, number, fine_effort(runtime, &scenario)).finish()
    });
    let mut curve = Curve::new(settings.runtimes.len());
    for ((mix, idx, number), (replication, depth)) in jobs.into_iter().zip(found) {
        // So few that there is no interval are a quick look.
        let number = (n_replications >= MIN_REPLICATIONS as u32).then_some(number);
        curve.add(mix, idx, number, replication);
        curve.deepen(mix, idx, number, depth);
    }
    curve
}

/// How a theme looks on paper. A picture does not know its reader's system: without a theme it is light.
fn look(theme: Theme) -> Look {
    let (palette, weight) = match theme {
        Theme::Auto | Theme::Light => (Palette::LIGHT, 1.0),
        Theme::Dark => (Palette::DARK, 1.0),
        Theme::Projector => (Palette::PROJECTOR, 1.6),
    };
    Look { unit: SVG_UNIT, palette, weight, text: if theme == Theme::Projector { 1.1 } else { 1.0 } }
}
