//! What a request does in the callbacks of a loop.

use crate::sim::lanes::{LaneEvent, Queue, Stage};
use crate::sim::node::callback::{Callback, Running};
use crate::sim::node::heap::Heap;
use crate::sim::node::pool::Call;
use crate::sim::node::{LoopIdx, MAIN, Node, NodeEvent, Topology, memory};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::runtime::DEEP;
use crate::sim::scenario::{Gc, Io, Transport};
use crate::sim::script::CallKind;
use crate::sim::time::Span;
use crate::sim::trace::{Sink, TraceEvent};

impl Node {
    /// Runs `callback` on a loop; `false` if it took no time and the loop goes on at once.
    pub(super) fn call<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx, callback: Callback) -> bool {
        match callback {
            Callback::Begin(request) => {
                let read = self.http.read;
                self.begin(ctx, idx, request, read);
            }
            Callback::Resume(request) if self.io() == Io::Timer => {
                // The timer only resolves a promise: what follows runs when the timers have been looked at again.
                ctx.wait_over(request);
                let fire = ctx.costs.node.timer_fire;
                let one = self.at(idx);
                one.owed += fire;
                one.microtasks.push_back(Callback::Continue(request));
                ctx.stage(request, Stage::Queue(Queue::Loop(idx.0)));
                return false;
            }
            Callback::Resume(request) if self.io() == Io::Database => self.read_rows(ctx, idx, request),
            Callback::Resume(request) | Callback::Continue(request) => {
                let read = match self.io() {
                    Io::Network => ctx.costs.machine.socket_read,
                    Io::Timer | Io::Database => Span::ZERO,
                    Io::File => ctx.costs.node.pool_submit - ctx.costs.node.pool_submit.scaled(0.5),
                };
                self.resume(ctx, idx, request, read);
            }
            // The page's first worker has no other threads, processes, services and scripts, and nothing starts inside.
            _ if !DEEP => return false,
            Callback::Client(client) => {
                self.client_woke(ctx, idx, client);
                return false;
            }
            Callback::Start => return self.start(ctx, idx),
            Callback::Burst(request) => {
                self.allocate_message(ctx, idx);
                let messages = self.message_cost(ctx) * 2;
                let service = ctx.begin_burst(request).scaled(self.js_factor);
                self.spend(ctx, idx, Running::Burst(request), messages, service);
            }
            Callback::BurstDone(request, worker) => {
                self.allocate_message(ctx, idx);
                let overhead =
                    self.message_cost(ctx) + self.next_message_cost(ctx) + self.follow_up_cost(ctx, idx, request);
                self.spend(ctx, idx, Running::Result(request, worker), overhead, Span::ZERO);
            }
            Callback::Online(worker) => {
                let overhead = self.message_cost(ctx) + self.next_message_cost(ctx);
                self.spend(ctx, idx, Running::Online(worker), overhead, Span::ZERO);
            }
            Callback::Served(request) => self.read_response(ctx, idx, request),
            Callback::Relay(from) => self.relay(ctx, idx, from),
            Callback::SendOn => self.send_on(ctx, idx),
            Callback::Connection(request) => {
                let cost = ctx.costs.node.ipc_message * 2;
                self.spend(ctx, idx, Running::TakeOver(request), cost, Span::ZERO);
            }
            Callback::Accepted(worker) => {
                // The next connection in line goes out in the same callback.
                let cost = ctx.costs.node.ipc_message * if self.handles.is_empty() { 1 } else { 2 };
                self.spend(ctx, idx, Running::Acknowledged(worker), cost, Span::ZERO);
            }
            Callback::Script(function) => return self.run_script(ctx, idx, function, 0),
        }
        true
    }

    /// The CPU time for which the loop's thread was given work is over; `true` if the same callback goes on.
    pub(super) fn goes_on<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx, running: Running) -> bool {
        match running {
            Running::Burst(request) if self.is_worker(idx) => {
                self.at(MAIN).post(Callback::BurstDone(request, idx));
                ctx.stage(request, Stage::Queue(Queue::Loop(MAIN.0)));
                self.wake(ctx, MAIN);
            }
            Running::Burst(request) => return self.follow_up(ctx, idx, request),
            Running::Answer(request) => return self.complete(ctx, idx, request),
            Running::Accept(request) => self.accepted(ctx, idx, request),
            _ if !DEEP => {}
            Running::Post(request) => self.hand_out(ctx, request),
            Running::Result(request, worker) => {
                self.give_next_burst(ctx, worker);
                return self.follow_up(ctx, idx, request);
            }
            Running::Request(request) => self.send_request(ctx, request),
            Running::Response(request) => return self.follow_up(ctx, idx, request),
            Running::Query(request) => return self.has_rows(ctx, idx, request),
            Running::Relay(from) => self.relayed(ctx, from),
            Running::SendOn => {}
            Running::TakeOver(request) => {
                self.take_over(ctx, idx, request);
                self.readable(ctx, MAIN, Callback::Accepted(idx));
            }
            Running::Acknowledged(worker) => self.hand_over(ctx, worker),
            Running::Start => return self.started(ctx, idx),
            Running::Spawn(worker) => return self.spawned(ctx, worker),
            Running::Online(worker) => self.give_next_burst(ctx, worker),
            Running::Script(function, pc) => return self.run_script(ctx, idx, function, pc),
        }
        false
    }

    /// The next burst of `request`: here, or in a worker thread.
    fn compute<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx, request: RequestIdx, overhead: Span) {
        // Who has nothing to compute sends nothing.
        let computes = !ctx.request(request).mean_burst.is_zero();
        if self.topology() == Topology::Service && computes {
            let cost = overhead + self.request_cost(ctx);
            return self.spend(ctx, idx, Running::Request(request), cost, Span::ZERO);
        }
        if self.topology() == Topology::Workers && computes {
            // A message is written when it is sent, and that is when a worker is free. Writing takes no memory in the heap
            // of JavaScript (`ValueSerializer` has a buffer of its own).
            let message = if self.idle_workers.is_empty() { Span::ZERO } else { self.message_cost(ctx) };
            let cost = overhead + message;
            return self.spend(ctx, idx, Running::Post(request), cost, Span::ZERO);
        }
        let service = ctx.begin_burst(request).scaled(self.js_factor);
        let overhead = overhead + self.follow_up_cost(ctx, idx, request);
        self.spend(ctx, idx, Running::Burst(request), overhead, service);
    }

    /// `request` has what it waited for, after `overhead`: its next burst, or the answer.
    pub(super) fn resume<S: Sink>(
        &mut self,
        ctx: &mut Ctx<NodeEvent, S>,
        idx: LoopIdx,
        request: RequestIdx,
        overhead: Span,
    ) {
        if ctx.request(request).n_bursts_left > 0 {
            return self.compute(ctx, idx, request, overhead);
        }
        let answer = self.answer_cost(ctx, idx);
        self.spend(ctx, idx, Running::Answer(request), overhead + answer, Span::ZERO);
    }

    /// What has to be paid in a burst's callback for what follows on the burst.
    pub(super) fn follow_up_cost<S: Sink>(&self, ctx: &Ctx<NodeEvent, S>, idx: LoopIdx, request: RequestIdx) -> Span {
        let state = ctx.request(request);
        match self.io() {
            _ if state.mean_wait.is_zero() && state.n_bursts_left == 0 => self.answer_cost(ctx, idx),
            _ if state.mean_wait.is_zero() => Span::ZERO,
            // Whether a connection is free does not change while the callback runs: they are this loop's.
            Io::Database if ctx.database().n_free(self.lines_of(idx)) == 0 => Span::ZERO,
            Io::Network | Io::Database => ctx.costs.machine.socket_write,
            Io::Timer => ctx.costs.node.timer_create,
            Io::File => ctx.costs.node.pool_submit.scaled(0.5),
        }
    }

    /// A burst is done: the request waits, goes on, or is answered. `true` if the same callback goes on.
    pub(super) fn follow_up<S: Sink>(
        &mut self,
        ctx: &mut Ctx<NodeEvent, S>,
        idx: LoopIdx,
        request: RequestIdx,
    ) -> bool {
        let state = ctx.request(request);
        let has_wait = !state.mean_wait.is_zero() && state.n_waits_begun < state.n_bursts;
        if has_wait && self.io() == Io::Database {
            self.ask_database(ctx, idx, request);
            return false;
        }
        if has_wait {
            let wait = ctx.begin_wait(request);
            match self.io() {
                Io::Network | Io::Database => ctx.answer_after(wait, request),
                Io::Timer => {
                    let now = ctx.now();
                    self.at(idx).set_timeout(now, wait, Callback::Resume(request));
                    ctx.stage(request, Stage::Timer(now + wait));
                }
                Io::File => {
                    let (kind, then) = (CallKind::Blocking, Callback::Resume(request));
                    self.submit(ctx, Call { kind, length: wait, owner: idx, then });
                }
            }
            return false;
        }
        if state.n_bursts_left > 0 {
            self.compute(ctx, idx, request, Span::ZERO);
            return true;
        }
        self.complete(ctx, idx, request)
    }

    /// Begins to serve `request`.
    pub(super) fn begin<S: Sink>(
        &mut self,
        ctx: &mut Ctx<NodeEvent, S>,
        idx: LoopIdx,
        request: RequestIdx,
        overhead: Span,
    ) {
        self.allocate(ctx, idx, request);
        self.compute(ctx, idx, request, overhead);
    }

    /// `request` is answered; `true` if the same callback goes on, with the next one of a client inside of the process.
    fn complete<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx, request: RequestIdx) -> bool {
        if let Some(birth) = self.places[request.0 as usize].birth {
            let bytes = self.bytes_of(ctx, request);
            self.in_heap(idx, |heap| heap.free(bytes, birth));
        }
        self.pass_on(ctx, idx);
        if self.transport() == Transport::Http {
            self.connections.answered(ctx.request(request).client);
        }
        ctx.complete(request).is_some_and(|client| self.client_goes_on(ctx, client))
    }

    /// Does something in a loop's heap, and keeps count of all heaps together.
    fn in_heap<R>(&mut self, idx: LoopIdx, work: impl FnOnce(&mut Heap) -> R) -> R {
        let heap = &mut self.at(idx).heap;
        let before = heap.resident();
        let result = work(heap);
        let after = heap.resident();
        self.heaps = self.heaps + after - before;
        result
    }

    /// What `request` allocates, and inside of the process its own promises and timer.
    fn bytes_of<S: Sink>(&self, ctx: &Ctx<NodeEvent, S>, request: RequestIdx) -> u64 {
        ctx.request(request).alloc + if self.transport() == Transport::Direct { memory::TASK } else { 0 }
    }

    /// What `request` allocates, all of it when it begins.
    fn allocate<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx, request: RequestIdx) {
        if self.gc == Gc::Off {
            return;
        }
        let bytes = self.bytes_of(ctx, request);
        let (birth, pause) = self.in_heap(idx, |heap| heap.allocate(bytes, &ctx.costs.node));
        self.places[request.0 as usize].birth = Some(birth);
        self.note_memory();
        self.collected(ctx, idx, pause);
    }

    /// What a message allocates on the side that reads it.
    pub(super) fn allocate_message<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx) {
        if self.gc == Gc::Off {
            return;
        }
        let payload = self.payload;
        let pause = self.in_heap(idx, |heap| heap.allocate_garbage(payload, &ctx.costs.node));
        self.collected(ctx, idx, pause);
    }

    /// The loop owes the pause of a collection, if what it allocated set one off.
    fn collected<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx, pause: Span) {
        if !pause.is_zero() {
            let thread = self.loops[usize::from(idx.0)].thread.0;
            ctx.lane(|| LaneEvent::Collects { thread, span: pause });
            ctx.trace(TraceEvent::Collected { process: idx.0, pause });
            self.at(idx).owed += pause;
        }
    }

    /// One side of one message: `postMessage` or its event, and cloning the payload.
    fn message_cost<S: Sink>(&self, ctx: &Ctx<NodeEvent, S>) -> Span {
        ctx.costs.node.message + self.clone_cost
    }

    /// Writing the message with the next burst, if one is in line.
    fn next_message_cost<S: Sink>(&self, ctx: &Ctx<NodeEvent, S>) -> Span {
        if self.waiting_bursts.is_empty() { Span::ZERO } else { self.message_cost(ctx) }
    }

    /// `worker` has no burst: it is given the next one in line.
    fn give_next_burst<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, worker: LoopIdx) {
        match self.waiting_bursts.pop_front() {
            Some(next) => self.send_burst(ctx, worker, next),
            None => self.idle_workers.push_back(worker),
        }
    }

    /// A burst for the pool of workers: to the one that has been idle the longest, or in line.
    fn hand_out<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, request: RequestIdx) {
        match self.idle_workers.pop_front() {
            Some(worker) => self.send_burst(ctx, worker, request),
            None => {
                self.waiting_bursts.push_back(request);
                ctx.stage(request, Stage::Queue(Queue::Workers));
            }
        }
    }

    fn send_burst<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, worker: LoopIdx, request: RequestIdx) {
        self.at(worker).post(Callback::Burst(request));
        ctx.stage(request, Stage::Queue(Queue::Loop(worker.0)));
        self.wake(ctx, worker);
    }
}
