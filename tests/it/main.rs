//! Native tests of the core: oracles, properties, determinism, permalinks, tidiness.

mod charts;
#[cfg(feature = "cli")]
mod cli;
mod curve;
#[cfg(feature = "deep")]
mod deep;
mod determinism;
#[cfg(feature = "cli")]
mod embed;
#[cfg(feature = "cli")]
mod exports;
#[path = "../shared/golden.rs"]
mod golden;
mod goldens;
mod jit;
mod lanes;
mod litmus;
#[cfg(feature = "cli")]
mod measured;
#[cfg(feature = "cli")]
mod noscript;
#[cfg(feature = "cli")]
mod oracles;
#[cfg(feature = "cli")]
mod poster;
mod properties;
#[cfg(feature = "cli")]
mod stories;
#[path = "../shared/synthetic.rs"]
mod synthetic;
mod tidy;
mod workloads;
