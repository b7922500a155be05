//! Processor sharing: jobs that have equal parts of a number of servers, and at most one server each.
//!
//! All jobs progress alike, so one virtual clock serves for them: it goes at full speed while there are no more jobs
//! than servers, and at servers/jobs beyond. A job of length `x` that begins at virtual time `v` is done at `v + x`,
//! whoever comes and goes meanwhile: nobody else has to be looked at when that changes (the "virtual time" of Parekh and
//! Gallager's fair queueing, 1993). The clock counts in fractions of 2^-32 ns and is rounded down once for each job that
//! comes or goes; a job ends in the first whole nanosecond in which it has had all of its time.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::sim::time::{Span, Time};

/// Bits of the virtual clock below a nanosecond.
const FRACTION: u32 = 32;

/// A job: when it is done by the virtual clock, and its age among those that are done then.
#[derive(Clone, Copy, Debug)]
struct Job<J> {
    done: u128,
    seq: u64,
    job: J,
}

impl<J> Ord for Job<J> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.done, self.seq).cmp(&(other.done, other.seq))
    }
}

impl<J> PartialOrd for Job<J> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<J> PartialEq for Job<J> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<J> Eq for Job<J> {}

/// Jobs and the servers that they share.
#[derive(Clone, Debug)]
pub struct Sharing<J> {
    n_servers: u32,
    jobs: BinaryHeap<Reverse<Job<J>>>,
    clock: u128,
    since: Time,
    n_begun: u64,
}

impl<J: Copy> Sharing<J> {
    /// `n_servers` idle servers, at least one.
    #[must_use]
    pub fn new(n_servers: u32) -> Self {
        Self { n_servers: n_servers.max(1), jobs: BinaryHeap::new(), clock: 0, since: Time::ZERO, n_begun: 0 }
    }

    /// How many jobs share the servers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Whether there is no job.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Servers and the jobs that have them between them; `None` while each job has one of its own.
    fn shares(&self) -> Option<(u128, u128)> {
        let (n_servers, n_jobs) = (self.n_servers as usize, self.jobs.len());
        (n_jobs > n_servers).then_some((n_servers as u128, n_jobs as u128))
    }

    fn pass_to(&mut self, now: Time) {
        let passed = u128::from(now.since(self.since).as_ns()) << FRACTION;
        self.clock += self.shares().map_or(passed, |(n_servers, n_jobs)| passed * n_servers / n_jobs);
        self.since = now;
    }

    /// `job` of `length` begins at `now`.
    pub fn begin(&mut self, now: Time, length: Span, job: J) {
        self.pass_to(now);
        let done = self.clock + (u128::from(length.as_ns()) << FRACTION);
        self.jobs.push(Reverse(Job { done, seq: self.n_begun, job }));
        self.n_begun += 1;
    }

    /// When the next job is done if nobody comes before.
    #[must_use]
    pub fn next_at(&self) -> Option<Time> {
        let Reverse(first) = self.jobs.peek()?;
        let (n_servers, n_jobs) = self.shares().unwrap_or((1, 1));
        let left = first.done.saturating_sub(self.clock);
        let wait = (left * n_jobs).div_ceil(n_servers << FRACTION);
        Some(self.since + Span::from_ns(u64::try_from(wait).unwrap_or(u64::MAX)))
    }

    /// Takes a job that is done at `now`; of several the one that was to be done first.
    pub fn take_done(&mut self, now: Time) -> Option<J> {
        self.pass_to(now);
        let Reverse(first) = self.jobs.peek()?;
        if first.done > self.clock {
            return None;
        }
        self.jobs.pop().map(|Reverse(done)| done.job)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us(us: u64) -> Time {
        Time::ZERO + Span::from_us(us)
    }

    /// When jobs that arrive at the given times with the given lengths, in µs, are done, in ns.
    fn done(n_servers: u32, jobs: &[(u64, u64)]) -> Vec<u64> {
        let mut sharing = Sharing::new(n_servers);
        let mut done = vec![0; jobs.len()];
        let mut coming = jobs.iter().copied().enumerate().peekable();
        loop {
            let next = sharing.next_at();
            if let Some((nth, (at, length))) = coming.next_if(|(_, (at, _))| next.is_none_or(|next| us(*at) < next)) {
                sharing.begin(us(at), Span::from_us(length), nth);
                continue;
            }
            let Some(at) = next else { return done };
            while let Some(nth) = sharing.take_done(at) {
                done[nth] = at.as_ns();
            }
        }
    }

    #[test]
    fn jobs_that_fit_are_undisturbed_and_more_have_equal_parts() {
        assert_eq!(done(2, &[(0, 10), (1, 4)]), [10_000, 5_000]);
        // Two on one server: the short one has had its 4 µs after 8, the other its 6 more at half and then full speed.
        assert_eq!(done(1, &[(0, 10), (0, 4)]), [14_000, 8_000]);
        // Three on two servers have two thirds each.
        assert_eq!(done(2, &[(0, 10), (0, 10), (0, 10)]), [15_000; 3]);
        // One alone for 6 of its 10 µs, then with another: 8 more for its last 4.
        assert_eq!(done(1, &[(0, 10), (6, 20)]), [14_000, 30_000]);
    }

    #[test]
    fn a_third_of_a_nanosecond_is_not_lost_over_a_million_jobs() {
        // Three jobs without end on one server, and a million of 1 ns that come and go: each takes 4 ns of the server's
        // time, of which the three have 3.
        let mut sharing = Sharing::new(1);
        (0..3).for_each(|nth| sharing.begin(Time::ZERO, Span::from_ms(1_000_000), nth));
        let mut now = Time::ZERO;
        for _ in 0..1_000_000 {
            sharing.begin(now, Span::from_ns(1), 9);
            now = sharing.next_at().expect("there is one");
            assert_eq!(sharing.take_done(now), Some(9));
            // For a third of what follows the three are alone.
            now = now + Span::from_ns(1);
        }
        assert_eq!(now.as_ns(), 5_000_000);
        // Each of the three has had a quarter of 4 ns and a third of 1, a million times over.
        let had = sharing.clock >> FRACTION;
        sharing.pass_to(now);
        let had_in_the_end = (sharing.clock >> FRACTION) as u64;
        assert!(had_in_the_end.abs_diff(1_333_333) <= 1, "{had} {had_in_the_end}");
    }
}
