//! How long requests take, any figure along the mix, and all figures at the slider.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::html::ontoggle;
use yew::prelude::*;

use crate::annex::drawing;
use crate::app::names::name;
use crate::app::state::State;
use crate::chart;
use crate::ui::element::{canvas, changes, element, keyed, tag, text, worded};
use crate::ui::transport::option;
use crate::view::latency::latency_figure;
use crate::view::metrics::{self, METRICS, Metric, ON_CURVE};
use crate::view::series::{curve_figure, marker};
use crate::view::units::number;

/// The section's own state.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) is_open: bool,
    /// What is drawn along the mix.
    pub(super) metric: &'static Metric,
    /// The figure whose definition is shown.
    pub(super) defined: Option<&'static Metric>,
    latency: NodeRef,
    along: NodeRef,
    along_marker: NodeRef,
}

/// What the reader does in it.
#[derive(Clone, Copy, Debug)]
#[expect(unreachable_pub, reason = "Yew wants the types of a component public")]
pub enum Act {
    Open,
    Along(usize),
    Define(&'static str),
}

impl Default for Figures {
    fn default() -> Self {
        let metric = metrics::find("latency_p99_ms").unwrap_or(metrics::THROUGHPUT);
        let nothing = NodeRef::default;
        Self { is_open: false, metric, defined: None, latency: nothing(), along: nothing(), along_marker: nothing() }
    }
}

impl Figures {
    /// Does what the reader wants.
    pub(super) fn act(&mut self, act: Act) {
        match act {
            Act::Open => self.is_open = true,
            Act::Along(idx) => {
                self.metric = ON_CURVE.get(idx).and_then(|key| metrics::find(key)).unwrap_or(self.metric);
            }
            Act::Define(key) => self.defined = metrics::find(key),
        }
    }

    /// The section.
    pub(super) fn view(&self, state: &State, act: &Callback<Act>) -> Html {
        let mix = state.settings.scenario.mix;
        let caption = format!("Latency at {} % CPU, by the share of requests that are faster", number(mix));
        let latency = plot("latency", caption, vec![canvas(&self.latency, "still")], &self.latency_words(state));
        let on_along = {
            let act = act.clone();
            changes(Callback::from(move |event: Event| {
                let Some(field) = event.target() else { return };
                act.emit(Act::Along(field.unchecked_into::<HtmlSelectElement>().selected_index().max(0) as usize));
            }))
        };
        let options = ON_CURVE.iter().filter_map(|key| metrics::find(key));
        let options = options.map(|metric| option(metric.key, metric.caption, metric.key == self.metric.key)).collect();
        let mut select = tag("select", &[("aria-label", "What is drawn by CPU share")], options);
        select.add_listener(on_along);
        let canvases = vec![canvas(&self.along, "still"), canvas(&self.along_marker, "moving")];
        let words = format!("{}, by how much of a request is computing", self.metric.caption);
        let along = element(
            "div",
            &[],
            vec![
                element("label", &[("class", "along")], vec![worded("span", &[], "By CPU share: "), select.into()]),
                plot("along", words, canvases, ""),
            ],
        );
        let content = vec![latency, along, self.table(state, act)];
        let summary = worded("summary", &[], "Latency and all other figures");
        let mut details = tag("details", &[("class", "latency")], vec![summary, element("div", &[], content)]);
        details.add_listener(Rc::new(ontoggle::Wrapper::new(act.reform(|_: Event| Act::Open))));
        keyed(details, "latency")
    }

    /// The latencies for who does not see the plot.
    fn latency_words(&self, state: &State) -> String {
        let mix = state.settings.scenario.mix;
        let of = |idx: usize| {
            let words = |key: &str| {
                let metric = metrics::find(key)?;
                let value = state.shown.curve.figure_at(mix, idx, |known| metric.of(known))?;
                Some((metric.words)(value.mean))
            };
            Some(format!(
                "{}: half within {}, 99 % within {}",
                name(state.shown.runtimes[idx]),
                words("latency_p50_ms")?,
                words("latency_p99_ms")?
            ))
        };
        let words: Vec<String> = (0..state.shown.runtimes.len()).filter_map(of).collect();
        words.join("; ")
    }

    /// Every figure, with its definition on demand.
    fn table(&self, state: &State, act: &Callback<Act>) -> Html {
        let mix = state.settings.scenario.mix;
        let shown = &state.shown;
        let heads = shown.runtimes.iter().map(|runtime| worded("th", &[("scope", "col")], name(*runtime)));
        let head = std::iter::once(element("td", &[], Vec::new())).chain(heads).collect();
        let row = |metric: &'static Metric| {
            let is_defined = self.defined.is_some_and(|one| one.key == metric.key);
            let pressed = if is_defined { "true" } else { "false" };
            let on = act.reform(move |_: MouseEvent| Act::Define(metric.key));
            let mut term = tag(
                "button",
                &[("type", "button"), ("class", "term"), ("aria-expanded", pressed)],
                vec![text(metric.label)],
            );
            term.add_listener(Rc::new(yew::html::onclick::Wrapper::new(on)));
            let on_focus = act.reform(move |_: FocusEvent| Act::Define(metric.key));
            term.add_listener(Rc::new(yew::html::onfocus::Wrapper::new(on_focus)));
            let cells = (0..shown.runtimes.len()).map(|idx| {
                let value = shown.curve.figure_at(mix, idx, |known| metric.of(known));
                worded(
                    "td",
                    &[("data-figure", metric.key), ("data-column", name(shown.runtimes[idx]))],
                    value.map_or("–".to_owned(), |value| (metric.words)(value.mean)),
                )
            });
            let head = element("th", &[("scope", "row")], vec![term.into()]);
            keyed(tag("tr", &[], std::iter::once(head).chain(cells).collect()), metric.key)
        };
        let rows: Vec<Html> = METRICS.iter().map(row).collect();
        let definition = self.defined.map_or("Choose a figure to read what it is.", |metric| metric.definition);
        let caption =
            format!("All figures at {} % CPU; – is what does not exist there or is not known yet", number(mix));
        element(
            "div",
            &[],
            vec![
                worded("p", &[("class", "definition"), ("role", "status")], definition),
                element(
                    "table",
                    &[("class", "figures")],
                    vec![
                        worded("caption", &[], caption),
                        element("thead", &[], vec![element("tr", &[], head)]),
                        element("tbody", &[], rows),
                    ],
                ),
            ],
        )
    }

    /// Draws what is seen.
    pub(super) fn draw(&self, state: &State) {
        if !self.is_open {
            return;
        }
        let Some(look) = drawing::look(1.0) else { return };
        let (curve, runtimes, mix) = (&state.shown.curve, &state.shown.runtimes, state.settings.scenario.mix);
        if let Some((area, _)) = drawing::open(&self.latency) {
            let latencies = (0..runtimes.len()).filter_map(|idx| Some((runtimes[idx], curve.latencies_at(mix, idx)?)));
            let figure = latency_figure(latencies);
            // A failed drawing leaves an older picture, and the next one tries again.
            let _ = chart::draw_latency_axes(&area, &figure, &look);
            let _ = chart::draw_latency_lines(&area, &figure, &look);
        }
        let figure = curve_figure(curve, runtimes, Vec::new(), self.metric);
        if let Some((area, _)) = drawing::open(&self.along) {
            let _ = chart::draw_curve(&area, &figure, &look);
        }
        if let Some((area, _)) = drawing::open(&self.along_marker) {
            let marker = marker(curve, runtimes, mix, self.metric);
            let points: Vec<_> = marker.points.iter().map(|(runtime, value, _)| (*runtime, *value)).collect();
            let _ = chart::draw_marker(&area, &figure.y, mix, &points, &look);
        }
    }
}

fn plot(key: &'static str, caption: String, canvases: Vec<Html>, words: &str) -> Html {
    let label = if words.is_empty() { caption.clone() } else { format!("{caption}. {words}") };
    let plot = element("div", &[("class", "plot"), ("role", "img"), ("aria-label", &label)], canvases);
    keyed(tag("figure", &[], vec![worded("figcaption", &[], caption), plot]), key)
}
