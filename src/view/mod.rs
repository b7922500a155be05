//! From statistics to what a chart or a table shows: series, scales, words for numbers. It draws nothing.

pub mod lanes;
pub mod scale;
pub mod series;
pub mod units;
