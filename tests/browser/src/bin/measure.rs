//! Measures the built page in a real browser: redraw, slider to painted frame, events per second in the worker.
//!
//! Prints lines of a name and figures, for `cargo xtask bench`. Nothing here passes or fails.

use anyhow::Result;
use browser_tests::{Page, Setup, Site, check};

/// Times every animation frame with the work that it sets off, before the page begins.
const PROBE: &str = r"
    window.__frames = [];
    const request = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (callback) => request((now) => {
        const start = performance.now();
        callback(now);
        // What the callback queued as microtasks runs before this one.
        Promise.resolve().then(() => window.__frames.push(performance.now() - start));
    });
";

/// Moves the slider sixty times and notes how long each took to a frame that was shown.
const MOVES: &str = r"
    window.__moves = [];
    const slider = document.getElementById('mix');
    const move = (n) => {
        if (n === 60) { return; }
        const start = performance.now();
        slider.value = String(10 + n);
        slider.dispatchEvent(new InputEvent('input', { bubbles: true }));
        requestAnimationFrame(() => {
            const after = new MessageChannel();
            after.port1.onmessage = () => {
                window.__moves.push(performance.now() - start);
                setTimeout(() => move(n + 1), 37);
            };
            after.port2.postMessage(0);
        });
    };
    move(0);
    return true;
";

#[tokio::main]
async fn main() {
    let Ok(site) = Site::dist().await else {
        eprintln!("error: expected a release build in dist/, found none; run `cargo xtask dist` first");
        std::process::exit(1);
    };
    check("measure", Setup::desktop(), async |page| measure(page, &site).await).await;
}

async fn measure(page: &Page, site: &Site) -> Result<()> {
    page.cdp("Page.addScriptToEvaluateOnNewDocument", serde_json::json!({ "source": PROBE })).await?;
    page.open(&site.url("")).await?;
    page.wait_until("document.getElementById('duel')?.dataset.curve === 'whole'").await?;
    page.eval::<bool>("window.__frames = []; return true", vec![]).await?;
    page.wait_until("window.__frames.length >= 240").await?;
    report(page, "redraw-ms", "window.__frames").await?;
    page.eval::<bool>(MOVES, vec![]).await?;
    page.wait_until("window.__moves.length >= 60").await?;
    report(page, "input-to-frame-ms", "window.__moves").await?;
    events_per_second(page, site).await
}

async fn report(page: &Page, name: &str, list: &str) -> Result<()> {
    let mut times: Vec<f64> = page.value(list).await?;
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!("{name} {:.2} {:.2}", at(0.5), at(0.95));
    Ok(())
}

/// Both runtimes at a speed that no machine keeps up with, so that the worker is never idle but between frames.
async fn events_per_second(page: &Page, site: &Site) -> Result<()> {
    page.open(&site.url("?speed=100&clients=2000&cores=16")).await?;
    page.wait_until("document.getElementById('duel')?.dataset.curve === 'whole'").await?;
    let read = "return [performance.now(), Number(document.getElementById('duel').dataset.events)]";
    let (start, before): (f64, f64) = page.eval(read, vec![]).await?;
    page.wait_until(&format!("performance.now() > {start} + 4000")).await?;
    let (end, after): (f64, f64) = page.eval(read, vec![]).await?;
    println!("live-events-per-s {:.2}", (after - before) / (end - start) / 1e3);
    Ok(())
}
