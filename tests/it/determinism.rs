//! The same seed gives the same run, however it is sliced; what is kept as golden stays.

use runtime_duel::experiment::{Effort, Trial};
use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::Scenario;
use runtime_duel::sim::time::Span;

use crate::golden::{GOLDEN, hash, hashes, scenarios};

#[test]
fn runs_are_the_same_twice_and_in_slices() {
    for scenario in scenarios() {
        for runtime in RuntimeId::ALL {
            let whole = hash(runtime, &scenario, u64::MAX);
            assert_eq!(whole, hash(runtime, &scenario, u64::MAX), "{runtime:?} of {scenario:?} twice");
            assert_eq!(whole, hash(runtime, &scenario, 1), "{runtime:?} of {scenario:?} event by event");
            assert_eq!(whole, hash(runtime, &scenario, 97), "{runtime:?} of {scenario:?} in slices of 97");
        }
    }
}

#[test]
fn golden_hashes_stay() {
    // Whoever moves one on purpose raises the model version, says so in the changelog, and puts in what is printed.
    let now = GOLDEN.map(|(runtime, _)| (runtime, hashes(runtime)));
    assert_eq!(now, GOLDEN, "\nnow: {now:#018x?}");
}

#[test]
fn another_seed_or_another_mix_is_another_run() {
    let scenario = Scenario::default();
    for runtime in RuntimeId::ALL {
        let one = hash(runtime, &scenario, u64::MAX);
        assert_ne!(one, hash(runtime, &Scenario { seed: 2, ..scenario }, u64::MAX));
        assert_ne!(one, hash(runtime, &Scenario { mix: 20.5, ..scenario }, u64::MAX));
    }
}

#[test]
fn a_replication_is_the_same_in_slices() {
    for scenario in scenarios() {
        // One that ends by time, one that runs out of events in its warm-up, one that does so later.
        for max_events in [u64::MAX, 100, 5_000] {
            let effort = Effort { length: Span::from_ms(400), max_events, settles_after: Span::ZERO };
            let whole = Trial::new(RuntimeId::Go, &scenario, 3, effort).finish();
            let mut trial = Trial::new(RuntimeId::Go, &scenario, 3, effort);
            let sliced = std::iter::repeat_with(|| trial.advance(37)).find_map(|found| found);
            assert_eq!(Some(whole), sliced, "{scenario:?} with {max_events} events");
        }
    }
}
