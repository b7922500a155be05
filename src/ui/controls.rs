//! Every control of the page, from the parameter table.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;
use yew::virtual_dom::VTag;

use crate::app::params::{Group, Kind, PARAMS, Param, find};
use crate::app::settings::Settings;
use crate::app::state::{Action, State};
use crate::sim::dist::Dist;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::Load;
use crate::ui::element::{element, worded};
use crate::ui::{Place, figure};
use crate::view::units::{exact, number};

/// The controls that are always visible, in this order, as far as they apply.
const FIRST: [&str; 7] = ["load", "clients", "rate", "demand", "cores", "runtimes", "seed"];
/// Speeds on offer.
const SPEEDS: [f64; 7] = [0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 20.0];

/// Play, step, speed, reset.
pub(super) fn transport(state: &State, place: Place, act: &Callback<Action>) -> Html {
    let paused = state.settings.is_paused;
    let speed = state.settings.speed;
    let below = SPEEDS.iter().copied().filter(|s| *s < speed);
    let above = SPEEDS.iter().copied().filter(|s| *s > speed);
    let speeds = below.chain([speed]).chain(above);
    let options = speeds.map(|s| option(&exact(s), format!("{} ×", number(s)), s == speed));
    let on_speed = set_from_select(act, "speed");
    let query = state.query();
    html! {
        <div class="transport" key="transport">
            <button type="button" class="play" aria-pressed={(!paused).to_string()} onclick={act.reform(|_| Action::Toggle)}>
                { if paused { "Play" } else { "Pause" } }
            </button>
            <button type="button" onclick={act.reform(|_| Action::Step)} title="A tenth of a simulated second">{ "Step" }</button>
            <label><span>{ "Speed " }</span><select onchange={on_speed} aria-label="Simulated seconds per second">{ for options }</select></label>
            <button type="button" class="restart" onclick={act.reform(|_| Action::Reset)} title="Begin the live run again">{ "Restart" }</button>
            { if place == Place::Embed {
                html! { <a class="out" href={format!("./index.html?{query}")} target="_blank" rel="noopener">{ "Open ↗" }</a> }
            } else {
                html! { <button type="button" class="out" onclick={act.reform(|_| Action::Defaults)}>{ "Reset all" }</button> }
            } }
        </div>
    }
}

/// What the panel of settings shows.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct PanelProps {
    pub(super) settings: Settings,
    /// Goes up with every change that was tried: a refused one puts the field back too.
    pub(super) n_sets: u32,
    /// Always the same one, so that equal settings are equal properties.
    pub(super) act: Callback<Action>,
}

/// All other settings, as a component of its own: it is not drawn again while numbers elsewhere tick, which would take
/// a half typed value out of its field.
pub(super) struct Panel;

impl Component for Panel {
    type Message = ();
    type Properties = PanelProps;

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let PanelProps { settings, act, .. } = ctx.props();
        let first = FIRST.iter().filter_map(|key| find(key)).filter(|param| applies(param, settings));
        let groups = [
            (Group::Workload, "More about the workload"),
            (Group::Runtimes, "More about the runtimes"),
            (Group::Machine, "More about the machine"),
            (Group::View, "View"),
        ];
        let mut children = vec![fields(first.collect(), settings, act)];
        for (group, title) in groups {
            let others = PARAMS.iter().filter(|param| param.group == group && is_elsewhere(param));
            let fields = fields(others.filter(|param| applies(param, settings)).collect(), settings, act);
            children.push(element("details", &[], vec![worded("summary", &[], title), fields]));
        }
        element("section", &[("class", "settings"), ("aria-label", "Settings")], children)
    }
}

fn fields(params: Vec<&'static Param>, settings: &Settings, act: &Callback<Action>) -> Html {
    element("div", &[("class", "fields")], params.into_iter().map(|param| field(param, settings, act)).collect())
}

fn option(value: &str, label: impl Into<AttrValue>, is_selected: bool) -> Html {
    let selected: &[(&str, &str)] = if is_selected { &[("selected", "")] } else { &[] };
    worded("option", &[&[("value", value)], selected].concat(), label)
}

fn is_elsewhere(param: &Param) -> bool {
    // The slider, the transport and the address have these.
    !FIRST.contains(&param.key) && !["mix", "speed", "paused", "model"].contains(&param.key)
}

/// Whether a control changes anything as things stand.
fn applies(param: &Param, settings: &Settings) -> bool {
    let scenario = &settings.scenario;
    match param.key {
        "clients" | "think" => scenario.load == Load::Closed,
        "rate" | "arrivals" => scenario.load == Load::Open,
        "heavy-share" | "heavy-factor" => [scenario.cpu_dist, scenario.io_dist].contains(&Dist::Bimodal),
        _ => true,
    }
}

fn set_from_select(act: &Callback<Action>, key: &'static str) -> Callback<Event> {
    let act = act.clone();
    Callback::from(move |event: Event| {
        let select = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
        if let (Some(select), Some(param)) = (select, find(key)) {
            act.emit(Action::Set(param, select.value()));
        }
    })
}

fn field(param: &'static Param, settings: &Settings, act: &Callback<Action>) -> Html {
    let value = param.get(settings);
    let id = format!("set-{}", param.key);
    let control = match param.kind {
        Kind::Number { range: (min, max), step, unit, .. } => {
            let on_change = {
                let act = act.clone();
                Callback::from(move |event: Event| {
                    if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
                        act.emit(Action::Set(param, input.value()));
                    }
                })
            };
            // Any decimal may be typed; the arrows go by whole units.
            let step = if step == 1.0 { "1" } else { "any" };
            html! { <span class="number">
                <input type="number" id={id.clone()} min={exact(min)} max={exact(max)} {step} {value}
                    inputmode="decimal" onchange={on_change} aria-describedby={format!("{id}-help")} />
                <span class="unit">{ unit }</span>
            </span> }
        }
        Kind::Choice { options, .. } => {
            let options = options.iter().map(|(key, label)| option(key, *label, *key == value));
            html! {
                <select id={id.clone()} onchange={set_from_select(act, param.key)} aria-describedby={format!("{id}-help")}>
                    { for options }
                </select>
            }
        }
        Kind::Runtimes => return runtimes(param, settings, act),
    };
    let label = worded("label", &[("for", &id)], param.label);
    let help = worded("p", &[("class", "help"), ("id", &format!("{id}-help"))], param.help);
    keyed("div", param.key, vec![label, control, help])
}

fn runtimes(param: &'static Param, settings: &Settings, act: &Callback<Action>) -> Html {
    let chosen = &settings.runtimes;
    let boxes = RuntimeId::ALL.into_iter().map(|runtime| {
        let is_chosen = chosen.contains(&runtime);
        let on_change = {
            let (act, chosen) = (act.clone(), chosen.clone());
            Callback::from(move |_: Event| {
                // In the table's order, so that the same choice has the same address.
                let wanted = RuntimeId::ALL.into_iter().filter(|one| chosen.contains(one) != (*one == runtime));
                let keys: Vec<&str> = wanted.map(RuntimeId::key).collect();
                act.emit(Action::Set(param, keys.join(",")));
            })
        };
        html! {
            <label key={runtime.key()}>
                // The last one stays: there has to be something to see.
                <input type="checkbox" checked={is_chosen} disabled={is_chosen && chosen.len() == 1} onchange={on_change} />
                { figure::name(runtime) }
            </label>
        }
    });
    let legend = worded("legend", &[], param.label);
    let boxes = element("div", &[("class", "boxes")], boxes.collect());
    keyed("fieldset", param.key, vec![legend, boxes, worded("p", &[("class", "help")], param.help)])
}

/// A field that keeps its identity while others appear and disappear around it.
fn keyed(tag: &'static str, key: &'static str, children: Vec<Html>) -> Html {
    let mut field = VTag::new(tag);
    field.add_attribute("class", "field");
    field.add_children(children);
    field.key = Some(key.into());
    field.into()
}
