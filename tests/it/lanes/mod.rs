//! Lanes: what was recorded is what happened.

mod charts;
mod film;
mod litmus;
mod properties;
