//! A part of a recording of lanes, as it travels from the worker that simulates to whoever draws.

use serde::{Deserialize, Serialize};

use crate::protocol::RunId;
use crate::stats::lanes::{Marks, PhaseRows, Pieces, QueueRows, Served, Steps, Window as Recorded};

/// What was recorded of one runtime of a live run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Which run.
    pub run: RunId,
    /// Which of the runtimes asked for, by place.
    pub runtime_idx: u32,
    /// What was recorded.
    #[serde(with = "RecordedDef")]
    pub recorded: Recorded,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Recorded")]
struct RecordedDef {
    from_ns: u64,
    to_ns: u64,
    n_cores: u16,
    n_processors: u16,
    roles: Vec<(u8, u16, u16)>,
    #[serde(with = "PiecesDef")]
    pieces: Pieces,
    #[serde(with = "PhaseRowsDef")]
    phases: PhaseRows,
    #[serde(with = "StepsDef")]
    steps: Steps,
    #[serde(with = "QueueRowsDef")]
    queues: QueueRows,
    #[serde(with = "ServedDef")]
    served: Served,
    #[serde(with = "MarksDef")]
    marks: Marks,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Pieces")]
struct PiecesDef {
    thread: Vec<u32>,
    core: Vec<u16>,
    processor: Vec<u16>,
    kind: Vec<u8>,
    request: Vec<u64>,
    from_ns: Vec<u64>,
    len_ns: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "PhaseRows")]
struct PhaseRowsDef {
    process: Vec<u16>,
    phase: Vec<u8>,
    n_reported: Vec<u32>,
    from_ns: Vec<u64>,
    len_ns: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Steps")]
struct StepsDef {
    request: Vec<u64>,
    stage: Vec<u8>,
    number: Vec<u64>,
    from_ns: Vec<u64>,
    len_ns: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "QueueRows")]
struct QueueRowsDef {
    kind: Vec<u8>,
    nth: Vec<u16>,
    len: Vec<u32>,
    at_ns: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Served")]
struct ServedDef {
    request: Vec<u64>,
    is_heavy: Vec<bool>,
    at_ns: Vec<u64>,
    latency_ns: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Marks")]
struct MarksDef {
    kind: Vec<u8>,
    first: Vec<u16>,
    second: Vec<u16>,
    number: Vec<u64>,
    at_ns: Vec<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Misunderstood, decode, encode};
    use crate::sim::runtime::{AnyRun, RuntimeId};
    use crate::sim::scenario::Scenario;
    use crate::sim::time::{Span, Time};
    use crate::stats::lanes::Recorder;

    #[test]
    fn a_window_comes_back_as_it_went_and_takes_some_twenty_bytes_a_row() {
        for runtime in RuntimeId::ALL {
            let scenario = Scenario::default();
            let mut run = AnyRun::new(runtime, &scenario, 0, Recorder::new(scenario.n_cores, 100_000));
            let now = Time::ZERO + Span::from_ms(300);
            run.advance(now, u64::MAX);
            let recorded = run.sink_mut().window(now, Time::ZERO + Span::from_ms(100), now);
            let window = Window { run: RunId(7), runtime_idx: 1, recorded };
            let bytes = encode(&window);
            assert_eq!(decode(&bytes), Ok(window.clone()));
            assert_eq!(decode::<Window>(&bytes[..bytes.len() / 2]), Err(Misunderstood::Garbled));
            let rows = &window.recorded;
            let n = rows.pieces.thread.len() + rows.steps.request.len() + rows.queues.at_ns.len();
            assert!(n > 100 && bytes.len() < 22 * n, "{runtime:?}: {} bytes for {n} rows", bytes.len());
        }
    }
}
