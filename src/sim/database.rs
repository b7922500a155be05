//! The database behind `io=database`: pools of connections to it, and a server that runs so many queries at once.
//!
//! A pool belongs to a process; who finds no free connection waits in line for one (node-postgres `Pool`, Go's
//! `database/sql` with `SetMaxOpenConns`, HikariCP: all first in, first out). A query occupies its connection until the
//! runtime has taken notice of the answer.

use std::collections::VecDeque;

use crate::sim::request::RequestIdx;
use crate::sim::scenario::Scenario;
use crate::sim::time::Span;

/// The connections of one process.
#[derive(Clone, Debug)]
struct Pool {
    n_free: u32,
    waiting: VecDeque<RequestIdx>,
}

/// Pools and server.
#[derive(Clone, Debug)]
pub struct Database {
    pools: Vec<Pool>,
    n_running: u32,
    capacity: u32,
    queue: VecDeque<(RequestIdx, Span)>,
}

impl Database {
    /// An idle server for `n_pools` processes, which share the scenario's connections evenly; each has at least one.
    #[must_use]
    pub fn new(scenario: &Scenario, n_pools: u32) -> Self {
        let (n_each, n_more) = (scenario.n_db_connections / n_pools.max(1), scenario.n_db_connections % n_pools.max(1));
        let pool = |nth| Pool { n_free: (n_each + u32::from(nth < n_more)).max(1), waiting: VecDeque::new() };
        Self {
            pools: (0..n_pools.max(1)).map(pool).collect(),
            n_running: 0,
            capacity: scenario.db_capacity,
            queue: VecDeque::new(),
        }
    }

    /// `request` asks process `pool` for a connection: whether it has one now. If not, it is in line.
    pub fn take_connection(&mut self, pool: usize, request: RequestIdx) -> bool {
        let Pool { n_free, waiting } = &mut self.pools[pool];
        if *n_free == 0 {
            waiting.push_back(request);
            return false;
        }
        *n_free -= 1;
        true
    }

    /// A connection of process `pool` is free: who was first in line and has it now.
    pub fn free_connection(&mut self, pool: usize) -> Option<RequestIdx> {
        let Pool { n_free, waiting } = &mut self.pools[pool];
        let next = waiting.pop_front();
        if next.is_none() {
            *n_free += 1;
        }
        next
    }

    /// A query of length `span` reaches the server; it begins at once, or waits in line.
    pub fn query(&mut self, request: RequestIdx, span: Span) -> Option<(RequestIdx, Span)> {
        if self.n_running < self.capacity {
            self.n_running += 1;
            return Some((request, span));
        }
        self.queue.push_back((request, span));
        None
    }

    /// A query is done: the next one in line begins.
    pub fn done(&mut self) -> Option<(RequestIdx, Span)> {
        let next = self.queue.pop_front();
        if next.is_none() {
            self.n_running -= 1;
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_and_queries_are_bounded_and_served_in_order() {
        let scenario = Scenario { n_db_connections: 3, db_capacity: 1, ..Scenario::default() };
        let mut database = Database::new(&scenario, 2);
        let r = RequestIdx;
        assert!(database.take_connection(0, r(0)) && database.take_connection(0, r(1)));
        assert!(!database.take_connection(0, r(2)) && database.take_connection(1, r(3)), "2 and 1 connections");
        assert_eq!(database.query(r(0), Span::from_ms(1)), Some((r(0), Span::from_ms(1))));
        assert_eq!(database.query(r(1), Span::from_ms(2)), None);
        assert_eq!(database.done(), Some((r(1), Span::from_ms(2))));
        assert_eq!(database.done(), None);
        assert_eq!((database.free_connection(0), database.free_connection(0)), (Some(r(2)), None));
    }
}
