//! What the models leave out, for the page, the model card and the command line: said once, here.

use crate::sim::runtime::RuntimeId;

/// Sentences by the runtime that they are about; what concerns all of them comes first, without one.
pub const LIMITS: &[(Option<RuntimeId>, &str)] = &[
    (
        None,
        "Just started, a process has one program's worth of code to warm up: a tight loop is compiled sooner, a large \
         application later. What compilers do on other threads costs nothing.",
    ),
    (
        None,
        "Whoever asks before a process is up is held for it, as by a platform that scales from zero; its own time to \
         find a machine, fetch an image or make a sandbox does not exist.",
    ),
    (
        None,
        "Clients that are slow to read or leave: who waits keeps its connection, and who does not opens one for each request.",
    ),
    (
        None,
        "Cores share one queue of threads; locks, caches, migration, hyper-threads and containers' quotas do not exist.",
    ),
    (None, "The network itself, TLS, HTTP/2 and large bodies: an answer is on its socket when its wait is over."),
    (None, "Running out of memory: heaps grow as they like."),
    (
        None,
        "A database's locks, caches and disks, transactions, and what its driver computes: a query is a length of time. \
         All connections to it are open from the beginning and stay open.",
    ),
    (
        Some(RuntimeId::Node),
        "Pools of connections to others than a database and the separate service: each client has one of its own, and so \
         has each request of an open load.",
    ),
    (Some(RuntimeId::Node), "V8's collector stops the loop; what it does meanwhile on other threads costs nothing."),
    (
        Some(RuntimeId::Node),
        "A request's memory is many small objects that live as long as it does; large ones would not be copied.",
    ),
    (Some(RuntimeId::Node), "io_uring, signals, and time-outs of keep-alive connections."),
    (
        Some(RuntimeId::NodeWorkers),
        "Messages of several workers come in the order in which they were sent, not port by port.",
    ),
    (Some(RuntimeId::NodeCluster), "SO_REUSEPORT and the policy that leaves the choice to the kernel."),
    (
        Some(RuntimeId::NodeService),
        "What the service's machine costs, its scheduler, collector and memory: it is a queue with so many cores.",
    ),
    (Some(RuntimeId::Go), "Sysmon's own CPU time and the microseconds of a preemption signal."),
    (
        Some(RuntimeId::Go),
        "Growing stacks and sweeping are part of the measured costs; finalizers and memory limits do not exist.",
    ),
    (
        Some(RuntimeId::Go),
        "The goroutine that watches a query whose context can be cancelled, and Go's habit of keeping two idle connections.",
    ),
    (Some(RuntimeId::Go), "The collection that is forced after two minutes without one."),
    (
        Some(RuntimeId::Go),
        "The goroutine that reads in the background of each HTTP request wakes a processor but takes no turn of its own.",
    ),
    (
        Some(RuntimeId::Threads),
        "Locks: those of the program, and the moments in which threads meet in the queue of the pool.",
    ),
    (
        Some(RuntimeId::Threads),
        "Garbage in the old generation goes away at no cost; the heap is as large as Java makes it on a machine with 16 GB.",
    ),
    (Some(RuntimeId::Threads), "Workers that end after an idle minute, time-outs of connections, and virtual threads."),
    (
        Some(RuntimeId::Tokio),
        "What has to be switched on: io_uring, handing the driver over early, other queues; and handing a worker's tasks to \
         another thread (block_in_place).",
    ),
    (
        Some(RuntimeId::Tokio),
        "Reads and writes of a request do not count towards the budget after which its task has to yield; it never comes \
         near.",
    ),
    (Some(RuntimeId::Tokio), "Locks and queues are never contended, and allocating memory has no price of its own."),
    (
        Some(RuntimeId::Tokio),
        "It has not been held against a recorded load yet, only against small programs on Tokio 1.53.",
    ),
];
