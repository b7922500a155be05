//! The claims of the articles, each with a verdict that is computed: it holds, it holds only when, or it does not hold,
//! by how much, and on which cost that hangs.
//!
//! `lab.rs` is where a judge gets its runs from, `search.rs` finds where a claim begins or ceases to hold, `hangs.rs`
//! which costs would turn it over, `words.rs` says it; `judges/` has a function for each story. Nothing here looks at a
//! clock: a verdict depends on the seed and on how much is simulated, and on nothing else.

pub mod costs;
pub mod hangs;
mod judges;
pub mod lab;
pub mod list;
mod search;
pub mod share;
pub mod space;
mod words;

use crate::sim::scenario::Scenario;
use crate::stats::interval::Interval;
use crate::stories::hangs::HangsOn;
use crate::stories::lab::{Care, Found, Lab, Wanted};
use crate::stories::list::Story;
use crate::stories::space::Map;

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds in its scenario, and nothing that was looked at ends that.
    Holds,
    /// It holds on one side of a boundary that was looked for and found.
    HoldsWhen,
    /// It does not hold.
    DoesNotHold,
}

impl Outcome {
    /// Its name in output.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::HoldsWhen => "holds-when",
            Self::DoesNotHold => "does-not-hold",
        }
    }

    /// The same for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::HoldsWhen => "holds only",
            Self::DoesNotHold => "does not hold",
        }
    }
}

/// When a claim holds.
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    /// "up to 8.7 % CPU at 400 requests per second".
    pub text: String,
    /// What decides: a key of the address, or what follows from several of them: `burst` (ms of computing), `work` (cores'
    /// work that is asked for), `requests` (that an instance answers).
    pub key: &'static str,
    /// Its value at the boundary; whole numbers have no interval.
    pub value: Interval,
}

/// One number of a verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it is.
    pub name: String,
    /// In what unit: `times`, `ms`, `µs`, `MB`, `%`, `/s` or `1`.
    pub unit: &'static str,
    /// With its 95 % confidence interval.
    pub value: Interval,
}

/// What was found about a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Whether it holds.
    pub outcome: Outcome,
    /// When, if only then.
    pub holds_when: Option<When>,
    /// One or two sentences with the numbers.
    pub sentence: String,
    /// The numbers.
    pub figures: Vec<Figure>,
    /// The costs that would turn it over.
    pub hangs_on: HangsOn,
    /// Where in the parameter space, of the story that looks at all of it.
    pub map: Option<Map>,
}

impl Verdict {
    /// "Holds only up to 8.7 ± 0.2 % CPU".
    #[must_use]
    pub fn headline(&self) -> String {
        let words = match self.outcome {
            Outcome::Holds => "Holds",
            Outcome::HoldsWhen => "Holds only",
            Outcome::DoesNotHold => "Does not hold",
        };
        self.holds_when.as_ref().map_or(words.to_owned(), |when| format!("{words} {}", when.text))
    }
}

/// Judges one story, in rounds: whatever is [wanted](Judge::wanted) has to be run and [told](Judge::tell).
#[derive(Clone, Debug)]
pub struct Judge {
    story: &'static Story,
    scenario: Scenario,
    care: Care,
    told: Vec<Vec<Found>>,
    wanted: Vec<Wanted>,
    verdict: Option<Verdict>,
}

impl Judge {
    /// A judge of `story` who knows nothing yet.
    ///
    /// # Panics
    ///
    /// With fewer than two replications, of which nobody knows the spread.
    #[must_use]
    pub fn new(story: &'static Story, care: Care) -> Self {
        assert!(care.n_replications >= 2, "one replication has no spread");
        let scenario = story.settings().scenario;
        let mut judge = Self { story, scenario, care, told: Vec::new(), wanted: Vec::new(), verdict: None };
        judge.go_on();
        judge
    }

    /// What is judged.
    #[must_use]
    pub fn story(&self) -> &'static Story {
        self.story
    }

    /// The replications that have to be run next, in any order and side by side; none once there is a verdict.
    #[must_use]
    pub fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }

    /// Tells what came of all that was wanted, in its order.
    ///
    /// # Panics
    ///
    /// If these are not as many.
    pub fn tell(&mut self, found: Vec<Found>) {
        assert_eq!(found.len(), self.wanted.len(), "an answer for each that was wanted");
        self.told.push(found);
        self.go_on();
    }

    /// The verdict, once it is known.
    #[must_use]
    pub fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }

    /// Events simulated so far.
    #[must_use]
    pub fn n_events(&self) -> u64 {
        self.told.iter().flatten().map(|found| found.n_events).sum()
    }

    fn go_on(&mut self) {
        let lab = Lab::new(self.care, &self.told);
        let judged = judges::judge(self.story.entry.id, &lab, self.scenario);
        self.wanted = lab.into_wanted();
        self.verdict = judged.ok();
    }
}

/// A judge at work where nothing may take long: run by run, and each in slices.
#[derive(Debug)]
pub struct Sitting {
    judge: Judge,
    trial: Option<crate::experiment::Trial<crate::stats::gauge::Gauge>>,
    found: Vec<Found>,
}

impl Sitting {
    /// A sitting that begins.
    #[must_use]
    pub fn new(judge: Judge) -> Self {
        Self { judge, trial: None, found: Vec::new() }
    }

    /// Goes on for at most `max_events` events; the verdict if there is one. How it is sliced changes nothing.
    pub fn advance(&mut self, max_events: u64) -> Option<&Verdict> {
        if let Some(next) = self.judge.wanted.get(self.found.len()) {
            let trial = self.trial.get_or_insert_with(|| next.begin());
            if let Some(found) = trial.advance(max_events) {
                self.trial = None;
                self.found.push(found);
                if self.found.len() == self.judge.wanted.len() {
                    self.judge.tell(std::mem::take(&mut self.found));
                }
            }
        }
        self.judge.verdict()
    }
}
