//! What every core is doing: the last moments of the live run, to zoom into, and the way of a slow request through them.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, PointerEvent};
use yew::html::{onkeydown, onpointerdown, onpointermove, onpointerup, ontoggle};
use yew::prelude::*;

use crate::annex::drawing;
use crate::app::names::name;
use crate::app::state::State;
use crate::chart::{self, LanesPlace};
use crate::protocol::lanes::Window;
use crate::sim::request::RequestId;
use crate::sim::runtime::RuntimeId;
use crate::sim::time::{Span, Time};
use crate::stats::lanes::Window as Recorded;
use crate::ui::element::{button, canvas, element, keyed, tag, text, worded};
use crate::view::lanes::words::describe;
use crate::view::lanes::{Figure, Film, Focus, Layout, Move, Path, Shot, Viewport, explain};

/// How much of the recording is asked for while the run goes on, and while it rests.
const LIVE: Span = Span::from_ms(250);
const RESTING: Span = Span::from_ms(2_000);

/// What the reader does in it.
#[derive(Clone, Copy, Debug)]
#[expect(unreachable_pub, reason = "Yew wants the types of a component public")]
pub enum Act {
    Open,
    Zoom(f64),
    Pan(f64),
    /// Back to everything that was recorded.
    Whole,
    /// The way of the slowest request of this runtime, by place.
    Why(usize),
    /// A pointer over the lanes of a runtime, by place, in CSS pixels of a figure of this width; whether it drags.
    Point(usize, f64, (f64, f64), bool),
    /// The pointer has been taken from what it had hold of.
    LetGo,
    /// A key in the lanes of a runtime.
    Key(usize, Move),
}

/// The recording of one runtime, as it is looked at.
struct Reel {
    runtime: RuntimeId,
    recorded: Recorded,
    film: Film,
    layout: Layout,
    path: Option<Path>,
    focus: Option<Focus>,
}

/// The section's own state.
#[derive(Default)]
pub(super) struct Lanes {
    pub(super) is_open: bool,
    reels: Vec<Reel>,
    view: Viewport,
    /// Where the pointer took hold, as a share of the plot.
    grabbed: Option<f64>,
    /// A window is on its way.
    is_waiting: bool,
    /// A window of the run at rest is here: nothing new will come.
    is_resting: bool,
    refs: [[NodeRef; 2]; 4],
}

impl Lanes {
    /// How much of the recording is wanted now, if any.
    pub(super) fn wants(&mut self, state: &State) -> Option<Span> {
        let rests = state.settings.is_paused;
        // While a request is explained, its recording stays.
        let is_held = self.reels.iter().any(|reel| reel.path.is_some());
        if !self.is_open || self.is_waiting || is_held || rests && self.is_resting {
            return None;
        }
        self.is_waiting = true;
        self.is_resting = rests;
        Some(if rests { RESTING } else { LIVE })
    }

    /// What was asked for will not come.
    pub(super) fn forget(&mut self) {
        self.is_waiting = false;
        self.is_resting = false;
        self.reels.clear();
    }

    /// Takes in what was recorded.
    pub(super) fn show(&mut self, windows: Vec<Window>, state: &State) {
        self.is_waiting = false;
        let was = self.reels.len();
        self.reels = windows
            .into_iter()
            .filter(|window| window.run == state.live_run)
            .filter_map(|window| {
                let runtime = *state.settings.runtimes.get(window.runtime_idx as usize)?;
                let film = Film::of(&window.recorded);
                let layout = Layout::new(&film, Layout::automatic(&film));
                Some(Reel { runtime, recorded: window.recorded, film, layout, path: None, focus: None })
            })
            .collect();
        let ends = self.reels.iter().map(|reel| (reel.film.from, reel.film.to));
        let (from, to) = ends.fold((Time::MAX, Time::ZERO), |(from, to), one| (from.min(one.0), to.max(one.1)));
        if from < to {
            let whole = Viewport::whole(from, to);
            let shown = if was == 0 || self.view.span().is_zero() { LIVE } else { self.view.span() };
            // The end of it, as much as was looked at before.
            self.view = whole.at(Time::ZERO + to.since(Time::ZERO + shown), to);
        }
    }

    /// The recordings, for a file.
    pub(super) fn recorded(&self) -> impl Iterator<Item = (RuntimeId, &Recorded)> {
        self.reels.iter().map(|reel| (reel.runtime, &reel.recorded))
    }

    /// Does what the reader wants.
    pub(super) fn act(&mut self, act: Act) {
        match act {
            Act::Open => self.is_open = true,
            Act::Zoom(factor) => self.view = self.view.zoomed(0.5, factor),
            Act::Pan(share) => self.view = self.view.panned(share),
            Act::Whole => {
                for reel in &mut self.reels {
                    reel.path = None;
                }
                self.view = self.view.zoomed(0.5, 1e9);
            }
            Act::Why(idx) => self.why(idx),
            Act::Point(idx, width, at, drags) => self.point(idx, width, at, drags),
            Act::LetGo => self.grabbed = None,
            Act::Key(idx, step) => {
                if let Some(Reel { film, layout, focus, .. }) = self.reels.get_mut(idx) {
                    let first = Focus::Segment(0, 0);
                    *focus = Some(focus.map_or(first, |focus| focus.moved(film, layout, step)));
                }
            }
        }
    }

    /// Explains the slowest request of a runtime, which stays on screen.
    fn why(&mut self, idx: usize) {
        for (nth, reel) in self.reels.iter_mut().enumerate() {
            let slowest: Option<RequestId> = if nth == idx { reel.film.at_percentile(1.0) } else { None };
            reel.path = slowest.and_then(|request| Path::of(&reel.film, request));
            if let Some(path) = &reel.path {
                self.view = self.view.around(path.born, path.at);
            }
        }
    }

    fn point(&mut self, idx: usize, width: f64, at: (f64, f64), drags: bool) {
        let view = self.view;
        let Some(reel) = self.reels.get_mut(idx) else { return };
        let n_columns = columns(width);
        let shot = Shot {
            runtime: reel.runtime,
            film: &reel.film,
            layout: &reel.layout,
            view,
            path: reel.path.as_ref(),
            focus: None,
        };
        let figure = Figure::of(&shot, n_columns, 1.0);
        let place = LanesPlace::on_plot(&figure, width, at);
        if drags {
            if let Some(grabbed) = self.grabbed {
                self.view = view.panned(grabbed - place.0);
            } else {
                self.grabbed = Some(place.0);
                return;
            }
            self.grabbed = Some(place.0);
            return;
        }
        reel.focus = Focus::at(&reel.film, &reel.layout, view, place, n_columns);
    }

    /// The section.
    pub(super) fn view(&self, state: &State, act: &Callback<Act>) -> Html {
        let tool = |words, label: &str, what: Act| {
            let act = act.clone();
            button(&[("aria-label", label)], words, move |_| act.emit(what))
        };
        let tools = vec![
            tool("−", "Show more time", Act::Zoom(2.0)),
            tool("+", "Show less time", Act::Zoom(0.5)),
            tool("←", "Earlier", Act::Pan(-0.5)),
            tool("→", "Later", Act::Pan(0.5)),
            tool("All", "All that was recorded", Act::Whole),
        ];
        let hint = if self.reels.is_empty() {
            "Loading what goes on inside…"
        } else if state.settings.is_paused {
            "The run rests: zoom in, point at a bar, or go through them with the arrow keys."
        } else {
            "Pause, or choose a speed below 0.1 ×, to watch single requests."
        };
        // In an element of their own: beside them, those before would be made anew when they come, and lose the focus.
        let reels = self.reels.iter().enumerate().map(|(idx, reel)| self.reel(idx, reel, act)).collect();
        let content = vec![
            element("div", &[("class", "tools")], tools),
            worded("p", &[("class", "help")], hint),
            element("div", &[], reels),
        ];
        let summary = worded("summary", &[], "Inside: what every core is doing");
        let mut details = tag("details", &[("class", "lanes")], vec![summary, element("div", &[], content)]);
        details.add_listener(Rc::new(ontoggle::Wrapper::new(act.reform(|_: Event| Act::Open))));
        keyed(details, "lanes")
    }

    fn reel(&self, idx: usize, reel: &Reel, act: &Callback<Act>) -> Html {
        let figure = self.figure(reel, 1_000.0);
        let height = LanesPlace::height(&figure).to_string();
        let words = reel.focus.map_or_else(String::new, |focus| describe(&reel.film, focus));
        let label = format!("What every core of {} is doing. {words}", name(reel.runtime));
        let [still, moving] = &self.refs[idx.min(3)];
        let canvases = vec![canvas(still, "still"), canvas(moving, "moving")];
        let mut plot = tag(
            "div",
            &[("class", "plot"), ("role", "img"), ("tabindex", "0"), ("aria-label", &label), ("data-height", &height)],
            canvases,
        );
        plot.add_listener(Rc::new(onpointermove::Wrapper::new(maybe(act, move |event: PointerEvent| {
            point(idx, &event)
        }))));
        plot.add_listener(Rc::new(onpointerdown::Wrapper::new(maybe(act, move |event: PointerEvent| {
            let target: HtmlElement = event.target()?.dyn_into().ok()?;
            // Without it a drag ends at the edge.
            let _ = target.set_pointer_capture(event.pointer_id());
            point(idx, &event)
        }))));
        plot.add_listener(Rc::new(onpointerup::Wrapper::new(act.reform(|_: PointerEvent| Act::LetGo))));
        plot.add_listener(Rc::new(onkeydown::Wrapper::new(maybe(act, move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowRight" => Act::Key(idx, Move::Next),
                "ArrowLeft" => Act::Key(idx, Move::Previous),
                "ArrowUp" => Act::Key(idx, Move::Up),
                "ArrowDown" => Act::Key(idx, Move::Down),
                "+" => Act::Zoom(0.5),
                "-" => Act::Zoom(2.0),
                _ => return None,
            };
            event.prevent_default();
            Some(step)
        }))));
        let why = {
            let act = act.clone();
            button(&[], "Why was the slowest request so slow?", move |_| act.emit(Act::Why(idx)))
        };
        let told = match &reel.path {
            Some(path) => explain(&reel.film, path),
            None => words,
        };
        let said = worded("p", &[("class", "told-lane"), ("role", "status")], told);
        keyed(tag("figure", &[], vec![plot.into(), said, why, text("")]), reel.runtime.key())
    }

    fn figure(&self, reel: &Reel, width: f64) -> Figure {
        let shot = Shot {
            runtime: reel.runtime,
            film: &reel.film,
            layout: &reel.layout,
            view: self.view,
            path: reel.path.as_ref(),
            focus: reel.focus,
        };
        Figure::of(&shot, columns(width), 1.0)
    }

    /// Draws what is seen.
    pub(super) fn draw(&self) {
        if !self.is_open {
            return;
        }
        let Some(look) = drawing::look(1.0) else { return };
        for (idx, reel) in self.reels.iter().enumerate() {
            let [still, moving] = &self.refs[idx.min(3)];
            let Some(canvas) = still.cast::<HtmlElement>() else { continue };
            let width = f64::from(canvas.offset_width());
            let figure = self.figure(reel, width);
            if let Some(plot) = canvas.parent_element().and_then(|plot| plot.dyn_into::<HtmlElement>().ok()) {
                // The rows make the height; a style set by script is no style of the page.
                let _ = plot.style().set_property("height", &format!("{}px", LanesPlace::height(&figure)));
            }
            if let Some((area, _)) = drawing::open(still) {
                let _ = chart::draw_lanes_still(&area, &figure, &look);
            }
            if let Some((area, _)) = drawing::open(moving) {
                let _ = chart::draw_lanes_moving(&area, &figure, &look);
            }
        }
    }
}

/// Columns of a plot this wide: one a CSS pixel.
fn columns(width: f64) -> u32 {
    (width - LanesPlace::LEFT - LanesPlace::RIGHT).max(1.0) as u32
}

/// A pointer over the lanes of a runtime.
fn point(idx: usize, event: &PointerEvent) -> Option<Act> {
    let plot: HtmlElement = event.target()?.dyn_into().ok()?;
    let rect = plot.get_bounding_client_rect();
    let width = f64::from(plot.offset_width());
    let scale = rect.width() / width;
    let at = ((f64::from(event.client_x()) - rect.left()) / scale, (f64::from(event.client_y()) - rect.top()) / scale);
    Some(Act::Point(idx, width, at, event.buttons() & 1 == 1))
}

/// A callback for events that may mean nothing.
fn maybe<E: 'static>(act: &Callback<Act>, meaning: impl Fn(E) -> Option<Act> + 'static) -> Callback<E> {
    let act = act.clone();
    Callback::from(move |event: E| meaning(event).into_iter().for_each(|meant| act.emit(meant)))
}
