//! How the pieces of lanes are filled, so that they are told apart without their hue.

use plotters::prelude::*;

use crate::chart::look::{Area, Drawn, Look};
use crate::view::lanes::{Kind, Reason, What};

/// The upper and lower edge of a row, in backend pixels.
#[derive(Clone, Copy)]
pub(super) struct Band {
    pub(super) top: i32,
    pub(super) bottom: i32,
}

/// How a bar is filled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fill {
    /// All of it.
    Full,
    /// Paler.
    Pale,
    /// The lower half, pale.
    Half,
    /// Ink with stripes of the ground.
    Striped,
    /// Its outline.
    Hollow,
    /// A line through its middle.
    Line,
}

pub(super) fn fill_of(what: What) -> Option<Fill> {
    Some(match what {
        What::Piece(Kind::Burst) => Fill::Full,
        What::Piece(Kind::Serve | Kind::Accept | Kind::Message | Kind::Overhead) => Fill::Pale,
        What::Piece(Kind::Search | Kind::Switch) => Fill::Half,
        What::Piece(Kind::Collect) => Fill::Striped,
        What::Piece(Kind::Ready | Kind::Stopped) => Fill::Hollow,
        What::Piece(Kind::Call) => Fill::Line,
        What::Piece(Kind::Nap | Kind::Poll | Kind::Park) | What::Phase(..) => return None,
    })
}

pub(super) fn fill_of_step(reason: Reason) -> Fill {
    match reason {
        Reason::Burst => Fill::Full,
        Reason::Switch | Reason::Around => Fill::Pale,
        Reason::Collect => Fill::Striped,
        Reason::Away
        | Reason::Starting
        | Reason::Queue(_)
        | Reason::Preempted
        | Reason::Core
        | Reason::Stopped
        | Reason::Unknown => Fill::Hollow,
        Reason::Call | Reason::Network | Reason::Database | Reason::Service | Reason::Timer | Reason::LateTimer => {
            Fill::Line
        }
    }
}

/// `color` over `ground`, so much of it: what is laid over something else must not let it through.
pub(super) fn tint(color: RGBColor, ground: RGBColor, share: f64) -> RGBColor {
    let mix = |a: u8, b: u8| (f64::from(a) * share + f64::from(b) * (1.0 - share) + 0.5) as u8;
    RGBColor(mix(color.0, ground.0), mix(color.1, ground.1), mix(color.2, ground.2))
}

/// Fills the space between two edges in a row; `is_dim` where it has nothing to do with what is explained.
pub(super) fn draw_fill<DB: DrawingBackend>(
    area: &Area<DB>,
    ((left, right), row): ((i32, i32), Band),
    fill: Fill,
    (color, is_dim): (RGBColor, bool),
    look: &Look,
) -> Drawn<DB> {
    let right = right.max(left + 1);
    let ground = look.palette.ground;
    let rect = |top: i32, bottom: i32, color: RGBColor| Rectangle::new([(left, top), (right, bottom)], color.filled());
    match fill {
        Fill::Full => area.draw(&rect(row.top, row.bottom, color)),
        Fill::Pale => area.draw(&rect(row.top, row.bottom, tint(color, ground, 0.45))),
        Fill::Half => area.draw(&rect((row.top + row.bottom) / 2, row.bottom, tint(color, ground, 0.45))),
        Fill::Hollow => {
            area.draw(&rect(row.top, row.bottom, ground))?;
            let half = look.px(0.5);
            let corners = [(left + half, row.top + half), ((right - half).max(left + half + 1), row.bottom - half)];
            area.draw(&Rectangle::new(corners, look.stroke(color, 1.0)))
        }
        Fill::Line => {
            let (middle, half) = ((row.top + row.bottom) / 2, look.px(1.0 * look.weight).max(1));
            area.draw(&rect(middle - half, middle + half, color))
        }
        Fill::Striped => {
            let ink = if is_dim { color } else { look.palette.ink };
            area.draw(&rect(row.top, row.bottom, ink))?;
            let (step, height) = (look.px(4.0), row.bottom - row.top);
            let stroke = look.stroke(ground, 1.25);
            let mut x = left - height + step;
            while x < right {
                // From the lower left to the upper right, within the edges.
                let (a, b) = (x.max(left), (x + height).min(right));
                if b > a {
                    let line = [(a, row.bottom - (a - x)), (b, row.bottom - (b - x))];
                    area.draw(&PathElement::new(line, stroke))?;
                }
                x += step;
            }
            Ok(())
        }
    }
}
