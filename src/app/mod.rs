//! The page without the page: settings, address, state and its changes. No browser here.

pub mod comparison;
pub mod docs;
pub mod export;
pub mod limits;
pub mod live;
pub mod measured;
pub mod names;
pub mod params;
pub mod permalink;
mod reasons;
pub mod settings;
pub mod state;
mod table;
pub mod verdict;
