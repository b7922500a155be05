//! The database behind `io=database`: pools of connections to it, and a server that works on queries.
//!
//! A pool belongs to a process; a query occupies a connection from when it is sent until the runtime has taken notice of
//! its answer, and who finds no free connection waits for one. All connections are open when the run begins and stay
//! open: no driver's idle time-out, no limit on idle ones below that on open ones (Go's `SetMaxIdleConns`, 2 unless it is
//! told otherwise), no time to connect and to log in.
//!
//! The server is another machine. A wait's length is the time that its query takes if it has a core, or what else the
//! capacity stands for, to itself.
//! - **Queue**: as many queries as its capacity at once, the others first in, first out.
//! - **PostgreSQL**: a process for each connection (PostgreSQL 17, "How Connections Are Established"), all of which run
//!   and share the capacity as an operating system shares its cores: equally. It has room for [`POSTGRESQL_CONNECTIONS`];
//!   pools that ask for more are refused the rest and make do with what they have, in equal parts.
//! - **MongoDB**: a thread for each connection, and [`TICKETS`] for its storage engine: a query without one waits, those
//!   that have one share the capacity equally.
//!
//! Left out: that an operating system shares in slices of some milliseconds; locks, caches and disks of a server; its
//! work on a connection itself; that a query of MongoDB's gives its ticket back for a moment every 10 ms
//! (`internalQueryExecYieldPeriodMS`), that a newcomer may get ahead of who waits for a ticket (`SemaphoreTicketHolder`
//! looks for a free one before it lines up), and that since 7.0 there may be fewer than 128.

use std::collections::VecDeque;

use crate::sim::request::RequestIdx;
use crate::sim::scenario::{self, Scenario};
use crate::sim::sharing::Sharing;
use crate::sim::time::{Span, Time};

/// `max_connections` is 100, of which `superuser_reserved_connections` keeps 3 (PostgreSQL 17, "Connection Settings").
pub const POSTGRESQL_CONNECTIONS: u32 = 100 - 3;
/// Read tickets of WiredTiger: 128, and since MongoDB 7.0 at most as many ("WiredTiger Storage Engine", "Transaction
/// (Read and Write) Concurrency").
pub const TICKETS: u32 = 128;

/// The connections of one process.
#[derive(Clone, Debug)]
struct Pool {
    n_connections: u32,
    n_free: u32,
    waiting: VecDeque<RequestIdx>,
}

/// Pools and server.
#[derive(Clone, Debug)]
pub struct Database {
    pools: Vec<Pool>,
    /// Queries that the server works on; how many that may be; and those that wait.
    running: Sharing<RequestIdx>,
    n_admitted: usize,
    queue: VecDeque<(RequestIdx, Span)>,
    /// For when the server's next event is scheduled.
    armed: Option<Time>,
}

impl Database {
    /// An idle server for `n_pools` processes, which share the scenario's connections evenly; each has at least one.
    #[must_use]
    pub fn new(scenario: &Scenario, n_pools: u32) -> Self {
        let capacity = scenario.db_capacity;
        let (n_most, n_admitted) = match scenario.database {
            scenario::Database::Queue => (u32::MAX, capacity),
            scenario::Database::PostgreSql => (POSTGRESQL_CONNECTIONS, u32::MAX),
            scenario::Database::MongoDb => (u32::MAX, TICKETS),
        };
        let (n, n_pools) = (scenario.n_db_connections.min(n_most), n_pools.max(1));
        let pools = (0..n_pools).map(|nth| {
            let n_connections = (n / n_pools + u32::from(nth < n % n_pools)).max(1);
            Pool { n_connections, n_free: n_connections, waiting: VecDeque::new() }
        });
        Self {
            pools: pools.collect(),
            running: Sharing::new(capacity),
            n_admitted: n_admitted as usize,
            queue: VecDeque::new(),
            armed: None,
        }
    }

    /// `request` asks process `pool` for a connection: whether it has one now. If not, it is the last in line.
    pub fn take_connection(&mut self, pool: usize, request: RequestIdx) -> bool {
        let Pool { n_free, waiting, .. } = &mut self.pools[pool];
        if *n_free == 0 {
            waiting.push_back(request);
            return false;
        }
        *n_free -= 1;
        true
    }

    /// A connection of process `pool` is free: who was first in line and has it now.
    pub fn free_connection(&mut self, pool: usize) -> Option<RequestIdx> {
        let next = self.pools[pool].waiting.pop_front();
        self.freed(pool, next)
    }

    /// A connection of process `pool` is free: who was at place `nth` of the line and has it now. Who was last takes that
    /// place.
    pub fn free_connection_to(&mut self, pool: usize, nth: usize) -> Option<RequestIdx> {
        let next = self.pools[pool].waiting.swap_remove_back(nth);
        self.freed(pool, next)
    }

    fn freed(&mut self, pool: usize, next: Option<RequestIdx>) -> Option<RequestIdx> {
        let Pool { n_connections, n_free, .. } = &mut self.pools[pool];
        debug_assert!(n_free < n_connections, "a connection that nobody had is free");
        if next.is_none() {
            *n_free += 1;
        }
        next
    }

    /// How many connections of process `pool` are free.
    #[must_use]
    pub fn n_free(&self, pool: usize) -> u32 {
        self.pools[pool].n_free
    }

    /// How many requests wait for a connection of process `pool`.
    #[must_use]
    pub fn n_waiting(&self, pool: usize) -> usize {
        self.pools[pool].waiting.len()
    }

    /// How many connections process `pool` has.
    #[must_use]
    pub fn n_connections(&self, pool: usize) -> u32 {
        self.pools[pool].n_connections
    }

    /// How many processes have a pool.
    #[must_use]
    pub fn n_pools(&self) -> usize {
        self.pools.len()
    }

    /// How many queries the server has, those that wait there among them.
    #[must_use]
    pub fn n_queries(&self) -> usize {
        self.running.len() + self.queue.len()
    }

    /// A query that takes `span` alone reaches the server at `now`. When [`Database::done`] has to be asked, if not at a
    /// time that was told before.
    pub fn query(&mut self, now: Time, request: RequestIdx, span: Span) -> Option<Time> {
        if self.running.len() < self.n_admitted {
            self.running.begin(now, span, request);
        } else {
            self.queue.push_back((request, span));
        }
        self.arm()
    }

    /// A query that is done at `now`; the next one in line has begun.
    pub fn done(&mut self, now: Time) -> Option<RequestIdx> {
        let done = self.running.take_done(now)?;
        if let Some((request, span)) = self.queue.pop_front() {
            self.running.begin(now, span, request);
        }
        Some(done)
    }

    /// The time for which an event was scheduled has come. Whether it is still one to look at.
    pub fn is_due(&mut self, now: Time) -> bool {
        let is_due = self.armed == Some(now);
        if is_due {
            self.armed = None;
        }
        is_due
    }

    /// When [`Database::done`] has to be asked, if not at a time that was told before. Where queries have slowed each
    /// other down meanwhile, that one comes too early and is told anew then.
    pub fn arm(&mut self) -> Option<Time> {
        let next = self.running.next_at()?;
        if self.armed.is_some_and(|armed| armed <= next) {
            return None;
        }
        self.armed = Some(next);
        self.armed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn r(i: u32) -> RequestIdx {
        RequestIdx(i)
    }

    fn ms(ms: u64) -> Time {
        Time::ZERO + Span::from_ms(ms)
    }

    fn server(database: scenario::Database, n_db_connections: u32, db_capacity: u32) -> Database {
        Database::new(&Scenario { database, n_db_connections, db_capacity, ..Scenario::default() }, 2)
    }

    #[test]
    fn connections_are_bounded_and_handed_on_in_order() {
        let mut database = server(scenario::Database::Queue, 3, 1);
        assert!(database.take_connection(0, r(0)) && database.take_connection(0, r(1)));
        assert!(!database.take_connection(0, r(2)) && database.take_connection(1, r(3)), "2 and 1 connections");
        assert!(!database.take_connection(0, r(4)) && !database.take_connection(0, r(5)));
        assert_eq!(database.free_connection(0), Some(r(2)));
        assert_eq!((database.n_waiting(0), database.n_free(0)), (2, 0));
        assert_eq!((database.free_connection(0), database.free_connection(0)), (Some(r(4)), Some(r(5))));
        assert_eq!((database.free_connection(0), database.n_free(0)), (None, 1));
    }

    #[test]
    fn the_last_in_line_takes_the_place_of_who_was_picked() {
        let mut database = server(scenario::Database::Queue, 2, 1);
        assert!(database.take_connection(0, r(0)));
        (1..5).for_each(|i| assert!(!database.take_connection(0, r(i))));
        assert_eq!(database.free_connection_to(0, 1), Some(r(2)));
        assert_eq!(database.free_connection_to(0, 1), Some(r(4)));
        assert_eq!(database.free_connection_to(0, 0), Some(r(1)));
    }

    #[test]
    fn postgresql_refuses_what_it_has_no_room_for_and_every_process_has_a_connection() {
        let of = |database, n| {
            let database = server(database, n, 1);
            (database.n_connections(0), database.n_connections(1))
        };
        assert_eq!(of(scenario::Database::PostgreSql, 20), (10, 10));
        assert_eq!(of(scenario::Database::PostgreSql, 1000), (49, 48));
        assert_eq!(of(scenario::Database::MongoDb, 1000), (500, 500));
        assert_eq!(of(scenario::Database::Queue, 1), (1, 1));
    }

    /// When queries that all come at once, of the given lengths in ms, are done.
    fn done(mut database: Database, lengths: &[u64]) -> Vec<(u32, Time)> {
        let mut armed = Vec::new();
        for (i, length) in lengths.iter().enumerate() {
            armed.extend(database.query(Time::ZERO, r(i as u32), Span::from_ms(*length)));
        }
        let mut done = Vec::new();
        while let Some(now) = armed.iter().copied().min() {
            armed.retain(|at| *at != now);
            if database.is_due(now) {
                while let Some(RequestIdx(i)) = database.done(now) {
                    done.push((i, now));
                }
                armed.extend(database.arm());
            }
        }
        assert_eq!(database.n_queries(), 0);
        done
    }

    #[test]
    fn a_queue_works_on_its_capacity_and_the_others_wait() {
        let queue = server(scenario::Database::Queue, 100, 2);
        assert_eq!(done(queue, &[10, 4, 1, 20]), [(1, ms(4)), (2, ms(5)), (0, ms(10)), (3, ms(25))]);
    }

    #[test]
    fn processes_share_the_cores() {
        let postgresql = server(scenario::Database::PostgreSql, 100, 2);
        // Four on two cores: the first is done when each has had 1 ms; three have two thirds each; two have all.
        let expected = [(2, ms(2)), (1, Time::from_ns(6_500_000)), (0, Time::from_ns(12_500_000))];
        assert_eq!(done(postgresql, &[10, 4, 1, 20])[..3], expected);
    }

    #[test]
    fn a_query_without_a_ticket_waits_though_the_others_only_share() {
        let mongo = server(scenario::Database::MongoDb, 1000, 1);
        let mut lengths = vec![1; TICKETS as usize];
        lengths.push(2);
        let done = done(mongo, &lengths);
        assert_eq!(done[..128].iter().map(|(_, at)| *at).max(), Some(ms(128)));
        assert_eq!(done[128], (128, ms(130)), "it has the core to itself, and had none of it before");
    }
}
