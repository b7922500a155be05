//! Connections on their way in: the kernel's accept queue, and clients that find it full and try again.

use std::collections::VecDeque;

use crate::sim::request::RequestIdx;
use crate::sim::scenario::{ConnectPhase, Load, Scenario, Transport, Warm};
use crate::sim::time::Span;

/// How often Linux sends a SYN again: a second apart at first, since Linux 6.5 (`tcp_syn_linear_timeouts`) ...
const SYN_LINEAR: u8 = 4;
/// ... and then after pauses that double (`tcp_syn_retries`).
const SYN_RETRIES: u8 = 6;

/// Who never connected.
const NOT_YET: u16 = u16::MAX;

/// Connections that are made and not accepted yet.
#[derive(Clone, Debug)]
pub struct Backlog {
    waiting: VecDeque<RequestIdx>,
    limit: usize,
}

impl Backlog {
    /// An accept queue for `listen(fd, backlog)`.
    #[must_use]
    pub fn new(backlog: usize) -> Self {
        // Linux counts generously: full is more than the backlog (`include/net/sock.h` `sk_acceptq_is_full`).
        Self { waiting: VecDeque::new(), limit: backlog + 1 }
    }

    /// The SYN number `attempt`, from 0 on, of the connection of `request`: it is queued, or dropped if the queue is full.
    pub fn connect(&mut self, request: RequestIdx, attempt: u8) -> Connect {
        if attempt > SYN_LINEAR + SYN_RETRIES {
            return Connect::GivesUp;
        }
        if self.waiting.len() >= self.limit {
            return Connect::Again(syn_timeout(attempt));
        }
        self.waiting.push_back(request);
        Connect::Queued
    }

    /// `accept`.
    pub fn accept(&mut self) -> Option<RequestIdx> {
        self.waiting.pop_front()
    }

    /// Whether nothing is there to accept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

/// What comes of an attempt to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connect {
    /// The connection waits to be accepted.
    Queued,
    /// The SYN was dropped: the next attempt comes after so long.
    Again(Span),
    /// Nobody has answered the last SYN either (`ETIMEDOUT`).
    GivesUp,
}

/// How long a client waits for an answer to its SYN number `attempt`: one second (RFC 6298, `TCP_TIMEOUT_INIT`), and
/// after [`SYN_LINEAR`] of them as long as 2^0, 2^1 and so on (`tcp_retransmit_timer`; ip-sysctl.rst: "1, 1, 1, 1, 1, 2,
/// 4, ..."). The last SYN goes out after 67 s, and the client gives up after 131 s.
fn syn_timeout(attempt: u8) -> Span {
    Span::from_ms(1000) * (1 << attempt.saturating_sub(SYN_LINEAR))
}

/// Which clients are connected, and to which process. Their connections are kept alive.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    homes: Vec<u16>,
    n_open: u64,
}

impl Connections {
    /// Before the run begins the clients of a closed load over HTTP are connected, in turn to the processes in `homes`,
    /// unless they are to connect when they come: who accepts one connection an iteration would else let some of them
    /// wait for minutes once it is busy. To whom answers are sent on is connected too, where clients alone do not make up
    /// the number. A process that starts with the run has no connection.
    #[must_use]
    pub fn of(scenario: &Scenario, mut homes: impl Iterator<Item = u16> + Clone) -> Self {
        let mut connections = Self::default();
        if scenario.transport != Transport::Http || scenario.warm == Warm::Cold {
            return connections;
        }
        let n_others = if scenario.load == Load::Closed { scenario.n_clients.saturating_sub(1) } else { 0 };
        connections.n_open = u64::from(scenario.n_broadcast.saturating_sub(n_others));
        if scenario.load == Load::Closed && scenario.connect == ConnectPhase::Before {
            let all = homes.clone();
            for client in 0..scenario.n_clients {
                let home = homes.next().or_else(|| {
                    homes = all.clone();
                    homes.next()
                });
                connections.connect(Some(client), home.unwrap_or(0));
            }
        }
        connections
    }

    /// The process that `client` is connected to.
    #[must_use]
    pub fn home(&self, client: Option<u32>) -> Option<u16> {
        self.homes.get(client? as usize).copied().filter(|home| *home != NOT_YET)
    }

    /// `client` is connected to `home` from now on. A request without a client has a connection of its own.
    pub fn connect(&mut self, client: Option<u32>, home: u16) {
        self.n_open += 1;
        let Some(client) = client else { return };
        let needed = client as usize + 1;
        if self.homes.len() < needed {
            self.homes.resize(needed, NOT_YET);
        }
        self.homes[client as usize] = home;
    }

    /// A request is answered: without a client its connection is closed.
    pub fn answered(&mut self, client: Option<u32>) {
        if client.is_none() {
            self.n_open = self.n_open.saturating_sub(1);
        }
    }

    /// How many connections are open.
    #[must_use]
    pub fn n_open(&self) -> u64 {
        self.n_open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_accept_queue_drops_the_syn_and_the_client_tries_for_two_minutes() {
        let mut backlog = Backlog::new(511);
        assert!((0..512).all(|i| backlog.connect(RequestIdx(i), 0) == Connect::Queued));
        let (mut waits, mut attempt) = (Vec::new(), 0);
        while let Connect::Again(wait) = backlog.connect(RequestIdx(512), attempt) {
            waits.push(wait.as_ns() / 1_000_000_000);
            attempt += 1;
        }
        assert_eq!(waits, [1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 64]);
        assert_eq!(waits.iter().sum::<u64>(), 131);
        assert_eq!(backlog.accept(), Some(RequestIdx(0)));
        assert_eq!(backlog.connect(RequestIdx(512), 3), Connect::Queued);
    }
}
