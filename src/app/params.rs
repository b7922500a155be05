//! What a row of the parameter table is, and how a value gets from a text into the settings and back.

pub use crate::app::table::PARAMS;

use crate::app::settings::{MAX_RUNTIMES, MODEL_VERSION, PARTS, Settings};
use crate::sim::runtime::RuntimeId;
use crate::view::units::exact;

/// One key of the address.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name in the address.
    pub key: &'static str,
    /// Its name on the page.
    pub label: &'static str,
    /// What it stands for in the real world, and where its default comes from.
    pub help: &'static str,
    /// Where its control is.
    pub group: Group,
    /// What it can be.
    pub kind: Kind,
}

/// Where a control is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What requests need and how they come.
    Workload,
    /// What serves them.
    Runtimes,
    /// What the runtimes run on.
    Machine,
    /// How it is shown.
    View,
}

/// What a key can be, and how it is read from and written to the settings.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A number in a range.
    Number {
        /// Smallest and largest value.
        range: (f64, f64),
        /// Step of the control; 1 means that only whole numbers count.
        step: f64,
        /// Unit, for people.
        unit: &'static str,
        /// Reads it.
        get: fn(&Settings) -> f64,
        /// Writes it; the value is in range.
        set: fn(&mut Settings, f64),
    },
    /// One of some words.
    Choice {
        /// The words, with their labels.
        options: &'static [(&'static str, &'static str)],
        /// Reads its place among the options.
        get: fn(&Settings) -> usize,
        /// Writes it by its place.
        set: fn(&mut Settings, usize),
    },
    /// A list of runtimes.
    Runtimes,
    /// A list of parts of the page and of controls.
    Hidden,
}

/// The row of `key`.
#[must_use]
pub fn find(key: &str) -> Option<&'static Param> {
    PARAMS.iter().find(|param| param.key == key)
}

/// What became of a value that someone gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note(pub String);

/// A number in plain decimal notation, exactly: its digits fit in 53 bits and the power of ten it is divided by is
/// exact, so there is one rounding (Clinger 1990). The standard library's way knows more and costs ten kilobytes of
/// tables, a tenth of the page.
fn parse_number(text: &str) -> Option<f64> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + part.len() == 0 || part.len() > 22 {
        return None;
    }
    let mut mantissa = 0_u64;
    for digit in whole.bytes().chain(part.bytes()) {
        let digit = digit.wrapping_sub(b'0');
        mantissa = mantissa.checked_mul(10)?.checked_add(u64::from(digit)).filter(|_| digit < 10)?;
    }
    let mut power = 1.0;
    for _ in 0..part.len() {
        power *= 10.0;
    }
    let size = (mantissa <= 1 << 53).then(|| mantissa as f64 / power)?;
    Some(if is_negative { -size } else { size })
}

/// Words that mean the same in a yes-or-no key.
fn canonical(text: &str) -> &str {
    match text {
        "1" | "on" | "yes" | "" => "true",
        "0" | "off" | "no" => "false",
        other => other,
    }
}

impl Param {
    /// Puts `text` into `settings`. A bad value is clamped, or leaves the settings as they are; the note says so.
    pub fn set(&self, settings: &mut Settings, text: &str) -> Option<Note> {
        let text = text.trim();
        match self.kind {
            Kind::Number { range, step, set, .. } => self.set_number(settings, text, range, step, set),
            Kind::Choice { options, set, get } => {
                let is_word = |(key, _): &(&str, &str)| *key == text || *key == canonical(text);
                if let Some(i) = options.iter().position(is_word) {
                    set(settings, i);
                    return None;
                }
                let words: Vec<&str> = options.iter().map(|(key, _)| *key).collect();
                let stays = options[get(settings)].0;
                Some(self.note(text, &format!("is none of {}", words.join(", ")), stays))
            }
            Kind::Runtimes => self.set_runtimes(settings, text),
            Kind::Hidden => self.set_hidden(settings, text),
        }
    }

    fn set_number(
        &self,
        settings: &mut Settings,
        text: &str,
        (min, max): (f64, f64),
        step: f64,
        set: fn(&mut Settings, f64),
    ) -> Option<Note> {
        let Some(came) = parse_number(text) else {
            let stays = self.get(settings);
            return Some(self.note(
                text,
                &format!("is not a plain number from {} to {}", exact(min), exact(max)),
                &stays,
            ));
        };
        let whole = if step == 1.0 { came.round() } else { came };
        let used = whole.max(min).min(max);
        set(settings, used);
        if used != whole {
            return Some(self.note(text, &format!("is outside {} to {}", exact(min), exact(max)), &exact(used)));
        }
        if whole != came {
            return Some(self.note(text, "is not a whole number", &exact(used)));
        }
        (self.key == "model" && settings.model != MODEL_VERSION).then(|| {
            Note(format!(
                "this link was made with version {text} of the models; this is version {MODEL_VERSION}, whose figures may differ"
            ))
        })
    }

    fn set_runtimes(&self, settings: &mut Settings, text: &str) -> Option<Note> {
        let mut runtimes = Vec::new();
        let mut strangers = Vec::new();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match RuntimeId::ALL.into_iter().find(|runtime| runtime.key() == word) {
                Some(runtime) if !runtimes.contains(&runtime) => runtimes.push(runtime),
                Some(_) => {}
                None => strangers.push(word),
            }
        }
        let is_crowded = runtimes.len() > MAX_RUNTIMES;
        runtimes.truncate(MAX_RUNTIMES);
        if !runtimes.is_empty() {
            settings.runtimes = runtimes;
        }
        let all = RuntimeId::ALL.map(RuntimeId::key).join(", ");
        let stays = self.get(settings);
        if !strangers.is_empty() || text.is_empty() {
            return Some(self.note(&strangers.join(","), &format!("is none of {all}"), &stays));
        }
        is_crowded.then(|| self.note(text, &format!("is more than {MAX_RUNTIMES}"), &stays))
    }

    fn set_hidden(&self, settings: &mut Settings, text: &str) -> Option<Note> {
        let mut strangers = Vec::new();
        settings.hide.clear();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let part = PARTS.iter().find(|part| **part == word).copied();
            match part.or_else(|| find(word).map(|param| param.key)) {
                Some(name) if settings.hide.contains(&name) => {}
                Some(name) => settings.hide.push(name),
                None => strangers.push(word),
            }
        }
        let all = PARTS.join(", ");
        let hidden = if settings.hide.is_empty() { "nothing".to_owned() } else { self.get(settings) };
        (!strangers.is_empty())
            .then(|| self.note(&strangers.join(","), &format!("is none of {all}, nor a key"), &hidden))
    }

    fn note(&self, came: &str, why: &str, used: &str) -> Note {
        // An address can hold anything; a note shows only so much of it.
        let short: String = came.chars().take(40).collect();
        let came = if short == came { short } else { format!("{short}…") };
        Note(format!("{}: “{came}” {why}; {used} is used", self.key))
    }

    /// The value as an address writes it.
    #[must_use]
    pub fn get(&self, settings: &Settings) -> String {
        match self.kind {
            Kind::Number { get, .. } => exact(get(settings)),
            Kind::Choice { options, get, .. } => options[get(settings)].0.to_owned(),
            Kind::Runtimes => settings.runtimes.iter().map(|r| r.key()).collect::<Vec<_>>().join(","),
            Kind::Hidden => settings.hide.join(","),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_clamped_or_refused_with_a_note() {
        for (key, text, value, note) in [
            ("cores", "8", "8", None),
            ("cores", "65", "64", Some("cores: “65” is outside 1 to 64; 64 is used")),
            ("cores", "many", "4", Some("cores: “many” is not a plain number from 1 to 64; 4 is used")),
            ("cores", "2.4", "2", Some("cores: “2.4” is not a whole number; 2 is used")),
            ("mix", "-12.5", "0", Some("mix: “-12.5” is outside 0 to 100; 0 is used")),
            ("mix", "-1e999", "20", Some("mix: “-1e999” is not a plain number from 0 to 100; 20 is used")),
            ("mix", "NaN", "20", Some("mix: “NaN” is not a plain number from 0 to 100; 20 is used")),
            ("load", "open", "open", None),
            ("load", "queue", "closed", Some("load: “queue” is none of closed, open, batch; closed is used")),
            ("paused", "1", "true", None),
            ("runtimes", "go, node,go", "go,node", None),
            (
                "runtimes",
                "go,node,tokio,threads,node-cluster",
                "go,node,tokio,threads",
                Some("runtimes: “go,node,tokio,threads,node-cluster” is more than 4; go,node,tokio,threads is used"),
            ),
            (
                "runtimes",
                "go,cobol",
                "go",
                Some(
                    "runtimes: “cobol” is none of node, node-workers, node-cluster, node-service, go, threads, tokio; go is used",
                ),
            ),
            (
                "runtimes",
                "",
                "node,go",
                Some(
                    "runtimes: “” is none of node, node-workers, node-cluster, node-service, go, threads, tokio; node,go is used",
                ),
            ),
            ("gomaxprocs", "2", "2", None),
        ] {
            let mut settings = Settings::default();
            let param = find(key).expect("the key is in the table");
            assert_eq!(param.set(&mut settings, text), note.map(|note| Note(note.to_owned())), "{key}={text}");
            assert_eq!(param.get(&settings), value, "{key}={text}");
        }
    }

    #[test]
    fn plain_decimals_are_read_as_the_standard_library_reads_them() {
        for text in ["0", "0.1", "12.5", "-3", "+7.25", ".5", "5.", "9007199254740992", "0.000001", "123456.789012"] {
            assert_eq!(parse_number(text), text.parse().ok(), "{text}");
        }
        for text in ["", ".", "-", "1e3", "0x10", "1 2", "NaN", "inf", "١", "99999999999999999999", "9007199254740993"]
        {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn every_default_is_in_its_own_range_and_every_help_is_a_sentence() {
        let settings = Settings::default();
        for param in PARAMS {
            let text = param.get(&settings);
            assert_eq!(param.set(&mut settings.clone(), &text), None, "{}", param.key);
            assert!(param.help.ends_with('.'), "{}: {}", param.key, param.help);
        }
    }
}
