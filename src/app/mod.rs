//! The page without the page: settings, address, state and its changes. No browser here.

pub mod params;
pub mod permalink;
pub mod settings;
pub mod verdict;
pub mod state;
