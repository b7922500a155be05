//! How latencies are spread: latency against percentile, where each further nine takes as much room as the one before.

use plotters::prelude::*;

use crate::chart::look::{Area, Drawn, Look, solid_first};
use crate::view::latency::LatencyFigure;

/// Draws what stays: mesh and axes. They change when the range of the latencies does.
///
/// # Errors
/// What the backend says.
pub fn draw_latency_axes<DB: DrawingBackend>(area: &Area<DB>, figure: &LatencyFigure, look: &Look) -> Drawn<DB> {
    let x = (0.0, figure.nines);
    let plot = look.plot(area, x);
    for (nines, _) in figure.x_marks.iter().skip(1) {
        plot.draw(&PathElement::new([(*nines, 0.0), (*nines, 1.0)], look.stroke(look.palette.mesh, 1.0)))?;
    }
    look.draw_axes(area, &plot, x, &figure.x_marks, &figure.y)
}

/// Draws what moves: a line for each runtime with its shape at the percentiles that are marked, and its name at the end.
///
/// # Errors
/// What the backend says.
pub fn draw_latency_lines<DB: DrawingBackend>(area: &Area<DB>, figure: &LatencyFigure, look: &Look) -> Drawn<DB> {
    let plot = look.plot(area, (0.0, figure.nines));
    let place = |(nines, ms): &(f64, f64)| (*nines, figure.y.place(*ms));
    let mut ends = Vec::new();
    let lines = solid_first(&figure.lines, |line| line.runtime);
    for line in &lines {
        let points: Vec<(f64, f64)> = line.points.iter().map(place).collect();
        look.draw_line(area, &plot, line.runtime, &points, 2.0)?;
        if let Some(last) = points.last() {
            // What ends before the axis does, as it knows too few requests, has its name at the height of its end.
            ends.push((line.runtime, plot.map_coordinate(last).1));
        }
    }
    for line in lines {
        for mark in line.marks.iter().map(place) {
            look.draw_glyph(area, line.runtime, plot.map_coordinate(&mark), 3.5)?;
        }
    }
    look.draw_names(area, plot.map_coordinate(&(figure.nines, 0.0)).0, &ends)
}
