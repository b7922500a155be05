//! What of a lane can be drawn: at most one bar in each column of pixels, whatever happened in it.

use crate::sim::request::RequestId;
use crate::sim::time::Time;
use crate::stats::lanes::Kind;
use crate::view::lanes::{Lane, Segment, Viewport, What};

/// Steps in which it is told how much of a column is covered.
const COVERS: u64 = 8;

/// A bar: a segment, or columns in which many were too short to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The first column.
    pub from: u32,
    /// The column behind the last.
    pub to: u32,
    /// What it is; of many what covers most.
    pub what: What,
    /// For whom; nobody if it is for several.
    pub request: Option<RequestId>,
    /// Eighths of its time that something was done: all eight, but for columns of many.
    pub cover: u8,
    /// Whether it stands for what is too short to be drawn.
    pub is_merged: bool,
    /// The place of its first segment in the lane.
    pub segment: u32,
}

/// What is too short to be drawn, in one column.
#[derive(Clone, Copy, Debug)]
struct Heap {
    column: u32,
    /// Nanoseconds of each kind of piece and, behind them, of each phase.
    lengths: [u64; Kind::ALL.len() + 4],
    whats: [Option<What>; Kind::ALL.len() + 4],
    request: Option<RequestId>,
    segment: u32,
}

fn place(what: What) -> usize {
    match what {
        What::Piece(kind) => kind as usize,
        What::Phase(phase, _) => Kind::ALL.len() + phase as usize,
    }
}

impl Heap {
    fn new(column: u32, segment: u32) -> Self {
        const N: usize = Kind::ALL.len() + 4;
        Self { column, lengths: [0; N], whats: [None; N], request: None, segment }
    }

    fn add(&mut self, segment: &Segment, ns: u64) {
        let is_first = self.lengths.iter().all(|length| *length == 0);
        self.request = segment.request.filter(|_| is_first || self.request == segment.request);
        let place = place(segment.what);
        self.lengths[place] += ns;
        self.whats[place] = Some(segment.what);
    }

    fn bar(&self, column_ns: f64) -> Option<Bar> {
        let (mut longest, mut what, mut total) = (0, None, 0);
        for (length, one) in self.lengths.iter().zip(self.whats) {
            total += length;
            if *length > longest {
                (longest, what) = (*length, one);
            }
        }
        let cover = (total as f64 / column_ns * COVERS as f64 + 0.5) as u64;
        Some(Bar {
            from: self.column,
            to: self.column + 1,
            what: what?,
            request: self.request,
            cover: cover.clamp(1, COVERS) as u8,
            is_merged: true,
            segment: self.segment,
        })
    }
}

/// The bars of `lane` in `n_columns` columns, from left to right; they do not overlap. What is at least a column wide
/// keeps its edges, to the nearest column; what is shorter is heaped together in the column of its middle.
#[must_use]
pub fn bars(lane: &Lane, view: Viewport, n_columns: u32) -> Vec<Bar> {
    let mut bars: Vec<Bar> = Vec::new();
    if n_columns == 0 {
        return bars;
    }
    let span = view.span().as_ns() as f64;
    let column_ns = span / f64::from(n_columns);
    let x = |at: Time| at.max(view.from).min(view.to).since(view.from).as_ns() as f64 / column_ns;
    let mut heap: Option<Heap> = None;
    let first = lane.first_after(view.from);
    for (idx, segment) in (first as u32..).zip(lane.between(view.from, view.to)) {
        if segment.what.is_rest() {
            continue;
        }
        let (left, right) = (x(segment.from), x(segment.to));
        let (from, to) = ((left + 0.5) as u32, ((right + 0.5) as u32).min(n_columns));
        if right - left >= 1.0 {
            // What is in its first column makes room.
            if let Some(heap) = heap.take().filter(|heap| heap.column < from) {
                push(&mut bars, heap.bar(column_ns));
            }
            let from = from.max(bars.last().map_or(0, |last| last.to));
            let Segment { what, request, .. } = *segment;
            if from < to {
                bars.push(Bar { from, to, what, request, cover: COVERS as u8, is_merged: false, segment: idx });
            }
            continue;
        }
        let column = (((left + right) / 2.0) as u32).min(n_columns.saturating_sub(1));
        if bars.last().is_some_and(|last| last.to > column) {
            continue;
        }
        if let Some(done) = heap.filter(|heap| heap.column != column) {
            push(&mut bars, done.bar(column_ns));
            heap = None;
        }
        let ns = segment.to.min(view.to).since(segment.from.max(view.from)).as_ns();
        heap.get_or_insert_with(|| Heap::new(column, idx)).add(segment, ns);
    }
    push(&mut bars, heap.and_then(|heap| heap.bar(column_ns)));
    bars
}

/// Appends a bar of many, or makes the last one longer if they look the same.
fn push(bars: &mut Vec<Bar>, bar: Option<Bar>) {
    let Some(bar) = bar else { return };
    match bars.last_mut() {
        Some(last)
            if last.to == bar.from
                && last.is_merged
                && (place(last.what), last.cover) == (place(bar.what), bar.cover)
                && last.request.is_none()
                && bar.request.is_none() =>
        {
            last.to = bar.to;
        }
        _ => bars.push(bar),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::time::Span;
    use crate::view::lanes::LaneOf;

    fn us(us: u64) -> Time {
        Time::ZERO + Span::from_us(us)
    }

    /// A lane of pieces: from, to, kind, request.
    fn lane(pieces: &[(u64, u64, Kind, u64)]) -> Lane {
        let segments = pieces.iter().map(|(from, to, kind, request)| Segment {
            from: us(*from),
            to: us(*to),
            what: What::Piece(*kind),
            request: Some(RequestId(*request)),
            thread: 0,
            core: Some(0),
        });
        Lane { of: LaneOf::Core(0), parent: None, segments: segments.collect() }
    }

    /// Bars of a lane over 100 µs in so many columns: from, to, kind, request, cover.
    fn drawn(pieces: &[(u64, u64, Kind, u64)], n_columns: u32) -> Vec<(u32, u32, Kind, Option<u64>, u8)> {
        let kind = |what| if let What::Piece(kind) = what { kind } else { Kind::Park };
        bars(&lane(pieces), Viewport::whole(us(0), us(100)), n_columns)
            .into_iter()
            .map(|bar| (bar.from, bar.to, kind(bar.what), bar.request.map(|request| request.0), bar.cover))
            .collect()
    }

    #[test]
    fn what_is_wide_keeps_its_edges_and_rest_is_not_drawn() {
        let pieces =
            [(0, 20, Kind::Burst, 1), (20, 52, Kind::Burst, 2), (52, 80, Kind::Poll, 0), (80, 90, Kind::Call, 3)];
        let bars = [(0, 2, Kind::Burst, Some(1), 8), (2, 5, Kind::Burst, Some(2), 8), (8, 9, Kind::Call, Some(3), 8)];
        assert_eq!(drawn(&pieces, 10), bars);
    }

    #[test]
    fn what_is_narrow_is_heaped_by_the_kind_that_covers_most_as_high_as_it_covers() {
        // In the second of ten columns three bursts of 2 µs each and 1 µs of overhead, in the third one of overhead.
        let pieces = [
            (10, 12, Kind::Burst, 1),
            (13, 15, Kind::Burst, 2),
            (15, 16, Kind::Serve, 3),
            (16, 18, Kind::Burst, 3),
            (24, 25, Kind::Serve, 4),
        ];
        assert_eq!(drawn(&pieces, 10), [(1, 2, Kind::Burst, None, 6), (2, 3, Kind::Serve, Some(4), 1)]);
        // Columns that look the same are one bar.
        let many: Vec<_> = (0..100).map(|i| (i, i + 1, Kind::Burst, i)).collect();
        assert_eq!(drawn(&many, 10), [(0, 10, Kind::Burst, None, 8)]);
    }

    #[test]
    fn who_has_no_column_left_is_not_drawn() {
        let pieces = [(0, 14, Kind::Burst, 1), (14, 16, Kind::Collect, 2), (16, 40, Kind::Burst, 3)];
        let bars =
            [(0, 1, Kind::Burst, Some(1), 8), (1, 2, Kind::Collect, Some(2), 2), (2, 4, Kind::Burst, Some(3), 8)];
        assert_eq!(drawn(&pieces, 10), bars);
        let pieces = [(0, 15, Kind::Burst, 1), (15, 16, Kind::Collect, 2), (16, 40, Kind::Burst, 3)];
        assert_eq!(drawn(&pieces, 10), [(0, 2, Kind::Burst, Some(1), 8), (2, 4, Kind::Burst, Some(3), 8)]);
        assert_eq!(drawn(&[], 10), []);
        assert_eq!(drawn(&pieces, 0), []);
    }
}
