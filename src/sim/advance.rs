//! How far a run got when it was advanced, and why no further.

/// What a runtime dies of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// Go: "program exceeds 10000-thread limit".
    TooManyThreads,
}

/// How an advance ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// The wanted time is reached.
    Reached,
    /// The budget of events ran out before.
    OutOfEvents,
    /// The last request that there is has just been answered. Told once; a further advance lets what is left happen.
    Finished,
    /// Recorded requests are wanted: [`crate::sim::run::Run::feed`] or its end has to follow.
    Starved,
    /// The runtime has died.
    Died(Death),
}
