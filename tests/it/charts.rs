//! The charts, drawn natively as SVG by the same functions that draw them in the page.

use plotters::prelude::*;
use runtime_duel::chart::{Look, Palette, draw_curve, draw_live_axes, draw_live_lines, draw_marker};
use runtime_duel::experiment::Trial;
use runtime_duel::session::{coarse_effort, coarse_mixes};
use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::Scenario;
use runtime_duel::stats::curve::Curve;
use runtime_duel::view::series::curve_figure;

const NODE: RGBColor = RGBColor(194, 74, 0);
const GO: RGBColor = RGBColor(0, 105, 166);

fn look() -> Look {
    let ink = RGBColor(27, 27, 27);
    let palette = Palette { ink, faint: ink, mesh: ink, ground: WHITE, node: NODE, go: GO };
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
    let figure = curve_figure(&curve, &[RuntimeId::Node, RuntimeId::Go]);
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
        (marker.matches("<circle").count(), marker.matches("<rect").count()),
        (2, 2),
        "a disc and a square on rims"
    );
}

#[test]
fn names_at_the_ends_of_equal_lines_do_not_overlap() {
    let line: Vec<(f64, f64)> = (0..30).map(|i| (f64::from(i) - 29.0, 400.0)).collect();
    let lines = [(RuntimeId::Node, line.clone()), (RuntimeId::Go, line)];
    let svg = draw(|area| draw_live_lines(area, 500.0, &lines, &look()).expect("the lines"));
    let height = |name: &str| -> f64 {
        let text = svg.split("<text").find(|text| text.contains(&format!("\n{name}\n"))).expect("the name is there");
        let y = text.split("y=\"").nth(1).expect("it has a height");
        y.split('"').next().and_then(|y| y.parse().ok()).expect("a number")
    };
    assert!((height("Node") - height("Go")).abs() >= 15.0, "{svg}");
    assert!(draw(|area| draw_live_axes(area, (500.0, 100.0), &look()).expect("the axes")).contains("30 s ago"));
}
