//! Litmus tests: one named phenomenon each, in modules named after the rules. Where `node` and `go` are installed, the
//! golden orders are taken from them too.
//!
//! Of Node.js: `loop_iteration`, `poll_phase`, `timers`, `immediates`, `ticks_and_microtasks`, `thread_pool`,
//! `worker_threads`, `cluster`. Of Go: `run_queues`, `find_runnable`, `stealing`, `wake_ups`, `netpoll`, `sysmon`,
//! `system_calls`, `go_timers`, `net_http`. `tokio`: of Tokio. Of both: `golden_orders`, `gc`, and the `machine` below them.

mod cluster;
mod cold;
mod connections;
mod database;
mod find_runnable;
mod gc;
mod go_timers;
mod golden_orders;
mod immediates;
mod loop_iteration;
mod machine;
mod net_http;
mod netpoll;
mod poll_phase;
mod program;
mod run_queues;
mod runs;
mod service;
mod stealing;
mod sysmon;
mod system_calls;
mod thread_pool;
mod threads;
mod ticks_and_microtasks;
mod timers;
mod tokio;
mod wake_ups;
mod worker_threads;
