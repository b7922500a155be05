//! What real runtimes did on real machines: the files in `calibrate/measurements`, and how the models compare with them.

pub mod archive;
mod card;
#[cfg(feature = "cli")]
pub mod compare;
pub mod costs;
mod elements;
pub mod file;
pub mod files;
pub mod scenario;
#[cfg(feature = "cli")]
mod schedules;
pub mod verified;
mod words;
