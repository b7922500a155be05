//! The charts, drawn natively as SVG by the same functions that draw them in the page.

use plotters::prelude::*;
use runtime_duel::chart::{Look, Palette, draw_curve, draw_live_axes, draw_live_lines, draw_marker, parse_color};
use runtime_duel::experiment::Trial;
use runtime_duel::session::{coarse_effort, coarse_mixes};
use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::Scenario;
use runtime_duel::stats::curve::Curve;
use runtime_duel::view::series::{CurveFigure, Mark, curve_figure};

const NODE: RGBColor = RGBColor(194, 74, 0);
const WORKERS: RGBColor = RGBColor(166, 115, 0);
const CLUSTER: RGBColor = RGBColor(156, 69, 133);
const GO: RGBColor = RGBColor(0, 105, 166);

fn look() -> Look {
    let ink = RGBColor(27, 27, 27);
    let palette =
        Palette { ink, faint: ink, mesh: ink, ground: WHITE, runtimes: [NODE, WORKERS, CLUSTER, ink, GO, ink, ink] };
    Look { unit: 1.0, palette, weight: 1.0, text: 1.0 }
}

fn draw(draw: impl Fn(&DrawingArea<SVGBackend, plotters::coord::Shift>)) -> String {
    let mut svg = String::new();
    draw(&SVGBackend::with_string(&mut svg, (720, 270)).into_drawing_area());
    svg
}

fn of_color(svg: &str, RGBColor(r, g, b): RGBColor) -> usize {
    svg.matches(&format!("#{r:02X}{g:02X}{b:02X}")).count()
}

#[test]
fn the_curve_shows_both_runtimes_and_their_bands() {
    let mut curve = Curve::new(2);
    for mix in coarse_mixes() {
        for (idx, runtime) in [RuntimeId::Node, RuntimeId::Go].into_iter().enumerate() {
            let scenario = Scenario { mix, ..Scenario::default() };
            for number in 0..3 {
                let found = Trial::new(runtime, &scenario, number, coarse_effort(runtime, &scenario)).finish();
                curve.add(mix, idx, Some(number), found);
            }
        }
    }
    let figure = curve_figure(&curve, &[RuntimeId::Node, RuntimeId::Go], Vec::new());
    assert!((400.0..=500.0).contains(&figure.y.0), "{:?}", figure.y);
    let svg = draw(|area| draw_curve(area, &figure, &look()).expect("the curve"));
    assert!(svg.contains("Node") && svg.contains("Go") && svg.contains("100 %"), "{svg}");
    assert_eq!(svg.matches("<polygon").count(), 2, "a band for each");
    // Go is one line, Node many dashes.
    assert!(
        of_color(&svg, GO) >= 2 && of_color(&svg, NODE) > 20,
        "{} and {}",
        of_color(&svg, GO),
        of_color(&svg, NODE)
    );
    let points = [(RuntimeId::Node, 164.0), (RuntimeId::Go, 392.0)];
    let marker = draw(|area| draw_marker(area, figure.y.0, 30.0, &points, &look()).expect("the marker"));
    assert_eq!(
        (marker.matches("<circle").count(), marker.matches("<polygon").count()),
        (2, 2),
        "a disc and a square on rims"
    );
}

#[test]
fn names_at_the_ends_of_equal_lines_do_not_overlap() {
    let line: Vec<(f64, f64)> = (0..30).map(|i| (f64::from(i) - 29.0, 400.0)).collect();
    let lines = [(RuntimeId::Node, line.clone()), (RuntimeId::Go, line)];
    let svg = draw(|area| draw_live_lines(area, 500.0, &lines, &look()).expect("the lines"));
    assert!((height_of(&svg, "Node") - height_of(&svg, "Go")).abs() >= 15.0, "{svg}");
    assert!(draw(|area| draw_live_axes(area, (500.0, 100.0), &look()).expect("the axes")).contains("30 s ago"));
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
    let figure = curve_figure(&Curve::new(0), &[], marks);
    assert_eq!(figure.y.0, 1000.0, "the axis ends above the highest mark");
    let svg = draw(|area| draw_curve(area, &figure, &look()).expect("the marks"));
    let bare =
        draw(|area| draw_curve(area, &CurveFigure { marks: Vec::new(), ..figure.clone() }, &look()).expect("axes"));
    let more = |what: &str| svg.matches(what).count() - bare.matches(what).count();
    assert_eq!((more("<circle"), more("<polygon")), (6, 9), "a rim, an outline and a filling each");
    for color in [NODE, WORKERS, CLUSTER, GO] {
        assert!(of_color(&svg, color) > of_color(&bare, color), "{color:?}");
    }
    assert_eq!(
        svg.lines().filter(|line| line.contains("<polyline") || line.contains("<line")).count(),
        bare.lines().filter(|line| line.contains("<polyline") || line.contains("<line")).count() + 5,
        "a range each"
    );
}

/// Where a name stands in a picture.
fn height_of(svg: &str, name: &str) -> f64 {
    let text = svg.split("<text").find(|text| text.contains(&format!("\n{name}\n"))).expect("the name is there");
    let y = text.split("y=\"").nth(1).expect("it has a height");
    y.split('"').next().and_then(|y| y.parse().ok()).expect("a number")
}

#[test]
fn four_runtimes_have_four_looks_and_names_with_room() {
    let line: Vec<(f64, f64)> = (0..30).map(|i| (f64::from(i) - 29.0, 400.0)).collect();
    let lines = RuntimeId::ALL.map(|runtime| (runtime, line.clone()));
    for size in [(720, 150), (296, 84), (296, 100)] {
        let mut svg = String::new();
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        draw_live_lines(&area, 500.0, &lines, &look()).expect("the lines");
        drop(area);
        let mut heights = ["Node", "workers", "cluster", "Go"].map(|name| height_of(&svg, name));
        heights.sort_by(f64::total_cmp);
        // The height is the middle of the name, or its base: half of it either way.
        assert!(heights[0] >= 8.0 && heights[3] <= f64::from(size.1) - 18.0, "{size:?}: {heights:?}");
        assert!(heights.windows(2).all(|pair| pair[1] - pair[0] >= 15.0), "{size:?}: {heights:?}");
        let strokes = [NODE, WORKERS, CLUSTER, GO].map(|RGBColor(r, g, b)| {
            let color = format!("stroke=\"#{r:02X}{g:02X}{b:02X}\"");
            let points =
                |line: &str| line.split("points=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::len);
            svg.split("<polyline").filter(|line| line.contains(&color)).map(points).collect::<Vec<_>>()
        });
        assert_eq!(strokes[3].len(), 1, "Go is one line");
        for (i, own) in strokes.iter().enumerate() {
            assert!(strokes[i + 1..].iter().all(|other| other != own), "{strokes:?}");
        }
    }
    let points = RuntimeId::ALL.map(|runtime| (runtime, 100.0));
    let marker = draw(|area| draw_marker(area, 500.0, 30.0, &points, &look()).expect("the marker"));
    assert_eq!((marker.matches("<circle").count(), marker.matches("<polygon").count()), (2, 6));
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
    for rule in themes {
        let value = |name: &str| {
            let after = rule.split(&format!("{name}:")).nth(1).unwrap_or_else(|| panic!("{name} in {rule}"));
            after.split(';').next().expect("a value").trim().to_owned()
        };
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
