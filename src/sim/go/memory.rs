//! What the program's memory is made of: as much as is in use, dead or alive. What the runtime has freed and not yet
//! given back to the operating system is not in it.

use crate::sim::go::Go;
use crate::sim::go::gc::Collector;

/// Resident memory of a server at rest: 6.6 MB, `net/http`, Go 1.27.3; 7.1 to 7.4 MB once it has served a request.
const PROCESS: u64 = 6_800_000;
/// Of an idle keep-alive connection: 21.7 KiB each of 4,000 with its goroutine, which is counted apart; 19.3 to 20.4 KiB
/// each of 10,000 (`calibrate/node/start.mjs --connections`).
const CONNECTION: u64 = 19 << 10;
/// Of a goroutine: 2 KiB of stack (`stack.go` `stackMin`) and about 0.4 KiB of `g`.
pub(super) const GOROUTINE: u64 = 2_662;

impl Go {
    /// Bytes that are in use now.
    pub(super) fn resident(&self) -> u64 {
        let heap = self.gc.as_ref().map_or(0, Collector::heap);
        PROCESS + heap + self.n_goroutines * GOROUTINE + self.connections.n_open() * CONNECTION
    }

    /// Looks whether more is in use than ever.
    pub(super) fn note_memory(&mut self) {
        self.memory_peak = self.memory_peak.max(self.resident());
    }
}
