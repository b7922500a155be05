//! A bar for each runtime, for who wants nothing to move.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::chart::look::{Area, Drawn, Look, NAME, Place, Plot, name};
use crate::view::axis::Axis;
use crate::view::bars::{Bar, BarsFigure};

/// The axis, in places on it.
const X: (f64, f64) = (0.0, 1.0);
/// Room before the bars for their names, and behind the longest for its value in words, in CSS pixels.
const NAMES: f64 = 68.0;
const WORDS: f64 = 82.0;

/// The plot, whose axis leaves room on both sides.
fn plot<DB: DrawingBackend>(area: &Area<DB>, look: &Look) -> Plot<DB> {
    let width = f64::from(area.dim_in_pixel().0) / look.unit;
    let (left, right) = (NAMES * look.text, width - WORDS * look.text);
    let at = |px: f64| (px - left) / (right - left).max(1.0);
    look.plot(area, (at(Place::LEFT), at(width - Place::RIGHT)))
}

/// Draws what stays while the slider moves: the marks of the axis.
///
/// # Errors
/// What the backend says.
pub fn draw_bars_axes<DB: DrawingBackend>(area: &Area<DB>, figure: &BarsFigure, look: &Look) -> Drawn<DB> {
    let plot = plot(area, look);
    let marks: Vec<(f64, &str)> =
        figure.x.marks.iter().map(|(value, text)| (figure.x.place(*value), text.as_str())).collect();
    for (place, _) in &marks {
        plot.draw(&PathElement::new([(*place, 0.0), (*place, 1.0)], look.stroke(look.palette.mesh, 1.0)))?;
    }
    let none = Axis { marks: Vec::new(), ..figure.x.clone() };
    look.draw_axes(area, &plot, X, &marks, &none)
}

/// Draws what moves with it: bars with their names, their values and the intervals of these.
///
/// # Errors
/// What the backend says.
pub fn draw_bars<DB: DrawingBackend>(area: &Area<DB>, figure: &BarsFigure, look: &Look) -> Drawn<DB> {
    let plot = plot(area, look);
    let (left, top) = plot.map_coordinate(&(0.0, 1.0));
    let (_, bottom) = plot.map_coordinate(&(0.0, 0.0));
    let n = figure.bars.len().max(1) as i32;
    // Two thirds of the room, and not thicker than looks like a bar.
    let half = ((bottom - top) / (3 * n)).min(look.px(11.0));
    let names: Vec<&str> = figure.bars.iter().map(|bar| name(bar.runtime)).collect();
    let size = look.fitting(area, &names, (NAME, FontStyle::Bold), left - look.px(10.0))?;
    let style = TextStyle::from(look.font(size).style(FontStyle::Bold)).pos(Pos::new(HPos::Right, VPos::Center));
    for (i, bar) in (0..).zip(&figure.bars) {
        let middle = top + (bottom - top) * (2 * i + 1) / (2 * n);
        let at = |value: f64| plot.map_coordinate(&(figure.x.place(value), 0.0)).0;
        draw_bar(area, bar, at, (middle, half), look)?;
        let (color, at) = (look.color(bar.runtime), (left - look.px(8.0), middle));
        area.draw(&Text::new(name(bar.runtime), at, style.clone().color(&color)))?;
    }
    Ok(())
}

/// One bar around `middle`, with its value behind it.
fn draw_bar<DB: DrawingBackend>(
    area: &Area<DB>,
    bar: &Bar,
    at: impl Fn(f64) -> i32,
    (middle, half): (i32, i32),
    look: &Look,
) -> Drawn<DB> {
    let (left, mut end) = (at(0.0), at(bar.value.unwrap_or(0.0)));
    if bar.value.is_some() {
        let color = look.color(bar.runtime).filled();
        area.draw(&Rectangle::new([(left, middle - half), (end, middle + half)], color))?;
    }
    if let Some((low, high)) = bar.interval.map(|(low, high)| (at(low), at(high)))
        // Narrower than it is drawn thick, it would only be a blot.
        && high - low >= look.px(3.0)
    {
        let (tip, ink) = (half / 2, look.stroke(look.palette.ink, 1.25));
        area.draw(&PathElement::new([(low, middle), (high, middle)], ink))?;
        for x in [low, high] {
            area.draw(&PathElement::new([(x, middle - tip), (x, middle + tip)], ink))?;
        }
        end = end.max(high);
    }
    let style = TextStyle::from(look.font(NAME)).pos(Pos::new(HPos::Left, VPos::Center));
    area.draw(&Text::new(bar.words.clone(), (end + look.px(8.0), middle), style.color(&look.palette.ink)))
}
