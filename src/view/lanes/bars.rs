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

/// The bars of `lane` in `n_columns` columns, from left to right; they do not overlap. What is at least half a column
/// wide keeps its edges, to the nearest column; what is shorter is heaped together by column.
#[must_use]
pub fn bars(lane: &Lane, view: Viewport, n_columns: u32) -> Vec<Bar> {
    let mut bars: Vec<Bar> = Vec::new();
    let span = view.span().as_ns() as f64;
    let column_ns = span / f64::from(n_columns.max(1));
    let x = |at: Time| at.max(view.from).min(view.to).since(view.from).as_ns() as f64 / column_ns;
    let mut heap: Option<Heap> = None;
    let first = lane.first_after(view.from);
    for (idx, segment) in (first as u32..).zip(lane.between(view.from, view.to)) {
        if segment.what.is_rest() {
            continue;
        }
        let (left, right) = (x(segment.from), x(segment.to));
        let (from, to) = ((left + 0.5) as u32, ((right + 0.5) as u32).min(n_columns));
        if from < to {
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
        let column = (left as u32).min(n_columns.saturating_sub(1));
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
