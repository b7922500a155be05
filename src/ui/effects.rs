//! The only place that touches history, media queries, observers, the clock and the panic hook.

use gloo::events::EventListener;
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{
    DragEvent, Element, Event, File, HtmlElement, IntersectionObserver, IntersectionObserverEntry, MediaQueryList,
    ResizeObserver, Url,
};
use yew::Callback;

/// Milliseconds since the page began.
pub(super) fn now_ms() -> f64 {
    gloo::utils::window().performance().map_or(0.0, |performance| performance.now())
}

/// Logical processors that may be used; 2 where the browser does not tell, or where the boot script found that data or
/// memory are to be saved.
pub(super) fn n_processors() -> u32 {
    let n = gloo::utils::window().navigator().hardware_concurrency();
    if n >= 1.0 && !gloo::utils::document_element().has_attribute("data-saves") { n as u32 } else { 2 }
}

/// Device pixels per CSS pixel, at most 2: more costs memory and shows nothing.
pub(crate) fn pixel_ratio() -> f64 {
    gloo::utils::window().device_pixel_ratio().clamp(1.0, 2.0)
}

/// Width and height for which the stage is laid out, in CSS pixels: it is enlarged to fill the screen.
const STAGE: (f64, f64) = (960.0, 640.0);
/// Beyond this the figure would not fit in height on a common screen.
const MAX_ZOOM: f64 = 3.0;

/// How much the stage is enlarged in this window.
pub(super) fn stage_zoom() -> f64 {
    let window = gloo::utils::window();
    let size = |size: Result<JsValue, JsValue>| size.ok().and_then(|size| size.as_f64()).unwrap_or_default();
    let (width, height) = (size(window.inner_width()), size(window.inner_height()));
    (width / STAGE.0).min(height / STAGE.1).clamp(1.0, MAX_ZOOM)
}

/// Enlarges `element`, or shows it as it is.
pub(super) fn enlarge(element: &Element, zoom: f64) {
    let style = element.unchecked_ref::<HtmlElement>().style();
    // A browser without it shows the figure smaller.
    let _ = style.set_property("zoom", &crate::view::units::exact(zoom));
}

/// The query of our address.
pub(super) fn query() -> String {
    gloo::utils::window().location().search().unwrap_or_default()
}

/// The address of `file` beside our scripts.
pub(super) fn sibling(file: &str) -> Result<String, JsValue> {
    // The page that is one file has its parts in itself.
    let files = js_sys::Reflect::get(&gloo::utils::window(), &"runtimeDuelFiles".into())?;
    if let Some(own) = js_sys::Reflect::get(&files, &file.into()).ok().and_then(|own| own.as_string()) {
        return Ok(own);
    }
    // Where our own script came from: the folder may be versioned and is not the document's.
    let boot = gloo::utils::document().query_selector("script[src$='boot.js']")?;
    let base = match boot.and_then(|boot| boot.get_attribute("src")) {
        Some(src) => Url::new_with_base(&src, &gloo::utils::document().base_uri()?.unwrap_or_default())?.href(),
        None => gloo::utils::window().location().href()?,
    };
    Ok(Url::new_with_base(file, &base)?.href())
}

/// Runs the module at `script` in this page.
pub(super) fn load_script(script: &str) -> Result<(), JsValue> {
    let document = gloo::utils::document();
    let element = document.create_element("script")?;
    element.set_attribute("type", "module")?;
    // A second script with the same address would not run again.
    // An address within the page takes no query, and stands for one script only.
    let is_inside = script.starts_with("blob:");
    let source = if is_inside { script.to_owned() } else { format!("{script}?{}", now_ms() as u64) };
    element.set_attribute("src", &source)?;
    document.document_element().ok_or("the document is empty")?.append_child(&element)?;
    Ok(())
}

/// Makes `query` the query of our address, without a new entry in the history. Where that is forbidden, nothing
/// happens: the figure works without.
pub(super) fn write_address(query: &str) {
    let window = gloo::utils::window();
    let replace = || -> Result<(), JsValue> {
        let path = window.location().pathname()?;
        let url = if query.is_empty() { path } else { format!("{path}?{query}") };
        window.history()?.replace_state_with_url(&JsValue::NULL, "", Some(&url))
    };
    let _ = replace();
}

/// Shows on the page that it has crashed: the boot script then offers to start again.
pub(super) fn mark_crashes(root: Element) {
    yew::set_custom_panic_hook(Box::new(move |info| {
        let _ = root.set_attribute("data-state", "crashed");
        web_sys::console::error_1(&info.to_string().into());
    }));
}

/// Gives the focus to our element with this id, which comes into view with it.
pub(super) fn focus(id: &str) {
    let element = gloo::utils::document().get_element_by_id(id);
    if let Some(element) = element {
        // An element that can not have the focus is left alone.
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// Takes files that are dropped on the document. Without it the browser would leave the page for the file.
pub(super) struct DropWatch {
    _callback: Closure<dyn Fn(Event)>,
}

impl DropWatch {
    /// Hands over each file.
    pub(super) fn new(on_file: Callback<File>) -> Self {
        let callback = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            // Text that is dragged about is none of our business.
            let data = event.unchecked_ref::<DragEvent>().data_transfer();
            let Some(data) = data.filter(|data| data.types().includes(&"Files".into(), 0)) else { return };
            event.prevent_default();
            // Only the last event knows the file.
            data.files().and_then(|files| files.get(0)).into_iter().for_each(|file| on_file.emit(file));
        });
        let document = gloo::utils::document();
        let function = Some(callback.as_ref().unchecked_ref());
        document.set_ondragover(function);
        document.set_ondrop(function);
        Self { _callback: callback }
    }
}

/// A listener that ends when dropped.
pub(super) struct MediaWatch {
    query: MediaQueryList,
    _listener: EventListener,
}

impl MediaWatch {
    /// Calls `on_change` whenever `query` begins or ceases to match.
    pub(super) fn new(query: &str, on_change: impl Fn() + 'static) -> Option<Self> {
        let query = gloo::utils::window().match_media(query).ok()??;
        let listener = EventListener::new(&query, "change", move |_: &Event| on_change());
        Some(Self { query, _listener: listener })
    }

    /// Whether it matches now.
    pub(super) fn matches(&self) -> bool {
        self.query.matches()
    }
}

/// Tells whether an element is on screen, until dropped.
pub(super) struct Visibility {
    observer: Option<IntersectionObserver>,
    _callback: Closure<dyn Fn(Array)>,
    _listener: EventListener,
}

impl Visibility {
    /// Calls `on_change` with whether `element` is on screen and its tab is shown.
    pub(super) fn new(element: &Element, on_change: impl Fn(bool) + Clone + 'static) -> Self {
        let is_near = std::rc::Rc::new(std::cell::Cell::new(true));
        let is_shown = || !gloo::utils::document().hidden();
        let callback = {
            let (is_near, on_change) = (is_near.clone(), on_change.clone());
            Closure::<dyn Fn(Array)>::new(move |entries: Array| {
                let last = entries.get(entries.length().saturating_sub(1));
                if let Ok(entry) = last.dyn_into::<IntersectionObserverEntry>() {
                    is_near.set(entry.is_intersecting());
                    on_change(is_near.get() && is_shown());
                }
            })
        };
        let observer = IntersectionObserver::new(callback.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(element);
        }
        let document = gloo::utils::document();
        let listener = EventListener::new(&document, "visibilitychange", move |_| {
            on_change(is_near.get() && is_shown());
        });
        Self { observer, _callback: callback, _listener: listener }
    }
}

impl Drop for Visibility {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

/// Tells when an element's size changes, until dropped.
pub(super) struct SizeWatch {
    observer: Option<ResizeObserver>,
    _callback: Closure<dyn Fn()>,
}

impl SizeWatch {
    /// Calls `on_change` when the size of `element` has changed.
    pub(super) fn new(element: &Element, on_change: impl Fn() + 'static) -> Self {
        let callback = Closure::<dyn Fn()>::new(on_change);
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(element);
        }
        Self { observer, _callback: callback }
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}
