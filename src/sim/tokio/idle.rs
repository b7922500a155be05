//! Who sleeps and who searches: `runtime/scheduler/multi_thread/idle.rs`.

use crate::sim::tokio::WorkerIdx;

/// Counts of searching and of unparked workers, and who sleeps.
#[derive(Clone, Debug)]
pub(super) struct Idle {
    n_workers: usize,
    n_searching: usize,
    n_unparked: usize,
    /// The last to fall asleep is the first to be woken.
    sleepers: Vec<WorkerIdx>,
}

impl Idle {
    /// All of `n_workers` sleep, the first of them since the longest time.
    pub(super) fn all_asleep(n_workers: u16) -> Self {
        Self {
            n_workers: n_workers.into(),
            n_searching: 0,
            n_unparked: 0,
            sleepers: (0..n_workers).map(WorkerIdx).collect(),
        }
    }

    /// `worker_to_notify`: nobody while somebody searches, who will find **some** work and then wake the next.
    pub(super) fn worker_to_notify(&mut self) -> Option<WorkerIdx> {
        if self.n_searching > 0 || self.n_unparked >= self.n_workers {
            return None;
        }
        let worker = self.sleepers.pop()?;
        self.n_searching += 1;
        self.n_unparked += 1;
        Some(worker)
    }

    /// `transition_worker_to_parked`, of a worker that does not search, or not any more.
    pub(super) fn park(&mut self, worker: WorkerIdx) {
        self.n_unparked -= 1;
        self.sleepers.push(worker);
    }

    /// `transition_worker_to_searching`: not more than about half of the workers.
    pub(super) fn search(&mut self) -> bool {
        let may = 2 * self.n_searching < self.n_workers;
        self.n_searching += usize::from(may);
        may
    }

    /// `transition_worker_from_searching`; whether it was the last, and has to wake another or to look once more.
    pub(super) fn stop_searching(&mut self) -> bool {
        self.n_searching -= 1;
        self.n_searching == 0
    }

    /// `unpark_worker_by_id`: `worker` has work from within its own park. Whether it was asleep until now.
    pub(super) fn unpark_by_id(&mut self, worker: WorkerIdx) -> bool {
        let Some(at) = self.sleepers.iter().position(|sleeper| *sleeper == worker) else { return false };
        self.sleepers.swap_remove(at);
        self.n_unparked += 1;
        true
    }

    pub(super) fn is_parked(&self, worker: WorkerIdx) -> bool {
        self.sleepers.contains(&worker)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_woken_at_a_time_and_the_last_asleep_first() {
        let mut idle = Idle::all_asleep(3);
        assert_eq!(idle.worker_to_notify(), Some(WorkerIdx(2)));
        assert_eq!(idle.worker_to_notify(), None, "it searches");
        assert!(idle.stop_searching(), "the last that searches wakes another");
        assert_eq!(idle.worker_to_notify(), Some(WorkerIdx(1)));
        assert!(idle.stop_searching(), "it looks once more");
        idle.park(WorkerIdx(1));
        assert!(idle.unpark_by_id(WorkerIdx(0)) && !idle.is_parked(WorkerIdx(0)));
        assert!(!idle.unpark_by_id(WorkerIdx(0)), "it is awake");
    }

    #[test]
    fn half_of_the_workers_search() {
        for (n_workers, n) in [(1, 1), (2, 1), (3, 2), (8, 4), (64, 32)] {
            let mut idle = Idle::all_asleep(n_workers);
            assert_eq!((0..n_workers).filter(|_| idle.search()).count(), n, "of {n_workers}");
        }
    }
}
