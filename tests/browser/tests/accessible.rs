//! What the rules of WCAG 2.2 AA that a program can check say of every view, theme and width: nothing.

use anyhow::{Context as _, Result, bail, ensure};
use browser_tests::{Key, Page, Setup, Site, check};
use serde::Deserialize;
use serde_json::json;

/// A rule that is broken.
#[derive(Debug, Deserialize)]
struct Violation {
    id: String,
    nodes: Vec<String>,
}

/// axe-core, as the set-up installed it.
fn axe() -> Result<String> {
    let packages = std::env::var_os("HOST_PACKAGES");
    let packages = packages.context("expected HOST_PACKAGES; run these tests by `cargo xtask test browser`")?;
    let file = std::path::Path::new(&packages).join("axe-core/axe.min.js");
    std::fs::read_to_string(&file).with_context(|| format!("expected axe-core at {}", file.display()))
}

/// Everything that can be opened is open, and what comes later has come.
async fn unfold(page: &Page) -> Result<()> {
    let script = "document.querySelectorAll('details').forEach((e) => { e.open = true; });
        document.querySelector('#annex').scrollIntoView(); return true;";
    page.eval::<bool>(script, Vec::new()).await?;
    page.wait_for("#duel", "e.dataset.annex === 'ready'").await?;
    page.eval::<bool>(script, Vec::new()).await?;
    page.wait_until("document.querySelector('.card h2') && document.querySelector('.lanes figure canvas')").await?;
    // What the card and the lanes have brought can be opened, too.
    page.eval::<bool>(script, Vec::new()).await.map(drop)
}

async fn is_silent(page: &Page, axe: &str, what: &str) -> Result<()> {
    page.cdp("Runtime.evaluate", json!({ "expression": axe })).await?;
    let script = "const done = arguments[0];
        axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((found) =>
          done(found.violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html.slice(0, 120)) }))));";
    let found = page.client().execute_async(script, Vec::new()).await?;
    let found: Vec<Violation> = serde_json::from_value(found)?;
    for Violation { id, nodes } in &found {
        eprintln!("{what}: {id}: {nodes:?}");
    }
    ensure!(found.is_empty(), "expected no rule broken in {what}, got {}", found.len());
    Ok(())
}

#[tokio::test]
async fn no_rule_is_broken_in_any_view_and_theme() {
    let site = Site::dist().await.expect("a release build");
    let axe = axe().expect("axe-core");
    for (place, setup) in [("wide", Setup::desktop()), ("narrow", Setup::desktop().size(320, 640))] {
        check(&format!("accessible-{place}"), setup, async |page| {
            page.cdp("Page.setBypassCSP", json!({ "enabled": true })).await?;
            for theme in ["light", "dark", "projector"] {
                for (path, unfolds) in [
                    ("?mix=30&runtimes=node,go,threads,tokio&cores=999", true),
                    ("embed.html?mix=30", true),
                    ("embed.html?story=tail", false),
                    ("?view=talk&story=tail", false),
                ] {
                    let what = format!("{path}&paused=true&theme={theme}");
                    page.open(&site.url(&what)).await?;
                    page.wait_for("#duel", "e.dataset.state === 'ready'").await?;
                    if unfolds {
                        unfold(page).await?;
                    } else {
                        page.wait_for("#stage .claim", "e.textContent.length > 20").await?;
                    }
                    is_silent(page, &axe, &what).await?;
                }
            }
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_rule_that_is_broken_is_found() {
    let bad = "<!doctype html><title>bad</title><link rel=icon href='data:,'><img src='data:,'><input>";
    let host = Site::host(&[("bad.html", bad)]).await.expect("a server");
    let axe = axe().expect("axe-core");
    check("accessible-bad", Setup::desktop(), async |page| {
        page.open(&host.url("bad.html")).await?;
        match is_silent(page, &axe, "a bad page").await {
            Ok(()) => bail!("expected a picture without words to be found"),
            Err(_) => Ok(()),
        }
    })
    .await;
}

#[tokio::test]
async fn in_forced_colours_lines_are_in_the_colours_of_the_system() {
    let site = Site::dist().await.expect("a release build");
    check("accessible-forced", Setup::desktop(), async |page| {
        let media = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
        page.cdp("Emulation.setEmulatedMedia", media).await?;
        page.open(&site.url("?mix=30&paused=true")).await?;
        page.whole().await?;
        page.frames_pass(5).await?;
        // The canvas is not recoloured by the browser: it has to be drawn in black and white.
        let (n_ink, n_coloured): (u32, u32) = page
            .value(
                "(() => { const e = document.querySelector('.curve canvas');
                const data = e.getContext('2d').getImageData(0, 0, e.width, e.height).data; let ink = 0, coloured = 0;
                for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) {
                  const [low, , high] = [...data.slice(i, i + 3)].sort((a, b) => a - b);
                  if (high < 40) ink += 1;
                  if (high - low > 12) coloured += 1;
                }
                return [ink, coloured]; })()",
            )
            .await?;
        page.screenshot("forced-colours").await?;
        ensure!(n_ink > 500 && n_coloured == 0, "expected lines in one ink, got {n_ink} and {n_coloured} in colours");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_stage_is_walked_by_its_keys() {
    let site = Site::dist().await.expect("a release build");
    check("accessible-stage", Setup::desktop().size(1920, 1080), async |page| {
        page.open(&site.url("?view=talk&story=io-heavy")).await?;
        page.wait_for("#duel", "e.dataset.annex === 'ready'").await?;
        for (key, story) in
            [(Key::PageDown, "cpu-bound"), (Key::PageDown, "worker-threads"), (Key::PageUp, "cpu-bound")]
        {
            page.press(key, 1).await?;
            page.wait_until(&format!("new URLSearchParams(location.search).get('story') === '{story}'")).await?;
        }
        page.wait_for("#stage .found", "!e.textContent.startsWith('Judging')").await?;
        // Readable from the last row: 24 points are 32 pixels.
        let small: Vec<String> = page
            .value(
                "[...document.querySelectorAll('.told p, .verdict')].filter((e) => e.checkVisibility())
                .filter((e) => parseFloat(getComputedStyle(e).fontSize) * (e.currentCSSZoom ?? 1) < 32).map((e) => e.className)",
            )
            .await?;
        ensure!(small.is_empty(), "expected 24 points at least, {small:?} are smaller");
        let over: bool = page.value("document.documentElement.scrollHeight > innerHeight").await?;
        ensure!(!over, "expected a claim to fit its screen");
        Ok(())
    })
    .await;
}
