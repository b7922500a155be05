//! The stories with all that is said about them: where a claim stands, what to watch, how it is judged.

use crate::app::settings::Settings;
use crate::app::stories::{self, Entry, STORIES};

/// An article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Article {
    /// The one about where backends go.
    Stagnation,
    /// The one about how to choose.
    Choosing,
}

impl Article {
    /// Its title.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Stagnation => "Node.js Stagnation: Why Go Dominates Backend AI Era",
            Self::Choosing => "Go vs Node.js: Choosing the Right Backend Technology",
        }
    }
}

/// A claim of the articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Story {
    /// Its name, title, claim and scenario.
    pub entry: &'static Entry,
    /// Where it is claimed.
    pub sources: &'static [Article],
    /// What to look at in its figure.
    pub watch: &'static str,
    /// How it is judged.
    pub question: &'static str,
}

impl Story {
    /// What its figure shows.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let settings = Settings::default();
        let place = STORIES.iter().position(|entry| entry == self.entry);
        place.map_or(settings.clone(), |place| stories::begin(place, &settings))
    }
}

/// The story named `id`.
#[must_use]
pub fn find(id: &str) -> Option<&'static Story> {
    ALL.iter().find(|story| story.entry.id == id)
}

const A: Article = Article::Stagnation;
const B: Article = Article::Choosing;

const fn story(nth: usize, sources: &'static [Article], watch: &'static str, question: &'static str) -> Story {
    Story { entry: &STORIES[nth], sources, watch, question }
}

/// Every story, in the order in which they are told.
pub const ALL: [Story; STORIES.len()] = [
    story(
        0,
        &[A, B],
        "Both lines lie on one another until the event loop's one core is full.",
        "Up to which share of CPU does the event loop finish at least 97 % of the requests that goroutines finish?",
    ),
    story(
        1,
        &[A, B],
        "The event loop stays at what one core can do, whatever the others do.",
        "From how many cores on do goroutines finish at least 3 % more requests?",
    ),
    story(
        2,
        &[B],
        "The lines of the loop with help leave that of the loop alone and come near to goroutines.",
        "Do worker threads and the service finish at least 97 % of the requests that goroutines finish, and up to which \
         size of messages?",
    ),
    story(
        3,
        &[B],
        "Throughput is the same, but requests wait for a busy process while another one is idle.",
        "Up to which share of CPU does the cluster finish at least 97 % of the requests, and is its p99 latency at most \
         a quarter longer?",
    ),
    story(
        4,
        &[B],
        "How soon all tasks are done, and how much memory they take meanwhile.",
        "Do goroutines and promises take less than half of the memory and of the core time of a thread for each task, and how \
         many goroutines fit into 256 MB?",
    ),
    story(
        5,
        &[B],
        "How often the core goes from one thread to another, and what is left for requests.",
        "Up to how much computing a request does going from thread to thread cost a server with threads at least 3 % of its \
         requests?",
    ),
    story(
        6,
        &[B],
        "Nearly nothing happens, and memory is what it costs.",
        "Up to how many receivers of each message is the event loop's p99 latency at most a quarter longer than that of \
         goroutines?",
    ),
    story(
        7,
        &[A, B],
        "The light requests behind a heavy one.",
        "How much longer is the p99.9 latency of light requests in the event loop, and from how heavy requests on is it \
         a quarter longer?",
    ),
    story(
        8,
        &[B],
        "Pauses that reach the slowest requests.",
        "How much does collecting add to the p99 latency, and up to how much memory a request is that less than a quarter \
         with goroutines?",
    ),
    story(
        9,
        &[A, B],
        "The first answer, and how long the next ones take.",
        "How long until the first answer, and over how many first requests is the mean latency of Node.js more than a \
         quarter longer?",
    ),
    story(
        10,
        &[A, B],
        "Where the loop's knee moves as JavaScript gets slower.",
        "How much slower does JavaScript have to be for goroutines to finish at least 3 % more even of this?",
    ),
    story(
        11,
        &[A],
        "Both lines lie on one another as far as the database goes.",
        "Up to how many queries at once in the database does the event loop finish at least 97 % of the requests?",
    ),
    story(
        12,
        &[A, B],
        "What each runtime makes of 64 cores.",
        "How many times as many requests are finished with 64 cores as with one, and from how many cores on do goroutines \
         finish at least 3 % more than one loop?",
    ),
    story(
        13,
        &[B],
        "One setting of very many.",
        "Do goroutines finish at least 3 % more requests in nine of ten settings of a sample of the whole parameter space, \
         and where?",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::permalink;

    #[test]
    fn every_query_is_right_and_as_short_as_it_can_be() {
        let defaults = Settings::default();
        for story in &ALL {
            let query = story.entry.query;
            let (settings, notes) = permalink::parse(query, &defaults);
            assert_eq!(notes, [], "{}", story.entry.id);
            assert_eq!(permalink::write(&settings, &defaults), query, "{}", story.entry.id);
            assert!(settings.scenario.validated().is_ok());
            let by_name = permalink::parse(&format!("story={}", story.entry.id), &defaults);
            assert_eq!(by_name, (story.settings(), Vec::new()));
            assert_eq!((by_name.0.scenario, by_name.0.runtimes), (settings.scenario, settings.runtimes));
        }
    }

    #[test]
    fn what_is_said_is_in_sentences() {
        for Story { entry, sources, watch, question } in &ALL {
            assert!(entry.claim.ends_with('.') && watch.ends_with('.') && question.ends_with('?'), "{}", entry.id);
            assert!(!sources.is_empty() && entry.claim.len() < 120 && entry.title.len() < 30, "{}", entry.id);
            assert_eq!(find(entry.id).map(|story| story.entry), Some(*entry));
        }
    }
}
