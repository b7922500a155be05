//! The parameter table: one row a key drives parsing, writing, controls and documentation.

use crate::app::params::{Group, Kind, Param};
use crate::app::settings::{Deck, Theme, View};
use crate::app::stories::{self, STORIES};
use crate::sim::dist::Dist;
use crate::sim::scenario::{Arrivals, ConnectPhase, CostModel, Database, Gc, Io, Load, Transport, Warm};
use crate::sim::time::Span;

macro_rules! number {
    ($range:expr, $step:expr, $unit:expr, $get:expr, $set:expr) => {
        Kind::Number { range: $range, step: $step, unit: $unit, get: $get, set: $set }
    };
}

/// A choice among the variants of an enum.
macro_rules! choice {
    ($($field:ident).+, $($variant:path => $key:expr, $label:expr);+ $(;)?) => {
        Kind::Choice {
            options: {
                const OPTIONS: &[(&str, &str)] = &[$(($key, words($label))),+];
                OPTIONS
            },
            get: |s| [$($variant),+].iter().position(|v| *v == s.$($field).+).unwrap_or(0),
            set: |s, i| s.$($field).+ = [$($variant),+][i],
        }
    };
}

/// Words for controls, which the page's first part does not show.
pub(super) const fn words(words: &'static str) -> &'static str {
    if cfg!(feature = "deep") { words } else { "" }
}

const fn param(key: &'static str, label: &'static str, group: Group, kind: Kind, help: &'static str) -> Param {
    Param { key, label: words(label), help: words(help), group, kind }
}

/// No story, and every story there is.
const STORIES_BY_NAME: [(&str, &str); STORIES.len() + 1] = {
    let mut options = [("none", "none"); STORIES.len() + 1];
    let mut i = 0;
    while i < STORIES.len() {
        options[i + 1] = (STORIES[i].id, STORIES[i].title);
        i += 1;
    }
    options
};

/// Every key there is, in the order in which an address lists them.
pub const PARAMS: &[Param] = &[
    param(
        "story",
        "Story",
        Group::View,
        Kind::Choice {
            options: &STORIES_BY_NAME,
            get: |s| s.story.map_or(0, |story| story + 1),
            set: |s, i| match i.checked_sub(1) {
                Some(story) => *s = stories::begin(story, s),
                None => s.story = None,
            },
        },
        "A claim that articles make, with the scenario that shows it: all other keys begin from there.",
    ),
    param(
        "mix",
        "CPU share",
        Group::Workload,
        number!((0.0, 100.0), 0.1, "%", |s| s.scenario.mix, |s, x| s.scenario.mix = x),
        "How much of a request's time is computing; the rest is waiting for a database, a disk or another service. \
         The default lies between the two knees.",
    ),
    param(
        "demand",
        "Demand",
        Group::Workload,
        number!((0.01, 10_000.0), 0.01, "ms", |s| s.scenario.demand.as_ms_f64(), |s, x| s.scenario.demand =
            Span::from_ms_f64(x)),
        "Computing and waiting of one request together, when nothing is in its way. 20 ms is a page with one query.",
    ),
    param(
        "bursts",
        "Bursts",
        Group::Workload,
        number!((1.0, 100.0), 1.0, "", |s| s.scenario.n_bursts.into(), |s, x| s.scenario.n_bursts = x as u32),
        "In how many rounds of computing and then waiting a request does its work: one per query it makes.",
    ),
    param(
        "cpu-dist",
        "Spread of bursts",
        Group::Workload,
        choice!(scenario.cpu_dist, Dist::Constant => "constant", "constant"; Dist::Exponential => "exponential", "exponential";
            Dist::Lognormal => "lognormal", "lognormal"; Dist::Bimodal => "bimodal", "bimodal"),
        "How much bursts differ from one another. Exponential is queueing theory's middle ground.",
    ),
    param(
        "io-dist",
        "Spread of waits",
        Group::Workload,
        choice!(scenario.io_dist, Dist::Constant => "constant", "constant"; Dist::Exponential => "exponential", "exponential";
            Dist::Lognormal => "lognormal", "lognormal"; Dist::Bimodal => "bimodal", "bimodal"),
        "How much waits differ from one another. Constant by default: one thing at a time.",
    ),
    param(
        "heavy-share",
        "Heavy requests",
        Group::Workload,
        number!((0.0, 100.0), 0.1, "%", |s| s.scenario.heavy.share, |s, x| s.scenario.heavy.share = x),
        "Bimodal only: how many of the requests are heavy. One in twenty, as for a report among page views.",
    ),
    param(
        "heavy-factor",
        "Heaviness",
        Group::Workload,
        number!((1.0, 1000.0), 0.1, "×", |s| s.scenario.heavy.factor, |s, x| s.scenario.heavy.factor = x),
        "Bimodal only: how many times longer a heavy request is. The mean over all requests is kept.",
    ),
    param(
        "load",
        "Load",
        Group::Workload,
        choice!(scenario.load, Load::Closed => "closed", "clients that wait"; Load::Open => "open", "arrivals that do not wait"; Load::Batch => "batch", "all at once"),
        "Clients that wait for their answer before they ask again, as a load generator's do; arrivals that come \
         whatever happens, as from the internet; or tasks that are started all at once.",
    ),
    param(
        "clients",
        "Clients",
        Group::Workload,
        number!((1.0, 100_000.0), 1.0, "", |s| s.scenario.n_clients.into(), |s, x| s.scenario.n_clients = x as u32),
        "How many clients there are, each with one request at a time. 64 that come back every 160 ms ask for 400 \
         requests per second.",
    ),
    param(
        "think",
        "Think time",
        Group::Workload,
        number!((0.0, 60_000.0), 0.1, "ms", |s| s.scenario.think.as_ms_f64(), |s, x| s.scenario.think =
            Span::from_ms_f64(x)),
        "How long a client pauses on average between an answer and its next request.",
    ),
    param(
        "rate",
        "Arrivals per second",
        Group::Workload,
        number!((0.1, 1e6), 0.1, "/s", |s| s.scenario.rate, |s, x| s.scenario.rate = x),
        "How many requests arrive per second, whether the earlier ones are answered or not. 400 is what the default \
         clients ask for.",
    ),
    param(
        "arrivals",
        "Spread of arrivals",
        Group::Workload,
        choice!(scenario.arrivals, Arrivals::Poisson => "poisson", "independent"; Arrivals::Constant => "constant", "evenly spaced";
            Arrivals::Bursty => "bursty", "in bursts"),
        "Independent arrivals are what many people who do not know of each other make.",
    ),
    param(
        "tasks",
        "Tasks",
        Group::Workload,
        number!((1.0, 1e6), 1.0, "", |s| s.scenario.n_tasks.into(), |s, x| s.scenario.n_tasks = x as u32),
        "All at once only: how many tasks are started. 10 000 is what articles about goroutines and promises start. Over HTTP \
         each is a connection and meets the backlog; transport=none starts them inside the process.",
    ),
    param(
        "cores",
        "Cores",
        Group::Machine,
        number!((1.0, 64.0), 1.0, "", |s| s.scenario.n_cores.into(), |s, x| s.scenario.n_cores = x as u32),
        "Cores of the machine. Four is a small cloud server.",
    ),
    param(
        "io",
        "Waiting for",
        Group::Workload,
        choice!(scenario.io, Io::Network => "network", "an answer on a socket"; Io::Timer => "timer", "the runtime's timer";
            Io::File => "file", "a blocking call"; Io::Database => "database", "a database"),
        "What a request waits for: another server's answer, the runtime's own setTimeout or time.Sleep, or a \
         call that blocks its thread, as on a file: Node.js hands it to its thread pool, Go to a further thread.",
    ),
    param(
        "transport",
        "Requests come",
        Group::Workload,
        choice!(scenario.transport, Transport::Http => "http", "over HTTP"; Transport::Socket => "socket", "over open sockets"; Transport::Direct => "none", "inside the process"),
        "Over HTTP each request also costs the runtime reading, parsing and answering: about 20 µs in Node.js and 15 µs \
         in Go, as measured. Clients keep their connection; arrivals that do not wait open one each.",
    ),
    param(
        "connect",
        "Clients connect",
        Group::Workload,
        choice!(scenario.connect, ConnectPhase::Before => "before", "beforehand"; ConnectPhase::During => "during", "when they come"),
        "Whether clients that wait are connected when the run begins, or connect when they come for the first time, as \
         after a deployment.",
    ),
    param(
        "broadcast",
        "Sent on to",
        Group::Workload,
        number!((0.0, 100_000.0), 1.0, "", |s| s.scenario.n_broadcast.into(), |s, x| s.scenario.n_broadcast = x as u32),
        "To how many further connections each answer is also sent, as to everybody in a chat room.",
    ),
    param(
        "db-connections",
        "Database connections",
        Group::Runtimes,
        number!((1.0, 10_000.0), 1.0, "", |s| s.scenario.n_db_connections.into(), |s, x| s.scenario.n_db_connections =
            x as u32),
        "How many connections a runtime keeps to its database, shared out where it has several processes. Pools of \
         drivers hold 10 to 100.",
    ),
    param(
        "db-capacity",
        "Database capacity",
        Group::Machine,
        number!((1.0, 10_000.0), 1.0, "", |s| s.scenario.db_capacity.into(), |s, x| s.scenario.db_capacity = x as u32),
        "How many queries the database works on at once: its cores, or what its disks can do. Sixteen is a mid-sized server.",
    ),
    param(
        "database",
        "Database",
        Group::Machine,
        choice!(scenario.database, Database::Queue => "queue", "a plain queue"; Database::PostgreSql => "postgresql", "like PostgreSQL"; Database::MongoDb => "mongodb", "like MongoDB"),
        "What becomes of more queries than the database has capacity for: they stand in line, or share it as \
         PostgreSQL's processes or MongoDB's threads and tickets do.",
    ),
    param(
        "pool-size",
        "Thread pool",
        Group::Runtimes,
        number!((1.0, 1024.0), 1.0, "", |s| s.scenario.n_pool_threads.into(), |s, x| s.scenario.n_pool_threads =
            x as u32),
        "UV_THREADPOOL_SIZE: how many blocking calls Node.js has on the way at once. Four is libuv's default.",
    ),
    param(
        "workers",
        "Workers",
        Group::Runtimes,
        number!((1.0, 64.0), 1.0, "", |s| s.scenario.n_workers().into(), |s, x| s.scenario.n_workers =
            (x as u32 != s.scenario.n_cores).then_some(x as u32)),
        "How many worker threads or processes Node.js has where it has them, and threads Tokio. One for each core unless \
         told otherwise.",
    ),
    param(
        "threads",
        "Threads",
        Group::Runtimes,
        number!((1.0, 10_000.0), 1.0, "", |s| s.scenario.n_threads.into(), |s, x| s.scenario.n_threads = x as u32),
        "How many threads a server with a thread for each request may have. 200 is Tomcat's default.",
    ),
    param(
        "service-cores",
        "Service's cores",
        Group::Machine,
        number!((1.0, 64.0), 1.0, "", |s| s.scenario.n_service_cores().into(), |s, x| s.scenario.n_service_cores =
            (x as u32 != s.scenario.n_cores).then_some(x as u32)),
        "Cores of the machine of the separate service that computes for Node.js. As many as Node's own unless told \
         otherwise.",
    ),
    param(
        "service-rtt",
        "Way to the service",
        Group::Machine,
        number!((0.0, 1_000.0), 0.01, "ms", |s| s.scenario.service_rtt.as_ms_f64(), |s, x| s.scenario.service_rtt =
            Span::from_ms_f64(x)),
        "How long a message to the separate service and its answer are on the network. Half a millisecond is a data \
         centre.",
    ),
    param(
        "gomaxprocs",
        "GOMAXPROCS",
        Group::Runtimes,
        number!((1.0, 64.0), 1.0, "", |s| s.scenario.n_processors().into(), |s, x| s.scenario.gomaxprocs =
            (x as u32 != s.scenario.n_cores).then_some(x as u32)),
        "How many goroutines run at once. Go takes the number of cores unless told otherwise.",
    ),
    param(
        "runtimes",
        "Runtimes",
        Group::Runtimes,
        Kind::Runtimes,
        "Which runtimes serve the same requests side by side, four at most.",
    ),
    param(
        "js-factor",
        "JavaScript's bursts",
        Group::Runtimes,
        number!((0.5, 10.0), 0.01, "×", |s| s.scenario.js_factor, |s, x| s.scenario.js_factor = x),
        "How many times longer the same burst takes in JavaScript than in Go. 1 compares the schedulers alone.",
    ),
    param(
        "alloc",
        "Memory per request",
        Group::Workload,
        number!((0.0, 10_000.0), 0.1, "KB", |s| s.scenario.alloc as f64 / 1024.0, |s, x| s.scenario.alloc =
            (x * 1024.0 + 0.5) as u64),
        "What each request allocates. 2.5 KB is what Go's net/http was measured to allocate for a trivial one.",
    ),
    param(
        "payload",
        "Message size",
        Group::Runtimes,
        number!((0.0, 10_000.0), 0.1, "KB", |s| s.scenario.payload as f64 / 1024.0, |s, x| s.scenario.payload =
            (x * 1024.0 + 0.5) as u64),
        "What is cloned with each message to a worker thread and back: a small object by default.",
    ),
    param(
        "gc",
        "Garbage collection",
        Group::Runtimes,
        choice!(scenario.gc, Gc::On => "on", "on"; Gc::Off => "off", "off"),
        "Whether memory is collected, as both runtimes do, or never.",
    ),
    param(
        "warm",
        "Warm",
        Group::Runtimes,
        choice!(scenario.warm, Warm::Warm => "on", "running for long"; Warm::Cold => "off", "just started"),
        "Whether the program has been running for long, or starts with the run: its process, and code that no compiler \
         has optimized yet.",
    ),
    param(
        "costs",
        "Overheads",
        Group::Machine,
        choice!(scenario.costs, CostModel::Measured => "measured", "as measured"; CostModel::Zero => "zero", "none"),
        "What callbacks, switches and wake-ups cost: as measured on Node.js 20 and Go 1.27, or nothing, as in theory.",
    ),
    param(
        "seed",
        "Seed",
        Group::Workload,
        number!((0.0, 9_007_199_254_740_992.0), 1.0, "", |s| s.scenario.seed as f64, |s, x| s.scenario.seed = x as u64),
        "Chooses the random numbers: the same seed gives the same run to the bit.",
    ),
    param(
        "speed",
        "Speed",
        Group::View,
        number!((0.001, 100.0), 0.001, "×", |s| s.speed, |s, x| s.speed = x),
        "Simulated seconds per second of yours.",
    ),
    param(
        "paused",
        "Paused",
        Group::View,
        Kind::Choice {
            options: &[("false", "no"), ("true", "yes")],
            get: |s| usize::from(s.is_paused),
            set: |s, i| s.is_paused = i == 1,
        },
        "Whether the live run rests.",
    ),
    param(
        "view",
        "View",
        Group::View,
        choice!(view, View::Full => "full", "everything"; View::Compact => "compact", "the essence"; View::Talk => "talk", "for a stage"),
        "Everything, or only verdict, curve and live plot for a narrow column, or one claim a screen for a stage. A figure \
         in an article starts compact.",
    ),
    param(
        "theme",
        "Colours",
        Group::View,
        choice!(theme, Theme::Auto => "auto", "as the system"; Theme::Light => "light", "light"; Theme::Dark => "dark", "dark";
            Theme::Projector => "projector", "projector"),
        "Light, dark, or made for a projector.",
    ),
    param(
        "hide",
        "Hidden",
        Group::View,
        Kind::Hidden,
        "Parts of the page that are not shown, and keys whose controls are not.",
    ),
    param(
        "deck",
        "Deck",
        Group::View,
        choice!(deck, Deck::None => "none", "none"; Deck::Reveal => "reveal", "reveal.js"; Deck::Slidev => "slidev", "Slidev"),
        "The deck of slides around the figure: it gets back the keys of a clicker.",
    ),
    param(
        "model",
        "Model version",
        Group::View,
        number!((1.0, u32::MAX as f64), 1.0, "", |s| s.model.into(), |s, x| s.model = x as u32),
        "The version of the simulated models that a link was made with.",
    ),
];
