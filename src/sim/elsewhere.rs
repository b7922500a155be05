//! What a model has of other machines: the database, and the cores of a separate service.

use crate::sim::ctx::{Ctx, Event};
use crate::sim::database::Database;
use crate::sim::lanes::{LaneEvent, Queue, Stage};
use crate::sim::machine::{Effects as _, ThreadIdx, Work};
use crate::sim::request::RequestIdx;
use crate::sim::time::{Span, Time};
use crate::sim::trace::Sink;

impl<E: Copy, S: Sink> Ctx<E, S> {
    /// `request` asks process `pool` for a connection to the database: whether it has one now. If not, it is in line, and
    /// [`Ctx::free_connection`] gives it back when it is its turn.
    pub fn take_connection(&mut self, pool: usize, request: RequestIdx) -> bool {
        let has_it = self.database.take_connection(pool, request);
        if !has_it {
            self.stage(request, Stage::Queue(Queue::Connections(pool as u16)));
        }
        has_it
    }

    /// The runtime has taken notice of an answer, whose connection of process `pool` is free: who was first in line and
    /// has it now.
    pub fn free_connection(&mut self, pool: usize) -> Option<RequestIdx> {
        self.database.free_connection(pool)
    }

    /// The same for who does not ask who was first: whoever was at place `nth` has it now, and the last in line takes that
    /// place.
    pub fn free_connection_to(&mut self, pool: usize, nth: usize) -> Option<RequestIdx> {
        self.database.free_connection_to(pool, nth)
    }

    /// The database, to look at.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Sends the wait that `request` has begun to the database, as a query over the connection that it has;
    /// [`crate::sim::run::Model::io_ready`] follows.
    pub fn query(&mut self, request: RequestIdx) {
        let span = self.requests.get(request).wait;
        self.stage(request, Stage::Database(span));
        let next = self.database.query(self.now(), request, span);
        self.arm_database(next);
    }

    pub(super) fn arm_database(&mut self, next: Option<Time>) {
        if let Some(next) = next {
            self.outlet.kernel.schedule_at(next, Event::Database);
        }
    }

    /// Core `nth` of another machine of the runtime's begins to work. It is numbered after those of this one.
    pub fn wake_elsewhere(&mut self, nth: u16) {
        let core = self.core_elsewhere(nth);
        self.outlet.core(core, true);
    }

    /// Such a core, which goes by the name of `thread`, begins with `work`; the model knows when it is done.
    pub fn run_elsewhere(&mut self, nth: u16, thread: ThreadIdx, work: Work) {
        if S::WANTS_LANES {
            let request = work.request.map(|request| self.request(request).id);
            self.lane(|| LaneEvent::Piece { thread: thread.0, request });
            if let Some(request) = work.request {
                self.stage(request, Stage::Thread(thread.0));
            }
            let core = self.core_elsewhere(nth);
            self.outlet.runs(thread, core, Span::ZERO, work.overhead);
        }
    }

    /// It has done `work`.
    pub fn worked_elsewhere(&mut self, thread: ThreadIdx, work: Work) {
        self.account(thread, work);
    }

    /// It has nothing more to do.
    pub fn sleep_elsewhere(&mut self, nth: u16, thread: ThreadIdx) {
        let core = self.core_elsewhere(nth);
        self.outlet.sleeps(thread);
        self.outlet.core(core, false);
    }

    fn core_elsewhere(&self, nth: u16) -> u16 {
        self.workload.scenario().n_cores as u16 + nth
    }
}
