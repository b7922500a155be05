//! What the archive answers: it has the committed measurements at hand, and the reader's own.

use crate::app::names::name;
use crate::measured::file::{Measurements, Point};
use crate::measured::files::FILES;
use crate::measured::{card, elements, scenario, words};
use crate::protocol::archive::{Dot, Dots, FromArchive, MAX_BYTES, ToArchive};
use crate::protocol::{RunId, Runtime};
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Scenario;
use crate::view::units::{count, fixed};

/// A file of measurements with its points' scenarios.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) file: Measurements,
    /// One for each point.
    scenarios: Vec<Scenario>,
}

impl Known {
    fn new(file: Measurements) -> Self {
        // A file is only accepted if all of its queries are.
        let scenarios = file.points.iter().map(|point| scenario::of(&point.query).unwrap_or_default()).collect();
        Self { file, scenarios }
    }

    /// The points that a chart over the mix can show, with their runtimes and scenarios. What was replayed has no mix,
    /// and noise is not to be judged by.
    pub(super) fn points(&self) -> impl Iterator<Item = (&Point, RuntimeId, &Scenario)> {
        self.file
            .points
            .iter()
            .zip(&self.scenarios)
            .filter(|(point, _)| point.schedule.is_none() && !point.noisy)
            .filter_map(|(point, scenario)| Some((point, point.runtime()?, scenario)))
    }

    /// The points that were measured in `wanted`, whatever their mix.
    fn points_in(&self, wanted: &Scenario, runtimes: &[Runtime]) -> impl Iterator<Item = (&Point, RuntimeId, f64)> {
        let is_wanted = move |runtime: RuntimeId, scenario: &Scenario| {
            runtimes.contains(&Runtime(runtime)) && scenario::are_alike(scenario, wanted, runtime)
        };
        self.points()
            .filter(move |(_, runtime, scenario)| is_wanted(*runtime, scenario))
            .map(|(point, runtime, scenario)| (point, runtime, scenario.mix))
    }
}

/// The archive.
#[derive(Debug, Default)]
pub struct Archive {
    committed: Vec<Known>,
    /// The reader's file.
    own: Option<Known>,
}

impl Archive {
    /// Reads the committed files.
    #[must_use]
    pub fn new() -> Self {
        // A test reads them all; one that could not be read would have nothing to show.
        let files = FILES.iter().filter_map(|(_, bytes)| Measurements::read(bytes).ok());
        Self { committed: files.map(Known::new).collect(), own: None }
    }

    /// Answers a question.
    pub fn answer(&mut self, question: ToArchive) -> Option<FromArchive> {
        match question {
            ToArchive::Dots { run, scenario, runtimes } => {
                Some(FromArchive::Dots(self.dots(run, &scenario, &runtimes)))
            }
            ToArchive::Card => Some(FromArchive::Card(card::sections(&self.committed, self.own.as_ref()))),
            ToArchive::Refuse(n_bytes) => {
                let megabytes = |n: f64| fixed(n / f64::from(1 << 20), 1, true);
                let (most, came) = (megabytes(MAX_BYTES as f64), megabytes(n_bytes as f64));
                Some(refused(&format!("expected a file of at most {most} MB, got {came} MB")))
            }
            ToArchive::Forget => {
                self.own = None;
                None
            }
        }
    }

    /// Reads a reader's file, which takes the place of the one before.
    pub fn read(&mut self, bytes: &[u8]) -> FromArchive {
        match Measurements::read(bytes) {
            Ok(file) => {
                let n_points = count(file.points.len() as u32, "point", "points");
                let words = format!("{n_points} measured on {} came with the file.", words::tame(&file.machine.name));
                self.own = Some(Known::new(file));
                FromArchive::Accepted(words)
            }
            Err(bad) => refused(&bad.0),
        }
    }

    fn dots(&self, run: RunId, wanted: &Scenario, runtimes: &[Runtime]) -> Dots {
        let mut found = Vec::new();
        let mut machines: Vec<String> = Vec::new();
        let mut n_own = 0;
        for known in self.committed.iter().chain(&self.own) {
            let is_readers = self.own.as_ref().is_some_and(|own| std::ptr::eq(own, known));
            for (point, runtime, mix) in known.points_in(wanted, runtimes) {
                let x = &point.throughput_per_s;
                let words = words::sentence(point, runtime, mix, &known.file);
                let dot = Dot { runtime, mix, throughput: (x.min, x.median, x.max), is_readers, words };
                found.push((dot, words::row(point, name(runtime), runtime, mix, &known.file)));
                let machine = words::tame(&known.file.machine.name);
                n_own += u32::from(is_readers);
                if !is_readers && !machines.contains(&machine) {
                    machines.push(machine);
                }
            }
        }
        found.sort_by(|(a, _), (b, _)| a.mix.total_cmp(&b.mix));
        let (dots, rows): (Vec<Dot>, Vec<Vec<String>>) = found.into_iter().unzip();
        let table = (!rows.is_empty()).then(|| elements::table("What was measured here", &words::COLUMNS, rows));
        Dots { run, dots, caption: self.caption(&machines, n_own), table: table.into_iter().collect() }
    }

    /// Where dots come from.
    fn caption(&self, machines: &[String], n_own: u32) -> String {
        let mut parts = Vec::new();
        if !machines.is_empty() {
            parts.push(format!("dots: measured on {}", machines.join(", ")));
        }
        if let Some(own) = &self.own {
            let machine = words::tame(&own.file.machine.name);
            parts.push(match n_own {
                0 => format!("nothing here from {machine}"),
                _ => format!("rings: measured on {machine}"),
            });
        }
        parts.join("; ")
    }
}

fn refused(why: &str) -> FromArchive {
    FromArchive::Refused(format!("Not accepted: {why}. What cargo xtask calibrate writes is accepted."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::archive::Tag;

    const MEASURED: &str = "transport=none&io=timer&think=0&cpu-dist=constant&cores=2&gomaxprocs=2&alloc=0";

    fn ask(archive: &mut Archive, query: &str) -> Dots {
        let scenario = scenario::of(query).expect("a query");
        let runtimes = vec![Runtime(RuntimeId::Go), Runtime(RuntimeId::Node)];
        match archive.answer(ToArchive::Dots { run: RunId(7), scenario, runtimes }) {
            Some(FromArchive::Dots(dots)) => dots,
            other => panic!("expected dots, got {other:?}"),
        }
    }

    fn own(name: &str) -> Vec<u8> {
        let text = std::str::from_utf8(FILES[0].1).expect("text");
        let machine = &Archive::new().committed[0].file.machine.name.clone();
        text.replacen(machine, name, 1).into_bytes()
    }

    #[test]
    fn dots_come_where_something_was_measured_and_only_there() {
        let mut archive = Archive::new();
        let found = ask(&mut archive, MEASURED);
        assert_eq!(found.run, RunId(7));
        assert!(found.dots.len() >= 4 && found.dots.len() + 1 == found.table[0].all(Tag::Tr).len(), "{found:?}");
        assert!(found.dots.windows(2).all(|pair| pair[0].mix <= pair[1].mix), "{found:?}");
        assert!(found.dots.iter().all(|dot| !dot.is_readers && dot.throughput.0 <= dot.throughput.2), "{found:?}");
        assert!(found.dots.iter().any(|dot| dot.runtime == RuntimeId::Go), "{found:?}");
        assert!(found.dots.iter().all(|dot| dot.runtime != RuntimeId::NodeCluster), "not asked for: {found:?}");
        assert!(found.caption.starts_with("dots: measured on "), "{found:?}");
        let widths = found.table[0].all(Tag::Tr).into_iter().map(|row| row.children.len());
        assert!(widths.clone().all(|width| width == words::COLUMNS.len()), "{found:?}");
        let default = ask(&mut archive, "");
        assert_eq!((default.dots.len(), default.caption.as_str(), default.table.len()), (0, "", 0));
    }

    #[test]
    fn the_readers_file_is_shown_beside_the_others_until_it_goes() {
        let mut archive = Archive::new();
        let before = ask(&mut archive, MEASURED);
        let n_points = archive.committed[0].file.points.len();
        let accepted = archive.read(&own("desk"));
        let words = format!("{n_points} points measured on desk came with the file.");
        assert_eq!(accepted, FromArchive::Accepted(words));
        let both = ask(&mut archive, MEASURED);
        let n_own = both.dots.iter().filter(|dot| dot.is_readers).count();
        assert!(n_own >= 4 && both.dots.len() > n_own, "{both:?}");
        assert!(both.caption.ends_with("; rings: measured on desk"), "{}", both.caption);
        assert_eq!(ask(&mut archive, "").caption, "nothing here from desk");
        let refused = archive.read(b"{}");
        assert!(matches!(&refused, FromArchive::Refused(why) if why.contains("format")), "{refused:?}");
        assert_eq!(ask(&mut archive, MEASURED), both, "the one before stays");
        let refused = archive.answer(ToArchive::Refuse(51 << 19));
        let why = "Not accepted: expected a file of at most 1 MB, got 25.5 MB. What cargo xtask calibrate writes is accepted.";
        assert_eq!(refused, Some(FromArchive::Refused(why.to_owned())));
        archive.read(&own("lap"));
        assert!(ask(&mut archive, MEASURED).caption.ends_with("rings: measured on lap"), "the last one counts");
        assert_eq!(archive.answer(ToArchive::Forget), None);
        assert_eq!(ask(&mut archive, MEASURED), before);
    }

    #[test]
    fn noise_and_replays_are_not_shown() {
        let mut archive = Archive::new();
        let text = String::from_utf8(own("desk")).expect("text");
        archive.read(text.replace("\"noisy\": false", "\"noisy\": true").as_bytes());
        assert!(ask(&mut archive, MEASURED).dots.iter().all(|dot| !dot.is_readers));
        archive.read(text.replace("\"schedule\": null", "\"schedule\": \"a.txt\"").as_bytes());
        assert!(ask(&mut archive, MEASURED).dots.iter().all(|dot| !dot.is_readers));
    }
}
