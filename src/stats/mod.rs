//! What is derived from traces: counts, averages over time, percentiles, confidence intervals. It samples nothing.

pub mod curve;
pub mod interval;
pub mod replication;
pub mod tally;
