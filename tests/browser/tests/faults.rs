//! What is left when something is missing: the figure without workers, and words in place of a blank box.

use anyhow::{Result, ensure};
use browser_tests::{Page, Pointer, Setup, Site, check, check_everywhere};
use serde_json::json;

/// Runs before the page's own scripts in every document to come.
async fn before_scripts(page: &Page, source: &str) -> Result<()> {
    page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await.map(drop)
}

/// Keeps the lengths of tasks that block the page for more than 50 ms.
const WATCH_TASKS: &str = "window.__tasks = [];
new PerformanceObserver((list) => list.getEntries().forEach((one) => window.__tasks.push(one.duration)))
  .observe({ type: 'longtask', buffered: true });";

#[tokio::test]
async fn without_workers_the_page_simulates_by_itself() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("faults-workers", async |page, pointer| {
        before_scripts(page, &format!("delete window.Worker; {WATCH_TASKS}")).await?;
        page.open(&site.url("")).await?;
        page.ready().await?;
        let thread = page.attr("#duel", "data-thread").await?;
        ensure!(thread.as_deref() == Some("page"), "expected the page's own thread, got {thread:?}");
        page.drag_mix(pointer, 20.0, 80.0).await?;
        page.wait_for(".verdict", "e.textContent.startsWith('At 80') || e.textContent.startsWith('At 79.5')").await?;
        page.goes_on().await?;
        page.whole().await?;
        let (node, go) = (page.number("node", "throughput").await?, page.number("go", "throughput").await?);
        ensure!(go > 3.5 * node, "expected the same model as in a worker, got {go} and {node}");
        // For whoever reads the output: a bound would depend on the machine.
        let tasks: Vec<f64> = page.value("window.__tasks").await?;
        let longest = tasks.iter().copied().fold(0.0, f64::max);
        println!(
            "{} tasks over 50 ms on the page's own thread with {pointer:?}, the longest {longest} ms",
            tasks.len()
        );
        Ok(())
    })
    .await;
}

/// There are words to read, in a box that can be seen.
async fn says(page: &Page, css: &str, word: &str) -> Result<()> {
    page.wait_for(css, "e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().height > 10")
        .await?;
    let words = page.text(css).await?;
    ensure!(words.contains(word), "expected words with {word}, got {words:?}");
    Ok(())
}

#[tokio::test]
async fn without_the_simulation_there_are_words() {
    let builder = Site::dist_builder().expect("a release build");
    let site = builder.missing("worker_bg.wasm").start().await.expect("a server");
    check("faults-simulation", Setup::desktop(), async |page| {
        page.expect_complaint("worker_bg.wasm");
        page.expect_complaint("worker.js");
        page.open(&site.url("")).await?;
        page.wait_for("#duel", "e.dataset.state === 'failed'").await?;
        says(page, ".verdict", "could not be started").await
    })
    .await;
}

#[tokio::test]
async fn without_the_workers_script_there_are_words() {
    let builder = Site::dist_builder().expect("a release build");
    let site = builder.missing("worker-boot.js").start().await.expect("a server");
    check("faults-script", Setup::phone(), async |page| {
        page.expect_complaint("worker-boot.js");
        page.open(&site.url("")).await?;
        page.wait_for("#duel", "e.dataset.state === 'failed'").await?;
        says(page, ".verdict", "could not be started").await
    })
    .await;
}

#[tokio::test]
async fn without_the_page_there_are_words() {
    let builder = Site::dist_builder().expect("a release build");
    let site = builder.missing("app_bg.wasm").start().await.expect("a server");
    for (path, setup) in [("index.html", Setup::desktop()), ("embed.html", Setup::phone())] {
        check(&format!("faults-{path}"), setup, async |page| {
            page.expect_complaint("app_bg.wasm");
            page.expect_complaint("app.js");
            page.open(&site.url(path)).await?;
            page.wait_for("#duel", "e.dataset.state === 'failed'").await?;
            says(page, "#duel", "could not start").await
        })
        .await;
    }
}

#[tokio::test]
async fn a_lost_worker_is_replaced() {
    let site = Site::dist().await.expect("a release build");
    check("faults-lost", Setup::desktop(), async |page| {
        let source = "window.__workers = []; const Own = Worker;
            window.Worker = class extends Own { constructor(...args) { super(...args); window.__workers.push(this); } };";
        before_scripts(page, source).await?;
        page.open(&site.url("?mix=30")).await?;
        page.ready().await?;
        page.goes_on().await?;
        // As the browser tells of a worker that died.
        page.eval::<serde_json::Value>("window.__workers[0].dispatchEvent(new ErrorEvent('error'))", Vec::new()).await?;
        page.wait_until("window.__workers.length > 2").await?;
        page.goes_on().await?;
        page.drag_mix(Pointer::Mouse, 30.0, 60.0).await?;
        page.wait_for(".verdict", "e.textContent.startsWith('At 60')").await?;
        page.whole().await
    })
    .await;
}

#[tokio::test]
async fn who_saves_data_gets_as_few_workers_as_make_sense() {
    let site = Site::dist().await.expect("a release build");
    let count =
        "window.__n = 0; window.Worker = class extends Worker { constructor(...a) { super(...a); window.__n += 1; } };
        Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => 8 });";
    let saves = "Object.defineProperty(Navigator.prototype, 'connection', { get: () => ({ saveData: true }) });";
    let small = "Object.defineProperty(Navigator.prototype, 'deviceMemory', { get: () => 1 });";
    for (what, more) in [("", false), (saves, true), (small, true)] {
        check("faults-saving", Setup::phone(), async |page| {
            before_scripts(page, &format!("{count}{what}")).await?;
            page.open(&site.url("?view=compact")).await?;
            page.ready().await?;
            let n: u32 = page.value("window.__n").await?;
            ensure!(if more { n == 2 } else { n > 2 }, "expected two workers where something is to be saved, got {n}");
            Ok(())
        })
        .await;
    }
}
