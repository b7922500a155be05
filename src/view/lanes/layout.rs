//! Where rows are: readable for one core and for sixty-four.

use crate::sim::lanes::Role;
use crate::view::lanes::{Film, Kind, LaneOf, Segment, What, words};

/// Rows that are shown without being asked for, at most.
const MAX_ROWS: usize = 20;
/// How far apart names have to be, in CSS pixels; where not every row has one they stand better alone.
const NAME_ROOM: f64 = 14.0;
const SOME_NAMES_ROOM: f64 = 22.0;
/// Room between rows of another kind, in CSS pixels.
const SECTION: f64 = 11.0;
/// Height of the line of a loop's phases, in CSS pixels.
const PHASES: f64 = 3.0;
/// And of the gap above it.
const PHASES_GAP: f64 = 1.5;
/// Height of a queue's row, in CSS pixels.
const QUEUE: f64 = 20.0;

/// How far down rows go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Cores, and how long queues are.
    #[default]
    Cores,
    /// Also what the runtime thinks in: processors, loops, workers.
    Runtime,
    /// Also every thread that did something.
    Threads,
}

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOf {
    /// This lane.
    Lane(usize),
    /// The queues of this place.
    Queue(usize),
}

/// A row, in CSS pixels from the top of the plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Of what.
    pub of: RowOf,
    /// Its upper edge.
    pub top: f64,
    /// Its height.
    pub height: f64,
    /// Its name, where there is room for it.
    pub name: Option<String>,
}

/// All rows, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The rows.
    pub rows: Vec<Row>,
    /// Height of all of them, in CSS pixels.
    pub height: f64,
}

/// Height of a row and of the gap below it where there are `n`, in CSS pixels.
fn sizes(n: usize) -> (f64, f64) {
    match n {
        0..=12 => (16.0, 5.0),
        13..=24 => (12.0, 3.0),
        25..=40 => (8.0, 2.0),
        _ => (5.0, 1.0),
    }
}

/// From which detail on a lane is shown.
fn detail_of(film: &Film, lane: usize) -> Option<Detail> {
    let one = &film.lanes[lane];
    match one.of {
        // The cores of a service are cores too.
        LaneOf::Core(_) | LaneOf::Thread(_, Role::Service(_)) => Some(Detail::Cores),
        LaneOf::Processor(_) => Some(Detail::Runtime),
        LaneOf::Phases(_) => Some(Detail::Runtime),
        LaneOf::Thread(_, Role::Loop(_) | Role::LoopWorker(_) | Role::Worker(_)) => Some(Detail::Runtime),
        LaneOf::Thread(..) => one.segments.iter().any(|segment| !segment.what.is_rest()).then_some(Detail::Threads),
    }
}

impl Layout {
    /// The rows of `film` in so much detail.
    #[must_use]
    pub fn new(film: &Film, detail: Detail) -> Self {
        let lanes: Vec<usize> = shown(film, detail);
        let is_phases = |lane: usize| matches!(film.lanes[lane].of, LaneOf::Phases(_));
        let (height, gap) = sizes(lanes.iter().filter(|lane| !is_phases(**lane)).count());
        let mut layout = Self::default();
        // Every row has a name, or every second, fourth and so on of its section.
        let mut every = 1;
        while (height + gap) * f64::from(every) < if every == 1 { NAME_ROOM } else { SOME_NAMES_ROOM } {
            every *= 2;
        }
        let mut at = 0.0;
        let mut before: Option<(usize, u32)> = None;
        for lane in lanes {
            if is_phases(lane) {
                let (of, name) = (RowOf::Lane(lane), None);
                layout.rows.push(Row { of, top: at - gap + PHASES_GAP, height: PHASES, name });
                at += PHASES + PHASES_GAP;
                continue;
            }
            let nth = match before {
                Some((before, nth)) if section(film, before) == section(film, lane) => nth + 1,
                Some(_) => {
                    at += SECTION;
                    0
                }
                None => 0,
            };
            before = Some((lane, nth));
            let name = (nth % every == 0).then(|| words::lane_name(film, lane));
            layout.rows.push(Row { of: RowOf::Lane(lane), top: at, height, name });
            at += height + gap;
        }
        for idx in 0..film.queues.len() {
            at += if idx == 0 { SECTION } else { 0.0 };
            let name = Some(words::queue_name(&film.queues[idx]));
            layout.rows.push(Row { of: RowOf::Queue(idx), top: at, height: QUEUE, name });
            at += QUEUE + 6.0;
        }
        layout.height = at;
        layout
    }

    /// The most detail that says more and does not need too many rows: threads of their own do if they block in calls.
    #[must_use]
    pub fn automatic(film: &Film) -> Detail {
        let fits = |detail: &Detail| shown(film, *detail).len() <= MAX_ROWS;
        let blocks = |lane: usize| {
            let is_call = |segment: &Segment| segment.what == What::Piece(Kind::Call);
            detail_of(film, lane) == Some(Detail::Threads) && film.lanes[lane].segments.iter().any(is_call)
        };
        let least = if (0..film.lanes.len()).any(blocks) { Detail::Threads } else { Detail::Runtime };
        [least, Detail::Runtime].into_iter().find(fits).unwrap_or_default()
    }

    /// The row at `y`, or the nearest if it is between two.
    #[must_use]
    pub fn row_at(&self, y: f64) -> Option<usize> {
        let far = |row: &Row| (row.top - y).max(y - row.top - row.height).max(0.0);
        let mut nearest = None;
        let mut least = SECTION;
        for (idx, row) in self.rows.iter().enumerate() {
            if far(row) < least {
                (nearest, least) = (Some(idx), far(row));
            }
        }
        nearest
    }

    /// The row of this lane.
    #[must_use]
    pub fn row_of(&self, lane: usize) -> Option<usize> {
        self.rows.iter().position(|row| row.of == RowOf::Lane(lane))
    }
}

fn shown(film: &Film, detail: Detail) -> Vec<usize> {
    (0..film.lanes.len()).filter(|lane| detail_of(film, *lane).is_some_and(|least| least <= detail)).collect()
}

/// Lanes of one section belong together.
fn section(film: &Film, lane: usize) -> u8 {
    match film.lanes[lane].of {
        LaneOf::Core(_) => 0,
        LaneOf::Processor(_) => 1,
        LaneOf::Thread(_, Role::Loop(_)) | LaneOf::Phases(_) => 2,
        LaneOf::Thread(_, Role::LoopWorker(_) | Role::Worker(_)) => 3,
        LaneOf::Thread(..) => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::lanes::Lane;

    fn film(n_cores: u16) -> Film {
        let lane = |of| Lane { of, parent: None, segments: Vec::new() };
        let mut lanes: Vec<Lane> = (0..n_cores).map(|core| lane(LaneOf::Core(core))).collect();
        lanes.extend((0..n_cores).map(|processor| lane(LaneOf::Processor(processor))));
        Film { n_cores, n_processors: n_cores, lanes, ..Film::default() }
    }

    #[test]
    fn from_one_core_to_sixty_four_rows_stay_apart_and_the_figure_low() {
        for n_cores in 1..=64 {
            let film = film(n_cores);
            let detail = Layout::automatic(&film);
            assert_eq!(detail == Detail::Cores, n_cores > 10, "{n_cores}");
            let layout = Layout::new(&film, detail);
            assert!(layout.rows.windows(2).all(|pair| pair[0].top + pair[0].height < pair[1].top));
            assert!(layout.height <= 440.0, "{n_cores}: {}", layout.height);
            let named: Vec<f64> =
                layout.rows.iter().filter(|row| row.name.is_some()).map(|row| row.top + row.height / 2.0).collect();
            assert!(named.windows(2).all(|pair| pair[1] - pair[0] >= NAME_ROOM - 1e-9), "{n_cores}: {named:?}");
            assert!(named.len() * 4 + 4 >= usize::from(n_cores), "{n_cores} cores have {} names", named.len());
        }
    }

    #[test]
    fn a_pointer_between_rows_means_the_nearest() {
        let layout = Layout::new(&film(4), Detail::Cores);
        assert_eq!(layout.row_at(0.0), Some(0));
        assert_eq!(layout.row_at(17.0), Some(0));
        assert_eq!(layout.row_at(20.0), Some(1));
        assert_eq!(layout.row_at(layout.height + 30.0), None);
    }
}
