//! The charts, drawn natively as SVG by the same functions that draw them in the page.

use plotters::coord::Shift;
use plotters::prelude::*;
use runtime_duel::chart::{
    Look, Palette, SVG_UNIT, Svg, draw_bars, draw_curve, draw_latency_lines, draw_live_axes, draw_live_lines,
    draw_marker, parse_color,
};
use runtime_duel::experiment::Trial;
use runtime_duel::session::{coarse_effort, coarse_mixes};
use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::Scenario;
use runtime_duel::stats::curve::Curve;
use runtime_duel::view::axis::Axis;
use runtime_duel::view::bars::bars_figure;
use runtime_duel::view::latency::latency_figure;
use runtime_duel::view::metrics::{ON_CURVE, THROUGHPUT, find};
use runtime_duel::view::series::{CurveFigure, Mark, curve_figure};

const LOOK: Look = Look { unit: SVG_UNIT, palette: Palette::LIGHT, weight: 1.0, text: 1.0 };
const SIZE: (f64, f64) = (720.0, 270.0);

fn draw(size: (f64, f64), draw: impl for<'a> FnOnce(&DrawingArea<Svg<'a>, Shift>)) -> String {
    let mut svg = String::new();
    draw(&Svg::new(&mut svg, (0.0, 0.0), size).into_drawing_area());
    svg
}

fn of_color(svg: &str, runtime: RuntimeId) -> usize {
    let RGBColor(r, g, b) = LOOK.palette.runtimes[runtime as usize];
    svg.matches(&format!("\"#{r:02x}{g:02x}{b:02x}\"")).count()
}

fn axis() -> Axis {
    Axis::linear((500.0, 100.0), THROUGHPUT.mark)
}

/// The default curve of Node.js and Go, with everything that a deeper look tells.
fn simulated() -> Curve {
    let mut curve = Curve::new(2);
    for mix in coarse_mixes() {
        for (idx, runtime) in [RuntimeId::Node, RuntimeId::Go].into_iter().enumerate() {
            let scenario = Scenario { mix, ..Scenario::default() };
            for number in 0..3 {
                let trial = Trial::deep(runtime, &scenario, number, coarse_effort(runtime, &scenario));
                let (replication, depth) = trial.finish();
                curve.add(mix, idx, Some(number), replication);
                curve.deepen(mix, idx, Some(number), depth);
            }
        }
    }
    curve
}

#[test]
fn the_curve_shows_both_runtimes_and_their_bands() {
    let curve = simulated();
    let runtimes = [RuntimeId::Node, RuntimeId::Go];
    let figure = curve_figure(&curve, &runtimes, Vec::new(), THROUGHPUT);
    assert!((400.0..=500.0).contains(&figure.y.to), "{:?}", figure.y);
    let svg = draw(SIZE, |area| draw_curve(area, &figure, &LOOK).expect("the curve"));
    assert!(svg.contains(">Node<") && svg.contains(">Go<") && svg.contains(">100 %<"), "{svg}");
    assert_eq!(svg.matches("<polygon").count(), 2, "a band for each");
    for runtime in runtimes {
        assert_eq!(of_color(&svg, runtime), 3, "band, line and name of {runtime:?}");
    }
    let points = [(RuntimeId::Node, 164.0), (RuntimeId::Go, 392.0)];
    let marker = draw(SIZE, |area| draw_marker(area, &figure.y, 30.0, &points, &LOOK).expect("the marker"));
    let shapes = (marker.matches("<circle").count(), marker.matches("<polygon").count());
    assert_eq!(shapes, (2, 2), "a disc and a square on rims");
    for key in ON_CURVE {
        let metric = find(key).expect("it is in the table");
        let figure = curve_figure(&curve, &runtimes, Vec::new(), metric);
        let n_lines = if key.starts_with("event_loop") { 1 } else { 2 };
        assert_eq!(figure.lines.len(), n_lines, "{key}: Go has no event loop");
        for line in &figure.lines {
            assert_eq!(line.points.len(), coarse_mixes().len(), "{key} of {:?}", line.runtime);
            let is_inside = |value: f64| value >= 0.0 && value <= figure.y.to;
            assert!(line.points.iter().all(|(_, value)| is_inside(*value)), "{key}: {line:?}");
        }
        let bars = bars_figure(&curve, &runtimes, 30.0, metric);
        assert_eq!(bars.bars.iter().filter(|bar| bar.value.is_some()).count(), n_lines, "{key}");
        let svg = draw((720.0, 150.0), |area| draw_bars(area, &bars, &LOOK).expect("the bars"));
        assert_eq!(svg.matches("<text").count(), 4, "{key}: a name and a value each");
    }
}

#[test]
fn latencies_are_drawn_at_the_slider_also_between_the_points_of_the_curve() {
    let curve = simulated();
    let at = |mix| {
        let runtimes = [RuntimeId::Node, RuntimeId::Go].into_iter().enumerate();
        latency_figure(runtimes.filter_map(|(idx, runtime)| Some((runtime, curve.latencies_at(mix, idx)?))))
    };
    let p99 = |mix| at(mix).lines.iter().map(|line| line.marks[2].1).collect::<Vec<f64>>();
    let (below, between, above) = (p99(30.0), p99(35.0), p99(40.0));
    for idx in 0..2 {
        assert!((between[idx] / below[idx].midpoint(above[idx]) - 1.0).abs() < 1e-9, "{between:?}");
        // What is marked is what the numbers beside it say, to what the two are known to.
        let told = curve.at(30.0, idx).expect("known").p99_ms;
        assert!((below[idx] / told - 1.0).abs() < 0.1, "{} is not {told}", below[idx]);
    }
    let svg = draw(SIZE, |area| draw_latency_lines(area, &at(35.0), &LOOK).expect("the lines"));
    for runtime in [RuntimeId::Node, RuntimeId::Go] {
        assert!(of_color(&svg, runtime) >= 5, "a line, a name, and p50, p90, p99: {svg}");
    }
}

#[test]
fn names_at_the_ends_of_equal_lines_do_not_overlap() {
    let line: Vec<(f64, f64)> = (0..30).map(|i| (f64::from(i) - 29.0, 400.0)).collect();
    let lines = [(RuntimeId::Node, line.clone()), (RuntimeId::Go, line)];
    let svg = draw(SIZE, |area| draw_live_lines(area, &axis(), &lines, &LOOK).expect("the lines"));
    assert!((height_of(&svg, "Node") - height_of(&svg, "Go")).abs() >= 15.0, "{svg}");
    assert!(draw(SIZE, |area| draw_live_axes(area, &axis(), &LOOK).expect("the axes")).contains("30 s ago"));
}

#[test]
fn what_was_measured_is_marked_in_each_runtimes_shape() {
    let mark = |runtime, mix, x, is_readers| Mark { runtime, mix, throughput: (x - 20.0, x, x + 900.0), is_readers };
    let marks = vec![
        mark(RuntimeId::Node, 10.0, 475.0, false),
        mark(RuntimeId::NodeWorkers, 50.0, 188.0, false),
        mark(RuntimeId::NodeCluster, 50.0, 194.0, false),
        mark(RuntimeId::Go, 10.0, 925.0, false),
        mark(RuntimeId::Go, 100.0, 96.0, true),
    ];
    let p99 = find("latency_p99_ms").expect("it is in the table");
    assert_eq!(curve_figure(&Curve::new(0), &[], marks.clone(), p99).marks, [], "marks tell the throughput alone");
    let figure = curve_figure(&Curve::new(0), &[], marks, THROUGHPUT);
    assert_eq!(figure.y.to, 1000.0, "the axis ends above the highest mark");
    let bare = CurveFigure { marks: Vec::new(), ..figure.clone() };
    let [svg, bare] =
        [figure, bare].map(|figure| draw(SIZE, |area| draw_curve(area, &figure, &LOOK).expect("the marks")));
    let more = |what: &str| svg.matches(what).count() - bare.matches(what).count();
    assert_eq!((more("<circle"), more("<polygon")), (6, 9), "a rim, an outline and a filling each");
    for runtime in [RuntimeId::Node, RuntimeId::NodeWorkers, RuntimeId::NodeCluster, RuntimeId::Go] {
        assert!(of_color(&svg, runtime) > of_color(&bare, runtime), "{runtime:?}");
    }
    assert_eq!(more("<path"), 5, "a range each");
}

/// Where a name stands in a picture.
fn height_of(svg: &str, name: &str) -> f64 {
    let ending = format!(">{name}</text>");
    let text = svg.lines().find(|line| line.ends_with(&ending)).expect("the name is there");
    let y = text.split(" y=\"").nth(1).expect("it has a height");
    y.split('"').next().and_then(|y| y.parse().ok()).expect("a number")
}

#[test]
fn every_runtime_has_a_look_of_its_own_and_four_names_have_room() {
    let line: Vec<(f64, f64)> = (0..30).map(|i| (f64::from(i) - 29.0, 400.0)).collect();
    let lines = RuntimeId::ALL.map(|runtime| (runtime, line.clone()));
    let names = ["Node", "workers", "cluster", "service", "Go", "threads", "Tokio"];
    for size in [(720.0, 150.0), (296.0, 84.0), (296.0, 100.0)] {
        for first in 0..=3 {
            let part = first..first + 4;
            let svg = draw(size, |area| {
                draw_live_lines(area, &axis(), &lines[part.clone()], &LOOK).expect("the lines");
            });
            let mut heights: Vec<f64> = names[part].iter().map(|name| height_of(&svg, name)).collect();
            heights.sort_by(f64::total_cmp);
            // The base line of a name is a third of its size below its middle.
            assert!(heights[0] >= 12.0 && heights[3] <= size.1 - 13.0, "{size:?}: {heights:?}");
            assert!(heights.windows(2).all(|pair| pair[1] - pair[0] >= 15.0), "{size:?}: {heights:?}");
        }
    }
    // The path of each line alone, so that none is told from another by its colour.
    let paths = lines.map(|line| {
        let svg = draw(SIZE, |area| draw_live_lines(area, &axis(), &[line], &LOOK).expect("the line"));
        svg.split("<path d=\"").nth(1).and_then(|path| path.split('"').next()).map(str::to_owned).expect("a path")
    });
    assert_eq!(paths[RuntimeId::Go as usize].matches('M').count(), 1, "Go is one stroke");
    let points = RuntimeId::ALL.map(|runtime| (runtime, 100.0));
    let shapes = points.map(|point| {
        draw(SIZE, |area| draw_marker(area, &axis(), 30.0, &[point], &LOOK).expect("the marker"))
            .lines()
            .filter(|line| line.contains("<polygon") || line.contains("<circle"))
            .filter_map(|line| line.split(" fill").next().map(str::to_owned))
            .collect::<Vec<String>>()
    });
    for i in 0..RuntimeId::ALL.len() {
        assert!(paths[..i].iter().all(|other| *other != paths[i]), "{:?} has the dash of another", RuntimeId::ALL[i]);
        assert!(shapes[..i].iter().all(|other| *other != shapes[i]), "{:?} has another's shape", RuntimeId::ALL[i]);
        assert_eq!(shapes[i].len(), 2, "on a rim");
    }
}

/// Relative luminance of `#rrggbb` (WCAG 2.1).
fn luminance(hex: &str) -> f64 {
    let RGBColor(r, g, b) = parse_color(hex).expect("a colour of six digits");
    let linear = |byte: u8| {
        let x = f64::from(byte) / 255.0;
        if x <= 0.04045 { x / 12.92 } else { libm::pow((x + 0.055) / 1.055, 2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

#[test]
fn every_theme_gives_every_runtime_a_colour_of_its_own_that_can_be_seen() {
    let css = include_str!("../../static/page.css");
    let themes: Vec<&str> =
        css.split('}').filter(|rule| rule.contains("--ground:") && rule.contains("--go:")).collect();
    assert_eq!(themes.len(), 3, "light, dark and projector");
    for (rule, palette) in themes.into_iter().zip([Palette::LIGHT, Palette::DARK, Palette::PROJECTOR]) {
        let value = |name: &str| {
            let after = rule.split(&format!("{name}:")).nth(1).unwrap_or_else(|| panic!("{name} in {rule}"));
            after.split(';').next().expect("a value").trim().to_owned()
        };
        // Where there is no style sheet the same colours are used.
        let color = |name: &str| parse_color(&value(name)).expect("a colour of six digits");
        let own = RuntimeId::ALL.map(|one| color(&format!("--{}", one.key())));
        assert_eq!((own, color("--ink"), color("--faint")), (palette.runtimes, palette.ink, palette.faint), "{rule}");
        assert_eq!((color("--mesh"), color("--ground")), (palette.mesh, palette.ground), "{rule}");
        let ground = luminance(&value("--ground"));
        let mut colors: Vec<String> = RuntimeId::ALL.iter().map(|one| value(&format!("--{}", one.key()))).collect();
        for color in &colors {
            let own = luminance(color);
            let contrast = (own.max(ground) + 0.05) / (own.min(ground) + 0.05);
            assert!(contrast >= 3.0, "{color}: {contrast} to 1 in {rule}");
        }
        colors.sort_unstable();
        colors.dedup();
        assert_eq!(colors.len(), RuntimeId::ALL.len(), "{rule}");
    }
}
