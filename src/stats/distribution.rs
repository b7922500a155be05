//! How often which length of time occurred: counts in bins that are as fine as a hundredth of the length, and few enough
//! to travel.
//!
//! The bins are those of an HDR histogram (Tene, `org.HdrHistogram`): each octave is cut into 64 of equal width, so that a
//! bin is at most 1/64 of its lower end wide. To get along with fewer, neighbours are put together, two by two.

use crate::sim::time::Span;

/// An octave has two to this power of bins.
const OCTAVE_BITS: u32 = 6;
/// Bins of one nanosecond each, before the octaves begin.
const N_EXACT: u64 = 2 << OCTAVE_BITS;
/// Bins in all: none has a higher number.
const N_BINS: usize = (65 - OCTAVE_BITS as usize) << OCTAVE_BITS;
/// Bins are put together so often at most: one for each octave is left.
const MAX_COARSENESS: u32 = OCTAVE_BITS;

/// Numbers that a distribution takes to travel, at most.
pub const MAX_NUMBERS: usize = 200;
/// Numbers beside the counts: coarseness, first bin, shortest and longest.
const N_BESIDE: usize = 4;

/// Lengths of time, counted. Nothing is allocated before the first one.
#[derive(Clone, Debug, Default)]
pub struct Distribution {
    /// How often neighbouring bins were put together.
    coarseness: u32,
    /// Number of the first bin in `counts`, of those that are left.
    first: usize,
    counts: Vec<u64>,
    n: u64,
    shortest: Span,
    longest: Span,
}

/// The same in few numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// How often neighbouring bins were put together.
    pub coarseness: u32,
    /// Number of the first bin.
    pub first: u32,
    /// The counts of the bins from there on; a number below zero is so many empty bins.
    pub runs: Vec<i64>,
    /// The shortest, exactly.
    pub shortest: Span,
    /// The longest, exactly.
    pub longest: Span,
}

/// The bin of `ns` nanoseconds.
fn bin_of(ns: u64) -> usize {
    if ns < N_EXACT {
        return ns as usize;
    }
    let shift = 63 - OCTAVE_BITS - ns.leading_zeros();
    ((shift as usize) << OCTAVE_BITS) + (ns >> shift) as usize
}

/// Where a bin begins, in nanoseconds.
fn begin_of(bin: usize) -> f64 {
    if (bin as u64) < N_EXACT {
        return bin as f64;
    }
    let shift = (bin >> OCTAVE_BITS) - 1;
    // Beyond the last bin there is one more beginning, which no whole number of 64 bits holds.
    ((1 << OCTAVE_BITS) + bin % (1 << OCTAVE_BITS)) as f64 * (1_u64 << shift.min(63)) as f64
}

impl Distribution {
    /// Counts one.
    pub fn add(&mut self, length: Span) {
        self.add_n(length, 1);
    }

    /// Counts `n` equal ones.
    pub fn add_n(&mut self, length: Span, n: u64) {
        if n == 0 {
            return;
        }
        self.reach(length, length, n);
        *self.count_mut(bin_of(length.as_ns()) >> self.coarseness) += n;
    }

    /// Counts all of `other` too, as coarsely as the coarser of the two.
    pub fn merge(&mut self, other: &Self) {
        if other.n == 0 {
            return;
        }
        while self.coarseness < other.coarseness {
            self.coarsen();
        }
        self.reach(other.shortest, other.longest, other.n);
        for (i, n) in other.counts.iter().enumerate().filter(|(_, n)| **n > 0) {
            *self.count_mut((other.first + i) >> (self.coarseness - other.coarseness)) += n;
        }
    }

    /// Takes note of `n` more, from `shortest` to `longest`.
    fn reach(&mut self, shortest: Span, longest: Span, n: u64) {
        self.shortest = if self.n == 0 { shortest } else { self.shortest.min(shortest) };
        self.longest = self.longest.max(longest);
        self.n += n;
    }

    fn count_mut(&mut self, bin: usize) -> &mut u64 {
        if self.counts.is_empty() {
            self.first = bin;
        }
        if bin < self.first {
            let n_more = self.first - bin;
            self.counts.splice(0..0, std::iter::repeat_n(0, n_more));
            self.first = bin;
        }
        let place = bin - self.first;
        if place >= self.counts.len() {
            self.counts.resize(place + 1, 0);
        }
        &mut self.counts[place]
    }

    /// Puts neighbouring bins together, two by two.
    fn coarsen(&mut self) {
        let (first, counts) = (self.first, std::mem::take(&mut self.counts));
        self.coarseness += 1;
        for (i, n) in counts.into_iter().enumerate().filter(|(_, n)| *n > 0) {
            *self.count_mut((first + i) >> 1) += n;
        }
    }

    /// Forgets everything, and keeps its memory.
    pub fn clear(&mut self) {
        self.counts.fill(0);
        (self.n, self.shortest, self.longest) = (0, Span::ZERO, Span::ZERO);
    }

    /// How many there are.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The longest, exactly; `None` if there are none.
    #[must_use]
    pub fn longest(&self) -> Option<Span> {
        (self.n > 0).then_some(self.longest)
    }

    /// The length in milliseconds that a share `q` of them does not exceed, `None` if there are none: the shortest and the
    /// longest exactly. Between the ends of a bin, which are 1.6 % apart and more where bins were put together, lengths
    /// are taken to lie evenly.
    #[must_use]
    pub fn quantile_ms(&self, q: f64) -> Option<f64> {
        if self.n == 0 {
            return None;
        }
        let rank = (q * self.n as f64).ceil();
        if rank <= 1.0 || rank >= self.n as f64 {
            return Some(if rank <= 1.0 { self.shortest } else { self.longest }.as_ms_f64());
        }
        let mut before = 0.0;
        for (i, n) in self.counts.iter().enumerate() {
            let n = *n as f64;
            if before + n >= rank {
                let bin = self.first + i;
                let (low, high) = (begin_of(bin << self.coarseness), begin_of((bin + 1) << self.coarseness));
                let ns = low + (high - low) * (rank - before - 0.5) / n;
                return Some(ns.max(self.shortest.as_ns() as f64).min(self.longest.as_ns() as f64) * 1e-6);
            }
            before += n;
        }
        Some(self.longest.as_ms_f64())
    }

    /// The same in at most [`MAX_NUMBERS`] numbers: bins are put together until that is enough.
    #[must_use]
    pub fn pack(&self) -> Packed {
        let mut part = self.clone();
        loop {
            let runs = part.runs();
            if runs.len() + N_BESIDE <= MAX_NUMBERS || part.coarseness >= MAX_COARSENESS {
                let Self { coarseness, shortest, longest, .. } = part;
                let n_before = part.counts.iter().take_while(|n| **n == 0).count();
                return Packed { coarseness, first: (part.first + n_before) as u32, runs, shortest, longest };
            }
            part.coarsen();
        }
    }

    fn runs(&self) -> Vec<i64> {
        let (mut runs, mut n_empty) = (Vec::new(), 0);
        for n in &self.counts {
            if *n == 0 {
                n_empty += 1;
                continue;
            }
            if n_empty > 0 && !runs.is_empty() {
                runs.push(-n_empty);
            }
            n_empty = 0;
            runs.push(*n as i64);
        }
        runs
    }
}

impl From<&Packed> for Distribution {
    /// What can not be is left out: a message may hold anything.
    fn from(packed: &Packed) -> Self {
        let coarseness = packed.coarseness.min(MAX_COARSENESS);
        let mut all = Self { coarseness, ..Self::default() };
        let mut bin = packed.first as usize;
        for run in &packed.runs {
            if *run < 0 {
                bin = bin.saturating_add(usize::try_from(run.unsigned_abs()).unwrap_or(N_BINS));
            } else if bin < N_BINS >> coarseness {
                *all.count_mut(bin) += run.unsigned_abs();
                all.n += run.unsigned_abs();
                bin += 1;
            }
        }
        (all.shortest, all.longest) = (packed.shortest, packed.longest);
        all
    }
}

/// Two are the same if they would travel as the same.
impl PartialEq for Distribution {
    fn eq(&self, other: &Self) -> bool {
        self.pack() == other.pack()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rng::{Draws, Stream};

    #[test]
    fn bins_follow_one_another_and_are_a_hundredth_wide() {
        let mut ns = 0_u64;
        while ns < u64::MAX / 2 {
            let bin = bin_of(ns);
            let (begin, end) = (begin_of(bin), begin_of(bin + 1));
            assert!(begin <= ns as f64 && (ns as f64) < end, "{ns}: {begin} to {end}");
            assert!(end - begin <= (begin / 64.0).max(1.0), "{ns}: {begin} to {end}");
            ns = ns + ns / 97 + 1;
        }
        assert!(bin_of(u64::MAX) < N_BINS && begin_of(N_BINS) >= 1.8e19);
    }

    /// `n` exponential lengths about 20 ms, of which the shortest are cut off, as they are where requests also wait.
    fn lengths(n: u64) -> Vec<Span> {
        let draws = Draws::new(7, 0);
        let uniform = |i| draws.uniforms(Stream::Client, i, 0)[0];
        (0..n).map(|i| Span::from_ms_f64(16.0 - 20.0 * libm::log(1.0 - uniform(i)))).collect()
    }

    fn of(lengths: &[Span]) -> Distribution {
        let mut all = Distribution::default();
        lengths.iter().for_each(|length| all.add(*length));
        all
    }

    #[test]
    fn percentiles_are_right_to_a_hundredth_and_travel_in_two_hundred_numbers() {
        let mut lengths = lengths(100_000);
        let whole = of(&lengths);
        let packed = whole.pack();
        assert!(packed.runs.len() + N_BESIDE <= MAX_NUMBERS, "{}", packed.runs.len());
        let travelled = Distribution::from(&packed);
        lengths.sort_unstable();
        for q in [0.0, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0] {
            let rank = (q * lengths.len() as f64).ceil().max(1.0) as usize;
            let exact = lengths[rank - 1].as_ms_f64();
            for (all, off) in [(&whole, 0.008), (&travelled, 0.016)] {
                let found = all.quantile_ms(q).expect("there are some");
                assert!((found / exact - 1.0).abs() <= off, "{q}: {found} is not {exact}");
            }
        }
        assert_eq!((travelled.n(), travelled.longest()), (100_000, lengths.last().copied()));
        assert_eq!(travelled.quantile_ms(1.0), whole.quantile_ms(1.0), "the longest is kept exactly");
    }

    #[test]
    fn parts_make_the_whole_however_coarse() {
        let lengths = lengths(9_000);
        let whole = of(&lengths);
        let parts: Vec<Distribution> = lengths.chunks(1_000).map(of).collect();
        let mut fine = Distribution::default();
        parts.iter().for_each(|part| fine.merge(part));
        assert_eq!(fine, whole);
        let mut coarse = Distribution::default();
        for part in &parts {
            coarse.merge(&Distribution::from(&part.pack()));
        }
        assert_eq!((coarse.n(), coarse.longest()), (whole.n(), whole.longest()));
        let (found, exact) = (coarse.quantile_ms(0.99).expect("some"), whole.quantile_ms(0.99).expect("some"));
        assert!((found / exact - 1.0).abs() < 0.03, "{found} {exact}");
        fine.clear();
        fine.add(Span::from_ms(3));
        assert_eq!(fine, of(&[Span::from_ms(3)]), "what was cleared does not come back");
    }

    #[test]
    fn the_widest_range_fits_and_nothing_is_nothing() {
        let mut all = Distribution::default();
        assert_eq!((all.quantile_ms(0.5), all.longest()), (None, None));
        let mut ns = 1_u64;
        while ns < u64::MAX / 2 {
            all.add(Span::from_ns(ns));
            ns += ns / 7 + 1;
        }
        let packed = all.pack();
        assert!(packed.runs.len() + N_BESIDE <= MAX_NUMBERS, "{}", packed.runs.len());
        assert_eq!(Distribution::from(&packed).n(), all.n());
    }

    #[test]
    fn a_message_that_can_not_be_is_survived() {
        let packed =
            Packed { coarseness: 99, first: u32::MAX, runs: vec![i64::MIN, 5, -3, i64::MAX], ..Packed::default() };
        assert_eq!(Distribution::from(&packed).n(), 0);
        let packed = Packed { runs: vec![1, i64::MIN, 1], ..Packed::default() };
        assert_eq!(Distribution::from(&packed).n(), 1);
    }
}
