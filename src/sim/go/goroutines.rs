//! What a goroutine does: serve its request, accept connections, or run a function of a script.

use crate::sim::go::gc::Collector;
use crate::sim::go::{Client, Doing, G, Go, GoEvent, MIdx, Progress, Query, ScriptG};
use crate::sim::lanes::{LaneEvent, Queue, Stage};
use crate::sim::machine::Work;
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::runtime::DEEP;
use crate::sim::scenario::{Io, Transport};
use crate::sim::script::{Function, Op};
use crate::sim::time::Span;
use crate::sim::trace::{Sink, TraceEvent};

impl Go {
    /// Lets `g` run on `m` after `overhead`.
    pub(super) fn execute_goroutine<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, g: G, overhead: Span) {
        let overhead = overhead + ctx.costs.go.switch;
        self.m(m).doing = Doing::Running(g);
        let thread = self.m(m).thread;
        self.tell(ctx, g, Stage::Thread(thread.0));
        match g {
            G::Request(request) => self.serve(ctx, m, request, overhead),
            G::Listener => self.accept(ctx, m, overhead),
            // The page's first worker has no others.
            _ if !DEEP => {}
            G::Main => self.spawn(ctx, m, overhead),
            G::Client(client) => match self.clients[client as usize] {
                Client::Due(request) => {
                    self.m(m).doing = Doing::Running(G::Request(request));
                    self.serve(ctx, m, request, overhead);
                }
                Client::New => self.client_goes_on(ctx, m, client, overhead),
                // In the very nanosecond in which its request comes.
                Client::Thinking => {
                    self.sleep_goroutine(ctx, m, g, Span::from_ns(1));
                    self.schedule(ctx, m, overhead);
                }
            },
            G::Script(idx) => {
                let left = std::mem::take(&mut self.script_gs[usize::from(idx)].left);
                if left.is_zero() {
                    return self.run_script(ctx, m, idx);
                }
                ctx.run(self.m(m).thread, Work::overhead(left));
            }
        }
    }

    fn serve<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, request: RequestIdx, overhead: Span) {
        let progress = self.progress[request.0 as usize];
        match progress {
            Progress::Preempted(overhead_left, service) => {
                let work = Work { request: Some(request), overhead: overhead + overhead_left, service };
                ctx.run(self.m(m).thread, work);
            }
            Progress::New | Progress::Allocated(_) => {
                let mut assist = Span::ZERO;
                if let Progress::Allocated(before) = progress {
                    assist = before;
                } else if self.allocate(ctx, m, request, &mut assist) {
                    return;
                }
                if self.transport() != Transport::Direct {
                    self.wake_sysmon(ctx);
                }
                // No source splits the cost of a request into reading and answering: half each.
                let begin = match self.transport() {
                    Transport::Http => ctx.costs.go.create + self.http.scaled(0.5),
                    Transport::Socket => ctx.costs.go.create + ctx.costs.machine.socket_read,
                    // `main` has paid for it.
                    Transport::Direct => Span::ZERO,
                };
                if !assist.is_zero() {
                    let thread = self.m(m).thread.0;
                    ctx.lane(|| LaneEvent::Collects { thread, span: assist });
                }
                self.burst(ctx, m, request, overhead + assist + begin);
                // The server starts a goroutine that reads in the background (net/http/server.go `startBackgroundRead`),
                // and who reads messages starts one for each.
                if self.transport() != Transport::Direct {
                    self.wakep(ctx);
                }
            }
            Progress::Connected if !DEEP => {}
            Progress::Connected => self.write_query(ctx, m, request, overhead),
            Progress::Resumed if self.io() == Io::Database => self.read_rows(ctx, m, request, overhead),
            Progress::Resumed => {
                let read = match self.io() {
                    Io::Network => {
                        self.wake_sysmon(ctx);
                        ctx.costs.machine.socket_read
                    }
                    Io::Timer | Io::File | Io::Database => Span::ZERO,
                };
                self.resume(ctx, m, request, overhead + read);
                // The connection's reader hands the answer to the goroutine that waits for it, which readies it.
                if self.io() == Io::Network {
                    self.wakep(ctx);
                }
            }
        }
    }

    /// `request` has what it waited for: its next burst, or the answer.
    pub(super) fn resume<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, request: RequestIdx, overhead: Span) {
        if ctx.request(request).n_bursts_left > 0 {
            return self.burst(ctx, m, request, overhead);
        }
        let overhead = overhead + self.answer_cost(ctx);
        ctx.run(self.m(m).thread, Work { request: Some(request), overhead, service: Span::ZERO });
    }

    fn answer_cost<S: Sink>(&self, ctx: &Ctx<GoEvent, S>) -> Span {
        let answer = match self.transport() {
            Transport::Http => self.http - self.http.scaled(0.5),
            Transport::Socket => ctx.costs.machine.socket_write,
            Transport::Direct => ctx.costs.go.request,
        };
        answer + (ctx.costs.machine.tcp_write + ctx.costs.go.write) * u64::from(self.n_broadcast())
    }

    /// Runs the next burst of `request`, and what has to be paid when it ends.
    fn burst<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, request: RequestIdx, overhead: Span) {
        let service = ctx.begin_burst(request);
        let state = ctx.request(request);
        let after = match self.io() {
            _ if state.mean_wait.is_zero() && state.n_bursts_left == 0 => self.answer_cost(ctx),
            _ if state.mean_wait.is_zero() => Span::ZERO,
            Io::Network => ctx.costs.machine.socket_write,
            // Whether a connection is free by then is not known yet.
            Io::Database => Span::ZERO,
            Io::Timer => ctx.costs.go.timer,
            Io::File => ctx.costs.go.syscall,
        };
        ctx.run(self.m(m).thread, Work { request: Some(request), overhead: overhead + after, service });
    }

    /// `g` has done its piece of work on `m`.
    pub(super) fn goroutine_worked<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, g: G) {
        match g {
            G::Request(request) => self.request_worked(ctx, m, request),
            G::Listener => self.accepted(ctx, m),
            _ if !DEEP => {}
            G::Main => self.spawned(ctx, m),
            G::Script(idx) => self.run_script(ctx, m, idx),
            G::Client(_) => unreachable!("it works for its request"),
        }
    }

    /// `request` has ended its burst, or is answered.
    fn request_worked<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, request: RequestIdx) {
        match std::mem::take(&mut self.queries[request.0 as usize]) {
            Query::None => {}
            _ if !DEEP => {}
            Query::Writing => return self.query_is_written(ctx, m, request),
            Query::Reading => return self.rows_are_read(ctx, m, request),
        }
        let state = ctx.request(request);
        let has_wait = !state.mean_wait.is_zero() && state.n_waits_begun < state.n_bursts;
        if has_wait && self.io() == Io::Database {
            return self.ask_database(ctx, m, request);
        }
        if has_wait {
            self.progress[request.0 as usize] = Progress::Resumed;
            let wait = ctx.begin_wait(request);
            match self.io() {
                Io::Network | Io::Database => ctx.answer_after(wait, request),
                Io::Timer => self.sleep_goroutine(ctx, m, G::Request(request), wait),
                Io::File => return self.enter_syscall(ctx, m, G::Request(request), wait),
            }
        } else if state.n_bursts_left > 0 {
            return self.burst(ctx, m, request, Span::ZERO);
        } else if let Some(client) = self.complete(ctx, request) {
            return self.client_goes_on(ctx, m, client, Span::ZERO);
        }
        self.schedule(ctx, m, Span::ZERO);
    }

    /// A client inside of the process thinks, or begins with its next request. One whose requests never wait lets the
    /// others have their turn first (`runtime.Gosched`).
    fn client_goes_on<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, client: u32, overhead: Span) {
        if let Some(due) = ctx.begin_think(client) {
            let think = due.since(ctx.now());
            self.clients[client as usize] = Client::Thinking;
            self.sleep_goroutine(ctx, m, G::Client(client), think);
            let timer = ctx.costs.go.timer;
            return self.schedule(ctx, m, overhead + timer);
        }
        let request = ctx.come(client);
        self.is_new(request);
        let g = G::Request(request);
        if ctx.request(request).mean_wait.is_zero() {
            self.global.push_back(g);
            self.tell(ctx, g, Stage::Queue(Queue::Global));
            self.wakep(ctx);
            return self.schedule(ctx, m, overhead);
        }
        self.m(m).doing = Doing::Running(g);
        self.serve(ctx, m, request, overhead);
    }

    /// `request` is answered. A client inside of the process goes on in the same goroutine.
    fn complete<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, request: RequestIdx) -> Option<u32> {
        let client = ctx.request(request).client;
        if self.transport() == Transport::Socket || client.is_none() {
            self.n_goroutines = self.n_goroutines.saturating_sub(1);
        }
        if self.transport() == Transport::Http {
            self.connections.answered(client);
        }
        let bytes = ctx.request(request).alloc;
        if let Some(gc) = &mut self.gc {
            Collector::free(gc, bytes);
        }
        ctx.complete(request)
    }

    /// `time.Sleep`: a timer on this processor.
    fn sleep_goroutine<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, g: G, wait: Span) {
        let when = ctx.now() + wait;
        let p = self.p_of(m);
        self.tell(ctx, g, Stage::Timer(when));
        self.n_timers += 1;
        if self.p(p).timers.push(when, g) {
            self.wake_net_poller(ctx, when);
        }
    }

    /// `main` starts the next goroutine, sleeps until the next one is due, or waits for all of them.
    fn spawn<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, overhead: Span) {
        if self.to_spawn.is_empty() {
            match ctx.next_arrival() {
                // In the very nanosecond in which it comes it is not there yet.
                Some(next) => {
                    let wait = next.since(ctx.now()).max(Span::from_ns(1));
                    self.sleep_goroutine(ctx, m, G::Main, wait);
                }
                None => self.main_is_parked = true,
            }
            return self.schedule(ctx, m, overhead);
        }
        let cost = ctx.costs.go.create;
        ctx.run(self.m(m).thread, Work::overhead(overhead + cost));
    }

    fn spawned<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx) {
        if let Some(g) = self.to_spawn.pop_front() {
            self.n_goroutines += 1;
            self.note_memory();
            self.ready(ctx, m, g);
        }
        self.spawn(ctx, m, Span::ZERO);
    }

    /// `newproc`, `ready`: `g` runs next on the processor of `m`, and another one is woken that may take it.
    pub(super) fn ready<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, g: G) {
        let p = self.p_of(m);
        self.put_next(ctx, p, g);
        self.wakep(ctx);
    }

    pub(super) fn new_script_goroutine(&mut self, function: Function) -> G {
        self.script_gs.push(ScriptG { function, pc: 0, left: Span::ZERO });
        G::Script((self.script_gs.len() - 1) as u16)
    }

    /// Goes on with the function of a script's goroutine until it computes, blocks or returns.
    fn run_script<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, idx: u16) {
        loop {
            let ScriptG { function, pc, .. } = self.script_gs[usize::from(idx)];
            let Some(op) = self.script.op(function, pc) else { break };
            self.script_gs[usize::from(idx)].pc += 1;
            let g = G::Script(idx);
            match op {
                Op::Mark(mark) => ctx.trace(TraceEvent::Marked(mark)),
                Op::Spin(span) => return ctx.run(self.m(m).thread, Work::overhead(span)),
                Op::Go(function) => {
                    let new = self.new_script_goroutine(function);
                    self.ready(ctx, m, new);
                }
                Op::Gosched => {
                    self.global.push_back(g);
                    self.wakep(ctx);
                    break;
                }
                Op::Receive(channel) => {
                    let (n_values, waiting) = self.channel(channel);
                    if *n_values == 0 {
                        waiting.push_back(g);
                        break;
                    }
                    *n_values -= 1;
                }
                Op::Send(channel) => {
                    let (n_values, waiting) = self.channel(channel);
                    match waiting.pop_front() {
                        Some(receiver) => self.ready(ctx, m, receiver),
                        None => *n_values += 1,
                    }
                }
                Op::Sleep(span) => {
                    self.sleep_goroutine(ctx, m, g, span);
                    break;
                }
                Op::Syscall(span) => return self.enter_syscall(ctx, m, g, span),
                Op::NextTick(_)
                | Op::Microtask(_)
                | Op::Timeout(..)
                | Op::Immediate(_)
                | Op::Readable(_)
                | Op::Pool(..) => {
                    debug_assert!(false, "{op:?} is no step of Go");
                }
            }
        }
        self.schedule(ctx, m, Span::ZERO);
    }

    fn channel(&mut self, channel: u16) -> &mut (u32, std::collections::VecDeque<G>) {
        let needed = usize::from(channel) + 1;
        if self.channels.len() < needed {
            self.channels.resize(needed, (0, std::collections::VecDeque::new()));
        }
        &mut self.channels[usize::from(channel)]
    }
}
