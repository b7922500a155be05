//! What the figure and the annex below it say to each other.
//!
//! The annex keeps a state of its own like the figure's: it is told what is set, and hears everything that the workers
//! say. What the reader does in it goes to the figure, which tells everybody.

use serde::{Deserialize, Serialize};

use crate::protocol::RunId;

/// Under this name the page leaves the port to talk through.
pub const PORT_NAME: &str = "runtimeDuelAnnex";

/// What the annex is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToAnnex {
    /// What is set and wanted now.
    Told(Told),
    /// A worker has said this.
    Heard(Vec<u8>),
    /// The archive has said this.
    Archive(Vec<u8>),
}

/// What is set and wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// All settings that are not those of an empty address of the page.
    pub query: String,
    /// The live run whose frames are wanted.
    pub live_run: RunId,
    /// The curve whose points are wanted.
    pub curve_run: RunId,
    /// Goes up with every change that was tried: a refused one puts its field back too.
    pub n_sets: u32,
    /// Whether the figure is in somebody's article.
    pub is_embedded: bool,
    /// Whether anybody can see the page.
    pub is_seen: bool,
    /// Whether the colours are dark ones.
    pub is_dark: bool,
    /// Whether there is something to take back, and something that was taken back.
    pub can: (bool, bool),
    /// What became of the reader's last file.
    pub file: String,
    /// Whether a file of the reader's is among what is shown.
    pub has_own: bool,
    /// Whether measurements can not be had.
    pub is_archive_lost: bool,
}

/// What the annex asks for. A reader's file it hands over as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromAnnex {
    /// It is there.
    Ready,
    /// A control was set to this text.
    Set(String, String),
    /// What a query says, shown as things are shown now.
    Visit(String),
    /// The last change taken back, or made again.
    Undo,
    /// See [`FromAnnex::Undo`].
    Redo,
    /// All settings back to where the page began.
    Defaults,
    /// A message for the worker of the live run, which has to be one that looks into runtimes.
    Ask(Vec<u8>),
    /// A message for a worker of the curve, which has to know all runtimes.
    AskCurve(Vec<u8>),
    /// Workers that know everything.
    Deepen,
    /// The model card.
    Card,
    /// The reader's file is not wanted any more.
    Forget,
    /// Say this to who can not see the figure.
    Announce(String),
}
