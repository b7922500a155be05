//! What the models leave out, for the page, the model card and the command line: said once, here.

use crate::sim::runtime::RuntimeId;

/// Sentences by the runtime that they are about; what concerns all of them comes first, without one.
pub const LIMITS: &[(Option<RuntimeId>, &str)] = &[
    (None, "Connections cost what was measured, but are not opened and closed one by one."),
    (None, "JIT warm-up and the start of a process: everything is warm."),
    (Some(RuntimeId::Node), "One timer list for each duration."),
    (
        Some(RuntimeId::Node),
        "A request started inside the process is taken from the poll queue like one from a socket.",
    ),
    (Some(RuntimeId::Go), "The 3 µs back-off of a thief of runnext, and the idle-timer thief that does not spin."),
    (Some(RuntimeId::Go), "A request started inside the process is readied like one from a socket."),
];
