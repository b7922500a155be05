//! The model card: what was checked, how close it is, on which machines, and what is left out.

use crate::app::limits::LIMITS;
use crate::app::names::name;
use crate::app::settings::MODEL_VERSION;
use crate::measured::archive::Known;
use crate::measured::file::Measurements;
use crate::measured::files::VERIFIED;
use crate::measured::verified::{Errors, Group, Verified};
use crate::measured::{elements, scenario, words};
use crate::protocol::archive::{Element, Tag};
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Scenario;
use crate::view::units::{count, number};

/// Scenarios of a file to go to, at most: those with the most points.
const MAX_LINKS: usize = 8;

/// All of the card.
pub(super) fn sections(committed: &[Known], own: Option<&Known>) -> Vec<Element> {
    let verified = Verified::read(VERIFIED).unwrap_or_default();
    let mut sections = vec![checked(&verified)];
    if !verified.files.is_empty() {
        sections.push(close(&verified));
    }
    if !committed.is_empty() {
        sections.push(section("On which machines", committed.iter().flat_map(measured_on).collect()));
    }
    sections.push(yours(own));
    sections.push(left_out());
    sections
}

fn section(heading: &str, content: Vec<Element>) -> Element {
    let heading = elements::of(Tag::H2, heading);
    elements::around(Tag::Section, std::iter::once(heading).chain(content).collect())
}

fn paragraph(words: impl Into<String>) -> Element {
    elements::of(Tag::P, words)
}

fn checked(verified: &Verified) -> Element {
    let theory = format!(
        "With all overheads at zero the models agree with queueing theory: {} closed forms, each within four standard \
         errors; cargo duel verify prints them. Small programs of callbacks and goroutines run in the same order as on \
         the real Node.js and Go.",
        verified.oracles
    );
    let mut blocks = vec![paragraph(theory)];
    let (n, held_out) = verified.n_points();
    if n > 0 {
        let machines = count(verified.files.len() as u32, "machine", "machines");
        let mut reality = format!(
            "With their overheads they were held against the real runtimes, which served the same kind of requests: {} \
             on {machines}.",
            count(n, "point", "points")
        );
        if held_out > 0 {
            reality += &format!(" {held_out} of them were kept apart while the models were made.");
        }
        blocks.push(paragraph(reality));
    }
    if verified.model != MODEL_VERSION {
        let other = format!(
            "The errors below are those of version {} of the models; this page simulates version {MODEL_VERSION}.",
            verified.model
        );
        blocks.push(paragraph(other));
    }
    section("What was checked", blocks)
}

fn close(verified: &Verified) -> Element {
    let how = "How far the models are from what was measured, in percent: half of the points are closer than the first \
               figure, the second is the worst of all.";
    let mut blocks = vec![paragraph(how)];
    let head = ["runtime", "points", "throughput", "p50", "p99", "cores busy"];
    for file in &verified.files {
        let mut on = format!("On {}, measured {}.", words::tame(&file.machine), words::tame(&file.date));
        if !file.costs.is_empty() {
            on += &format!(" Measured there as well, and used for it: {}.", file.costs.join(", "));
        }
        blocks.push(paragraph(on));
        blocks.push(elements::table("Errors in percent", &head, file.groups.iter().map(errors).collect()));
        if !file.misses.is_empty() {
            blocks.push(paragraph(
                "Further off than they are meant to be, for reasons that the project's calibrate/README.md gives:",
            ));
            blocks.push(elements::list(file.misses.iter().cloned()));
        }
    }
    section("How close they are", blocks)
}

fn errors(group: &Group) -> Vec<String> {
    let runtime = RuntimeId::ALL.into_iter().find(|runtime| runtime.key() == group.runtime);
    let saturated = if group.saturated { ", saturated" } else { "" };
    let kept_apart = if group.held_out { ", kept apart" } else { "" };
    let percent = |error: &Option<Errors>| match error.map(|error| (error.median, error.worst)) {
        Some((Some(median), Some(worst))) => format!("{} / {}", number(median), number(worst)),
        Some((Some(one), None) | (None, Some(one))) => number(one),
        Some((None, None)) | None => "–".to_owned(),
    };
    vec![
        runtime.map_or_else(|| words::tame(&group.runtime), |one| name(one).to_owned()) + saturated + kept_apart,
        group.points.to_string(),
        percent(&group.throughput),
        percent(&group.p50),
        percent(&group.p99),
        percent(&group.cores_busy),
    ]
}

/// A file: its machine in a sentence, how it was measured, and where to see it.
fn measured_on(known: &Known) -> Vec<Element> {
    let Measurements { machine, versions, date, method, points, .. } = &known.file;
    let kind = match machine.is_virtual {
        Some(true) => ", virtual",
        _ => "",
    };
    let of =
        |name: &str, version: &Option<String>| version.as_ref().map(|one| format!(", {name} {}", words::tame(one)));
    let about = format!(
        "{}: {}, {}{kind}, {}{}{}; {} on {}. {}",
        words::tame(&machine.name),
        words::tame(&machine.cpu),
        count(machine.cores, "core", "cores"),
        words::tame(&machine.os),
        of("Node.js", &versions.node).unwrap_or_default(),
        of("Go", &versions.go).unwrap_or_default(),
        count(points.len() as u32, "point", "points"),
        words::tame(date),
        method,
    );
    let links = links(known);
    let mut blocks = vec![paragraph(about)];
    if !links.is_empty() {
        blocks.push(elements::links(links));
    }
    blocks
}

/// The scenarios that show most of a file's points, each with its query; none whose points another one shows already.
fn links(known: &Known) -> Vec<(String, String)> {
    let points: Vec<(RuntimeId, &Scenario)> =
        known.points().map(|(_, runtime, scenario)| (runtime, scenario)).collect();
    let mut views: Vec<(Scenario, Vec<usize>)> = Vec::new();
    for candidate in candidates(&points) {
        let is_known =
            |(seen, _): &(Scenario, _)| RuntimeId::ALL.iter().all(|one| scenario::are_alike(seen, &candidate, *one));
        if !views.iter().any(is_known) {
            let shows = |(_, (runtime, scenario)): &(usize, &(RuntimeId, &Scenario))| {
                scenario::are_alike(scenario, &candidate, *runtime)
            };
            let shown = points.iter().enumerate().filter(shows).map(|(idx, _)| idx).collect();
            views.push((candidate, shown));
        }
    }
    views.sort_by_key(|(_, shown)| std::cmp::Reverse(shown.len()));
    let mut is_shown = vec![false; points.len()];
    let mut links = Vec::new();
    for (scenario, shown) in views {
        if shown.iter().all(|idx| is_shown[*idx]) || links.len() == MAX_LINKS {
            continue;
        }
        shown.iter().for_each(|idx| is_shown[*idx] = true);
        let has = |runtime: &RuntimeId| shown.iter().any(|idx| points[*idx].0 == *runtime);
        let runtimes: Vec<RuntimeId> = RuntimeId::ALL.into_iter().filter(has).collect();
        links.push((words::scenario(&scenario, &runtimes), words::query(&scenario, &runtimes)));
    }
    links
}

/// Every scenario of `points`, with every number of Ps and of workers that there is: a point of one runtime does not know
/// how many another one had.
fn candidates(points: &[(RuntimeId, &Scenario)]) -> Vec<Scenario> {
    let mut n_ps = Vec::new();
    let mut n_workers = Vec::new();
    for (runtime, scenario) in points {
        let (known, n) = match runtime {
            RuntimeId::Go => (&mut n_ps, scenario.n_processors()),
            RuntimeId::NodeWorkers | RuntimeId::NodeCluster => (&mut n_workers, scenario.n_workers()),
            _ => continue,
        };
        if !known.contains(&n) {
            known.push(n);
        }
    }
    // As many as there are cores, where nobody says.
    let or_none = |known: Vec<u32>| if known.is_empty() { vec![None] } else { known.into_iter().map(Some).collect() };
    let (n_ps, n_workers) = (or_none(n_ps), or_none(n_workers));
    let mut all = Vec::new();
    for (_, scenario) in points {
        for gomaxprocs in &n_ps {
            for workers in &n_workers {
                let (gomaxprocs, workers) = (*gomaxprocs, *workers);
                all.push(Scenario { gomaxprocs, n_workers: workers, mix: 0.0, ..**scenario });
            }
        }
    }
    // The mix is the chart's own axis: most of them are the same.
    all.dedup();
    all
}

fn yours(own: Option<&Known>) -> Element {
    let how = "On a machine with Node.js or Go, cargo xtask calibrate measures the same scenarios and writes a file. \
               Open it here or drop it anywhere on the page: what it says is drawn as rings. It is read in your browser \
               and goes nowhere else.";
    let mut blocks = vec![paragraph(how)];
    blocks.extend(own.into_iter().flat_map(measured_on));
    // Last, so that it stays the same element whatever comes before it.
    blocks.push(elements::around(Tag::File, Vec::new()));
    section("Your machine", blocks)
}

fn left_out() -> Element {
    let of = |whose: Option<RuntimeId>| {
        let sentences = LIMITS.iter().filter(move |(runtime, _)| *runtime == whose);
        let title = elements::of(Tag::H3, whose.map_or("All of them", name));
        [title, elements::list(sentences.map(|(_, sentence)| (*sentence).to_owned()))]
    };
    let all = std::iter::once(None).chain(RuntimeId::ALL.into_iter().map(Some));
    section("What the models leave out", all.flat_map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measured::archive::Archive;
    use crate::protocol::archive::{FromArchive, ToArchive};
    use crate::protocol::{RunId, Runtime};

    fn card(archive: &mut Archive) -> Vec<Element> {
        match archive.answer(ToArchive::Card) {
            Some(FromArchive::Card(sections)) => sections,
            other => panic!("expected a card, got {other:?}"),
        }
    }

    #[test]
    fn the_card_says_all_of_it() {
        let sections = card(&mut Archive::new());
        let headings: Vec<&str> = sections.iter().map(|section| section.all(Tag::H2)[0].text.as_str()).collect();
        assert_eq!(
            headings,
            [
                "What was checked",
                "How close they are",
                "On which machines",
                "Your machine",
                "What the models leave out"
            ]
        );
        let tables = sections[1].all(Tag::Table);
        assert!(!tables.is_empty());
        for table in tables {
            assert!(table.all(Tag::Tr).len() > 1, "{table:?}");
            assert!(table.all(Tag::Tr).iter().all(|row| row.children.len() == 6), "{table:?}");
        }
        assert_eq!(sections[3].all(Tag::File).len(), 1);
        let lists = sections[4].all(Tag::Ul);
        assert_eq!(lists.len(), 1 + RuntimeId::ALL.len());
        for list in lists {
            let sentences = list.all(Tag::Li);
            assert!(!sentences.is_empty() && sentences.iter().all(|one| one.text.ends_with('.')), "{list:?}");
        }
    }

    #[test]
    fn every_link_leads_to_dots() {
        let mut archive = Archive::new();
        let sections = card(&mut archive);
        let links = sections[2].all(Tag::A);
        assert!(links.len() >= 2, "{links:?}");
        for link in links {
            let (label, query) = (&link.text, &link.attribute);
            let (settings, notes) = crate::app::permalink::parse(query, &crate::app::settings::Settings::default());
            assert_eq!(notes, [], "{label}");
            let runtimes: Vec<Runtime> = settings.runtimes.iter().copied().map(Runtime).collect();
            let asked = ToArchive::Dots { run: RunId(0), scenario: settings.scenario, runtimes: runtimes.clone() };
            let Some(FromArchive::Dots(dots)) = archive.answer(asked) else { panic!("expected dots") };
            let has = |runtime: &Runtime| dots.dots.iter().any(|dot| dot.runtime == runtime.0);
            assert!(runtimes.iter().all(has), "{label}: {query}: {dots:?}");
        }
    }
}
