//! What is derived from traces: counts, averages over time, percentiles, confidence intervals. It samples nothing.

pub mod interval;
pub mod tally;
