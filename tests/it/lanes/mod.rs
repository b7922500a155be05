//! Lanes: what was recorded is what happened.

mod film;
mod litmus;
mod properties;
