//! How the program comes up: the main thread, then worker threads or processes, each with an isolate of its own.
//!
//! A pool of worker threads is made at the start and takes bursts as its threads come up (as Piscina does: what was
//! submitted before waits). The primary of a cluster starts its workers one after the other (`child_process.fork`), and
//! listens as soon as the first of them wants to (`lib/internal/cluster/primary.js` `queryServer`, `round_robin_handle.js`
//! `add`); the others join those who take connections as they come up. What is inside of the processes begins when all of
//! them are up.

use crate::sim::node::callback::{Callback, Running};
use crate::sim::node::{LoopIdx, MAIN, Node, NodeEvent, Topology};
use crate::sim::run::Ctx;
use crate::sim::scenario::Transport;
use crate::sim::time::Span;
use crate::sim::trace::Sink;

/// What `fork` takes of the primary's time: 1.5 ms until it has returned (`calibrate/node/start.mjs`).
const FORK: Span = Span::from_us(1_500);
/// What `new Worker` takes of the main thread's time: 0.2 to 0.5 ms (the same program).
const NEW_WORKER: Span = Span::from_us(500);

impl Node {
    /// The main thread starts.
    pub(super) fn begin_start<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>) {
        self.n_up = 0;
        self.idle_workers.clear();
        self.handles.forget_free();
        self.at(MAIN).begin_main();
        self.spend(ctx, MAIN, Running::Start, self.start.process, Span::ZERO);
    }

    /// The thread of a loop has started.
    pub(super) fn started<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, idx: LoopIdx) -> bool {
        let now = ctx.now();
        self.at(idx).begin_probe(now);
        match self.topology() {
            // The service is somebody else's, and has been running for long.
            Topology::Loop | Topology::Service => ctx.come_up(),
            Topology::Workers | Topology::Cluster if idx == MAIN => return self.start_next_worker(ctx, LoopIdx(1)),
            Topology::Workers => {
                self.n_up += 1;
                self.at(MAIN).post(Callback::Online(idx));
                self.wake(ctx, MAIN);
            }
            Topology::Cluster => {
                self.n_up += 1;
                if self.transport() == Transport::Http || self.n_up == self.loops.len() - 1 {
                    ctx.come_up();
                }
                self.hand_over(ctx, idx);
            }
        }
        false
    }

    /// The main thread makes the next worker, or has made all of them; `true` if it computes.
    fn start_next_worker<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, worker: LoopIdx) -> bool {
        if usize::from(worker.0) < self.loops.len() {
            let cost = if self.topology() == Topology::Cluster { FORK } else { NEW_WORKER };
            let cost = if self.start.process.is_zero() { Span::ZERO } else { cost };
            self.spend(ctx, MAIN, Running::Spawn(worker), cost, Span::ZERO);
            return true;
        }
        if self.topology() == Topology::Workers {
            ctx.come_up();
        }
        false
    }

    /// The main thread has made `worker`, which starts by itself.
    pub(super) fn spawned<S: Sink>(&mut self, ctx: &mut Ctx<NodeEvent, S>, worker: LoopIdx) -> bool {
        self.at(worker).begin_main();
        let takes = if self.topology() == Topology::Cluster { self.start.process } else { self.start.isolate };
        self.spend(ctx, worker, Running::Start, takes, Span::ZERO);
        self.start_next_worker(ctx, LoopIdx(worker.0 + 1))
    }
}
