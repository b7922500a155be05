//! Nothing is wider than the screen, nothing jumps, and pictures of the page for whoever wants to look.

use anyhow::{Context as _, Result, ensure};
use browser_tests::{Page, Setup, Site, check};
use serde_json::{Value, json};

/// Another size of the page's view, in CSS pixels.
async fn resize(page: &Page, width: u32, height: u32) -> Result<()> {
    let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    page.cdp("Emulation.setDeviceMetricsOverride", metrics).await?;
    page.wait_until(&format!("innerWidth === {width} && innerHeight === {height}")).await?;
    // What follows a change of size is drawn with the next frames.
    page.frames_pass(3).await
}

/// Nothing sticks out to the right, and canvases are as wide as what they are in.
async fn is_narrow(page: &Page, what: &str) -> Result<()> {
    let (width, view, out): (f64, f64, Vec<String>) = page
        .value(
            "(() => { const e = document.documentElement;
            const out = [...document.querySelectorAll('#duel *')].filter((one) => one.checkVisibility() && !one.closest('.unseen'))
              .filter((one) => one.getBoundingClientRect().right > e.clientWidth + 0.5);
            return [e.scrollWidth, e.clientWidth, out.map((one) => one.outerHTML.slice(0, 80))]; })()",
        )
        .await?;
    ensure!(width <= view && out.is_empty(), "expected {what} within {view} px, it takes {width}; outside: {out:?}");
    // What follows a change of size is drawn with one of the next frames.
    let is_sharp = "[...document.querySelectorAll('canvas')].every((e) => !e.checkVisibility() || Math.abs(e.width - e.offsetWidth) <= 1)";
    page.wait_until(is_sharp).await.with_context(|| format!("expected canvases of their own size in {what}"))?;
    Ok(())
}

#[tokio::test]
async fn no_width_needs_sideways_scrolling() {
    let site = Site::dist().await.expect("a release build");
    check("layout-widths", Setup::desktop(), async |page| {
        for query in [
            "?mix=30",
            "?view=compact&mix=30",
            "?mix=100&clients=100000&cores=64&seed=9007199254740992",
            "?theme=projector",
            "?mix=30&runtimes=node,node-workers,node-cluster,go&io=file",
            "?view=compact&mix=30&runtimes=node,node-workers,node-cluster,go",
        ] {
            page.open(&site.url(query)).await?;
            page.ready().await?;
            page.eval::<Value>("document.querySelectorAll('details').forEach((e) => { e.open = true; });", Vec::new())
                .await?;
            // The table of numbers changes its shape between 641 and 640. A projector is wider than that.
            let widths: &[u32] =
                if query.contains("projector") { &[1280, 720] } else { &[1280, 720, 641, 640, 360, 320] };
            for &width in widths {
                resize(page, width, 740).await?;
                is_narrow(page, &format!("{query} at {width} px")).await?;
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_figure_stands_still_while_words_change() {
    let site = Site::dist().await.expect("a release build");
    for (place, setup) in
        [("desktop", Setup::desktop()), ("tablet", Setup::phone().size(720, 900)), ("phone", Setup::phone())]
    {
        let four = "&runtimes=node,node-workers,node-cluster,go";
        for (view, runtimes) in [("full", ""), ("compact", ""), ("full", four), ("compact", four)] {
            let n = if runtimes.is_empty() { "two" } else { "four" };
            check(&format!("layout-still-{view}-{n}-{place}"), setup.clone(), async |page| {
                page.open(&site.url(&format!("?view={view}{runtimes}"))).await?;
                page.ready().await?;
                let mut tops: Vec<(f64, f64)> = Vec::new();
                for mix in [0, 5, 8, 11, 12, 25, 30, 47, 50, 55, 100] {
                    let script = "const e = document.querySelector('#mix'); e.value = arguments[0];
                        e.dispatchEvent(new Event('input', { bubbles: true }));";
                    page.eval::<Value>(script, vec![mix.into()]).await?;
                    page.wait_for(".verdict", &format!("e.textContent.startsWith('At {mix} %')")).await?;
                    let top = "['.curve .plot', '.transport'].map((css) => document.querySelector(css).getBoundingClientRect().top)";
                    tops.push(page.value(top).await?);
                }
                ensure!(tops.iter().all(|top| *top == tops[0]), "expected the figure where it was, got {tops:?}");
                Ok(())
            })
            .await;
        }
    }
}

#[tokio::test]
async fn nothing_jumps_while_the_page_starts() {
    let site = Site::dist().await.expect("a release build");
    for (place, setup) in [("desktop", Setup::desktop()), ("phone", Setup::phone())] {
        check(&format!("layout-start-{place}"), setup, async |page| {
            // Words that change and columns that get wider are no jump: only elements that go up or down count.
            let watch = "window.__moved = []; new PerformanceObserver((list) => list.getEntries().forEach((one) => {
                  const elements = one.sources.filter(({ node, previousRect, currentRect }) =>
                    node?.nodeType === 1 && previousRect.height > 0 && Math.abs(previousRect.top - currentRect.top) > 1);
                  window.__moved.push(...elements.map((s) => `${s.node.outerHTML.slice(0, 60)} ${s.previousRect.top} to ${s.currentRect.top}`));
                })).observe({ type: 'layout-shift', buffered: true });";
            page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": watch })).await?;
            page.open(&site.url("")).await?;
            page.whole().await?;
            let moved: Vec<String> = page.value("window.__moved").await?;
            ensure!(moved.is_empty(), "expected nothing to move once it is seen, got {moved:?}");
            Ok(())
        })
        .await;
    }
}

/// Pictures of the whole page, as long as it is.
#[tokio::test]
async fn pictures() {
    let site = Site::dist().await.expect("a release build");
    for (theme, setup) in [("light", Setup::desktop()), ("dark", Setup::desktop().dark())] {
        check(&format!("layout-pictures-{theme}"), setup, async |page| {
            for (name, path) in [
                ("page", "?mix=30&paused=true"),
                ("embed", "embed.html?mix=30&paused=true"),
                ("four", "?mix=30&paused=true&runtimes=node,node-workers,node-cluster,go"),
            ] {
                page.open(&site.url(path)).await?;
                page.whole().await?;
                for width in [360, 720, 1280] {
                    resize(page, width, 560).await?;
                    let height: u32 = page.value("document.documentElement.scrollHeight").await?;
                    resize(page, width, height).await?;
                    page.screenshot(&format!("{name}-{width}-{theme}")).await?;
                }
            }
            Ok(())
        })
        .await;
    }
    check("layout-readme", Setup::desktop(), async |page| {
        page.open(&site.url("?mix=30")).await?;
        page.whole().await?;
        page.frames_pass(30).await?;
        page.screenshot("readme").await.map(drop)
    })
    .await;
}
