//! The simulation: pure, deterministic, free of wall clock, thread, browser and global.
//!
//! Reading order: [`time`], [`heap`], [`queue`], [`kernel`] (the clock), [`rng`], [`dist`], [`scenario`], [`request`],
//! [`workload`] (who comes), [`machine`], [`costs`] and [`start`] (what steps and beginnings cost), [`trace`] (what is
//! told), [`lanes`] (what is told for the eye), [`run`] (all of it together), [`sharing`], [`database`], then the
//! runtimes: [`node`], [`go`], [`threads`] and [`tokio`], which do not know each other.

pub mod advance;
mod books;
pub mod costs;
pub mod ctx;
pub mod database;
pub mod dist;
mod elsewhere;
pub mod go;
pub mod heap;
pub mod kernel;
pub mod lanes;
pub mod machine;
pub mod net;
pub mod node;
pub mod queue;
pub mod request;
pub mod rng;
pub mod run;
pub mod runtime;
pub mod scenario;
pub mod script;
pub mod sharing;
pub mod start;
#[cfg(feature = "deep")]
pub mod threads;
pub mod time;
#[cfg(feature = "deep")]
pub mod tokio;
pub mod trace;
pub mod workload;
