//! Canvases of the annex: how one is opened and in which colours it is drawn.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use web_sys::HtmlCanvasElement;
use yew::NodeRef;

use crate::chart::{Look, Palette};
use crate::ui::canvas::{Canvas, UNIT};
use crate::ui::effects::pixel_ratio;
use crate::ui::plots::read_palette;

/// How charts are drawn now, by the colours of the page around them.
pub(super) fn look(text: f64) -> Option<Look> {
    let root = gloo::utils::document().query_selector(".duel").ok()??;
    let palette: Palette = read_palette(&root)?;
    Some(Look { unit: UNIT, palette, weight: 1.0, text })
}

/// The canvas of `node`, cleared, with its size in CSS pixels.
pub(super) fn open(node: &NodeRef) -> Option<(DrawingArea<Canvas, Shift>, (f64, f64))> {
    let canvas = node.cast::<HtmlCanvasElement>()?;
    let size = (f64::from(canvas.offset_width()), f64::from(canvas.offset_height()));
    if size.0 <= 0.0 || size.1 <= 0.0 {
        return None;
    }
    Some((Canvas::new(canvas, size, pixel_ratio())?.into_drawing_area(), size))
}
