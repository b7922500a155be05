//! Go's scheduler: goroutines on processors on threads (G, P, M).
//!
//! Follows Go 1.27 (`runtime/proc.go`): `findRunnable`'s order, local rings of 256 with `runnext`, the global queue
//! with its 61st tick, stealing half, spinning threads that wake one another in a cascade, sysmon as an actor with a
//! clock of its own, netpoll with its last event first, one thread that blocks in it.
//!
//! Left out so far: blocking system calls and their hand-off (and that one of them sets sysmon back to its 20 µs
//! beat: here it always sleeps 10 ms), garbage collection, goroutine memory, the 3 µs back-off of a thief of
//! `runnext`, the idle-timer thief that does not spin. A request started inside the process is readied like one from
//! a socket.

mod find;
mod processor;
mod sysmon;

use std::collections::VecDeque;

use crate::sim::costs::Costs;
use crate::sim::go::processor::Processor;
use crate::sim::go::sysmon::Sysmon;
use crate::sim::machine::{Machine, ThreadIdx, Work};
use crate::sim::request::RequestIdx;
use crate::sim::run::{Ctx, Model};
use crate::sim::scenario::{Io, Scenario, Transport};
use crate::sim::time::{Span, Time};
use crate::sim::trace::Sink;

/// The goroutine that serves a request.
type G = RequestIdx;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PIdx(u16);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct MIdx(u16);

/// Go's own events.
#[derive(Clone, Copy, Debug)]
pub enum GoEvent {
    /// Sysmon has slept.
    Sysmon,
    /// The blocking netpoll that began in this epoch timed out.
    PollTimeout(u32),
}

/// How far a goroutine is.
#[derive(Clone, Copy, Debug)]
enum Progress {
    /// Its request is to be read.
    New,
    /// It was preempted with so much of its burst left.
    Preempted(Span),
    /// What it waited for is there.
    Resumed,
}

#[derive(Clone, Copy, Debug)]
enum Doing {
    /// Asleep on the idle list.
    Parked,
    /// On its way from sleep to looking for work.
    Waking,
    /// Looking through the others' queues before it parks.
    Searching,
    /// Running a goroutine.
    Running(G),
    /// Asleep in netpoll.
    Polling,
    /// On its way out of netpoll.
    LeavingPoll,
}

/// A thread of the Go runtime.
#[derive(Clone, Copy, Debug)]
struct M {
    thread: ThreadIdx,
    p: Option<PIdx>,
    spinning: bool,
    doing: Doing,
}

/// One Go process.
#[derive(Clone, Debug)]
pub struct Go {
    io: Io,
    http: Span,
    ps: Vec<Processor>,
    ms: Vec<M>,
    idle_ps: Vec<PIdx>,
    idle_ms: Vec<MIdx>,
    global: VecDeque<G>,
    n_spinning: u32,
    /// Goroutines whose socket is readable, as the kernel lists them.
    net_ready: VecDeque<G>,
    /// The thread that blocks in netpoll.
    poller: Option<MIdx>,
    poll_epoch: u32,
    poll_until: Option<Time>,
    last_poll: Time,
    sysmon: Sysmon,
    /// By request: how far its goroutine is.
    progress: Vec<Progress>,
    n_random: u64,
}

impl Model for Go {
    type Event = GoEvent;
    type Kind = ();

    fn new((): (), scenario: &Scenario, costs: &Costs, machine: &mut Machine) -> Self {
        let n = scenario.n_processors() as u16;
        let http = match scenario.transport {
            Transport::Http => costs.go.http_request,
            Transport::Direct => Span::ZERO,
        };
        // A process at rest: every processor idle, its first thread blocked in netpoll.
        let first = M { thread: machine.spawn(), p: None, spinning: false, doing: Doing::Polling };
        Self {
            io: scenario.io,
            http,
            ps: vec![Processor::default(); n.into()],
            ms: vec![first],
            idle_ps: (0..n).rev().map(PIdx).collect(),
            idle_ms: Vec::new(),
            global: VecDeque::new(),
            n_spinning: 0,
            net_ready: VecDeque::new(),
            poller: Some(MIdx(0)),
            poll_epoch: 0,
            poll_until: None,
            last_poll: Time::ZERO,
            sysmon: Sysmon::new(n, costs),
            progress: Vec::new(),
            n_random: 0,
        }
    }

    fn arrived<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, request: RequestIdx) {
        let needed = request.0 as usize + 1;
        if self.progress.len() < needed {
            self.progress.resize(needed, Progress::New);
        }
        self.progress[request.0 as usize] = Progress::New;
        self.readable(ctx, request);
    }

    fn io_ready<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, request: RequestIdx) {
        self.readable(ctx, request);
    }

    fn worked<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, thread: ThreadIdx, _: Work) {
        // Threads of this process are spawned in order and are the machine's only ones.
        let m = MIdx(thread.0);
        match self.m(m).doing {
            Doing::Running(g) => self.goroutine_worked(ctx, m, g),
            Doing::Waking => self.schedule(ctx, m, Span::ZERO),
            Doing::Searching => self.search_again(ctx, m),
            Doing::LeavingPoll => self.leave_poll(ctx, m),
            Doing::Parked | Doing::Polling => unreachable!("a sleeping thread has worked"),
        }
    }

    fn own<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, event: GoEvent) {
        match event {
            GoEvent::Sysmon => self.sysmon_round(ctx),
            GoEvent::PollTimeout(epoch) => {
                if epoch == self.poll_epoch {
                    self.wake_poller(ctx);
                }
            }
        }
    }
}

impl Go {
    fn m(&mut self, m: MIdx) -> &mut M {
        &mut self.ms[m.0 as usize]
    }

    fn p(&mut self, p: PIdx) -> &mut Processor {
        &mut self.ps[p.0 as usize]
    }

    fn p_of(&self, m: MIdx) -> PIdx {
        self.ms[m.0 as usize].p.expect("a thread that schedules has a processor")
    }

    fn n_ps(&self) -> usize {
        self.ps.len()
    }

    fn n_idle(&self) -> usize {
        self.idle_ps.len()
    }

    /// The socket of `g` became readable: somebody has to poll to see it.
    fn readable<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, g: G) {
        self.net_ready.push_back(g);
        self.wake_poller(ctx);
    }

    fn wake_poller<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) {
        if let Some(m) = self.poller.take() {
            self.poll_epoch = self.poll_epoch.wrapping_add(1);
            self.poll_until = None;
            self.m(m).doing = Doing::LeavingPoll;
            let wake = ctx.costs.go.wake;
            ctx.run(self.m(m).thread, Work::overhead(wake));
        }
    }

    /// Lets `g` run on `m` after `overhead`.
    fn execute<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, g: G, overhead: Span) {
        self.m(m).doing = Doing::Running(g);
        let overhead = overhead + ctx.costs.go.switch;
        match self.progress[g.0 as usize] {
            Progress::Preempted(left) => {
                let work = Work { request: Some(g), overhead, service: left };
                ctx.run(self.m(m).thread, work);
            }
            // No source splits the cost of a request into reading and answering: half each.
            Progress::New => {
                let overhead = overhead + self.http.scaled(0.5);
                self.burst(ctx, m, g, overhead);
                // The server starts a goroutine that reads in the background (net/http/server.go `startBackgroundRead`).
                self.wakep(ctx);
            }
            Progress::Resumed => {
                let read = match self.io {
                    Io::Network => ctx.costs.machine.socket_read,
                    Io::Timer | Io::File => Span::ZERO,
                };
                if ctx.request(g).n_bursts_left > 0 {
                    self.burst(ctx, m, g, overhead + read);
                } else {
                    let overhead = overhead + read + self.answer_cost();
                    ctx.run(self.m(m).thread, Work { request: Some(g), overhead, service: Span::ZERO });
                }
                // The connection's reader hands the answer to the goroutine that waits for it, which readies it.
                self.wakep(ctx);
            }
        }
    }

    fn answer_cost(&self) -> Span {
        self.http - self.http.scaled(0.5)
    }

    /// Runs the next burst of `g`, and what has to be paid when it ends.
    fn burst<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, g: G, overhead: Span) {
        let service = ctx.begin_burst(g);
        let waits = !ctx.request(g).mean_wait.is_zero();
        let after = match (waits, self.io) {
            (true, Io::Network) => ctx.costs.machine.socket_write,
            (true, Io::Timer | Io::File) => ctx.costs.go.timer,
            (false, _) if ctx.request(g).n_bursts_left == 0 => self.answer_cost(),
            (false, _) => Span::ZERO,
        };
        ctx.run(self.m(m).thread, Work { request: Some(g), overhead: overhead + after, service });
    }

    /// `g` has ended its burst, or has answered its request.
    fn goroutine_worked<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, g: G) {
        let state = ctx.request(g);
        let (waits, n_bursts_left) = (!state.mean_wait.is_zero(), state.n_bursts_left);
        if waits && state.n_waits_begun < state.n_bursts {
            self.progress[g.0 as usize] = Progress::Resumed;
            let wait = ctx.begin_wait(g);
            match self.io {
                Io::Network => ctx.answer_after(wait, g),
                Io::Timer | Io::File => self.sleep_goroutine(ctx, m, g, wait),
            }
        } else if n_bursts_left > 0 {
            return self.burst(ctx, m, g, Span::ZERO);
        } else {
            ctx.complete(g);
        }
        self.schedule(ctx, m, Span::ZERO);
    }

    /// `time.Sleep`: a timer on this processor; the thread in netpoll is told if it would sleep past it.
    fn sleep_goroutine<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, m: MIdx, g: G, wait: Span) {
        let when = ctx.now() + wait;
        let p = self.p_of(m);
        self.p(p).timers.push(when, g);
        if self.poller.is_some() && self.poll_until.is_none_or(|until| when < until) {
            self.block_until(ctx, when);
        }
    }

    /// Starts a spinning thread if a processor is idle and nobody spins (`wakep`).
    fn wakep<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) {
        if self.n_spinning == 0
            && let Some(p) = self.take_idle_p(ctx)
        {
            self.start_spinning(ctx, p);
        }
    }

    /// `startm(pp, spinning)`: an idle thread, or a new one, takes `p` and looks for work.
    fn start_spinning<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>, p: PIdx) {
        self.n_spinning += 1;
        let m = self.idle_ms.pop().unwrap_or_else(|| {
            let thread = ctx.spawn_thread();
            self.ms.push(M { thread, p: None, spinning: false, doing: Doing::Parked });
            MIdx((self.ms.len() - 1) as u16)
        });
        let thread = self.m(m).thread;
        *self.m(m) = M { thread, p: Some(p), spinning: true, doing: Doing::Waking };
        let wake = ctx.costs.go.wake;
        ctx.run(thread, Work::overhead(wake));
    }

    fn take_idle_p<S: Sink>(&mut self, ctx: &mut Ctx<GoEvent, S>) -> Option<PIdx> {
        let p = self.idle_ps.pop()?;
        self.wake_sysmon(ctx);
        Some(p)
    }
}
