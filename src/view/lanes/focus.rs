//! What is pointed at, by pointer or by keys.

use crate::sim::time::Time;
use crate::view::lanes::{Film, Layout, RowOf, Viewport};

/// How far from a segment a pointer may be, in columns.
const REACH: f64 = 4.0;

/// A segment of a lane, or a moment of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// This lane, and this of its segments.
    Segment(usize, usize),
    /// This queue, at that time.
    Queue(usize, Time),
}

/// A move by a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// To the next segment of the lane.
    Next,
    /// To the one before.
    Previous,
    /// To the row above, at the same time.
    Up,
    /// To the row below, at the same time.
    Down,
}

impl Focus {
    /// What is at `x` (0 left, 1 right) of a plot with `n_columns` and `y` CSS pixels below its top. Where the lane
    /// rests, what is near; the rest itself if nothing is.
    #[must_use]
    pub fn at(film: &Film, layout: &Layout, view: Viewport, (x, y): (f64, f64), n_columns: u32) -> Option<Self> {
        let at = view.time_at(x);
        match layout.rows[layout.row_at(y)?].of {
            RowOf::Queue(queue) => Some(Self::Queue(queue, at)),
            RowOf::Lane(lane) => {
                let segments = &film.lanes[lane].segments;
                let here = film.lanes[lane].first_after(at);
                let far = |idx: &usize| {
                    let one = &segments[*idx];
                    let ns = one.from.since(at).as_ns().max(at.since(one.to).as_ns());
                    ns as f64 / view.span().as_ns() as f64 * f64::from(n_columns)
                };
                let mut near = [Some(here), next(film, lane, here), previous(film, lane, here)].into_iter().flatten();
                let near =
                    near.find(|idx| segments.get(*idx).is_some_and(|one| !one.what.is_rest()) && far(idx) <= REACH);
                near.or(Some(here).filter(|here| *here < segments.len())).map(|idx| Self::Segment(lane, idx))
            }
        }
    }

    /// Where a key leads from here; here, if nowhere.
    #[must_use]
    pub fn moved(self, film: &Film, layout: &Layout, step: Move) -> Self {
        let row = match self {
            Self::Segment(lane, _) => layout.row_of(lane),
            Self::Queue(queue, _) => layout.rows.iter().position(|row| row.of == RowOf::Queue(queue)),
        };
        let to = match (step, self, row) {
            (Move::Next, Self::Segment(lane, idx), _) => next(film, lane, idx).map(|idx| Self::Segment(lane, idx)),
            (Move::Previous, Self::Segment(lane, idx), _) => {
                previous(film, lane, idx).map(|idx| Self::Segment(lane, idx))
            }
            (Move::Next, Self::Queue(queue, at), _) => {
                film.queues[queue].steps.iter().find(|(since, _)| *since > at).map(|(at, _)| Self::Queue(queue, *at))
            }
            (Move::Previous, Self::Queue(queue, at), _) => {
                let before = film.queues[queue].steps.iter().rev().find(|(since, _)| *since < at);
                before.map(|(at, _)| Self::Queue(queue, *at))
            }
            (Move::Up, _, Some(row)) => row.checked_sub(1).and_then(|row| self.in_row(film, layout, row)),
            (Move::Down, _, Some(row)) => self.in_row(film, layout, row + 1),
            (Move::Up | Move::Down, _, None) => None,
        };
        to.unwrap_or(self)
    }

    /// When what is pointed at begins.
    #[must_use]
    pub fn begins(self, film: &Film) -> Time {
        match self {
            Self::Segment(lane, idx) => film.lanes[lane].segments.get(idx).map_or(film.from, |segment| segment.from),
            Self::Queue(_, at) => at,
        }
    }

    fn in_row(self, film: &Film, layout: &Layout, row: usize) -> Option<Self> {
        let at = self.begins(film);
        match layout.rows.get(row)?.of {
            RowOf::Queue(queue) => Some(Self::Queue(queue, at)),
            RowOf::Lane(lane) => {
                let here = film.lanes[lane].first_after(at);
                let here = Some(here).filter(|here| *here < film.lanes[lane].segments.len());
                here.or(previous(film, lane, usize::MAX)).map(|idx| Self::Segment(lane, idx))
            }
        }
    }
}

/// The next segment of `lane` in which something is done.
fn next(film: &Film, lane: usize, idx: usize) -> Option<usize> {
    let segments = &film.lanes[lane].segments;
    (idx.saturating_add(1)..segments.len()).find(|idx| !segments[*idx].what.is_rest())
}

/// The segment of `lane` before `idx` in which something is done.
fn previous(film: &Film, lane: usize, idx: usize) -> Option<usize> {
    let segments = &film.lanes[lane].segments;
    (0..idx.min(segments.len())).rev().find(|idx| !segments[*idx].what.is_rest())
}
