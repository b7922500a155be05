//! Native tests of the core: oracles, properties, determinism, permalinks, tidiness.

mod charts;
#[cfg(feature = "cli")]
mod cli;
mod curve;
mod determinism;
#[cfg(feature = "cli")]
mod embed;
#[path = "../shared/golden.rs"]
mod golden;
mod jit;
mod lanes;
mod litmus;
#[cfg(feature = "cli")]
mod measured;
#[cfg(feature = "cli")]
mod oracles;
mod properties;
mod tidy;
mod workloads;
