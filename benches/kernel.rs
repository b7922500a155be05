//! Speed of the event queue.
fn main() {}
