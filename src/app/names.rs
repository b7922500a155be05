//! The names of the runtimes, where there is room.

use crate::sim::runtime::RuntimeId;

/// What a runtime is called.
#[must_use]
pub fn name(runtime: RuntimeId) -> &'static str {
    match runtime {
        RuntimeId::Node => "Node.js event loop",
        RuntimeId::NodeWorkers => "Node.js with workers",
        RuntimeId::NodeCluster => "Node.js cluster",
        RuntimeId::NodeService => "Node.js with a service",
        RuntimeId::Go => "Go scheduler",
        RuntimeId::Threads => "Thread per request",
        RuntimeId::Tokio => "Tokio tasks",
    }
}
