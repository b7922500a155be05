//! What was measured, as marks on the curve.

use plotters::prelude::*;

use crate::chart::look::{Area, Drawn, Look, Place, Plot};
use crate::view::axis::Axis;
use crate::view::series::{CurveFigure, Mark};

/// Marks that are told together: they can not be told apart by eye.
const TOGETHER: f64 = 3.0;
/// Marks that are told together, at most.
const MAX_TOLD: usize = 4;

/// Draws each mark in its runtime's shape and colour with an outline of ink, filled, or hollow if the reader measured
/// it; a thin line goes from the smallest to the largest of its repeats.
pub(super) fn draw_marks<DB: DrawingBackend>(
    area: &Area<DB>,
    plot: &Plot<DB>,
    figure: &CurveFigure,
    look: &Look,
) -> Drawn<DB> {
    let y = &figure.y;
    for mark in &figure.marks {
        let (low, median, high) = mark.throughput;
        let range = [(mark.mix, y.place(low)), (mark.mix, y.place(high))];
        plot.draw(&PathElement::new(range, look.stroke(look.palette.ink, 1.0)))?;
        let at = plot.map_coordinate(&(mark.mix, y.place(median)));
        let (css, color) = (3.0 * look.weight, look.color(mark.runtime));
        let mut rings = vec![(css + 2.25, look.palette.ground), (css + 1.0, look.palette.ink), (css, color)];
        if mark.is_readers {
            rings = vec![(css + 2.75, look.palette.ground), (css + 1.5, color), (css - 0.75, look.palette.ground)];
        }
        for ring in rings {
            look.draw_shape(area, mark.runtime, at, ring)?;
        }
    }
    Ok(())
}

/// Where a mark is in a figure of this size, all in CSS pixels.
#[must_use]
pub fn place_of(mark: &Mark, y: &Axis, (width, height): (f64, f64)) -> (f64, f64) {
    let x = Place::LEFT + (width - Place::LEFT - Place::RIGHT) * mark.mix / 100.0;
    let y = Place::TOP + (height - Place::TOP - Place::BOTTOM) * (1.0 - y.place(mark.throughput.1));
    (x, y)
}

/// The marks under a pointer, by place in the figure: the nearest within `reach` CSS pixels, and those that lie on it.
#[must_use]
pub fn marks_at(figure: &CurveFigure, size: (f64, f64), at: (f64, f64), reach: f64) -> Vec<usize> {
    let places = figure.marks.iter().map(|mark| place_of(mark, &figure.y, size));
    let square = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1);
    let mut nearest = None;
    let mut least = reach * reach;
    for place in places.clone() {
        if square(place, at) <= least {
            least = square(place, at);
            nearest = Some(place);
        }
    }
    let Some(nearest) = nearest else { return Vec::new() };
    let together = places.enumerate().filter(|(_, place)| square(*place, nearest) <= TOGETHER * TOGETHER);
    together.map(|(idx, _)| idx).take(MAX_TOLD).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::runtime::RuntimeId;
    use crate::view::metrics::THROUGHPUT;
    use crate::view::units::short;

    #[test]
    fn a_pointer_finds_the_nearest_mark_and_what_lies_on_it() {
        let mark = |mix, x| Mark { runtime: RuntimeId::Go, mix, throughput: (x, x, x), is_readers: false };
        let marks = vec![mark(0.0, 100.0), mark(50.0, 50.0), mark(50.0, 51.0), mark(51.0, 90.0)];
        let y = Axis::linear((100.0, 25.0), short);
        let figure = CurveFigure { metric: THROUGHPUT, lines: Vec::new(), marks, y };
        let size = (308.0, 134.0);
        assert_eq!(place_of(&figure.marks[0], &figure.y, size), (48.0, 10.0));
        assert_eq!(place_of(&figure.marks[1], &figure.y, size), (148.0, 60.0));
        assert_eq!(marks_at(&figure, size, (50.0, 12.0), 12.0), [0]);
        assert_eq!(marks_at(&figure, size, (150.0, 66.0), 12.0), [1, 2]);
        assert_eq!(marks_at(&figure, size, (150.0, 22.0), 12.0), [3]);
        assert_eq!(marks_at(&figure, size, (100.0, 60.0), 12.0), Vec::<usize>::new());
    }
}
