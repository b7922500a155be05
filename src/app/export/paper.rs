//! The words around a chart that leaves the page as a picture.

use crate::app::export::{Export, LICENCE};
use crate::app::names::name;
use crate::app::settings::MODEL_VERSION;
use crate::view::metrics::{Metric, THROUGHPUT};
use crate::view::paper::{Paper, Tone};
use crate::view::units::number;

/// Places on the curve that are told to who does not see it.
const TOLD: [f64; 5] = [0.0, 25.0, 50.0, 75.0, 100.0];

/// The words around the curve of `metric`: with the verdict, or with the values at the mix where it judges something else.
#[must_use]
pub fn curve_paper(export: &Export, metric: &'static Metric) -> Paper {
    let sentence = export.verdict().map_or_else(Vec::new, |verdict| {
        let (finding, reason) = if metric == THROUGHPUT {
            (verdict.finding + ": ", verdict.reason)
        } else {
            (metric.label.to_owned() + ": ", told(export, metric, export.settings.scenario.mix))
        };
        vec![(Tone::Faint, verdict.given + " "), (Tone::Strong, finding), (Tone::Plain, reason + ".")]
    });
    let mut description: String = sentence.iter().map(|(_, text)| text.as_str()).collect();
    description += " ";
    description += metric.caption;
    description += ", by the CPU share of a request.";
    for mix in TOLD {
        description += " At ";
        description += &number(mix);
        description += " %: ";
        description += &told(export, metric, mix);
        description.push('.');
    }
    let replications = (0..export.settings.runtimes.len()).flat_map(|idx| export.curve.known(idx));
    let source = match replications.map(|(_, known)| known.replications.len()).min() {
        Some(n) if n > 1 => {
            "simulated; band: 95 % confidence interval of ".to_owned() + &n.to_string() + " replications"
        }
        _ => "simulated, a first quick look".to_owned(),
    };
    Paper {
        title: title(export) + ", from all I/O to all CPU",
        sentence,
        caption: metric.caption.to_owned(),
        source,
        axis: ["all I/O", "CPU share of a request's service demand", "all CPU"].map(str::to_owned),
        small_print: small_print(export),
        description,
    }
}

/// The words around the plot of latencies at the mix of the slider, or of a live run.
#[must_use]
pub fn latency_paper(export: &Export, source: &str) -> Paper {
    Paper {
        title: title(export) + ": how long requests take",
        sentence: Vec::new(),
        caption: "Latency by the share of requests that are faster".to_owned(),
        source: source.to_owned(),
        axis: ["the fastest", "each further nine is ten times as rare", "the slowest"].map(str::to_owned),
        small_print: small_print(export),
        description: "Latency by percentile, one line for each runtime.".to_owned(),
    }
}

fn title(export: &Export) -> String {
    let names: Vec<&str> = export.settings.runtimes.iter().map(|runtime| name(*runtime)).collect();
    match &names[..] {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [before @ .., last] => before.join(", ") + " and " + last,
    }
}

/// "383 ms for Node.js event loop, 47 ms for Go scheduler".
fn told(export: &Export, metric: &Metric, mix: f64) -> String {
    let mut parts = Vec::new();
    for (idx, runtime) in export.settings.runtimes.iter().enumerate() {
        let found = export.curve.figure_at(mix, idx, |known| metric.of(known));
        let is_settled = export.curve.at(mix, idx).is_some_and(|estimate| estimate.is_settled);
        let words = match found.filter(|_| is_settled) {
            Some(found) => (metric.words)(found.mean),
            None if is_settled => "none".to_owned(),
            None => "nothing settled".to_owned(),
        };
        parts.push(words + " for " + name(*runtime));
    }
    parts.join(", ")
}

fn small_print(export: &Export) -> Vec<String> {
    let made = "runtime-duel, model ".to_owned() + &MODEL_VERSION.to_string();
    let seed = "seed ".to_owned() + &export.settings.scenario.seed.to_string();
    vec![[made, seed, "licence ".to_owned() + LICENCE].join(" · "), export.link()]
}
