//! What all charts share: where the plot is, its colours, and how each runtime looks.

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::chart::dash::dashes;
use crate::sim::runtime::RuntimeId;
use crate::view::axis::Axis;

/// Success, or what the backend says.
pub(super) type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;
/// A whole canvas, in backend pixels.
pub(super) type Area<DB> = DrawingArea<DB, Shift>;
/// The same canvas, in the units of the plot's x axis and in places on its y axis, which are from 0 to 1.
pub(super) type Plot<DB> = DrawingArea<DB, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// The margins around a plot, in CSS pixels. The slider and its buttons fit between them.
#[derive(Clone, Copy, Debug)]
pub struct Place;

impl Place {
    /// For the marks of the y axis.
    pub const LEFT: f64 = 48.0;
    /// For the names of the lines.
    pub const RIGHT: f64 = 60.0;
    /// For half a mark.
    pub const TOP: f64 = 10.0;
    /// For the marks of the x axis.
    pub const BOTTOM: f64 = 24.0;
}

/// The colours of one theme.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    /// Of text and of the marker.
    pub ink: RGBColor,
    /// Of marks and axes.
    pub faint: RGBColor,
    /// Of the mesh.
    pub mesh: RGBColor,
    /// Of the ground.
    pub ground: RGBColor,
    /// Of the runtimes, in the order of [`RuntimeId::ALL`].
    pub runtimes: [RGBColor; RuntimeId::ALL.len()],
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Backend pixels in one CSS pixel.
    pub unit: f64,
    /// Colours.
    pub palette: Palette,
    /// Thickness of everything against the normal one.
    pub weight: f64,
    /// Size of text against the normal one.
    pub text: f64,
}

/// Sizes of text in CSS pixels: of marks, and of names and values.
const MARK: f64 = 12.0;
pub(super) const NAME: f64 = 13.0;
/// Room for a line of text, in CSS pixels.
pub(super) const LINE: f64 = 16.0;

/// Reads `#rrggbb`.
#[must_use]
pub fn parse_color(text: &str) -> Option<RGBColor> {
    let hex = text.trim().strip_prefix('#').filter(|hex| hex.len() == 6)?;
    let [_, r, g, b] = u32::from_str_radix(hex, 16).ok()?.to_be_bytes();
    Some(RGBColor(r, g, b))
}

/// The name of a line.
pub(super) fn name(runtime: RuntimeId) -> &'static str {
    match runtime {
        RuntimeId::Node => "Node",
        RuntimeId::NodeWorkers => "workers",
        RuntimeId::NodeCluster => "cluster",
        RuntimeId::NodeService => "service",
        RuntimeId::Go => "Go",
        RuntimeId::Threads => "threads",
        RuntimeId::Tokio => "Tokio",
    }
}

impl Look {
    /// `css` CSS pixels in backend pixels.
    pub(super) fn px(&self, css: f64) -> i32 {
        (css * self.unit + 0.5) as i32
    }

    pub(super) fn color(&self, runtime: RuntimeId) -> RGBColor {
        self.palette.runtimes[runtime as usize]
    }

    pub(super) fn stroke(&self, color: RGBColor, css: f64) -> ShapeStyle {
        color.stroke_width(self.px(css * self.weight) as u32)
    }

    pub(super) fn font(&self, css: f64) -> FontDesc<'static> {
        (FontFamily::Name("system-ui, sans-serif"), css * self.text * self.unit).into_font()
    }

    /// Text of a size in this colour, with its anchor.
    pub(super) fn mark(&self, css: f64, color: RGBColor, h: HPos, v: VPos) -> TextStyle<'static> {
        TextStyle { color: color.to_backend_color(), ..TextStyle::from(self.font(css)).pos(Pos::new(h, v)) }
    }

    /// The plot in `area`, between its margins. plotters' chart builder does no more, in many more bytes.
    pub(super) fn plot<DB: DrawingBackend>(&self, area: &Area<DB>, x: (f64, f64)) -> Plot<DB> {
        let (width, height) = area.dim_in_pixel();
        let across = self.px(Place::LEFT)..width as i32 - self.px(Place::RIGHT);
        let down = height as i32 - self.px(Place::BOTTOM)..self.px(Place::TOP);
        area.apply_coord_spec(Cartesian2d::new(x.0..x.1, 0.0..1.0, (across, down)))
    }

    /// Horizontal mesh lines and the marks of both axes.
    pub(super) fn draw_axes<DB: DrawingBackend>(
        &self,
        area: &Area<DB>,
        plot: &Plot<DB>,
        x: (f64, f64),
        x_marks: &[(f64, &str)],
        y: &Axis,
    ) -> Drawn<DB> {
        // A logarithmic axis may begin below its first mark.
        let base = [(x.0, 0.0), (x.1, 0.0)];
        plot.draw(&PathElement::new(base, self.stroke(self.palette.faint, 1.0)))?;
        let (left, bottom) = plot.map_coordinate(&(x.0, 0.0));
        let height = bottom - plot.map_coordinate(&(x.0, 1.0)).1;
        let y = y.clone().with_at_most((height / self.px(LINE * self.text)) as usize);
        let words: Vec<&str> = y.marks.iter().map(|(_, text)| text.as_str()).collect();
        let size = self.fitting(area, &words, (MARK, FontStyle::Normal), left - self.px(10.0))?;
        let mark = |size, h, v| TextStyle::from(self.font(size)).color(&self.palette.faint).pos(Pos::new(h, v));
        for (value, text) in &y.marks {
            let place = y.place(*value);
            if place > 0.0 {
                plot.draw(&PathElement::new([(x.0, place), (x.1, place)], self.stroke(self.palette.mesh, 1.0)))?;
            }
            let at = plot.map_coordinate(&(x.0, place)).1;
            area.draw(&Text::new(text.as_str(), (left - self.px(8.0), at), mark(size, HPos::Right, VPos::Center)))?;
        }
        let (style, mut used) = (mark(MARK, HPos::Center, VPos::Top), i32::MIN);
        for (value, text) in x_marks {
            let at = plot.map_coordinate(&(*value, 0.0)).0;
            let line = [(at, bottom), (at, bottom + self.px(4.0))];
            area.draw(&PathElement::new(line, self.stroke(self.palette.faint, 1.0)))?;
            // What would stand on the one before is left out.
            let half = area.estimate_text_size(text, &style)?.0 as i32 / 2;
            if at - half >= used {
                area.draw(&Text::new(*text, (at, bottom + self.px(7.0)), style.clone()))?;
                used = at + half + self.px(5.0);
            }
        }
        Ok(())
    }

    /// The size in CSS pixels, at most `css`, in which `words` are no wider than `room`: system fonts differ in width by a
    /// third.
    pub(super) fn fitting<DB: DrawingBackend>(
        &self,
        area: &Area<DB>,
        words: &[&str],
        (css, style): (f64, FontStyle),
        room: i32,
    ) -> Result<f64, DrawingAreaErrorKind<DB::ErrorType>> {
        let (style, mut size) = (TextStyle::from(self.font(css).style(style)), css);
        for text in words {
            let wanted = f64::from(area.estimate_text_size(text, &style)?.0);
            size = size.min(css * f64::from(room) / wanted.max(1.0));
        }
        Ok(size)
    }

    /// The line of a runtime, in its own dash.
    pub(super) fn draw_line<DB: DrawingBackend>(
        &self,
        area: &Area<DB>,
        plot: &Plot<DB>,
        runtime: RuntimeId,
        points: &[(f64, f64)],
        css_width: f64,
    ) -> Drawn<DB> {
        let style = self.stroke(self.color(runtime), css_width);
        // Lengths of strokes and gaps in turn, in CSS pixels.
        let pattern: &[f64] = match runtime {
            RuntimeId::Node => &[7.0, 3.0],
            RuntimeId::NodeWorkers => &[2.0, 2.5],
            RuntimeId::NodeCluster => &[11.0, 3.0, 2.0, 3.0],
            RuntimeId::NodeService => &[4.0, 4.0],
            RuntimeId::Threads => &[14.0, 4.0],
            RuntimeId::Tokio => &[9.0, 2.0, 2.0, 2.0, 2.0, 2.0],
            RuntimeId::Go => &[],
        };
        let points: Vec<(i32, i32)> = points.iter().map(|point| plot.map_coordinate(point)).collect();
        for stroke in dashes(&points, pattern, self.unit * self.weight) {
            area.draw(&PathElement::new(stroke, style))?;
        }
        Ok(())
    }

    /// The marker of a runtime at a backend pixel, on a rim of the ground's colour.
    pub(super) fn draw_glyph<DB: DrawingBackend>(
        &self,
        area: &Area<DB>,
        runtime: RuntimeId,
        at: (i32, i32),
        css: f64,
    ) -> Drawn<DB> {
        self.draw_shape(area, runtime, at, (css * self.weight + 1.5, self.palette.ground))?;
        self.draw_shape(area, runtime, at, (css * self.weight, self.color(runtime)))
    }

    /// The shape of a runtime with this half width, filled: a square for Node, a triangle for its workers, a diamond for
    /// its cluster, a triangle on its tip for its service, a disc for Go, a plus for threads, a hexagon for Tokio.
    pub(super) fn draw_shape<DB: DrawingBackend>(
        &self,
        area: &Area<DB>,
        runtime: RuntimeId,
        (x, y): (i32, i32),
        (css, color): (f64, RGBColor),
    ) -> Drawn<DB> {
        let r = self.px(css);
        // Corners for which all four look equally large.
        let far = r * 13 / 10;
        let corners = match runtime {
            RuntimeId::Node => vec![(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)],
            RuntimeId::NodeWorkers => vec![(x, y - far), (x + far, y + r), (x - far, y + r)],
            RuntimeId::NodeCluster => vec![(x, y - far), (x + far, y), (x, y + far), (x - far, y)],
            RuntimeId::NodeService => vec![(x, y + far), (x + far, y - r), (x - far, y - r)],
            RuntimeId::Threads => {
                let (arm, half) = (far, r * 2 / 5);
                vec![
                    (x - half, y - arm),
                    (x + half, y - arm),
                    (x + half, y - half),
                    (x + arm, y - half),
                    (x + arm, y + half),
                    (x + half, y + half),
                    (x + half, y + arm),
                    (x - half, y + arm),
                    (x - half, y + half),
                    (x - arm, y + half),
                    (x - arm, y - half),
                    (x - half, y - half),
                ]
            }
            RuntimeId::Tokio => {
                let (side, half) = (r * 11 / 10, far / 2);
                let right = [(x, y - far), (x + side, y - half), (x + side, y + half)];
                let left = [(x, y + far), (x - side, y + half), (x - side, y - half)];
                right.into_iter().chain(left).collect()
            }
            RuntimeId::Go => return area.draw(&Circle::new((x, y), r, color.filled())),
        };
        area.draw(&Polygon::new(corners, color))
    }

    /// Names at the right ends of lines, each at its backend height; names that would overlap make room.
    pub(super) fn draw_names<DB: DrawingBackend>(
        &self,
        area: &Area<DB>,
        x: i32,
        names: &[(RuntimeId, i32)],
    ) -> Drawn<DB> {
        let mut ends: Vec<(RuntimeId, i32)> = Vec::new();
        for name in names {
            let at = ends.partition_point(|(_, y)| *y <= name.1);
            ends.insert(at, *name);
        }
        let (width, height) = area.dim_in_pixel();
        // Between the upper edge and the marks of the axis.
        let (top, bottom) = (self.px(8.0), height as i32 - self.px(Place::BOTTOM + 2.0));
        make_room(&mut ends, self.px(LINE * self.text), (top, bottom));
        let left = x + self.px(8.0);
        let words: Vec<&str> = ends.iter().map(|(runtime, _)| name(*runtime)).collect();
        let size = self.fitting(area, &words, (NAME, FontStyle::Bold), width as i32 - left - self.px(2.0))?;
        let style = TextStyle::from(self.font(size).style(FontStyle::Bold)).pos(Pos::new(HPos::Left, VPos::Center));
        for (runtime, y) in ends {
            area.draw(&Text::new(name(runtime), (left, y), style.clone().color(&self.color(runtime))))?;
        }
        Ok(())
    }
}

/// Lines in the order in which they are drawn: dashes over the solid line, so that both are seen where they tie.
pub(super) fn solid_first<T>(lines: &[T], runtime: impl Fn(&T) -> RuntimeId) -> Vec<&T> {
    let (mut solid, dashed): (Vec<&T>, Vec<&T>) = lines.iter().partition(|line| runtime(line) == RuntimeId::Go);
    solid.extend(dashed);
    solid
}

/// Moves what is closer than `room`, in order of height, apart to both sides and into the bounds.
pub(super) fn make_room(ends: &mut [(RuntimeId, i32)], room: i32, (top, bottom): (i32, i32)) {
    let n_gaps = ends.len().saturating_sub(1) as i32;
    let room = room.min((bottom - top) / n_gaps.max(1));
    // As often as it takes four to make room for one another.
    for _ in 0..8 {
        for i in 1..ends.len() {
            let overlap = ends[i - 1].1 + room - ends[i].1;
            if overlap > 0 {
                ends[i - 1].1 -= overlap / 2;
                ends[i].1 += overlap - overlap / 2;
            }
        }
    }
    let mut least = top;
    for (_, y) in ends.iter_mut() {
        *y = least.max(*y);
        least = *y + room;
    }
    let mut most = bottom;
    for (_, y) in ends.iter_mut().rev() {
        *y = most.min(*y);
        most = *y - room;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_make_room_and_stay_inside() {
        for heights in
            [[400, 400, 400, 400], [0, 0, 1, 2], [500, 500, 500, 490], [10, 200, 201, 480], [16, 100, 200, 300]]
        {
            for bounds in [(8, 500), (8, 60)] {
                let mut ends: Vec<(RuntimeId, i32)> = RuntimeId::ALL.into_iter().zip(heights).collect();
                ends.sort_by_key(|(_, y)| *y);
                let before = ends.clone();
                make_room(&mut ends, 16, bounds);
                assert!(ends.windows(2).all(|pair| pair[1].1 - pair[0].1 >= 16), "{ends:?}");
                assert!(ends.iter().all(|(_, y)| (bounds.0..=bounds.1).contains(y)), "{ends:?}");
                if heights[0] == 16 && bounds.1 == 500 {
                    assert_eq!(ends, before, "who has room stays");
                }
            }
        }
    }
}
