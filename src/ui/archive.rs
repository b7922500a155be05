//! The page's side of the archive: loaded with the first question, and replaced if it is lost.

use yew::Callback;

use crate::protocol::archive::{FromArchive, PORT_NAME};
use crate::protocol::decode;
use crate::ui::seat::{Message, Report, Script, Seat, Way};

const SCRIPT: Script = Script { file: "measured-boot.js", port: PORT_NAME };
/// How often it may be lost: whatever does that is not asked for ever.
const MAX_LOSSES: u32 = 3;

/// The archive, as the page has it.
pub(super) struct Archive {
    seat: Option<Seat>,
    n_losses: u32,
    report: Callback<Report>,
}

impl Archive {
    /// An archive that is not there yet. Its reports have to be handed to [`Archive::hear`].
    pub(super) fn new(report: Callback<Report>) -> Self {
        Self { seat: None, n_losses: 0, report }
    }

    /// Asks, of an archive that is started `way` if there is none; whether there is anybody to be asked.
    pub(super) fn ask(&mut self, question: Message, way: Way) -> bool {
        if self.seat.is_none() && self.n_losses < MAX_LOSSES {
            self.seat = Seat::start(way, SCRIPT, self.report.clone());
        }
        let Some(seat) = &mut self.seat else { return false };
        seat.send(question);
        true
    }

    /// Takes a report; `None` if the archive is lost with all that it was told.
    pub(super) fn hear(&mut self, report: &Report) -> Option<FromArchive> {
        if let (Report::Said(bytes), Some(seat)) = (report, &mut self.seat)
            && let Ok(answer) = decode(bytes)
        {
            seat.heard();
            if answer == FromArchive::Ready {
                seat.settle();
            }
            return Some(answer);
        }
        // Dropping a seat terminates its worker.
        self.seat = None;
        self.n_losses += 1;
        None
    }
}
