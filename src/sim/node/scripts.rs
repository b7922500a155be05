//! Runs the callbacks of a script.

use crate::sim::node::callback::{Callback, Running};
use crate::sim::node::pool::Call;
use crate::sim::node::{LoopIdx, Node, NodeEvent};
use crate::sim::run::Ctx;
use crate::sim::script::{Function, Op};
use crate::sim::time::Span;
use crate::sim::trace::{Sink, TraceEvent};

impl Node {
    /// Runs `function` from step `pc` on; `true` if it computes, `false` when it has returned.
    pub(super) fn run_script<S: Sink>(
        &mut self,
        ctx: &mut Ctx<NodeEvent, S>,
        idx: LoopIdx,
        function: Function,
        mut pc: u16,
    ) -> bool {
        while let Some(op) = self.script.op(function, pc) {
            pc += 1;
            let now = ctx.now();
            let one = self.at(idx);
            match op {
                Op::Mark(mark) => ctx.trace(TraceEvent::Marked(mark)),
                Op::Spin(span) => {
                    self.spend(ctx, idx, Running::Script(function, pc), Span::ZERO, span);
                    return true;
                }
                Op::NextTick(function) => one.ticks.push_back(function),
                Op::Microtask(function) => one.microtasks.push_back(Callback::Script(function)),
                Op::Immediate(function) => one.immediates.push_back(Callback::Script(function)),
                Op::Timeout(ms, function) => {
                    one.set_timeout(now, Span::from_ms(ms.into()), Callback::Script(function));
                }
                Op::Readable(function) => one.readable(Callback::Script(function)),
                Op::Pool(kind, length, function) => {
                    self.submit(ctx, Call { kind, length, owner: idx, then: Callback::Script(function) });
                }
                Op::Go(_) | Op::Gosched | Op::Receive(_) | Op::Send(_) | Op::Sleep(_) | Op::Syscall(_) => {
                    debug_assert!(false, "{op:?} is no step of JavaScript");
                }
            }
        }
        false
    }
}
