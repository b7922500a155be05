//! Requests in flight, in a slab that is reused without allocation.

use crate::sim::time::{Span, Time};

/// Names a request for the whole run: the same number means the same draws in every runtime.
///
/// The upper 32 bits tell the client from 1 on, or 0 under open load; the lower 32 bits count its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

impl RequestId {
    /// The `nth` request of `client`; without one, the `nth` open arrival. Both count from 0.
    #[must_use]
    pub const fn new(client: Option<u32>, nth: u32) -> Self {
        let source = match client {
            Some(client) => client as u64 + 1,
            None => 0,
        };
        Self(source << 32 | nth as u64)
    }

    /// Its place among the requests of its client, or of the open arrivals, from 0 on.
    #[must_use]
    pub const fn nth(self) -> u32 {
        self.0 as u32
    }
}

/// Where a request in flight is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestIdx(pub u32);

/// Which class a request is of, to tell their latencies apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// An ordinary one.
    Light,
    /// One with a long burst or wait: of a bimodal distribution, or recorded as such.
    Heavy,
}

/// One request in flight.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// Its name.
    pub id: RequestId,
    /// When it arrived, by intention: waiting to be read counts.
    pub born: Time,
    /// The client to answer; `None` under open load.
    pub client: Option<u32>,
    /// Its class.
    pub class: Class,
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
    /// Memory that it allocates, in bytes.
    pub alloc: u64,
    /// CPU time drawn so far, before any factor of a runtime's language.
    pub demanded: Span,
    /// CPU time received so far, without overhead.
    pub served: Span,
    /// Time waited for I/O so far, as drawn.
    pub waited: Span,
    /// Length of the wait that it has begun last, as drawn.
    pub wait: Span,
}

impl Request {
    /// Nobody's.
    const NONE: Self = Self {
        id: RequestId::new(None, 0),
        born: Time::ZERO,
        client: None,
        class: Class::Light,
        n_bursts_left: 0,
        n_waits_begun: 0,
        n_bursts: 0,
        mean_burst: Span::ZERO,
        mean_wait: Span::ZERO,
        alloc: 0,
        demanded: Span::ZERO,
        served: Span::ZERO,
        waited: Span::ZERO,
        wait: Span::ZERO,
    };
}

/// The requests in flight.
#[derive(Clone, Debug, Default)]
pub struct Requests {
    slots: Vec<Request>,
    free: Vec<RequestIdx>,
}

impl Requests {
    /// A place for a new request, to be written there: what it holds is left from another one. (Copying a request takes a
    /// browser longer than making one.)
    pub fn insert(&mut self) -> RequestIdx {
        self.free.pop().unwrap_or_else(|| {
            self.slots.push(Request::NONE);
            RequestIdx((self.slots.len() - 1) as u32)
        })
    }

    /// Forgets a request and shows it one last time.
    pub fn remove(&mut self, idx: RequestIdx) -> &Request {
        self.free.push(idx);
        &self.slots[idx.0 as usize]
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
