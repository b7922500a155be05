//! What all charts share: where the plot is, its colours, and how each runtime looks.

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::sim::runtime::RuntimeId;
use crate::view::units::short;

/// Success, or what the backend says.
pub(super) type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;
/// A whole canvas, in backend pixels.
pub(super) type Area<DB> = DrawingArea<DB, Shift>;
/// The same canvas, in the units of the plot's axes.
pub(super) type Plot<DB> = DrawingArea<DB, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// The margins around a plot, in CSS pixels. The slider and its buttons fit between them.
#[derive(Clone, Copy, Debug)]
pub struct Place;

impl Place {
    /// For the marks of the y axis.
    pub const LEFT: f64 = 48.0;
    /// For the names of the lines.
    pub const RIGHT: f64 = 48.0;
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
    /// Of Node.js.
    pub node: RGBColor,
    /// Of Go.
    pub go: RGBColor,
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
        RuntimeId::Go => "Go",
    }
}

impl Look {
    /// `css` CSS pixels in backend pixels.
    pub(super) fn px(&self, css: f64) -> i32 {
        (css * self.unit + 0.5) as i32
    }

    pub(super) fn color(&self, runtime: RuntimeId) -> RGBColor {
        match runtime {
            RuntimeId::Node | RuntimeId::NodeWorkers | RuntimeId::NodeCluster => self.palette.node,
            RuntimeId::Go => self.palette.go,
        }
    }

    pub(super) fn stroke(&self, color: RGBColor, css: f64) -> ShapeStyle {
        color.stroke_width(self.px(css * self.weight) as u32)
    }

    fn font(&self, css: f64) -> FontDesc<'static> {
        (FontFamily::Name("system-ui, sans-serif"), css * self.text * self.unit).into_font()
    }

    /// The plot in `area`, between its margins. plotters' chart builder does no more, in many more bytes.
    pub(super) fn plot<DB: DrawingBackend>(&self, area: &Area<DB>, x: (f64, f64), y_top: f64) -> Plot<DB> {
        let (width, height) = area.dim_in_pixel();
        let across = self.px(Place::LEFT)..width as i32 - self.px(Place::RIGHT);
        let down = height as i32 - self.px(Place::BOTTOM)..self.px(Place::TOP);
        area.apply_coord_spec(Cartesian2d::new(x.0..x.1, 0.0..y_top, (across, down)))
    }

    /// Horizontal mesh lines and the marks of both axes.
    pub(super) fn draw_axes<DB: DrawingBackend>(
        &self,
        area: &Area<DB>,
        plot: &Plot<DB>,
        x: (f64, f64),
        x_marks: &[(f64, &str)],
        y_marks: &[f64],
    ) -> Drawn<DB> {
        let mark = |h, v| TextStyle::from(self.font(12.0)).color(&self.palette.faint).pos(Pos::new(h, v));
        for value in y_marks {
            let color = if *value == 0.0 { self.palette.faint } else { self.palette.mesh };
            plot.draw(&PathElement::new([(x.0, *value), (x.1, *value)], self.stroke(color, 1.0)))?;
            let (left, at) = plot.map_coordinate(&(x.0, *value));
            let text = short(*value);
            area.draw(&Text::new(text, (left - self.px(8.0), at), mark(HPos::Right, VPos::Center)))?;
        }
        for (value, text) in x_marks {
            let (at, bottom) = plot.map_coordinate(&(*value, 0.0));
            let line = [(at, bottom), (at, bottom + self.px(4.0))];
            area.draw(&PathElement::new(line, self.stroke(self.palette.faint, 1.0)))?;
            area.draw(&Text::new((*text).to_owned(), (at, bottom + self.px(7.0)), mark(HPos::Center, VPos::Top)))?;
        }
        Ok(())
    }

    /// The line of a runtime, in its own dash.
    pub(super) fn draw_line<DB: DrawingBackend>(
        &self,
        plot: &Plot<DB>,
        runtime: RuntimeId,
        points: &[(f64, f64)],
        css_width: f64,
    ) -> Drawn<DB> {
        let style = self.stroke(self.color(runtime), css_width);
        match runtime {
            RuntimeId::Node | RuntimeId::NodeWorkers | RuntimeId::NodeCluster => {
                let (dash, gap) = (self.px(7.0), self.px(3.0));
                plot.draw(&DashedPathElement::new(points.to_vec(), dash, gap, style))
            }
            RuntimeId::Go => plot.draw(&PathElement::new(points.to_vec(), style)),
        }
    }

    /// The marker of a runtime at a backend pixel: a square for Node, a disc for Go, on a rim of the ground's colour.
    pub(super) fn draw_glyph<DB: DrawingBackend>(
        &self,
        area: &Area<DB>,
        runtime: RuntimeId,
        at: (i32, i32),
        css: f64,
    ) -> Drawn<DB> {
        let glyph = |r: i32, color: RGBColor| -> Drawn<DB> {
            let corners = [(at.0 - r, at.1 - r), (at.0 + r, at.1 + r)];
            match runtime {
                RuntimeId::Node | RuntimeId::NodeWorkers | RuntimeId::NodeCluster => {
                    area.draw(&Rectangle::new(corners, color.filled()))
                }
                RuntimeId::Go => area.draw(&Circle::new(at, r, color.filled())),
            }
        };
        glyph(self.px(css * self.weight + 1.5), self.palette.ground)?;
        glyph(self.px(css * self.weight), self.color(runtime))
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
        let room = self.px(16.0 * self.text);
        for i in 1..ends.len() {
            let overlap = ends[i - 1].1 + room - ends[i].1;
            if overlap > 0 {
                ends[i - 1].1 -= overlap / 2;
                ends[i].1 += overlap - overlap / 2;
            }
        }
        for (runtime, y) in ends {
            let color = self.color(runtime);
            let style = TextStyle::from(self.font(13.0).style(FontStyle::Bold)).color(&color);
            area.draw(&Text::new(name(runtime), (x + self.px(8.0), y), style.pos(Pos::new(HPos::Left, VPos::Center))))?;
        }
        Ok(())
    }
}
