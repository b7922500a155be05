//! What the program's memory is made of: as much as is resident, as an operating system counts it. Of several processes
//! it is the sum, in which pages that they share, some of the program itself, are counted in each.

use crate::sim::node::{Node, Topology};

/// Of a process with an HTTP server that has served its first request: 46.1 MB, Node 20.20.2 (`calibrate/node/start.mjs`).
/// Of one without: 47.8 MB.
const PROCESS: u64 = 46_100_000;
/// Of a further worker thread that has answered a first message: 8.6 to 9.1 MB (the same program).
const WORKER: u64 = 8_700_000;
/// Of an idle keep-alive connection, apart from what the semi-space grows by: 8.8 KB for each of 10,000, 11.0 for each
/// of 4,000 and 12.8 for each of 2,000 with the semi-space (Node 20.20.2, `start.mjs --connections`).
const CONNECTION: u64 = 7_000;
/// Of an async function that awaits a timer: 43.3 MB resident with one and 131.6 MB with 100,000 of them, Node 23.2
/// (hez2010.github.io/async-runtimes-benchmarks-2024).
pub(super) const TASK: u64 = 900;

impl Node {
    /// Bytes that are resident now.
    pub(super) fn resident(&self) -> u64 {
        let n = self.n_up as u64;
        let others = match self.topology() {
            Topology::Loop | Topology::Service => 0,
            Topology::Workers => n * WORKER,
            Topology::Cluster => n * PROCESS,
        };
        PROCESS + others + self.heaps + self.connections.n_open() * CONNECTION
    }

    /// Looks whether more is resident than ever.
    pub(super) fn note_memory(&mut self) {
        self.memory_peak = self.memory_peak.max(self.resident());
    }
}
