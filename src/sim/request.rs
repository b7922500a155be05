//! Requests in flight, in a slab that is reused without allocation.

use crate::sim::time::{Span, Time};

/// Names a request for the whole run: the same number means the same draws in every runtime.
///
/// Closed load: client in the upper, round in the lower 32 bits. Open load: the arrival's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// Where a request in flight is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestIdx(pub u32);

/// One request in flight.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// Its name.
    pub id: RequestId,
    /// When it arrived, by intention: waiting to be read counts.
    pub born: Time,
    /// The client to answer; `None` under open load.
    pub client: Option<u32>,
    /// Bursts not yet begun.
    pub n_bursts_left: u32,
    /// Waits already begun.
    pub n_waits_begun: u32,
    /// How many pairs of a burst and a wait it has in all.
    pub n_bursts: u32,
    /// Mean of its bursts when it was born.
    pub mean_burst: Span,
    /// Mean of its waits when it was born.
    pub mean_wait: Span,
    /// CPU time drawn so far, before any factor of a runtime's language.
    pub demanded: Span,
    /// CPU time received so far, without overhead.
    pub served: Span,
    /// Time waited for I/O so far, as drawn.
    pub waited: Span,
}

/// The requests in flight.
#[derive(Clone, Debug, Default)]
pub struct Requests {
    slots: Vec<Request>,
    free: Vec<RequestIdx>,
}

impl Requests {
    /// Keeps `request` and says where.
    pub fn insert(&mut self, request: Request) -> RequestIdx {
        if let Some(idx) = self.free.pop() {
            self.slots[idx.0 as usize] = request;
            idx
        } else {
            self.slots.push(request);
            RequestIdx((self.slots.len() - 1) as u32)
        }
    }

    /// Forgets a request and gives it back one last time.
    pub fn remove(&mut self, idx: RequestIdx) -> Request {
        self.free.push(idx);
        self.slots[idx.0 as usize]
    }

    /// How many are in flight.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether none is in flight.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The request at `idx`.
    #[must_use]
    pub fn get(&self, idx: RequestIdx) -> &Request {
        &self.slots[idx.0 as usize]
    }

    /// The request at `idx`, to change.
    pub fn get_mut(&mut self, idx: RequestIdx) -> &mut Request {
        &mut self.slots[idx.0 as usize]
    }
}
