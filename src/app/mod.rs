//! The page without the page: settings, address, state and its changes. No browser here.

pub mod docs;
pub mod limits;
pub mod live;
pub mod params;
pub mod permalink;
mod reasons;
pub mod settings;
pub mod state;
mod table;
pub mod verdict;
