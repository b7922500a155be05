//! Small programs that the models execute: callbacks of JavaScript, functions of goroutines.
//!
//! They exist for the litmus tests, which run the same programs on the real runtimes. A program is a list of
//! functions; number 0 is the main program.

use crate::sim::time::Span;

/// What a call does to the thread that makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// It blocks: `fs`.
    Blocking,
    /// It computes: `crypto`, `zlib`.
    Computing,
    /// It blocks for long: `dns.lookup`.
    Slow,
}

/// A function, by its number.
pub type Function = u16;

/// One step of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Tells the trace that it came by here.
    Mark(u16),
    /// Computes for so long.
    Spin(Span),
    /// JavaScript: `process.nextTick`.
    NextTick(Function),
    /// JavaScript: `Promise.resolve().then`.
    Microtask(Function),
    /// JavaScript: `setTimeout` with whole milliseconds.
    Timeout(u16, Function),
    /// JavaScript: `setImmediate`.
    Immediate(Function),
    /// JavaScript: a socket becomes readable now; the function is its handler.
    Readable(Function),
    /// JavaScript: a call for the thread pool, and what its completion runs.
    Pool(CallKind, Span, Function),
    /// Go: `go f()`.
    Go(Function),
    /// Go: `runtime.Gosched()`.
    Gosched,
    /// Go: blocks until another goroutine sends to this channel.
    Receive(u16),
    /// Go: sends to this channel, whose receiver waits or which has room.
    Send(u16),
    /// Go: `time.Sleep`.
    Sleep(Span),
    /// Go: a system call that blocks for so long.
    Syscall(Span),
}

/// A program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// Its functions.
    pub functions: Vec<Vec<Op>>,
}

impl Script {
    /// Step `pc` of `function`; `None` past its end.
    ///
    /// In a browser there are no scripts, and the code that runs them is not worth its weight there.
    #[must_use]
    pub fn op(&self, function: Function, pc: u16) -> Option<Op> {
        if cfg!(target_arch = "wasm32") {
            return None;
        }
        self.functions.get(usize::from(function))?.get(usize::from(pc)).copied()
    }
}
