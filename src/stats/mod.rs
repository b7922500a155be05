//! What is derived from traces: counts, averages over time, percentiles, confidence intervals. It samples nothing.

pub mod curve;
pub mod deep;
pub mod detail;
pub mod distribution;
pub mod gauge;
pub mod interval;
pub mod lanes;
pub mod latency;
pub mod paired;
pub mod replication;
pub mod series;
pub mod tally;
pub mod warm_up;
