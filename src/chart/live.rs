//! Throughput now: the last thirty simulated seconds.

use plotters::prelude::*;

use crate::chart::look::{Area, Drawn, Look, solid_first};
use crate::sim::runtime::RuntimeId;
use crate::view::axis::Axis;
use crate::view::series::LIVE_SECONDS;

const X: (f64, f64) = (-LIVE_SECONDS, 0.0);
const X_MARKS: [(f64, &str); 4] = [(-30.0, "30 s ago"), (-20.0, "20"), (-10.0, "10"), (0.0, "now")];

/// Draws what stays: mesh and axes. Time is counted from now, so they do not scroll.
///
/// # Errors
/// What the backend says.
pub fn draw_live_axes<DB: DrawingBackend>(area: &Area<DB>, y: &Axis, look: &Look) -> Drawn<DB> {
    // Half the marks: the plot is low.
    look.draw_axes(area, &look.plot(area, X), X, &X_MARKS, &y.clone().with_at_most(4))
}

/// Draws what moves: a line for each runtime through points (seconds before now, requests per second).
///
/// # Errors
/// What the backend says.
pub fn draw_live_lines<DB: DrawingBackend>(
    area: &Area<DB>,
    y: &Axis,
    lines: &[(RuntimeId, Vec<(f64, f64)>)],
    look: &Look,
) -> Drawn<DB> {
    let plot = look.plot(area, X);
    let mut ends = Vec::new();
    let right = plot.map_coordinate(&(0.0, 0.0)).0;
    for (runtime, points) in solid_first(lines, |line| line.0) {
        let visible: Vec<(f64, f64)> =
            points.iter().copied().filter(|(x, _)| *x >= X.0).map(|(x, rate)| (x, y.place(rate))).collect();
        look.draw_line(area, &plot, *runtime, &visible, 2.0)?;
        if let Some(last) = visible.last() {
            let at = plot.map_coordinate(last);
            look.draw_glyph(area, *runtime, at, 3.5)?;
            ends.push((*runtime, at.1));
        }
    }
    look.draw_names(area, right, &ends)
}
