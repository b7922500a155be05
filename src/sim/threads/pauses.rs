//! A young collection: every thread of the program stands still while the collector's threads work (`vmThread.cpp`,
//! `safepoint.cpp`: `SafepointSynchronize::begin` and `end`).
//!
//! Who sleeps in a call of the kernel may return from it meanwhile, and then stands still as well.

use crate::sim::lanes::{Activity, Stage};
use crate::sim::machine::{ThreadIdx, Work};
use crate::sim::request::RequestIdx;
use crate::sim::run::Ctx;
use crate::sim::threads::heap::{Birth, Heap};
use crate::sim::threads::{Doing, Threads, ThreadsEvent};
use crate::sim::time::Span;
use crate::sim::trace::{Sink, TraceEvent};

/// The collector: heap and threads.
#[derive(Clone, Debug)]
pub(super) struct Collector {
    pub(super) heap: Heap,
    pub(super) threads: Vec<ThreadIdx>,
    /// How many of its threads are collecting.
    n_busy: usize,
    /// Who stands still, and with what left to do.
    held: Vec<(ThreadIdx, Work)>,
}

impl Collector {
    pub(super) fn new(threads: Vec<ThreadIdx>) -> Self {
        Self { heap: Heap::default(), threads, n_busy: 0, held: Vec::new() }
    }
}

impl Threads {
    /// `thread` has `work` to do: now, or when the world goes on. It takes longer as long as its code is not compiled.
    pub(super) fn give<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx, work: Work) {
        let slower = self.jit.slow(work.overhead + work.service);
        let work = Work { overhead: work.overhead + slower, ..work };
        match &mut self.collector {
            Some(collector) if collector.n_busy > 0 => {
                collector.held.push((thread, work));
                if let Some(request) = work.request {
                    ctx.stage(request, Stage::Thread(thread.0));
                }
                ctx.sleep(thread);
            }
            _ => ctx.run(thread, work),
        }
    }

    /// `request` begins to be served on `thread`: what it allocates. `None` if a collection has to be waited for first.
    pub(super) fn allocate<S: Sink>(
        &mut self,
        ctx: &mut Ctx<ThreadsEvent, S>,
        thread: ThreadIdx,
        request: RequestIdx,
    ) -> Option<Birth> {
        let bytes = ctx.request(request).alloc;
        let Some(collector) = &self.collector else { return Some(Birth::default()) };
        let stands_still = collector.n_busy > 0;
        if stands_still || collector.heap.is_full(bytes) {
            ctx.stage(request, Stage::Thread(thread.0));
            self.does(ctx, thread, Doing::Beginning(request));
            if stands_still {
                self.give(ctx, thread, Work::overhead(Span::ZERO));
            } else {
                self.stop_the_world(ctx, thread);
            }
            return None;
        }
        let birth = self.collector.as_mut().map(|collector| collector.heap.allocate(bytes));
        self.note_memory();
        birth
    }

    /// What `request` has allocated is dead.
    pub(super) fn free<S: Sink>(&mut self, ctx: &Ctx<ThreadsEvent, S>, request: RequestIdx) {
        let birth = self.places[request.0 as usize].birth;
        if let Some(collector) = &mut self.collector {
            collector.heap.free(ctx.request(request).alloc, birth);
        }
    }

    /// `thread` wants memory that only a collection brings: it stands still, and all others with it.
    fn stop_the_world<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx) {
        let n_threads = self.n_program_threads();
        let Some(collector) = &mut self.collector else { return };
        collector.held.push((thread, Work::overhead(Span::ZERO)));
        ctx.halt_all(&mut collector.held);
        ctx.sleep(thread);
        let n_collectors = collector.threads.len();
        let pause = collector.heap.collect(&ctx.costs.threads, n_threads, n_collectors as u32);
        ctx.trace(TraceEvent::Collected { process: 0, pause });
        collector.n_busy = n_collectors;
        for idx in 0..n_collectors {
            let thread = collector.threads[idx];
            ctx.does(thread, Activity::Collect, None);
            ctx.run(thread, Work::overhead(pause));
        }
    }

    /// A thread of the collector has done its part; with the last one the world goes on.
    pub(super) fn collected<S: Sink>(&mut self, ctx: &mut Ctx<ThreadsEvent, S>, thread: ThreadIdx) {
        ctx.sleep(thread);
        ctx.does(thread, Activity::Park, None);
        let Some(collector) = &mut self.collector else { return };
        collector.n_busy -= 1;
        if collector.n_busy == 0 {
            for (thread, work) in collector.held.drain(..) {
                ctx.run(thread, work);
            }
        }
    }
}
