//! What a worker that looks deeper adds to its answers, as it travels.

use serde::{Deserialize, Serialize};

use crate::stats::deep::{DeepSummary, Depth, LiveDepth};

/// What a replication was like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointDepth(#[serde(with = "DepthDef")] pub Depth);

/// What a live run is like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrameDepth(#[serde(with = "LiveDepthDef")] pub LiveDepth);

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Trial;
    use crate::protocol::{FromWorker, RunId, decode, encode};
    use crate::session::{coarse_effort, coarse_mixes};
    use crate::sim::runtime::RuntimeId;
    use crate::sim::scenario::Scenario;
    use crate::stats::deep::Deep;

    #[test]
    fn what_a_replication_was_like_comes_back_as_it_went_in_few_bytes() {
        for runtime in [RuntimeId::Node, RuntimeId::NodeCluster, RuntimeId::Go] {
            for mix in coarse_mixes() {
                let scenario = Scenario { mix, ..Scenario::default() };
                let trial = Trial::<Deep>::telling(runtime, &scenario, 0, coarse_effort(runtime, &scenario));
                let (replication, depth) = trial.finish_deep();
                let depth = depth.map(PointDepth);
                let (run, bare) = (RunId(1), None);
                let light =
                    FromWorker::Point { run, mix, runtime_idx: 0, replication_idx: bare, replication, depth: None };
                let full = FromWorker::Point { run, mix, runtime_idx: 0, replication_idx: bare, replication, depth };
                assert_eq!(decode(&encode(&full)), Ok(full.clone()), "{runtime:?} at {mix}");
                let n_more = encode(&full).len() - encode(&light).len();
                assert!(n_more < 600, "{runtime:?} at {mix}: {n_more} bytes more");
            }
        }
    }
}
