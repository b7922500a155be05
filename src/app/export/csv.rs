//! The curve as comma-separated values (RFC 4180): a line for each runtime at each mix.

use crate::app::export::{Export, LICENCE};
use crate::app::settings::MODEL_VERSION;
use crate::view::metrics::METRICS;
use crate::view::units::{exact, plain};

/// Every figure of the curve with half the width of its 95 % confidence interval; what is not known is empty.
#[must_use]
pub fn csv(export: &Export) -> String {
    let mut out = String::from("mix_percent,runtime,replications,settled");
    for metric in METRICS {
        for part in [",", metric.key, ",", metric.key, "_ci95"] {
            out.push_str(part);
        }
    }
    // The format knows no remarks: where it comes from stands in each line.
    out.push_str(",model,licence,address\r\n");
    let origin = [MODEL_VERSION.to_string(), LICENCE.to_owned(), export.link()];
    for (idx, runtime) in export.settings.runtimes.iter().enumerate() {
        for row in export.rows(idx) {
            out.push_str(&exact(row.mix));
            let settled = if row.is_settled { "yes" } else { "no" };
            for field in [runtime.key(), &row.n_replications.to_string(), settled] {
                push(&mut out, field);
            }
            for (_, figure) in &row.figures {
                let both = figure.map_or((f64::NAN, f64::NAN), |figure| (figure.mean, figure.half));
                push(&mut out, &plain(both.0));
                push(&mut out, &plain(both.1));
            }
            origin.iter().for_each(|field| push(&mut out, field));
            out.push_str("\r\n");
        }
    }
    out
}

/// Writes a comma and a field, in quotes if it needs them.
fn push(out: &mut String, field: &str) {
    out.push(',');
    if field.contains([',', '"', '\r', '\n']) {
        out.push('"');
        out.push_str(&field.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(field);
    }
}
