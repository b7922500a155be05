//! The chart of lanes: committed pictures, drawn natively as SVG.

use plotters::prelude::*;
use runtime_duel::chart::{LanesPlace, Look, Palette, SVG_UNIT, Svg, draw_lanes_moving, draw_lanes_still, parse_color};
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::Scenario;
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::stats::lanes::Recorder;
use runtime_duel::view::lanes::{Detail, Figure, Film, Focus, Layout, Path, Shot, Viewport};

/// What a run of `scenario` looks like after a warm-up of a second, for `ms`.
pub(super) fn film(runtime: RuntimeId, scenario: &Scenario, ms: u64) -> Film {
    let mut run = AnyRun::new(runtime, scenario, 0, Recorder::new(scenario.n_cores, 200_000));
    let from = Time::ZERO + Span::from_ms(1_000);
    let to = from + Span::from_ms(ms);
    run.advance(to, u64::MAX);
    Film::of(&run.sink_mut().window(to, from, to))
}

/// The colours of a theme, as the page has them: 0 light, 1 dark, 2 projector.
fn palette(theme: usize) -> Palette {
    let css = include_str!("../../../static/page.css");
    let mut rules = css.split('}').filter(|rule| rule.contains("--ground:") && rule.contains("--go:"));
    let rule = rules.nth(theme).expect("there are three themes");
    let color = |name: &str| {
        let after = rule.split(&format!("{name}:")).nth(1).expect("a theme has all colours");
        parse_color(after.split(';').next().expect("a value")).expect("a colour of six digits")
    };
    Palette {
        ink: color("--ink"),
        faint: color("--faint"),
        mesh: if rule.contains("--mesh:") { color("--mesh") } else { RGBColor(228, 228, 225) },
        ground: color("--ground"),
        runtimes: RuntimeId::ALL.map(|runtime| color(&format!("--{}", runtime.key()))),
    }
}

/// The figure as SVG, `width` CSS pixels wide.
pub(super) fn svg(shot: &Shot<'_>, width: u32, theme: usize) -> String {
    let n_columns = (f64::from(width) - LanesPlace::LEFT - LanesPlace::RIGHT) as u32;
    let figure = Figure::of(shot, n_columns, 1.0);
    let palette = palette(theme);
    let look = Look { unit: SVG_UNIT, palette, weight: 1.0, text: 1.0 };
    let mut svg = String::new();
    let size = (f64::from(width), LanesPlace::height(&figure));
    let area = Svg::new(&mut svg, (0.0, 0.0), size).into_drawing_area();
    area.fill(&palette.ground).expect("the ground");
    draw_lanes_still(&area, &figure, &look).expect("what stays");
    draw_lanes_moving(&area, &figure, &look).expect("what moves");
    drop(area);
    svg
}

#[test]
fn gallery() {
    let Ok(folder) = std::env::var("LANES_GALLERY") else { return };
    for runtime in [RuntimeId::Node, RuntimeId::Go, RuntimeId::NodeWorkers, RuntimeId::NodeCluster] {
        for n_cores in [2, 4, 64] {
            let n_clients = 16 * n_cores;
            let scenario = Scenario { mix: 30.0, n_cores, n_clients, ..Scenario::default() };
            let film = film(runtime, &scenario, 200);
            let view = Viewport::whole(film.from, film.to);
            let view = view.at(film.from, film.from + Span::from_ms(60));
            let request = film.at_percentile(0.99).expect("some are answered");
            let path = Path::of(&film, request).expect("it was answered");
            println!("{runtime:?} {n_cores}: {}", runtime_duel::view::lanes::explain(&film, &path));
            for width in [320, 720, 1280] {
                for theme in [0, 1] {
                    let layout = Layout::new(&film, Layout::automatic(&film));
                    let shot = Shot { runtime, film: &film, layout: &layout, view, path: None, focus: None };
                    let name = format!("{folder}/{}-{n_cores}-{width}-{theme}.svg", runtime.key());
                    std::fs::write(name, svg(&shot, width, theme)).expect("the folder is there");
                    let view = Viewport::whole(film.from, film.to).at(path.born, path.at);
                    let shot = Shot { runtime, film: &film, layout: &layout, view, path: Some(&path), focus: None };
                    let name = format!("{folder}/{}-{n_cores}-{width}-{theme}-path.svg", runtime.key());
                    std::fs::write(name, svg(&shot, width, theme)).expect("the folder is there");
                }
            }
        }
    }
    let _ = (Detail::Cores, Focus::Queue(0, Time::ZERO));
}
