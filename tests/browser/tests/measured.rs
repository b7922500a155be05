//! What was measured: dots on the curve, the model card, and a reader's own file.

use anyhow::{Result, ensure};
use browser_tests::{Page, Pointer, Setup, Site, check, check_everywhere};
use serde_json::{Value, json};

const MEASURED: &str = "?transport=none&io=timer&think=0&cpu-dist=constant&cores=2&alloc=0&payload=0";

/// A committed file, of a machine with another name.
fn file_of(machine: &str) -> Result<String> {
    let path = browser_tests::root()?.join("calibrate/measurements/epyc-2.json");
    let mut file: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    file["machine"]["name"] = machine.into();
    Ok(file.to_string())
}

/// Whether the archive was fetched, by any of its files.
async fn is_fetched(page: &Page) -> Result<bool> {
    page.value("performance.getEntriesByType('resource').some((one) => one.name.includes('measured'))").await
}

/// Opens the card and waits until it is there.
async fn open_card(page: &Page) -> Result<()> {
    page.eval::<Value>("document.querySelector('.card').open = true", Vec::new()).await?;
    page.wait_for(".card section", "true").await
}

/// Drops a file of this content on the first element that matches.
async fn drop_on(page: &Page, css: &str, content: &str) -> Result<()> {
    let script = "const target = document.querySelector(arguments[0]), data = new DataTransfer();
        data.items.add(new File([arguments[1]], 'mine.json', { type: 'application/json' }));
        for (const kind of ['dragenter', 'dragover', 'drop']) {
          const event = new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
          target.dispatchEvent(event);
          if (kind !== 'dragenter' && !event.defaultPrevented) throw new Error(`${kind} is left to the browser`);
        }";
    page.eval::<Value>(script, vec![css.into(), content.into()]).await.map(drop)
}

/// Chooses a file of this content in the card's field.
async fn choose(page: &Page, content: &str) -> Result<()> {
    let script = "const input = document.querySelector('.own input'), data = new DataTransfer();
        data.items.add(new File([arguments[0]], 'mine.json')); input.files = data.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));";
    page.eval::<Value>(script, vec![content.into()]).await.map(drop)
}

/// How many rows the table of what was measured has.
async fn n_rows(page: &Page) -> Result<usize> {
    page.count(".curve-table .stacked tbody tr").await
}

#[tokio::test]
async fn the_default_page_fetches_nothing_of_it() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("measured-not", async |page, _| {
        page.open(&site.url("")).await?;
        page.whole().await?;
        ensure!(!is_fetched(page).await?, "expected the archive to be left alone");
        ensure!(page.text(".curve .aside").await?.is_empty() && n_rows(page).await? == 0, "expected no dots");
        page.fill("#set-cores", "2").await?;
        page.whole().await?;
        ensure!(!is_fetched(page).await?, "expected the archive to be left alone");
        Ok(())
    })
    .await;
}

/// Moves the mouse down the plot at a mix until dots are told of; where.
async fn find_dot(page: &Page, mix: f64) -> Result<(f64, f64)> {
    let plot = page.rect(".curve .plot").await?;
    let (x, _) = page.place_of(mix).await?;
    for step in 1..60 {
        let y = plot.height * f64::from(step) / 60.0;
        page.hover(".curve .plot", ((x - plot.x) / plot.width, y / plot.height)).await?;
        page.frames_pass(2).await?;
        if page.count(".pointed:not([hidden])").await? > 0 {
            return Ok((x, plot.y + y));
        }
    }
    anyhow::bail!("expected a dot at {mix} %, found none")
}

#[tokio::test]
async fn dots_are_drawn_told_and_listed_where_they_were_measured() {
    let site = Site::dist().await.expect("a release build");
    check("measured-dots", Setup::desktop(), async |page| {
        page.open(&site.url(&format!("{MEASURED}&mix=30&paused=true"))).await?;
        page.whole().await?;
        page.wait_for(".curve .aside", "e.textContent.startsWith('dots: measured on ')").await?;
        page.wait_until("document.querySelectorAll('.curve-table .stacked tbody tr').length >= 8").await?;
        let row: Vec<String> = page
            .value("[...document.querySelectorAll('.curve-table .stacked tbody tr')].at(-1).innerText.split('\\t')")
            .await
            .unwrap_or_default();
        println!("the last row: {row:?}");
        page.eval::<Value>("document.querySelector('.curve-table').open = true", Vec::new()).await?;
        let headings: Vec<String> = page
            .value("[...document.querySelectorAll('.curve-table .stacked thead th')].map((e) => e.textContent)")
            .await?;
        ensure!(headings.len() == 8 && headings.contains(&"p99".to_owned()), "got {headings:?}");
        page.eval::<Value>("scrollTo(0, 0)", Vec::new()).await?;
        let (x, y) = find_dot(page, 10.0).await?;
        let told = page.text(".pointed").await?;
        ensure!(told.starts_with("Measured: ") && told.contains("10 % CPU"), "expected a dot's words, got {told}");
        page.screenshot("measured-hover").await?;
        // A drag that begins on a dot is a drag.
        let to = page.place_of(60.0).await?;
        page.drag(Pointer::Mouse, (x, y), to, 12).await?;
        page.wait_for("#mix", "Math.abs(e.valueAsNumber - 60) <= 0.5").await?;
        page.hover(".verdict", (0.1, 0.1)).await?;
        page.wait_for(".pointed", "e.hidden").await?;
        // Elsewhere there is nothing to be shown.
        page.fill("#set-clients", "63").await?;
        page.wait_for(".curve .aside", "e.textContent === ''").await?;
        page.fill("#set-clients", "64").await?;
        page.wait_for(".curve .aside", "e.textContent !== ''").await?;
        page.choose("#set-transport", "http").await?;
        page.wait_for(".curve .aside", "e.textContent === ''").await
    })
    .await;
}

#[tokio::test]
async fn a_finger_finds_a_dot() {
    let site = Site::dist().await.expect("a release build");
    check("measured-finger", Setup::phone(), async |page| {
        page.open(&site.url(&format!("{MEASURED}&paused=true"))).await?;
        page.whole().await?;
        page.wait_for(".curve .aside", "e.textContent !== ''").await?;
        let plot = page.rect(".curve .plot").await?;
        let (x, _) = page.place_of(50.0).await?;
        for step in 1..24 {
            let place = (x, plot.y + plot.height * (1.0 - f64::from(step) / 24.0));
            page.drag(Pointer::Touch, place, place, 0).await?;
            page.frames_pass(3).await?;
            if page.count(".pointed:not([hidden])").await? > 0 {
                page.screenshot("measured-finger").await?;
                return page.wait_for("#mix", "Math.abs(e.valueAsNumber - 50) <= 1").await;
            }
        }
        anyhow::bail!("expected a dot under the finger, found none")
    })
    .await;
}

#[tokio::test]
async fn the_card_says_what_was_checked_and_leads_to_dots() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("measured-card", async |page, pointer| {
        page.open(&site.url("?runtimes=node,go&theme=dark")).await?;
        page.ready().await?;
        page.wait_for(".card", "!e.open").await?;
        page.click(".card summary", pointer).await?;
        page.wait_for(".card section", "true").await?;
        let headings: Vec<String> =
            page.value("[...document.querySelectorAll('.card h2')].map((e) => e.textContent)").await?;
        for wanted in ["What was checked", "How close they are", "On which machines", "What the models leave out"] {
            ensure!(headings.iter().any(|one| one == wanted), "expected {wanted}, got {headings:?}");
        }
        let words: Vec<String> = page
            .value("[...document.querySelectorAll('.card section:last-child li')].map((e) => e.textContent)")
            .await?;
        ensure!(words.len() >= 10 && words.iter().all(|one| one.ends_with('.')), "expected sentences, got {words:?}");
        ensure!(page.count(".card .stacked tbody tr").await? >= 4, "expected errors by runtime");
        // It stays open, and the same, while numbers elsewhere change.
        page.eval::<Value>("window.kept = document.querySelector('.card h2')", Vec::new()).await?;
        page.goes_on().await?;
        page.frames_pass(40).await?;
        page.wait_for(".card", "e.open && window.kept === e.querySelector('h2')").await?;
        page.click(".card .links a", pointer).await?;
        page.wait_for(".curve .aside", "e.textContent.startsWith('dots: ')").await?;
        page.wait_until("location.search.includes('transport=none') && location.search.includes('theme=dark')").await?;
        page.wait_until("document.activeElement.id === 'mix'").await?;
        page.wait_for(".curve .plot", "e.getBoundingClientRect().bottom > 50").await?;
        page.open(&site.url("?view=compact")).await?;
        page.ready().await?;
        ensure!(page.count(".card").await? == 0, "expected the essence alone");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_readers_file_is_shown_until_it_is_removed() {
    let site = Site::dist().await.expect("a release build");
    check("measured-own", Setup::desktop(), async |page| {
        page.open(&site.url(&format!("{MEASURED}&mix=30&paused=true"))).await?;
        page.whole().await?;
        page.wait_for(".curve .aside", "e.textContent !== ''").await?;
        // What is below the figure follows what is said above it.
        page.wait_until("document.querySelector('.curve-table .stacked tbody tr')").await?;
        let n = n_rows(page).await?;
        open_card(page).await?;
        choose(page, &file_of("desk")?).await?;
        page.wait_for(".curve .aside", "e.textContent.endsWith('; rings: measured on desk')").await?;
        page.wait_until(&format!("document.querySelectorAll('.curve-table .stacked tbody tr').length > {n}")).await?;
        page.wait_for(".own p", "e.textContent.includes('measured on desk came with the file.')").await?;
        page.wait_for(".notes", "!e.hidden && e.textContent.includes('desk')").await?;
        // The last one counts, wherever it is dropped.
        drop_on(page, ".curve canvas", &file_of("lap")?).await?;
        page.wait_for(".curve .aside", "e.textContent.endsWith('; rings: measured on lap')").await?;
        drop_on(page, ".card", "{}").await?;
        page.wait_for(".own p", "e.textContent.startsWith('Not accepted: ')").await?;
        page.wait_for(".curve .aside", "e.textContent.includes('lap')").await?;
        page.eval::<Value>("document.querySelector('.curve').scrollIntoView()", Vec::new()).await?;
        page.screenshot("measured-own").await?;
        page.click(".own p button", Pointer::Mouse).await?;
        page.wait_for(".curve .aside", "!e.textContent.includes('rings')").await?;
        page.wait_for(".notes", "e.hidden").await?;
        page.wait_until(&format!("document.querySelectorAll('.curve-table .stacked tbody tr').length === {n}")).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_no_such_file_is_refused_in_words_and_the_page_goes_on() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("measured-refused", async |page, _| {
        page.open(&site.url("?mix=30")).await?;
        page.ready().await?;
        let address = page.url().await?;
        let good = file_of("desk")?;
        let deep = "[".repeat(500_000);
        for (content, why) in [
            ("", "got EOF"),
            ("\u{0}\u{1}PNG", "got expected value"),
            (deep.as_str(), "invalid type: sequence"),
            (&good.replacen("\"format\":1", "\"format\":9", 1), "format: expected 1, got 9"),
            (
                &good.replace("\"runtime\":\"go\"", "\"runtime\":\"<img src=x onerror=alert(1)>\""),
                "runtime: expected node",
            ),
            (&" ".repeat(2 << 20), "expected a file of at most 1 MB, got 2 MB"),
        ] {
            drop_on(page, ".live canvas", content).await?;
            page.wait_for(".notes", &format!("e.textContent.includes({})", json!(why))).await?;
            ensure!(page.count(".notes img").await? == 0, "expected words alone");
        }
        // All of them at once: nothing of it ends up elsewhere.
        let twenty = good.replace("\"desk\"", &json!("x".repeat(999)).to_string());
        drop_on(page, ".verdict", &twenty).await?;
        page.wait_for(".notes", "e.textContent.includes('came with the file')").await?;
        let is_wide: bool = page.value("document.documentElement.scrollWidth > innerWidth").await?;
        ensure!(!is_wide && page.url().await? == address, "expected the page as it was");
        page.goes_on().await?;
        page.drag_mix(Pointer::Mouse, 30.0, 70.0).await?;
        page.wait_for(".verdict", "e.textContent.startsWith('At 70') || e.textContent.startsWith('At 69.5')").await
    })
    .await;
}

#[tokio::test]
async fn a_crash_over_a_file_is_told_and_mended() {
    let site = Site::dist().await.expect("a release build");
    check("measured-crash", Setup::desktop(), async |page| {
        let source = "window.__workers = []; const Own = Worker;
            window.Worker = class extends Own { constructor(url, ...args) { super(url, ...args); this.url = `${url}`; window.__workers.push(this); } };";
        page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
        page.open(&site.url(MEASURED)).await?;
        page.ready().await?;
        page.wait_for(".curve .aside", "e.textContent !== ''").await?;
        let crash = "const all = window.__workers.filter((one) => one.url.includes('measured'));
            all.at(-1).postMessage = () => all.at(-1).dispatchEvent(new ErrorEvent('error'));";
        page.eval::<Value>(crash, Vec::new()).await?;
        drop_on(page, ".curve canvas", &file_of("desk")?).await?;
        page.wait_for(".notes", "e.textContent.includes('could not be read')").await?;
        page.wait_for(".curve .aside", "e.textContent.startsWith('dots: ')").await?;
        drop_on(page, ".curve canvas", &file_of("desk")?).await?;
        page.wait_for(".curve .aside", "e.textContent.endsWith('measured on desk')").await?;
        page.goes_on().await
    })
    .await;
}

#[tokio::test]
async fn without_the_archive_the_page_is_as_before() {
    let builder = Site::dist_builder().expect("a release build");
    let site = builder.missing("measured_bg.wasm").start().await.expect("a server");
    check("measured-missing", Setup::desktop(), async |page| {
        page.expect_complaint("measured");
        page.open(&site.url(MEASURED)).await?;
        page.whole().await?;
        page.eval::<Value>("document.querySelector('.card').open = true", Vec::new()).await?;
        page.wait_for(".card", "e.textContent.includes('could not be loaded')").await?;
        drop_on(page, ".curve canvas", "{}").await?;
        page.wait_for(".notes", "e.textContent.includes('could not be read')").await?;
        ensure!(page.text(".curve .aside").await?.is_empty(), "expected no dots");
        page.goes_on().await
    })
    .await;
}

#[tokio::test]
async fn without_workers_there_are_dots_too() {
    let site = Site::dist().await.expect("a release build");
    check("measured-page", Setup::desktop(), async |page| {
        page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": "delete window.Worker;" })).await?;
        page.open(&site.url(MEASURED)).await?;
        page.ready().await?;
        page.wait_for(".curve .aside", "e.textContent.startsWith('dots: ')").await?;
        drop_on(page, ".curve canvas", &file_of("desk")?).await?;
        page.wait_for(".curve .aside", "e.textContent.endsWith('measured on desk')").await
    })
    .await;
}

#[tokio::test]
async fn an_embed_in_a_sandbox_has_dots_and_takes_files() {
    let site = Site::dist().await.expect("a release build");
    let html = format!(
        "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><link rel=icon href='data:,'>
        <title>article</title><body style='margin:0'><iframe width=100% height=560 sandbox='allow-scripts' src='{}'></iframe>",
        site.url(&format!("embed.html{MEASURED}"))
    );
    let host = Site::host(&[("article.html", &html)]).await.expect("a server");
    check_everywhere("measured-embed", async |page, pointer| {
        page.open(&host.url("article.html")).await?;
        page.enter_frame("iframe").await?;
        page.whole().await?;
        page.wait_for(".curve .aside", "e.textContent.startsWith('dots: measured on ')").await?;
        page.screenshot(&format!("measured-embed-{pointer:?}").to_lowercase()).await?;
        let size: ((f64, f64), (f64, f64)) = page
            .value("[[document.documentElement.scrollWidth, document.documentElement.scrollHeight], [innerWidth, innerHeight]]")
            .await?;
        ensure!(size.0.0 <= size.1.0 && size.0.1 <= size.1.1, "expected all of it within its frame, got {size:?}");
        drop_on(page, ".curve canvas", &file_of("desk")?).await?;
        page.wait_for(".curve .aside", "e.textContent.endsWith('rings: measured on desk')").await?;
        page.wait_for(".notes button", "e.textContent === 'Remove'").await?;
        page.click(".notes button", pointer).await?;
        page.wait_for(".curve .aside", "!e.textContent.includes('desk')").await
    })
    .await;
}

/// Pictures for whoever wants to look.
#[tokio::test]
async fn pictures() {
    let site = Site::dist().await.expect("a release build");
    for (theme, setup) in [("light", Setup::desktop()), ("dark", Setup::desktop().dark())] {
        check(&format!("measured-pictures-{theme}"), setup, async |page| {
            for (name, path) in [
                ("page", format!("{MEASURED}&mix=30&paused=true")),
                ("four", format!("{MEASURED}&mix=30&paused=true&runtimes=node,node-workers,node-cluster,go")),
                ("projector", format!("{MEASURED}&mix=30&paused=true&theme=projector")),
            ] {
                page.open(&site.url(&path)).await?;
                page.whole().await?;
                open_card(page).await?;
                page.eval::<Value>("document.querySelector('.curve-table').open = true", Vec::new()).await?;
                drop_on(page, ".card", &file_of("desk")?).await?;
                page.wait_for(".curve .aside", "e.textContent.includes('desk')").await?;
                let widths: &[u32] = if name == "projector" { &[1920] } else { &[390, 720] };
                for &width in widths {
                    for height in [800, 0] {
                        let height: u32 = match height {
                            0 => page.value("document.documentElement.scrollHeight").await?,
                            height => height,
                        };
                        let metrics =
                            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
                        page.cdp("Emulation.setDeviceMetricsOverride", metrics).await?;
                        page.wait_until(&format!("innerWidth === {width} && innerHeight === {height}")).await?;
                        page.frames_pass(5).await?;
                    }
                    let is_wide: bool = page.value("document.documentElement.scrollWidth > innerWidth").await?;
                    ensure!(!is_wide, "expected {name} within {width} px");
                    page.screenshot(&format!("measured-{name}-{width}-{theme}")).await?;
                }
            }
            Ok(())
        })
        .await;
    }
}
