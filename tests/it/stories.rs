//! Every verdict on the claims of the articles, pinned with the model version; and that it does not matter how a judge
//! comes to it.

use std::process::Command;

use runtime_duel::app::permalink;
use runtime_duel::app::settings::{MODEL_VERSION, Settings};
use runtime_duel::replicate::in_parallel;
use runtime_duel::stories::lab::Care;
use runtime_duel::stories::list::{ALL, find};
use runtime_duel::stories::{Judge, Sitting, Verdict};
use serde_json::Value;

/// Events that a browser simulates for a first verdict at most: some six seconds of one worker.
const MAX_EVENTS: f64 = 30e6;
/// What was found when the model version was raised last.
const GOLDEN: &str = include_str!("golden/stories.json");

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// The table of the README: a line for each story.
fn table(stories: &[Value]) -> String {
    let line = |story: &Value| {
        let outcome = match text(&story["outcome"]) {
            "holds" => "holds".to_owned(),
            "holds-when" => format!("holds only {}", text(&story["holds_when"]["text"])),
            _ => "does not hold".to_owned(),
        };
        format!("| `{}` | {} | {outcome} |\n", text(&story["id"]), text(&story["claim"]))
    };
    let head = "| story | claim | verdict |\n|---|---|---|\n".to_owned();
    head + &stories.iter().map(line).collect::<String>()
}

#[test]
fn verdicts_stay_and_the_readme_lists_them() {
    let output = Command::new(env!("CARGO_BIN_EXE_duel")).args(["stories", "--json"]).output().expect("it starts");
    let (found, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.is_empty(), "{said}");
    let stories: Vec<Value> = serde_json::from_str(&found).expect("it is a list of objects");
    // Whoever moves one on purpose raises the model version and says in the changelog which and why.
    assert!(found == GOLDEN, "cargo duel stories --json > tests/it/golden/stories.json, and have a look at\n{found}");
    let table = table(&stories);
    assert!(
        include_str!("../../README.md").contains(&table),
        "README.md: expected the table of stories to be\n{table}"
    );
}

#[test]
fn what_is_pinned_is_complete_and_within_its_budget() {
    let stories: Vec<Value> = serde_json::from_str(GOLDEN).expect("it is a list of objects");
    assert_eq!(stories.iter().map(|story| text(&story["id"])).collect::<Vec<_>>(), ALL.map(|story| story.entry.id));
    for story in &stories {
        let id = text(&story["id"]);
        assert_eq!(story["model"], MODEL_VERSION, "{id}");
        let (settings, notes) = permalink::parse(text(&story["query"]), &Settings::default());
        assert_eq!(
            (notes, Some(&settings)),
            (Vec::new(), find(id).map(runtime_duel::stories::list::Story::settings).as_ref()),
            "{id}"
        );
        assert_eq!(text(&story["outcome"]) == "holds-when", story["holds_when"].is_object(), "{id}");
        for sentence in [&story["claim"], &story["sentence"], &story["hangs_on"]["sentence"]] {
            assert!(text(sentence).ends_with('.') && !text(sentence).contains("NaN"), "{id}: {sentence}");
        }
        let figures = story["figures"].as_array().expect("a list");
        assert!(!figures.is_empty() && figures.iter().all(|figure| figure["mean"].is_f64()), "{id}: {figures:?}");
        // Only the sample of the whole space is larger here than in a browser.
        let is_sample = story["map"].is_object();
        let share = if is_sample { f64::from(Care::FIRST.n_settings) / f64::from(Care::USUAL.n_settings) } else { 1.0 };
        let events = story["events"].as_f64().expect("a number") * share;
        assert!(events <= MAX_EVENTS * if is_sample { 1.5 } else { 1.0 }, "{id}: {events} events");
        for flip in story["hangs_on"]["flips"].as_array().expect("a list") {
            assert!(flip["factor"].as_f64().is_some_and(|factor| (0.2..=5.3).contains(&factor)), "{id}: {flip}");
        }
    }
}

/// The verdict on `id` by all cores.
fn at_once(id: &str, care: Care) -> Verdict {
    let mut judge = Judge::new(find(id).expect("there is one"), care);
    while judge.verdict().is_none() {
        let wanted = judge.wanted().to_vec();
        judge.tell(in_parallel(wanted.len(), |i| wanted[i].begin().finish()));
    }
    judge.verdict().cloned().expect("it has come to one")
}

#[test]
fn a_verdict_is_the_same_in_slices_and_another_one_with_more_care() {
    let care = Care { n_replications: 2, n_settings: 4 };
    for id in ["cpu-bound", "jit"] {
        let whole = at_once(id, care);
        let mut sitting = Sitting::new(Judge::new(find(id).expect("there is one"), care));
        let sliced = std::iter::repeat_with(|| sitting.advance(9_973).cloned()).find_map(|verdict| verdict);
        assert_eq!(sliced.as_ref(), Some(&whole), "{id}");
        assert_ne!(at_once(id, Care { n_replications: 3, ..care }).sentence, whole.sentence, "{id}");
    }
}

#[test]
fn a_small_sample_of_the_whole_space_is_judged_and_mapped() {
    let verdict = at_once("almost-always", Care { n_replications: 2, n_settings: 12 });
    let map = verdict.map.expect("it has a map");
    let n = |cells: [[runtime_duel::stories::space::Cell; 5]; 4]| {
        cells.iter().flatten().map(runtime_duel::stories::space::Cell::n).sum::<u32>()
    };
    assert_eq!((n(map.throughput), n(map.p99)), (12, 12));
    assert!(verdict.sentence.starts_with("Of 12 settings of the whole space"), "{}", verdict.sentence);
}
