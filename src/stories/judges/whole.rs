//! The story about everything.

use crate::experiment::Effort;
use crate::sim::runtime::RuntimeId::{Go, Node, NodeCluster, NodeWorkers};
use crate::sim::scenario::Scenario;
use crate::stats::interval::Interval;
use crate::stories::costs::Group;
use crate::stories::hangs::hangs_on_with;
use crate::stories::judges::{AS_MANY, NEAR, figure, p99, throughput};
use crate::stories::lab::{Asked, Case, Lab, Sample};
use crate::stories::share::Share;
use crate::stories::space::{self, Ahead, Map};
use crate::stories::{Figure, Outcome, Verdict, When};
use crate::view::units::fixed;

/// Share that is almost always.
const ALMOST: f64 = 0.9;
/// Replications of each setting. Where they do not tell, others that are longer are made, and these alone count.
const N_REPLICATIONS: u32 = 3;
const N_LONGER: u32 = 5;
const LONGER: u64 = 3;
/// Settings at the beginning of the sample on which costs are tried.
const N_TRIED: usize = 16;
/// Settings that a part of the space has to have to say something of it.
const N_ENOUGH: usize = 10;

/// What one setting came to, against plain Node.js and against the best of its forms.
struct Judged {
    scenario: Scenario,
    throughput: [Ahead; 2],
    p99: [Ahead; 2],
}

impl Judged {
    fn is_unknown(&self) -> bool {
        self.throughput.iter().chain(&self.p99).any(|ahead| *ahead == Ahead::Unknown)
    }
}

fn cases(scenario: &Scenario) -> [Case; 4] {
    let effort = space::effort(scenario);
    [Node, NodeWorkers, NodeCluster, Go].map(|runtime| Case { runtime, scenario: *scenario, scaled: [None; 2], effort })
}

/// Who is ahead by throughput, where `go` finishes more.
fn more(go: &Sample, node: &Sample) -> Ahead {
    Ahead::of(go.ratio(node, throughput), 1.0 / AS_MANY)
}

/// Who is ahead by latency, where `go` takes less.
fn sooner(go: &Sample, node: &Sample) -> Ahead {
    Ahead::of(node.ratio(go, p99), NEAR)
}

fn judged(scenario: &Scenario, samples: &[Sample]) -> Judged {
    let (nodes, go) = (&samples[..3], &samples[3]);
    let mean = |sample: &Sample, of| sample.of(of).mean;
    let best = |is_better: &dyn Fn(&Sample, &Sample) -> bool| {
        nodes.iter().fold(&nodes[0], |best, one| if is_better(one, best) { one } else { best })
    };
    let most = best(&|a, b| mean(a, throughput) > mean(b, throughput));
    let soonest = best(&|a, b| mean(a, p99) < mean(b, p99));
    Judged {
        scenario: *scenario,
        throughput: [more(go, &nodes[0]), more(go, most)],
        p99: [sooner(go, &nodes[0]), sooner(go, soonest)],
    }
}

fn percent(share: Share) -> Interval {
    Interval { mean: share.share * 100.0, half: (share.high - share.low) * 50.0 }
}

/// Every share, by who is ahead of whom and in what.
fn shares(all: &[Judged]) -> Vec<Figure> {
    let answers = [
        ("go ahead", Ahead::Go),
        ("level", Ahead::Nobody),
        ("not told apart", Ahead::Unknown),
        ("node ahead", Ahead::Node),
    ];
    let mut figures = Vec::new();
    for (nth, against) in ["node", "the best of node, node-workers and node-cluster"].into_iter().enumerate() {
        for measure in ["throughput", "p99 latency"] {
            let of = |one: &Judged| if measure == "throughput" { one.throughput[nth] } else { one.p99[nth] };
            for (answer, ahead) in answers {
                let n = all.iter().filter(|one| of(one) == ahead).count() as u32;
                let name = format!("{measure} against {against}: {answer}");
                figures.push(figure(name, "%", percent(Share::of(n, all.len() as u32))));
            }
        }
    }
    figures
}

fn words(share: Share) -> String {
    let percent = |x: f64| fixed(x * 100.0, 0, false);
    format!("{} % ({} to {} %)", percent(share.share), percent(share.low), percent(share.high))
}

/// From how many cores' work on, in tenths of a core, goroutines are almost always ahead by throughput.
fn where_almost(all: &[Judged]) -> Option<f64> {
    let holds = |work: f64| {
        let part: Vec<_> = all.iter().filter(|one| space::work(&one.scenario) >= work).collect();
        let n_go = part.iter().filter(|one| one.throughput[0] == Ahead::Go).count();
        part.len() >= N_ENOUGH && n_go as f64 >= ALMOST * part.len() as f64
    };
    (1..=640).map(|tenth| f64::from(tenth) / 10.0).find(|work| holds(*work))
}

/// The mix of the story is the middle of the space; the sample is the story.
pub(super) fn almost_always(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let settings = space::settings(scenario.seed, lab.care.n_settings);
    let all: Vec<Case> = settings.iter().flat_map(cases).collect();
    let mut samples = lab.measure_all(&all, N_REPLICATIONS)?;
    let judge_all = |samples: &[Sample]| -> Vec<Judged> {
        settings.iter().zip(samples.chunks(4)).map(|(setting, samples)| judged(setting, samples)).collect()
    };
    let unknown: Vec<bool> = judge_all(&samples).iter().map(Judged::is_unknown).collect();
    let longer = |case: &Case| {
        let Effort { length, max_events, .. } = case.effort;
        Case { effort: Effort { length: length * LONGER, max_events: max_events * LONGER, ..case.effort }, ..*case }
    };
    let unknown_ones = all.chunks(4).zip(&unknown).filter(|(_, unknown)| **unknown);
    let again: Vec<Case> = unknown_ones.flat_map(|(cases, _)| cases).map(longer).collect();
    let mut again = lab.replicate(&again, N_REPLICATIONS..N_REPLICATIONS + N_LONGER)?.into_iter();
    for (samples, _) in samples.chunks_mut(4).zip(&unknown).filter(|(_, unknown)| **unknown) {
        samples.iter_mut().zip(&mut again).for_each(|(sample, longer)| *sample = longer);
    }
    let all = judge_all(&samples);
    let tried: Vec<Case> =
        settings.iter().take(N_TRIED).flat_map(|setting| [cases(setting)[0], cases(setting)[3]]).collect();
    let is_almost = |samples: &[Sample]| {
        let is_ahead = |pair: &&[Sample]| pair[1].ratio(&pair[0], throughput).mean * AS_MANY > 1.0;
        samples.chunks(2).filter(is_ahead).count() as f64 >= ALMOST * (samples.len() / 2) as f64
    };
    let hangs_on = hangs_on_with(lab, &tried, &Group::WHOLE, 1, &is_almost)?;
    let n = all.len() as u32;
    let share = |is: &dyn Fn(&Judged) -> bool| Share::of(all.iter().filter(|one| is(one)).count() as u32, n);
    let wins = share(&|one| one.throughput[0] == Ahead::Go);
    let best = share(&|one| one.throughput[1] == Ahead::Go);
    let (quick, quickest) = (share(&|one| one.p99[0] == Ahead::Go), share(&|one| one.p99[1] == Ahead::Go));
    let mut map = Map::default();
    all.iter().for_each(|one| map.add(&one.scenario, one.throughput[0], one.p99[0]));
    let part = where_almost(&all);
    let outcome = match part {
        _ if wins.low >= ALMOST => Outcome::Holds,
        Some(_) => Outcome::HoldsWhen,
        None => Outcome::DoesNotHold,
    };
    let holds_when = part.filter(|_| outcome == Outcome::HoldsWhen).map(|work| When {
        text: format!("by throughput, where at least {} cores' work is asked for", fixed(work, 1, false)),
        key: "work",
        value: Interval { mean: work, half: 0.0 },
    });
    let short = |share: Share| fixed(share.share * 100.0, 0, false);
    let sentence = format!(
        "Of {n} settings of the whole space goroutines are ahead of the event loop in {} by throughput and in {} by p99 \
         latency, and behind in {} % and {} %. Of the best that Node.js can do in each on that machine, they are ahead in {} \
         and {}.",
        words(wins),
        words(quick),
        short(share(&|one| one.throughput[0] == Ahead::Node)),
        short(share(&|one| one.p99[0] == Ahead::Node)),
        words(best),
        words(quickest),
    );
    let figures = shares(&all);
    Ok(Verdict { outcome, holds_when, sentence, figures, hangs_on, map: Some(map) })
}
