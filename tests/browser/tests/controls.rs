//! Every control of the settings, each moved to all its ends: the page stays alive and the address follows.

use anyhow::{Context as _, Result, ensure};
use browser_tests::{Key, Page, Pointer, Setup, Site, check, check_everywhere};
use serde::Deserialize;

/// A control as the page offers it.
#[derive(Clone, Debug, Deserialize)]
struct Control {
    id: String,
    /// The options of a list, or smallest and largest value of a number.
    values: Vec<String>,
    /// What it shows now.
    value: String,
}

/// Reads all controls of one kind off the page.
async fn controls(page: &Page, kind: &str) -> Result<Vec<Control>> {
    let script = "return [...document.querySelectorAll(`.settings ${arguments[0]}[id]`)].map((e) => ({
        id: e.id, value: e.value, values: e.options ? [...e.options].map((one) => one.value) : [e.min, e.max] }));";
    page.eval(script, vec![kind.into()]).await
}

/// The page has taken the new value: it is in the address unless it is the default, and something runs.
async fn is_alive(page: &Page, control: &Control, value: &str) -> Result<()> {
    let key = control.id.trim_start_matches("set-");
    if value == control.value {
        page.wait_until(&format!("!new URLSearchParams(location.search).has('{key}')")).await?;
    } else {
        page.wait_until(&format!("new URLSearchParams(location.search).get('{key}') === '{value}'")).await?;
    }
    // From the address, so that the state before can not stand in for one that never comes.
    page.reload().await?;
    page.wait_for("#duel", "['ready', 'crashed', 'failed'].includes(e.dataset.state)").await?;
    let (state, thread): (String, String) =
        page.value("(({ state, thread }) => [state, thread])(document.querySelector('#duel').dataset)").await?;
    ensure!(state == "ready" && thread == "worker", "expected a result from workers, got {state} from {thread}");
    let verdict = page.verdict().await?;
    ensure!(
        (verdict.starts_with("At ") || verdict.starts_with("Just started, at ")) && !verdict.contains("NaN"),
        "expected a sentence, got {verdict}"
    );
    ensure!(page.count(".notes:not([hidden])").await? == 0, "expected no complaint about a value of its own");
    page.wait_for("#duel", "+e.dataset.events > 0").await?;
    // A batch of tasks comes to its end.
    if value == "fan-out" { Ok(()) } else { page.goes_on().await }
}

/// Moves each control of one kind to all its values, each alone, from a page with this query.
async fn move_all(page: &Page, site: &Site, query: &str, kind: &str, only: &[&str]) -> Result<()> {
    page.open(&site.url(query)).await?;
    page.ready().await?;
    let all = controls(page, kind).await?;
    ensure!(!all.is_empty(), "expected controls of the kind {kind}, got none");
    for id in only {
        ensure!(all.iter().any(|control| control.id == *id), "expected the control {id}, got {all:?}");
    }
    for control in all.iter().filter(|control| only.is_empty() || only.contains(&control.id.as_str())) {
        for value in control.values.iter().rev().filter(|value| **value != control.value) {
            page.open(&site.url(query)).await?;
            page.ready().await?;
            let css = format!("#{}", control.id);
            if kind == "select" {
                page.choose(&css, value).await?;
            } else {
                page.fill(&css, value).await?;
            }
            is_alive(page, control, value).await.with_context(|| format!("{} at {value} in {query}", control.id))?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn every_list_takes_every_option() {
    let site = Site::dist().await.expect("a release build");
    check("controls-lists", Setup::desktop(), async |page| {
        page.open(&site.url("")).await?;
        page.ready().await?;
        let lists: Vec<String> = controls(page, "select").await?.into_iter().map(|control| control.id).collect();
        // The essence has no settings: what is chosen there is in another test.
        let lists: Vec<&str> = lists.iter().map(String::as_str).filter(|id| *id != "set-view").collect();
        move_all(page, &site, "", "select", &lists).await?;
        move_all(page, &site, "?load=open", "select", &["set-arrivals"]).await
    })
    .await;
}

#[tokio::test]
async fn every_number_takes_its_ends() {
    let site = Site::dist().await.expect("a release build");
    check("controls-numbers", Setup::desktop(), async |page| {
        move_all(page, &site, "", "input[type=number]", &[]).await?;
        move_all(page, &site, "?load=open", "input[type=number]", &["set-rate"]).await?;
        move_all(page, &site, "?cpu-dist=bimodal", "input[type=number]", &["set-heavy-share", "set-heavy-factor"]).await
    })
    .await;
}

#[tokio::test]
async fn a_number_can_be_typed_at_leisure() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("controls-typed", async |page, _| {
        page.open(&site.url("")).await?;
        page.ready().await?;
        page.eval::<serde_json::Value>(
            "const e = document.querySelector('#set-clients'); e.focus(); e.select();",
            vec![],
        )
        .await?;
        for (digit, sofar) in [("2", "2"), ("5", "25"), ("6", "256")] {
            page.type_text(digit).await?;
            page.goes_on().await?;
            let value: String = page.value("document.querySelector('#set-clients').value").await?;
            ensure!(value == sofar, "expected {sofar} after the key {digit}, got {value}");
        }
        page.press(Key::Enter, 1).await?;
        page.wait_until("location.search === '?clients=256'").await
    })
    .await;
}

#[tokio::test]
async fn a_value_beyond_its_range_is_clamped_and_said_so() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("controls-clamped", async |page, _| {
        page.open(&site.url("")).await?;
        page.ready().await?;
        page.fill("#set-cores", "99").await?;
        page.wait_for(".notes li", "e.textContent.startsWith('cores') && e.textContent.includes('64')").await?;
        page.wait_until("location.search === '?cores=64'").await?;
        page.wait_for("#set-cores", "e.value === '64'").await?;
        page.fill("#set-cores", "4").await?;
        page.wait_for(".notes", "e.hidden").await?;
        page.wait_until("location.search === ''").await
    })
    .await;
}

#[tokio::test]
async fn one_runtime_alone_has_one_row_and_stays() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("controls-runtimes", async |page, pointer| {
        page.open(&site.url("?mix=30")).await?;
        page.whole().await?;
        page.click(".boxes label:nth-child(1) input", pointer).await?;
        page.wait_until("location.search === '?mix=30&runtimes=go'").await?;
        page.wait_until("document.querySelectorAll('.numbers tbody tr').length === 1").await?;
        page.wait_for(".verdict", "e.textContent.includes('goroutines finish')").await?;
        ensure!(page.count("td[data-runtime='node']").await? == 0, "expected no number of the event loop");
        page.wait_for(".boxes label:nth-child(5) input", "e.checked && e.disabled").await?;
        page.whole().await?;
        ensure!(page.number("go", "throughput").await? > 350.0, "expected goroutines to keep up at 30 %");
        // Orange is the event loop's, blue is the goroutines'.
        let (n_orange, n_blue): (u32, u32) = page
            .value(
                "(() => { const e = document.querySelector('.curve canvas');
                const data = e.getContext('2d').getImageData(0, 0, e.width, e.height).data; let orange = 0, blue = 0;
                for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) {
                  if (data[i] > data[i + 2] + 60) orange += 1;
                  if (data[i + 2] > data[i] + 60) blue += 1;
                }
                return [orange, blue]; })()",
            )
            .await?;
        ensure!(n_blue > 100 && n_orange == 0, "expected one line, got {n_blue} blue and {n_orange} orange pixels");
        page.click(".boxes label:nth-child(1) input", pointer).await?;
        page.wait_until("location.search === '?mix=30'").await?;
        page.wait_until("document.querySelectorAll('.numbers tbody tr').length === 2").await
    })
    .await;
}

/// The colour behind everything, as red, green and blue.
async fn ground(page: &Page) -> Result<(u32, u32, u32)> {
    page.value("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)").await
}

#[tokio::test]
async fn colours_follow_the_choice_and_else_the_system() {
    let site = Site::dist().await.expect("a release build");
    for (place, setup) in [("desktop", Setup::desktop()), ("phone", Setup::phone())] {
        check(&format!("controls-colours-{place}"), setup.clone(), async |page| {
            page.open(&site.url("")).await?;
            page.ready().await?;
            ensure!(ground(page).await?.0 > 200, "expected a light page, got {:?}", ground(page).await?);
            page.choose("#set-theme", "dark").await?;
            page.wait_for(".duel", "e.dataset.theme === 'dark'").await?;
            ensure!(ground(page).await?.0 < 60, "expected a dark page, got {:?}", ground(page).await?);
            page.choose("#set-theme", "projector").await?;
            page.wait_for(".duel", "e.dataset.theme === 'projector'").await?;
            ensure!(ground(page).await?.0 > 200, "expected a light page, got {:?}", ground(page).await?);
            page.wait_until("location.search === '?theme=projector'").await
        })
        .await;
        check(&format!("controls-dark-{place}"), setup.dark(), async |page| {
            page.open(&site.url("")).await?;
            page.ready().await?;
            ensure!(ground(page).await?.0 < 60, "expected a dark page, got {:?}", ground(page).await?);
            page.choose("#set-theme", "light").await?;
            page.wait_for(".duel", "e.dataset.theme === 'light'").await?;
            ensure!(ground(page).await?.0 > 200, "expected a light page, got {:?}", ground(page).await?);
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn the_essence_and_everything_can_be_chosen() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("controls-view", async |page, _| {
        page.open(&site.url("?mix=30")).await?;
        page.ready().await?;
        page.choose("#set-view", "compact").await?;
        page.wait_for(".duel", "e.dataset.view === 'compact'").await?;
        page.wait_until("location.search === '?mix=30&view=compact'").await?;
        // What is below the figure is folded away.
        page.wait_until("[...document.querySelectorAll('.settings, .numbers')].every((e) => !e.checkVisibility())")
            .await?;
        page.drag_mix(Pointer::Mouse, 30.0, 60.0).await?;
        page.wait_for(".verdict", "e.textContent.startsWith('At 60')").await?;
        // Without settings the way back is the button that resets.
        page.click(".transport .out", Pointer::Mouse).await?;
        page.wait_for(".duel", "e.dataset.view === 'full'").await
    })
    .await;
}

#[tokio::test]
async fn looking_around_below_the_figure_changes_nothing() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("controls-below", async |page, pointer| {
        let query = "?mix=33&demand=30&cores=8&theme=dark";
        page.open(&site.url(query)).await?;
        page.ready().await?;
        // Each opened, then closed again, from the last one on: what is above stays where it is.
        let n = page.count("#annex summary").await?;
        for nth in (0..n).rev() {
            let mark = format!(
                "const e = document.querySelectorAll('#annex summary')[{nth}]; e.id = 'one';
                const around = e.parentElement.parentElement.closest('details'); if (around) around.open = true; return true;"
            );
            page.eval::<bool>(&mark, Vec::new()).await?;
            for _ in 0..2 {
                page.click("#one", pointer).await?;
            }
            page.eval::<bool>("document.querySelector('#one').id = ''; return true;", Vec::new()).await?;
            page.goes_on().await?;
            page.wait_until(&format!("location.search === '{query}'")).await.context("after a summary")?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_fifth_runtime_displaces_none() {
    let site = Site::dist().await.expect("a release build");
    check("controls-fifth", Setup::desktop(), async |page| {
        for (query, n_free) in [("?runtimes=node,go,tokio", 4), ("?runtimes=node,go,tokio,threads", 0)] {
            page.open(&site.url(query)).await?;
            page.ready().await?;
            let found = page.count(".settings .boxes input:not(:checked):not(:disabled)").await?;
            ensure!(found == n_free, "expected {n_free} runtimes that can be added to {query}, got {found}");
            ensure!(page.count(".notes:not([hidden])").await? == 0, "expected no complaint about {query}");
        }
        page.open(&site.url("?runtimes=node,go,tokio,threads,node-cluster")).await?;
        page.ready().await?;
        ensure!(page.count(".notes:not([hidden])").await? == 1, "expected a note that there are too many");
        Ok(())
    })
    .await;
}
