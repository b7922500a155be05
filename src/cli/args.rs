//! The words of a command line, checked as far as they can be before anything is run.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use lexopt::{Arg, Parser, ValueExt as _};

use crate::app::settings::Settings;
use crate::cli::Failure;
use crate::cli::query::{self, Sweep};
use crate::sim::time::Span;
use crate::view::metrics::{self, METRICS, Metric, THROUGHPUT};

/// Replications at most: a t-interval gains nothing from more.
const MAX_REPLICATIONS: u32 = 10_000;
/// Simulated time at most: a year.
const MAX_SECONDS: f64 = 365.0 * 86_400.0;
/// Width and height of a poster if nothing is said: what a link's preview shows whole.
const SIZE: (u32, u32) = (1200, 675);
/// What they may be.
const SIDES: RangeInclusive<u32> = 400..=10_000;

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Run,
    Sweep,
    Poster,
    Trace,
    Verify,
    Stories,
    Help,
}

impl Command {
    const ALL: [(&str, Self); 7] = [
        ("run", Self::Run),
        ("sweep", Self::Sweep),
        ("poster", Self::Poster),
        ("trace", Self::Trace),
        ("verify", Self::Verify),
        ("stories", Self::Stories),
        ("help", Self::Help),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, command)| *command == self).map_or("", |(name, _)| name)
    }

    /// The options that it knows.
    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Run => &["for", "replications", "requests", "json"],
            Self::Sweep => &["for", "replications", "over", "json"],
            Self::Poster => &["replications", "show", "size", "output"],
            Self::Trace => &["for", "requests", "output"],
            Self::Verify => &["measured", "json"],
            Self::Stories => &["replications", "json"],
            Self::Help => &[],
        }
    }
}

/// What to do, with everything that was said about it.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) command: Command,
    pub(super) settings: Settings,
    pub(super) length: Option<Span>,
    pub(super) n_replications: Option<u32>,
    pub(super) requests: Option<PathBuf>,
    pub(super) over: Option<Sweep>,
    pub(super) output: Option<PathBuf>,
    /// What a poster shows, and how large it is in pixels.
    pub(super) metric: &'static Metric,
    pub(super) size: (u32, u32),
    pub(super) measured: bool,
    /// Files of measurements.
    pub(super) files: Vec<PathBuf>,
    /// Stories by name.
    pub(super) stories: Vec<String>,
    pub(super) json: bool,
}

/// Reads `args`, which begin with the subcommand.
pub(super) fn parse(args: impl Iterator<Item = OsString>) -> Result<Job, Failure> {
    let mut parser = Parser::from_args(args);
    let command = match parser.next().map_err(usage)? {
        None | Some(Arg::Short('h') | Arg::Long("help")) => Command::Help,
        Some(Arg::Value(word)) => {
            let word = word.to_string_lossy().into_owned();
            let found = Command::ALL.iter().find(|(name, _)| *name == word).map(|(_, command)| *command);
            found.ok_or_else(|| {
                Failure::Usage(format!("expected run, sweep, poster, trace, verify, stories or help, got {word}"))
            })?
        }
        Some(other) => return Err(usage(other.unexpected())),
    };
    let mut job = Job {
        command,
        settings: Settings::default(),
        length: None,
        n_replications: None,
        requests: None,
        over: None,
        output: None,
        metric: THROUGHPUT,
        size: SIZE,
        measured: false,
        files: Vec::new(),
        stories: Vec::new(),
        json: false,
    };
    let mut query: Option<String> = None;
    while let Some(arg) = parser.next().map_err(usage)? {
        let option = match arg {
            Arg::Short('h') | Arg::Long("help") => {
                job.command = Command::Help;
                return Ok(job);
            }
            Arg::Short('o') => "output".to_owned(),
            Arg::Short(letter) => format!("-{letter}"),
            Arg::Long(name) => name.to_owned(),
            Arg::Value(id) if command == Command::Stories => {
                job.stories.push(id.to_string_lossy().into_owned());
                continue;
            }
            Arg::Value(text) if query.is_none() && !matches!(command, Command::Verify | Command::Help) => {
                query = Some(text.string().map_err(usage)?);
                continue;
            }
            Arg::Value(path) if job.measured => {
                job.files.push(path.into());
                continue;
            }
            Arg::Value(text) => {
                let one = match command {
                    Command::Verify => "files after --measured only",
                    Command::Help => "nothing more",
                    // Whatever comes is taken for the name of one.
                    Command::Stories => "names of stories",
                    Command::Run | Command::Sweep | Command::Poster | Command::Trace => "one query",
                };
                return Err(Failure::Usage(format!("{}: expected {one}, got {}", command.name(), text.display())));
            }
        };
        if !command.options().contains(&option.as_str()) {
            return Err(Failure::Usage(format!("{}: {}", command.name(), strange(command, &option))));
        }
        read_option(&mut job, &mut parser, &option)?;
    }
    job.settings = query::parse(query.as_deref().unwrap_or_default())?;
    match command {
        Command::Sweep if job.over.is_none() => {
            Err(Failure::Usage("sweep: expected --over key=from:to:step, got none".to_owned()))
        }
        Command::Poster => match &job.output {
            Some(path) if is_svg(path) => Ok(job),
            Some(path) => Err(Failure::Usage(format!("poster: expected -o FILE.svg, got {}", path.display()))),
            None => Err(Failure::Usage("poster: expected -o FILE.svg, got none".to_owned())),
        },
        Command::Trace if job.output.is_none() => {
            Err(Failure::Usage("trace: expected -o FILE.json, got none".to_owned()))
        }
        _ => Ok(job),
    }
}

fn strange(command: Command, option: &str) -> String {
    let known: Vec<String> = command
        .options()
        .iter()
        .map(|known| if *known == "output" { "-o".to_owned() } else { format!("--{known}") })
        .collect();
    let known = if known.is_empty() { "no options".to_owned() } else { known.join(", ") };
    let came = match option {
        "output" => "-o".to_owned(),
        letter if letter.starts_with('-') => letter.to_owned(),
        name => format!("--{name}"),
    };
    format!("expected {known}, got {came}")
}

fn read_option(job: &mut Job, parser: &mut Parser, option: &str) -> Result<(), Failure> {
    match option {
        "json" => {
            job.json = true;
            return Ok(());
        }
        "measured" => {
            job.measured = true;
            return Ok(());
        }
        _ => {}
    }
    let value = parser.value().map_err(usage)?;
    match option {
        "requests" => job.requests = Some(value.into()),
        "output" => job.output = Some(value.into()),
        _ => {
            let text = value.string().map_err(usage)?;
            let bad = |accepted: &str| {
                Failure::Usage(format!("--{option}: expected {accepted}, got {}", query::shown(&text)))
            };
            match option {
                "show" => {
                    let keys = || METRICS.iter().map(|metric| metric.key).collect::<Vec<_>>().join(", ");
                    job.metric = metrics::find(&text).ok_or_else(|| bad(&keys()))?;
                }
                "size" => {
                    let accepted = format!("WIDTHxHEIGHT, each {} to {} pixels", SIDES.start(), SIDES.end());
                    job.size = size(&text).ok_or_else(|| bad(&accepted))?;
                }
                "for" => {
                    job.length = Some(length(&text).ok_or_else(|| bad("a time up to a year such as 60s or 100ms"))?);
                }
                "replications" => {
                    let n = text.parse().ok().filter(|n| (1..=MAX_REPLICATIONS).contains(n));
                    job.n_replications = Some(n.ok_or_else(|| bad(&format!("1 to {MAX_REPLICATIONS}")))?);
                }
                _ => job.over = Some(query::parse_sweep(&text)?),
            }
        }
    }
    Ok(())
}

/// Whether a picture may be written there: to standard output, or to a file that does not claim to be another kind.
fn is_svg(path: &Path) -> bool {
    path.extension().is_none_or(|ending| ending.eq_ignore_ascii_case("svg"))
}

/// A size such as `1200x675`.
fn size(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once(['x', '×'])?;
    let side = |text: &str| text.parse().ok().filter(|side| SIDES.contains(side));
    Some((side(width)?, side(height)?))
}

/// A length of time such as `60s`, `100ms`, `2m` or `1h`; seconds if no unit is given.
fn length(text: &str) -> Option<Span> {
    let digits = text.find(|c: char| c.is_ascii_alphabetic() || c == 'µ').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let seconds = match unit.trim() {
        "ns" => 1e-9,
        "us" | "µs" => 1e-6,
        "ms" => 1e-3,
        "s" | "" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    let total = number.trim().parse::<f64>().ok()? * seconds;
    (total > 0.0 && total <= MAX_SECONDS).then(|| Span::from_secs_f64(total)).filter(|span| !span.is_zero())
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn usage(error: lexopt::Error) -> Failure {
    Failure::Usage(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Job, String> {
        parse(args.iter().map(OsString::from)).map_err(|failure| match failure {
            Failure::Usage(why) => why,
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn lengths_are_read_with_their_units() {
        for (text, ms) in [("60s", 60_000.0), ("100ms", 100.0), ("2m", 120_000.0), ("1.5", 1500.0), ("250us", 0.25)] {
            assert_eq!(length(text), Some(Span::from_ms_f64(ms)), "{text}");
        }
        for text in ["", "s", "-1s", "0s", "1 fortnight", "nan", "inf", "1e300s", "1e-300s"] {
            assert_eq!(length(text), None, "{text}");
        }
    }

    #[test]
    fn words_that_make_no_sense_are_named() {
        for (args, why) in [
            (&["walk"][..], "expected run, sweep, poster, trace, verify, stories or help, got walk"),
            (&["run", "mix=1", "mix=2"], "run: expected one query, got mix=2"),
            (&["run", "--over", "mix=0:1:1"], "run: expected --for, --replications, --requests, --json, got --over"),
            (&["run", "--for", "soon"], "--for: expected a time up to a year such as 60s or 100ms, got soon"),
            (&["run", "--replications", "0"], "--replications: expected 1 to 10000, got 0"),
            (&["sweep", "mix=1"], "sweep: expected --over key=from:to:step, got none"),
            (&["trace"], "trace: expected -o FILE.json, got none"),
            (&["poster"], "poster: expected -o FILE.svg, got none"),
            (&["poster", "-o", "x.png"], "poster: expected -o FILE.svg, got x.png"),
            (
                &["poster", "-o", "-", "--size", "9x9"],
                "--size: expected WIDTHxHEIGHT, each 400 to 10000 pixels, got 9x9",
            ),
            (&["verify", "mix=1"], "verify: expected files after --measured only, got mix=1"),
            (&["run", "-o", "x"], "run: expected --for, --replications, --requests, --json, got -o"),
            (&["run", "--for", ""], "--for: expected a time up to a year such as 60s or 100ms, got nothing"),
            (&["verify", "-x"], "verify: expected --measured, --json, got -x"),
        ] {
            assert_eq!(parsed(args).err().as_deref(), Some(why), "{args:?}");
        }
    }

    #[test]
    fn everything_said_is_kept() {
        let job = parsed(&["run", "mix=30&cores=8", "--for=2s", "--replications", "3", "--json"]).expect("it is legal");
        assert_eq!((job.command, job.json, job.n_replications), (Command::Run, true, Some(3)));
        assert_eq!((job.settings.scenario.mix, job.length), (30.0, Some(Span::from_ms(2000))));
        assert_eq!(parsed(&[]).map(|job| job.command), Ok(Command::Help));
        assert_eq!(parsed(&["run", "--help"]).map(|job| job.command), Ok(Command::Help));
    }
}
