//! Work stealing: `runtime/scheduler/multi_thread/worker.rs`, `Core::steal_work`.

use crate::sim::rng::Stream;
use crate::sim::run::Ctx;
use crate::sim::time::Span;
use crate::sim::tokio::{Task, Tokio, TokioEvent, WorkerIdx};
use crate::sim::trace::{Sink, TraceEvent};

impl Tokio {
    /// Half of the ring of the first other worker that has something in it, from a random one on; failing that, one task
    /// of the inject queue. Not while half of the workers search already.
    pub(super) fn steal_work<S: Sink>(
        &mut self,
        ctx: &mut Ctx<TokioEvent, S>,
        w: WorkerIdx,
        overhead: &mut Span,
    ) -> Option<Task> {
        if !self.w(w).is_searching {
            self.w(w).is_searching = self.idle.search();
            if !self.w(w).is_searching {
                return None;
            }
        }
        let n = self.workers.len();
        let (check, thief) = (ctx.costs.tokio.steal_check, usize::from(w.0));
        self.n_random += 1;
        // Most searches find nothing. What they cost and which random numbers they use stays the same.
        if self.workers.iter().all(|worker| worker.ring.is_empty()) {
            *overhead += check * (n as u64 - 1);
            return self.inject.pop_front();
        }
        // `fastrand_n`.
        let word = ctx.workload().draws().words(Stream::Runtime, self.n_random, 0)[0];
        let start = (((word & 0xFFFF_FFFF) * n as u64) >> 32) as usize;
        for victim in (0..n).map(|i| (start + i) % n).filter(|victim| *victim != thief) {
            *overhead += check;
            let Ok([from, to]) = self.workers.get_disjoint_mut([victim, thief]) else { continue };
            if let Some((task, n)) = to.ring.steal(&mut from.ring) {
                *overhead += ctx.costs.tokio.steal;
                self.tell_ring(ctx, w, n - 1);
                ctx.trace(TraceEvent::Stole { thief: w.0, victim: victim as u16, n: n as u16 });
                return Some(task);
            }
        }
        self.inject.pop_front()
    }
}
