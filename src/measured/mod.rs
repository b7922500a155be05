//! What real runtimes did on real machines: the files in `calibrate/measurements`, and how the models compare with them.

#[cfg(feature = "cli")]
pub mod compare;
pub mod costs;
pub mod file;
#[cfg(feature = "cli")]
pub mod files;
pub mod scenario;
#[cfg(feature = "cli")]
mod schedules;
