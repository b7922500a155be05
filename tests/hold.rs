//! The hold model in a browser's worker, for the bench: prints how fast it is and checks that it is the same.

#![cfg(target_arch = "wasm32")]

#[path = "shared/hold.rs"]
mod hold;

use wasm_bindgen::JsCast;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

fn now_ms() -> f64 {
    let scope: web_sys::DedicatedWorkerGlobalScope = js_sys::global().dyn_into().expect("a worker");
    scope.performance().expect("a clock").now()
}

fn best(run: fn() -> u64) -> f64 {
    let best = (0..10).map(|_| {
        let start = now_ms();
        assert_ne!(run(), 0);
        now_ms() - start
    });
    hold::N_EVENTS as f64 / best.fold(f64::INFINITY, f64::min) / 1e3
}

#[wasm_bindgen_test]
fn hold_model_in_a_worker() {
    assert_eq!(hold::with_kernel(), hold::with_binary_heap());
    console_log!("hold-worker-kernel {:.2}", best(hold::with_kernel));
    console_log!("hold-worker-binary-heap {:.2}", best(hold::with_binary_heap));
}
