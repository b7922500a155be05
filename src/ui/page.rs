//! The Yew component: actions in, effects carried out, vdom for words and controls, canvases for pictures.

use gloo::render::{AnimationFrame, request_animation_frame};
use web_sys::Element;
use yew::prelude::*;

use crate::app::measured::Measured;
use crate::app::settings::{Theme, View};
use crate::app::state::{Action, Effect, State};
use crate::app::verdict::Verdict;
use crate::ui::annex::Annex;
use crate::ui::archive::Archive;
use crate::ui::effects::{self, DropWatch, MediaWatch, SizeWatch, Visibility};
use crate::ui::element::{element, keyed, tag, text};
use crate::ui::figure::Shown;
use crate::ui::measured::{self, Wish};
use crate::ui::plots::{Dirty, Plots};
use crate::ui::seat::Report;
use crate::ui::workers::{News, Workers};
use crate::ui::{Place, figure, host, transport};

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
    /// Somebody goes to what is below the figure.
    Below,
    /// The annex reports.
    Annex(Report),
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
    pub(super) state: State,
    pub(super) workers: Workers,
    pub(super) measured: Measured,
    pub(super) archive: Archive,
    pub(super) annex: Annex,
    /// The dots under the pointer.
    pub(super) pointed: Vec<usize>,
    pub(super) plots: Plots,
    pub(super) dirty: Dirty,
    /// Words have to be brought up to date with the next frame.
    pub(super) words_are_stale: bool,
    pub(super) words_at: f64,
    pub(super) frame: Option<AnimationFrame>,
    pub(super) last_frame: Option<f64>,
    pub(super) is_seen: bool,
    pub(super) announcement: String,
    /// Made once: callbacks that are made anew are never equal.
    pub(super) act: Callback<Action>,
    pub(super) wish: Callback<Wish>,
    pub(super) size_watch: Option<SizeWatch>,
    /// Where the annex is.
    pub(super) below: NodeRef,
    pub(super) below_watch: Option<Visibility>,
    /// How much the figure is enlarged.
    pub(super) zoom: f64,
    pub(super) dark: Option<MediaWatch>,
    _forced: Option<MediaWatch>,
    _visibility: Visibility,
    _host: Option<host::Host>,
    /// The verdict that the embedding page knows, once it knows that there is a result.
    pub(super) said: Option<Option<Verdict>>,
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
            annex: Annex::new(link.callback(Msg::Annex)),
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
            below: NodeRef::default(),
            below_watch: None,
            zoom: 1.0,
            dark: watch("(prefers-color-scheme: dark)"),
            _forced: watch("(forced-colors: active)"),
            _visibility: visibility,
            _host: (ctx.props().place == Place::Embed)
                .then(|| host::Host::new(&ctx.props().root, link.callback(Msg::Act))),
            said: None,
            _drops: drops,
        };
        page.carry_out(ctx, effects);
        page.follow();
        page
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Act(action) => {
                let kind = match action {
                    Action::Drag(_) => "input",
                    Action::Grab | Action::LetGo | Action::Step => "",
                    _ => "change",
                };
                self.act(ctx, action);
                if !kind.is_empty() {
                    self.say_host(ctx, kind);
                }
                self.dirty.marker = true;
                self.want_frame(ctx);
                return true;
            }
            Msg::Report(idx, report) => self.workers.hear(idx, report),
            Msg::News(News::Said(answer, bytes)) => self.heard(ctx, answer, &bytes),
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
            Msg::Below => {
                self.annex.want();
                return false;
            }
            Msg::Annex(report) => return self.asked(ctx, report),
            Msg::Frame(now) => return self.shown(ctx, now),
            Msg::Seen(seen) => {
                self.is_seen = seen;
                self.last_frame = None;
                self.workers.hold(!seen);
            }
            Msg::Resized => {
                self.fit_stage(ctx);
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
        let act = &self.act;
        let is_full = self.state.settings.view == View::Full;
        let place = ctx.props().place;
        let view = match self.state.settings.view {
            View::Full => "full",
            View::Compact => "compact",
            View::Talk => "talk",
        };
        let hide = self.state.settings.hide.join(" ");
        let n = self.state.settings.runtimes.len();
        let n = if n > 2 { "many" } else { "few" };
        let attributes = [
            ("data-runtimes", n),
            ("class", "duel"),
            ("data-view", view),
            ("data-theme", self.theme()),
            ("data-hide", &hide),
        ];
        let is_told = !self.measured.told.is_empty();
        let told = if is_told { measured::told(&self.measured, &self.wish) } else { Vec::new() };
        let shown = Shown { measured: &self.measured, pointed: &self.pointed, wish: &self.wish };
        let children = vec![
            figure::heading(place, is_full),
            figure::stage(),
            figure::verdict(&self.state),
            figure::notes(&self.state, told),
            figure::curve(&self.state, &self.plots.refs, &shown, act),
            figure::live(&self.state, &self.plots.refs),
            transport::transport(&self.state, place, act),
            figure::below(is_full, &self.below),
            figure::footer(&self.state),
            keyed(
                tag("p", &[("class", "unseen"), ("aria-live", "polite")], vec![text(self.announcement.clone())]),
                "announcement",
            ),
        ];
        element("div", &attributes, children)
    }

    fn rendered(&mut self, ctx: &Context<Self>, first_render: bool) {
        if first_render {
            self.fit_stage(ctx);
            let link = ctx.link().clone();
            self.below_watch = self.below.cast::<Element>().map(|below| {
                Visibility::new(&below, move |seen| {
                    if seen {
                        link.send_message(Msg::Below);
                    }
                })
            });
            let link = ctx.link().clone();
            self.size_watch = Some(SizeWatch::new(&ctx.props().root, move || link.send_message(Msg::Resized)));
        }
        self.say_state(ctx);
        self.tell(ctx.props().place);
        if self.state.is_ready() && (self.state.settings.story.is_some() || self.state.settings.view == View::Talk) {
            self.annex.want();
        }
        self.want_frame(ctx);
    }

    fn destroy(&mut self, _: &Context<Self>) {
        self.frame = None;
    }
}

impl Page {
    pub(super) fn theme(&self) -> &'static str {
        match self.state.settings.theme {
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::Projector => "projector",
            Theme::Auto if self.dark.as_ref().is_some_and(MediaWatch::matches) => "dark",
            Theme::Auto => "light",
        }
    }

    pub(super) fn act(&mut self, ctx: &Context<Self>, action: Action) {
        let looks = |state: &State| (state.settings.theme, state.settings.view);
        let before = looks(&self.state);
        let effects = self.state.update(action);
        self.carry_out(ctx, effects);
        if before != looks(&self.state) {
            self.fit_stage(ctx);
            self.plots.forget_palette();
            self.dirty = Dirty::ALL;
        }
        self.follow();
    }

    fn heard(&mut self, ctx: &Context<Self>, answer: crate::protocol::FromWorker, bytes: &[u8]) {
        use crate::protocol::FromWorker;
        self.annex.overhear(
            bytes,
            match answer {
                FromWorker::Point { run, .. } => Some(run),
                _ => None,
            },
        );
        match answer {
            FromWorker::Frame(_) => self.dirty.live = true,
            FromWorker::Point { .. } | FromWorker::CurveDone(_) => self.dirty.curve = true,
            FromWorker::Ready | FromWorker::Failed(_) | FromWorker::Deep(_) => {}
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
            self.plots.draw(&self.state, &self.measured.shown.dots, dirty, (&element, self.zoom));
        }
    }

    /// Asks for a frame if there is anything to do in it and anybody to see it.
    pub(super) fn want_frame(&mut self, ctx: &Context<Self>) {
        let is_going = !self.state.settings.is_paused;
        if self.is_seen && self.frame.is_none() && (is_going || self.dirty.any() || self.words_are_stale) {
            let link = ctx.link().clone();
            self.frame = Some(request_animation_frame(move |now| link.send_message(Msg::Frame(now))));
        }
        if !is_going && !self.dirty.any() && !self.words_are_stale {
            self.last_frame = None;
        }
    }

    fn carry_out(&mut self, ctx: &Context<Self>, effects: Vec<Effect>) {
        if self.state.is_lost && effects.contains(&Effect::StartLive) {
            self.state.is_lost = false;
            self.workers.begin_anew();
        }
        let deepens =
            effects.contains(&Effect::StartLive) && !self.workers.are_deep() && !self.state.settings.is_first_look();
        for effect in effects {
            match effect {
                // Other workers are told everything anew.
                Effect::StartLive | Effect::StartCurve | Effect::Retune if deepens => {}
                Effect::StartLive => self.workers.start_live(&self.state),
                Effect::StartCurve => self.workers.start_curve(&self.state),
                Effect::Retune => self.workers.retune(&self.state),
                Effect::Credit(span) => self.workers.credit(self.state.live_run, span),
                Effect::WriteAddress(query) if ctx.props().place == Place::Page => effects::write_address(&query),
                Effect::WriteAddress(_) => {}
                Effect::Announce(text) => self.announcement = text,
            }
        }
        if deepens {
            self.deepen(ctx);
        }
    }
}
