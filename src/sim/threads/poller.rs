//! The poller: the one thread that watches all connections and hands those that are readable to the pool
//! (`NioEndpoint.java`, `class Poller`).
//!
//! It alone changes what is watched: a connection that is to be watched again is put into a queue for it, and if it is
//! blocked in its selector, it is woken for that.

use std::collections::VecDeque;

use crate::sim::lanes::{Queue, Stage};
use crate::sim::machine::{ThreadIdx, Work};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::threads::{Doing, POLLER, Threads, ThreadsEvent};
use crate::sim::time::Span;
use crate::sim::trace::Sink;

/// Connections that one `select` reports at most (OpenJDK 25, `EPollSelectorImpl.java`: `NUM_EPOLLEVENTS`).
const SELECT_BATCH: usize = 1024;

/// What is put into the poller's queue (`PollerEvent`).
#[derive(Clone, Copy, Debug)]
pub(super) enum Registration {
    /// A new connection, on which this request has arrived already.
    New(RequestIdx),
    /// The connection of this client is to be watched again.
    Again(u32),
}

/// What the poller knows.
#[derive(Clone, Debug, Default)]
pub(super) struct Poller {
    /// Its queue (`events`).
    events: VecDeque<Registration>,
    /// Connections that are watched and have a request to be read, as epoll lists them: first in, first out.
    ready: VecDeque<RequestIdx>,
    /// How many of them the last `select` has reported and are not handed over yet.
    n_selected: usize,
    /// CPU time that it has not paid for yet.
    owed: Span,
}

impl Threads {
    /// A watched connection has become readable.
    pub(super) fn readable<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, request: RequestIdx) {
        self.poller.ready.push_back(request);
        ctx.stage(request, Stage::Queue(Queue::Netpoll));
        self.wake_if_parked(ctx, POLLER);
    }

    /// `Poller.addEvent`; a blocked selector is woken.
    pub(super) fn register<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, registration: Registration) {
        self.poller.events.push_back(registration);
        self.wake_if_parked(ctx, POLLER);
    }

    /// The poller returns from its `select`: what that reports goes first, then its queue.
    pub(super) fn selector_returns<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>) {
        self.select(ctx);
        self.poll(ctx);
    }

    fn select<S: Sink>(&mut self, ctx: &Ctx<ThreadsEvent, S>) {
        let n = self.poller.ready.len().min(SELECT_BATCH);
        self.poller.n_selected = n;
        self.poller.owed += ctx.costs.machine.epoll_event * n as u64;
    }

    /// `Poller.run` from where it is until it works or blocks.
    pub(super) fn poll<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>) {
        if self.poller.n_selected == 0 {
            self.register_all(ctx);
            self.select(ctx);
        }
        let owed = std::mem::take(&mut self.poller.owed);
        if self.poller.n_selected > 0
            && let Some(request) = self.poller.ready.pop_front()
        {
            // `processKey`.
            self.poller.n_selected -= 1;
            self.does(ctx, POLLER, Doing::HandingOver(request));
            return self.give(ctx, POLLER, Work::overhead(owed + ctx.costs.threads.dispatch));
        }
        if owed.is_zero() {
            return self.park(ctx, POLLER);
        }
        self.does(ctx, POLLER, Doing::Polling);
        self.give(ctx, POLLER, Work::overhead(owed));
    }

    /// `Poller.events`: a connection that is watched from now on may have been readable for long (epoll is used
    /// level-triggered).
    fn register_all<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>) {
        while let Some(registration) = self.poller.events.pop_front() {
            let cost = match registration {
                Registration::New(request) => {
                    self.poller.ready.push_back(request);
                    ctx.stage(request, Stage::Queue(Queue::Netpoll));
                    ctx.costs.threads.register
                }
                Registration::Again(client) => {
                    if let Some(request) = self.connector.watch(client) {
                        self.poller.ready.push_back(request);
                    }
                    ctx.costs.threads.register_again
                }
            };
            self.poller.owed += cost;
        }
    }

    /// The poller or `main` has handed over a request, or started a thread for it.
    pub(super) fn goes_on<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx) {
        if thread == POLLER { self.poll(ctx) } else { self.start_next(ctx) }
    }
}
