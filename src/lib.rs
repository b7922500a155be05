//! runtime-duel: a simulated Node.js event loop and a simulated Go scheduler serve the same stream of requests.
//!
//! A [`sim::scenario::Scenario`] and a seed go in; every runtime under comparison serves the same requests on the
//! same simulated machine; typed trace events come out; statistics, charts and sentences are derived from them.

#[cfg(all(feature = "web", feature = "deep"))]
pub mod annex;
pub mod app;
#[cfg(all(feature = "web", feature = "deep"))]
pub mod archive;
pub mod chart;
#[cfg(feature = "deep")]
pub mod chrome;
#[cfg(feature = "cli")]
pub mod cli;
pub mod experiment;
#[cfg(feature = "deep")]
pub mod measured;
#[cfg(feature = "cli")]
pub mod oracles;
pub mod protocol;
#[cfg(feature = "cli")]
pub mod recording;
#[cfg(feature = "cli")]
pub mod replicate;
pub mod session;
pub mod sim;
pub mod stats;
pub mod stories;
#[cfg(feature = "deep")]
pub mod study;
#[cfg(feature = "web")]
pub mod ui;
pub mod view;
#[cfg(feature = "web")]
pub mod worker;
