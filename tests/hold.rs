//! The hold model in a browser's worker, for the bench: prints how fast it is and checks that it is the same.

#![cfg(target_arch = "wasm32")]

#[path = "shared/hold.rs"]
mod hold;
#[path = "shared/load.rs"]
mod load;

use runtime_duel::sim::runtime::RuntimeId;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

fn now_ms() -> f64 {
    let scope: web_sys::DedicatedWorkerGlobalScope = js_sys::global().dyn_into().expect("a worker");
    scope.performance().expect("a clock").now()
}

fn best(run: impl Fn() -> u64) -> f64 {
    let best = (0..5).map(|_| {
        let start = now_ms();
        assert_ne!(run(), 0);
        now_ms() - start
    });
    hold::N_EVENTS as f64 / best.fold(f64::INFINITY, f64::min) / 1e3
}

#[wasm_bindgen_test]
fn hold_model_in_a_worker() {
    assert_eq!(hold::with_kernel(1_000), hold::with_binary_heap(1_000));
    for n in [1_000, 10_000] {
        console_log!("hold-{PLACE}-kernel-{n} {:.2}", best(|| hold::with_kernel(n)));
        console_log!("hold-{PLACE}-binary-heap-{n} {:.2}", best(|| hold::with_binary_heap(n)));
    }
}

/// Which worker this is compiled as.
const PLACE: &str = if cfg!(feature = "deep") { "deep" } else { "worker" };

#[wasm_bindgen_test]
fn models_in_a_worker() {
    let is_in_first = |runtime| matches!(runtime, RuntimeId::Node | RuntimeId::Go);
    for (name, runtime) in load::MODELS.into_iter().filter(|(_, one)| cfg!(feature = "deep") || is_in_first(*one)) {
        let mut run = load::warm(runtime, &load::scenario(10_000, 64));
        let (rate, _) = load::speed(&mut run, 2.0, || now_ms() / 1e3);
        console_log!("model-{PLACE}-{name} {rate:.2}");
    }
}
