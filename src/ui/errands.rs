//! What the figure does for the archive of measurements and for the annex.

use yew::prelude::*;

use crate::app::params::find;
use crate::app::settings::View;
use crate::app::state::Action;
use crate::protocol::annex::{FromAnnex, Told};
use crate::protocol::archive::{FromArchive, MAX_BYTES, ToArchive};
use crate::ui::Place;
use crate::ui::measured::Wish;
use crate::ui::page::Page;
use crate::ui::seat::{Message, Report, packed};
use crate::ui::{effects, host};

impl Page {
    /// What was measured goes with what is shown.
    pub(super) fn follow(&mut self) {
        while let Some(question) = self.measured.next(&self.state.shown) {
            self.ask(Message::Asked(packed(&question)));
        }
    }

    pub(super) fn ask(&mut self, question: Message) {
        self.measured.is_lost = !self.archive.ask(question, self.workers.way());
        if self.measured.is_lost {
            self.measured.give_up();
        }
    }

    /// Does what is wanted of measurements, and asks what there is to be asked then.
    pub(super) fn grant(&mut self, ctx: &Context<Self>, wish: Wish) {
        match wish {
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
            Wish::Report(report) => match self.archive.hear(&report) {
                // The card is shown by the annex.
                Some(answer) => {
                    if let Report::Said(bytes) = &report {
                        self.annex.overhear_archive(bytes, matches!(answer, FromArchive::Dots(_)));
                    }
                    self.measured.heard(answer);
                }
                None => self.measured.lost(),
            },
            Wish::Point(at) => self.pointed = self.plots.dots_at(at),
        }
        self.follow();
        // Dots may have come or gone.
        self.dirty.curve = true;
        self.want_frame(ctx);
    }

    /// Does what the annex asks for.
    pub(super) fn asked(&mut self, ctx: &Context<Self>, report: Report) -> bool {
        if let Report::Brought(file) = report {
            self.grant(ctx, Wish::File(file));
            return true;
        }
        match self.annex.hear(&report) {
            // Now the numbers below are there, and with them what the root says of it.
            Some(FromAnnex::Ready) => self.say_state(ctx),
            Some(FromAnnex::Set(key, text)) => {
                if let Some(param) = find(&key) {
                    self.act(ctx, Action::Set(param, text));
                }
            }
            Some(FromAnnex::Visit(query)) => {
                self.act(ctx, Action::Visit(query));
                // On a stage the keys go on from claim to claim.
                if self.state.settings.view != View::Talk {
                    effects::focus("mix");
                }
            }
            Some(FromAnnex::Undo) => self.act(ctx, Action::Undo),
            Some(FromAnnex::Redo) => self.act(ctx, Action::Redo),
            Some(FromAnnex::Defaults) => self.act(ctx, Action::Defaults),
            Some(FromAnnex::Ask(message)) => {
                self.deepen(ctx);
                self.workers.ask(message);
            }
            Some(FromAnnex::AskCurve(message)) => {
                self.deepen(ctx);
                self.workers.ask_curve(message);
            }
            Some(FromAnnex::Deepen) => self.deepen(ctx),
            Some(FromAnnex::Card) => self.ask(Message::Asked(packed(&ToArchive::Card))),
            Some(FromAnnex::Forget) => self.grant(ctx, Wish::Forget),
            Some(FromAnnex::Announce(words)) => self.announcement = words,
            None => return false,
        }
        self.dirty.marker = true;
        self.want_frame(ctx);
        true
    }

    /// From now on workers that know everything do the work.
    pub(super) fn deepen(&mut self, ctx: &Context<Self>) {
        if !self.workers.are_deep() {
            self.workers.deepen();
            self.act(ctx, Action::Restart);
        }
    }

    /// Tells the annex what is set now.
    pub(super) fn tell(&mut self, place: Place) {
        let told = Told {
            is_embedded: place == Place::Embed,
            is_seen: self.is_seen,
            is_dark: self.theme() == "dark",
            file: self.measured.told.clone(),
            has_own: self.measured.has_own,
            is_archive_lost: self.measured.is_lost,
            ..Told::of(&self.state)
        };
        self.annex.tell(told, self.state.shown.run);
    }

    /// Tells the embedding page what has happened.
    pub(super) fn say_host(&mut self, ctx: &Context<Self>, kind: &str) {
        if ctx.props().place == Place::Embed && self.said.is_some() {
            host::say(&ctx.props().root, kind, &self.state);
            self.said = Some(self.state.verdict.clone().filter(|_| self.state.is_current()));
        }
    }

    pub(super) fn say_state(&mut self, ctx: &Context<Self>) {
        let root = &ctx.props().root;
        let state = match self.state.is_ready() {
            _ if self.state.is_lost => "failed",
            true => "ready",
            false => "computing",
        };
        if state == "ready" && self.state.is_current() && self.said.as_ref() != Some(&self.state.verdict) {
            // What is computed comes after what was set, and gets better.
            let kind = if self.said.is_some() { "result" } else { "ready" };
            self.said = Some(None);
            self.say_host(ctx, kind);
        }
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
            ("data-annex", if self.annex.is_ready() { "ready" } else { "away" }),
        ] {
            if root.get_attribute(name).as_deref() != Some(value) {
                // An attribute of our own element can always be set.
                let _ = root.set_attribute(name, value);
            }
        }
    }

    /// On a stage the page fills the screen's width.
    pub(super) fn fit_stage(&mut self, ctx: &Context<Self>) {
        let is_stage = self.state.settings.view == View::Talk;
        self.zoom = if is_stage { effects::stage_zoom() } else { 1.0 };
        if let Some(element) = ctx.props().root.first_element_child() {
            effects::enlarge(&element, self.zoom);
        }
    }
}
