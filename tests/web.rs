//! Tests that run as WebAssembly in a real browser.

#![cfg(target_arch = "wasm32")]

#[path = "shared/golden.rs"]
mod golden;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use runtime_duel::chart::{Look, Palette, draw_curve, draw_live_axes, draw_live_lines, draw_marker};
use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::ui::canvas::{Canvas, UNIT};
use runtime_duel::view::axis::Axis;
use runtime_duel::view::metrics::THROUGHPUT;
use runtime_duel::view::series::{CurveFigure, Line};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

wasm_bindgen_test_configure!(run_in_browser);

const SIZE: (f64, f64) = (300.0, 150.0);

fn new_canvas() -> HtmlCanvasElement {
    let document = gloo::utils::document();
    document.create_element("canvas").expect("an element").dyn_into().expect("a canvas")
}

/// Red, green, blue and opacity of a device pixel.
fn pixel(canvas: &HtmlCanvasElement, x: f64, y: f64) -> [u8; 4] {
    let context: CanvasRenderingContext2d =
        canvas.get_context("2d").expect("no error").expect("a context").dyn_into().expect("two dimensions");
    let data = context.get_image_data(x, y, 1.0, 1.0).expect("a pixel").data();
    [data[0], data[1], data[2], data[3]]
}

fn look() -> Look {
    let black = RGBColor(0, 0, 0);
    let (node, go) = (RGBColor(200, 0, 0), RGBColor(0, 0, 200));
    let palette = Palette {
        ink: black,
        faint: black,
        mesh: black,
        ground: RGBColor(255, 255, 255),
        runtimes: [node, node, node, node, go, node, node],
    };
    Look { unit: UNIT, palette, weight: 1.0, text: 1.0 }
}

#[wasm_bindgen_test]
fn the_simulation_is_the_same_as_natively_to_the_bit() {
    for (runtime, hashes) in golden::GOLDEN {
        assert_eq!(golden::hashes(runtime), hashes, "{runtime:?}");
    }
    let scenario = golden::scenarios()[0];
    assert_eq!(golden::hash(RuntimeId::Go, &scenario, 1), golden::GOLDEN[RuntimeId::Go as usize].1[0]);
}

#[wasm_bindgen_test]
fn a_canvas_is_drawn_at_the_pixel_ratio_of_its_device() {
    for ratio in [1.0, 1.5, 2.0] {
        let canvas = new_canvas();
        let area = Canvas::new(canvas.clone(), SIZE, ratio).expect("a context").into_drawing_area();
        assert_eq!((f64::from(canvas.width()), f64::from(canvas.height())), (SIZE.0 * ratio, SIZE.1 * ratio));
        // A square from (100, 50) to (110, 60) in CSS pixels.
        let at = |css: f64| (css * UNIT) as i32;
        let square = Rectangle::new([(at(100.0), at(50.0)), (at(110.0), at(60.0))], RGBColor(1, 2, 3).filled());
        area.draw(&square).expect("it can be drawn");
        drop(area);
        assert_eq!(pixel(&canvas, 105.0 * ratio, 55.0 * ratio), [1, 2, 3, 255], "at {ratio}");
        assert_eq!(pixel(&canvas, 98.0 * ratio, 55.0 * ratio), [0; 4], "at {ratio}");
        assert_eq!(pixel(&canvas, 112.0 * ratio, 55.0 * ratio), [0; 4], "at {ratio}");
    }
}

#[wasm_bindgen_test]
fn strokes_are_joined_and_all_of_them_are_seen() {
    let canvas = new_canvas();
    let area = Canvas::new(canvas.clone(), SIZE, 1.0).expect("a context").into_drawing_area();
    let at = |css: f64| (css * UNIT) as i32;
    for (i, color) in [RGBColor(250, 0, 0), RGBColor(250, 0, 0), RGBColor(0, 0, 250)].into_iter().enumerate() {
        let y = at(20.0 + 20.0 * i as f64);
        area.draw(&PathElement::new([(at(10.0), y), (at(90.0), y)], color.stroke_width(at(4.0) as u32)))
            .expect("drawn");
    }
    drop(area);
    let colors = [20.0, 40.0, 60.0].map(|y| pixel(&canvas, 50.0, y));
    assert_eq!(colors, [[250, 0, 0, 255], [250, 0, 0, 255], [0, 0, 250, 255]]);
}

#[wasm_bindgen_test]
fn charts_leave_the_document_alone_and_text_is_measured() {
    let body = gloo::utils::document().body().expect("a body");
    let before = body.inner_html();
    let canvas = new_canvas();
    let area = Canvas::new(canvas.clone(), SIZE, 1.0).expect("a context").into_drawing_area();
    let points: Vec<(f64, f64)> = (0..=40).map(|i| (f64::from(i) * 2.5, 400.0 - f64::from(i) * 5.0)).collect();
    let band = points.iter().map(|(x, y)| (*x, y - 10.0, y + 10.0)).collect();
    let line = Line { runtime: RuntimeId::Node, points: points.clone(), band };
    let go = Line { runtime: RuntimeId::Go, ..line.clone() };
    let y = Axis::linear((500.0, 100.0), THROUGHPUT.mark);
    let figure = CurveFigure { metric: THROUGHPUT, lines: vec![line, go], y: y.clone(), marks: Vec::new() };
    draw_curve(&area, &figure, &look()).expect("the curve");
    draw_marker(&area, &y, 30.0, &[(RuntimeId::Node, 300.0), (RuntimeId::Go, 400.0)], &look()).expect("the marker");
    draw_live_axes(&area, &y, &look()).expect("the axes");
    let live = points.iter().map(|(x, y)| (x * 0.3 - 30.0, *y)).collect();
    draw_live_lines(&area, &y, &[(RuntimeId::Go, live)], &look()).expect("the lines");
    let style = TextStyle::from(("sans-serif", 100.0)).pos(Pos::new(HPos::Left, VPos::Top));
    let narrow = area.estimate_text_size("iii", &style).expect("a size").0;
    let wide = area.estimate_text_size("WWW", &style).expect("a size").0;
    assert!(narrow > 0 && wide > 2 * narrow, "{narrow} and {wide}");
    assert_eq!(body.inner_html(), before);
    // The disc of Go stands on the marker; beside its middle, where no other line runs.
    let x = 48.0 + 0.3 * (SIZE.0 - 108.0);
    let y = 10.0 + (SIZE.1 - 34.0) * 0.2;
    drop(area);
    assert_eq!(pixel(&canvas, x - 3.0, y - 3.0), [0, 0, 200, 255]);
}
