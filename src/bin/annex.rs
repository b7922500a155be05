//! Mounts the annex: what is below the figure.

/// A seventh of the standard allocator's code, at the same speed.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

fn main() {
    runtime_duel::annex::mount();
}
