//! Speed of the kernel: the hold model, against other ways to keep pending events.

#[path = "../tests/shared/hold.rs"]
mod hold;

use std::time::{Duration, Instant};

#[expect(clippy::disallowed_methods, reason = "a bench is about the clock")]
fn clock() -> Instant {
    Instant::now()
}

/// Millions of events per second, the best of some rounds: the machine's noise only ever slows down.
fn best(run: impl Fn() -> u64) -> f64 {
    let mut best = f64::INFINITY;
    let begin = clock();
    while begin.elapsed() < Duration::from_secs(1) {
        let start = clock();
        let sum = run();
        best = best.min(start.elapsed().as_secs_f64());
        assert_ne!(sum, 0, "the result is used");
    }
    hold::N_EVENTS as f64 / best / 1e6
}

/// An implicit heap with four children a node, the usual alternative: flatter, with more comparisons a level.
#[derive(Default)]
struct FourAry(Vec<(u64, u64, u32)>);

impl FourAry {
    fn push(&mut self, item: (u64, u64, u32)) {
        let mut at = self.0.len();
        self.0.push(item);
        while at > 0 {
            let parent = (at - 1) / 4;
            if self.0[parent] <= item {
                break;
            }
            self.0[at] = self.0[parent];
            at = parent;
        }
        self.0[at] = item;
    }

    fn pop(&mut self) -> Option<(u64, u64, u32)> {
        let last = self.0.pop()?;
        let Some(first) = self.0.first().copied() else { return Some(last) };
        let mut at = 0;
        loop {
            let children = 4 * at + 1..self.0.len().min(4 * at + 5);
            let Some(least) = children.min_by_key(|i| self.0[*i]).filter(|i| self.0[*i] < last) else { break };
            self.0[at] = self.0[least];
            at = least;
        }
        self.0[at] = last;
        Some(first)
    }
}

fn with_four_ary(n_pending: u32) -> u64 {
    let mut state = 1;
    let mut heap = FourAry::default();
    let mut seq = 0_u64;
    for event in 0..n_pending {
        heap.push((hold::next_delay(&mut state), seq, event));
        seq += 1;
    }
    let mut sum = 0_u64;
    for _ in 0..hold::N_EVENTS {
        let Some((now, _, event)) = heap.pop() else { break };
        sum = sum.wrapping_add(u64::from(event) ^ now);
        heap.push((now + hold::next_delay(&mut state), seq, event));
        seq += 1;
    }
    sum
}

fn main() {
    assert_eq!(with_four_ary(1_000), hold::with_kernel(1_000));
    for n in [10, 1_000, 10_000, 100_000] {
        println!("hold-native-kernel-{n} {:.2}", best(|| hold::with_kernel(n)));
        println!("hold-native-binary-heap-{n} {:.2}", best(|| hold::with_binary_heap(n)));
        println!("hold-native-four-ary-{n} {:.2}", best(|| with_four_ary(n)));
    }
}
