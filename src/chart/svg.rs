//! A picture as SVG text: what plotters draws, and words. It is the same in a browser and natively.
//!
//! plotters-svg writes whole pixels, an element for each stroke, and floats with the library's formatting. Here strokes of
//! one style are one element, coordinates are eighths of a pixel, and text is set where it is meant to be, without the
//! attributes for it that few programs know.

use std::convert::Infallible;

use plotters::style::RGBColor;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};

use crate::view::units::exact;

/// Backend pixels in one pixel of the picture.
pub const UNIT: f64 = 8.0;

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// A part of a picture that plotters draws on.
pub struct Svg<'a> {
    out: &'a mut String,
    /// Its upper left corner, in backend pixels.
    corner: (i32, i32),
    size: (u32, u32),
    /// The stroke of the path that is being written.
    path: Option<(RGBColor, f64, u32)>,
}

impl<'a> Svg<'a> {
    /// A part of `width` by `height` pixels whose upper left corner is at `corner`, written at the end of `out`.
    pub fn new(out: &'a mut String, corner: (f64, f64), (width, height): (f64, f64)) -> Self {
        let eighths = |x: f64| (x * UNIT + 0.5) as i32;
        let size = (eighths(width) as u32, eighths(height) as u32);
        Self { out, corner: (eighths(corner.0), eighths(corner.1)), size, path: None }
    }

    fn point(&mut self, (x, y): BackendCoord) {
        push_eighths(self.out, x + self.corner.0);
        self.out.push(' ');
        push_eighths(self.out, y + self.corner.1);
    }

    /// Goes on with the path that is being written, or begins one in this style; `false` if it would not be seen.
    fn gather<S: BackendStyle>(&mut self, style: &S) -> bool {
        let BackendColor { rgb: (r, g, b), alpha } = style.color();
        if alpha == 0.0 {
            return false;
        }
        let wanted = Some((RGBColor(r, g, b), alpha, style.stroke_width()));
        if self.path != wanted {
            self.flush();
            self.path = wanted;
            self.out.push_str("<path d=\"");
        }
        true
    }

    /// Ends the path that is being written.
    fn flush(&mut self) {
        if let Some((color, alpha, width)) = self.path.take() {
            self.out.push_str("\" fill=\"none\" stroke-linejoin=\"round\"");
            push_color(self.out, "stroke", color, alpha);
            self.out.push_str(" stroke-width=\"");
            push_eighths(self.out, width as i32);
            self.out.push_str("\"/>\n");
        }
    }

    fn fill<S: BackendStyle>(&mut self, style: &S) {
        let BackendColor { rgb: (r, g, b), alpha } = style.color();
        push_color(self.out, "fill", RGBColor(r, g, b), alpha);
        self.out.push_str("/>\n");
    }
}

/// Writes so many eighths of a pixel.
fn push_eighths(out: &mut String, eighths: i32) {
    out.push_str(&exact(f64::from(eighths) / UNIT));
}

/// Writes an attribute `name` with a colour, and one with its opacity if it has any.
pub(super) fn push_color(out: &mut String, name: &str, RGBColor(r, g, b): RGBColor, alpha: f64) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"#");
    for byte in [r, g, b] {
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
    if alpha < 1.0 {
        out.push_str("\" ");
        out.push_str(name);
        out.push_str("-opacity=\"");
        out.push_str(&exact(alpha));
    }
    out.push('"');
}

/// Writes `text` as it stands in an element or in an attribute.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // What XML can not hold.
            c if c < ' ' => out.push(' '),
            c => out.push(c),
        }
    }
}

/// How wide `text` is about, in sizes of its font: that of Arial, whose widths most sans serifs share, and somewhat more,
/// as nobody knows which font it will be.
#[must_use]
pub fn width_of(text: &str) -> f64 {
    let width = |c: char| match c {
        '\u{202f}' => 0.2,
        'i' | 'j' | 'l' | '\'' | '|' => 0.222,
        'f' | 't' | 'I' | ' ' | '.' | ',' | ':' | ';' | '/' | '[' | ']' | '!' => 0.278,
        'r' | '-' | '(' | ')' | '·' => 0.333,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 0.5,
        'F' | 'T' | 'Z' | 'L' => 0.611,
        'w' | 'C' | 'D' | 'H' | 'N' | 'R' | 'U' => 0.722,
        'm' | 'M' | 'W' | '%' | '@' => 0.889,
        'G' | 'O' | 'Q' => 0.778,
        c if c.is_uppercase() => 0.667,
        _ => 0.556,
    };
    text.chars().map(width).sum::<f64>() * 1.06
}

impl DrawingBackend for Svg<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        self.flush();
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.draw_rect((x, y), (x + 1, y + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, a: BackendCoord, b: BackendCoord, style: &S, fill: bool) -> Drawn {
        let corners = [a, (b.0, a.1), b, (a.0, b.1)];
        if fill { self.fill_polygon(corners, style) } else { self.draw_path(corners.into_iter().chain([a]), style) }
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        if self.gather(style) {
            for (i, at) in path.into_iter().enumerate() {
                self.out.push(if i == 0 { 'M' } else { 'L' });
                self.point(at);
            }
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, (x, y): BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        self.flush();
        debug_assert!(fill, "no chart draws a circle as a line");
        for (name, value) in
            [("<circle cx=\"", x + self.corner.0), ("\" cy=\"", y + self.corner.1), ("\" r=\"", radius as i32)]
        {
            self.out.push_str(name);
            push_eighths(self.out, value);
        }
        self.out.push('"');
        self.fill(style);
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        self.flush();
        self.out.push_str("<polygon points=\"");
        for (i, at) in path.into_iter().enumerate() {
            if i > 0 {
                self.out.push(' ');
            }
            self.point(at);
        }
        self.out.push('"');
        self.fill(style);
        Ok(())
    }

    /// Upright text: nothing here is turned.
    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Drawn {
        self.flush();
        let size = style.size();
        // Where the base line is, of a font whose capitals are seven tenths of its size.
        let down = match style.anchor().v_pos {
            VPos::Top => 0.78,
            VPos::Center => 0.36,
            VPos::Bottom => -0.22,
        };
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Right => "\" text-anchor=\"end",
            HPos::Center => "\" text-anchor=\"middle",
        };
        self.out.push_str("<text x=\"");
        push_eighths(self.out, x + self.corner.0);
        self.out.push_str("\" y=\"");
        push_eighths(self.out, y + self.corner.1 + (size * down) as i32);
        self.out.push_str(anchor);
        self.out.push_str("\" font-size=\"");
        push_eighths(self.out, (size + 0.5) as i32);
        if matches!(style.style(), FontStyle::Bold) {
            self.out.push_str("\" font-weight=\"bold");
        }
        self.out.push('"');
        let BackendColor { rgb: (r, g, b), alpha } = style.color();
        push_color(self.out, "fill", RGBColor(r, g, b), alpha);
        self.out.push('>');
        push_escaped(self.out, text);
        self.out.push_str("</text>\n");
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Self::ErrorType>> {
        // Bold letters are somewhat wider.
        let weight = if matches!(style.style(), FontStyle::Bold) { 1.06 } else { 1.0 };
        Ok(((width_of(text) * weight * style.size()) as u32, style.size() as u32))
    }
}

impl Drop for Svg<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}
