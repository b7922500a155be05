//! `duel stories`: what the articles claim, and what became of it.

use std::io::Write;

use serde::Serialize;

use crate::app::permalink;
use crate::app::settings::{MODEL_VERSION, Settings};
use crate::app::stories::STORIES;
use crate::cli::args::Job;
use crate::cli::json::Mean;
use crate::cli::{Failure, query, run};
use crate::replicate::in_parallel;
use crate::stories::lab::Care;
use crate::stories::list::{ALL, Article, Story, find};
use crate::stories::space::{CORES, Cell, MIXES, Map};
use crate::stories::{Judge, Verdict};

#[derive(Debug, Serialize)]
struct Told {
    id: &'static str,
    title: &'static str,
    claim: &'static str,
    source: Vec<&'static str>,
    query: String,
    watch: &'static str,
    question: &'static str,
    model: u32,
    replications: u32,
    outcome: &'static str,
    holds_when: Option<When>,
    sentence: String,
    figures: Vec<Figure>,
    hangs_on: HangsOn,
    map: Option<Cells>,
    events: u64,
}

#[derive(Debug, Serialize)]
struct When {
    text: String,
    key: &'static str,
    #[serde(flatten)]
    value: Mean,
}

#[derive(Debug, Serialize)]
struct Figure {
    name: String,
    unit: &'static str,
    #[serde(flatten)]
    value: Mean,
}

#[derive(Debug, Serialize)]
struct HangsOn {
    sentence: String,
    flips: Vec<Flip>,
}

#[derive(Debug, Serialize)]
struct Flip {
    cost: &'static str,
    factor: f64,
}

/// Bands by where they end; cells by bands of cores and, in each, of the mix.
#[derive(Debug, Serialize)]
struct Cells {
    mix_to: [f64; MIXES.len()],
    cores_to: [u32; CORES.len()],
    throughput: Vec<Vec<Counts>>,
    p99: Vec<Vec<Counts>>,
}

#[derive(Debug, Serialize)]
struct Counts {
    go: u32,
    level: u32,
    node: u32,
}

/// Judges `story` on all cores.
fn judge(story: &'static Story, care: Care) -> Judge {
    let mut judge = Judge::new(story, care);
    while judge.verdict().is_none() {
        let wanted = judge.wanted().to_vec();
        judge.tell(in_parallel(wanted.len(), |i| wanted[i].begin().finish()));
    }
    judge
}

pub(super) fn command(job: &Job, out: &mut impl Write) -> Result<(), Failure> {
    let care = job.n_replications.map_or(Care::USUAL, Care::of);
    if care.n_replications < 2 {
        return Err(Failure::Usage("--replications: expected 2 to 10000, got 1, which has no spread".to_owned()));
    }
    let unknown = |id: &String| {
        let ids = STORIES.map(|entry| entry.id).join(", ");
        Failure::Usage(format!("stories: expected {ids}, got {}", query::shown(id)))
    };
    let named: Result<Vec<&Story>, _> = job.stories.iter().map(|id| find(id).ok_or_else(|| unknown(id))).collect();
    let named = named?;
    let chosen: Vec<&'static Story> = if named.is_empty() { ALL.iter().collect() } else { named };
    let mut told = Vec::new();
    for story in chosen {
        let judge = judge(story, care);
        let Some(verdict) = judge.verdict() else { continue };
        if job.json {
            told.push(tell(story, care, verdict, judge.n_events()));
        } else {
            write(out, story, verdict)?;
            // Each is a while in coming.
            out.flush()?;
        }
    }
    if job.json {
        return run::write_json(out, &told);
    }
    let settings = Settings::default();
    let first = permalink::write(&ALL[0].settings(), &settings);
    Ok(writeln!(out, "{} replications, model {MODEL_VERSION}; show one: duel run '{first}'", care.n_replications)?)
}

fn write(out: &mut impl Write, story: &Story, verdict: &Verdict) -> Result<(), Failure> {
    writeln!(out, "{}: {}", story.entry.id, story.entry.claim)?;
    writeln!(out, "  {}.", verdict.headline())?;
    writeln!(out, "  {}", verdict.sentence)?;
    writeln!(out, "  {}", verdict.hangs_on.sentence())?;
    if let Some(map) = &verdict.map {
        write_map(out, map)?;
    }
    Ok(writeln!(out)?)
}

/// Who finishes more where: goroutines / nobody / the event loop.
fn write_map(out: &mut impl Write, map: &Map) -> Result<(), Failure> {
    writeln!(out, "  By throughput, settings where goroutines are ahead / nobody is / the event loop is:")?;
    write!(out, "    {:>12}", "cores")?;
    let mut from = 0.0;
    for to in MIXES {
        write!(out, "{:>14}", format!("{from} to {to} %"))?;
        from = to;
    }
    writeln!(out)?;
    let mut from = 1;
    for (to, row) in CORES.into_iter().zip(&map.throughput) {
        write!(out, "    {:>12}", if from == to { from.to_string() } else { format!("{from} to {to}") })?;
        from = to + 1;
        for Cell { n_go, n_nobody, n_node } in row {
            write!(out, "{:>14}", format!("{n_go} / {n_nobody} / {n_node}"))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn tell(story: &Story, care: Care, verdict: &Verdict, events: u64) -> Told {
    let cells = |rows: &[[Cell; MIXES.len()]; CORES.len()]| {
        let counts = |cell: &Cell| Counts { go: cell.n_go, level: cell.n_nobody, node: cell.n_node };
        rows.iter().map(|row| row.iter().map(counts).collect()).collect()
    };
    Told {
        id: story.entry.id,
        title: story.entry.title,
        claim: story.entry.claim,
        source: story.sources.iter().copied().map(Article::title).collect(),
        query: permalink::write_whole(&story.settings()),
        watch: story.watch,
        question: story.question,
        model: MODEL_VERSION,
        replications: care.n_replications,
        outcome: verdict.outcome.key(),
        holds_when: verdict.holds_when.as_ref().map(|when| When {
            text: when.text.clone(),
            key: when.key,
            value: when.value.into(),
        }),
        sentence: verdict.sentence.clone(),
        figures: verdict
            .figures
            .iter()
            .map(|figure| Figure { name: figure.name.clone(), unit: figure.unit, value: figure.value.into() })
            .collect(),
        hangs_on: HangsOn {
            sentence: verdict.hangs_on.sentence(),
            flips: verdict
                .hangs_on
                .flips
                .iter()
                .map(|flip| Flip { cost: flip.group.key(), factor: flip.factor })
                .collect(),
        },
        map: verdict.map.as_ref().map(|map| Cells {
            mix_to: MIXES,
            cores_to: CORES,
            throughput: cells(&map.throughput),
            p99: cells(&map.p99),
        }),
        events,
    }
}
