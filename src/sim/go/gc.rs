//! The garbage collector's pacing: when a cycle starts, who marks, how much a goroutine has to help.
//!
//! Follows `mgcpacer.go` (`startCycle`, `revise`, `endCycle`, `commit`, `trigger`) with GOGC=100. Marking is work in CPU time that workers and assisting goroutines
//! take in pieces; what a request allocates lives until it is answered.

use crate::sim::time::{Span, Time};

/// The smallest heap goal (`mgcpacer.go`: `defaultHeapMinimum`, 4 MB).
const MIN_GOAL: u64 = 4 << 20;
/// Share of the processors that marks in the background (`gcBackgroundUtilization`, `gcGoalUtilization`).
const BACKGROUND: f64 = 0.25;
/// Where between the marked heap and the goal a cycle may start (`minTriggerRatioDistance` 45/64, and 61/64).
const EARLIEST_TRIGGER: f64 = 45.0 / 64.0;
const LATEST_TRIGGER: f64 = 61.0 / 64.0;
/// Globals that are scanned: data of a `net/http` server, Go 1.27.3.
const GLOBALS: u64 = 300_000;
/// Work after which idle and fractional workers look up (`mgcmark.go`: `idleCheckThreshold`, 100,000 units).
pub(super) const CHECK_BYTES: u64 = 100_000;
/// The least that an assist works (`mgcmark.go`: `gcOverAssistWork`, 64 KB).
const OVER_ASSIST_BYTES: u64 = 64 << 10;
/// Cycles before the last over which the cost of marking is remembered (`mgcpacer.go`: `lastConsMark [4]float64`).
const N_REMEMBERED: usize = 4;

/// How a mark worker works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MarkMode {
    /// Until all is marked.
    Dedicated,
    /// For a share of its processor's time.
    Fractional,
    /// Until there is anything else to do.
    Idle,
}

/// A cycle that is marking.
#[derive(Clone, Debug)]
pub(super) struct Marking {
    pub(super) began: Time,
    /// Work that nobody has taken, and pieces that are being worked on.
    pub(super) left: Span,
    pub(super) n_pieces: u32,
    pub(super) n_dedicated_wanted: u32,
    pub(super) fractional_goal: f64,
    pub(super) n_idle: u32,
    n_idle_allowed: u32,
    /// Background work that assists may count as theirs.
    pub(super) credit: Span,
    /// Bytes marked at the start, and allocated since, which counts as marked.
    marked: u64,
    allocated: u64,
    scan_bytes: u64,
    assist_time: Span,
    pub(super) idle_time: Span,
}

impl Marking {
    /// There is something to mark, or assists have marked the last of it and somebody has to end the cycle.
    pub(super) fn wants_worker(&self) -> bool {
        !self.left.is_zero() || self.n_pieces == 0
    }

    pub(super) fn is_done(&self) -> bool {
        self.left.is_zero() && self.n_pieces == 0
    }
}

/// The collector of one process.
#[derive(Clone, Debug)]
pub(super) struct Collector {
    n_ps: usize,
    /// Bytes in the heap: what the last cycle marked, and everything since.
    heap: u64,
    /// Bytes of requests that are not answered.
    alive: u64,
    trigger: u64,
    goal: u64,
    /// The highest of the last cycle and of those before it.
    cons_mark: f64,
    last_cons_mark: [f64; N_REMEMBERED],
    pub(super) marking: Option<Marking>,
    /// Time each processor has marked as a fraction in this cycle.
    pub(super) fractional_time: Vec<Span>,
    /// The world is being stopped for a cycle to begin or to end.
    pub(super) is_stopping: bool,
}

impl Collector {
    pub(super) fn new(n_ps: usize) -> Self {
        let mut new = Self {
            n_ps,
            heap: 0,
            alive: 0,
            trigger: 0,
            goal: 0,
            cons_mark: 0.0,
            last_cons_mark: [0.0; N_REMEMBERED],
            marking: None,
            fractional_time: vec![Span::ZERO; n_ps],
            is_stopping: false,
        };
        new.commit(0, 0, 0);
        new
    }

    /// Bytes in the heap.
    pub(super) fn heap(&self) -> u64 {
        self.heap
    }

    /// Sets goal and trigger for a heap of which `marked` bytes are alive and `stacks` bytes of stacks are scanned; the
    /// last cycle has scanned `scanned` bytes in all.
    fn commit(&mut self, marked: u64, stacks: u64, scanned: u64) {
        self.heap = marked;
        self.goal = (2 * marked + stacks + GLOBALS).max(MIN_GOAL);
        let gap = (self.goal - marked) as f64;
        let earliest = marked + (gap * EARLIEST_TRIGGER) as u64;
        // Of a large heap the last 4 MB are kept, which is later than the ratio.
        let latest = (marked + (gap * LATEST_TRIGGER) as u64).max(self.goal - MIN_GOAL.min(self.goal - earliest));
        let runway = self.cons_mark * (1.0 - BACKGROUND) / BACKGROUND * scanned as f64;
        self.trigger = self.goal.saturating_sub(runway as u64).clamp(earliest, latest.max(earliest));
    }

    /// Allocates `bytes`; the marking that the goroutine has to do for it.
    pub(super) fn allocate(&mut self, bytes: u64, per_byte: f64) -> Span {
        // `revise`: past the goal there are 10 % more to go.
        let goal = if self.heap > self.goal { self.goal + self.goal / 10 } else { self.goal };
        let room = goal.saturating_sub(self.heap).max(1);
        self.heap += bytes;
        self.alive += bytes;
        let Some(marking) = &mut self.marking else { return Span::ZERO };
        marking.allocated += bytes;
        // `gcAssistAlloc`: as much of what is left to mark as of what was left to allocate.
        let debt = marking.left.scaled((bytes as f64 / room as f64).min(1.0));
        if debt.is_zero() {
            return Span::ZERO;
        }
        let work = debt.max(nanoseconds(OVER_ASSIST_BYTES, per_byte));
        let stolen = work.min(marking.credit);
        let done = (work - stolen).min(marking.left);
        marking.left -= done;
        marking.assist_time += done;
        // What it did beyond its debt is credit for what comes next (`gdestroy` gives it to all).
        marking.credit = marking.credit - stolen + (stolen + done).saturating_sub(debt);
        done
    }

    /// `bytes` of a request that is answered are garbage.
    pub(super) fn free(&mut self, bytes: u64) {
        self.alive = self.alive.saturating_sub(bytes);
    }

    pub(super) fn is_due(&self) -> bool {
        self.marking.is_none() && !self.is_stopping && self.heap >= self.trigger
    }

    /// `startCycle`.
    pub(super) fn begin(&mut self, now: Time, stacks: u64, per_byte: f64) {
        let wanted = self.n_ps as f64 * BACKGROUND;
        let mut dedicated = (wanted + 0.5) as u32;
        let mut fractional_goal = 0.0;
        // A rounding that is more than 30 % off goes down, and the rest is worked off in fractions.
        if (f64::from(dedicated) / wanted - 1.0).abs() > 0.3 {
            if f64::from(dedicated) > wanted {
                dedicated -= 1;
            }
            fractional_goal = (wanted - f64::from(dedicated)) / self.n_ps as f64;
        }
        let scan_bytes = self.alive + stacks + GLOBALS;
        self.fractional_time.fill(Span::ZERO);
        self.marking = Some(Marking {
            began: now,
            left: nanoseconds(scan_bytes, per_byte),
            n_pieces: 0,
            n_dedicated_wanted: dedicated,
            fractional_goal,
            n_idle: 0,
            n_idle_allowed: self.n_ps as u32 - dedicated,
            credit: Span::ZERO,
            marked: self.alive,
            allocated: 0,
            scan_bytes,
            assist_time: Span::ZERO,
            idle_time: Span::ZERO,
        });
    }

    /// `endCycle`: how fast the program allocated against how fast the collector marked.
    pub(super) fn end(&mut self, now: Time, stacks: u64) {
        let Some(marking) = self.marking.take() else { return };
        let procs = (now.since(marking.began).as_ns() as f64 * self.n_ps as f64).max(1.0);
        let utilization = (BACKGROUND + marking.assist_time.as_ns() as f64 / procs).min(0.99);
        let idle = marking.idle_time.as_ns() as f64 / procs;
        let cons_mark =
            marking.allocated as f64 * (utilization + idle) / (marking.scan_bytes as f64 * (1.0 - utilization));
        if marking.allocated > 0 {
            self.cons_mark = self.last_cons_mark.iter().copied().fold(cons_mark, f64::max);
            self.last_cons_mark.rotate_right(1);
            self.last_cons_mark[0] = cons_mark;
        }
        self.commit(marking.marked + marking.allocated, stacks, marking.scan_bytes);
    }

    /// `findRunnableGCWorker`: whether processor `p` is to mark now.
    pub(super) fn find_worker(&mut self, p: usize, now: Time) -> Option<MarkMode> {
        let marking = self.marking.as_mut().filter(|marking| marking.wants_worker())?;
        if marking.n_dedicated_wanted > 0 {
            marking.n_dedicated_wanted -= 1;
            return Some(MarkMode::Dedicated);
        }
        let passed = now.since(marking.began).as_ns() as f64;
        let spent = self.fractional_time[p].as_ns() as f64;
        (marking.fractional_goal > 0.0 && spent <= passed * marking.fractional_goal).then_some(MarkMode::Fractional)
    }

    /// `addIdleMarkWorker`: whether a processor with nothing else to do is to mark.
    pub(super) fn add_idle_worker(&mut self) -> bool {
        let Some(marking) = self.marking.as_mut().filter(|marking| marking.wants_worker()) else { return false };
        let is_allowed = marking.n_idle < marking.n_idle_allowed;
        marking.n_idle += u32::from(is_allowed);
        is_allowed
    }

    /// Whether a mark worker could be started.
    pub(super) fn has_mark_work(&self) -> bool {
        self.marking.as_ref().is_some_and(Marking::wants_worker)
    }

    /// Takes a piece of marking; none if nothing is left.
    pub(super) fn take_piece(&mut self, per_byte: f64) -> Option<Span> {
        let marking = self.marking.as_mut()?;
        let piece = nanoseconds(CHECK_BYTES, per_byte).max(Span::from_ns(1)).min(marking.left);
        if piece.is_zero() {
            return None;
        }
        marking.left -= piece;
        marking.n_pieces += 1;
        Some(piece)
    }
}

/// The time that marking `bytes` takes.
pub(super) fn nanoseconds(bytes: u64, per_byte: f64) -> Span {
    Span::from_ns((bytes as f64 * per_byte + 0.5) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_the_processors_marks() {
        for (n_ps, dedicated, fraction) in [
            (1, 0, 0.25),
            (2, 0, 0.25),
            // 3 processors want 0.75 workers; one is 33 % more, and rounding down leaves a fraction.
            (3, 0, 0.25),
            (4, 1, 0.0),
            (5, 1, 0.0),
            (6, 1, 0.5 / 6.0),
            (8, 2, 0.0),
            (16, 4, 0.0),
        ] {
            let mut gc = Collector::new(n_ps);
            gc.begin(Time::ZERO, 0, 0.5);
            let marking = gc.marking.as_ref().expect("it marks");
            assert_eq!(marking.n_dedicated_wanted, dedicated, "{n_ps}");
            assert!((marking.fractional_goal - fraction).abs() < 1e-9, "{n_ps}: {}", marking.fractional_goal);
        }
    }

    #[test]
    fn a_cycle_starts_between_seven_and_ninety_five_hundredths_of_the_way_to_the_goal() {
        let mut gc = Collector::new(4);
        for marked in [0_u64, 1 << 20, 64 << 20, 1 << 30] {
            gc.commit(marked, 0, marked);
            assert!(gc.goal >= 2 * marked && gc.goal >= MIN_GOAL);
            let way = (gc.trigger - marked) as f64 / (gc.goal - marked) as f64;
            assert!((EARLIEST_TRIGGER - 0.01..=1.0).contains(&way), "{marked}: {way}");
        }
    }

    /// A collector that marks 10 MB, with 4 MB to its goal, at 1 ns a byte.
    fn marking() -> Collector {
        let mut gc = Collector::new(4);
        gc.alive = 10 << 20;
        gc.begin(Time::ZERO, 0, 1.0);
        assert_eq!(gc.goal, 4 << 20);
        gc
    }

    #[test]
    fn who_takes_half_of_the_room_marks_half_of_what_is_left() {
        // While it is assisted, what is left to mark and what is left to allocate shrink in proportion.
        let mut gc = marking();
        let left = gc.marking.as_ref().expect("it marks").left;
        assert_eq!(gc.allocate(2 << 20, 1.0), left.scaled(0.5));
        assert_eq!(gc.allocate(1 << 20, 1.0), left.scaled(0.25));
    }

    #[test]
    fn past_its_goal_the_heap_has_a_tenth_to_go() {
        let mut gc = marking();
        gc.heap = gc.goal + 1;
        let left = gc.marking.as_ref().expect("it marks").left;
        let work = gc.allocate(gc.goal / 20, 1.0).as_ns() as f64 / left.as_ns() as f64;
        assert!((0.49..0.51).contains(&work), "{work}");
    }

    #[test]
    fn an_assist_takes_what_credit_there_is_and_leaves_what_it_does_beyond_its_debt() {
        let mut gc = marking();
        let credit = |gc: &Collector| gc.marking.as_ref().expect("it marks").credit.as_ns();
        gc.marking.as_mut().expect("it marks").credit = Span::from_ns(10_000);
        // A debt of some 2.5 times 1000 bytes: the least that it does is 64 KB.
        let work = gc.allocate(1_000, 1.0).as_ns();
        assert_eq!(work, OVER_ASSIST_BYTES - 10_000);
        let debt = OVER_ASSIST_BYTES - credit(&gc);
        assert!((2_000..3_000).contains(&debt), "{debt}");
        // The next one lives on that.
        let before = credit(&gc);
        assert_eq!(gc.allocate(1_000, 1.0).as_ns(), OVER_ASSIST_BYTES - before);
    }

    #[test]
    fn the_cost_of_marking_is_remembered_for_four_cycles_more() {
        let mut gc = Collector::new(4);
        let mut now = Time::ZERO;
        let mut cycle = |gc: &mut Collector, bytes| -> f64 {
            gc.begin(now, 0, 0.5);
            gc.allocate(bytes, 0.5);
            now = now + Span::from_ms(10);
            gc.end(now, 0);
            gc.cons_mark
        };
        let dear = cycle(&mut gc, 1 << 20);
        for _ in 0..4 {
            assert!((cycle(&mut gc, 1) - dear).abs() < 1e-9);
            // A cycle in which nothing is allocated says nothing.
            assert!((cycle(&mut gc, 0) - dear).abs() < 1e-9);
        }
        assert!(cycle(&mut gc, 1) < dear / 2.0);
    }
}
