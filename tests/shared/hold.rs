//! The hold model: a thousand pending events; each that happens schedules one after a uniform delay.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use runtime_duel::sim::kernel::Kernel;
use runtime_duel::sim::time::{Span, Time};

pub(crate) const N_PENDING: u64 = 1_000;
pub(crate) const N_EVENTS: u64 = 2_000_000;

/// A cheap generator (SplitMix64), the same for both, so that the queue is what is measured.
fn next_delay(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (z ^ (z >> 31)) % (2 * N_PENDING)
}

/// The simulation's kernel, clock and counting included. Returns something that depends on every event.
pub(crate) fn with_kernel() -> u64 {
    let mut state = 1;
    let mut kernel = Kernel::default();
    for event in 0..N_PENDING as u32 {
        kernel.schedule(Span::from_ns(next_delay(&mut state)), event);
    }
    let mut sum = 0_u64;
    for _ in 0..N_EVENTS {
        let event = kernel.next_before(Time::MAX).expect("a thousand events are pending");
        sum = sum.wrapping_add(u64::from(event) ^ kernel.now().as_ns());
        kernel.schedule(Span::from_ns(next_delay(&mut state)), event);
    }
    sum
}

/// A bare binary heap of the standard library with the same order.
pub(crate) fn with_binary_heap() -> u64 {
    let mut state = 1;
    let mut heap = BinaryHeap::new();
    let mut seq = 0_u64;
    for event in 0..N_PENDING as u32 {
        heap.push(Reverse((next_delay(&mut state), seq, event)));
        seq += 1;
    }
    let mut sum = 0_u64;
    for _ in 0..N_EVENTS {
        let Reverse((now, _, event)) = heap.pop().expect("a thousand events are pending");
        sum = sum.wrapping_add(u64::from(event) ^ now);
        heap.push(Reverse((now + next_delay(&mut state), seq, event)));
        seq += 1;
    }
    sum
}
