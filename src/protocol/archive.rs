//! What the page and the archive say to each other: measured points, the model card, and a reader's own file.
//!
//! The archive knows the measurements, and has the words for them: the page shows what it is given.

use serde::{Deserialize, Serialize};

use crate::protocol::{RunId, Runtime, ScenarioDef};
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Scenario;

/// Under this name a page without workers leaves the port to talk through.
pub const PORT_NAME: &str = "runtimeDuelArchive";

/// Bytes of a reader's file at most.
pub const MAX_BYTES: usize = 1 << 20;

/// What the page asks of the archive. A reader's file it hands over as it is, without reading it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToArchive {
    /// What was measured in a scenario, at any mix.
    Dots {
        /// Which question this is.
        run: RunId,
        /// Where.
        #[serde(with = "ScenarioDef")]
        scenario: Scenario,
        /// On what.
        runtimes: Vec<Runtime>,
    },
    /// The model card.
    Card,
    /// The words for a reader's file of so many bytes, which are more than [`MAX_BYTES`].
    Refuse(u64),
    /// The reader's file is not wanted any more.
    Forget,
}

/// What the archive answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Flat", into = "Flat")]
pub enum FromArchive {
    /// It is there and understands this version.
    Ready,
    /// What was measured.
    Dots(Dots),
    /// The model card: its sections.
    Card(Vec<Element>),
    /// The reader's file is what it should be: whose it is and how much.
    Accepted(String),
    /// The reader's file is not accepted, and why; the one before stays.
    Refused(String),
}

/// What was measured in one scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dots {
    /// Which question this answers.
    pub run: RunId,
    /// From left to right.
    pub dots: Vec<Dot>,
    /// Where they come from, in a few words; empty if there is nothing to say.
    pub caption: String,
    /// The same as a table; nothing if there is none.
    pub table: Vec<Element>,
}

/// One measured point.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// Of what.
    pub runtime: RuntimeId,
    /// CPU share in percent.
    pub mix: f64,
    /// Requests per second: smallest, median and largest of the repeats.
    pub throughput: (f64, f64, f64),
    /// Whether it is from the reader's own file.
    pub is_readers: bool,
    /// All about it, in a sentence.
    pub words: String,
}

/// An element of the page with all that is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// What it is.
    pub tag: Tag,
    /// The value of its one attribute; none if empty.
    pub attribute: String,
    /// Its text.
    pub text: String,
    /// What comes after the text.
    pub children: Vec<Element>,
}

/// The elements that the archive has a use for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the elements")]
pub enum Tag {
    Section,
    H2,
    H3,
    P,
    Ul,
    Li,
    /// A scenario to go to; its attribute is the query.
    A,
    Table,
    Caption,
    Thead,
    Tbody,
    Tr,
    Th,
    Td,
    /// Here a file of measurements can be opened.
    File,
}

impl Tag {
    const ALL: [Self; 15] = [
        Self::Section,
        Self::H2,
        Self::H3,
        Self::P,
        Self::Ul,
        Self::Li,
        Self::A,
        Self::Table,
        Self::Caption,
        Self::Thead,
        Self::Tbody,
        Self::Tr,
        Self::Th,
        Self::Td,
        Self::File,
    ];

    /// The name of the element, and of its attribute.
    #[must_use]
    pub fn names(self) -> (&'static str, &'static str) {
        const NAMES: [&str; 15] = [
            "section", "h2", "h3", "p", "ul", "li", "a", "table", "caption", "thead", "tbody", "tr", "th", "td", "div",
        ];
        let attribute = match self {
            Self::A => "href",
            Self::Th => "scope",
            Self::Td => "data-column",
            _ => "class",
        };
        (NAMES[self as usize], attribute)
    }
}

/// An answer as it travels. Every shape that the page can read is half a kilobyte of code that is downloaded before
/// anything can be seen, so there is a single one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Flat {
    kind: u8,
    run: u32,
    numbers: Vec<f64>,
    words: Vec<String>,
}

impl From<FromArchive> for Flat {
    fn from(answer: FromArchive) -> Self {
        let mut flat = Self::default();
        match answer {
            FromArchive::Ready => {}
            FromArchive::Dots(dots) => {
                flat.kind = 1;
                flat.run = dots.run.0;
                flat.words.push(dots.caption);
                flat.numbers.push(dots.dots.len() as f64);
                for dot in dots.dots {
                    let runtime = RuntimeId::ALL.iter().position(|one| *one == dot.runtime).unwrap_or_default();
                    let (low, median, high) = dot.throughput;
                    flat.numbers.extend([runtime as f64, dot.mix, low, median, high, f64::from(dot.is_readers)]);
                    flat.words.push(dot.words);
                }
                flat.write(dots.table);
            }
            FromArchive::Card(sections) => {
                flat.kind = 2;
                flat.write(sections);
            }
            FromArchive::Accepted(words) => (flat.kind, flat.words) = (3, vec![words]),
            FromArchive::Refused(words) => (flat.kind, flat.words) = (4, vec![words]),
        }
        flat
    }
}

impl Flat {
    fn write(&mut self, elements: Vec<Element>) {
        self.numbers.push(elements.len() as f64);
        for Element { tag, attribute, text, children } in elements {
            self.numbers.push(f64::from(tag as u8));
            self.words.extend([attribute, text]);
            self.write(children);
        }
    }
}

/// What is left to read of an answer. What is missing is nothing.
struct Rest {
    numbers: std::vec::IntoIter<f64>,
    words: std::vec::IntoIter<String>,
}

impl Rest {
    fn number(&mut self) -> f64 {
        self.numbers.next().unwrap_or_default()
    }

    fn word(&mut self) -> String {
        self.words.next().unwrap_or_default()
    }

    /// So many things as are announced, as long as there is anything.
    fn list<T>(&mut self, one: impl Fn(&mut Self) -> T) -> Vec<T> {
        let n = (self.number() as usize).min(self.numbers.len());
        let mut all = Vec::new();
        for _ in 0..n {
            all.push(one(self));
        }
        all
    }

    fn dot(&mut self) -> Dot {
        Dot {
            runtime: RuntimeId::ALL[self.number() as usize % RuntimeId::ALL.len()],
            mix: self.number(),
            throughput: (self.number(), self.number(), self.number()),
            is_readers: self.number() > 0.0,
            words: self.word(),
        }
    }

    fn element(&mut self) -> Element {
        Element {
            tag: Tag::ALL[self.number() as usize % Tag::ALL.len()],
            attribute: self.word(),
            text: self.word(),
            children: self.list(Self::element),
        }
    }
}

impl From<Flat> for FromArchive {
    fn from(flat: Flat) -> Self {
        let mut rest = Rest { numbers: flat.numbers.into_iter(), words: flat.words.into_iter() };
        match flat.kind {
            0 => Self::Ready,
            1 => Self::Dots(Dots {
                run: RunId(flat.run),
                caption: rest.word(),
                dots: rest.list(Rest::dot),
                table: rest.list(Rest::element),
            }),
            2 => Self::Card(rest.list(Rest::element)),
            3 => Self::Accepted(rest.word()),
            _ => Self::Refused(rest.word()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{decode, encode};

    #[test]
    fn answers_come_back_as_they_went() {
        let of = |tag, children| Element { tag, attribute: "a".into(), text: String::new(), children };
        let leaf = |text: &str| Element { text: text.into(), ..of(Tag::Td, Vec::new()) };
        let table = vec![of(Tag::Table, vec![of(Tag::Tr, vec![leaf("1"), leaf("2")]), of(Tag::Tr, vec![leaf("3")])])];
        let dot = |runtime, is_readers| Dot {
            runtime,
            mix: 12.5,
            throughput: (1.0, 2.0, 3.5),
            is_readers,
            words: "so many".into(),
        };
        let dots = vec![dot(RuntimeId::Go, true), dot(RuntimeId::NodeCluster, false)];
        for answer in [
            FromArchive::Ready,
            FromArchive::Dots(Dots { run: RunId(7), dots, caption: "here".into(), table: table.clone() }),
            FromArchive::Card([table.clone(), table].concat()),
            FromArchive::Accepted("yes".into()),
            FromArchive::Refused("no".into()),
        ] {
            assert_eq!(decode(&encode(&answer)), Ok(answer));
        }
    }

    #[test]
    fn a_false_answer_does_no_harm() {
        let flat = Flat { kind: 2, numbers: vec![1e300, 1e300, f64::NAN, -1.0], ..Flat::default() };
        let FromArchive::Card(sections) = FromArchive::from(flat) else { panic!("expected a card") };
        assert!(sections.len() <= 4, "{sections:?}");
    }

    #[test]
    fn every_tag_is_found_by_its_number() {
        assert!(Tag::ALL.iter().enumerate().all(|(idx, tag)| *tag as usize == idx));
    }
}
