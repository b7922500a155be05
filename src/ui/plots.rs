//! The canvases of the two figures: what is drawn when, and nothing oftener than it changes.

use plotters::drawing::IntoDrawingArea;
use web_sys::{Element, HtmlCanvasElement};
use yew::NodeRef;

use crate::app::settings::{Theme, View};
use crate::app::state::State;
use crate::chart::{self, Look, Palette, parse_color};
use crate::protocol::BIN;
use crate::protocol::archive::Dot;
use crate::sim::runtime::RuntimeId;
use crate::ui::canvas::{Canvas, UNIT};
use crate::ui::effects::pixel_ratio;
use crate::ui::measured::Pointed;
use crate::view::axis::{Axis, Scale};
use crate::view::metrics::THROUGHPUT;
use crate::view::series::{CurveFigure, Mark, curve_figure};

/// What has changed since the last drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Dirty {
    /// The curve's lines, or everything.
    pub(super) curve: bool,
    /// The place of the slider.
    pub(super) marker: bool,
    /// The live lines.
    pub(super) live: bool,
}

impl Dirty {
    /// Everything has to be drawn.
    pub(super) const ALL: Self = Self { curve: true, marker: true, live: true };

    pub(super) fn any(self) -> bool {
        self != Self::default()
    }
}

/// The canvases, each a still one below a moving one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Refs {
    pub(super) curve_plot: NodeRef,
    pub(super) curve: NodeRef,
    pub(super) marker: NodeRef,
    pub(super) live_axes: NodeRef,
    pub(super) live: NodeRef,
}

/// What the live plot's axes were drawn for.
#[derive(Clone, Copy, Debug, PartialEq)]
struct LiveAxes {
    y: f64,
    size: (f64, f64),
    ratio: f64,
}

/// What is on the canvases.
#[derive(Debug)]
pub(super) struct Plots {
    pub(super) refs: Refs,
    figure: CurveFigure,
    /// The live plot's axis, kept so that it does not jump.
    live_y: Axis,
    live_axes_drawn: Option<LiveAxes>,
    palette: Option<Palette>,
}

impl Default for Plots {
    fn default() -> Self {
        let y = axis(0.0);
        let figure = CurveFigure { metric: THROUGHPUT, lines: Vec::new(), marks: Vec::new(), y: y.clone() };
        Self { refs: Refs::default(), figure, live_y: y, live_axes_drawn: None, palette: None }
    }
}

/// The axis of a throughput that goes up to `highest`.
fn axis(highest: f64) -> Axis {
    Axis::of(Scale::Linear, std::iter::once(highest), THROUGHPUT.mark)
}

pub(crate) fn read_palette(root: &Element) -> Option<Palette> {
    let style = gloo::utils::window().get_computed_style(root).ok()??;
    let color = |name: &str| parse_color(&style.get_property_value(name).ok()?);
    Some(Palette {
        ink: color("--ink")?,
        faint: color("--faint")?,
        mesh: color("--mesh")?,
        ground: color("--ground")?,
        runtimes: {
            let mut runtimes = [parse_color("#808080")?; RuntimeId::ALL.len()];
            for runtime in RuntimeId::ALL {
                runtimes[runtime as usize] = color(&("--".to_owned() + runtime.key()))?;
            }
            runtimes
        },
    })
}

fn open(node: &NodeRef, ratio: f64) -> Option<Canvas> {
    let canvas = node.cast::<HtmlCanvasElement>()?;
    // Layout pixels: a host may scale the whole figure by a transform.
    let size = (f64::from(canvas.offset_width()), f64::from(canvas.offset_height()));
    (size.0 > 0.0 && size.1 > 0.0).then(|| Canvas::new(canvas, size, ratio))?
}

impl Plots {
    /// The theme has changed: the colours have to be read again.
    pub(super) fn forget_palette(&mut self) {
        self.palette = None;
        self.live_axes_drawn = None;
    }

    /// Sizes have changed: everything has to be drawn again.
    pub(super) fn forget_sizes(&mut self) {
        self.live_axes_drawn = None;
    }

    /// The dots under a pointer over the curve, by place.
    pub(super) fn dots_at(&self, at: Option<Pointed>) -> Vec<usize> {
        at.map(|Pointed { size, at, reach }| chart::marks_at(&self.figure, size, at, reach)).unwrap_or_default()
    }

    /// Draws what is dirty. `theme_root` is the element whose colours count, enlarged by `zoom`.
    pub(super) fn draw(&mut self, state: &State, dots: &[Dot], dirty: Dirty, (theme_root, zoom): (&Element, f64)) {
        if self.palette.is_none() {
            self.palette = read_palette(theme_root);
        }
        let Some(palette) = self.palette else { return };
        let is_projected = state.settings.theme == Theme::Projector;
        let (weight, text) = match (state.settings.view, is_projected) {
            // Enlarged as it is, the smallest text is read from the last row.
            (View::Talk, _) => (1.6, 1.5),
            (_, true) => (1.6, 1.1),
            (_, false) => (1.0, 1.0),
        };
        let look = Look { unit: UNIT, palette, weight, text };
        let ratio = pixel_ratio() * zoom;
        // A failed drawing leaves an older picture; there is nobody to tell and the next frame tries again.
        if dirty.curve {
            let marks = dots.iter().map(mark).collect();
            self.figure = curve_figure(&state.shown.curve, &state.shown.runtimes, marks, THROUGHPUT);
            if let Some(canvas) = open(&self.refs.curve, ratio) {
                let _ = chart::draw_curve(&canvas.into_drawing_area(), &self.figure, &look);
            }
        }
        if (dirty.curve || dirty.marker)
            && let Some(canvas) = open(&self.refs.marker, ratio)
        {
            let mix = state.settings.scenario.mix;
            let points = points_at(state, mix);
            let _ = chart::draw_marker(&canvas.into_drawing_area(), &self.figure.y, mix, &points, &look);
        }
        if dirty.live || dirty.curve {
            self.draw_live(state, &look, ratio);
        }
    }

    fn draw_live(&mut self, state: &State, look: &Look, ratio: f64) {
        let bin = BIN.as_secs_f64();
        let lines: Vec<(RuntimeId, Vec<(f64, f64)>)> = state
            .settings
            .runtimes
            .iter()
            .zip(&state.live.bins)
            .map(|(runtime, bins)| (*runtime, bins.points(state.live.now, bin)))
            .collect();
        let highest = lines.iter().flat_map(|(_, points)| points.iter().map(|(_, y)| *y)).fold(0.0, f64::max);
        // The curve's own axis where it fits, so that the two figures can be compared.
        self.live_y = if highest <= self.figure.y.to { self.figure.y.clone() } else { axis(highest) };
        let Some(canvas) = open(&self.refs.live, ratio) else { return };
        let size = self
            .refs
            .live
            .cast::<HtmlCanvasElement>()
            .map_or((0.0, 0.0), |canvas| (f64::from(canvas.offset_width()), f64::from(canvas.offset_height())));
        let _ = chart::draw_live_lines(&canvas.into_drawing_area(), &self.live_y, &lines, look);
        let wanted = Some(LiveAxes { y: self.live_y.to, size, ratio });
        if self.live_axes_drawn != wanted
            && let Some(canvas) = open(&self.refs.live_axes, ratio)
        {
            let _ = chart::draw_live_axes(&canvas.into_drawing_area(), &self.live_y, look);
            self.live_axes_drawn = wanted;
        }
    }
}

fn mark(dot: &Dot) -> Mark {
    let Dot { runtime, mix, throughput, is_readers, .. } = *dot;
    Mark { runtime, mix, throughput, is_readers }
}

/// Each shown runtime's throughput at `mix`.
fn points_at(state: &State, mix: f64) -> Vec<(RuntimeId, f64)> {
    let shown = &state.shown;
    let known = shown.runtimes.iter().enumerate();
    known.filter_map(|(idx, runtime)| Some((*runtime, shown.curve.at(mix, idx)?.throughput.mean))).collect()
}
