//! What a worker does for the annex, without the worker: judges stories, in slices.

use crate::protocol::encode;
use crate::protocol::study::{FromStudy, Judged, MapRow};
use crate::stories::lab::Care;
use crate::stories::list::ALL;
use crate::stories::space::{CORES, MIXES, Map};
use crate::stories::{Judge, Sitting, Verdict};
use crate::view::units::number;

/// Work for the annex.
#[derive(Debug, Default)]
pub struct Study {
    sitting: Option<(u32, Sitting)>,
}

impl Study {
    /// Begins to judge a story; the one before is not looked at any more.
    pub fn judge(&mut self, story: u32) {
        let judge = ALL.get(story as usize).map(|story| Judge::new(story, Care::FIRST));
        self.sitting = judge.map(|judge| (story, Sitting::new(judge)));
    }

    /// Whether there is something to do.
    #[must_use]
    pub fn has_work(&self) -> bool {
        self.sitting.is_some()
    }

    /// Works for at most `max_events` events; the message to the annex if there is one.
    pub fn step(&mut self, max_events: u64) -> Option<Vec<u8>> {
        let (story, sitting) = self.sitting.as_mut()?;
        let verdict = sitting.advance(max_events)?;
        let judged = FromStudy::Judged(judged(*story, verdict));
        self.sitting = None;
        Some(encode(&judged))
    }
}

fn judged(story: u32, verdict: &Verdict) -> Judged {
    Judged {
        story,
        outcome: verdict.outcome.key().to_owned(),
        found: verdict.headline(),
        sentence: verdict.sentence.clone(),
        hangs_on: verdict.hangs_on.sentence(),
        map: verdict.map.as_ref().map(rows).unwrap_or_default(),
    }
}

/// Who finishes more where.
fn rows(map: &Map) -> Vec<MapRow> {
    let mut from = 1;
    let row = |(to, row): (u32, &[crate::stories::space::Cell; MIXES.len()])| {
        let cores = if from == to { number(f64::from(to)) } else { format!("{from} to {to}") };
        from = to + 1;
        let mut low = 0.0;
        let cell = |(high, cell): (f64, &crate::stories::space::Cell)| {
            let band = format!("{} to {} %", number(low), number(high));
            low = high;
            (band, [cell.n_go, cell.n_nobody, cell.n_node])
        };
        MapRow { cores, cells: MIXES.into_iter().zip(row).map(cell).collect() }
    };
    CORES.into_iter().zip(&map.throughput).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::decode;

    #[test]
    fn a_story_is_judged_in_slices_and_another_takes_its_place() {
        let mut study = Study::default();
        study.judge(99);
        assert!(!study.has_work());
        study.judge(13);
        assert!(study.step(1_000).is_none() && study.has_work());
        study.judge(0);
        let told = (0..1_000_000).find_map(|_| study.step(100_000)).expect("a verdict");
        let Ok(FromStudy::Judged(judged)) = decode(&told) else { panic!("expected a verdict, got {told:?}") };
        assert_eq!((judged.story, study.has_work()), (0, false));
        assert!(judged.found.starts_with("Holds") && judged.sentence.ends_with('.'), "{judged:?}");
    }
}
