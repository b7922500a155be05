//! Lines cut into dashes. plotters knows one stroke and one gap; a line that differs by its dash alone needs more.

/// The strokes of a line through `points` in backend pixels: `pattern` gives the lengths of strokes and gaps in turn,
/// in units of `unit` pixels. Without a pattern the line is one stroke.
pub(super) fn dashes(points: &[(i32, i32)], pattern: &[f64], unit: f64) -> Vec<Vec<(i32, i32)>> {
    let Some(mut at) = points.first().map(|(x, y)| (f64::from(*x), f64::from(*y))) else { return Vec::new() };
    if pattern.is_empty() {
        return vec![points.to_vec()];
    }
    let rounded = |(x, y): (f64, f64)| (x.round() as i32, y.round() as i32);
    let (mut part, mut left) = (0, pattern[0] * unit);
    let (mut strokes, mut stroke) = (Vec::new(), vec![points[0]]);
    for (x, y) in points.iter().skip(1).map(|(x, y)| (f64::from(*x), f64::from(*y))) {
        loop {
            let (dx, dy) = (x - at.0, y - at.1);
            let far = (dx * dx + dy * dy).sqrt();
            if far < left {
                left -= far;
                at = (x, y);
                if part % 2 == 0 {
                    stroke.push(rounded(at));
                }
                break;
            }
            at = (at.0 + dx * left / far, at.1 + dy * left / far);
            stroke.push(rounded(at));
            if part % 2 == 0 {
                strokes.push(std::mem::take(&mut stroke));
            } else {
                stroke = vec![rounded(at)];
            }
            part = (part + 1) % pattern.len();
            left = pattern[part] * unit;
        }
    }
    if stroke.first() != stroke.last() && part % 2 == 0 {
        strokes.push(stroke);
    }
    strokes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_and_gaps_take_turns_around_corners() {
        let corner = [(0, 0), (10, 0), (10, 10)];
        assert_eq!(dashes(&corner, &[], 1.0), [corner.to_vec()]);
        assert_eq!(
            dashes(&corner, &[7.0, 2.0], 1.0),
            [vec![(0, 0), (7, 0)], vec![(9, 0), (10, 0), (10, 6)], vec![(10, 8), (10, 10)]]
        );
        assert_eq!(dashes(&corner, &[4.0, 2.0, 1.0, 3.0], 2.0), [vec![(0, 0), (8, 0)], vec![(10, 2), (10, 4)]]);
        assert_eq!(dashes(&[], &[1.0, 1.0], 1.0), Vec::<Vec<(i32, i32)>>::new());
        assert_eq!(dashes(&[(3, 3)], &[1.0, 1.0], 1.0), Vec::<Vec<(i32, i32)>>::new());
    }
}
