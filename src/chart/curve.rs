//! Throughput against mix, and the marker that says "you are here".

use plotters::prelude::*;

use crate::chart::look::{Area, Drawn, Look, solid_first};
use crate::chart::marks::draw_marks;
use crate::sim::runtime::RuntimeId;
use crate::view::scale::marks;
use crate::view::series::CurveFigure;

const X: (f64, f64) = (0.0, 100.0);
const X_MARKS: [(f64, &str); 6] =
    [(0.0, "0 %"), (20.0, "20"), (40.0, "40"), (60.0, "60"), (80.0, "80"), (100.0, "100 %")];

/// Draws what stays while the slider moves: mesh, axes, bands, lines and their names, and what was measured.
///
/// # Errors
/// What the backend says.
pub fn draw_curve<DB: DrawingBackend>(area: &Area<DB>, figure: &CurveFigure, look: &Look) -> Drawn<DB> {
    let (top, step) = figure.y;
    let plot = look.plot(area, X, top);
    look.draw_axes(area, &plot, X, &X_MARKS, &marks(top, step))?;
    for line in &figure.lines {
        let edge = line.band.iter().map(|(x, low, _)| (*x, *low));
        let back = line.band.iter().rev().map(|(x, _, high)| (*x, high.min(top)));
        let band: Vec<(f64, f64)> = edge.chain(back).collect();
        if band.len() > 2 {
            plot.draw(&Polygon::new(band, look.color(line.runtime).mix(0.22)))?;
        }
    }
    let mut ends = Vec::new();
    for line in solid_first(&figure.lines, |line| line.runtime) {
        look.draw_line(area, &plot, line.runtime, &line.points, 2.25)?;
        if let Some(last) = line.points.last() {
            ends.push((line.runtime, plot.map_coordinate(last)));
        }
    }
    draw_marks(area, &plot, figure, look)?;
    let x = ends.first().map_or(0, |(_, (x, _))| *x);
    let ends: Vec<(RuntimeId, i32)> = ends.into_iter().map(|(runtime, (_, y))| (runtime, y)).collect();
    look.draw_names(area, x, &ends)
}

/// Draws what moves with the slider: a line at `mix` and each runtime's point (its throughput) on it.
///
/// # Errors
/// What the backend says.
pub fn draw_marker<DB: DrawingBackend>(
    area: &Area<DB>,
    y_top: f64,
    mix: f64,
    points: &[(RuntimeId, f64)],
    look: &Look,
) -> Drawn<DB> {
    let plot = look.plot(area, X, y_top);
    let line = [(mix, 0.0), (mix, y_top)];
    plot.draw(&PathElement::new(line, look.stroke(look.palette.ink, 1.25)))?;
    for (runtime, y) in points {
        look.draw_glyph(area, *runtime, plot.map_coordinate(&(mix, *y)), 5.0)?;
    }
    Ok(())
}
