//! Speed of the kernel: the hold model, against a bare `BinaryHeap`.

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
    while begin.elapsed() < Duration::from_secs(3) {
        let start = clock();
        let sum = run();
        best = best.min(start.elapsed().as_secs_f64());
        assert_ne!(sum, 0, "the result is used");
    }
    hold::N_EVENTS as f64 / best / 1e6
}

fn main() {
    let (kernel, bare) = (best(hold::with_kernel), best(hold::with_binary_heap));
    println!("hold-native-kernel {kernel:.2}");
    println!("hold-native-binary-heap {bare:.2}");
}
