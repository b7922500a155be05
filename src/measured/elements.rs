//! Elements for the page, by short calls.

use crate::protocol::archive::{Element, Tag};

/// An element with children.
pub(super) fn around(tag: Tag, children: Vec<Element>) -> Element {
    Element { tag, attribute: String::new(), text: String::new(), children }
}

/// An element with text.
pub(super) fn of(tag: Tag, text: impl Into<String>) -> Element {
    Element { text: text.into(), ..around(tag, Vec::new()) }
}

impl Element {
    /// The same with an attribute.
    fn with(self, attribute: impl Into<String>) -> Self {
        Self { attribute: attribute.into(), ..self }
    }
}

/// A list of sentences.
pub(super) fn list(sentences: impl Iterator<Item = String>) -> Element {
    around(Tag::Ul, sentences.map(|one| of(Tag::Li, one)).collect())
}

/// A list of scenarios to go to: what they are, and their queries.
pub(super) fn links(links: Vec<(String, String)>) -> Element {
    let link = |(words, query)| around(Tag::Li, vec![of(Tag::A, words).with(format!("?{query}"))]);
    around(Tag::Ul, links.into_iter().map(link).collect()).with("links")
}

/// A table; the first cell of a row is its heading, and each of the others can say its column.
pub(super) fn table(caption: &str, head: &[&str], rows: Vec<Vec<String>>) -> Element {
    let headings = head.iter().map(|words| of(Tag::Th, *words).with("col")).collect();
    let row = |cells: Vec<String>| {
        let cells = cells.into_iter().zip(head).enumerate().map(|(idx, (cell, column))| match idx {
            0 => of(Tag::Th, cell).with("row"),
            _ => of(Tag::Td, cell).with(*column),
        });
        around(Tag::Tr, cells.collect())
    };
    let parts = vec![
        of(Tag::Caption, caption),
        around(Tag::Thead, vec![around(Tag::Tr, headings)]),
        around(Tag::Tbody, rows.into_iter().map(row).collect()),
    ];
    around(Tag::Table, parts).with("stacked")
}

#[cfg(test)]
impl Element {
    /// All elements of a kind, from the first to the last.
    pub(super) fn all(&self, tag: Tag) -> Vec<&Self> {
        let own = (self.tag == tag).then_some(self);
        own.into_iter().chain(self.children.iter().flat_map(|child| child.all(tag))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_know_their_columns() {
        let table = table("what", &["a", "b"], vec![vec!["1".into(), "2".into()]]);
        let cells: Vec<(&str, &str)> =
            table.all(Tag::Td).iter().map(|cell| (cell.attribute.as_str(), cell.text.as_str())).collect();
        assert_eq!(cells, [("b", "2")]);
        let headings: Vec<&str> = table.all(Tag::Th).iter().map(|cell| cell.attribute.as_str()).collect();
        assert_eq!(headings, ["col", "col", "row"]);
    }

    #[test]
    fn every_tag_has_its_names() {
        assert_eq!((Tag::Section.names().0, Tag::A.names(), Tag::File.names().0), ("section", ("a", "href"), "div"));
        assert_eq!((Tag::Th.names().1, Tag::Td.names()), ("scope", ("td", "data-column")));
    }
}
