//! What a loop can be told to run, and what it has promised to do after the CPU time that this takes.

use crate::sim::node::LoopIdx;
use crate::sim::request::RequestIdx;
use crate::sim::script::Function;

/// One macrotask: JavaScript that runs to completion.
#[derive(Clone, Copy, Debug)]
pub(super) enum Callback {
    /// A request is there to be read.
    Begin(RequestIdx),
    /// What a request waited for is there.
    Resume(RequestIdx),
    /// The timer of a request has resolved the promise that it awaits.
    Continue(RequestIdx),
    /// Worker thread: a message brings the next burst of a request.
    Burst(RequestIdx),
    /// Main thread: a worker's message says that the burst is done.
    BurstDone(RequestIdx, LoopIdx),
    /// The separate service's answer says that the burst of a request is done.
    Served(RequestIdx),
    /// Cluster primary: this worker's message has an answer to be sent on to the other workers.
    Relay(LoopIdx),
    /// Cluster worker: the primary's message has an answer of another worker's to be sent on.
    SendOn,
    /// Cluster worker: the primary hands over the connection of a request.
    Connection(RequestIdx),
    /// Cluster primary: a worker has accepted its connection.
    Accepted(LoopIdx),
    /// Main thread: a worker thread that was started says that it is up.
    Online(LoopIdx),
    /// The timer of a client inside of the process, which has thought.
    Client(u32),
    /// The timer by which the process starts what arrives inside of it.
    Start,
    /// A function of a script.
    Script(Function),
}

/// What epoll can report.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ready {
    /// A socket, or a channel to another process.
    Socket(Callback),
    /// The listening socket.
    Listen,
    /// The one eventfd that pool threads and other loops write to.
    Async,
}

/// What follows on the work that a loop's thread was given.
#[derive(Clone, Copy, Debug)]
pub(super) enum Running {
    /// The burst of a request, here or in a worker thread.
    Burst(RequestIdx),
    /// The message that takes a burst to a worker thread.
    Post(RequestIdx),
    /// The message that brought a result from this worker thread.
    Result(RequestIdx, LoopIdx),
    /// The request that takes a burst to the separate service.
    Request(RequestIdx),
    /// Its response.
    Response(RequestIdx),
    /// Reading the answer to the query of a request, with which its connection is free.
    Query(RequestIdx),
    /// Handing an answer of this worker's on to the others.
    Relay(LoopIdx),
    /// Sending on an answer of another worker's.
    SendOn,
    /// The answer.
    Answer(RequestIdx),
    /// `accept`, of this connection.
    Accept(RequestIdx),
    /// Taking over a connection from the primary.
    TakeOver(RequestIdx),
    /// Reading a worker's acknowledgement.
    Acknowledged(LoopIdx),
    /// Starting the thread.
    Start,
    /// Making this worker thread or process.
    Spawn(LoopIdx),
    /// Reading that this worker thread is up.
    Online(LoopIdx),
    /// A function of a script, up to this step.
    Script(Function, u16),
}
