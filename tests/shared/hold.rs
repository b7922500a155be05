//! The hold model: a number of pending events; each that happens schedules one after a uniform delay of up to a fifth of
//! a second, as clients do that think.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use runtime_duel::sim::kernel::Kernel;
use runtime_duel::sim::time::{Span, Time};

/// Delays in nanoseconds are below this.
const LONGEST: u64 = 200_000_000;
pub(crate) const N_EVENTS: u64 = 2_000_000;

/// A cheap generator (SplitMix64), the same for both, so that the queue is what is measured.
pub(crate) fn next_delay(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (z ^ (z >> 31)) % LONGEST
}

/// The simulation's kernel, clock and counting included. Returns something that depends on every event.
pub(crate) fn with_kernel(n_pending: u32) -> u64 {
    let mut state = 1;
    let mut kernel = Kernel::default();
    for event in 0..n_pending {
        kernel.schedule(Span::from_ns(next_delay(&mut state)), event);
    }
    let mut sum = 0_u64;
    for _ in 0..N_EVENTS {
        let event = kernel.next_before(Time::MAX).expect("events are pending");
        sum = sum.wrapping_add(u64::from(event) ^ kernel.now().as_ns());
        kernel.schedule(Span::from_ns(next_delay(&mut state)), event);
    }
    sum
}

/// A bare binary heap of the standard library with the same order.
pub(crate) fn with_binary_heap(n_pending: u32) -> u64 {
    let mut state = 1;
    let mut heap = BinaryHeap::new();
    let mut seq = 0_u64;
    for event in 0..n_pending {
        heap.push(Reverse((next_delay(&mut state), seq, event)));
        seq += 1;
    }
    let mut sum = 0_u64;
    for _ in 0..N_EVENTS {
        let Reverse((now, _, event)) = heap.pop().expect("events are pending");
        sum = sum.wrapping_add(u64::from(event) ^ now);
        heap.push(Reverse((now + next_delay(&mut state), seq, event)));
        seq += 1;
    }
    sum
}
