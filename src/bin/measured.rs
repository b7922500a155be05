//! Registers the archive of measurements.

/// A seventh of the standard allocator's code, at the same speed.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

fn main() {
    runtime_duel::archive::register();
}
