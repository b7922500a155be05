//! How latencies are spread, ready to draw: against the percentile, where each further nine is as long as the one before.

use crate::sim::runtime::RuntimeId;
use crate::stats::curve::Latencies;
use crate::view::axis::{Axis, Scale};
use crate::view::units::milliseconds_mark;

/// Tenths of the requests that are left, at most: the axis ends at 99.999 %.
const MAX_NINES: usize = 5;
/// The axis goes to 99.9 % at least.
const MIN_NINES: usize = 3;
/// Between two nines a line has so many points.
const STEPS: [f64; 16] = [
    1.0,
    0.865_964_323_360_065_3,
    0.749_894_209_332_455_9,
    0.649_381_631_576_211_3,
    0.562_341_325_190_349_1,
    0.486_967_525_165_863_1,
    0.421_696_503_428_582_2,
    0.365_174_127_254_837_7,
    0.316_227_766_016_837_94,
    0.273_841_963_426_436_13,
    0.237_137_370_566_165_52,
    0.205_352_502_645_714_6,
    0.177_827_941_003_892_3,
    0.153_992_652_605_949_2,
    0.133_352_143_216_332_4,
    0.115_478_198_468_945_82,
];
/// The percentiles that are marked, with their names: those of the numbers beside the plot, and those between.
const MARKED: [(f64, &str); 7] = [
    (0.0, "0 %"),
    (0.5, "50 %"),
    (0.9, "90 %"),
    (0.99, "99 %"),
    (0.999, "99.9 %"),
    (0.9999, "99.99 %"),
    (0.99999, "99.999 %"),
];

/// The latencies of several runtimes.
#[derive(Clone, Debug, PartialEq)]
pub struct LatencyFigure {
    /// One line for each runtime that has answered a request.
    pub lines: Vec<LatencyLine>,
    /// Where the axis of percentiles ends, in nines: 3 is 99.9 %.
    pub nines: f64,
    /// Its marks, in nines, with their names.
    pub x_marks: Vec<(f64, &'static str)>,
    /// The axis of latencies.
    pub y: Axis,
}

/// The latencies of one runtime, in nines and milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct LatencyLine {
    /// Whose.
    pub runtime: RuntimeId,
    /// From the shortest latency to the longest, which is at the place of one request in all.
    pub points: Vec<(f64, f64)>,
    /// Those of the marked percentiles beyond which there are requests.
    pub marks: Vec<(f64, f64)>,
}

/// How many nines the share `left` of all is beyond: one for a tenth, two for a hundredth.
fn nines(left: f64) -> f64 {
    -libm::log10(left)
}

impl LatencyLine {
    /// The line of `runtime`; `None` if it has answered nothing.
    fn of(runtime: RuntimeId, all: &Latencies) -> Option<Self> {
        let last = 1.0 / all.n() as f64;
        let mut lefts = Vec::new();
        let mut power = 1.0;
        for _ in 0..MAX_NINES {
            lefts.extend(STEPS.iter().map(|step| step * power));
            power *= 0.1;
        }
        lefts.push(power);
        let at = |left: f64| Some((nines(left), all.quantile_ms(1.0 - left)?));
        let mut points: Vec<(f64, f64)> = lefts.into_iter().take_while(|left| *left > last).filter_map(at).collect();
        if last >= power {
            points.push((nines(last), all.quantile_ms(1.0)?));
        }
        let marked = MARKED.iter().skip(1).map(|(q, _)| 1.0 - q).filter(|left| *left > last * 0.999);
        let marks = marked.filter_map(at).collect();
        (!points.is_empty()).then_some(Self { runtime, points, marks })
    }
}

/// The plot of `latencies` by runtime.
#[must_use]
pub fn latency_figure<'a>(latencies: impl Iterator<Item = (RuntimeId, Latencies<'a>)>) -> LatencyFigure {
    let lines: Vec<LatencyLine> = latencies.filter_map(|(runtime, all)| LatencyLine::of(runtime, &all)).collect();
    let far = lines.iter().filter_map(|line| line.points.last()).fold(0.0, |far: f64, (x, _)| far.max(*x));
    // To the next whole nine: while a live run goes on, the axis stands still most of the time.
    let nines = (MIN_NINES..MAX_NINES).find(|n| far <= *n as f64).unwrap_or(MAX_NINES);
    let values = lines.iter().flat_map(|line| line.points.iter().map(|(_, y)| *y));
    let y = Axis::of(Scale::Log, values, milliseconds_mark);
    let x_marks = MARKED.iter().map(|(q, name)| (self::nines(1.0 - q).max(0.0), *name)).take(nines + 2).collect();
    LatencyFigure { lines, nines: nines as f64, x_marks, y }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::time::Span;
    use crate::stats::distribution::Distribution;

    /// Latencies of 1 to `n` milliseconds.
    fn even(n: u64) -> Distribution {
        let mut all = Distribution::default();
        (1..=n).for_each(|ms| all.add(Span::from_ms(ms)));
        all
    }

    #[test]
    fn the_steps_between_nines_are_even() {
        for (i, step) in STEPS.iter().enumerate() {
            assert!((step - libm::pow(10.0, -(i as f64) / 16.0)).abs() < 1e-15, "{i}: {step}");
        }
    }

    #[test]
    fn a_line_goes_from_the_shortest_to_the_longest_and_marks_what_it_knows() {
        let (few, many) = (even(1_000), even(200_000));
        let runtimes = [(RuntimeId::Node, Latencies::from(&few)), (RuntimeId::Go, Latencies::from(&many))];
        let figure = latency_figure(runtimes.into_iter());
        let [node, go] = &figure.lines[..] else { panic!("expected two lines, got {:?}", figure.lines) };
        assert_eq!((node.points[0], node.marks.len(), go.marks.len()), ((0.0, 1.0), 4, 6));
        let (x, longest) = node.points[node.points.len() - 1];
        assert!((x - 3.0).abs() < 1e-9 && longest == 1_000.0, "{x} {longest}");
        let (x, y) = go.points[go.points.len() - 1];
        assert!((x - 5.0).abs() < 1e-9 && (y / 199_998.0 - 1.0).abs() < 0.01, "{x} {y}");
        for line in [node, go] {
            assert!(line.points.is_sorted(), "{line:?}");
            for ((x, y), q) in line.marks.iter().zip([0.5, 0.9, 0.99, 0.999]) {
                let n = if line.runtime == RuntimeId::Node { 1e3 } else { 2e5 };
                assert!((y / (n * q) - 1.0).abs() < 0.01 && (x - nines(1.0 - q)).abs() < 1e-12, "{q}: {x} {y}");
            }
        }
        assert_eq!((figure.nines, figure.x_marks.len(), figure.x_marks[2]), (5.0, 7, (1.0, "90 %")));
    }

    #[test]
    fn of_little_there_is_little_to_see() {
        let (none, one) = (Distribution::default(), even(1));
        let runtimes = [(RuntimeId::Node, Latencies::from(&none)), (RuntimeId::Go, Latencies::from(&one))];
        let figure = latency_figure(runtimes.into_iter());
        assert_eq!(figure.lines.len(), 1);
        assert_eq!((figure.lines[0].points.as_slice(), figure.lines[0].marks.as_slice()), (&[(0.0, 1.0)][..], &[][..]));
        assert_eq!((figure.nines, figure.x_marks.len()), (3.0, 5));
    }
}
