//! Where on an axis two cases cross: by bisection, in every replication with the same requests on both sides.

use crate::stats::interval::Interval;
use crate::stories::lab::{Asked, Case, Found, Lab, Sample, Wanted};

/// A range of a key in which a crossing is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) scale: Scale,
    /// How often the range is halved.
    pub(super) n_halvings: u32,
}

/// What is halved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// The distance of the ends.
    Linear,
    /// Their ratio.
    Logarithmic,
}

/// What a bisection found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Crossing {
    /// They cross here, from positive to negative or the other way.
    At(Interval),
    /// Positive all along.
    Above,
    /// Negative all along.
    Below,
}

impl Axis {
    pub(super) const fn linear(from: f64, to: f64, n_halvings: u32) -> Self {
        Self { from, to, scale: Scale::Linear, n_halvings }
    }

    pub(super) const fn logarithmic(from: f64, to: f64, n_halvings: u32) -> Self {
        Self { from, to, scale: Scale::Logarithmic, n_halvings }
    }

    /// The value at `u` between 0 and 1.
    fn at(&self, u: f64) -> f64 {
        match self.scale {
            Scale::Linear => self.from + (self.to - self.from) * u,
            Scale::Logarithmic => self.from * libm::exp(libm::log(self.to / self.from) * u),
        }
    }

    /// Where the crossings at `places` between 0 and 1 are, which are known to half of `width`.
    fn interval(&self, places: &[f64], width: f64) -> Interval {
        let found = Interval::of(places);
        // A bracket is as wide as it is, whatever the replications agree on.
        let half = found.half + width / 2.0;
        let mean = self.at(found.mean);
        Interval { mean, half: (self.at((found.mean + half).min(1.0)) - self.at((found.mean - half).max(0.0))) / 2.0 }
    }
}

/// Where on `axis` the `excess` of what `cases` makes, one replication of each, goes through zero. Each replication is bisected by itself;
/// the interval is over replications. A replication that does not cross where most do crosses at the end of the axis.
pub(super) fn crossing<const N: usize>(
    lab: &Lab<'_>,
    axis: Axis,
    cases: &dyn Fn(f64) -> [Case; N],
    excess: &dyn Fn([&Found; N]) -> f64,
) -> Asked<Crossing> {
    let n = lab.care.n_replications;
    let ends = lab.measure_all(&[cases(axis.from), cases(axis.to)].concat(), n)?;
    let each = |of: &[Sample]| -> Vec<f64> {
        (0..n as usize).map(|replication| excess(std::array::from_fn(|i| &of[i].0[replication]))).collect()
    };
    let (first, last) = (each(&ends[..N]), each(&ends[N..]));
    let sign = |values: &[f64]| values.iter().sum::<f64>() > 0.0;
    let (begins_above, ends_above) = (sign(&first), sign(&last));
    if begins_above == ends_above {
        return Ok(if begins_above { Crossing::Above } else { Crossing::Below });
    }
    let mut brackets: Vec<(f64, f64)> = (0..n as usize)
        .map(|i| match ((first[i] > 0.0) == begins_above, (last[i] > 0.0) == ends_above) {
            (true, true) => (0.0, 1.0),
            (false, _) => (0.0, 0.0),
            (true, false) => (1.0, 1.0),
        })
        .collect();
    for _ in 0..axis.n_halvings {
        let open: Vec<usize> = (0..brackets.len()).filter(|i| brackets[*i].0 < brackets[*i].1).collect();
        let middles: Vec<f64> = open.iter().map(|i| brackets[*i].0.midpoint(brackets[*i].1)).collect();
        let wanted =
            |(i, middle): (&usize, &f64)| cases(axis.at(*middle)).map(|case| Wanted { case, replication: *i as u32 });
        let found = lab.ask(open.iter().zip(&middles).flat_map(wanted).collect())?;
        for ((i, middle), pair) in open.into_iter().zip(middles).zip(found.chunks(N)) {
            let is_first_side = (excess(std::array::from_fn(|i| &pair[i])) > 0.0) == begins_above;
            let bracket = &mut brackets[i];
            if is_first_side { bracket.0 = middle } else { bracket.1 = middle }
        }
    }
    let places: Vec<f64> = brackets.iter().map(|(low, high)| low.midpoint(*high)).collect();
    let width = 1.0 / f64::from(1 << axis.n_halvings);
    Ok(Crossing::At(axis.interval(&places, width)))
}

/// The first of the whole numbers from `from` to `to` from which on `is_past` holds, by bisection, with what `cases` has
/// in all replications there; `None` if it holds nowhere.
pub(super) fn first_whole<const N: usize>(
    lab: &Lab<'_>,
    (from, to): (u32, u32),
    cases: &dyn Fn(u32) -> [Case; N],
    is_past: &dyn Fn(&[Sample; N]) -> bool,
) -> Asked<Option<(u32, [Sample; N])>> {
    let last = lab.measure(&cases(to))?;
    if !is_past(&last) {
        return Ok(None);
    }
    let (mut low, mut high) = (from, (to, last));
    while low < high.0 {
        let middle = low.midpoint(high.0);
        let samples = lab.measure(&cases(middle))?;
        if is_past(&samples) { high = (middle, samples) } else { low = middle + 1 }
    }
    Ok(Some(high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Effort;
    use crate::sim::runtime::RuntimeId;
    use crate::sim::scenario::Scenario;
    use crate::sim::time::Span;
    use crate::stats::gauge::Reading;
    use crate::stats::replication::Outcome;
    use crate::stories::lab::Care;

    fn case(mix: f64) -> Case {
        let effort = Effort { length: Span::ZERO, max_events: 0, settles_after: Span::ZERO };
        Case { runtime: RuntimeId::Node, scenario: Scenario { mix, ..Scenario::default() }, scaled: [None; 2], effort }
    }

    /// Answers what is wanted by a formula of the mix and the replication instead of a run.
    fn answer(formula: impl Fn(f64, f64) -> f64, ask: &dyn Fn(&Lab<'_>) -> Asked<Crossing>) -> (Crossing, usize) {
        let care = Care { n_replications: 5, n_settings: 0 };
        let mut told: Vec<Vec<Found>> = Vec::new();
        loop {
            let lab = Lab::new(care, &told);
            if let Ok(found) = ask(&lab) {
                return (found, told.iter().map(Vec::len).sum());
            }
            let found = |wanted: &Wanted| {
                let throughput = formula(wanted.case.scenario.mix, f64::from(wanted.replication));
                let reading = Reading { throughput, ..Reading::default() };
                let outcome = Outcome::Whole;
                Found { reading, memory_peak: 0, n_switches: 0, seconds: 0.0, n_events: 0, outcome }
            };
            let answers = lab.into_wanted().iter().map(found).collect();
            told.push(answers);
        }
    }

    #[test]
    fn a_crossing_is_found_with_its_spread() {
        let axis = Axis::linear(0.0, 100.0, 12);
        let ask = |lab: &Lab<'_>| crossing(lab, axis, &|mix| [case(mix)], &|[a]| a.reading.throughput);
        // Replications cross at 30, 31, 32, 33 and 34.
        let (found, n) = answer(|mix, replication| 30.0 + replication - mix, &ask);
        let Crossing::At(interval) = found else { panic!("it crosses: {found:?}") };
        assert!((interval.mean - 32.0).abs() < 0.05, "{interval:?}");
        // The standard deviation is 1.58, t(4) is 2.776: 1.963, and half a bracket.
        assert!((interval.half - 1.963 - 0.5 * 100.0 / 4096.0).abs() < 0.05, "{interval:?}");
        assert_eq!(n, 2 * 5 + 12 * 5);
        assert_eq!(answer(|_, _| 1.0, &ask).0, Crossing::Above);
        assert_eq!(answer(|_, _| -1.0, &ask).0, Crossing::Below);
        // One replication of five never crosses: it does so at the end.
        let (found, _) = answer(|mix, replication| if replication == 4.0 { 1.0 } else { 50.0 - mix }, &ask);
        assert!(matches!(found, Crossing::At(interval) if (interval.mean - 60.0).abs() < 0.1), "{found:?}");
    }

    #[test]
    fn a_logarithmic_axis_halves_ratios() {
        let axis = Axis::logarithmic(1.0, 100.0, 10);
        let ask = |lab: &Lab<'_>| crossing(lab, axis, &|mix| [case(mix)], &|[a]| a.reading.throughput);
        let (found, _) = answer(|mix, _| mix - 20.0, &ask);
        assert!(matches!(found, Crossing::At(interval) if (interval.mean - 20.0).abs() < 0.1), "{found:?}");
    }
}
