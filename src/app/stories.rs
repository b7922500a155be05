//! The stories by name: what each claims and from which address it starts. How each is judged is in the layer `stories`,
//! which the page does not need to show one.

use crate::app::permalink;
use crate::app::settings::Settings;
use crate::app::table::words;

/// A claim of the articles, and the scenario that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name in addresses.
    pub id: &'static str,
    /// A headline; empty where controls have no words.
    pub title: &'static str,
    /// What is claimed, in our words; empty like the headline.
    pub claim: &'static str,
    /// The scenario and the runtimes, as an address that leaves out what is by default.
    pub query: &'static str,
}

const fn entry(id: &'static str, title: &'static str, claim: &'static str, query: &'static str) -> Entry {
    Entry { id, title: words(title), claim: words(claim), query }
}

/// Every story, in the order in which they are told. Where the numbers of each come from is said beside its judge.
pub const STORIES: [Entry; 14] = [
    entry("io-heavy", "Mostly waiting", "Where requests mostly wait, an event loop is as good as goroutines.", "mix=5"),
    entry("cpu-bound", "Mostly computing", "Work that computes stalls a single-threaded loop.", "mix=40"),
    entry(
        "worker-threads",
        "Computing elsewhere",
        "Worker threads or a separate service repair what computing does to the loop.",
        "mix=40&runtimes=node,node-workers,node-service,go",
    ),
    entry(
        "cluster",
        "Several processes",
        "Several Node.js processes do what goroutines do.",
        "mix=30&runtimes=node,node-cluster,go",
    ),
    entry(
        "fan-out",
        "Ten thousand at once",
        "Thousands of goroutines or promises at once cost little.",
        "mix=0.001&demand=1000&load=batch&transport=none&threads=10000&runtimes=node,go,threads",
    ),
    entry(
        "one-core",
        "A single core",
        "On one core an event loop saves what switching between threads costs.",
        "mix=10&demand=1&clients=100&think=0&cores=1&runtimes=node,go,threads",
    ),
    entry(
        "connections",
        "Many who say little",
        "For chats and dashboards, many connections that are mostly silent, an event loop is right.",
        "mix=5&demand=1&clients=10000&think=10000&broadcast=10",
    ),
    entry(
        "tail",
        "A few long requests",
        "A few long requests spoil the latency of all the others in an event loop, and not with goroutines.",
        "mix=7&demand=21.5&cpu-dist=bimodal&heavy-share=0.5&heavy-factor=100&load=open&rate=200",
    ),
    entry("gc", "Collecting garbage", "A collector made for short pauses keeps Go's latency low.", "mix=5&alloc=200"),
    entry(
        "jit",
        "Cold starts",
        "Code compiled beforehand starts sooner and needs no warming up.",
        "mix=10&load=open&rate=200&arrivals=constant&warm=off",
    ),
    entry(
        "language",
        "Compiled code",
        "Compiled code is so much faster that it does not matter what else a request does.",
        "mix=2&runtimes=node,node-cluster,go&js-factor=1.6",
    ),
    entry(
        "database",
        "Behind a database",
        "Where the database is the bottleneck, the runtime does not matter.",
        "mix=2&clients=600&think=100&io=database",
    ),
    entry(
        "scale-up",
        "One to 64 cores",
        "The same Go program uses as many cores as there are.",
        "mix=50&clients=512&think=20&cores=64&runtimes=node,node-cluster,go",
    ),
    entry(
        "almost-always",
        "Everything else",
        "Go almost always wins.",
        "mix=50&runtimes=node,node-workers,node-cluster,go",
    ),
];

/// The settings that `story` starts from, shown as `settings` are.
#[must_use]
pub fn begin(story: usize, settings: &Settings) -> Settings {
    let (told, _) = permalink::parse(STORIES[story].query, &Settings::default());
    let Settings { scenario, runtimes, speed, .. } = told;
    Settings { story: Some(story), scenario, runtimes, speed, ..settings.clone() }
}
