//! The claims of the articles: a list to choose from, the one that is told with its verdict, and the stage.

use yew::prelude::*;

use crate::app::settings::View;
use crate::app::state::State;
use crate::app::stories::STORIES;
use crate::protocol::annex::FromAnnex;
use crate::protocol::study::{Judged, MapRow};
use crate::stories::list::{ALL, Article};
use crate::ui::element::{button, disabled, element, keyed, tag, text, worded};
use crate::view::units::number;

/// The verdicts that are known by now, by story.
#[derive(Clone, Debug, Default)]
pub(super) struct Verdicts {
    known: Vec<Judged>,
    /// The story whose verdict is on its way.
    pub(super) asked: Option<usize>,
}

impl Verdicts {
    /// Takes in a verdict.
    pub(super) fn add(&mut self, judged: Judged) {
        if self.asked == Some(judged.story as usize) {
            self.asked = None;
        }
        self.known.retain(|one| one.story != judged.story);
        self.known.push(judged);
    }

    /// That on a story.
    pub(super) fn of(&self, story: usize) -> Option<&Judged> {
        self.known.iter().find(|judged| judged.story as usize == story)
    }

    /// The story to ask for now that `told` is told, if any.
    pub(super) fn next(&mut self, told: Option<usize>) -> Option<usize> {
        let story = told.filter(|story| self.of(*story).is_none() && self.asked != Some(*story))?;
        self.asked = Some(story);
        Some(story)
    }
}

/// The story before or after the one that is told; the first where none is.
pub(super) fn neighbour(state: &State, step: i32) -> Option<usize> {
    let n = STORIES.len() as i32;
    let next = state.settings.story.map_or(0, |story| story as i32 + step);
    (0..n).contains(&next).then_some(next as usize)
}

/// The address of a story.
pub(super) fn visit(story: usize) -> FromAnnex {
    FromAnnex::Visit(format!("story={}", STORIES[story].id))
}

/// Short words for an outcome.
fn outcome(judged: &Judged) -> &'static str {
    match judged.outcome.as_str() {
        "holds" => "holds",
        "holds-when" => "holds only when",
        _ => "does not hold",
    }
}

/// The list.
pub(super) fn list(state: &State, verdicts: &Verdicts, wish: &Callback<FromAnnex>) -> Html {
    let items = STORIES.iter().enumerate().map(|(idx, entry)| {
        let is_told = state.settings.story == Some(idx);
        let wish = wish.clone();
        let pressed = if is_told { "true" } else { "false" };
        let title = button(&[("aria-pressed", pressed)], entry.title, move |_| wish.emit(visit(idx)));
        let verdict =
            verdicts.of(idx).map(|judged| worded("span", &[("class", judged_class(judged))], outcome(judged)));
        let claim = worded("span", &[("class", "claim")], entry.claim);
        let children = [title, claim].into_iter().chain(verdict).collect();
        keyed(tag("li", &[], children), entry.id)
    });
    let summary = worded("summary", &[], "Stories: what articles claim, and what becomes of it");
    let list = element("ol", &[], items.collect());
    element("details", &[("class", "stories")], vec![summary, list])
}

fn judged_class(judged: &Judged) -> &'static str {
    match judged.outcome.as_str() {
        "holds" => "chip holds",
        "holds-when" => "chip when",
        _ => "chip not",
    }
}

/// What stands above the figure: the claim that is told, and its verdict; on a stage also how to go on.
pub(super) fn stage(state: &State, verdicts: &Verdicts, notes: bool, wish: &Callback<FromAnnex>) -> Html {
    let is_talk = state.settings.view == View::Talk;
    let Some(idx) = state.settings.story else {
        let start = if is_talk { vec![steps(state, wish)] } else { Vec::new() };
        return element("div", &[], start);
    };
    let (entry, story) = (&STORIES[idx], &ALL[idx]);
    let mut children =
        vec![worded("p", &[("class", "claim")], format!("“{}”", entry.claim)), verdict(state, verdicts.of(idx))];
    if let Some(judged) = verdicts.of(idx) {
        children.push(map(&judged.map));
    }
    if is_talk {
        children.insert(0, steps(state, wish));
        if notes {
            let numbers = verdicts.of(idx).map(|judged| judged.sentence.as_str()).unwrap_or_default();
            children.push(worded("p", &[("class", "speaker")], format!("{} {numbers}", story.watch)));
        }
    } else {
        let from: Vec<&str> = story.sources.iter().copied().map(Article::title).collect();
        let source = format!("Claimed in {}. {}", from.join(" and in "), story.watch);
        children.push(worded("p", &[("class", "source")], source));
    }
    element("section", &[("class", "told"), ("aria-label", entry.title)], children)
}

fn verdict(state: &State, judged: Option<&Judged>) -> Html {
    let Some(judged) = judged else {
        return worded("p", &[("class", "found")], "Judging: the claim is being simulated…");
    };
    let is_talk = state.settings.view == View::Talk;
    let mut children = vec![worded("strong", &[("class", judged_class(judged))], judged.found.clone() + ".")];
    // One idea a screen: the numbers are in the notes.
    if !is_talk {
        children.push(text(format!(" {}", judged.sentence)));
        children.push(worded("span", &[("class", "hangs")], format!(" {}", judged.hangs_on)));
    }
    element("p", &[("class", "found"), ("role", "status")], children)
}

/// Where goroutines are ahead, of a story about the whole parameter space.
fn map(rows: &[MapRow]) -> Html {
    let Some(first) = rows.first() else { return element("div", &[], Vec::new()) };
    let heading = |words: String| worded("th", &[("scope", "col")], words);
    let heads =
        std::iter::once(heading("Cores".to_owned())).chain(first.cells.iter().map(|(band, _)| heading(band.clone())));
    let row = |row: &MapRow| {
        let cells = row.cells.iter().map(|(_, counts)| cell(*counts));
        let head = worded("th", &[("scope", "row")], row.cores.clone());
        element("tr", &[], std::iter::once(head).chain(cells).collect())
    };
    let caption =
        "Settings in which goroutines finish more, nobody does, or the event loop does, by cores and CPU share";
    let children = vec![
        worded("caption", &[], caption),
        element("thead", &[], vec![element("tr", &[], heads.collect())]),
        element("tbody", &[], rows.iter().map(row).collect()),
    ];
    element("table", &[("class", "map")], children)
}

/// A cell of the map, as dark as goroutines are often ahead in it.
fn cell(counts: [u32; 3]) -> Html {
    let n: u32 = counts.iter().sum();
    let tenths = (counts[0] * 10 + n / 2).checked_div(n).unwrap_or(0);
    let words = format!(
        "{} / {} / {}",
        number(f64::from(counts[0])),
        number(f64::from(counts[1])),
        number(f64::from(counts[2]))
    );
    worded("td", &[("data-go", &number(f64::from(tenths)))], words)
}

/// Where one is among the stories, and how to go on.
fn steps(state: &State, wish: &Callback<FromAnnex>) -> Html {
    let step = |words, by: i32, class| {
        let there = neighbour(state, by);
        let wish = wish.clone();
        button(&[&[("class", class)], disabled(there.is_none())].concat(), words, move |_| {
            there.into_iter().for_each(|story| wish.emit(visit(story)));
        })
    };
    let place = match state.settings.story {
        Some(idx) => format!("{} of {}: {}", idx + 1, STORIES.len(), STORIES[idx].title),
        None => format!("{} claims", STORIES.len()),
    };
    let children = vec![step("←", -1, "previous"), worded("span", &[("class", "place")], place), step("→", 1, "next")];
    element("nav", &[("class", "steps"), ("aria-label", "Stories")], children)
}
