//! A chart with words around it, as a picture that stands alone.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::style::RGBColor;

use crate::chart::curve::{draw_curve, draw_marker, draw_marker_words};
use crate::chart::look::{Drawn, Look, Place};
use crate::chart::svg::{Svg, UNIT, push_color, push_escaped, width_of};
use crate::view::paper::{Paper, Tone};
use crate::view::series::{CurveFigure, Marker};
use crate::view::units::exact;

/// Pixels for which sizes are given below; other pictures are larger or smaller as a whole.
const AREA: f64 = 1200.0 * 675.0;
/// Room around everything.
const MARGIN: f64 = 52.0;
/// Sizes of text: title, sentence, captions, small print.
const TITLE: f64 = 17.0;
const SENTENCE: f64 = 31.0;
const CAPTION: f64 = 16.0;
const SMALL: f64 = 12.5;
/// How much larger a chart is drawn here than on the page.
const CHART: f64 = 1.32;

/// How wide a serif is against a sans of the same size.
const SERIF_WIDTH: f64 = 0.95;

const SANS: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
/// Of the sentence, as an attribute.
const SERIF: &str = " font-family=\"ui-serif, Charter, 'Bitstream Charter', Georgia, 'Times New Roman', serif\"";

/// A picture that is being written.
struct Sheet<'a> {
    out: String,
    look: &'a Look,
    size: (f64, f64),
    /// Pixels in one of the sizes above.
    scale: f64,
}

/// How a line of text is set.
#[derive(Clone, Copy)]
struct Set {
    size: f64,
    color: RGBColor,
    anchor: &'static str,
    more: &'static str,
}

/// A whole curve as a picture of `size` pixels: with its marker, the values there, and `paper` around it.
#[must_use]
pub fn draw_poster(paper: &Paper, figure: &CurveFigure, marker: &Marker, size: (f64, f64), look: &Look) -> String {
    draw_paper(paper, size, look, |area, look| {
        draw_curve(area, figure, look)?;
        let points: Vec<_> = marker.points.iter().map(|(runtime, value, _)| (*runtime, *value)).collect();
        draw_marker(area, &figure.y, marker.mix, &points, look)?;
        draw_marker_words(area, figure, marker, look)
    })
}

/// The picture of `size` pixels that has `paper` around what `draw` draws.
#[must_use]
pub fn draw_paper(
    paper: &Paper,
    size: (f64, f64),
    look: &Look,
    draw: impl for<'a> FnOnce(&DrawingArea<Svg<'a>, Shift>, &Look) -> Drawn<Svg<'a>>,
) -> String {
    let scale = (size.0 * size.1 / AREA).sqrt();
    let mut sheet = Sheet { out: String::new(), look, size, scale };
    sheet.begin(paper);
    let top = sheet.head(paper);
    let bottom = sheet.foot(paper);
    sheet.chart(paper, (top, bottom), draw);
    sheet.out.push_str("</svg>\n");
    sheet.out
}

impl Sheet<'_> {
    fn begin(&mut self, paper: &Paper) {
        let (width, height) = (exact(self.size.0), exact(self.size.1));
        for part in [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"",
            &width,
            "\" height=\"",
            &height,
            "\" viewBox=\"0 0 ",
            &width,
            " ",
            &height,
            "\" role=\"img\" aria-labelledby=\"title desc\" font-family=\"",
            SANS,
            "\" style=\"font-variant-numeric:tabular-nums\">\n<title id=\"title\">",
        ] {
            self.out.push_str(part);
        }
        push_escaped(&mut self.out, &paper.title);
        self.out.push_str("</title>\n<desc id=\"desc\">");
        push_escaped(&mut self.out, &paper.description);
        self.out.push_str("</desc>\n<rect width=\"100%\" height=\"100%\"");
        push_color(&mut self.out, "fill", self.look.palette.ground, 1.0);
        self.out.push_str("/>\n");
    }

    fn text(&mut self, at: (f64, f64), set: Set, text: &str) {
        self.line(at, set, &[(Tone::Plain, text.to_owned())]);
    }

    /// A line of text whose base line is at `at`, in words of one or several tones.
    fn line(&mut self, at: (f64, f64), set: Set, words: &[(Tone, String)]) {
        let parts = ["<text x=\"", &eighth(at.0), "\" y=\"", &eighth(at.1), "\" font-size=\"", &eighth(set.size)];
        parts.into_iter().for_each(|part| self.out.push_str(part));
        self.out.push('"');
        self.out.push_str(set.anchor);
        self.out.push_str(set.more);
        push_color(&mut self.out, "fill", set.color, 1.0);
        self.out.push('>');
        for (tone, text) in words {
            match tone {
                Tone::Plain => {}
                Tone::Strong => self.out.push_str("<tspan font-weight=\"bold\">"),
                Tone::Faint => {
                    self.out.push_str("<tspan");
                    push_color(&mut self.out, "fill", self.look.palette.faint, 1.0);
                    self.out.push('>');
                }
            }
            push_escaped(&mut self.out, text);
            if *tone != Tone::Plain {
                self.out.push_str("</tspan>");
            }
        }
        self.out.push_str("</text>\n");
    }

    fn set(&self, size: f64, color: RGBColor) -> Set {
        Set { size: size * self.scale * self.look.text, color, anchor: "", more: "" }
    }

    /// Title and sentence; where they end.
    fn head(&mut self, paper: &Paper) -> f64 {
        let (left, palette) = (MARGIN * self.scale, self.look.palette);
        let mut y = left;
        self.out.push_str("<rect");
        for (name, value) in
            [("x", left), ("y", y - 14.0 * self.scale), ("width", 44.0 * self.scale), ("height", 5.0 * self.scale)]
        {
            for part in [" ", name, "=\"", &eighth(value), "\""] {
                self.out.push_str(part);
            }
        }
        push_color(&mut self.out, "fill", palette.ink, 1.0);
        self.out.push_str("/>\n");
        let title = Set { more: " font-weight=\"600\"", ..self.set(TITLE, palette.faint) };
        let width = self.size.0 - 2.0 * left;
        // In bold, fonts differ more than otherwise.
        for line in filled(&[(Tone::Plain, paper.title.clone())], width / title.size / 1.25) {
            y += title.size * 1.2;
            self.line((left, y), title, &line);
        }
        let mut set = Set { more: SERIF, ..self.set(SENTENCE, palette.ink) };
        let mut lines = wrapped(&paper.sentence, width / set.size / SERIF_WIDTH);
        // A long sentence is set smaller rather than over half of the picture.
        while lines.len() > 4 && set.size > 8.0 {
            set.size *= 0.9;
            lines = wrapped(&paper.sentence, width / set.size / SERIF_WIDTH);
        }
        y += 0.25 * set.size;
        for line in lines {
            y += set.size * 1.24;
            self.line((left, y), set, &line);
        }
        y
    }

    /// Small print at the bottom; where it begins.
    fn foot(&mut self, paper: &Paper) -> f64 {
        let left = MARGIN * self.scale;
        let set = self.set(SMALL, self.look.palette.faint);
        let width = (self.size.0 - 2.0 * left) / set.size;
        let set_plain = |text: &String| filled(&[(Tone::Plain, text.clone())], width);
        let lines: Vec<_> = paper.small_print.iter().flat_map(set_plain).collect();
        let line_height = set.size * 1.4;
        // In the order in which they are read, so that who listens hears them so.
        let top = self.size.1 - 0.62 * left - line_height * lines.len() as f64;
        for (line, n) in lines.iter().zip(1..) {
            self.line((left, top + line_height * f64::from(n)), set, line);
        }
        top
    }

    fn chart(
        &mut self,
        paper: &Paper,
        (top, bottom): (f64, f64),
        draw: impl for<'a> FnOnce(&DrawingArea<Svg<'a>, Shift>, &Look) -> Drawn<Svg<'a>>,
    ) {
        let (left, palette) = (MARGIN * self.scale, self.look.palette);
        let (width, right) = (self.size.0 - 2.0 * left, self.size.0 - left);
        let caption = self.set(CAPTION, palette.ink);
        let faint = self.set(CAPTION * 0.9, palette.faint);
        let mut y = top + 2.7 * caption.size;
        self.text((left, y), caption, &paper.caption);
        if width_of(&paper.caption) * caption.size + width_of(&paper.source) * faint.size < width - caption.size {
            self.text((right, y), Set { anchor: " text-anchor=\"end\"", ..faint }, &paper.source);
        } else {
            y += 1.3 * faint.size;
            self.text((left, y), faint, &paper.source);
        }
        let unit = UNIT * CHART * self.scale;
        let look = Look { unit, ..*self.look };
        let (inner_left, inner_right) =
            (left + Place::LEFT * CHART * self.scale, right - Place::RIGHT * CHART * self.scale);
        let below = bottom - 1.1 * faint.size;
        for (i, (x, anchor)) in [
            (inner_left, ""),
            ((inner_left + inner_right) / 2.0, " text-anchor=\"middle\""),
            (inner_right, " text-anchor=\"end\""),
        ]
        .into_iter()
        .enumerate()
        {
            self.text((x, below), Set { anchor, ..faint }, &paper.axis[i]);
        }
        let (from, to) = (y + 0.5 * caption.size, below - 1.2 * faint.size);
        let svg = Svg::new(&mut self.out, (left, from), (width, (to - from).max(80.0 * self.scale)));
        let drawn = draw(&svg.into_drawing_area(), &look);
        debug_assert!(drawn.is_ok(), "writing text does not fail");
    }
}

/// A number to eighths.
fn eighth(x: f64) -> String {
    exact((x * UNIT).round() / UNIT)
}

/// `sentence` in lines that are at most so many sizes of the font wide, and of about the same length.
fn wrapped(sentence: &[(Tone, String)], width: f64) -> Vec<Vec<(Tone, String)>> {
    let lines = filled(sentence, width);
    let n = lines.len();
    // The narrowest measure that takes no more lines.
    let (mut low, mut high) = (width / 2.0, width);
    for _ in 0..12 {
        let middle = low.midpoint(high);
        if filled(sentence, middle).len() > n { low = middle } else { high = middle }
    }
    if n > 1 { filled(sentence, high) } else { lines }
}

/// `sentence` in lines, each as full as it can be. They are broken after spaces that follow no number, and within an
/// address after `&`.
fn filled(sentence: &[(Tone, String)], width: f64) -> Vec<Vec<(Tone, String)>> {
    let mut lines: Vec<Vec<(Tone, String)>> = Vec::new();
    let mut used = f64::INFINITY;
    for (tone, text) in sentence {
        let bold = if *tone == Tone::Strong { 1.07 } else { 1.0 };
        let wide = |text: &str| width_of(text) * bold;
        for piece in pieces(text) {
            if used + wide(piece.trim_end()) > width {
                lines.push(Vec::new());
                used = 0.0;
            }
            used += wide(piece);
            let Some(line) = lines.last_mut() else { continue };
            match line.last_mut() {
                Some((last, text)) if last == tone => text.push_str(piece),
                _ => line.push((*tone, piece.to_owned())),
            }
        }
    }
    lines
}

/// `text` in pieces that stay together.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut before = ' ';
        let is_end = |c: char| {
            let is_end = c == '&' || (c == ' ' && !before.is_ascii_digit());
            before = c;
            is_end
        };
        // Both are one byte long.
        let end = rest.find(is_end).map_or(rest.len(), |at| at + 1);
        let (piece, after) = rest.split_at(end);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_broken_where_one_may_read_on() {
        let sentence =
            [(Tone::Faint, "At 30 % CPU, ".to_owned()), (Tone::Plain, "goroutines finish 2.3 times".to_owned())];
        let lines = |width| -> Vec<String> {
            let lines = filled(&sentence, width).into_iter();
            lines.map(|line| line.into_iter().map(|(_, text)| text).collect()).collect()
        };
        assert_eq!(lines(100.0), ["At 30 % CPU, goroutines finish 2.3 times"]);
        assert_eq!(lines(12.0), ["At 30 % CPU, goroutines ", "finish 2.3 times"]);
        assert_eq!(lines(1.0), ["At ", "30 % ", "CPU, ", "goroutines ", "finish ", "2.3 times"]);
        assert_eq!(pieces("?a=1&b=2&c").collect::<Vec<_>>(), ["?a=1&", "b=2&", "c"]);
    }

    #[test]
    fn lines_are_of_about_the_same_length() {
        let sentence = [(Tone::Plain, "word ".repeat(13))];
        let lines: Vec<usize> = wrapped(&sentence, 24.0).iter().map(|line| line[0].1.len()).collect();
        assert_eq!(lines, [35, 30]);
    }
}
