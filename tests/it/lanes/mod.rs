//! Lanes: what was recorded is what happened.

mod charts;
#[cfg(feature = "cli")]
mod chrome;
mod film;
mod litmus;
mod made;
mod properties;
