//! V8's heap of one isolate: a scavenge each time the semi-space is full, a mark-compact when the old space has grown.
//!
//! Follows V8's generations: what survives two scavenges is promoted (`src/heap/scavenger.cc`); the old space is
//! collected when it reaches a limit set after the last collection (`src/heap/heap-controller.cc`).
//!
//! What a request allocates stands for many small objects, all of them there from its beginning to its end: a single
//! object of more than 128 KB would go to the large-object space and never be copied (`kMaxRegularHeapObjectSize`), and
//! most of a real request's objects die before it does. Left out besides: concurrent marking's CPU on other threads,
//! incremental steps of about 1 ms, idle-time and last-resort collections, the semi-space's shrinking when little is
//! allocated, and the smaller steps of a heap that fills slowly (see `GROWING_FACTOR`).
//!
//! What is resident is more than what is alive: both halves of the semi-space as far as they were ever filled, the one
//! with what the program allocates and the one that a scavenge copies to, in turn; and of the old space the dead as well
//! until it is collected.

use crate::sim::costs::NodeCosts;
use crate::sim::scenario::Warm;
use crate::sim::time::Span;

/// Size of the semi-space: Node's default of 16 MiB (nodejs/node#42511).
const SEMI_SPACE: u64 = 16 << 20;
/// Its size in a young process, which doubles when more has survived since it last did than it holds (`heap.cc`
/// `CheckNewSpaceExpansionCriteria`): Node 20.20.2 has a new space of 1 MB at first, both halves together
/// (`v8.getHeapSpaceStatistics`).
const SEMI_SPACE_AT_FIRST: u64 = 1 << 19;
/// A scavenge is a task of the next turn once the semi-space is so full (`src/heap/scavenge-job.cc`,
/// `scavenge_task_trigger`, 80 %); what fills it inside of one turn would set one off when it is full.
const fn scavenge_at(semi_space: u64) -> u64 {
    semi_space / 5 * 4
}
/// The old space may grow by this factor before it is collected (`heap-controller.h`, `kMaxGrowingFactor`): what V8 takes
/// unless its collector is more than 43 times as fast as the program allocates, at some 280 MB/s thus for more than
/// 7 MB/s (`DynamicGrowingFactor` with 97 % for the program). For less it goes down to 1.1.
const GROWING_FACTOR: u64 = 4;
/// And by so much at least (`MinimumAllocationLimitGrowingStep`) ...
const MIN_GROWTH: u64 = 8 << 20;

/// ... and by a semi-space on top (`CalculateAllocationLimit`, `new_space_capacity`): Node 20.20.2 set a limit of 118.5 MB
/// for 25.6 MB alive. V8 estimates the first limit from what survives; here it is that of an empty heap, 24 MB.
fn limit(alive: u64) -> u64 {
    (alive * GROWING_FACTOR).max(alive + MIN_GROWTH) + SEMI_SPACE
}

/// The generation that an allocation was born in: how many scavenges had been.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Birth(u32);

/// Bytes in one isolate, by generation.
#[derive(Clone, Debug)]
pub(super) struct Heap {
    /// How much one half of the semi-space may hold.
    semi_space: u64,
    /// Survived scavenges since it grew.
    survived: u64,
    /// The most that each half has held; the first is the one in use.
    touched: [u64; 2],
    /// Used of the semi-space, dead or alive: what the last scavenge left in it, and what was allocated since.
    young: u64,
    /// Alive and born since the last scavenge; alive and survived one.
    newborn: u64,
    survivors: u64,
    /// Alive in the old space; dead in it.
    old: u64,
    garbage: u64,
    /// Size of the old space at which it is collected.
    limit: u64,
    n_scavenges: u32,
}

impl Heap {
    /// An empty heap: of a program that has been running for long, or that has just been started.
    pub(super) fn new(warm: Warm) -> Self {
        let semi_space = match warm {
            Warm::Warm => SEMI_SPACE,
            Warm::Cold => SEMI_SPACE_AT_FIRST,
        };
        Self {
            semi_space,
            survived: 0,
            touched: [0; 2],
            young: 0,
            newborn: 0,
            survivors: 0,
            old: 0,
            garbage: 0,
            limit: limit(0),
            n_scavenges: 0,
        }
    }

    /// Allocates `bytes` that stay alive until [`Heap::free`]; with the pause of the collection that this sets off.
    pub(super) fn allocate(&mut self, bytes: u64, costs: &NodeCosts) -> (Birth, Span) {
        let mut pause = Span::ZERO;
        if self.young + bytes > scavenge_at(self.semi_space) && self.young > 0 {
            pause = self.scavenge(costs);
            if self.old + self.garbage > self.limit {
                pause += self.mark_compact(costs);
            }
        }
        // What alone does not fit survives the scavenges that it sets off while it is allocated, until it does.
        while bytes > scavenge_at(self.semi_space) && self.semi_space < SEMI_SPACE {
            pause += costs.scavenge + costs.scavenge_per_mb.scaled(self.semi_space as f64 / 1e6);
            self.grow();
        }
        self.young += bytes;
        self.newborn += bytes;
        self.touched[0] = self.touched[0].max(self.young);
        (Birth(self.n_scavenges), pause)
    }

    /// Allocates `bytes` that are dead at once; with the pause of the collection that this sets off.
    pub(super) fn allocate_garbage(&mut self, bytes: u64, costs: &NodeCosts) -> Span {
        let (birth, pause) = self.allocate(bytes, costs);
        self.free(bytes, birth);
        pause
    }

    /// `bytes` born at `birth` are dead from now on.
    pub(super) fn free(&mut self, bytes: u64, birth: Birth) {
        match self.n_scavenges.wrapping_sub(birth.0) {
            0 => self.newborn -= bytes,
            1 => self.survivors -= bytes,
            _ => {
                self.old -= bytes;
                self.garbage += bytes;
            }
        }
    }

    /// Bytes of the heap that are resident.
    pub(super) fn resident(&self) -> u64 {
        self.touched[0] + self.touched[1] + self.old + self.garbage
    }

    fn grow(&mut self) {
        self.semi_space = (self.semi_space * 2).min(SEMI_SPACE);
        self.survived = 0;
    }

    fn scavenge(&mut self, costs: &NodeCosts) -> Span {
        if self.survived > self.semi_space {
            self.grow();
        }
        let surviving = self.newborn + self.survivors;
        self.survived += surviving;
        self.old += self.survivors;
        self.survivors = self.newborn;
        self.newborn = 0;
        self.young = self.survivors;
        self.touched.swap(0, 1);
        self.touched[0] = self.touched[0].max(self.young);
        self.n_scavenges = self.n_scavenges.wrapping_add(1);
        costs.scavenge + costs.scavenge_per_mb.scaled(surviving as f64 / 1e6)
    }

    fn mark_compact(&mut self, costs: &NodeCosts) -> Span {
        self.garbage = 0;
        self.limit = limit(self.old);
        costs.mark_compact + costs.mark_compact_per_mb.scaled((self.old + self.survivors) as f64 / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::costs::Costs;
    use crate::sim::scenario::CostModel;

    #[test]
    fn garbage_costs_a_scavenge_each_time_the_semi_space_is_four_fifths_full() {
        let costs = Costs::of(CostModel::Measured).node;
        let mut heap = Heap::new(Warm::Warm);
        let pauses: Vec<Span> = (0..64).map(|_| heap.allocate_garbage(1 << 20, &costs)).collect();
        let n = pauses.iter().filter(|pause| !pause.is_zero()).count();
        assert_eq!((n, pauses[12]), (5, costs.scavenge));
        // Both halves are filled in turn.
        assert_eq!(heap.resident(), 2 * (12 << 20));
    }

    #[test]
    fn what_survives_takes_room_in_the_semi_space_until_it_is_promoted() {
        let costs = Costs::of(CostModel::Measured).node;
        let mut heap = Heap::new(Warm::Warm);
        let mut allocate = |mb: u64| !heap.allocate(mb << 20, &costs).1.is_zero();
        assert!(!allocate(12));
        // The scavenge leaves 12 of 16 MB there: the next 5 MB do not fit, and set off the one that promotes them.
        assert!(allocate(5) && allocate(5));
        assert_eq!((heap.old, heap.young), (12 << 20, 10 << 20));
    }

    #[test]
    fn the_semi_space_of_a_young_process_grows_with_what_survives() {
        let costs = Costs::of(CostModel::Measured).node;
        let mut heap = Heap::new(Warm::Cold);
        for _ in 0..10_000 {
            heap.allocate_garbage(1_000, &costs);
        }
        assert_eq!((heap.semi_space, heap.resident() / 1_000), (SEMI_SPACE_AT_FIRST, 2 * 419));
        // Node 20.20.2 keeps 2.3 MB of small objects in a new space of 8 MB, and 13 MB and more in one of 32.
        let mut kept = |bytes: u64| {
            for _ in 0..bytes / 1_000 {
                heap.allocate(1_000, &costs);
            }
            heap.semi_space >> 20
        };
        assert_eq!((kept(2_300_000), kept(10_700_000)), (2, 8));
        assert_eq!(kept(20_000_000), 16);
    }

    #[test]
    fn a_large_request_makes_room_for_itself() {
        let costs = Costs::of(CostModel::Measured).node;
        let mut heap = Heap::new(Warm::Cold);
        let (_, pause) = heap.allocate(10 << 20, &costs);
        assert_eq!(heap.semi_space, SEMI_SPACE);
        assert!(pause > costs.scavenge * 5 && heap.allocate(1 << 20, &costs).1.is_zero());
    }

    #[test]
    fn the_old_space_grows_fourfold_and_by_a_semi_space_before_it_is_collected() {
        assert_eq!((limit(0) >> 20, limit(1 << 20) >> 20, limit(25 << 20) >> 20), (24, 25, 116));
    }

    #[test]
    fn what_lives_on_is_copied_twice_promoted_and_compacted_once_dead() {
        let costs = Costs::of(CostModel::Measured).node;
        let mut heap = Heap::new(Warm::Warm);
        let mut alive = Vec::new();
        let mut longest = Span::ZERO;
        for _ in 0..80 {
            let (birth, pause) = heap.allocate(1 << 20, &costs);
            alive.push(birth);
            longest = longest.max(pause);
        }
        assert!(heap.old > 32 << 20 && longest > costs.mark_compact, "{longest:?} {heap:?}");
        alive.drain(..).for_each(|birth| heap.free(1 << 20, birth));
        assert_eq!((heap.old, heap.survivors, heap.newborn), (0, 0, 0));
        // Dead weight in the old space is only found when promotions have filled it up to its limit.
        let garbage = heap.garbage;
        heap.allocate_garbage(17 << 20, &costs);
        assert_eq!(heap.garbage, garbage);
        heap.limit = garbage / 2;
        heap.allocate_garbage(17 << 20, &costs);
        assert_eq!(heap.garbage, 0);
    }
}
