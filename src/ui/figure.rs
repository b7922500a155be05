//! The words and figures of the page: verdict, curve with its slider, live plot, numbers.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, PointerEvent};
use yew::prelude::*;

use crate::app::params::Note;
use crate::app::settings::MODEL_VERSION;
use crate::app::state::{Action, MIX_STEP, State};
use crate::app::verdict::usable_cores;
use crate::chart::Place as Margins;
use crate::protocol::BIN;
use crate::sim::runtime::RuntimeId;
use crate::ui::Place;
use crate::ui::plots::Refs;
use crate::view::units::{milliseconds, number, per_second};

/// The name of a runtime where there is room.
pub(super) fn name(runtime: RuntimeId) -> &'static str {
    match runtime {
        RuntimeId::Node => "Node.js event loop",
        RuntimeId::Go => "Go scheduler",
    }
}

/// The title, where the page stands alone.
pub(super) fn heading(place: Place, is_full: bool) -> Html {
    if place == Place::Embed || !is_full {
        return html! { <header key="heading" hidden=true /> };
    }
    html! {
        <header key="heading">
            <h1>{ "Node.js or Go? Drag and see." }</h1>
            <p>{ "A simulated event loop and a simulated goroutine scheduler serve the same requests. You set how much \
                  of each request is computing and how much is waiting." }</p>
        </header>
    }
}

/// The sentence.
pub(super) fn verdict(state: &State) -> Html {
    html! {
        <p class="verdict" key="verdict">
            { match &state.verdict {
                Some(verdict) => html! { <>
                    <span class="given">{ &verdict.given }</span>{ " " }
                    <strong>{ &verdict.finding }</strong>{ ": " }
                    <span class="reason">{ &verdict.reason }{ "." }</span>
                </> },
                None => html! { <span>{ "Simulating…" }</span> },
            } }
        </p>
    }
}

/// The mix at a pointer over the plot, in percent.
fn mix_at(event: &PointerEvent) -> Option<f64> {
    let plot: HtmlElement = event.current_target()?.dyn_into().ok()?;
    let rect = plot.get_bounding_client_rect();
    // A host may scale the figure: margins scale with it.
    let scale = rect.width() / f64::from(plot.offset_width());
    let (left, right) = (Margins::LEFT * scale, Margins::RIGHT * scale);
    Some((f64::from(event.client_x()) - rect.left() - left) / (rect.width() - left - right) * 100.0)
}

fn capture(event: &PointerEvent) -> bool {
    let element = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| element.set_pointer_capture(event.pointer_id()).is_ok())
}

fn is_dragging(event: &PointerEvent) -> bool {
    let element = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| element.has_pointer_capture(event.pointer_id()))
}

/// The curve with the slider as its axis.
pub(super) fn curve(state: &State, refs: &Refs, act: &Callback<Action>) -> Html {
    let mix = state.settings.scenario.mix;
    let on_down = {
        let act = act.clone();
        Callback::from(move |event: PointerEvent| {
            if event.button() == 0 && capture(&event) {
                mix_at(&event).into_iter().for_each(|mix| act.emit(Action::Drag(mix)));
            }
        })
    };
    let on_move = {
        let act = act.clone();
        Callback::from(move |event: PointerEvent| {
            if is_dragging(&event) {
                mix_at(&event).into_iter().for_each(|mix| act.emit(Action::Drag(mix)));
            }
        })
    };
    let on_up = act.reform(|_: PointerEvent| Action::Commit);
    let label = state.verdict.as_ref().map(ToString::to_string).unwrap_or_default();
    html! {
        <figure class="curve" key="curve">
            <figcaption>{ "Requests completed per second, by how much of a request is computing" }</figcaption>
            <div class="plot" ref={refs.curve_plot.clone()} role="img" aria-label={label}
                onpointerdown={on_down} onpointermove={on_move} onpointerup={on_up}>
                <canvas ref={refs.curve.clone()} key="still" />
                <canvas ref={refs.marker.clone()} key="moving" />
            </div>
            { slider(mix, act) }
        </figure>
    }
}

fn slider(mix: f64, act: &Callback<Action>) -> Html {
    let value = |event: &Event| Some(event.target()?.dyn_into::<HtmlInputElement>().ok()?.value_as_number());
    let on_input = {
        let act = act.clone();
        Callback::from(move |event: InputEvent| value(&event).into_iter().for_each(|mix| act.emit(Action::Drag(mix))))
    };
    let on_change = act.reform(|_: Event| Action::Commit);
    let step = |by: f64| {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| {
            act.emit(Action::Drag(mix + by));
            act.emit(Action::Commit);
        })
    };
    let text = format!("{} % CPU, {} % I/O", number(mix), number(100.0 - mix));
    html! { <>
        <div class="slider" key="slider">
            <button type="button" aria-label="One percent less CPU" disabled={mix <= 0.0} onclick={step(-1.0)}>{ "−" }</button>
            <input type="range" id="mix" min="0" max="100" step={MIX_STEP.to_string()} value={mix.to_string()}
                aria-label="CPU share of a request" aria-valuetext={text.clone()} oninput={on_input} onchange={on_change} />
            <button type="button" aria-label="One percent more CPU" disabled={mix >= 100.0} onclick={step(1.0)}>{ "+" }</button>
        </div>
        <div class="ends" key="ends" aria-hidden="true">
            <span>{ "all waiting" }</span>
            <output for="mix">{ text }</output>
            <span>{ "all computing" }</span>
        </div>
    </> }
}

/// The live plot.
pub(super) fn live(state: &State, refs: &Refs) -> Html {
    let label = state.settings.runtimes.iter().zip(&state.live.bins).map(|(runtime, bins)| {
        let now = bins.now(BIN.as_secs_f64()).map_or_else(|| "nothing yet".to_owned(), per_second);
        format!("{}: {now}", name(*runtime))
    });
    let label = format!("Requests per second now. {}", label.collect::<Vec<_>>().join(", "));
    html! {
        <figure class="live" key="live">
            <figcaption>
                { "Live: requests completed per second" }
                <span class="aside">{ live_aside(state) }</span>
            </figcaption>
            <div class="plot" role="img" aria-label={label}>
                <canvas ref={refs.live_axes.clone()} key="still" />
                <canvas ref={refs.live.clone()} key="moving" />
            </div>
        </figure>
    }
}

fn live_aside(state: &State) -> String {
    if state.live.n_refused > 0 {
        return format!("{} requests refused: too many in flight", number(state.live.n_refused as f64));
    }
    if state.live.is_slow && !state.settings.is_paused {
        return "as fast as this machine simulates it".to_owned();
    }
    String::new()
}

/// The table of numbers at the slider.
pub(super) fn numbers(state: &State) -> Html {
    let shown = &state.shown;
    let mix = state.settings.scenario.mix;
    let rows = shown.runtimes.iter().enumerate().map(|(idx, runtime)| {
        let cell = |what: &'static str, text: String| {
            html! { <td data-runtime={runtime.key()} data-number={what}>{ text }</td> }
        };
        let settled = match shown.curve.at(mix, idx) {
            Some(estimate) => {
                let x = estimate.throughput;
                let band = if x.half.is_finite() { format!(" ± {}", number(x.half)) } else { String::new() };
                let busy = format!("{:.2} of {}", estimate.cores_busy, usable_cores(&shown.scenario, *runtime));
                html! { <>
                    { cell("throughput", format!("{}{band}", per_second(x.mean))) }
                    { cell("p50", milliseconds(estimate.p50_ms)) }
                    { cell("p99", milliseconds(estimate.p99_ms)) }
                    { cell("cores", busy) }
                </> }
            }
            None => html! { <td colspan="4">{ "…" }</td> },
        };
        let place = state.settings.runtimes.iter().position(|one| one == runtime);
        let now = place.and_then(|place| Some((state.live.bins.get(place)?, state.live.in_flight.get(place)?)));
        let rate = now.and_then(|(bins, _)| bins.now(BIN.as_secs_f64())).map_or_else(|| "…".to_owned(), per_second);
        let in_flight = now.map_or_else(|| "…".to_owned(), |(_, n)| number(f64::from(*n)));
        html! {
            <tr key={runtime.key()}>
                <th scope="row"><span class={classes!("swatch", runtime.key())} aria-hidden="true" />{ name(*runtime) }</th>
                { settled }
                { cell("live", rate) }
                { cell("in-flight", in_flight) }
            </tr>
        }
    });
    html! {
        <table class="numbers" key="numbers">
            <caption>{ format!("At {} % CPU, on the same requests", number(mix)) }</caption>
            <thead><tr>
                <th scope="col"></th>
                <th scope="col" title="Requests completed per second, settled, with its 95 % confidence interval">{ "per second" }</th>
                <th scope="col" title="Half of all requests are answered within this time">{ "p50" }</th>
                <th scope="col" title="99 of 100 requests are answered within this time">{ "p99" }</th>
                <th scope="col" title="Cores that run the runtime's threads on average, of those it can use">{ "cores busy" }</th>
                <th scope="col" title="Requests completed in the last second of the live run">{ "live" }</th>
                <th scope="col" title="Requests that have arrived and are not answered yet, live">{ "in flight" }</th>
            </tr></thead>
            <tbody>{ for rows }</tbody>
        </table>
    }
}

/// What had to be changed in the address, the figures as a table, and who made this.
pub(super) fn notes(state: &State) -> Html {
    let notes = state.notes.iter().map(|Note(text)| html! { <li>{ text }</li> });
    let head = state.shown.runtimes.iter().map(|runtime| html! { <th scope="col">{ name(*runtime) }</th> });
    let rows = state.shown.curve.rows().into_iter().filter(|(mix, _)| mix % 10.0 == 0.0).map(|(mix, estimates)| {
        let cells = estimates.iter().map(|estimate| html! { <td>{ per_second(estimate.throughput.mean) }</td> });
        html! { <tr><th scope="row">{ format!("{mix} %") }</th>{ for cells }</tr> }
    });
    html! { <div class="notes" key="notes">
        <ul class="warnings" hidden={state.notes.is_empty()}>{ for notes }</ul>
        <details>
            <summary>{ "The curve as a table" }</summary>
            <table>
                <caption>{ "Requests completed per second" }</caption>
                <thead><tr><th scope="col">{ "CPU share" }</th>{ for head }</tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
        </details>
        <p class="about">{ format!("Simulated, not measured. Bands: 95 % confidence. Model {MODEL_VERSION}, seed {}.",
            state.settings.scenario.seed) }</p>
    </div> }
}
