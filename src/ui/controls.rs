//! Every control of the page, from the parameter table.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::app::names::name;
use crate::app::params::{Group, Kind, PARAMS, Param, find};
use crate::app::settings::Settings;
use crate::app::state::{Action, State};
use crate::sim::dist::Dist;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{Gc, Io, Load};
use crate::ui::Place;
use crate::ui::element::{button, changes, disabled, element, keyed, tag, text, worded};
use crate::view::units::{exact, number};

/// The controls that are always visible, in this order, as far as they apply.
const FIRST: [&str; 8] = ["load", "clients", "rate", "tasks", "demand", "cores", "runtimes", "seed"];
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
    let on_speed = find("speed").map_or_else(Callback::noop, |param| set_from(act, param));
    let on = |action: fn() -> Action| {
        let act = act.clone();
        move |_: MouseEvent| act.emit(action())
    };
    let pressed = if paused { "false" } else { "true" };
    let mut select = tag("select", &[("aria-label", "Simulated seconds per second")], options.collect());
    select.add_listener(changes(on_speed));
    let out = if place == Place::Embed {
        let address = format!("./index.html?{}", state.query());
        let attributes = [("class", "out"), ("href", address.as_str()), ("target", "_blank"), ("rel", "noopener")];
        worded("a", &attributes, "Open ↗")
    } else {
        button(&[("class", "out")], "Reset all", on(|| Action::Defaults))
    };
    let play = if paused { "Play" } else { "Pause" };
    let children = vec![
        button(&[("class", "play"), ("aria-pressed", pressed)], play, on(|| Action::Toggle)),
        button(&[("title", "A tenth of a simulated second")], "Step", on(|| Action::Step)),
        element("label", &[], vec![worded("span", &[], "Speed "), select.into()]),
        button(&[("class", "restart"), ("title", "Begin the live run again")], "Restart", on(|| Action::Reset)),
        out,
    ];
    keyed(tag("div", &[("class", "transport")], children), "transport")
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
    let has = |runtime| settings.runtimes.contains(&runtime);
    match param.key {
        "clients" | "think" => scenario.load == Load::Closed,
        "rate" | "arrivals" => scenario.load == Load::Open,
        "tasks" => scenario.load == Load::Batch,
        // Memory that is never collected costs nothing.
        "alloc" => scenario.gc == Gc::On,
        "pool-size" => scenario.io == Io::File && settings.runtimes != [RuntimeId::Go],
        "workers" => has(RuntimeId::NodeWorkers) || has(RuntimeId::NodeCluster),
        "payload" => has(RuntimeId::NodeWorkers),
        "gomaxprocs" => has(RuntimeId::Go),
        "heavy-share" | "heavy-factor" => [scenario.cpu_dist, scenario.io_dist].contains(&Dist::Bimodal),
        _ => true,
    }
}

/// Sets `param` from the field that has changed.
fn set_from(act: &Callback<Action>, param: &'static Param) -> Callback<Event> {
    let act = act.clone();
    Callback::from(move |event: Event| {
        let Some(field) = event.target() else { return };
        let value = match field.dyn_into::<HtmlInputElement>() {
            Ok(input) => input.value(),
            Err(other) => other.unchecked_into::<HtmlSelectElement>().value(),
        };
        act.emit(Action::Set(param, value));
    })
}

fn field(param: &'static Param, settings: &Settings, act: &Callback<Action>) -> Html {
    let value = param.get(settings);
    let id = format!("set-{}", param.key);
    let help_id = format!("{id}-help");
    let control = match param.kind {
        Kind::Number { range: (min, max), step, unit, .. } => {
            // Any decimal may be typed; the arrows go by whole units.
            let step = if step == 1.0 { "1" } else { "any" };
            let (min, max) = (exact(min), exact(max));
            let attributes = [
                ("type", "number"),
                ("id", id.as_str()),
                ("min", &min),
                ("max", &max),
                ("step", step),
                ("inputmode", "decimal"),
                ("aria-describedby", &help_id),
            ];
            let mut input = tag("input", &attributes, Vec::new());
            input.set_value(value);
            input.add_listener(changes(set_from(act, param)));
            element("span", &[("class", "number")], vec![input.into(), worded("span", &[("class", "unit")], unit)])
        }
        Kind::Choice { options, .. } => {
            let options = options.iter().map(|(key, label)| option(key, *label, *key == value));
            let mut select = tag("select", &[("id", &id), ("aria-describedby", &help_id)], options.collect());
            select.add_listener(changes(set_from(act, param)));
            select.into()
        }
        Kind::Runtimes => return runtimes(param, settings, act),
    };
    let label = worded("label", &[("for", &id)], param.label);
    let help = worded("p", &[("class", "help"), ("id", &help_id)], param.help);
    keyed(tag("div", &[("class", "field")], vec![label, control, help]), param.key)
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
        // The last one stays: there has to be something to see.
        let attributes = [&[("type", "checkbox")], disabled(is_chosen && chosen.len() == 1)].concat();
        let mut checkbox = tag("input", &attributes, Vec::new());
        checkbox.set_checked(is_chosen);
        checkbox.add_listener(changes(on_change));
        keyed(tag("label", &[], vec![checkbox.into(), text(name(runtime))]), runtime.key())
    });
    let legend = worded("legend", &[], param.label);
    let boxes = element("div", &[("class", "boxes")], boxes.collect());
    let children = vec![legend, boxes, worded("p", &[("class", "help")], param.help)];
    keyed(tag("fieldset", &[("class", "field")], children), param.key)
}
