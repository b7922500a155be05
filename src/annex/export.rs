//! Files to take away: pictures, tables, objects, traces. Each carries its address and the version of the models.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlCanvasElement, Url};
use yew::prelude::*;

use crate::annex::lanes::Lanes;
use crate::app::export::{Export, csv, curve_paper, json};
use crate::app::names::name;
use crate::app::state::State;
use crate::chart::{Look, Palette, SVG_UNIT, draw_poster};
use crate::chrome::Trace;
use crate::ui::element::{button, element, worded};
use crate::view::metrics::THROUGHPUT;
use crate::view::series::{curve_figure, marker};

/// Size of a picture, in CSS pixels.
const SIZE: (f64, f64) = (1200.0, 675.0);

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(unreachable_pub, reason = "Yew wants the types of a component public")]
pub enum Kind {
    Svg,
    Png,
    Csv,
    Json,
    Trace,
}

const KINDS: [(Kind, &str, &str); 5] = [
    (Kind::Svg, "SVG", "The curve and the verdict as a picture"),
    (Kind::Png, "PNG", "The same in pixels"),
    (Kind::Csv, "CSV", "The curve as a table"),
    (Kind::Json, "JSON", "The curve and the verdict as an object"),
    (Kind::Trace, "Trace", "What every core did, for ui.perfetto.dev; open the lanes first"),
];

/// The buttons.
pub(super) fn buttons(save: &Callback<Kind>, has_lanes: bool) -> Html {
    let one = |(kind, words, title): (Kind, &'static str, &'static str)| {
        let save = save.clone();
        let off: &[(&str, &str)] = if kind == Kind::Trace && !has_lanes { &[("disabled", "")] } else { &[] };
        button(&[&[("title", title)], off].concat(), words, move |_| save.emit(kind))
    };
    let label = worded("span", &[], "Save as ");
    let buttons = std::iter::once(label).chain(KINDS.into_iter().map(one)).collect();
    element("div", &[("class", "save"), ("role", "group"), ("aria-label", "Save as")], buttons)
}

/// Where the page is, up to the question mark.
fn page() -> String {
    let location = gloo::utils::window().location();
    location.href().unwrap_or_default().split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// The poster.
pub(super) fn poster(state: &State, is_dark: bool) -> String {
    let page = page();
    let export = Export::of(&state.settings, &state.shown, &page);
    let figure = curve_figure(&state.shown.curve, &state.shown.runtimes, Vec::new(), THROUGHPUT);
    let marker = marker(&state.shown.curve, &state.shown.runtimes, state.settings.scenario.mix, THROUGHPUT);
    let palette = if is_dark { Palette::DARK } else { Palette::LIGHT };
    let look = Look { unit: SVG_UNIT, palette, weight: 1.0, text: 1.0 };
    draw_poster(&curve_paper(&export, THROUGHPUT), &figure, &marker, SIZE, &look)
}

/// Saves a file of this kind.
pub(super) fn save(kind: Kind, state: &State, lanes: &Lanes, is_dark: bool) {
    let page = page();
    let export = Export::of(&state.settings, &state.shown, &page);
    match kind {
        Kind::Svg => offer("runtime-duel.svg", "image/svg+xml", &poster(state, is_dark)),
        Kind::Png => save_png(&poster(state, is_dark)),
        Kind::Csv => offer("runtime-duel.csv", "text/csv", &csv(&export)),
        Kind::Json => offer("runtime-duel.json", "application/json", &json(&export)),
        Kind::Trace => {
            let mut trace = Trace::new(String::new(), &export.link());
            for (runtime, recorded) in lanes.recorded() {
                trace.begin_process(name(runtime));
                trace.window(recorded);
            }
            offer("runtime-duel-trace.json", "application/json", &trace.end());
        }
    }
}

fn blob(kind: &str, content: &str) -> Option<String> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(&content.into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

/// Offers `content` as a file to save. Where that is forbidden nothing happens: there is no other way out of a sandbox.
fn offer(file: &str, kind: &str, content: &str) {
    if let Some(url) = blob(kind, content) {
        offer_url(file, &url);
        let _ = Url::revoke_object_url(&url);
    }
}

fn offer_url(file: &str, url: &str) {
    let link = gloo::utils::document().create_element("a").ok();
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) {
        link.set_href(url);
        link.set_download(file);
        link.click();
    }
}

/// Draws the picture in two pixels for each of its own, and offers that.
fn save_png(svg: &str) {
    let Ok(image) = web_sys::HtmlImageElement::new() else { return };
    let source = format!("data:image/svg+xml;charset=utf-8,{}", js_sys::encode_uri_component(svg));
    let drawn = image.clone();
    let draw = move || {
        let canvas = gloo::utils::document().create_element("canvas").ok()?;
        let canvas: HtmlCanvasElement = canvas.dyn_into().ok()?;
        canvas.set_width((SIZE.0 * 2.0) as u32);
        canvas.set_height((SIZE.1 * 2.0) as u32);
        let context = canvas.get_context("2d").ok()??;
        let context: web_sys::CanvasRenderingContext2d = context.dyn_into().ok()?;
        context.draw_image_with_html_image_element_and_dw_and_dh(&drawn, 0.0, 0.0, SIZE.0 * 2.0, SIZE.1 * 2.0).ok()?;
        offer_url("runtime-duel.png", &canvas.to_data_url().ok()?);
        Some(())
    };
    let on_load = Closure::once_into_js(move || {
        // Without a picture there is nothing to save.
        let _: Option<()> = draw();
    });
    image.set_onload(Some(on_load.unchecked_ref()));
    image.set_src(&source);
}
