//! The curve and the verdict as JSON.

use crate::app::export::{Export, LICENCE};
use crate::app::settings::MODEL_VERSION;
use crate::view::metrics::METRICS;
use crate::view::units::{exact, plain};

/// One object: `model`, `licence`, `address`, `query`, `mix_percent`, `verdict` (a sentence in parts, or null), `metrics`
/// (`key`, `unit`, `definition`), and `runtimes`, each with its `id` and its `curve`: at each `mix_percent` every metric as
/// `{mean, ci95}` or null. A `ci95` is half the width of the interval, and null if that is not known.
#[must_use]
pub fn json(export: &Export) -> String {
    let mut out = Json(String::from("{"));
    out.number("model", &MODEL_VERSION.to_string());
    out.text("licence", LICENCE);
    out.text("address", &export.link());
    out.text("query", &export.query());
    out.number("mix_percent", &exact(export.settings.scenario.mix));
    out.key("verdict");
    match export.verdict() {
        None => out.0.push_str("null"),
        Some(verdict) => {
            out.0.push('{');
            out.text("given", &verdict.given);
            out.text("finding", &verdict.finding);
            out.text("reason", &verdict.reason);
            out.text("sentence", &verdict.to_string());
            out.0.push('}');
        }
    }
    out.list("metrics", METRICS.iter(), |out, metric| {
        out.text("key", metric.key);
        out.text("unit", metric.unit);
        out.text("definition", metric.definition);
    });
    out.list("runtimes", export.settings.runtimes.iter().enumerate(), |out, (idx, runtime)| {
        out.text("id", runtime.key());
        out.list("curve", export.rows(idx).into_iter(), |out, row| {
            out.number("mix_percent", &exact(row.mix));
            out.number("replications", &row.n_replications.to_string());
            out.number("settled", if row.is_settled { "true" } else { "false" });
            for (metric, figure) in row.figures {
                out.key(metric.key);
                match figure {
                    None => out.0.push_str("null"),
                    Some(figure) => {
                        out.0.push('{');
                        out.number("mean", &plain(figure.mean));
                        out.number("ci95", &plain(figure.half));
                        out.0.push('}');
                    }
                }
            }
        });
    });
    out.0.push_str("}\n");
    out.0
}

/// Text that is being written.
struct Json(String);

impl Json {
    /// Begins a member.
    fn key(&mut self, key: &str) {
        if !self.0.ends_with(['{', '[']) {
            self.0.push(',');
        }
        self.quoted(key);
        self.0.push(':');
    }

    fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        self.quoted(value);
    }

    /// A number, or another word that stands by itself; nothing is null.
    fn number(&mut self, key: &str, value: &str) {
        self.key(key);
        self.0.push_str(if value.is_empty() { "null" } else { value });
    }

    /// A list of objects, each with the members that `write` writes.
    fn list<T>(&mut self, key: &str, items: impl Iterator<Item = T>, write: impl Fn(&mut Self, T)) {
        self.key(key);
        self.0.push('[');
        for (i, item) in items.enumerate() {
            self.0.push_str(if i == 0 { "\n{" } else { ",\n{" });
            write(self, item);
            self.0.push('}');
        }
        self.0.push(']');
    }

    fn quoted(&mut self, text: &str) {
        self.0.push('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => {
                    self.0.push('\\');
                    self.0.push(c);
                }
                // Nothing of ours has any; an address could.
                c if c < ' ' => self.0.push(' '),
                c => self.0.push(c),
            }
        }
        self.0.push('"');
    }
}
