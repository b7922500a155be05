//! Every chart as a committed picture: what is drawn now has to be the same to the letter.

use std::fs;
use std::path::PathBuf;

use plotters::coord::Shift;
use plotters::prelude::*;
use runtime_duel::app::export::{Export, curve_paper, latency_paper};
use runtime_duel::app::settings::Settings;
use runtime_duel::chart::{
    Look, Palette, SVG_UNIT, Svg, draw_bars, draw_bars_axes, draw_curve, draw_latency_axes, draw_latency_lines,
    draw_live_axes, draw_live_lines, draw_marker, draw_marker_words, draw_paper, draw_poster,
};
use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::view::axis::Axis;
use runtime_duel::view::bars::bars_figure;
use runtime_duel::view::latency::{LatencyFigure, latency_figure};
use runtime_duel::view::metrics::{Metric, THROUGHPUT, find};
use runtime_duel::view::series::{Mark, curve_figure, marker};

use crate::synthetic;

const TWO: &[RuntimeId] = &[RuntimeId::Node, RuntimeId::Go];
const FOUR: &[RuntimeId] = &[RuntimeId::Node, RuntimeId::NodeWorkers, RuntimeId::NodeCluster, RuntimeId::Go];
const OTHERS: &[RuntimeId] = &[RuntimeId::NodeService, RuntimeId::Go, RuntimeId::Threads, RuntimeId::Tokio];
/// Sizes of figures on a wide page and on a phone.
const WIDE: (f64, f64) = (720.0, 270.0);
const LOW: (f64, f64) = (720.0, 150.0);
const PHONE: (f64, f64) = (296.0, 136.0);

pub(crate) const LIGHT: Look = Look { unit: SVG_UNIT, palette: Palette::LIGHT, weight: 1.0, text: 1.0 };
pub(crate) const DARK: Look = Look { palette: Palette::DARK, ..LIGHT };
pub(crate) const PROJECTOR: Look = Look { palette: Palette::PROJECTOR, weight: 1.6, text: 1.1, ..LIGHT };

/// With this in the environment the committed pictures become what is drawn now.
const UPDATE: &str = "UPDATE_GOLDENS";

/// Compares `picture` with the committed one of that name.
fn check(name: &str, picture: &str) {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name).with_extension("svg");
    if fs::read_to_string(&golden).is_ok_and(|committed| committed == picture) {
        return;
    }
    if std::env::var_os(UPDATE).is_some() {
        return fs::write(&golden, picture).expect("the folder of pictures can be written to");
    }
    let new = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name).with_extension("svg");
    fs::write(&new, picture).expect("the folder of tests can be written to");
    panic!(
        "{name} is not drawn as it was. Compare\n  {}\n  {}\nand if it is meant to be so, take all that is drawn now:\n  \
         {UPDATE}=1 cargo test --no-default-features --features cli --test it goldens",
        golden.display(),
        new.display(),
    );
}

/// A chart alone, with all of its layers on one another.
pub(crate) fn chart(
    name: &str,
    (width, height): (f64, f64),
    look: &Look,
    draw: impl for<'a> FnOnce(&DrawingArea<Svg<'a>, Shift>),
) {
    let RGBColor(r, g, b) = look.palette.ground;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         style=\"background:#{r:02x}{g:02x}{b:02x}\">\n"
    );
    draw(&Svg::new(&mut svg, (0.0, 0.0), (width, height)).into_drawing_area());
    svg.push_str("</svg>\n");
    check(name, &svg);
}

fn metric(key: &str) -> &'static Metric {
    find(key).expect("it is in the table")
}

fn curve(name: &str, size: (f64, f64), look: &Look, runtimes: &[RuntimeId], metric: &'static Metric, mix: f64) {
    let mark = |mix, x, is_readers| Mark { runtime: RuntimeId::Go, mix, throughput: (x - 9.0, x, x + 9.0), is_readers };
    let curve = synthetic::curve(runtimes);
    let figure = curve_figure(&curve, runtimes, vec![mark(20.0, 396.0, false), mark(70.0, 280.0, true)], metric);
    let marker = marker(&curve, runtimes, mix, metric);
    chart(name, size, look, |area| {
        draw_curve(area, &figure, look).expect("the curve");
        let points: Vec<_> = marker.points.iter().map(|(runtime, value, _)| (*runtime, *value)).collect();
        draw_marker(area, &figure.y, mix, &points, look).expect("the marker");
        if size == WIDE {
            draw_marker_words(area, &figure, &marker, look).expect("the words");
        }
    });
}

#[test]
fn curves_are_drawn_as_they_were() {
    curve("curve-light", WIDE, &LIGHT, TWO, THROUGHPUT, 32.5);
    curve("curve-phone", PHONE, &LIGHT, FOUR, THROUGHPUT, 60.0);
    curve("curve-p99-dark", WIDE, &DARK, FOUR, metric("latency_p99_ms"), 25.0);
    curve("curve-utilization-projector", WIDE, &PROJECTOR, FOUR, metric("event_loop_utilization"), 90.0);
    curve("curve-memory", WIDE, &LIGHT, OTHERS, metric("memory_peak_bytes"), 10.0);
}

#[test]
fn the_live_plot_is_drawn_as_it_was() {
    let axis = Axis::linear((500.0, 100.0), THROUGHPUT.mark);
    for (name, size, look, runtimes) in
        [("live-light", LOW, LIGHT, TWO), ("live-phone", PHONE, DARK, FOUR), ("live-projector", LOW, PROJECTOR, OTHERS)]
    {
        let line = |(idx, runtime): (usize, &RuntimeId)| {
            let height = |i: u32| 90.0 * (idx + 1) as f64 + f64::from(i * i * 7 % 31);
            (*runtime, (0..120).map(|i| (f64::from(i) * 0.25 - 30.0, height(i))).collect::<Vec<_>>())
        };
        let lines: Vec<_> = runtimes.iter().enumerate().map(line).collect();
        chart(name, size, &look, |area| {
            draw_live_axes(area, &axis, &look).expect("the axes");
            draw_live_lines(area, &axis, &lines, &look).expect("the lines");
        });
    }
}

fn latencies(runtimes: &[RuntimeId]) -> LatencyFigure {
    let curve = synthetic::curve(runtimes);
    let known = runtimes.iter().enumerate();
    latency_figure(known.filter_map(|(idx, runtime)| Some((*runtime, curve.latencies_at(42.5, idx)?))))
}

#[test]
fn latencies_are_drawn_as_they_were() {
    for (name, size, look, runtimes) in [
        ("latency-light", WIDE, LIGHT, TWO),
        ("latency-phone", PHONE, LIGHT, FOUR),
        ("latency-dark", WIDE, DARK, FOUR),
        ("latency-projector", WIDE, PROJECTOR, OTHERS),
    ] {
        let figure = latencies(runtimes);
        chart(name, size, &look, |area| {
            draw_latency_axes(area, &figure, &look).expect("the axes");
            draw_latency_lines(area, &figure, &look).expect("the lines");
        });
    }
}

#[test]
fn bars_are_drawn_as_they_were() {
    for (name, size, look, runtimes, key) in [
        ("bars-light", LOW, LIGHT, TWO, "throughput_per_s"),
        ("bars-phone", PHONE, DARK, FOUR, "latency_p99_ms"),
        ("bars-projector", LOW, PROJECTOR, FOUR, "event_loop_utilization"),
    ] {
        let figure = bars_figure(&synthetic::curve(runtimes), runtimes, 62.5, metric(key));
        chart(name, size, &look, |area| {
            draw_bars_axes(area, &figure, &look).expect("the axes");
            draw_bars(area, &figure, &look).expect("the bars");
        });
    }
}

#[test]
fn posters_are_drawn_as_they_were() {
    for (name, size, look, runtimes, key) in [
        ("poster-light", (1200.0, 675.0), LIGHT, TWO, "throughput_per_s"),
        ("poster-dark", (1200.0, 675.0), DARK, FOUR, "throughput_per_s"),
        ("poster-projector-square", (1080.0, 1080.0), PROJECTOR, OTHERS, "latency_p999_ms"),
    ] {
        let mut settings = Settings { runtimes: runtimes.to_vec(), ..Settings::default() };
        settings.scenario.mix = 30.0;
        let curve = synthetic::curve(runtimes);
        let export = Export { settings, curve: &curve, page: "https://example.org/duel/" };
        let figure = curve_figure(&curve, runtimes, Vec::new(), metric(key));
        let marker = marker(&curve, runtimes, 30.0, metric(key));
        check(name, &draw_poster(&curve_paper(&export, metric(key)), &figure, &marker, size, &look));
        let paper = latency_paper(&export, "simulated, the last 30 s");
        let figure = latencies(runtimes);
        let picture = draw_paper(&paper, size, &look, |area, look| {
            draw_latency_axes(area, &figure, look)?;
            draw_latency_lines(area, &figure, look)
        });
        check(&name.replace("poster", "poster-latency"), &picture);
    }
}
