//! The kernel's side of one `epoll_wait`: which descriptors may be ready, and in which order they are reported.
//!
//! Follows `fs/eventpoll.c` of Linux 6 (`ep_poll_callback`, `ep_send_events`). A descriptor to which something happens is
//! appended to a list, unless it is there. All of libuv's are level-triggered (`src/unix/linux.c` `uv__io_poll`): one that
//! is reported is appended again at once and has this place whenever it is ready the next time; it leaves the list when it
//! is looked at and is not ready. So in a loop without rest a socket whose answer comes a moment too late is taken off,
//! lines up behind all others, and waits for two rounds where they wait for one.

use std::collections::VecDeque;

use crate::sim::lanes::{Queue, Stage};
use crate::sim::node::callback::{Callback, Ready};
use crate::sim::node::{LoopIdx, Node, NodeEvent, Place};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::scenario::Io;
use crate::sim::trace::Sink;

/// Events that one `epoll_wait` returns at most (`uv__io_poll`: `struct epoll_event events[1024]`).
const POLL_BATCH: usize = 1024;

/// What a socket is for that stays open from request to request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// A client asks on it.
    Client,
    /// The process asks others on it for the sake of a client.
    ForClient,
    /// The process asks its database on it, for whoever has it.
    Database,
    /// It asks the separate service on it, for whoever has it.
    Service,
}

/// A socket that stays open from request to request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fd {
    purpose: Purpose,
    nth: u32,
}

impl Fd {
    /// The one on which `client` asks.
    pub(super) fn of_client(client: u32) -> Self {
        Self { purpose: Purpose::Client, nth: client }
    }

    /// The one on which the process asks others for the sake of `client`.
    pub(super) fn for_client(client: u32) -> Self {
        Self { purpose: Purpose::ForClient, nth: client }
    }

    /// The connection to a database with that number.
    pub(super) fn to_database(nth: u32) -> Self {
        Self { purpose: Purpose::Database, nth }
    }

    /// The connection to the separate service with that number.
    pub(super) fn to_service(nth: u32) -> Self {
        Self { purpose: Purpose::Service, nth }
    }

    fn callback(self, request: RequestIdx) -> Callback {
        match self.purpose {
            Purpose::Client => Callback::Begin(request),
            Purpose::ForClient | Purpose::Database => Callback::Resume(request),
            Purpose::Service => Callback::Served(request),
        }
    }
}

/// Connections to others that are handed from request to request, by number: the one that was in use last goes first
/// (pg-pool `_idle.pop()`; `http.Agent`, `scheduling: 'lifo'`).
#[derive(Clone, Debug)]
pub(super) struct Lines {
    idle: Vec<u32>,
    /// The number of the next one that was never in use, and how far the numbers of one owner are apart.
    next: u32,
    step: u32,
}

impl Lines {
    /// Those of owner `nth` of `n`.
    pub(super) fn new(nth: u32, n: u32) -> Self {
        Self { idle: Vec::new(), next: nth, step: n }
    }

    pub(super) fn take(&mut self) -> u32 {
        self.idle.pop().unwrap_or_else(|| {
            self.next += self.step;
            self.next - self.step
        })
    }

    pub(super) fn give_back(&mut self, line: u32) {
        self.idle.push(line);
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Socket {
    /// Whose bytes are there to be read.
    request: Option<RequestIdx>,
    is_listed: bool,
}

/// The sockets that stay open, of all processes, by purpose and number.
#[derive(Clone, Debug, Default)]
pub(super) struct Sockets([Vec<Socket>; 4]);

impl Sockets {
    fn at(&mut self, fd: Fd) -> &mut Socket {
        let (sockets, nth) = (&mut self.0[fd.purpose as usize], fd.nth as usize);
        if sockets.len() <= nth {
            sockets.resize(nth + 1, Socket::default());
        }
        &mut sockets[nth]
    }
}

#[derive(Clone, Copy, Debug)]
enum Listed {
    Socket(Fd),
    /// Something that is reported once and closed, or of which nobody can tell the next time from this one.
    Once(Callback),
    Listen,
    Async,
}

/// The descriptors of one loop.
#[derive(Clone, Debug, Default)]
pub(super) struct Epoll {
    listed: VecDeque<Listed>,
    reported: VecDeque<Ready>,
    listen_is_listed: bool,
    async_is_listed: bool,
}

impl Epoll {
    /// The bytes of `request` are there on `fd`.
    pub(super) fn socket(&mut self, sockets: &mut Sockets, fd: Fd, request: RequestIdx) {
        let socket = sockets.at(fd);
        socket.request = Some(request);
        if !std::mem::replace(&mut socket.is_listed, true) {
            self.listed.push_back(Listed::Socket(fd));
        }
    }

    /// Something is ready for `callback`, once.
    pub(super) fn once(&mut self, callback: Callback) {
        self.listed.push_back(Listed::Once(callback));
    }

    /// A connection is in the backlog.
    pub(super) fn listen(&mut self) {
        if !std::mem::replace(&mut self.listen_is_listed, true) {
            self.listed.push_back(Listed::Listen);
        }
    }

    /// The eventfd has been written to.
    pub(super) fn eventfd(&mut self) {
        if !std::mem::replace(&mut self.async_is_listed, true) {
            self.listed.push_back(Listed::Async);
        }
    }

    /// `epoll_wait` with a time-out of 0, where a connection may be in the backlog and the eventfd may be written to. How
    /// many descriptors it reports.
    pub(super) fn wait(&mut self, sockets: &mut Sockets, has_connection: bool, has_async: bool) -> usize {
        for _ in 0..self.listed.len() {
            if self.is_full() {
                break;
            }
            let Some(one) = self.listed.pop_front() else { break };
            let report = match one {
                Listed::Once(callback) => {
                    self.reported.push_back(Ready::Socket(callback));
                    continue;
                }
                Listed::Socket(fd) => {
                    let socket = sockets.at(fd);
                    let report = socket.request.take().map(|request| Ready::Socket(fd.callback(request)));
                    socket.is_listed = report.is_some();
                    report
                }
                Listed::Listen => {
                    self.listen_is_listed = has_connection;
                    has_connection.then_some(Ready::Listen)
                }
                Listed::Async => {
                    self.async_is_listed = has_async;
                    has_async.then_some(Ready::Async)
                }
            };
            if let Some(ready) = report {
                self.listed.push_back(one);
                self.reported.push_back(ready);
            }
        }
        self.reported.len()
    }

    /// Whether the last `epoll_wait` might have had more to report.
    pub(super) fn is_full(&self) -> bool {
        self.reported.len() == POLL_BATCH
    }

    /// The next of what was reported.
    pub(super) fn next(&mut self) -> Option<Ready> {
        self.reported.pop_front()
    }
}

impl Node {
    /// What `request` asks is there to be read, on its client's connection if it has one that stays open.
    pub(super) fn asks<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, home: LoopIdx, request: RequestIdx) {
        self.bytes(home, ctx.request(request).client.map(Fd::of_client), Callback::Begin(request), request);
        ctx.stage(request, Stage::Queue(Queue::Loop(home.0)));
    }

    /// What `request` has asked others is answered. To which loop.
    pub(super) fn is_answered<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, request: RequestIdx) -> LoopIdx {
        let Place { home, line, .. } = self.places[request.0 as usize];
        let fd = match self.io() {
            Io::Database => Some(Fd::to_database(line)),
            _ => ctx.request(request).client.map(Fd::for_client),
        };
        self.bytes(home, fd, Callback::Resume(request), request);
        ctx.stage(request, Stage::Queue(Queue::Loop(home.0)));
        home
    }

    /// The separate service has answered `request`.
    pub(super) fn is_served(&mut self, request: RequestIdx) {
        let Place { home, line, .. } = self.places[request.0 as usize];
        self.bytes(home, Some(Fd::to_service(line)), Callback::Served(request), request);
    }

    fn bytes(&mut self, home: LoopIdx, fd: Option<Fd>, callback: Callback, request: RequestIdx) {
        let one = &mut self.loops[usize::from(home.0)];
        match fd {
            Some(fd) => one.socket(&mut self.sockets, fd, request),
            None => one.readable(callback),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(epoll: &mut Epoll, sockets: &mut Sockets) -> Vec<u32> {
        epoll.wait(sockets, false, false);
        std::iter::from_fn(|| epoll.next())
            .map(|ready| match ready {
                Ready::Socket(Callback::Resume(RequestIdx(i))) => i,
                other => panic!("expected a socket, got {other:?}"),
            })
            .collect()
    }

    #[test]
    fn a_socket_that_was_reported_keeps_its_place_and_one_that_comes_too_late_loses_it() {
        let (mut epoll, mut sockets) = (Epoll::default(), Sockets::default());
        let ready = |epoll: &mut Epoll, sockets: &mut Sockets, all: &[u32]| {
            all.iter().for_each(|i| epoll.socket(sockets, Fd::for_client(*i), RequestIdx(*i)));
        };
        ready(&mut epoll, &mut sockets, &[1, 2, 3]);
        assert_eq!(reported(&mut epoll, &mut sockets), [1, 2, 3]);
        // 2 is ready before 1, and yet behind it; 3 is not ready in time.
        ready(&mut epoll, &mut sockets, &[2, 1]);
        assert_eq!(reported(&mut epoll, &mut sockets), [1, 2]);
        // It is ready before both, and behind them from now on.
        ready(&mut epoll, &mut sockets, &[3, 2, 1]);
        assert_eq!(reported(&mut epoll, &mut sockets), [1, 2, 3]);
        // Nothing is ready: the list is empty, and the order that of the events again.
        assert_eq!(reported(&mut epoll, &mut sockets), [0; 0]);
        ready(&mut epoll, &mut sockets, &[3, 1]);
        assert_eq!(reported(&mut epoll, &mut sockets), [3, 1]);
    }
}
