//! The live run: it goes on through every drag, and begins again only when what it simulates has changed.

use anyhow::{Context as _, Result, ensure};
use browser_tests::{Page, Pointer, Site, check_everywhere};
use serde_json::Value;

/// Keeps every count of events that the page ever shows.
const WATCH_EVENTS: &str = "const e = document.querySelector('#duel'); window.__events = [+e.dataset.events];
new MutationObserver(() => window.__events.push(+e.dataset.events)).observe(e, { attributeFilter: ['data-events'] });";

async fn open(page: &Page, site: &Site, query: &str) -> Result<()> {
    page.open(&site.url(query)).await?;
    page.ready().await?;
    page.wait_for("#duel", "+e.dataset.events > 0").await?;
    page.eval::<Value>(WATCH_EVENTS, Vec::new()).await.map(drop)
}

/// Says of the counts seen so far whether one of them was lower than that before it.
const HAS_RESTARTED: &str = "window.__events.some((n, i) => i > 0 && n < window.__events[i - 1])";

/// Waits for it: the count that is shown lags behind what was asked for.
async fn begins_again(page: &Page, why: &str) -> Result<()> {
    page.wait_until(HAS_RESTARTED).await.with_context(|| format!("expected the run to begin again {why}"))
}

#[tokio::test]
async fn a_drag_restarts_nothing() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("live-drag", async |page, pointer| {
        open(page, &site, "").await?;
        for (from, to) in [(5.0, 95.0), (95.0, 5.0), (5.0, 50.0)] {
            page.drag_mix(pointer, from, to).await?;
            page.goes_on().await?;
        }
        page.click(".slider button", pointer).await?;
        page.goes_on().await?;
        let events: Vec<u64> = page.value("window.__events").await?;
        ensure!(events.len() > 4, "expected counts on the way, got {events:?}");
        ensure!(!page.value::<bool>(HAS_RESTARTED).await?, "expected one run that goes on, got {events:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_live_numbers_follow_a_drag() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("live-follows", async |page, pointer| {
        open(page, &site, "?mix=5").await?;
        page.wait_for("td[data-runtime='node'][data-number='live']", "parseFloat(e.textContent) > 300").await?;
        page.drag_mix(pointer, 5.0, 100.0).await?;
        page.wait_for("td[data-runtime='node'][data-number='live']", "parseFloat(e.textContent) < 80").await?;
        page.wait_for("td[data-runtime='go'][data-number='live']", "parseFloat(e.textContent) < 280").await?;
        page.drag_mix(pointer, 100.0, 5.0).await?;
        page.wait_for("td[data-runtime='node'][data-number='live']", "parseFloat(e.textContent) > 300").await
    })
    .await;
}

#[tokio::test]
async fn another_machine_restarts_the_run_and_the_curve() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("live-cores", async |page, _| {
        open(page, &site, "?mix=100").await?;
        page.whole().await?;
        page.fill("#set-cores", "8").await?;
        page.wait_for("#duel", "e.dataset.curve === 'refining'").await?;
        page.wait_for(".verdict", "e.textContent.includes('8 cores')").await?;
        begins_again(page, "with other cores").await?;
        page.whole().await?;
        let (node, go) = (page.number("node", "throughput").await?, page.number("go", "throughput").await?);
        ensure!(
            (7.0..8.6).contains(&(go / node)),
            "expected eight cores to do eight times as much, got {go} to {node}"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn pause_step_play_speed_and_restart_do_what_they_say() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("live-transport", async |page, pointer| {
        open(page, &site, "").await?;
        page.click("button.play", pointer).await?;
        page.wait_for("button.play", "e.textContent === 'Play' && e.getAttribute('aria-pressed') === 'false'").await?;
        page.wait_until("location.search === '?paused=true'").await?;
        let paused = page.stands_still().await?;

        step(page, pointer).await?;
        page.wait_for("#duel", &format!("+e.dataset.events > {paused}")).await?;
        let one = page.stands_still().await? - paused;
        step(page, pointer).await?;
        page.wait_for("#duel", &format!("+e.dataset.events > {}", paused + one)).await?;
        let two = page.stands_still().await? - paused - one;
        // Both are a tenth of a simulated second.
        ensure!(two < 4 * one && one < 4 * two, "expected steps alike, got {one} and {two} events");

        page.click("button.restart", pointer).await?;
        page.wait_for("#duel", &format!("+e.dataset.events !== {}", paused + one + two)).await?;
        begins_again(page, "at its button").await?;
        let again = page.stands_still().await?;
        page.click("button.play", pointer).await?;
        page.wait_for("#duel", &format!("+e.dataset.events > {again}")).await?;
        page.wait_until("location.search === ''").await?;

        page.choose(".transport select", "20").await?;
        page.wait_until("location.search === '?speed=20'").await?;
        page.goes_on().await?;
        page.click("button.out", pointer).await?;
        page.wait_until("location.search === ''").await?;
        page.wait_for(".transport select", "e.value === '1'").await
    })
    .await;
}

async fn step(page: &Page, pointer: Pointer) -> Result<()> {
    page.click(".transport button:nth-of-type(2)", pointer).await
}
