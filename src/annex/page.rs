//! The annex' component: what it hears changes its state, what the reader does is asked for.

use yew::prelude::*;
use yew::virtual_dom::VComp;

use crate::annex::figures::Figures;
use crate::annex::lanes::Lanes;
use crate::annex::share::{Choice, Share};
use crate::annex::stage::Stage;
use crate::annex::stories::Verdicts;
use crate::annex::{Figure, card, export, figures, lanes, numbers, settings, share, stories, tables};
use crate::app::settings::View;
use crate::app::state::{Action, State};
use crate::protocol::annex::{FromAnnex, ToAnnex, Told};
use crate::protocol::archive::{Dots, Element, FromArchive};
use crate::protocol::study::{FromStudy, ToStudy};
use crate::protocol::{FromWorker, decode, encode};
use crate::ui::element::{button, disabled, element, keyed, tag};

/// What the annex is given at its start.
#[derive(Clone, PartialEq, Properties)]
#[expect(unreachable_pub, reason = "Yew wants the types of a component public")]
pub struct Props {
    /// Whom it talks to.
    pub(super) figure: Figure,
}

/// What happens to the annex.
#[expect(unreachable_pub, reason = "Yew wants the types of a component public")]
pub enum Msg {
    /// The figure has told something.
    Heard(ToAnnex),
    /// The reader wants something of the figure.
    Wish(FromAnnex),
    /// The reader has opened the model card.
    Card,
    /// The reader does something in the figures.
    Figures(crate::annex::figures::Act),
    /// The reader does something in the lanes.
    Lanes(crate::annex::lanes::Act),
    /// The reader wants a file.
    Save(crate::annex::export::Kind),
    /// The reader chooses how to share the figure.
    Share(Choice),
    /// A key was pressed that means something on a stage.
    Key(crate::annex::stage::Key),
    /// The reader has brought a file.
    File(web_sys::File),
}

/// The annex.
#[expect(unreachable_pub, reason = "Yew wants the types of a component public")]
pub struct Below {
    state: State,
    told: Told,
    /// What was measured in the scenario that is shown.
    dots: Dots,
    card: Vec<Element>,
    has_asked_card: bool,
    figures: Figures,
    lanes: Lanes,
    on_figures: Callback<figures::Act>,
    on_lanes: Callback<lanes::Act>,
    save: Callback<export::Kind>,
    share: Share,
    verdicts: Verdicts,
    stage: Stage,
    choose: Callback<Choice>,
    wish: Callback<FromAnnex>,
    file: Callback<web_sys::File>,
}

impl Component for Below {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link();
        ctx.props().figure.listen(link.callback(Msg::Heard));
        ctx.props().figure.ask(&FromAnnex::Ready);
        Self {
            state: State::untold(),
            told: Told::default(),
            dots: Dots::default(),
            card: Vec::new(),
            has_asked_card: false,
            figures: Figures::default(),
            lanes: Lanes::default(),
            on_figures: link.callback(Msg::Figures),
            on_lanes: link.callback(Msg::Lanes),
            save: link.callback(Msg::Save),
            share: Share::default(),
            verdicts: Verdicts::default(),
            stage: Stage::new(link.callback(Msg::Key)),
            choose: link.callback(Msg::Share),
            wish: link.callback(Msg::Wish),
            file: link.callback(Msg::File),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let figure = &ctx.props().figure;
        match msg {
            Msg::Heard(ToAnnex::Told(told)) => {
                self.state.follow(&told);
                self.told = told;
                self.stage.is_on = self.state.settings.view == View::Talk;
                if let Some(story) = self.verdicts.next(self.state.settings.story) {
                    figure.ask(&FromAnnex::AskCurve(encode(&ToStudy::Judge(story as u32))));
                }
            }
            Msg::Heard(ToAnnex::Heard(bytes)) => match decode(&bytes) {
                Ok(FromWorker::Deep(message)) => self.learn(&message),
                // Whoever begins anew knows nothing of what was wanted.
                Ok(FromWorker::Ready) if self.lanes.is_open => {
                    self.lanes.forget();
                    figure.ask(&FromAnnex::Ask(encode(&ToStudy::Watch(true))));
                }
                Ok(answer) => {
                    self.state.update(Action::Worker(answer));
                }
                Err(_) => return false,
            },
            Msg::Heard(ToAnnex::Archive(bytes)) => {
                let Ok(answer) = decode(&bytes) else { return false };
                match answer {
                    FromArchive::Dots(dots) => self.dots = dots,
                    FromArchive::Card(card) => self.card = card,
                    // It has become another one.
                    FromArchive::Accepted(_) if self.has_asked_card => figure.ask(&FromAnnex::Card),
                    _ => {}
                }
            }
            Msg::Wish(wish) => {
                let is_other_card = wish == FromAnnex::Forget && self.has_asked_card;
                figure.ask(&wish);
                if is_other_card {
                    figure.ask(&FromAnnex::Card);
                }
                return false;
            }
            Msg::Card => {
                if !std::mem::replace(&mut self.has_asked_card, true) {
                    figure.ask(&FromAnnex::Card);
                }
            }
            Msg::Key(key) => {
                let there = self.stage.press(key).and_then(|step| stories::neighbour(&self.state, step));
                there.into_iter().for_each(|story| figure.ask(&stories::visit(story)));
            }
            Msg::Figures(act) => {
                if !self.figures.is_open {
                    figure.ask(&FromAnnex::Deepen);
                }
                self.figures.act(act);
            }
            Msg::Lanes(act) => {
                if !self.lanes.is_open {
                    figure.ask(&FromAnnex::Ask(encode(&ToStudy::Watch(true))));
                }
                self.lanes.act(act);
            }
            Msg::Save(kind) => {
                export::save(kind, &self.state, &self.lanes, self.told.is_dark);
                return false;
            }
            Msg::Share(choice) => self.share.choose(choice),
            Msg::File(file) => figure.hand_over(&file),
        }
        if let Some(last) = self.lanes.wants(&self.state) {
            figure.ask(&FromAnnex::Ask(encode(&ToStudy::Window(last.as_ns()))));
        }
        true
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        self.figures.draw(&self.state);
        self.lanes.draw();
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = settings::PanelProps {
            settings: self.state.settings.clone(),
            n_sets: self.told.n_sets,
            wish: self.wish.clone(),
        };
        let panel = VComp::new::<settings::Panel>(std::rc::Rc::new(props), None).into();
        let on_card = ctx.link().callback(|_: Event| Msg::Card);
        let children = vec![
            keyed(tag("div", &[], vec![numbers::numbers(&self.state)]), "numbers"),
            self.lanes.view(&self.state, &self.on_lanes),
            self.figures.view(&self.state, &self.on_figures),
            stories::list(&self.state, &self.verdicts, &self.wish),
            self.changes(),
            panel,
            share::share(
                &self.state,
                &self.share,
                &self.choose,
                export::buttons(&self.save, self.lanes.recorded().next().is_some()),
            ),
            card::card(&self.card, &self.told, &self.wish, &self.file, on_card),
            tables::curve_table(&self.state, &self.dots),
        ];
        let told = stories::stage(&self.state, &self.verdicts, self.stage.has_notes, &self.wish);
        let told = self.stage.portal(told);
        element("div", &[], vec![element("div", &[], children), told])
    }
}

impl Below {
    /// Takes in what a worker has found out for it.
    fn learn(&mut self, message: &[u8]) {
        match decode(message) {
            Ok(FromStudy::Judged(judged)) => self.verdicts.add(judged),
            Ok(FromStudy::Windows(windows)) => self.lanes.show(windows, &self.state),
            Err(_) => {}
        }
    }

    /// Back and forth among the changes.
    fn changes(&self) -> Html {
        let on = |wish: FromAnnex| {
            let callback = self.wish.clone();
            move |_: MouseEvent| callback.emit(wish.clone())
        };
        let (undo, redo) = self.told.can;
        let children = vec![
            button(&[&[("class", "undo")], disabled(!undo)].concat(), "Undo", on(FromAnnex::Undo)),
            button(&[&[("class", "redo")], disabled(!redo)].concat(), "Redo", on(FromAnnex::Redo)),
        ];
        keyed(tag("div", &[("class", "changes")], children), "changes")
    }
}
