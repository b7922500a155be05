//! Connections: who may have one, the thread that accepts them, and when they are closed (`Acceptor.java`,
//! `NioEndpoint.java`, `AbstractEndpoint.java`, `Http11Processor.java`).

use crate::sim::lanes::{Queue, Stage};
use crate::sim::machine::Work;
use crate::sim::net::{Backlog, Connect};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::scenario::{ConnectPhase, Load, Scenario, Transport, Warm};
use crate::sim::threads::poller::Registration;
use crate::sim::threads::{ACCEPTOR, Doing, Threads, ThreadsEvent};
use crate::sim::trace::Sink;

/// Connections that wait to be accepted (`AbstractEndpoint.java`: `acceptCount = 100`).
const ACCEPT_COUNT: usize = 100;
/// Connections that are accepted at most (`AbstractEndpoint.java`: `maxConnections = 8 * 1024`).
pub(super) const MAX_CONNECTIONS: u32 = 8 * 1024;
/// Requests after which a connection is closed (`AbstractEndpoint.java`: `maxKeepAliveRequests = 100`).
const MAX_KEEP_ALIVE_REQUESTS: u8 = 100;

/// The connection of a client.
#[derive(Clone, Copy, Debug)]
enum Line {
    /// There is none.
    Closed,
    /// The poller watches it.
    Watched,
    /// A worker has it, or it is on its way to the poller or back; a request that has come meanwhile.
    Away(Option<RequestIdx>),
}

/// All connections.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    backlog: Backlog,
    /// By client: its connection, and how many more requests it may bring.
    lines: Vec<(Line, u8)>,
    n_open: u32,
    /// Connections of those whom answers are sent on to, where clients alone do not make up their number. They come on top
    /// of what may be open: whoever has such a room allows for it.
    n_others: u32,
    is_http: bool,
}

impl Connector {
    /// Clients that are connected before the run begins are watched. A process that starts with the run has no connection.
    pub(super) fn new(scenario: &Scenario) -> Self {
        let is_http = scenario.transport == Transport::Http;
        let n_clients = match (scenario.load, scenario.transport) {
            (Load::Closed, Transport::Http | Transport::Socket) => scenario.n_clients,
            _ => 0,
        };
        let n_open = match (is_http, scenario.connect, scenario.warm) {
            (true, ConnectPhase::During, _) | (true, _, Warm::Cold) => 0,
            (true, ConnectPhase::Before, Warm::Warm) => n_clients.min(MAX_CONNECTIONS),
            (false, ..) => n_clients,
        };
        let n_others = match (is_http, scenario.warm) {
            (true, Warm::Warm) => scenario.n_broadcast.saturating_sub(n_clients.saturating_sub(1)),
            _ => 0,
        };
        let line = |client| if client < n_open { Line::Watched } else { Line::Closed };
        Self {
            backlog: Backlog::new(ACCEPT_COUNT),
            lines: (0..n_clients).map(|client| (line(client), MAX_KEEP_ALIVE_REQUESTS)).collect(),
            n_open,
            n_others,
            is_http,
        }
    }

    /// How many connections are open.
    pub(super) fn n_open(&self) -> u32 {
        self.n_open + self.n_others
    }

    fn line(&mut self, client: Option<u32>) -> Option<&mut (Line, u8)> {
        self.lines.get_mut(client? as usize)
    }

    /// The poller watches the connection of `client` again; the request that has come meanwhile.
    pub(super) fn watch(&mut self, client: u32) -> Option<RequestIdx> {
        let (line, _) = self.line(Some(client))?;
        match std::mem::replace(line, Line::Watched) {
            Line::Away(Some(request)) => {
                *line = Line::Away(None);
                Some(request)
            }
            _ => None,
        }
    }

    /// Whether the connection is closed with the answer to the request that `client` has sent: an arrival without a client
    /// has its connection for itself, and a client's may bring so many requests only (`Http11Processor.service`,
    /// `decrementKeepAlive`).
    pub(super) fn closes_after(&self, client: Option<u32>) -> bool {
        let left = client.and_then(|client| self.lines.get(client as usize)).map_or(1, |(_, left)| *left);
        self.is_http && left == 1
    }

    /// A request of `client` is answered; whether its connection goes on, to be watched again.
    fn answered(&mut self, client: Option<u32>) -> bool {
        let (closes, is_http) = (self.closes_after(client), self.is_http);
        self.n_open -= u32::from(closes);
        let Some((line, left)) = self.line(client) else { return false };
        if closes {
            (*line, *left) = (Line::Closed, MAX_KEEP_ALIVE_REQUESTS);
        } else {
            *left -= u8::from(is_http);
        }
        !closes
    }
}

impl Threads {
    /// A request has come over the network.
    pub(super) fn comes_in<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, request: RequestIdx) {
        let client = ctx.request(request).client;
        let is_http = self.connector.is_http;
        match self.connector.line(client) {
            Some((line @ Line::Watched, _)) => {
                *line = Line::Away(None);
                self.readable(ctx, request);
            }
            Some((Line::Away(waiting), _)) => {
                *waiting = Some(request);
                ctx.stage(request, Stage::Queue(Queue::Netpoll));
            }
            Some((Line::Closed, _)) => self.connect(ctx, request, 0),
            None if is_http => self.connect(ctx, request, 0),
            // A message on a socket that is watched already.
            None => self.readable(ctx, request),
        }
    }

    /// The client of `request` connects, for the so-manieth time.
    pub(super) fn connect<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, request: RequestIdx, attempt: u8) {
        match self.connector.backlog.connect(request, attempt) {
            Connect::Queued => {
                ctx.stage(request, Stage::Queue(Queue::Backlog(0)));
                self.wake_if_parked(ctx, ACCEPTOR);
            }
            Connect::Again(wait) => {
                ctx.stage(request, Stage::Away);
                ctx.schedule(wait, ThreadsEvent::Connect(request, attempt + 1));
            }
            Connect::GivesUp => ctx.abandon(request),
        }
    }

    /// `Acceptor.run`: waits for a connection to be allowed (`countUpOrAwaitConnection`), then for one to come.
    pub(super) fn accept<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>) {
        if self.connector.n_open >= MAX_CONNECTIONS {
            self.does(ctx, ACCEPTOR, Doing::AtLimit);
            return ctx.sleep(ACCEPTOR);
        }
        if self.connector.backlog.is_empty() {
            return self.park(ctx, ACCEPTOR);
        }
        self.does(ctx, ACCEPTOR, Doing::Accepting);
        self.give(ctx, ACCEPTOR, Work::overhead(ctx.costs.threads.accept));
    }

    /// A connection is accepted and given to the poller (`setSocketOptions`).
    pub(super) fn accepted<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>) {
        if let Some(request) = self.connector.backlog.accept() {
            self.connector.n_open += 1;
            self.note_memory();
            if let Some((line, _)) = self.connector.line(ctx.request(request).client) {
                *line = Line::Away(None);
            }
            self.register(ctx, Registration::New(request));
        }
        self.accept(ctx);
    }

    /// A request of `client` is answered: its connection is closed, or goes back to the poller (`registerReadInterest`).
    pub(super) fn answered<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, client: Option<u32>) {
        let goes_on = self.connector.answered(client);
        if goes_on && let Some(client) = client {
            self.register(ctx, Registration::Again(client));
        }
        // `countDownConnection`.
        if matches!(self.at(ACCEPTOR).doing, Doing::AtLimit) && self.connector.n_open < MAX_CONNECTIONS {
            self.wake(ctx, ACCEPTOR);
        }
    }
}
