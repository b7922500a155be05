//! How long queues were, one line for all of a kind.

use crate::sim::lanes::Queue;
use crate::sim::time::Time;
use crate::stats::lanes::Window;

/// How many requests were in the queues of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueLane {
    /// One of them.
    pub queue: Queue,
    /// How many of them there are.
    pub n_queues: usize,
    /// From when on there were how many; in order, each different from the one before.
    pub steps: Vec<(Time, u32)>,
}

impl QueueLane {
    /// How many there were at `at`.
    #[must_use]
    pub fn at(&self, at: Time) -> u32 {
        let after = self.steps.partition_point(|(since, _)| *since <= at);
        after.checked_sub(1).map_or(0, |idx| self.steps[idx].1)
    }

    /// The most that there were between `from` and `to`.
    #[must_use]
    pub fn most(&self, from: Time, to: Time) -> u32 {
        let within = self.steps.iter().filter(|(at, _)| (from..=to).contains(at)).map(|(_, len)| *len);
        within.fold(self.at(from), u32::max)
    }
}

/// Those kinds of queues that somebody waited in, in the order of their codes.
pub(super) fn queues(window: &Window) -> Vec<QueueLane> {
    let mut all = Vec::new();
    for kind in 0..Queue::N_KINDS as u8 {
        let mut rows: Vec<(Time, u16, u32)> = Vec::new();
        for (at, queue, len) in window.queues() {
            let (own, nth) = queue.code();
            if own == kind {
                // In order of time; rows of different queues may come late.
                let mut idx = rows.len();
                while idx > 0 && rows[idx - 1].0 > at {
                    idx -= 1;
                }
                rows.insert(idx, (at, nth, len));
            }
        }
        let mut each: Vec<u32> = Vec::new();
        let mut steps: Vec<(Time, u32)> = Vec::new();
        let mut total = 0;
        for (at, nth, len) in rows {
            let nth = usize::from(nth);
            if each.len() <= nth {
                each.resize(nth + 1, 0);
            }
            total = total - each[nth] + len;
            each[nth] = len;
            match steps.last_mut() {
                Some(last) if last.0 == at => last.1 = total,
                _ => steps.push((at, total)),
            }
        }
        steps.dedup_by_key(|(_, len)| *len);
        if let Some(queue) = Queue::of_code(kind, 0).filter(|_| steps.iter().any(|(_, len)| *len > 0)) {
            all.push(QueueLane { queue, n_queues: each.len(), steps });
        }
    }
    all
}
