//! What the page knows of measurements, and what it has to ask the archive.

use crate::app::comparison::Comparison;
use crate::protocol::archive::{Dots, FromArchive, ToArchive};
use crate::protocol::{RunId, Runtime};
use crate::sim::scenario::Transport;

/// What the page knows of measurements.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// What was measured in the scenario that is shown.
    pub shown: Dots,
    /// What became of the reader's last file.
    pub told: String,
    /// A file of the reader's is among what is shown.
    pub has_own: bool,
    /// The archive can not be had.
    pub is_lost: bool,
    /// A file of the reader's is on its way.
    pub is_reading: bool,
    /// The shown curve for which dots were asked.
    asked: Option<RunId>,
}

impl Measured {
    /// What has to be asked next while the page shows `comparison`.
    pub fn next(&mut self, comparison: &Comparison) -> Option<ToArchive> {
        // All that was ever committed was measured without HTTP.
        let may_be_known = comparison.scenario.transport != Transport::Http || self.has_own;
        let wanted = may_be_known.then_some(comparison.run);
        if self.asked == wanted {
            return None;
        }
        self.asked = wanted;
        self.shown = Dots::default();
        let runtimes = comparison.runtimes.iter().copied().map(Runtime).collect();
        Some(ToArchive::Dots { run: wanted?, scenario: comparison.scenario, runtimes })
    }

    /// Everything is asked anew.
    fn forget_answers(&mut self) {
        self.asked = None;
    }

    /// The reader's file is not wanted any more.
    pub fn forget(&mut self) {
        self.told.clear();
        self.has_own = false;
        self.forget_answers();
    }

    /// The archive has answered.
    pub fn heard(&mut self, answer: FromArchive) {
        match answer {
            FromArchive::Dots(dots) if Some(dots.run) == self.asked => self.shown = dots,
            FromArchive::Accepted(words) => {
                self.is_reading = false;
                self.has_own = true;
                self.told = words;
                self.forget_answers();
            }
            FromArchive::Refused(words) => {
                self.is_reading = false;
                self.told = words;
            }
            FromArchive::Dots(_) | FromArchive::Card(_) | FromArchive::Ready => {}
        }
    }

    /// The archive was lost with all that it was told.
    pub fn lost(&mut self) {
        if self.has_own {
            self.told.clear();
        }
        self.has_own = false;
        self.forget_answers();
        self.give_up();
    }

    /// A file that was on its way to the archive will not be read.
    pub fn give_up(&mut self) {
        if std::mem::take(&mut self.is_reading) {
            "Not accepted: the file could not be read.".clone_into(&mut self.told);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::settings::Settings;

    fn showing(transport: Transport, run: u32) -> Comparison {
        let mut settings = Settings::default();
        settings.scenario.transport = transport;
        Comparison::of(&settings, RunId(run))
    }

    fn is_dots(asked: Option<ToArchive>, wanted: u32) -> bool {
        asked.is_some_and(|asked| matches!(asked, ToArchive::Dots { run, .. } if run == RunId(wanted)))
    }

    fn answer(run: u32) -> FromArchive {
        FromArchive::Dots(Dots { run: RunId(run), caption: "some".into(), ..Dots::default() })
    }

    #[test]
    fn nothing_is_asked_where_nothing_can_have_been_measured() {
        let mut measured = Measured::default();
        assert_eq!(measured.next(&showing(Transport::Http, 1)), None);
        assert!(is_dots(measured.next(&showing(Transport::Direct, 2)), 2));
        assert_eq!(measured.next(&showing(Transport::Direct, 2)), None, "once is enough");
        measured.heard(answer(2));
        assert_eq!(measured.shown.caption, "some");
        assert!(is_dots(measured.next(&showing(Transport::Direct, 3)), 3));
        assert_eq!(measured.shown, Dots::default());
        measured.heard(answer(2));
        assert_eq!(measured.shown, Dots::default(), "an answer to what was asked before");
        assert_eq!(measured.next(&showing(Transport::Http, 4)), None);
        measured.heard(answer(3));
        assert_eq!(measured.shown, Dots::default());
    }

    #[test]
    fn a_readers_file_is_asked_for_everywhere() {
        let mut measured = Measured::default();
        let page = showing(Transport::Http, 1);
        assert_eq!(measured.next(&page), None);
        measured.heard(FromArchive::Accepted("desk".into()));
        assert_eq!((measured.has_own, measured.told.as_str()), (true, "desk"));
        assert!(is_dots(measured.next(&page), 1));
        assert_eq!(measured.next(&page), None);
        measured.heard(answer(1));
        measured.forget();
        assert_eq!(measured.next(&page), None);
        assert_eq!((measured.has_own, measured.told.as_str()), (false, ""));
    }

    #[test]
    fn what_is_not_accepted_is_said() {
        let mut measured = Measured::default();
        measured.heard(FromArchive::Refused("why".into()));
        assert_eq!((measured.has_own, measured.told.as_str()), (false, "why"));
        measured.heard(FromArchive::Accepted("desk".into()));
        measured.lost();
        assert_eq!((measured.has_own, measured.told.as_str()), (false, ""));
        measured.is_reading = true;
        measured.lost();
        measured.lost();
        assert!(measured.told.contains("could not be read"), "{}", measured.told);
    }
}
