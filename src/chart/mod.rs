//! Drawing with plotters, over any backend: a canvas in the page, SVG natively. It computes nothing.
//!
//! Every chart comes in two layers: what stays (mesh, axes, settled lines) and what moves.

mod curve;
mod dash;
mod lanes;
mod live;
mod look;
mod marks;

pub use curve::{draw_curve, draw_marker};
pub use lanes::{LanesPlace, draw_lanes_moving, draw_lanes_still};
pub use live::{draw_live_axes, draw_live_lines};
pub use look::{Look, Palette, Place, parse_color};
pub use marks::{marks_at, place_of};
