//! The page's first worker, which is compiled without the feature `deep`: what it can be asked for, it simulates to the bit
//! as the one that has everything.

#![cfg(not(feature = "deep"))]

#[path = "shared/golden.rs"]
mod golden;

use runtime_duel::app::settings::Settings;
use runtime_duel::sim::runtime::RuntimeId;

#[test]
fn the_first_worker_simulates_what_the_other_one_does() {
    let is_asked_for = |scenario| (Settings { scenario, ..Settings::default() }).is_first_look();
    let asked_for = golden::scenarios().map(is_asked_for);
    // One starts inside of the process, and one reads files.
    assert_eq!(asked_for.into_iter().filter(|is| *is).count(), asked_for.len() - 2);
    for (runtime, hashes) in golden::GOLDEN {
        if !matches!(runtime, RuntimeId::Node | RuntimeId::Go) {
            continue;
        }
        for (nth, (hash, golden)) in golden::hashes(runtime).into_iter().zip(hashes).enumerate() {
            assert!(hash == golden || !asked_for[nth], "{runtime:?}, scenario {nth}");
        }
    }
}
