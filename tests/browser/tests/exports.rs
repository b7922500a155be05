//! Files to take away: each carries its address and the version of the models.

use anyhow::{Context as _, Result, ensure};
use browser_tests::{Page, Setup, Site, check};
use serde_json::Value;

/// Keeps what is offered for saving instead of saving it.
const KEEP: &str = "window.__kept = []; const make = URL.createObjectURL.bind(URL);
URL.createObjectURL = (blob) => { window.__kept.push(blob); return make(blob); };
HTMLAnchorElement.prototype.click = function () { window.__name = this.download; window.__href = this.href; };
return true;";

/// Presses the button that says `words`, and gives the file's name and type and its content as text.
async fn saved(page: &Page, words: &str) -> Result<(String, String, String)> {
    let script = "window.__kept = []; window.__name = null;
        const one = [...document.querySelectorAll('.save button')].find((e) => e.textContent === arguments[0]);
        one.click(); return !one.disabled;";
    let is_on: bool = page.eval(script, vec![words.into()]).await?;
    ensure!(is_on, "expected the button {words}");
    page.wait_until("window.__name").await?;
    let read = "const done = arguments[0], blob = window.__kept.at(-1);
        if (blob) blob.text().then((text) => done([window.__name, blob.type, text]));
        else done([window.__name, window.__href.slice(5, window.__href.indexOf(';')), window.__href]);";
    Ok(serde_json::from_value(page.client().execute_async(read, Vec::new()).await?)?)
}

#[tokio::test]
async fn files_say_where_they_come_from() {
    let site = Site::dist().await.expect("a release build");
    check("exports", Setup::desktop(), async |page| {
        page.open(&site.url("?mix=30&cores=8&paused=true")).await?;
        page.whole().await?;
        let open =
            "for (const css of ['share', 'lanes']) document.querySelector(`details.${css}`).open = true; return true;";
        page.eval::<bool>(open, Vec::new()).await?;
        page.eval::<bool>(KEEP, Vec::new()).await?;
        page.whole().await?;
        page.wait_until("document.querySelector('.lanes figure')").await?;
        for (words, name, kind) in [
            ("SVG", "runtime-duel.svg", "image/svg+xml"),
            ("CSV", "runtime-duel.csv", "text/csv"),
            ("JSON", "runtime-duel.json", "application/json"),
            ("Trace", "runtime-duel-trace.json", "application/json"),
        ] {
            let (as_name, as_kind, text) = saved(page, words).await?;
            ensure!((as_name.as_str(), as_kind.as_str()) == (name, kind), "{words}: got {as_name} of {as_kind}");
            for wanted in ["mix=30", "cores=8", "model"] {
                ensure!(
                    text.contains(wanted),
                    "{words}: expected {wanted} in {}",
                    text.chars().take(600).collect::<String>()
                );
            }
            if kind == "application/json" {
                serde_json::from_str::<Value>(&text).with_context(|| format!("{words}: expected an object"))?;
            }
        }
        let (name, kind, content) = saved(page, "PNG").await?;
        ensure!(name == "runtime-duel.png" && kind == "image/png" && content.len() > 10_000, "got {name} of {kind}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_change_is_taken_back_and_made_again() {
    let site = Site::dist().await.expect("a release build");
    check("exports-undo", Setup::desktop(), async |page| {
        page.open(&site.url("?mix=30&paused=true")).await?;
        page.ready().await?;
        let press = async |css: &str| {
            page.wait_for(css, "!e.disabled").await?;
            page.eval::<bool>("document.querySelector(arguments[0]).click(); return true;", vec![css.into()]).await
        };
        page.fill("#set-cores", "8").await?;
        page.wait_until("location.search.includes('cores=8')").await?;
        page.fill("#set-demand", "40").await?;
        page.wait_until("location.search.includes('demand=40')").await?;
        press("button.undo").await?;
        page.wait_until("location.search === '?mix=30&cores=8&paused=true'").await?;
        press("button.undo").await?;
        page.wait_until("location.search === '?mix=30&paused=true'").await?;
        page.wait_for("button.undo", "e.disabled").await?;
        press("button.redo").await?;
        page.wait_until("location.search === '?mix=30&cores=8&paused=true'").await?;
        page.wait_for("#set-cores", "e.value === '8'").await
    })
    .await;
}
