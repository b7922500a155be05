//! From statistics to what a chart or a table shows: series, scales, words for numbers. It draws nothing.

pub mod axis;
pub mod bars;
pub mod lanes;
pub mod latency;
pub mod metrics;
pub mod paper;
pub mod scale;
pub mod series;
pub mod units;
