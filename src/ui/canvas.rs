//! A plotters backend over plotters-canvas: finer coordinates, few calls, and nothing outside its canvas.
//!
//! plotters measures text with an element in the host's document, and plotters-canvas strokes every line by itself
//! in whole device pixels and writes every colour with the library's formatting of floats, which alone is a tenth of
//! the page. This one measures with `measureText`, joins strokes of one style into one path, and draws in eighths of a
//! CSS pixel at the device's pixel ratio.

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::view::units::exact;

/// Backend pixels in one CSS pixel.
pub const UNIT: f64 = 8.0;

type Failure = <CanvasBackend as DrawingBackend>::ErrorType;
type Drawn = Result<(), DrawingErrorKind<Failure>>;

/// How a path is stroked: red, green, blue, opacity, width.
type Stroke = ((u8, u8, u8), f64, u32);

/// A canvas that plotters draws on.
pub struct Canvas {
    inner: CanvasBackend,
    context: CanvasRenderingContext2d,
    size: (u32, u32),
    /// The style of the path that is being gathered.
    path: Option<Stroke>,
}

impl Canvas {
    /// Takes `canvas` for a drawing of `width` by `height` CSS pixels at `ratio` device pixels each, and clears it.
    /// `None` if the canvas has no 2D context.
    #[must_use]
    pub fn new(canvas: HtmlCanvasElement, (width, height): (f64, f64), ratio: f64) -> Option<Self> {
        let (w, h) = ((width * ratio).round() as u32, (height * ratio).round() as u32);
        // Setting the size, even to the same, throws the canvas away and makes a new one.
        if (canvas.width(), canvas.height()) != (w, h) {
            canvas.set_width(w);
            canvas.set_height(h);
        }
        let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0).ok()?;
        context.clear_rect(0.0, 0.0, f64::from(w), f64::from(h));
        let scale = ratio / UNIT;
        context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0).ok()?;
        context.set_line_join("round");
        let inner = CanvasBackend::with_canvas_object(canvas)?;
        let size = ((width * UNIT) as u32, (height * UNIT) as u32);
        Some(Self { inner, context, size, path: None })
    }

    /// Goes on with the gathered path, or begins one in this style; `false` if it would not be seen.
    fn gather<S: BackendStyle>(&mut self, style: &S) -> bool {
        let color = style.color();
        if color.alpha == 0.0 {
            return false;
        }
        let wanted = (color.rgb, color.alpha, style.stroke_width());
        if self.path.is_none_or(|path| path != wanted) {
            self.flush();
            self.context.set_stroke_style_str(&css(color));
            self.context.set_line_width(f64::from(style.stroke_width()));
            self.context.begin_path();
            self.path = Some(wanted);
        }
        true
    }

    /// Strokes what was gathered.
    fn flush(&mut self) {
        if self.path.take().is_some() {
            self.context.stroke();
        }
    }

    /// Ends the gathered path and takes the colour of `style` to fill with; `false` if it would not be seen.
    fn take_up<S: BackendStyle>(&mut self, style: &S) -> bool {
        self.flush();
        self.context.set_fill_style_str(&css(style.color()));
        style.color().alpha > 0.0
    }

    fn set_font<S: BackendTextStyle>(&self, style: &S) {
        let font = format!("{} {}px {}", style.style().as_str(), exact(style.size()), style.family().as_str());
        self.context.set_font(&font);
    }
}

fn css(BackendColor { rgb: (r, g, b), alpha }: BackendColor) -> String {
    format!("rgba({r},{g},{b},{})", exact(alpha))
}

impl DrawingBackend for Canvas {
    type ErrorType = Failure;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        self.inner.ensure_prepared()
    }

    fn present(&mut self) -> Drawn {
        self.flush();
        self.inner.present()
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.draw_rect((x, y), (x + 1, y + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, a: BackendCoord, b: BackendCoord, style: &S, fill: bool) -> Drawn {
        if !fill {
            return self.draw_path([a, (b.0, a.1), b, (a.0, b.1), a], style);
        }
        if self.take_up(style) {
            self.context.fill_rect(a.0.into(), a.1.into(), (b.0 - a.0).into(), (b.1 - a.1).into());
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        if self.gather(style) {
            for (i, (x, y)) in path.into_iter().enumerate() {
                match i {
                    0 => self.context.move_to(f64::from(x), f64::from(y)),
                    _ => self.context.line_to(f64::from(x), f64::from(y)),
                }
            }
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, (x, y): BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        let context = self.context.clone();
        let circle = || context.arc(x.into(), y.into(), radius.into(), 0.0, std::f64::consts::TAU);
        if !fill {
            self.flush();
        }
        if fill && self.take_up(style) {
            context.begin_path();
            // It fails for radii below zero alone.
            let _ = circle();
            context.fill();
        } else if !fill && self.gather(style) {
            let _ = circle();
            self.flush();
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        if self.take_up(style) {
            self.context.begin_path();
            // The first `lineTo` of a path is a `moveTo`.
            path.into_iter().for_each(|(x, y)| self.context.line_to(x.into(), y.into()));
            self.context.fill();
        }
        Ok(())
    }

    /// Upright text: nothing here is turned.
    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Drawn {
        self.flush();
        self.context.set_fill_style_str(&css(style.color()));
        self.context.set_text_align(match style.anchor().h_pos {
            HPos::Left => "left",
            HPos::Right => "right",
            HPos::Center => "center",
        });
        self.context.set_text_baseline(match style.anchor().v_pos {
            VPos::Top => "top",
            VPos::Center => "middle",
            VPos::Bottom => "bottom",
        });
        self.set_font(style);
        // Without text there is still a figure.
        let _ = self.context.fill_text(text, x.into(), y.into());
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Self::ErrorType>> {
        self.set_font(style);
        let width = self.context.measure_text(text).map_or(0.0, |metrics| metrics.width());
        Ok((width as u32, style.size() as u32))
    }
}

impl Drop for Canvas {
    fn drop(&mut self) {
        self.flush();
    }
}
