//! What one replication found.

use crate::stats::tally::{Digest, Summary};

/// How a replication ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It ran for its whole length.
    Whole,
    /// It ran out of events before.
    OutOfEvents,
    /// It ended before anything could be said: too early, or without a single completion.
    Unsettled,
    /// Requests were refused because too many were in flight, or given up because too many waited to be accepted.
    Refused,
    /// The runtime died before.
    Died,
}

/// What one replication found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Replication {
    /// Averages after the warm-up.
    pub summary: Summary,
    /// What the first requests were served, to hold the runtimes against each other.
    pub digest: Digest,
    /// Events in all.
    pub n_events: u64,
    /// How it ended.
    pub outcome: Outcome,
}
