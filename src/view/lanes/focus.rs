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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::lanes::Queue;
    use crate::sim::request::RequestId;
    use crate::sim::time::Span;
    use crate::view::lanes::{Detail, Kind, Lane, LaneOf, QueueLane, Segment, What};

    fn us(us: u64) -> Time {
        Time::ZERO + Span::from_us(us)
    }

    /// Two cores over 1000 µs: one is busy from 100 to 300 and from 500 to 501, the other from 250 on.
    fn film() -> Film {
        let lane = |of, pieces: &[(u64, u64, Kind)]| {
            let segments = pieces.iter().map(|(from, to, kind)| Segment {
                from: us(*from),
                to: us(*to),
                what: What::Piece(*kind),
                request: Some(RequestId(1)),
                thread: 0,
                core: None,
            });
            Lane { of, parent: None, segments: segments.collect() }
        };
        let first =
            [(100, 300, Kind::Burst), (300, 500, Kind::Park), (500, 501, Kind::Burst), (501, 1_000, Kind::Park)];
        let lanes = vec![lane(LaneOf::Core(0), &first), lane(LaneOf::Core(1), &[(250, 1_000, Kind::Burst)])];
        let queue = QueueLane { queue: Queue::Global, n_queues: 1, steps: vec![(us(0), 0), (us(400), 3)] };
        Film { to: us(1_000), n_cores: 2, lanes, queues: vec![queue], ..Film::default() }
    }

    #[test]
    fn a_pointer_finds_what_is_under_it_and_short_segments_beside_it() {
        let film = film();
        let layout = Layout::new(&film, Detail::Cores);
        let view = Viewport::whole(us(0), us(1_000));
        let at = |x: f64, y: f64| Focus::at(&film, &layout, view, (x, y), 100);
        assert_eq!(at(0.2, 8.0), Some(Focus::Segment(0, 0)));
        // The burst of 1 µs is a tenth of a column wide; three columns beside it are near enough, ten are not.
        assert_eq!(at(0.53, 8.0), Some(Focus::Segment(0, 2)));
        assert_eq!(at(0.62, 8.0), Some(Focus::Segment(0, 3)));
        assert_eq!(at(0.62, 30.0), Some(Focus::Segment(1, 0)));
        assert_eq!(at(0.62, layout.height - 10.0), Some(Focus::Queue(0, us(620))));
        assert_eq!(at(0.62, layout.height + 50.0), None);
    }

    #[test]
    fn keys_go_from_segment_to_segment_and_from_row_to_row() {
        let film = film();
        let layout = Layout::new(&film, Detail::Cores);
        let moved = |from: Focus, step| from.moved(&film, &layout, step);
        let first = Focus::Segment(0, 0);
        assert_eq!(moved(first, Move::Next), Focus::Segment(0, 2));
        assert_eq!(moved(Focus::Segment(0, 2), Move::Next), Focus::Segment(0, 2), "there is none");
        assert_eq!(moved(Focus::Segment(0, 2), Move::Previous), first);
        assert_eq!(moved(first, Move::Up), first);
        assert_eq!(moved(first, Move::Down), Focus::Segment(1, 0));
        assert_eq!(moved(Focus::Segment(1, 0), Move::Down), Focus::Queue(0, us(250)));
        assert_eq!(moved(Focus::Queue(0, us(250)), Move::Next), Focus::Queue(0, us(400)));
        assert_eq!(moved(Focus::Queue(0, us(400)), Move::Previous), Focus::Queue(0, us(0)));
        assert_eq!(moved(Focus::Queue(0, us(250)), Move::Down), Focus::Queue(0, us(250)));
        assert_eq!(moved(Focus::Queue(0, us(260)), Move::Up), Focus::Segment(1, 0));
    }
}
