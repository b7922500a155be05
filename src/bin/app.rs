//! Mounts the page.

fn main() {
    runtime_duel::ui::mount();
}
