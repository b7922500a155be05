//! Everything that is drawn of lanes, in columns of pixels and CSS pixels: the chart has nothing left to work out.

use crate::sim::lanes::Role;
use crate::sim::request::RequestId;
use crate::sim::runtime::RuntimeId;
use crate::sim::time::{Span, Time};
use crate::stats::lanes::{Kind, Mark};
use crate::view::lanes::path::Reason;
use crate::view::lanes::words::{request_name, short_names, span, time};
use crate::view::lanes::{Bar, Film, Focus, LaneOf, Layout, Path, Row, RowOf, Segment, Viewport, What, bars};
use crate::view::units::{fixed, grouped};

/// Room that a mark of the time axis wants, in columns for each CSS pixel.
const MARK_ROOM: f64 = 76.0;
/// Columns that a bar is wide at least, for what it looks like to be told.
const LEAST_SEEN: u32 = 3;
/// Notches that are drawn, at most: more would cover what they are about.
const MAX_NOTCHES: usize = 120;

/// How a bar stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As always.
    Plain,
    /// It is of the request that is explained.
    Own,
    /// It went before that request.
    Before,
    /// It has nothing to do with it.
    Dim,
}

/// A row with what is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureRow {
    /// Where it is.
    pub row: Row,
    /// The bars of a lane.
    pub bars: Vec<(Bar, Tone)>,
    /// The line of a queue: columns, and lengths between 0 and 1 of its most.
    pub line: Vec<(f64, f64)>,
    /// What stands at its right end.
    pub right: String,
}

/// A step of the request that is explained.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureStep {
    /// Its edges, in columns.
    pub from: f64,
    /// Its right edge.
    pub to: f64,
    /// What it was spent on.
    pub reason: Reason,
    /// That in words, longest first; what fits is written on it.
    pub words: [String; 3],
}

/// Lanes, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Of which runtime.
    pub runtime: RuntimeId,
    /// How many columns its plot has.
    pub n_columns: u32,
    /// Its rows.
    pub rows: Vec<FigureRow>,
    /// Their height, in CSS pixels; that of the request's way, which is above them, comes on top.
    pub height: f64,
    /// The way of the request that is explained, and its name.
    pub path: Option<(String, Vec<FigureStep>)>,
    /// Marks of the time axis.
    pub marks: Vec<(f64, String)>,
    /// Pauses in which nothing else runs: their edges in columns.
    pub stops: Vec<(f64, f64)>,
    /// Where goroutines were stolen (`true`) or taken off: column and row.
    pub notches: Vec<(f64, usize, bool)>,
    /// What is pointed at: row, and edges in columns.
    pub focus: Option<(usize, f64, f64)>,
    /// What can be seen and has to be told apart, with words for it.
    pub key: Vec<(Kind, &'static str)>,
}

/// What is to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Shot<'a> {
    /// Of which runtime.
    pub runtime: RuntimeId,
    /// Of which recording.
    pub film: &'a Film,
    /// In which rows.
    pub layout: &'a Layout,
    /// Which part of it.
    pub view: Viewport,
    /// The request that is explained.
    pub path: Option<&'a Path>,
    /// What is pointed at.
    pub focus: Option<Focus>,
}

impl Figure {
    /// The figure of `shot` with a plot of `n_columns`, each `column_px` CSS pixels wide.
    #[must_use]
    pub fn of(shot: &Shot<'_>, n_columns: u32, column_px: f64) -> Self {
        let Shot { runtime, film, layout, view, path, focus } = *shot;
        let width = f64::from(n_columns);
        let x = |at: Time| view.x_of(at).clamp(0.0, 1.0) * width;
        let rows: Vec<FigureRow> = layout.rows.iter().map(|row| figure_row(shot, row, n_columns)).collect();
        let steps = path.map(|path| {
            let visible = path.steps.iter().filter(|step| step.to > view.from && step.from < view.to);
            let steps = visible.map(|step| FigureStep {
                from: x(step.from),
                to: x(step.to),
                reason: step.reason,
                words: step_labels(step.reason, step.to.since(step.from)),
            });
            let [name, _] = short_names(path.request);
            (name, steps.collect())
        });
        let stops = film.marks.iter().filter_map(|(at, mark)| match mark {
            Mark::Collected { pause, .. } if film.n_processors > 0 => Some((x(*at), x(*at + *pause))),
            _ => None,
        });
        let focus = focus.and_then(|focus| match focus {
            Focus::Segment(lane, idx) => {
                let Segment { from, to, .. } = film.lanes[lane].segments.get(idx)?;
                Some((layout.row_of(lane)?, x(*from), x(*to)))
            }
            Focus::Queue(queue, at) => {
                let row = layout.rows.iter().position(|row| row.of == RowOf::Queue(queue))?;
                Some((row, x(at), x(at)))
            }
        });
        let sees = |kind: Kind| {
            let is = |(bar, _): &(Bar, Tone)| bar.what == What::Piece(kind) && bar.to - bar.from >= LEAST_SEEN;
            rows.iter().any(|row| row.bars.iter().any(is))
        };
        let key = [
            (Kind::Serve, "around a burst"),
            (Kind::Search, "looks for work"),
            (Kind::Collect, "garbage"),
            (Kind::Ready, "wants a core"),
            (Kind::Stopped, "stands still"),
            (Kind::Call, "in a call"),
        ];
        Self {
            runtime,
            n_columns,
            key: key.into_iter().filter(|(kind, _)| sees(*kind)).collect(),
            rows,
            height: layout.height,
            path: steps,
            marks: axis(view, n_columns, column_px),
            stops: stops.filter(|(from, to)| to > from).collect(),
            notches: notches(shot, n_columns),
            focus,
        }
    }
}

fn figure_row(shot: &Shot<'_>, row: &Row, n_columns: u32) -> FigureRow {
    let Shot { film, view, path, .. } = *shot;
    let mut one = FigureRow { row: row.clone(), bars: Vec::new(), line: Vec::new(), right: String::new() };
    match row.of {
        RowOf::Lane(idx) => {
            let lane = &film.lanes[idx];
            one.bars = bars(lane, view, n_columns)
                .into_iter()
                .map(|bar| (bar, path.map_or(Tone::Plain, |path| tone(film, path, idx, &bar))))
                .collect();
            // Who blocks in calls is hardly ever on a core, and not idle for that.
            let blocks = matches!(lane.of, LaneOf::Thread(_, Role::Pool(..) | Role::Blocking | Role::Handler));
            if !blocks && row.name.is_some() {
                let share = lane.busy_ns(view.from, view.to) as f64 / view.span().as_ns() as f64;
                one.right = fixed(share * 100.0, 0, true) + " %";
            }
        }
        RowOf::Queue(idx) => {
            let queue = &film.queues[idx];
            let most = queue.most(view.from, view.to);
            one.right = "max ".to_owned() + &grouped(most.into());
            let width = f64::from(n_columns);
            let height = |len: u32| f64::from(len) / f64::from(most.max(1));
            let mut level = height(queue.at(view.from));
            one.line.push((0.0, level));
            for (at, len) in queue.steps.iter().filter(|(at, _)| *at > view.from && *at <= view.to) {
                let x = f64::from((view.x_of(*at) * width) as u32);
                step_to(&mut one.line, (x, level), height(*len));
                level = height(*len);
            }
            step_to(&mut one.line, (width, level), level);
        }
    }
    one
}

/// Goes on with a line that is at `level`, at `x` up or down to `new`. Of what happens in one column only the highest is
/// kept.
fn step_to(line: &mut Vec<(f64, f64)>, (x, level): (f64, f64), new: f64) {
    match line.last_mut() {
        Some(last) if last.0 >= x => last.1 = last.1.max(new),
        Some(last) => {
            // Down from the highest of the last column.
            if last.1 != level {
                let x = last.0;
                line.push((x, level));
            }
            line.push((x, level));
            line.push((x, new));
        }
        None => line.push((x, new)),
    }
}

/// What `bar` of lane number `idx` has to do with the request of `path`.
fn tone(film: &Film, path: &Path, idx: usize, bar: &Bar) -> Tone {
    let lane = &film.lanes[idx];
    let Some(segment) = lane.segments.get(bar.segment as usize) else { return Tone::Dim };
    if bar.request == Some(path.request) {
        return Tone::Own;
    }
    let is_before = |request: RequestId| {
        path.steps.iter().any(|step| {
            step.from < segment.to
                && segment.from < step.to
                && step.behind.requests.iter().any(|(other, _)| *other == request)
        })
    };
    if bar.request.is_some_and(is_before) { Tone::Before } else { Tone::Dim }
}

/// What is written on a step, from the longest to the shortest words.
fn step_labels(reason: Reason, took: Span) -> [String; 3] {
    let what = match reason {
        Reason::Away => "not connected",
        Reason::Queue(_) => "waits in line",
        Reason::Preempted => "preempted",
        Reason::Core => "wants a core",
        Reason::Starting => "process starts",
        Reason::Stopped => "stopped for garbage",
        Reason::Burst => "computes",
        Reason::Call => "in a call",
        Reason::Network => "network",
        Reason::Database => "database",
        Reason::Service => "service",
        Reason::Timer => "timer",
        Reason::LateTimer => "timer is late",
        Reason::Collect => "garbage",
        Reason::Switch | Reason::Around | Reason::Unknown => "",
    };
    let took = span(took);
    [what.to_owned() + " " + &took, what.to_owned(), took]
}

/// Marks at round times: the first says when, the others how much later.
fn axis(view: Viewport, n_columns: u32, column_px: f64) -> Vec<(f64, String)> {
    let width = f64::from(n_columns);
    let span_ns = view.span().as_ns();
    let least = span_ns as f64 * MARK_ROOM / (width * column_px).max(1.0);
    let mut step = 1_u64;
    'found: while (step as f64) < least {
        for factor in [2, 5, 10] {
            if (step * factor) as f64 >= least {
                step *= factor;
                break 'found;
            }
        }
        step *= 10;
    }
    let first = view.from.as_ns().div_ceil(step) * step;
    let mut marks = Vec::new();
    let mut at = first;
    while at <= view.to.as_ns() {
        let x = view.x_of(Time::from_ns(at)) * width;
        let later = Span::from_ns(at - first);
        let label = match at == first {
            true => time(Time::from_ns(at), Span::from_ns(step * 1_000)),
            false => "+".to_owned() + &span(later),
        };
        // The first is the longest; it is written to its right.
        if (width - x) * column_px >= 18.0 || at == first {
            marks.push((x, label));
        }
        at += step;
    }
    marks
}

/// Where goroutines were stolen or preempted, on the rows of processors if these are shown.
fn notches(shot: &Shot<'_>, n_columns: u32) -> Vec<(f64, usize, bool)> {
    let Shot { film, layout, view, .. } = *shot;
    let mut found = Vec::new();
    for (at, mark) in film.marks.iter().filter(|(at, _)| (view.from..=view.to).contains(at)) {
        let (lane, is_theft) = match mark {
            Mark::Stole { thief, .. } => (film.lane(LaneOf::Processor(*thief)), true),
            Mark::Preempted(request) => {
                // Who has just run on the processor is who was taken off it.
                let was_there = |lane: &usize| {
                    let lane = &film.lanes[*lane];
                    let before = lane.segments[..lane.first_after(*at)].last();
                    matches!(lane.of, LaneOf::Processor(_))
                        && before.is_some_and(|one| one.to == *at && one.request == Some(*request))
                };
                ((0..film.lanes.len()).find(was_there), false)
            }
            Mark::Collected { .. } => continue,
        };
        if let Some(row) = lane.and_then(|lane| layout.row_of(lane)) {
            found.push((view.x_of(*at) * f64::from(n_columns), row, is_theft));
        }
    }
    if found.len() > MAX_NOTCHES { Vec::new() } else { found }
}

/// The words on a bar, the longest first, of which the first that fit are written: for whom it computes, or what else it
/// is.
#[must_use]
pub fn bar_labels(bar: &Bar) -> [String; 3] {
    let words = |words: &str| [words.to_owned(), String::new(), String::new()];
    match (bar.what, bar.request) {
        _ if bar.is_merged => words(""),
        (What::Piece(Kind::Burst | Kind::Serve | Kind::Message | Kind::Accept), Some(request)) => {
            let [short, shortest] = short_names(request);
            [request_name(request), short, shortest]
        }
        (What::Piece(Kind::Call), Some(request)) => {
            let [short, shortest] = short_names(request);
            [short, shortest, String::new()]
        }
        (What::Piece(Kind::Collect), _) => words("garbage"),
        (What::Piece(Kind::Ready), _) => words("wants a core"),
        (What::Piece(Kind::Stopped), _) => words("stands still"),
        (What::Piece(Kind::Search), _) => words("looks for work"),
        _ => words(""),
    }
}
