//! Throughput against mix, and the marker that says "you are here".

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::chart::look::{Area, Drawn, LINE, Look, NAME, make_room, solid_first};
use crate::chart::marks::draw_marks;
use crate::sim::runtime::RuntimeId;
use crate::view::axis::Axis;
use crate::view::series::{CurveFigure, Marker};

const X: (f64, f64) = (0.0, 100.0);
const X_MARKS: [(f64, &str); 6] =
    [(0.0, "0 %"), (20.0, "20"), (40.0, "40"), (60.0, "60"), (80.0, "80"), (100.0, "100 %")];

/// Draws what stays while the slider moves: mesh, axes, bands, lines and their names, and what was measured.
///
/// # Errors
/// What the backend says.
pub fn draw_curve<DB: DrawingBackend>(area: &Area<DB>, figure: &CurveFigure, look: &Look) -> Drawn<DB> {
    let (y, plot) = (&figure.y, look.plot(area, X));
    look.draw_axes(area, &plot, X, &X_MARKS, y)?;
    for line in &figure.lines {
        let edge = line.band.iter().map(|(x, low, _)| (*x, y.place(*low)));
        let back = line.band.iter().rev().map(|(x, _, high)| (*x, y.place(*high)));
        let band: Vec<(f64, f64)> = edge.chain(back).collect();
        if band.len() > 2 {
            plot.draw(&Polygon::new(band, look.color(line.runtime).mix(0.22)))?;
        }
    }
    let mut ends = Vec::new();
    for line in solid_first(&figure.lines, |line| line.runtime) {
        let points: Vec<(f64, f64)> = line.points.iter().map(|(mix, value)| (*mix, y.place(*value))).collect();
        look.draw_line(area, &plot, line.runtime, &points, 2.25)?;
        ends.extend(points.last().map(|last| (line.runtime, plot.map_coordinate(last).1)));
    }
    draw_marks(area, &plot, figure, look)?;
    look.draw_names(area, plot.map_coordinate(&(X.1, 0.0)).0, &ends)
}

/// Draws what moves with the slider: a line at `mix` and each runtime's point (its value) on it.
///
/// # Errors
/// What the backend says.
pub fn draw_marker<DB: DrawingBackend>(
    area: &Area<DB>,
    y: &Axis,
    mix: f64,
    points: &[(RuntimeId, f64)],
    look: &Look,
) -> Drawn<DB> {
    let plot = look.plot(area, X);
    let line = [(mix, 0.0), (mix, 1.0)];
    plot.draw(&PathElement::new(line, look.stroke(look.palette.ink, 1.25)))?;
    for (runtime, value) in points {
        look.draw_glyph(area, *runtime, plot.map_coordinate(&(mix, y.place(*value))), 5.0)?;
    }
    Ok(())
}

/// Draws the words of a marker where nothing moves: beside each of its points the value.
///
/// # Errors
/// What the backend says.
pub fn draw_marker_words<DB: DrawingBackend>(
    area: &Area<DB>,
    figure: &CurveFigure,
    marker: &Marker,
    look: &Look,
) -> Drawn<DB> {
    let plot = look.plot(area, X);
    let (x, top) = plot.map_coordinate(&(marker.mix, 1.0));
    let bottom = plot.map_coordinate(&(marker.mix, 0.0)).1;
    let (side, anchor) = if marker.mix <= 80.0 { (1, HPos::Left) } else { (-1, HPos::Right) };
    let mut ends: Vec<(RuntimeId, i32)> = Vec::new();
    for (runtime, value, _) in &marker.points {
        // Where a line falls there is room over it on the right and under it on the left; where it climbs the reverse.
        let is_over = (side > 0) != climbs(figure, *runtime, marker.mix);
        let away = look.px(if is_over { -13.0 } else { 13.0 });
        let height = plot.map_coordinate(&(marker.mix, figure.y.place(*value))).1 + away;
        let at = ends.partition_point(|(_, y)| *y <= height);
        ends.insert(at, (*runtime, height));
    }
    make_room(&mut ends, look.px(LINE * look.text), (top + look.px(8.0), bottom - look.px(8.0)));
    let style = TextStyle::from(look.font(NAME).style(FontStyle::Bold)).pos(Pos::new(anchor, VPos::Center));
    for (runtime, height) in ends {
        let Some((.., words)) = marker.points.iter().find(|point| point.0 == runtime) else { continue };
        let at = (x + side * look.px(10.0), height);
        let (width, height) = area.estimate_text_size(words, &style)?;
        let (far, half) = (at.0 + side * width as i32, height as i32 * 6 / 10);
        // Over lines it is read on the ground's colour.
        let ground = look.palette.ground.mix(0.8).filled();
        area.draw(&Rectangle::new([(at.0.min(far), at.1 - half), (at.0.max(far), at.1 + half)], ground))?;
        area.draw(&Text::new(words.as_str(), at, style.clone().color(&look.color(runtime))))?;
    }
    Ok(())
}

/// Whether the line of a runtime climbs about a mix.
fn climbs(figure: &CurveFigure, runtime: RuntimeId, mix: f64) -> bool {
    let Some(line) = figure.lines.iter().find(|line| line.runtime == runtime) else { return false };
    let place = line.points.partition_point(|(x, _)| *x <= mix);
    // Two points to either side: a single step may be noise.
    let (before, after) = (place.saturating_sub(3), (place + 1).min(line.points.len().saturating_sub(1)));
    matches!((line.points.get(before), line.points.get(after)), (Some((_, a)), Some((_, b))) if b > a)
}
