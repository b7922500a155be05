//! Addresses: a query string to settings and back. Nobody else knows query strings.

use crate::app::params::{self, Note, PARAMS};
use crate::app::settings::Settings;
use crate::app::stories;

/// Notes at most; an address can be as long as its author likes.
const MAX_NOTES: usize = 8;

/// The settings that `query` (with or without `?`) makes of `defaults`. Unknown keys are ignored, bad values are
/// clamped or left out and said so.
#[must_use]
pub fn parse(query: &str, defaults: &Settings) -> (Settings, Vec<Note>) {
    let mut settings = defaults.clone();
    let mut notes = Vec::new();
    let query = query.strip_prefix('?').unwrap_or(query);
    // In the order of the table, not of the address: `gomaxprocs` is understood against `cores` wherever it stands.
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let pairs: Vec<(String, String)> = pairs.map(|(key, value)| (decode(key), decode(value))).collect();
    for param in PARAMS {
        for (_, value) in pairs.iter().filter(|(key, _)| key == param.key) {
            notes.extend(param.set(&mut settings, value));
        }
    }
    notes.truncate(MAX_NOTES);
    (settings, notes)
}

/// `settings` with what `query` says on top; a key without a value goes back to that of `defaults`.
#[must_use]
pub fn adjust(query: &str, settings: &Settings, defaults: &Settings) -> (Settings, Vec<Note>) {
    let whole = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let param = PARAMS.iter().find(|param| param.key == key && value.is_empty());
        param.map_or_else(|| pair.to_owned(), |param| format!("{key}={}", param.get(defaults)))
    };
    let pairs: Vec<String> = query.split('&').map(whole).collect();
    parse(&pairs.join("&"), settings)
}

/// The shortest query that [`parse`] with `defaults` turns into `settings`, without `?`.
#[must_use]
pub fn write(settings: &Settings, defaults: &Settings) -> String {
    // A story says the most; what follows is what differs from it.
    let began = settings.story.map(|story| stories::begin(story, defaults));
    let base = began.as_ref().unwrap_or(defaults);
    // Following the cores is not a value that `gomaxprocs` or `workers` could write.
    let is_said = |param: &&params::Param| match param.key {
        "gomaxprocs" => settings.scenario.gomaxprocs.is_some(),
        "workers" => settings.scenario.n_workers.is_some(),
        "service-cores" => settings.scenario.n_service_cores.is_some(),
        "story" => settings.story != defaults.story,
        _ => param.get(settings) != param.get(base),
    };
    let mut out = String::new();
    for param in PARAMS.iter().filter(is_said) {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(param.key);
        out.push('=');
        // Numbers and the table's own words: nothing that would have to be escaped.
        out.push_str(&param.get(settings));
    }
    out
}

/// Everything that `settings` say, key by key, so that it means the same whatever the defaults are; without `?`.
#[must_use]
pub fn write_whole(settings: &Settings) -> String {
    let mut out = String::new();
    for param in PARAMS {
        let value = param.get(settings);
        if !value.is_empty() {
            if !out.is_empty() {
                out.push('&');
            }
            out = out + param.key + "=" + &value;
        }
    }
    out
}

/// `text` without the escapes of an address. What is not text then stays as it came: it is nothing of ours.
fn decode(text: &str) -> String {
    let hex = |byte: Option<u8>| (byte? as char).to_digit(16);
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        match (byte, hex(ahead.next()), hex(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                bytes = ahead;
            }
            (b'+', ..) => out.push(b' '),
            _ => out.push(byte),
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::runtime::RuntimeId;

    #[test]
    fn defaults_need_no_address_and_changes_come_back() {
        let defaults = Settings::default();
        assert_eq!(write(&defaults, &defaults), "");
        let query =
            "mix=37.5&demand=0.01&load=open&rate=0.1&cores=8&gomaxprocs=4&runtimes=go,node&seed=9007199254740992";
        let (settings, notes) = parse(query, &defaults);
        assert_eq!(notes, []);
        assert_eq!(settings.runtimes, [RuntimeId::Go, RuntimeId::Node]);
        assert_eq!(write(&settings, &defaults), query);
        assert_eq!(parse(&write(&settings, &defaults), &defaults).0, settings);
    }

    #[test]
    fn processors_follow_the_cores_unless_told_otherwise_wherever_it_stands() {
        let (settings, _) = parse("gomaxprocs=2&cores=8", &Settings::default());
        assert_eq!(settings.scenario.gomaxprocs, Some(2));
        let (settings, _) = parse("cores=8", &Settings::default());
        assert_eq!(settings.scenario.n_processors(), 8);
        assert_eq!(write(&settings, &Settings::default()), "cores=8");
    }

    #[test]
    fn every_value_is_written_without_escapes() {
        let safe = |c: char| c.is_ascii_alphanumeric() || "-.,".contains(c);
        for param in PARAMS {
            let words: Vec<String> = match param.kind {
                params::Kind::Choice { options, .. } => options.iter().map(|(key, _)| (*key).to_owned()).collect(),
                _ => vec![param.get(&Settings::default())],
            };
            assert!(param.key.chars().all(safe) && words.iter().all(|word| word.chars().all(safe)), "{words:?}");
        }
        for (text, plain) in
            [("a+b%20c", "a b c"), ("%4", "%4"), ("%zz%", "%zz%"), ("%e2%80%a6", "…"), ("%ff", "%ff"), ("", "")]
        {
            assert_eq!(decode(text), plain);
        }
    }

    #[test]
    fn strangers_are_ignored_and_escapes_understood() {
        let (settings, notes) = parse("?utm_source=x&initialWidth=300&mi%78=40&mix", &Settings::default());
        assert_eq!(settings.scenario.mix, 40.0);
        assert_eq!(notes.len(), 1, "the second mix is empty: {notes:?}");
    }
}
