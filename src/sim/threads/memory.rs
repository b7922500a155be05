//! What the program's memory is made of: as much as is in use, dead or alive, and resident.

use crate::sim::threads::Threads;

/// Resident memory of a process at rest: 91 to 104 MB, Tomcat 10.1.60 on Temurin 25.0.3, its first threads included.
const PROCESS: u64 = 94_000_000;
/// Of a thread that has served requests: 87 to 110 KiB each, from 200 to 920 threads with the heap resident from the start.
/// 1 MiB is reserved for its stack (`-Xss`; `os_cpu/linux_x86/globals_linux_x86.hpp`: `ThreadStackSize`), of which 44 to 92
/// KiB were resident at the median; one that only sleeps has 16 (jsravn.com, "JVM Thread Actual Memory Usage", 2019).
const THREAD: u64 = 100 << 10;
/// Of an idle connection: 17.4 to 30.4 KiB over 4,000 of them, of which 16 are its buffers for reading and writing
/// (`net/SocketProperties.java`: `appReadBufSize`, `appWriteBufSize`).
const CONNECTION: u64 = 20 << 10;

impl Threads {
    /// Bytes that are in use now.
    pub(super) fn resident(&self) -> u64 {
        let heap = self.collector.as_ref().map_or(0, |collector| collector.heap.size());
        PROCESS + heap + self.n_more_threads * THREAD + u64::from(self.connector.n_open()) * CONNECTION
    }

    /// Looks whether more is in use than ever.
    pub(super) fn note_memory(&mut self) {
        self.memory_peak = self.memory_peak.max(self.resident());
    }
}
