//! The words around a chart that leaves the page as a picture.

/// How words are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// What is known beforehand.
    Faint,
    /// What it is about.
    Strong,
    /// Everything else.
    Plain,
}

/// The words of a picture, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paper {
    /// What it is about.
    pub title: String,
    /// What comes out, in parts that make a sentence; nothing if nothing is claimed.
    pub sentence: Vec<(Tone, String)>,
    /// What the chart shows, with its unit.
    pub caption: String,
    /// How that was found.
    pub source: String,
    /// What stands at the left end, in the middle and at the right end of the horizontal axis.
    pub axis: [String; 3],
    /// Where it comes from, and what one may do with it: lines of small print.
    pub small_print: Vec<String>,
    /// The same in words, for who does not see it.
    pub description: String,
}
