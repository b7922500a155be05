//! Drawing with plotters, over any backend: a canvas in the page, SVG natively. It computes nothing.
//!
//! Every chart comes in two layers: what stays (mesh, axes, settled lines) and what moves.

mod bars;
mod curve;
mod dash;
mod lanes;
mod latency;
mod live;
mod look;
mod marks;
mod palette;
mod paper;
mod svg;

pub use bars::{draw_bars, draw_bars_axes};
pub use curve::{draw_curve, draw_marker, draw_marker_words};
pub use lanes::{LanesPlace, draw_lanes_moving, draw_lanes_still};
pub use latency::{draw_latency_axes, draw_latency_lines};
pub use live::{draw_live_axes, draw_live_lines};
pub use look::{Look, Palette, Place, parse_color};
pub use marks::{marks_at, place_of};
pub use paper::{draw_paper, draw_poster};
pub use svg::{Svg, UNIT as SVG_UNIT, width_of};
