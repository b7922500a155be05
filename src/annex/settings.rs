//! Every control that is not on the figure, from the parameter table.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::app::names::name;
use crate::app::params::{Group, Kind, PARAMS, Param, find};
use crate::app::settings::{MAX_RUNTIMES, Settings};
use crate::protocol::annex::FromAnnex;
use crate::sim::dist::Dist;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{Gc, Io, Load, Transport};
use crate::ui::element::{changes, disabled, element, keyed, tag, text, worded};
use crate::ui::transport::option;
use crate::view::units::exact;

/// The controls that are always visible, in this order, as far as they apply.
const FIRST: [&str; 8] = ["load", "clients", "rate", "tasks", "demand", "cores", "runtimes", "seed"];

/// What the panel of settings shows.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct PanelProps {
    pub(super) settings: Settings,
    /// Goes up with every change that was tried: a refused one puts the field back too.
    pub(super) n_sets: u32,
    /// Always the same one, so that equal settings are equal properties.
    pub(super) wish: Callback<FromAnnex>,
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
        let PanelProps { settings, wish, .. } = ctx.props();
        let first = FIRST.iter().filter_map(|key| find(key)).filter(|param| applies(param, settings));
        let groups = [
            (Group::Workload, "More about the workload"),
            (Group::Runtimes, "More about the runtimes"),
            (Group::Machine, "More about the machine"),
            (Group::View, "View"),
        ];
        let mut children = vec![fields(first.collect(), settings, wish)];
        for (group, title) in groups {
            let others = PARAMS.iter().filter(|param| param.group == group && is_elsewhere(param));
            let fields = fields(others.filter(|param| applies(param, settings)).collect(), settings, wish);
            children.push(element("details", &[], vec![worded("summary", &[], title), fields]));
        }
        element("section", &[("class", "settings"), ("aria-label", "Settings")], children)
    }
}

fn fields(params: Vec<&'static Param>, settings: &Settings, wish: &Callback<FromAnnex>) -> Html {
    element("div", &[("class", "fields")], params.into_iter().map(|param| field(param, settings, wish)).collect())
}

fn is_elsewhere(param: &Param) -> bool {
    // The slider, the transport and the address have these.
    !FIRST.contains(&param.key) && !["mix", "speed", "paused", "hide", "deck", "model"].contains(&param.key)
}

/// Whether a control changes anything as things stand.
fn applies(param: &Param, settings: &Settings) -> bool {
    let scenario = &settings.scenario;
    let has = |runtime| settings.runtimes.contains(&runtime);
    if settings.hide.contains(&param.key) {
        return false;
    }
    match param.key {
        "clients" | "think" => scenario.load == Load::Closed,
        "rate" | "arrivals" => scenario.load == Load::Open,
        "tasks" => scenario.load == Load::Batch,
        // Memory that is never collected costs nothing.
        "alloc" => scenario.gc == Gc::On,
        "pool-size" => scenario.io == Io::File && settings.runtimes != [RuntimeId::Go],
        "workers" => has(RuntimeId::NodeWorkers) || has(RuntimeId::NodeCluster),
        "payload" => has(RuntimeId::NodeWorkers) || has(RuntimeId::NodeService),
        "service-cores" | "service-rtt" => has(RuntimeId::NodeService),
        "db-connections" | "db-capacity" | "database" => scenario.io == Io::Database,
        // Who is inside of the process has no connection, and whose arrival opens one always connects.
        "connect" => scenario.load == Load::Closed && scenario.transport == Transport::Http,
        "broadcast" => scenario.transport != Transport::Direct,
        "gomaxprocs" => has(RuntimeId::Go),
        "heavy-share" | "heavy-factor" => [scenario.cpu_dist, scenario.io_dist].contains(&Dist::Bimodal),
        _ => true,
    }
}

fn field(param: &'static Param, settings: &Settings, wish: &Callback<FromAnnex>) -> Html {
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
            input.add_listener(changes(set_from(wish, param)));
            element("span", &[("class", "number")], vec![input.into(), worded("span", &[("class", "unit")], unit)])
        }
        Kind::Choice { options, .. } => {
            let options = options.iter().map(|(key, label)| option(key, *label, *key == value));
            let mut select = tag("select", &[("id", &id), ("aria-describedby", &help_id)], options.collect());
            select.add_listener(changes(set_from(wish, param)));
            select.into()
        }
        Kind::Runtimes => return runtimes(param, settings, wish),
        // Who hides a control does not want one for that.
        Kind::Hidden => return element("div", &[("hidden", "")], Vec::new()),
    };
    let label = worded("label", &[("for", &id)], param.label);
    let help = worded("p", &[("class", "help"), ("id", &help_id)], param.help);
    keyed(tag("div", &[("class", "field")], vec![label, control, help]), param.key)
}

fn runtimes(param: &'static Param, settings: &Settings, wish: &Callback<FromAnnex>) -> Html {
    let chosen = &settings.runtimes;
    let boxes = RuntimeId::ALL.into_iter().map(|runtime| {
        let is_chosen = chosen.contains(&runtime);
        let on_change = {
            let (wish, chosen) = (wish.clone(), chosen.clone());
            Callback::from(move |_: Event| {
                // In the table's order, so that the same choice has the same address.
                let wanted = RuntimeId::ALL.into_iter().filter(|one| chosen.contains(one) != (*one == runtime));
                let keys: Vec<&str> = wanted.map(RuntimeId::key).collect();
                wish.emit(FromAnnex::Set(param.key.to_owned(), keys.join(",")));
            })
        };
        // The last one stays: there has to be something to see. And where there is no room, none comes.
        let is_fixed = if is_chosen { chosen.len() == 1 } else { chosen.len() == MAX_RUNTIMES };
        let attributes = [&[("type", "checkbox")], disabled(is_fixed)].concat();
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

/// Sets `param` from the field that has changed.
fn set_from(wish: &Callback<FromAnnex>, param: &'static Param) -> Callback<Event> {
    let wish = wish.clone();
    Callback::from(move |event: Event| {
        let Some(field) = event.target() else { return };
        let value = match field.dyn_into::<HtmlInputElement>() {
            Ok(input) => input.value(),
            Err(other) => other.unchecked_into::<HtmlSelectElement>().value(),
        };
        wish.emit(FromAnnex::Set(param.key.to_owned(), value));
    })
}
