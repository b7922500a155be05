//! The Yew component: actions in, effects carried out, vdom for words and controls, canvases for pictures.

use gloo::render::{AnimationFrame, request_animation_frame};
use web_sys::Element;
use yew::prelude::*;
use yew::virtual_dom::VComp;

use crate::app::measured::Measured;
use crate::app::settings::{Theme, View};
use crate::app::state::{Action, Effect, State};
use crate::protocol::archive::{MAX_BYTES, ToArchive};
use crate::ui::archive::Archive;
use crate::ui::effects::{self, DropWatch, MediaWatch, SizeWatch, Visibility};
use crate::ui::element::{element, keyed, tag, text};
use crate::ui::figure::Shown;
use crate::ui::measured::{self, Wish};
use crate::ui::plots::{Dirty, Plots};
use crate::ui::seat::{Message, Report, packed};
use crate::ui::workers::{News, Workers};
use crate::ui::{Place, controls, figure};

/// Words that follow the live run change this often at most, in milliseconds: a number has to stand to be read.
const WORDS_EVERY_MS: f64 = 250.0;

/// Where the page is mounted.
#[derive(Clone, PartialEq, Properties)]
#[expect(unreachable_pub, reason = "Yew wants the types of a component public")]
pub struct Props {
    /// The element around it, which carries `data-state`.
    pub(super) root: Element,
    /// Alone or in an article.
    pub(super) place: Place,
}

/// What happens to the page.
#[expect(unreachable_pub, reason = "Yew wants the types of a component public")]
pub enum Msg {
    /// To the state.
    Act(Action),
    /// A worker reports.
    Report(usize, Report),
    /// The supervisor tells.
    News(News),
    /// Something about measurements.
    Wish(Wish),
    /// The browser shows the next frame, at this many milliseconds.
    Frame(f64),
    /// The figure came into view or went out of it.
    Seen(bool),
    /// The size of the figure has changed.
    Resized,
    /// The system's colours or contrast have changed.
    Restyled,
}

/// The page.
#[expect(unreachable_pub, reason = "Yew wants the types of a component public")]
pub struct Page {
    state: State,
    workers: Workers,
    measured: Measured,
    archive: Archive,
    /// The dots under the pointer.
    pointed: Vec<usize>,
    plots: Plots,
    dirty: Dirty,
    /// Words have to be brought up to date with the next frame.
    words_are_stale: bool,
    words_at: f64,
    frame: Option<AnimationFrame>,
    last_frame: Option<f64>,
    is_seen: bool,
    announcement: String,
    /// Made once: callbacks that are made anew are never equal.
    act: Callback<Action>,
    wish: Callback<Wish>,
    size_watch: Option<SizeWatch>,
    dark: Option<MediaWatch>,
    _forced: Option<MediaWatch>,
    _visibility: Visibility,
    _drops: DropWatch,
}

impl Component for Page {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link();
        let (mut state, effects) = State::new(&effects::query(), ctx.props().place.defaults());
        // Who asked for less motion gets a figure that stands still until it is set going.
        if MediaWatch::new("(prefers-reduced-motion: reduce)", || ()).is_some_and(|watch| watch.matches()) {
            state.settings.is_paused = true;
            state.defaults.is_paused = true;
        }
        let report = link.callback(|(idx, report)| Msg::Report(idx, report));
        let watch = |query: &str| {
            let link = link.clone();
            MediaWatch::new(query, move || link.send_message(Msg::Restyled))
        };
        let visibility = {
            let link = link.clone();
            Visibility::new(&ctx.props().root, move |seen| link.send_message(Msg::Seen(seen)))
        };
        let drops = DropWatch::new(link.callback(|file| Msg::Wish(Wish::File(file))));
        let mut page = Self {
            state,
            workers: Workers::start(report, link.callback(Msg::News)),
            measured: Measured::default(),
            archive: Archive::new(link.callback(|report| Msg::Wish(Wish::Report(report)))),
            pointed: Vec::new(),
            plots: Plots::default(),
            dirty: Dirty::ALL,
            words_are_stale: true,
            words_at: 0.0,
            frame: None,
            last_frame: None,
            is_seen: true,
            announcement: String::new(),
            act: link.callback(Msg::Act),
            wish: link.callback(Msg::Wish),
            size_watch: None,
            dark: watch("(prefers-color-scheme: dark)"),
            _forced: watch("(forced-colors: active)"),
            _visibility: visibility,
            _drops: drops,
        };
        page.carry_out(ctx, effects);
        page.follow();
        page
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Act(action) => {
                self.act(ctx, action);
                self.dirty.marker = true;
                self.want_frame(ctx);
                return true;
            }
            Msg::Report(idx, report) => self.workers.hear(idx, report),
            Msg::News(News::Said(answer)) => self.heard(ctx, answer),
            Msg::News(News::Again) => self.act(ctx, Action::Restart),
            Msg::News(News::Nobody) => {
                self.state.is_lost = true;
                return true;
            }
            // A pointer moves all the time, and hardly ever to another dot.
            Msg::Wish(Wish::Point(at)) if self.plots.dots_at(at) == self.pointed => return false,
            Msg::Wish(wish) => {
                self.grant(ctx, wish);
                return true;
            }
            Msg::Frame(now) => return self.shown(ctx, now),
            Msg::Seen(seen) => {
                self.is_seen = seen;
                self.last_frame = None;
                self.workers.hold(!seen);
            }
            Msg::Resized => {
                self.plots.forget_sizes();
                self.dirty = Dirty::ALL;
            }
            Msg::Restyled => {
                self.plots.forget_palette();
                self.dirty = Dirty::ALL;
                self.want_frame(ctx);
                return true;
            }
        }
        self.want_frame(ctx);
        false
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let (act, settings, n_sets) = (&self.act, &self.state.settings, self.state.n_sets);
        let is_full = self.state.settings.view == View::Full;
        let place = ctx.props().place;
        let only_full = |of: &dyn Fn() -> Html| if is_full { vec![of()] } else { Vec::new() };
        let panel = || {
            let props = controls::PanelProps { settings: settings.clone(), n_sets, act: act.clone() };
            VComp::new::<controls::Panel>(std::rc::Rc::new(props), None).into()
        };
        let view = if is_full { "full" } else { "compact" };
        let n = self.state.settings.runtimes.len();
        let n = if n > 2 { "many" } else { "few" };
        let attributes = [("data-runtimes", n), ("class", "duel"), ("data-view", view), ("data-theme", self.theme())];
        let is_told = !self.measured.told.is_empty();
        let told = if is_told { measured::told(&self.measured, &self.wish) } else { Vec::new() };
        let shown = Shown { measured: &self.measured, pointed: &self.pointed, wish: &self.wish };
        let children = vec![
            figure::heading(place, is_full),
            figure::verdict(&self.state),
            figure::notes(&self.state, told),
            figure::curve(&self.state, &self.plots.refs, &shown, act),
            figure::live(&self.state, &self.plots.refs),
            controls::transport(&self.state, place, act),
            // A conditional in an element of its own: Yew 0.23 loses its place between two that appear and disappear.
            keyed(tag("div", &[], only_full(&|| figure::numbers(&self.state))), "numbers"),
            keyed(tag("div", &[], only_full(&panel)), "settings"),
            figure::footer(&self.state, &self.measured, only_full(&|| measured::card(&self.measured, &self.wish))),
            keyed(
                tag("p", &[("class", "unseen"), ("aria-live", "polite")], vec![text(self.announcement.clone())]),
                "announcement",
            ),
        ];
        element("div", &attributes, children)
    }

    fn rendered(&mut self, ctx: &Context<Self>, first_render: bool) {
        if first_render {
            let link = ctx.link().clone();
            self.size_watch = Some(SizeWatch::new(&ctx.props().root, move || link.send_message(Msg::Resized)));
        }
        self.say_state(ctx);
        self.want_frame(ctx);
    }

    fn destroy(&mut self, _: &Context<Self>) {
        self.frame = None;
    }
}

impl Page {
    fn theme(&self) -> &'static str {
        match self.state.settings.theme {
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::Projector => "projector",
            Theme::Auto if self.dark.as_ref().is_some_and(MediaWatch::matches) => "dark",
            Theme::Auto => "light",
        }
    }

    fn act(&mut self, ctx: &Context<Self>, action: Action) {
        let looks = |state: &State| (state.settings.theme, state.settings.view);
        let before = looks(&self.state);
        let effects = self.state.update(action);
        self.carry_out(ctx, effects);
        if before != looks(&self.state) {
            self.plots.forget_palette();
            self.dirty = Dirty::ALL;
        }
        self.follow();
    }

    /// What was measured goes with what is shown.
    fn follow(&mut self) {
        while let Some(question) = self.measured.next(&self.state.shown) {
            self.ask(Message::Asked(packed(&question)));
        }
    }

    fn ask(&mut self, question: Message) {
        self.measured.is_lost = !self.archive.ask(question, self.workers.way());
        if self.measured.is_lost {
            self.measured.give_up();
        }
    }

    /// Does what is wanted of measurements, and asks what there is to be asked then.
    fn grant(&mut self, ctx: &Context<Self>, wish: Wish) {
        match wish {
            Wish::Card => self.measured.is_open = true,
            Wish::File(file) => {
                let size = file.size();
                self.measured.is_reading = true;
                self.ask(Message::Asked(if size > MAX_BYTES as f64 {
                    packed(&ToArchive::Refuse(size as u64))
                } else {
                    file.into()
                }));
            }
            Wish::Forget => {
                self.measured.forget();
                self.ask(Message::Told(packed(&ToArchive::Forget)));
            }
            Wish::Visit(query) => {
                self.act(ctx, Action::Visit(query));
                effects::focus("mix");
            }
            Wish::Report(report) => match self.archive.hear(report) {
                Some(answer) => self.measured.heard(answer),
                None => self.measured.lost(),
            },
            Wish::Point(at) => self.pointed = self.plots.dots_at(at),
        }
        self.follow();
        // Dots may have come or gone.
        self.dirty.curve = true;
        self.want_frame(ctx);
    }

    fn heard(&mut self, ctx: &Context<Self>, answer: crate::protocol::FromWorker) {
        use crate::protocol::FromWorker;
        match answer {
            FromWorker::Frame(_) => self.dirty.live = true,
            FromWorker::Point { .. } | FromWorker::CurveDone(_) => self.dirty.curve = true,
            FromWorker::Ready | FromWorker::Failed(_) => {}
        }
        self.words_are_stale = true;
        self.act(ctx, Action::Worker(answer));
        if self.state.is_ready() && ctx.props().root.get_attribute("data-state").as_deref() != Some("ready") {
            // The first result: show it with the very next frame.
            self.words_at = 0.0;
        }
    }

    /// The browser shows a frame: the live run may go on, and what has changed is drawn.
    fn shown(&mut self, ctx: &Context<Self>, now: f64) -> bool {
        self.frame = None;
        let elapsed = self.last_frame.map_or(0.0, |last| now - last);
        self.last_frame = Some(now);
        let effects = self.state.update(Action::Tick(elapsed));
        self.carry_out(ctx, effects);
        let words = self.words_are_stale && now - self.words_at >= WORDS_EVERY_MS;
        if words {
            self.words_are_stale = false;
            self.words_at = now;
        } else {
            // With words to come, the picture is drawn after them: it then has its final size.
            self.draw(ctx);
        }
        self.want_frame(ctx);
        words
    }

    fn draw(&mut self, ctx: &Context<Self>) {
        let root = &ctx.props().root;
        if let Some(element) = root.first_element_child() {
            let dirty = std::mem::take(&mut self.dirty);
            self.plots.draw(&self.state, &self.measured.shown.dots, dirty, &element);
        }
    }

    /// Asks for a frame if there is anything to do in it and anybody to see it.
    fn want_frame(&mut self, ctx: &Context<Self>) {
        let is_going = !self.state.settings.is_paused;
        if self.is_seen && self.frame.is_none() && (is_going || self.dirty.any() || self.words_are_stale) {
            let link = ctx.link().clone();
            self.frame = Some(request_animation_frame(move |now| link.send_message(Msg::Frame(now))));
        }
        if !is_going && !self.dirty.any() && !self.words_are_stale {
            self.last_frame = None;
        }
    }

    fn say_state(&mut self, ctx: &Context<Self>) {
        let root = &ctx.props().root;
        let state = match self.state.is_ready() {
            true => "ready",
            false if self.state.is_lost => "failed",
            false => "computing",
        };
        let curve = if self.state.n_curve_done >= self.workers.n_curve() { "whole" } else { "refining" };
        let stream = match self.state.shown.curve.is_same_stream() {
            Some(true) => "same",
            Some(false) => "different",
            None => "unknown",
        };
        let n_events = self.state.live.n_events.to_string();
        let thread = self.workers.way().name();
        for (name, value) in [
            ("data-state", state),
            ("data-curve", curve),
            ("data-stream", stream),
            ("data-events", &n_events),
            ("data-thread", thread),
        ] {
            if root.get_attribute(name).as_deref() != Some(value) {
                // An attribute of our own element can always be set.
                let _ = root.set_attribute(name, value);
            }
        }
    }

    fn carry_out(&mut self, ctx: &Context<Self>, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::StartLive => self.workers.start_live(&self.state),
                Effect::StartCurve => self.workers.start_curve(&self.state),
                Effect::Retune => self.workers.retune(&self.state),
                Effect::Credit(span) => self.workers.credit(self.state.live_run, span),
                Effect::WriteAddress(query) if ctx.props().place == Place::Page => effects::write_address(&query),
                Effect::WriteAddress(_) => {}
                Effect::Announce(text) => self.announcement = text,
            }
        }
    }
}
