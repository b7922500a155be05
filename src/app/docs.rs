//! The parameter table as documentation.

use crate::app::params::{Kind, PARAMS, Param};
use crate::app::settings::{PARTS, Settings};
use crate::sim::runtime::RuntimeId;
use crate::view::units::number;

/// What `param` accepts, in words; keywords stand between backticks.
#[must_use]
pub fn accepts(param: &Param) -> String {
    match param.kind {
        Kind::Number { range: (min, max), unit, step, .. } => {
            let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
            let whole = if step == 1.0 { ", whole" } else { "" };
            format!("{} to {}{unit}{whole}", number(min), number(max))
        }
        Kind::Choice { options, .. } => {
            options.iter().map(|(key, _)| format!("`{key}`")).collect::<Vec<_>>().join(", ")
        }
        Kind::Hidden => {
            let parts: Vec<String> = PARTS.iter().map(|part| format!("`{part}`")).collect();
            format!("some of {}, and keys", parts.join(", "))
        }
        Kind::Runtimes => format!("up to four of {}", RuntimeId::ALL.map(|r| format!("`{}`", r.key())).join(", ")),
    }
}

/// What `param` is if nothing is said, in words.
#[must_use]
pub fn default_of(param: &Param) -> String {
    match param.key {
        "gomaxprocs" | "workers" | "service-cores" => "the cores".to_owned(),
        "hide" => "nothing".to_owned(),
        _ => format!("`{}`", param.get(&Settings::default())),
    }
}

/// A Markdown table of every address key: what it means, what it accepts, its default.
#[must_use]
pub fn address_keys() -> String {
    let mut out = String::from("| key | what it is | accepts | default |\n|---|---|---|---|\n");
    for param in PARAMS {
        out += &format!("| `{}` | {} | {} | {} |\n", param.key, param.help, accepts(param), default_of(param));
    }
    out
}
