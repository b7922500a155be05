//! What a reader finds before touching anything.

use anyhow::{Result, ensure};
use browser_tests::{Page, Setup, Site, check, check_everywhere};

#[tokio::test]
async fn the_figure_is_computed_on_the_same_requests_and_gets_whole() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("first-look", async |page, _| {
        page.open(&site.url("")).await?;
        page.ready().await?;
        let verdict = page.verdict().await?;
        ensure!(verdict.starts_with("At ") && verdict.ends_with('.'), "expected a sentence, got {verdict}");
        let title: String = page.value("document.title").await?;
        ensure!(title.contains("Node.js") && title.contains("Go"), "expected both names in the title, got {title}");
        ensure!(page.attr("#duel", "data-thread").await?.as_deref() == Some("worker"), "expected workers");
        page.wait_for("#duel", "e.dataset.stream === 'same'").await?;
        page.whole().await?;
        ensure!(is_drawn(page, ".curve canvas").await?, "expected a curve on the canvas");
        ensure!(is_drawn(page, ".live canvas").await?, "expected a live plot on the canvas");
        let stream = page.attr("#duel", "data-stream").await?;
        ensure!(stream.as_deref() == Some("same"), "expected the same requests to the end, got {stream:?}");
        for runtime in ["node", "go"] {
            let throughput = page.number(runtime, "throughput").await?;
            ensure!(throughput > 0.0, "expected completed requests of {runtime}, got {throughput}");
        }
        Ok(())
    })
    .await;
}

/// Whether anything was painted on the first canvas that matches.
async fn is_drawn(page: &Page, css: &str) -> Result<bool> {
    let script = "const e = document.querySelector(arguments[0]);
        return e.getContext('2d').getImageData(0, 0, e.width, e.height).data.some((byte) => byte !== 0);";
    page.eval(script, vec![css.into()]).await
}

#[tokio::test]
async fn the_live_run_is_there_from_the_start_and_goes_on() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("first-live", async |page, _| {
        page.open(&site.url("?mix=5")).await?;
        page.ready().await?;
        page.wait_for("td[data-runtime='go'][data-number='live']", "parseFloat(e.textContent) > 200").await?;
        page.goes_on().await
    })
    .await;
}

#[tokio::test]
async fn a_host_without_headers_will_do() {
    let site = Site::dist_builder().expect("a release build").without_headers().start().await.expect("a server");
    check("first-plain-host", Setup::phone(), async |page| {
        page.open(&site.url("")).await?;
        page.ready().await
    })
    .await;
}

#[tokio::test]
async fn who_asked_for_less_motion_gets_a_filled_figure_at_rest() {
    let site = Site::dist().await.expect("a release build");
    for (place, setup) in [("desktop", Setup::desktop()), ("phone", Setup::phone())] {
        check(&format!("first-reduced-{place}"), setup.reduced_motion(), async |page| {
            page.open(&site.url("")).await?;
            page.ready().await?;
            page.wait_for("button.play", "e.textContent === 'Play' && e.getAttribute('aria-pressed') === 'false'")
                .await?;
            page.wait_for("#duel", "+e.dataset.events > 0").await?;
            let events = page.stands_still().await?;
            ensure!(events > 0, "expected a run that has been, got {events} events");
            let verdict = page.verdict().await?;
            ensure!(verdict.starts_with("At "), "expected a sentence, got {verdict}");
            // The run's own thirty seconds are in the plot: each line has been drawn over much of its width.
            let width: f64 = page
                .value(
                    "(() => { const e = document.querySelectorAll('.live canvas')[1], w = e.width, h = e.height;
                    const data = e.getContext('2d').getImageData(0, 0, w, h).data; let n = 0;
                    for (let x = 0; x < w; x += 1) for (let y = 0; y < h; y += 1)
                      if (data[4 * (y * w + x) + 3]) { n += 1; break; }
                    return n / w; })()",
                )
                .await?;
            ensure!(width > 0.6, "expected a filled live plot, got lines over {width} of its width");
            page.click("button.play", browser_tests::Pointer::Mouse).await?;
            page.goes_on().await
        })
        .await;
    }
}
