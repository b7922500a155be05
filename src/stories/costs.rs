//! Costs in groups, to be made so many times larger or smaller: what a verdict may hang on.

use crate::sim::costs::Costs;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Scenario;
use crate::sim::time::Span;
use crate::view::units::{fixed, number};

/// Costs that belong together, as they would be wrong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Waking a thread that sleeps.
    Wake,
    /// Going from one thread to another one on a core.
    Switch,
    /// Starting a thread.
    ThreadCreate,
    /// Reading from and writing to sockets, and being told about them.
    Sockets,
    /// Timers of the runtimes and of Linux.
    Timers,
    /// What the event loop does around a callback.
    Loop,
    /// An HTTP request in Node.js.
    NodeHttp,
    /// A call that is handed to libuv's pool.
    Pool,
    /// A message to or from a worker thread, its cloning included.
    Message,
    /// A request to a separate service, as Node.js pays for it.
    Service,
    /// A message between the processes of a cluster.
    Ipc,
    /// V8's collector.
    NodeGc,
    /// What Go's scheduler does around a goroutine.
    Goroutines,
    /// An HTTP request in Go.
    GoHttp,
    /// A system call in Go.
    Syscall,
    /// Go's collector.
    GoGc,
    /// Sending a message to one of many connections.
    Write,
    /// A request or a task in a server with threads.
    ThreadsRequest,
    /// The JVM's collector.
    ThreadsGc,
    /// Starting a process of Node.js.
    NodeStart,
    /// JavaScript that is not compiled yet.
    Jit,
    /// Starting a process of Go.
    GoStart,
    /// Starting the JVM, and Java that is not compiled yet.
    JavaStart,
    /// All costs of Tokio: no story asks about a part of them.
    Tokio,
    /// The time of the same burst in JavaScript.
    Language,
    /// All costs of the machine together.
    Machine,
    /// All costs of Node.js together.
    Node,
    /// All costs of Go together.
    Go,
    /// All costs of the server with threads together.
    Threads,
}

/// Costs are taken to be right within these factors: a quarter and four times cover the ranges beside every figure of
/// `sim/costs.rs`.
const RANGE: (f64, f64) = (0.25, 4.0);
/// What the same burst took in JavaScript over what it took in Go, in eight small programs (`calibrate/language`, Node
/// 20.20 and Go 1.27.3, the best of 21 runs each): counting words 0.7, JSON and multiplying matrices 1.0, recursion 1.6,
/// building a page 1.7, sorting objects 2.4, planets 2.5, building trees 5.2.
pub const LANGUAGE: (f64, f64) = (0.7, 5.2);

impl Group {
    /// Every group of costs, and the language.
    pub const EACH: [Self; 25] = [
        Self::Wake,
        Self::Switch,
        Self::ThreadCreate,
        Self::Sockets,
        Self::Timers,
        Self::Loop,
        Self::NodeHttp,
        Self::Pool,
        Self::Message,
        Self::Ipc,
        Self::NodeGc,
        Self::Goroutines,
        Self::GoHttp,
        Self::Syscall,
        Self::GoGc,
        Self::Service,
        Self::Write,
        Self::ThreadsRequest,
        Self::ThreadsGc,
        Self::NodeStart,
        Self::Jit,
        Self::GoStart,
        Self::JavaStart,
        Self::Tokio,
        Self::Language,
    ];

    /// All costs, for who can not look at each group.
    pub const WHOLE: [Self; 5] = [Self::Machine, Self::Node, Self::Go, Self::Threads, Self::Tokio];

    /// Its name in output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Wake => "machine.wake",
            Self::Switch => "machine.thread_switch",
            Self::ThreadCreate => "machine.thread_create",
            Self::Sockets => "machine.sockets",
            Self::Timers => "timers",
            Self::Loop => "node.loop",
            Self::NodeHttp => "node.http",
            Self::Pool => "node.pool",
            Self::Message => "node.message",
            Self::Ipc => "node.ipc",
            Self::NodeGc => "node.gc",
            Self::Goroutines => "go.goroutines",
            Self::GoHttp => "go.http",
            Self::Syscall => "go.syscall",
            Self::GoGc => "go.gc",
            Self::Service => "node.service",
            Self::Write => "machine.write",
            Self::ThreadsRequest => "threads.request",
            Self::ThreadsGc => "threads.gc",
            Self::NodeStart => "node.start",
            Self::Jit => "node.jit",
            Self::GoStart => "go.start",
            Self::JavaStart => "threads.start",
            Self::Tokio => "tokio",
            Self::Language => "js-factor",
            Self::Machine => "machine",
            Self::Node => "node",
            Self::Go => "go",
            Self::Threads => "threads",
        }
    }

    /// From how many times to how many times what was measured it is looked at.
    #[must_use]
    pub const fn range(self) -> (f64, f64) {
        match self {
            Self::Language => LANGUAGE,
            _ => RANGE,
        }
    }

    /// Whether a run on `runtime` can depend on it.
    #[must_use]
    pub const fn touches(self, runtime: RuntimeId) -> bool {
        match self {
            Self::Loop | Self::NodeHttp | Self::Pool | Self::NodeGc | Self::NodeStart | Self::Jit | Self::Node => {
                matches!(
                    runtime,
                    RuntimeId::Node | RuntimeId::NodeWorkers | RuntimeId::NodeCluster | RuntimeId::NodeService
                )
            }
            Self::Language => runtime.is_javascript(),
            Self::Message => matches!(runtime, RuntimeId::NodeWorkers),
            Self::Service => matches!(runtime, RuntimeId::NodeService),
            Self::Ipc => matches!(runtime, RuntimeId::NodeCluster),
            Self::Goroutines | Self::Syscall | Self::GoGc | Self::GoStart => matches!(runtime, RuntimeId::Go),
            Self::JavaStart => matches!(runtime, RuntimeId::Threads),
            Self::Tokio => matches!(runtime, RuntimeId::Tokio),
            // The service is written in Go.
            Self::GoHttp | Self::Go => matches!(runtime, RuntimeId::Go | RuntimeId::NodeService),
            Self::ThreadsRequest | Self::ThreadsGc | Self::Threads => matches!(runtime, RuntimeId::Threads),
            Self::Wake
            | Self::Switch
            | Self::ThreadCreate
            | Self::Sockets
            | Self::Write
            | Self::Timers
            | Self::Machine => true,
        }
    }

    /// "if a message to a worker thread cost 3.1 times as much".
    #[must_use]
    pub fn condition(self, factor: f64) -> String {
        let times = if factor < 1.0 { fixed(factor, 2, false) } else { number(factor) };
        let what = match self {
            Self::Wake => "waking a thread",
            Self::Switch => "switching between threads",
            Self::ThreadCreate => "starting a thread",
            Self::Sockets => "system calls on sockets",
            Self::Timers => "timers",
            Self::Loop => "the event loop's own work around callbacks",
            Self::NodeHttp => "an HTTP request in Node.js",
            Self::Pool => "a call for libuv's thread pool",
            Self::Message => "a message to a worker thread",
            Self::Ipc => "a message between processes",
            Self::NodeGc => "V8's garbage collection",
            Self::Goroutines => "switching and finding goroutines",
            Self::GoHttp => "an HTTP request in Go",
            Self::Syscall => "a system call in Go",
            Self::GoGc => "Go's garbage collection",
            Self::Service => "a request to a service in Node.js",
            Self::Write => "sending a message to a connection",
            Self::ThreadsRequest => "a request in the server with threads",
            Self::ThreadsGc => "the JVM's garbage collection",
            Self::NodeStart => "starting Node.js",
            Self::Jit => "executing JavaScript before it is compiled",
            Self::GoStart => "starting a Go program",
            Self::JavaStart => "starting a Java program",
            Self::Tokio => "all of Tokio's own work",
            Self::Machine => "all work of the operating system",
            Self::Node => "all of Node's own work",
            Self::Go => "all of Go's own work",
            Self::Threads => "all of the thread server's own work",
            Self::Language => return format!("if JavaScript took {times} times as long"),
        };
        format!("if {what} cost {times} times as much")
    }

    /// `scenario` with the same burst `factor` times as long in JavaScript, if that is what this is about.
    #[must_use]
    pub fn change(self, scenario: Scenario, factor: f64) -> Scenario {
        match self {
            Self::Language => Scenario { js_factor: (scenario.js_factor * factor).clamp(0.5, 10.0), ..scenario },
            _ => scenario,
        }
    }

    /// `costs` with those of this group `factor` times as high.
    #[must_use]
    pub fn scale(self, mut costs: Costs, factor: f64) -> Costs {
        let parts: &[Self] = match self {
            Self::Machine => &[Self::Wake, Self::Switch, Self::ThreadCreate, Self::Sockets, Self::Write, Self::Timers],
            Self::Node => &[
                Self::Loop,
                Self::NodeHttp,
                Self::Pool,
                Self::Message,
                Self::Service,
                Self::Ipc,
                Self::NodeGc,
                Self::NodeStart,
                Self::Jit,
            ],
            Self::Go => &[Self::Goroutines, Self::GoHttp, Self::Syscall, Self::GoGc, Self::GoStart],
            Self::Threads => &[Self::ThreadsRequest, Self::ThreadsGc, Self::JavaStart],
            _ => {
                for cost in self.spans(&mut costs) {
                    *cost = cost.scaled(factor);
                }
                match self {
                    Self::GoGc => costs.go.mark_ns_per_byte *= factor,
                    Self::NodeStart => costs.start.node *= factor,
                    Self::Jit => costs.start.jit *= factor,
                    Self::GoStart => costs.start.go *= factor,
                    Self::JavaStart => costs.start.java *= factor,
                    _ => {}
                }
                return costs;
            }
        };
        parts.iter().fold(costs, |costs, part| part.scale(costs, factor))
    }

    fn spans(self, Costs { machine, node, go, threads, tokio, .. }: &mut Costs) -> Vec<&mut Span> {
        match self {
            Self::Wake => vec![&mut machine.wake],
            Self::Switch => vec![&mut machine.thread_switch],
            Self::ThreadCreate => vec![&mut machine.thread_create, &mut threads.thread_start],
            Self::Sockets => vec![&mut machine.socket_write, &mut machine.socket_read, &mut machine.epoll_event],
            Self::Timers => {
                vec![&mut machine.timer_slack, &mut node.timer_create, &mut node.timer_fire, &mut go.timer]
            }
            Self::Loop => vec![&mut node.iteration, &mut node.drain, &mut node.request],
            Self::NodeHttp => vec![&mut node.http_request, &mut node.accept],
            Self::Pool => vec![&mut node.pool_submit, &mut node.pool_call],
            Self::Message => vec![&mut node.message, &mut node.clone, &mut node.clone_per_kb],
            Self::Ipc => vec![&mut node.ipc_message],
            Self::NodeGc => vec![
                &mut node.scavenge,
                &mut node.scavenge_per_mb,
                &mut node.mark_compact,
                &mut node.mark_compact_per_mb,
            ],
            Self::Goroutines => vec![
                &mut go.switch,
                &mut go.steal_check,
                &mut go.steal,
                &mut go.sysmon_slack,
                &mut go.request,
                &mut go.create,
            ],
            Self::GoHttp => vec![&mut go.http_request, &mut go.accept],
            Self::Syscall => vec![&mut go.syscall],
            Self::GoGc => vec![&mut go.stop_the_world],
            Self::Service => vec![&mut node.http_client, &mut node.json_per_kb],
            Self::Write => {
                vec![&mut machine.tcp_write, &mut node.write, &mut go.write, &mut threads.write]
            }
            Self::ThreadsRequest => vec![
                &mut threads.http_request,
                &mut threads.dispatch,
                &mut threads.register_again,
                &mut threads.accept,
                &mut threads.register,
                &mut threads.close,
                &mut threads.submit,
            ],
            Self::ThreadsGc => {
                vec![&mut threads.young_pause, &mut threads.copy_per_mb, &mut threads.scan_thread]
            }
            Self::Tokio => vec![
                &mut tokio.poll,
                &mut tokio.spawn,
                &mut tokio.spawn_remote,
                &mut tokio.turn,
                &mut tokio.steal_check,
                &mut tokio.steal,
                &mut tokio.timer,
                &mut tokio.blocking_submit,
                &mut tokio.blocking_call,
                &mut tokio.http_request,
                &mut tokio.accept,
                &mut tokio.request,
                &mut tokio.write,
            ],
            Self::NodeStart
            | Self::Jit
            | Self::GoStart
            | Self::JavaStart
            | Self::Language
            | Self::Machine
            | Self::Node
            | Self::Go
            | Self::Threads => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::scenario::CostModel;

    #[test]
    fn every_cost_is_in_a_group_and_none_in_two() {
        let measured = Costs::of(CostModel::Measured);
        let mut nothing = Group::EACH.iter().fold(measured, |costs, group| group.scale(costs, 0.0));
        // A spread is no cost.
        nothing.go.stop_the_world_sigma = 0.0;
        assert_eq!(nothing, Costs::of(CostModel::Zero), "a new cost has to be put into a group");
        let twice = Group::EACH.iter().fold(measured, |costs, group| group.scale(costs, 2.0));
        let whole = Group::WHOLE.iter().fold(measured, |costs, group| group.scale(costs, 2.0));
        assert_eq!(twice.node.http_request, measured.node.http_request * 2);
        assert_eq!(twice, whole, "together they are all of them");
    }

    #[test]
    fn conditions_read_well() {
        assert_eq!(Group::Message.condition(3.12), "if a message to a worker thread cost 3.1 times as much");
        assert_eq!(Group::Wake.condition(0.312), "if waking a thread cost 0.31 times as much");
        assert_eq!(Group::Language.condition(2.0), "if JavaScript took 2 times as long");
    }
}
