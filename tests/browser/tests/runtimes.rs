//! Three and four runtimes side by side, blocking calls, batches.

use anyhow::{Result, ensure};
use browser_tests::{Page, Setup, Site, check, check_everywhere};

const ALL: [&str; 4] = ["node", "node-workers", "node-cluster", "go"];
const FOUR: &str = "runtimes=node,node-workers,node-cluster,go";

/// How many pixels of each runtime's colour the canvases of a figure hold, and how many of any in their last column,
/// where a name that is cut off would end.
async fn pixels(page: &Page, figure: &str) -> Result<(Vec<u32>, u32)> {
    let script = "const style = getComputedStyle(document.querySelector('.duel'));
        const colors = arguments[1].map((key) => style.getPropertyValue(`--${key}`).trim())
          .map((hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)));
        const counts = colors.map(() => 0); let cut = 0;
        for (const e of document.querySelectorAll(`${arguments[0]} canvas`)) {
          const data = e.getContext('2d').getImageData(0, 0, e.width, e.height).data;
          for (let i = 0; i < data.length; i += 4) {
            if (data[i + 3] > 100 && (i / 4) % e.width === e.width - 1) cut += 1;
            if (data[i + 3] < 250) continue;
            colors.forEach((c, k) => { if (c.every((x, j) => Math.abs(x - data[i + j]) < 4)) counts[k] += 1; });
          }
        }
        return [counts, cut];";
    page.eval(script, vec![figure.into(), ALL.to_vec().into()]).await
}

#[tokio::test]
async fn four_runtimes_are_shown_everywhere() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("runtimes-four", async |page, _| {
        page.open(&site.url(&format!("?mix=30&{FOUR}"))).await?;
        page.whole().await?;
        ensure!(page.attr("#duel", "data-stream").await?.as_deref() == Some("same"), "expected the same requests");
        // What is below the figure follows.
        page.wait_until("document.querySelectorAll('.numbers tbody tr').length === 4").await?;
        page.wait_until("document.querySelectorAll('.boxes input:checked').length === 4").await?;
        let node = page.number("node", "throughput").await?;
        for runtime in &ALL[1..] {
            let other = page.number(runtime, "throughput").await?;
            ensure!(other > 1.5 * node, "expected {runtime} to use its cores, got {other} against {node}");
        }
        let verdict = page.verdict().await?;
        ensure!(verdict.contains("as the event loop"), "expected best against worst, got {verdict}");
        page.goes_on().await?;
        page.frames_pass(30).await?;
        for figure in [".curve", ".live"] {
            let (counts, cut) = pixels(page, figure).await?;
            ensure!(counts.iter().all(|n| *n > 20), "expected four colours in {figure}, got {counts:?}");
            ensure!(cut == 0, "expected no name of {figure} to be cut off, got {cut} pixels at its edge");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn settings_are_there_when_they_change_something() {
    let site = Site::dist().await.expect("a release build");
    check("runtimes-settings", Setup::desktop(), async |page| {
        let all = ["tasks", "clients", "think", "rate", "pool-size", "workers", "payload", "gomaxprocs", "alloc"];
        for (query, shown) in [
            ("", vec!["clients", "think", "gomaxprocs", "alloc"]),
            ("?load=batch&runtimes=node&gc=off", vec!["tasks"]),
            ("?runtimes=node-cluster,go&load=open", vec!["rate", "workers", "gomaxprocs", "alloc"]),
            ("?runtimes=node-workers&io=file", vec!["clients", "think", "pool-size", "workers", "payload", "alloc"]),
            ("?runtimes=go&io=file", vec!["clients", "think", "gomaxprocs", "alloc"]),
        ] {
            page.open(&site.url(query)).await?;
            page.ready().await?;
            for key in all {
                let n = page.count(&format!("#set-{key}")).await?;
                ensure!(n == usize::from(shown.contains(&key)), "{query}: expected {shown:?}, got {n} of {key}");
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn blocking_calls_wait_for_the_pool() {
    let site = Site::dist().await.expect("a release build");
    check("runtimes-file", Setup::desktop(), async |page| {
        page.open(&site.url("?io=file&mix=5")).await?;
        page.whole().await?;
        let (node, go) = (page.number("node", "throughput").await?, page.number("go", "throughput").await?);
        ensure!(go > 1.6 * node, "expected four threads to hold Node.js up, got {go} and {node}");
        let verdict = page.verdict().await?;
        ensure!(verdict.contains("4 pool threads are all in blocking calls"), "got {verdict}");
        page.fill("#set-pool-size", "64").await?;
        page.wait_until("location.search === '?mix=5&io=file&pool-size=64'").await?;
        page.wait_for(".verdict", "e.textContent.includes('tie at')").await
    })
    .await;
}

#[tokio::test]
async fn a_batch_is_told_by_its_time() {
    let site = Site::dist().await.expect("a release build");
    check("runtimes-batch", Setup::desktop(), async |page| {
        page.open(&site.url("?load=batch&tasks=2000&mix=30&speed=5")).await?;
        page.ready().await?;
        page.wait_for(".verdict", "e.textContent.startsWith('At 30 % CPU and 4 cores, goroutines finish 2000 tasks')")
            .await?;
        let verdict = page.verdict().await?;
        ensure!(
            verdict.contains("times as fast: ") && verdict.contains("one core"),
            "expected the time of a batch, got {verdict}"
        );
        ensure!(page.text(".curve figcaption").await?.starts_with("Tasks per second"), "expected a batch's words");
        // The live run begins with the tasks and ends with the last of them.
        page.wait_for(".live .aside", "e.textContent.includes('all tasks are done')").await?;
        page.choose("#set-load", "closed").await?;
        page.wait_for(".verdict", "e.textContent.includes('64 clients')").await?;
        page.goes_on().await
    })
    .await;
}
