//! Speed of the models, against a bare `BinaryHeap` with as many events pending; of all of them or of those that are named.

#[path = "../tests/shared/hold.rs"]
mod hold;
#[path = "../tests/shared/load.rs"]
mod load;

use std::time::Instant;

use runtime_duel::sim::scenario::Scenario;

#[expect(clippy::disallowed_methods, reason = "a bench is about the clock")]
fn main() {
    assert_eq!(hold::with_kernel(100), hold::with_binary_heap(100));
    let start = Instant::now();
    let clock = || start.elapsed().as_secs_f64();
    let bare = || {
        let begin = clock();
        assert_ne!(hold::with_binary_heap(10_000), 0);
        hold::N_EVENTS as f64 / (clock() - begin) / 1e6
    };
    let run = |runtime, scenario: &Scenario| load::speed(&mut load::warm(runtime, scenario), 1.5, clock);
    // Cargo adds an option of its own.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    for (name, runtime) in load::MODELS {
        if !wanted.is_empty() && !wanted.iter().any(|wanted| wanted == name) {
            continue;
        }
        // One right after the other: what disturbs the machine disturbs both.
        let heap = bare().max(bare());
        let (rate, _) = run(runtime, &load::scenario(10_000, 64));
        let heap = heap.max(bare());
        println!("model-native-{name} {rate:.2} {heap:.2} {:.2}", rate / heap);
        for n_clients in [10, 1_000, 100_000] {
            let (rate, each) = run(runtime, &load::scenario(n_clients, 4));
            println!("request-native-{name}-{n_clients} {each:.0} {rate:.2}");
        }
    }
}
