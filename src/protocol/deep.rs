//! What a worker that looks deeper adds to its answers, as it travels: bytes, which the figure passes on unread.

use serde::{Deserialize, Serialize};

use crate::protocol::{decode, encode};
use crate::stats::deep::{DeepSummary, Depth, LiveDepth};

/// What a replication was like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct OfReplication(#[serde(with = "DepthDef")] Depth);

/// What a live run is like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct OfLive(#[serde(with = "LiveDepthDef")] LiveDepth);

/// The bytes of what a replication was like.
#[must_use]
pub fn of_replication(depth: Depth) -> Vec<u8> {
    encode(&OfReplication(depth))
}

/// The bytes of what a live run is like.
#[must_use]
pub fn of_live(depth: LiveDepth) -> Vec<u8> {
    encode(&OfLive(depth))
}

/// What a replication was like; `None` if that is not told.
#[must_use]
pub fn replication(bytes: &[u8]) -> Option<Depth> {
    decode(bytes).ok().map(|OfReplication(depth)| depth)
}

/// What a live run is like; `None` if that is not told.
#[must_use]
pub fn live(bytes: &[u8]) -> Option<LiveDepth> {
    decode(bytes).ok().map(|OfLive(depth)| depth)
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "LiveDepth")]
struct LiveDepthDef {
    #[serde(with = "DepthDef")]
    recent: Depth,
    #[serde(with = "DepthDef")]
    whole: Depth,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Depth")]
struct DepthDef {
    #[serde(with = "DeepSummaryDef")]
    summary: DeepSummary,
    #[serde(with = "distribution")]
    latencies: crate::stats::distribution::Distribution,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "DeepSummary")]
struct DeepSummaryDef {
    latency_p90_ms: Option<f64>,
    latency_p999_ms: Option<f64>,
    latency_max_ms: Option<f64>,
    #[serde(with = "loop_delay")]
    loop_delay: Option<crate::stats::deep::LoopDelay>,
    loop_utilization: Option<f64>,
    busiest_loop: Option<f64>,
    memory_peak: u64,
    turns_per_s: f64,
    resumed_per_s: Option<f64>,
}

/// Event-loop delays as three numbers, if there are any.
mod loop_delay {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::stats::deep::LoopDelay;

    pub(super) fn serialize<S: Serializer>(delay: &Option<LoopDelay>, to: S) -> Result<S::Ok, S::Error> {
        delay.map(|LoopDelay { p50_ms, p99_ms, max_ms }| (p50_ms, p99_ms, max_ms)).serialize(to)
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Option<LoopDelay>, D::Error> {
        let delay = Option::<(f64, f64, f64)>::deserialize(from)?;
        Ok(delay.map(|(p50_ms, p99_ms, max_ms)| LoopDelay { p50_ms, p99_ms, max_ms }))
    }
}

/// Distributions, packed.
mod distribution {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::sim::time::Span;
    use crate::stats::distribution::{Distribution, Packed};

    pub(super) fn serialize<S: Serializer>(all: &Distribution, to: S) -> Result<S::Ok, S::Error> {
        let Packed { coarseness, first, runs, shortest, longest } = all.pack();
        (coarseness, first, runs, shortest.as_ns(), longest.as_ns()).serialize(to)
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Distribution, D::Error> {
        let (coarseness, first, runs, shortest, longest) = <(u32, u32, Vec<i64>, u64, u64)>::deserialize(from)?;
        let (shortest, longest) = (Span::from_ns(shortest), Span::from_ns(longest));
        Ok(Distribution::from(&Packed { coarseness, first, runs, shortest, longest }))
    }
}
