//! What the annex asks of a worker that looks deeper, and is told: inside of [`ToWorker::Deep`] and
//! [`FromWorker::Deep`], which pass the figure by unread.
//!
//! [`ToWorker::Deep`]: crate::protocol::ToWorker::Deep
//! [`FromWorker::Deep`]: crate::protocol::FromWorker::Deep

use serde::{Deserialize, Serialize};

use crate::protocol::lanes::Window;

/// What the annex asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToStudy {
    /// The verdict on a story, by its place among all.
    Judge(u32),
    /// To record what the live run does, or not to.
    Watch(bool),
    /// The last so many nanoseconds of what was recorded, of every runtime.
    Window(u64),
}

/// What it is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromStudy {
    /// The verdict on a story.
    Judged(Judged),
    /// What was recorded, of every runtime.
    Windows(Vec<Window>),
}

/// The verdict on a story, in words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Its place among all.
    pub story: u32,
    /// Whether it holds: `holds`, `holds-when`, `does-not-hold`.
    pub outcome: String,
    /// "Holds only up to 8.7 ± 0.2 % CPU".
    pub found: String,
    /// By how much, in a sentence or two.
    pub sentence: String,
    /// On which cost that hangs.
    pub hangs_on: String,
    /// Where in the parameter space, if the story is about all of it.
    pub map: Vec<MapRow>,
}

/// A band of cores, and in it the settings by bands of the mix: how many where goroutines are ahead, nobody is, the event
/// loop is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MapRow {
    /// "2 to 4".
    pub cores: String,
    /// "0 to 10 %" and who is ahead there.
    pub cells: Vec<(String, [u32; 3])>,
}
