//! Queries, strictly: the page makes the best of an address, but a script wants to be told.

use crate::app::docs;
use crate::app::params::{self, Kind, PARAMS, Param};
use crate::app::settings::{MODEL_VERSION, Settings};
use crate::cli::Failure;

/// Values of a sweep at most.
const MAX_VALUES: f64 = 10_000.0;
/// Characters of what came that an error repeats.
const MAX_SHOWN: usize = 60;

/// A key and the values that it takes one after the other.
#[derive(Clone, Debug)]
pub(super) struct Sweep {
    pub(super) param: &'static Param,
    pub(super) values: Vec<f64>,
}

/// The settings that `query` says, or which key of it is wrong and how.
pub(super) fn parse(query: &str) -> Result<Settings, Failure> {
    let mut settings = Settings::default();
    let query = query.strip_prefix('?').unwrap_or(query);
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(query.as_bytes()).map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
    for (i, (key, _)) in pairs.iter().enumerate() {
        if params::find(key).is_none() {
            return Err(unknown(key));
        }
        if pairs[..i].iter().any(|(earlier, _)| earlier == key) {
            return Err(Failure::Usage(format!("{key}: expected once, got twice")));
        }
    }
    // In the order of the table: `workers` and `gomaxprocs` are understood against `cores` wherever it stands.
    for param in PARAMS {
        for (_, value) in pairs.iter().filter(|(key, _)| key == param.key) {
            set(param, &mut settings, value)?;
        }
    }
    settings.scenario.validated().map_err(|invalid| Failure::Usage(invalid.to_string()))?;
    Ok(settings)
}

/// Puts `text` into `settings` as the value of `param`.
pub(super) fn set(param: &Param, settings: &mut Settings, text: &str) -> Result<(), Failure> {
    let accepted = match param.key {
        "model" => MODEL_VERSION.to_string() + ", the version of this build",
        _ => docs::accepts(param).replace('`', ""),
    };
    let is_taken = param.set(settings, text).is_none();
    // Names given twice are dropped without a note.
    let is_whole = match param.kind {
        Kind::Runtimes => settings.runtimes.len() == text.split(',').count(),
        Kind::Number { .. } | Kind::Choice { .. } | Kind::Hidden => true,
    };
    if is_taken && is_whole && !text.trim().is_empty() {
        return Ok(());
    }
    Err(Failure::Usage(format!("{}: expected {accepted}, got {}", param.key, shown(text))))
}

/// What came, on one line and not too long.
pub(super) fn shown(text: &str) -> String {
    if text.is_empty() {
        return "nothing".to_owned();
    }
    let short: String = text.chars().take(MAX_SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().count() > MAX_SHOWN { short + "…" } else { short }
}

/// The values of `text`, which is `key=from:to:step`.
pub(super) fn parse_sweep(text: &str) -> Result<Sweep, Failure> {
    let bad = |what: &str| Failure::Usage(format!("--over: expected {what}, got {}", shown(text)));
    let (key, range) = text.split_once('=').ok_or_else(|| bad("key=from:to:step"))?;
    let param = params::find(key).ok_or_else(|| unknown(key))?;
    if !matches!(param.kind, Kind::Number { .. }) {
        return Err(bad("a key with a range of numbers"));
    }
    let numbers: Option<Vec<f64>> = range.split(':').map(|number| number.parse().ok()).collect();
    let Some([from, to, step]) = numbers.as_deref() else { return Err(bad("key=from:to:step")) };
    let n = ((to - from) / step + 1e-9).floor();
    if !(from <= to && *step > 0.0 && n < MAX_VALUES) {
        return Err(bad("from below to and a step above zero that makes at most 10000 values"));
    }
    // Steps such as 0.1 are not exact: what they add up to is rounded to where it was meant.
    let values: Vec<f64> = (0..=n as u32).map(|i| ((from + f64::from(i) * step) * 1e6).round() / 1e6).collect();
    for value in &values {
        set(param, &mut Settings::default(), &value.to_string())?;
    }
    Ok(Sweep { param, values })
}

/// That there is no key of that name, and which may have been meant.
fn unknown(key: &str) -> Failure {
    // Two letters off, and no more than half of them: `foo` is not meant as `io`.
    let is_near = |known: &&str| {
        let off = distance(known, key);
        off <= 2 && off * 2 <= known.len()
    };
    let near: Vec<&str> = PARAMS.iter().map(|param| param.key).filter(is_near).collect();
    let all: Vec<&str> = PARAMS.iter().map(|param| param.key).collect();
    let keys = if near.is_empty() { all.join(", ") } else { near.join(" or ") };
    Failure::Usage(format!("{}: expected {keys}, got a key that there is not", shown(key)))
}

/// How many letters have to be changed, added or left out to make `a` of `b` (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(MAX_SHOWN).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::permalink;

    fn why(query: &str) -> Option<String> {
        match parse(query) {
            Err(Failure::Usage(why)) => Some(why),
            _ => None,
        }
    }

    #[test]
    fn a_bad_query_names_the_key_what_came_and_what_is_accepted() {
        for (query, expected) in [
            ("mix=101", "mix: expected 0 to 100 %, got 101"),
            ("mix=", "mix: expected 0 to 100 %, got nothing"),
            ("mix", "mix: expected 0 to 100 %, got nothing"),
            ("mix=1e1", "mix: expected 0 to 100 %, got 1e1"),
            ("cores=2.5", "cores: expected 1 to 64, whole, got 2.5"),
            ("load=queue", "load: expected closed, open, batch, got queue"),
            ("gc=", "gc: expected on, off, got nothing"),
            ("mixx=3", "mixx: expected mix, got a key that there is not"),
            ("iof=file", "iof: expected io, got a key that there is not"),
            ("core=3", "core: expected cores, got a key that there is not"),
            ("mix=3&mix=4", "mix: expected once, got twice"),
            ("model=1", "model: expected 3, the version of this build, got 1"),
        ] {
            assert_eq!(why(query).as_deref(), Some(expected), "{query}");
        }
        for query in ["foo=3", "=3", "on=3"] {
            assert!(why(query).is_some_and(|why| why.contains("expected story, mix, demand")), "{query}");
        }
        for query in ["runtimes=go,go", "runtimes=go,,node", "runtimes=cobol", "runtimes=", "=3", "mix=1%0A2"] {
            assert!(why(query).is_some_and(|why| why.lines().count() == 1), "{query}");
        }
    }

    #[test]
    fn the_canonical_query_is_complete_and_says_the_same() {
        let settings = parse("?gomaxprocs=2&cores=8&mi%78=37.5&runtimes=go,node&load=open").expect("it is legal");
        let written = permalink::write_whole(&settings);
        // All but what hides nothing.
        assert_eq!(written.split('&').count(), PARAMS.len() - 1);
        assert_eq!(parse(&written).ok().as_ref(), Some(&settings));
        assert_eq!(permalink::parse(&written, &Settings::default()), (settings, Vec::new()));
    }

    #[test]
    fn a_sweep_hits_both_ends() {
        let sweep = |text| parse_sweep(text).ok().map(|sweep| sweep.values);
        assert_eq!(sweep("mix=0:1:0.1").map(|v| (v.len(), v[3], v[10])), Some((11, 0.3, 1.0)));
        assert_eq!(sweep("cores=1:8:3"), Some(vec![1.0, 4.0, 7.0]));
        for text in
            ["mix", "mix=0:100", "mix=0:101:1", "mix=5:1:1", "mix=0:1:0", "mix=0:1:-1", "load=0:1:1", "mux=0:1:1"]
        {
            assert_eq!(sweep(text), None, "{text}");
        }
    }
}
