//! What is started inside of the process: clients with a thread each, and tasks that `main` gives to the pool.
//!
//! `main` starts the threads of the clients one after the other, hands over all tasks of a batch, or sleeps until the next
//! arrival is due and hands it over.

use std::collections::VecDeque;

use crate::sim::lanes::{Queue, Stage};
use crate::sim::machine::{ThreadIdx, Work};
use crate::sim::request::RequestIdx;
use crate::sim::run::{Ctx, Death};
use crate::sim::threads::{Doing, MAIN, Role, Threads, ThreadsEvent};
use crate::sim::trace::Sink;

/// Threads that a process can have: one more than 32,234 could not be started with Temurin 25.0.3 on Linux with 32,768
/// process numbers (`kernel.pid_max` of up to 32 cores); with more of them two mappings a thread are too many soon after
/// (`vm.max_map_count = 65530`).
const MAX_THREADS: usize = 32_234;

/// A client inside of the process.
#[derive(Clone, Copy, Debug)]
pub(super) enum Client {
    /// Its thread sleeps, works, or is not started yet; its next request, if that is there already.
    Thinking(Option<RequestIdx>),
    /// Its thread is awake and its request was turned away: it waits for the next.
    Late(ThreadIdx),
}

/// What `main` has to do.
#[derive(Clone, Debug, Default)]
pub(super) struct Main {
    /// Clients, by thread.
    clients: Vec<Client>,
    n_started: u32,
    /// Tasks that it has yet to hand over.
    tasks: VecDeque<RequestIdx>,
}

impl Threads {
    /// The program begins.
    pub(super) fn launch_main<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, n_clients: u32) {
        self.main.clients = vec![Client::Thinking(None); n_clients as usize];
        self.wake_if_parked(ctx, MAIN);
    }

    /// A request is there that is not from the network.
    pub(super) fn is_due<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, request: RequestIdx) {
        let Some(client) = ctx.request(request).client else {
            self.main.tasks.push_back(request);
            ctx.stage(request, Stage::Queue(Queue::Spawn));
            return self.wake_if_parked(ctx, MAIN);
        };
        match &mut self.main.clients[client as usize] {
            Client::Thinking(next) => {
                *next = Some(request);
                ctx.stage(request, Stage::Timer(ctx.now()));
            }
            one @ Client::Late(_) => {
                if let Client::Late(thread) = std::mem::replace(one, Client::Thinking(None)) {
                    self.begin(ctx, thread, request);
                }
            }
        }
    }

    /// `main` starts the next client, hands over the next task, sleeps until one is due, or rests.
    pub(super) fn start_next<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>) {
        if (self.main.n_started as usize) < self.main.clients.len() {
            self.does(ctx, MAIN, Doing::StartingClient);
            let cost = ctx.costs.machine.thread_create + ctx.costs.threads.thread_start;
            return self.give(ctx, MAIN, Work::overhead(cost));
        }
        if let Some(request) = self.main.tasks.pop_front() {
            self.does(ctx, MAIN, Doing::HandingOver(request));
            return self.give(ctx, MAIN, Work::overhead(ctx.costs.threads.submit));
        }
        match ctx.next_arrival() {
            // A batch wakes it for itself.
            Some(next) if next > ctx.now() => {
                self.does(ctx, MAIN, Doing::Sleeping);
                ctx.sleep(MAIN);
                ctx.schedule_at(next + ctx.costs.machine.timer_slack, ThreadsEvent::Awake(MAIN));
            }
            _ => self.park(ctx, MAIN),
        }
    }

    /// The thread of a client is started.
    pub(super) fn client_started<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>) {
        if self.n_program_threads() as usize >= MAX_THREADS {
            // `OutOfMemoryError: unable to create native thread`, in `main`.
            return ctx.die(Death::TooManyThreads);
        }
        let thread = self.add_thread(ctx, Role::Client(self.main.n_started));
        self.main.n_started += 1;
        self.wake(ctx, thread);
        self.start_next(ctx);
    }

    /// A client thinks, or goes on with its next request.
    pub(super) fn client_goes_on<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx, client: u32) {
        if let Some(due) = ctx.begin_think(client) {
            self.does(ctx, thread, Doing::Sleeping);
            ctx.sleep(thread);
            return ctx.schedule_at(due + ctx.costs.machine.timer_slack, ThreadsEvent::Awake(thread));
        }
        let request = ctx.come(client);
        self.begin(ctx, thread, request);
    }

    /// A client has slept long enough.
    pub(super) fn client_awakes<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx, client: u32) {
        let one = &mut self.main.clients[client as usize];
        match std::mem::replace(one, Client::Thinking(None)) {
            Client::Thinking(Some(request)) => self.begin(ctx, thread, request),
            _ => *one = Client::Late(thread),
        }
    }
}
