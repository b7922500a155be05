//! The parameter table: one row a key drives parsing, writing, controls and documentation.

use crate::app::settings::{MAX_RUNTIMES, MODEL_VERSION, Settings, Theme, View};
use crate::sim::dist::Dist;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{Arrivals, CostModel, Io, Load, Transport};
use crate::sim::time::Span;

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
}

macro_rules! number {
    ($range:expr, $step:expr, $unit:expr, $get:expr, $set:expr) => {
        Kind::Number { range: $range, step: $step, unit: $unit, get: $get, set: $set }
    };
}

/// A choice among the variants of an enum.
macro_rules! choice {
    ($($field:ident).+, $($variant:path => $key:expr, $label:expr);+ $(;)?) => {
        Kind::Choice {
            options: &[$(($key, $label)),+],
            get: |s| [$($variant),+].iter().position(|v| *v == s.$($field).+).unwrap_or(0),
            set: |s, i| s.$($field).+ = [$($variant),+][i],
        }
    };
}

const fn param(key: &'static str, label: &'static str, group: Group, kind: Kind, help: &'static str) -> Param {
    Param { key, label, help, group, kind }
}

/// Every key there is, in the order in which an address lists them.
pub const PARAMS: &[Param] = &[
    param(
        "mix",
        "CPU share",
        Group::Workload,
        number!((0.0, 100.0), 0.1, "%", |s| s.scenario.mix, |s, x| s.scenario.mix = x),
        "How much of a request's time is computing; the rest is waiting for a database, a disk or another service. \
         The default lies between the two knees.",
    ),
    param(
        "demand",
        "Demand",
        Group::Workload,
        number!((0.01, 10_000.0), 0.01, "ms", |s| s.scenario.demand.as_ms_f64(), |s, x| s.scenario.demand =
            Span::from_ms_f64(x)),
        "Computing and waiting of one request together, when nothing is in its way. 20 ms is a page with one query.",
    ),
    param(
        "bursts",
        "Bursts",
        Group::Workload,
        number!((1.0, 100.0), 1.0, "", |s| s.scenario.n_bursts.into(), |s, x| s.scenario.n_bursts = x as u32),
        "In how many rounds of computing and then waiting a request does its work: one per query it makes.",
    ),
    param(
        "cpu-dist",
        "Spread of bursts",
        Group::Workload,
        choice!(scenario.cpu_dist, Dist::Constant => "constant", "constant"; Dist::Exponential => "exponential", "exponential";
            Dist::Lognormal => "lognormal", "lognormal"; Dist::Bimodal => "bimodal", "bimodal"),
        "How much bursts differ from one another. Exponential is queueing theory's middle ground.",
    ),
    param(
        "io-dist",
        "Spread of waits",
        Group::Workload,
        choice!(scenario.io_dist, Dist::Constant => "constant", "constant"; Dist::Exponential => "exponential", "exponential";
            Dist::Lognormal => "lognormal", "lognormal"; Dist::Bimodal => "bimodal", "bimodal"),
        "How much waits differ from one another. Constant by default: one thing at a time.",
    ),
    param(
        "heavy-share",
        "Heavy requests",
        Group::Workload,
        number!((0.0, 100.0), 0.1, "%", |s| s.scenario.heavy.share, |s, x| s.scenario.heavy.share = x),
        "Bimodal only: how many of the requests are heavy. One in twenty, as for a report among page views.",
    ),
    param(
        "heavy-factor",
        "Heaviness",
        Group::Workload,
        number!((1.0, 1000.0), 0.1, "×", |s| s.scenario.heavy.factor, |s, x| s.scenario.heavy.factor = x),
        "Bimodal only: how many times longer a heavy request is. The mean over all requests is kept.",
    ),
    param(
        "load",
        "Load",
        Group::Workload,
        choice!(scenario.load, Load::Closed => "closed", "clients that wait"; Load::Open => "open", "arrivals that do not wait"),
        "Clients that wait for their answer before they ask again, as a load generator's do, or arrivals that come \
         whatever happens, as from the internet.",
    ),
    param(
        "clients",
        "Clients",
        Group::Workload,
        number!((1.0, 100_000.0), 1.0, "", |s| s.scenario.n_clients.into(), |s, x| s.scenario.n_clients = x as u32),
        "How many clients there are, each with one request at a time. 64 that come back every 160 ms ask for 400 \
         requests per second.",
    ),
    param(
        "think",
        "Think time",
        Group::Workload,
        number!((0.0, 60_000.0), 0.1, "ms", |s| s.scenario.think.as_ms_f64(), |s, x| s.scenario.think =
            Span::from_ms_f64(x)),
        "How long a client pauses on average between an answer and its next request.",
    ),
    param(
        "rate",
        "Arrivals per second",
        Group::Workload,
        number!((0.1, 1e6), 0.1, "/s", |s| s.scenario.rate, |s, x| s.scenario.rate = x),
        "How many requests arrive per second, whether the earlier ones are answered or not. 400 is what the default \
         clients ask for.",
    ),
    param(
        "arrivals",
        "Spread of arrivals",
        Group::Workload,
        choice!(scenario.arrivals, Arrivals::Poisson => "poisson", "independent"; Arrivals::Constant => "constant", "evenly spaced";
            Arrivals::Bursty => "bursty", "in bursts"),
        "Independent arrivals are what many people who do not know of each other make.",
    ),
    param(
        "cores",
        "Cores",
        Group::Machine,
        number!((1.0, 64.0), 1.0, "", |s| s.scenario.n_cores.into(), |s, x| s.scenario.n_cores = x as u32),
        "Cores of the machine. Four is a small cloud server.",
    ),
    param(
        "io",
        "Waiting for",
        Group::Workload,
        choice!(scenario.io, Io::Network => "network", "an answer on a socket"; Io::Timer => "timer", "the runtime's timer"),
        "What a request waits for: another server's answer, or the runtime's own setTimeout or time.Sleep.",
    ),
    param(
        "transport",
        "Requests come",
        Group::Workload,
        choice!(scenario.transport, Transport::Http => "http", "over HTTP"; Transport::Direct => "none", "inside the process"),
        "Over HTTP each request also costs the runtime reading, parsing and answering: about 20 µs in Node.js and 15 µs \
         in Go, as measured.",
    ),
    param(
        "gomaxprocs",
        "GOMAXPROCS",
        Group::Runtimes,
        number!(
            (1.0, 64.0),
            1.0,
            "",
            |s| s.scenario.n_processors().into(),
            |s, x| s.scenario.gomaxprocs = (x as u32 != s.scenario.n_cores).then_some(x as u32)
        ),
        "How many goroutines run at once. Go takes the number of cores unless told otherwise.",
    ),
    param(
        "runtimes",
        "Runtimes",
        Group::Runtimes,
        Kind::Runtimes,
        "Which runtimes serve the same requests side by side.",
    ),
    param(
        "js-factor",
        "JavaScript's bursts",
        Group::Runtimes,
        number!((0.5, 10.0), 0.01, "×", |s| s.scenario.js_factor, |s, x| s.scenario.js_factor = x),
        "How many times longer the same burst takes in JavaScript than in Go. 1 compares the schedulers alone.",
    ),
    param(
        "costs",
        "Overheads",
        Group::Machine,
        choice!(scenario.costs, CostModel::Measured => "measured", "as measured"; CostModel::Zero => "zero", "none"),
        "What callbacks, switches and wake-ups cost: as measured on Node.js 20 and Go 1.27, or nothing, as in theory.",
    ),
    param(
        "seed",
        "Seed",
        Group::Workload,
        number!((0.0, 9_007_199_254_740_992.0), 1.0, "", |s| s.scenario.seed as f64, |s, x| s.scenario.seed = x as u64),
        "Chooses the random numbers: the same seed gives the same run to the bit.",
    ),
    param(
        "speed",
        "Speed",
        Group::View,
        number!((0.001, 100.0), 0.001, "×", |s| s.speed, |s, x| s.speed = x),
        "Simulated seconds per second of yours.",
    ),
    param(
        "paused",
        "Paused",
        Group::View,
        Kind::Choice {
            options: &[("false", "no"), ("true", "yes")],
            get: |s| usize::from(s.is_paused),
            set: |s, i| s.is_paused = i == 1,
        },
        "Whether the live run rests.",
    ),
    param(
        "view",
        "View",
        Group::View,
        choice!(view, View::Full => "full", "everything"; View::Compact => "compact", "the essence"),
        "Everything, or only verdict, curve and live plot for a narrow column. A figure in an article starts compact.",
    ),
    param(
        "theme",
        "Colours",
        Group::View,
        choice!(theme, Theme::Auto => "auto", "as the system"; Theme::Light => "light", "light"; Theme::Dark => "dark", "dark";
            Theme::Projector => "projector", "projector"),
        "Light, dark, or made for a projector.",
    ),
    param(
        "model",
        "Model version",
        Group::View,
        number!((1.0, u32::MAX as f64), 1.0, "", |s| s.model.into(), |s, x| s.model = x as u32),
        "The version of the simulated models that a link was made with.",
    ),
];

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
            return Some(self.note(text, "is not a number", &stays));
        };
        let whole = if step == 1.0 { came.round() } else { came };
        let used = whole.max(min).min(max);
        set(settings, used);
        if used != whole {
            return Some(self.note(text, &format!("is outside {min} to {max}"), &used.to_string()));
        }
        if whole != came {
            return Some(self.note(text, "is not a whole number", &used.to_string()));
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
        runtimes.truncate(MAX_RUNTIMES);
        if !runtimes.is_empty() {
            settings.runtimes = runtimes;
        }
        let all = RuntimeId::ALL.map(RuntimeId::key).join(", ");
        let stays = self.get(settings);
        (!strangers.is_empty() || text.is_empty())
            .then(|| self.note(&strangers.join(","), &format!("is none of {all}"), &stays))
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
            Kind::Number { get, .. } => get(settings).to_string(),
            Kind::Choice { options, get, .. } => options[get(settings)].0.to_owned(),
            Kind::Runtimes => settings.runtimes.iter().map(|r| r.key()).collect::<Vec<_>>().join(","),
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
            ("cores", "many", "4", Some("cores: “many” is not a number; 4 is used")),
            ("cores", "2.4", "2", Some("cores: “2.4” is not a whole number; 2 is used")),
            ("mix", "-12.5", "0", Some("mix: “-12.5” is outside 0 to 100; 0 is used")),
            ("mix", "-1e999", "20", Some("mix: “-1e999” is not a number; 20 is used")),
            ("mix", "NaN", "20", Some("mix: “NaN” is not a number; 20 is used")),
            ("load", "open", "open", None),
            ("load", "batch", "closed", Some("load: “batch” is none of closed, open; closed is used")),
            ("paused", "1", "true", None),
            ("runtimes", "go, node,go", "go,node", None),
            ("runtimes", "go,cobol", "go", Some("runtimes: “cobol” is none of node, go; go is used")),
            ("runtimes", "", "node,go", Some("runtimes: “” is none of node, go; node,go is used")),
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
        for text in ["", ".", "-", "1e3", "0x10", "1 2", "NaN", "inf", "١", "99999999999999999999", "9007199254740993"] {
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
