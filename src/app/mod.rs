//! The page without the page: settings, address, state and its changes. No browser here.

pub mod comparison;
pub mod docs;
pub mod export;
mod first_look;
mod history;
pub mod limits;
pub mod live;
#[cfg(feature = "cli")]
pub mod manifest;
pub mod measured;
#[cfg(feature = "deep")]
mod mirror;
pub mod names;
pub mod params;
pub mod permalink;
mod reasons;
pub mod settings;
pub mod state;
pub mod stories;
mod table;
pub mod verdict;
