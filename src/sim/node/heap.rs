//! V8's heap of one isolate: a scavenge each time the semi-space is full, a mark-compact when the old space has grown.
//!
//! Follows V8's generations: what survives two scavenges is promoted (`src/heap/scavenger.cc`); the old space is
//! collected when it reaches a limit set after the last collection (`src/heap/heap-controller.cc`).
//!
//! What a request allocates stands for many small objects, all of them there from its beginning to its end: a single
//! object of more than 128 KB would go to the large-object space and never be copied (`kMaxRegularHeapObjectSize`), and
//! most of a real request's objects die before it does. Left out besides: concurrent marking's CPU on other threads,
//! incremental steps of about 1 ms, idle-time and last-resort collections, growth of the semi-space from 1 MB while a
//! process is young, and the smaller steps of a heap that fills slowly (see `GROWING_FACTOR`).

use crate::sim::costs::NodeCosts;
use crate::sim::time::Span;

/// Size of the semi-space: Node's default of 16 MiB (nodejs/node#42511).
const SEMI_SPACE: u64 = 16 << 20;
/// A scavenge is a task of the next turn once the semi-space is so full (`src/heap/scavenge-job.cc`,
/// `scavenge_task_trigger`, 80 %); what fills it inside of one turn would set one off when it is full.
const SCAVENGE_AT: u64 = SEMI_SPACE / 5 * 4;
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

impl Default for Heap {
    fn default() -> Self {
        Self { young: 0, newborn: 0, survivors: 0, old: 0, garbage: 0, limit: limit(0), n_scavenges: 0 }
    }
}

impl Heap {
    /// Allocates `bytes` that stay alive until [`Heap::free`]; with the pause of the collection that this sets off.
    pub(super) fn allocate(&mut self, bytes: u64, costs: &NodeCosts) -> (Birth, Span) {
        let mut pause = Span::ZERO;
        if self.young + bytes > SCAVENGE_AT && self.young > 0 {
            pause = self.scavenge(costs);
            if self.old + self.garbage > self.limit {
                pause += self.mark_compact(costs);
            }
        }
        self.young += bytes;
        self.newborn += bytes;
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

    /// Bytes that the heap takes.
    pub(super) fn size(&self) -> u64 {
        self.young + self.old + self.garbage
    }

    fn scavenge(&mut self, costs: &NodeCosts) -> Span {
        let surviving = self.newborn + self.survivors;
        self.old += self.survivors;
        self.survivors = self.newborn;
        self.newborn = 0;
        self.young = self.survivors;
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
        let mut heap = Heap::default();
        let pauses: Vec<Span> = (0..64).map(|_| heap.allocate_garbage(1 << 20, &costs)).collect();
        let n = pauses.iter().filter(|pause| !pause.is_zero()).count();
        assert_eq!((n, pauses[12]), (5, costs.scavenge));
        assert!(heap.size() <= SEMI_SPACE);
    }

    #[test]
    fn what_survives_takes_room_in_the_semi_space_until_it_is_promoted() {
        let costs = Costs::of(CostModel::Measured).node;
        let mut heap = Heap::default();
        let mut allocate = |mb: u64| !heap.allocate(mb << 20, &costs).1.is_zero();
        assert!(!allocate(12));
        // The scavenge leaves 12 of 16 MB there: the next 5 MB do not fit, and set off the one that promotes them.
        assert!(allocate(5) && allocate(5));
        assert_eq!((heap.old, heap.young), (12 << 20, 10 << 20));
    }

    #[test]
    fn the_old_space_grows_fourfold_and_by_a_semi_space_before_it_is_collected() {
        assert_eq!((limit(0) >> 20, limit(1 << 20) >> 20, limit(25 << 20) >> 20), (24, 25, 116));
    }

    #[test]
    fn what_lives_on_is_copied_twice_promoted_and_compacted_once_dead() {
        let costs = Costs::of(CostModel::Measured).node;
        let mut heap = Heap::default();
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
