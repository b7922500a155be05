//! Taking the figure away: a link, a frame, an element, Markdown, a file. Everything pins every value and the version of
//! the models.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::app::permalink;
use crate::app::settings::{Deck, MODEL_VERSION, Settings, Theme, View};
use crate::app::state::State;
use crate::ui::element::{button, changes, element, keyed, tag, text, worded};
use crate::ui::transport::option;

/// Heights of a frame on offer, in CSS pixels; the first fits the compact view from a phone's width on.
const HEIGHTS: [u32; 4] = [560, 640, 800, 1200];
/// The page that is one file.
const FILE: &str = "runtime-duel.html";
/// What a frame can do without.
const HIDEABLE: [(&str, &str); 2] = [("live", "the live plot"), ("transport", "its buttons")];

/// What is being shared, and how.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Share {
    height: u32,
    theme: usize,
    is_full: bool,
    hide: Vec<&'static str>,
    /// Whether the frame is shown as it will be.
    is_previewed: bool,
    /// Which of the texts was copied last, and whether that worked.
    copied: Option<(&'static str, bool)>,
}

/// What the reader chooses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Choice {
    Height(u32),
    Theme(usize),
    Full(bool),
    Hide(&'static str),
    Preview,
    Copied(&'static str, bool),
}

const THEMES: [(&str, &str, Theme); 4] = [
    ("auto", "the reader's", Theme::Auto),
    ("light", "light", Theme::Light),
    ("dark", "dark", Theme::Dark),
    ("projector", "projector", Theme::Projector),
];

impl Default for Share {
    fn default() -> Self {
        Self { height: HEIGHTS[0], theme: 0, is_full: false, hide: Vec::new(), is_previewed: false, copied: None }
    }
}

/// The texts to take away.
struct Texts {
    query: String,
    link: String,
    all: Vec<(&'static str, &'static str, String)>,
}

/// `text` between quotes or tags of HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

impl Share {
    pub(super) fn choose(&mut self, choice: Choice) {
        self.copied = None;
        match choice {
            Choice::Height(height) => self.height = height,
            Choice::Theme(theme) => self.theme = theme,
            Choice::Full(is_full) => {
                self.is_full = is_full;
                self.height = if is_full { HEIGHTS[3] } else { HEIGHTS[0] };
            }
            Choice::Hide(part) if self.hide.contains(&part) => self.hide.retain(|one| *one != part),
            Choice::Hide(part) => self.hide.push(part),
            Choice::Preview => self.is_previewed = !self.is_previewed,
            Choice::Copied(which, worked) => self.copied = Some((which, worked)),
        }
    }

    /// The settings of the shared figure.
    fn settings(&self, settings: &Settings) -> Settings {
        Settings {
            theme: THEMES[self.theme].2,
            view: if self.is_full { View::Full } else { View::Compact },
            hide: self.hide.clone(),
            deck: Deck::None,
            model: MODEL_VERSION,
            ..settings.clone()
        }
    }

    fn texts(&self, state: &State, folder: &str) -> Texts {
        let query = permalink::write_whole(&self.settings(&state.settings));
        let title = state.verdict.as_ref().map(ToString::to_string).unwrap_or_default();
        let title = escaped(&title);
        let whole = permalink::write_whole(&state.settings);
        let frame = |page: &str| {
            format!(
                "<iframe title=\"{title}\" src=\"{page}?{}\" loading=\"lazy\" width=\"100%\" height=\"{}\" \
                 style=\"border:0;width:100%\" allow=\"fullscreen; clipboard-write; web-share\" allowfullscreen></iframe>",
                query.replace('&', "&amp;"),
                self.height
            )
        };
        let beside = ("bundle", "Frame of one file, with that saved beside your page", frame(FILE));
        if is_one_file() {
            // It has no address that others could open.
            let link = format!("{FILE}?{whole}");
            return Texts { query, all: vec![("link", "Link, for the file beside it", link.clone()), beside], link };
        }
        let link = format!("{folder}index.html?{whole}");
        let attributes: String = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| format!(" {key}=\"{value}\""))
            .collect();
        let height = self.height;
        let own = format!(
            "<script type=\"module\" src=\"{folder}embed.js\"></script>\n<runtime-duel title=\"{title}\" height=\"{height}\"{attributes} \
             style=\"display:block;min-height:{height}px\"><a href=\"{}\">{title}</a></runtime-duel>",
            link.replace('&', "&amp;")
        );
        let sentence = state.verdict.as_ref().map(ToString::to_string).unwrap_or_default();
        let markdown = format!("[![{sentence}](runtime-duel.svg)]({link})");
        let all = vec![
            ("link", "Link", link.clone()),
            ("frame", "Frame, for any page", frame(&format!("{folder}embed.html"))),
            ("element", "Element, for a page that may run scripts", own),
            ("markdown", "Markdown, with the picture saved beside it", markdown),
            beside,
        ];
        Texts { query, link, all }
    }
}

/// Copies the field with this id; where the clipboard is refused, its text is selected to be copied by hand.
fn copy(id: &str, which: &'static str, choose: Callback<Choice>) {
    let field = gloo::utils::document().get_element_by_id(id);
    let Some(field) = field.and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok()) else { return };
    field.select();
    // A frame may be refused the clipboard, and some browsers have none: the property is not there then.
    let navigator = gloo::utils::window().navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).unwrap_or_default();
    let write = js_sys::Reflect::get(&clipboard, &"writeText".into()).ok();
    let promise = write
        .and_then(|write| write.dyn_into::<js_sys::Function>().ok())
        .and_then(|write| write.call1(&clipboard, &field.value().into()).ok())
        .and_then(|promise| promise.dyn_into::<js_sys::Promise>().ok());
    let Some(promise) = promise else { return choose.emit(Choice::Copied(which, false)) };
    js_sys::futures::spawn_local(async move {
        let worked = js_sys::futures::JsFuture::from(promise).await.is_ok();
        choose.emit(Choice::Copied(which, worked));
    });
}

/// Whether this page is the one file that has everything in itself.
fn is_one_file() -> bool {
    js_sys::Reflect::has(&gloo::utils::window(), &"runtimeDuelFiles".into()).unwrap_or_default()
}

/// The folder of our pages, with a closing slash.
fn folder() -> String {
    let base = gloo::utils::document().base_uri().ok().flatten().unwrap_or_default();
    web_sys::Url::new_with_base("./", &base).map(|url| url.href()).unwrap_or_default()
}

/// Everything to share the figure.
pub(super) fn share(state: &State, share: &Share, choose: &Callback<Choice>, save: Html) -> Html {
    let texts = share.texts(state, &folder());
    let fields = texts.all.iter().map(|(which, label, content)| field(which, label, content, share, choose));
    let mut children = vec![save, options(share, choose)];
    children.extend(fields);
    if !is_one_file() {
        let file = worded("a", &[("href", "./runtime-duel.html"), ("download", "")], "The whole page as one file");
        let words = text(", to run from a disk or beside your slides, without a network.");
        children.push(element("p", &[("class", "help")], vec![file, words]));
    }
    let preview = if share.is_previewed {
        let source = format!("./{}?{}", if is_one_file() { FILE } else { "embed.html" }, texts.query);
        let height = share.height.to_string();
        let attributes = [("title", "The frame as readers will see it"), ("src", source.as_str()), ("height", &height)];
        vec![element("iframe", &attributes, Vec::new())]
    } else {
        Vec::new()
    };
    let words = if share.is_previewed { "Hide the preview" } else { "Preview the frame" };
    let toggle = {
        let choose = choose.clone();
        button(&[("class", "preview")], words, move |_| choose.emit(Choice::Preview))
    };
    children.push(toggle);
    children.push(element("div", &[], preview));
    debug_assert!(!texts.link.is_empty());
    let summary = worded("summary", &[], "Share and embed");
    element("details", &[("class", "share")], vec![summary, element("div", &[], children)])
}

fn options(share: &Share, choose: &Callback<Choice>) -> Html {
    let select = |label: &'static str, options: Vec<Html>, on: fn(usize) -> Choice| {
        let choose = choose.clone();
        let mut select = tag("select", &[], options);
        select.add_listener(changes(Callback::from(move |event: Event| {
            let Some(field) = event.target() else { return };
            let idx = field.unchecked_into::<HtmlSelectElement>().selected_index();
            choose.emit(on(idx.max(0) as usize));
        })));
        element("label", &[], vec![worded("span", &[], label), select.into()])
    };
    let heights = HEIGHTS.iter().map(|h| option(&h.to_string(), format!("{h} px"), *h == share.height)).collect();
    let themes = (0..).zip(THEMES).map(|(i, (key, label, _))| option(key, label, i == share.theme)).collect();
    let views = vec![option("compact", "the essence", !share.is_full), option("full", "everything", share.is_full)];
    let mut children = vec![
        select("Shows ", views, |idx| Choice::Full(idx == 1)),
        select("Height ", heights, |idx| Choice::Height(HEIGHTS[idx.min(HEIGHTS.len() - 1)])),
        select("Colours ", themes, |idx| Choice::Theme(idx.min(THEMES.len() - 1))),
    ];
    for (part, label) in HIDEABLE {
        let choose = choose.clone();
        let mut input = tag("input", &[("type", "checkbox")], Vec::new());
        input.set_checked(!share.hide.contains(&part));
        input.add_listener(changes(Callback::from(move |event: Event| {
            debug_assert!(event.target().is_some_and(|field| field.has_type::<HtmlInputElement>()));
            choose.emit(Choice::Hide(part));
        })));
        children.push(keyed(tag("label", &[], vec![input.into(), text(label)]), part));
    }
    element("div", &[("class", "share-options")], children)
}

fn field(which: &'static str, label: &'static str, content: &str, share: &Share, choose: &Callback<Choice>) -> Html {
    let id = format!("share-{which}");
    let mut area =
        tag("textarea", &[("id", &id), ("readonly", ""), ("rows", "2"), ("spellcheck", "false")], Vec::new());
    area.set_value(content.to_owned());
    let on_copy = {
        let (id, choose) = (id.clone(), choose.clone());
        button(&[("aria-label", &format!("Copy: {label}"))], "Copy", move |_| copy(&id, which, choose.clone()))
    };
    let became = match share.copied {
        Some((one, true)) if one == which => "Copied.",
        Some((one, false)) if one == which => "The clipboard is out of reach: the text is selected, copy it by hand.",
        _ => "",
    };
    let head = element("div", &[("class", "share-head")], vec![worded("label", &[("for", &id)], label), on_copy]);
    let became = worded("p", &[("class", "help"), ("role", "status")], became);
    keyed(tag("div", &[("class", "share-text")], vec![head, area.into(), became]), which)
}
