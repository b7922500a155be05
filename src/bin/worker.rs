//! Registers the simulation worker.

fn main() {
    runtime_duel::worker::register();
}
