//! What the settings were before, to go back to and forth again.

use crate::app::settings::Settings;

/// Changes that can be taken back.
const MAX_CHANGES: usize = 100;

/// The settings at every change.
#[derive(Clone, Debug)]
pub struct History {
    past: Vec<Settings>,
    now: Settings,
    future: Vec<Settings>,
}

/// Whether one can be had from the other by playing or pausing alone: that is no change to take back.
fn are_same(one: &Settings, other: &Settings) -> bool {
    let one = Settings { is_paused: other.is_paused, ..one.clone() };
    one == *other
}

impl History {
    /// A history that begins with these.
    pub(super) fn new(settings: &Settings) -> Self {
        Self { past: Vec::new(), now: settings.clone(), future: Vec::new() }
    }

    /// A change has come to its end, or did not change anything.
    pub(super) fn note(&mut self, settings: &Settings) {
        let before = std::mem::replace(&mut self.now, settings.clone());
        if are_same(&before, settings) {
            return;
        }
        if self.past.len() == MAX_CHANGES {
            self.past.remove(0);
        }
        self.past.push(before);
        self.future.clear();
    }

    /// The settings before the last change.
    pub(super) fn undo(&mut self) -> Option<Settings> {
        let before = self.past.pop()?;
        self.future.push(std::mem::replace(&mut self.now, before.clone()));
        Some(before)
    }

    /// The settings after the change that was taken back last.
    pub(super) fn redo(&mut self) -> Option<Settings> {
        let after = self.future.pop()?;
        self.past.push(std::mem::replace(&mut self.now, after.clone()));
        Some(after)
    }

    /// Whether there is something to take back, and something that was taken back.
    #[must_use]
    pub fn can(&self) -> (bool, bool) {
        (!self.past.is_empty(), !self.future.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::scenario::Scenario;

    #[test]
    fn changes_are_taken_back_one_by_one_and_made_again_until_another_is_made() {
        let at = |mix| Settings { scenario: Scenario { mix, ..Scenario::default() }, ..Settings::default() };
        let mut history = History::new(&at(1.0));
        history.note(&at(2.0));
        history.note(&Settings { is_paused: true, ..at(2.0) });
        history.note(&at(3.0));
        assert_eq!(history.can(), (true, false));
        assert_eq!(history.undo().map(|s| s.scenario.mix), Some(2.0));
        assert_eq!(history.undo(), Some(at(1.0)), "a pause is no change");
        assert_eq!((history.undo(), history.can()), (None, (false, true)));
        assert_eq!(history.redo().map(|s| s.scenario.mix), Some(2.0));
        history.note(&at(9.0));
        assert_eq!((history.redo(), history.can()), (None, (true, false)));
        (0..1000).for_each(|i| history.note(&at(f64::from(i % 7))));
        assert_eq!(std::iter::from_fn(|| history.undo()).count(), MAX_CHANGES);
    }
}
