//! A good guest where little is allowed: no script, paper, a file on a disk, a strict policy, going back.

use anyhow::{Context as _, Result, ensure};
use browser_tests::{Page, Pointer, Setup, Site, check, root, sheet};
use serde_json::{Value, json};

/// The article around this frame.
async fn article(body: &str) -> Site {
    let html = format!(
        "<!doctype html><meta charset=utf-8><link rel=icon href='data:,'><title>article</title><body style='margin:0'>{body}"
    );
    Site::host(&[("article.html", &html)]).await.expect("a server")
}

#[tokio::test]
async fn without_scripts_there_is_a_picture_a_table_and_a_link() {
    let site = Site::dist().await.expect("a release build");
    // No `allow-scripts`: nothing of ours may run.
    let frame =
        format!("<iframe sandbox='allow-same-origin' width=700 height=760 src='{}'></iframe>", site.url("embed.html"));
    // The same site, so that the test may look in: the host is the release itself with one more page.
    let host = Site::dist_builder()
        .expect("a release build")
        .without_headers()
        .page(
            "article.html",
            &format!(
                "<!doctype html><title>article</title><link rel=icon href='data:,'>{}",
                frame.replace(&site.url(""), "")
            ),
        )
        .start()
        .await
        .expect("a server");
    check("guest-noscript", Setup::desktop(), async |page| {
        page.expect_complaint("Blocked script execution");
        page.open(&host.url("article.html")).await?;
        let inner = "document.querySelector('iframe').contentDocument";
        page.wait_until(&format!("{inner}.querySelector('img')?.naturalWidth === 1200")).await?;
        let (words, rows, link): (String, usize, String) = page
            .value(&format!("[{inner}.querySelector('p').innerText, {inner}.querySelectorAll('tr').length, {inner}.querySelector('a').href]"))
            .await?;
        ensure!(words.starts_with("At 20 % CPU") && rows == 6 && link.ends_with("/index.html"), "got {words}, {rows}, {link}");
        page.screenshot("guest-noscript").await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn on_paper_it_is_dark_on_white_and_only_what_was_found() {
    let site = Site::dist().await.expect("a release build");
    check("guest-paper", Setup::desktop().dark(), async |page| {
        page.open(&site.url("index.html?mix=30")).await?;
        page.whole().await?;
        let ink = "getComputedStyle(document.querySelector('.verdict')).color";
        let on_screen: String = page.value(ink).await?;
        page.cdp("Emulation.setEmulatedMedia", json!({ "media": "print", "features": [{ "name": "prefers-color-scheme", "value": "dark" }] })).await?;
        let on_paper: String = page.value(ink).await?;
        ensure!(on_screen == "rgb(236, 236, 234)" && on_paper == "rgb(27, 27, 27)", "got {on_screen}, then {on_paper}");
        let shown: (bool, bool, bool) = page
            .value("['.transport', '.slider', '.curve canvas'].map((css) => document.querySelector(css).checkVisibility())")
            .await?;
        ensure!(shown == (false, false, true), "expected the curve without its controls, got {shown:?}");
        page.screenshot("guest-paper").await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn going_back_finds_it_as_it_was() {
    let site = Site::dist().await.expect("a release build");
    let frame = format!("<iframe width=700 height=560 src='{}'></iframe>", site.url_by_name("embed.html?mix=30"));
    let head = "<!doctype html><meta charset=utf-8><link rel=icon href='data:,'><title>article</title>";
    let pages = [("article.html", format!("{head}{frame}")), ("other.html", head.to_owned())];
    let host = Site::host(&pages.each_ref().map(|(path, html)| (*path, html.as_str()))).await.expect("a server");
    check("guest-back", Setup::desktop(), async |page| {
        page.open(&host.url("article.html")).await?;
        page.enter_frame("iframe").await?;
        page.ready().await?;
        page.leave_frames().await?;
        page.eval::<Value>("addEventListener('pageshow', (e) => { window.was = e.persisted; })", Vec::new()).await?;
        page.open(&host.url("other.html")).await?;
        page.back().await?;
        // Where the browser kept the page, it goes on; where it did not, it says what was in the way: none of it is ours.
        let script = "const entry = performance.getEntriesByType('navigation')[0];
            const all = (r) => (r ? [...(r.reasons ?? []).map((one) => one.reason), ...(r.children ?? []).flatMap(all)] : []);
            return window.was ? [] : all(entry.notRestoredReasons);";
        let reasons: Vec<String> = page.eval(script, Vec::new()).await?;
        let ours = ["unload-listener", "websocket", "unload-handler", "lock", "webrtc", "masked"];
        ensure!(!reasons.iter().any(|one| ours.contains(&one.as_str())), "expected nothing in the way, got {reasons:?}");
        page.enter_frame("iframe").await?;
        page.ready().await?;
        page.goes_on().await
    })
    .await;
}

#[tokio::test]
async fn nothing_but_its_own_files_becomes_script() {
    let site = Site::dist().await.expect("a release build");
    check("guest-types", Setup::desktop(), async |page| {
        page.expect_complaint("Trusted");
        page.expect_complaint("require-trusted-types-for");
        page.open(&site.url("index.html")).await?;
        // What is below the figure is loaded as a script, and the workers are.
        page.ready().await?;
        let script = "const tries = { inner: () => { document.createElement('p').innerHTML = '<b>x</b>'; },
              script: () => { document.createElement('script').src = 'https://example.org/x.js'; },
              worker: () => new Worker('https://example.org/x.js'), policy: () => trustedTypes.createPolicy('other', {}) };
            return Object.entries(tries).filter(([, go]) => { try { go(); return true; } catch { return false; } }).map(([name]) => name);";
        let allowed: Vec<String> = page.eval(script, Vec::new()).await?;
        ensure!(allowed.is_empty(), "expected all of it to be refused, these were not: {allowed:?}");
        page.eval::<Value>("window.__violations = []", Vec::new()).await.map(drop)
    })
    .await;
}

/// Opens the one file from the disk.
async fn open_file(page: &Page, query: &str) -> Result<()> {
    let path = root()?.join("dist/runtime-duel.html");
    ensure!(path.is_file(), "expected {}", path.display());
    page.open(&format!("file://{}{query}", path.display())).await
}

#[tokio::test]
async fn the_one_file_runs_from_a_disk_and_asks_for_nothing() {
    check("guest-file", Setup::desktop(), async |page| {
        open_file(page, "?mix=30").await?;
        page.ready().await?;
        page.whole().await?;
        ensure!(page.attr("#duel", "data-thread").await?.as_deref() == Some("worker"), "expected workers");
        page.follows_a_drag(Pointer::Mouse).await?;
        // Runtimes that the first workers do not know, and the measurements, are in it as well.
        open_file(page, "?mix=30&runtimes=node,go,tokio").await?;
        page.ready().await?;
        page.wait_for("td[data-runtime=tokio]", "e.textContent").await?;
        page.wait_for("#annex", "e.querySelectorAll('details').length > 2").await?;
        let asked: Vec<String> = page
            .value("performance.getEntriesByType('resource').map((one) => one.name).filter((name) => !/^(data|blob):/.test(name))")
            .await?;
        ensure!(asked.is_empty(), "expected no request, got {asked:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_one_file_in_a_frame_is_the_figure_for_an_article() {
    // Beside the article, as the document tells.
    let html = format!(
        "<!doctype html><link rel=icon href='data:,'><title>article</title>{}",
        sheet("One file", "").expect("the line")
    );
    let host = Site::folder_builder(&root().expect("the checkout").join("dist")).page("article.html", &html);
    let host = host.start().await.expect("a server");
    check("guest-file-frame", Setup::desktop(), async |page| {
        page.open(&host.url("article.html")).await?;
        page.eval::<Value>("window.said = []; addEventListener('message', (e) => said.push(e.data))", Vec::new())
            .await?;
        page.enter_frame("iframe").await?;
        page.ready().await?;
        ensure!(page.attr(".duel", "data-view").await?.as_deref() == Some("compact"), "expected the essence");
        page.follows_a_drag(Pointer::Mouse).await?;
        page.leave_frames().await?;
        page.wait_until("said.some((one) => one?.type === 'change' || one?.type === 'input')").await
    })
    .await;
}

#[tokio::test]
async fn a_version_has_an_address_of_its_own() {
    let dist = root().expect("the checkout").join("dist");
    let held = std::fs::read_to_string(dist.join("integrity.json")).expect("what each file has to be");
    let held: serde_json::Map<String, Value> = serde_json::from_str(&held).expect("JSON");
    let site = Site::dist().await.expect("a release build");
    let element = held.keys().find(|name| name.ends_with("/embed.js")).expect("the element");
    let script = format!(
        "<script type=module src='{}' integrity='{}' crossorigin=anonymous></script><runtime-duel mix=30></runtime-duel>",
        site.url_by_name(element),
        held[element].as_str().unwrap_or_default()
    );
    let host = article(&script).await;
    let folder = element.trim_end_matches("embed.js").to_owned();
    check("guest-version", Setup::desktop(), async |page| {
        page.open(&host.url("article.html")).await?;
        page.wait_for("runtime-duel", "e.result?.()?.sentence?.startsWith('At 30 % CPU')").await?;
        let src: String =
            page.value("document.querySelector('runtime-duel').shadowRoot.querySelector('iframe').src").await?;
        ensure!(src.contains(&format!("/{folder}embed.html?")), "expected the page of the same version, got {src}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_is_compressed_and_says_how_long_it_lasts() {
    let site = Site::dist().await.expect("a release build");
    check("guest-headers", Setup::desktop(), async |page| {
        page.open(&site.url("index.html")).await?;
        page.ready().await?;
        let script = "const done = arguments[0]; (async () => {
            const wasm = performance.getEntriesByType('resource').find((one) => one.name.endsWith('app_bg.wasm'));
            const answer = await fetch(wasm.name), entry = await fetch('embed.js');
            done([answer.headers.get('content-encoding'), answer.headers.get('content-type'), answer.headers.get('cache-control'), entry.headers.get('cache-control')]);
          })();";
        let said = page.client().execute_async(script, Vec::new()).await?;
        let said: Vec<Option<String>> = serde_json::from_value(said)?;
        let said: Vec<&str> = said.iter().map(|one| one.as_deref().unwrap_or_default()).collect();
        ensure!(said[0] == "br" && said[1] == "application/wasm", "got {said:?}");
        ensure!(said[2].contains("immutable") && said[3].contains("max-age=300"), "got {said:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn everything_to_share_works_when_it_is_pasted() {
    let site = Site::dist().await.expect("a release build");
    check("guest-share", Setup::desktop(), async |page| {
        page.open(&site.url("index.html?mix=45&cores=8")).await?;
        page.ready().await?;
        page.eval::<Value>("document.querySelector('.share').open = true", Vec::new()).await?;
        let text = async |which: &str| -> Result<String> {
            page.wait_for(&format!("#share-{which}"), "e.value").await?;
            page.value(&format!("document.querySelector('#share-{which}').value")).await
        };
        let (link, frame, element) = (text("link").await?, text("frame").await?, text("element").await?);
        // The sentence follows what is computed.
        page.wait_for("#share-markdown", "e.value.includes('At 45 % CPU, 8 cores')").await?;
        let (markdown, bundle) = (text("markdown").await?, text("bundle").await?);
        for (what, said) in [("link", &link), ("frame", &frame), ("element", &element), ("bundle", &bundle)] {
            ensure!(said.contains("mix=") && said.contains("cores") && said.contains("model="), "{what} is not pinned: {said}");
        }
        ensure!(markdown.starts_with("[![At 45 % CPU, 8 cores") && markdown.ends_with(&format!("]({link})")), "got {markdown}");
        // The preview is the frame that is copied.
        page.eval::<Value>("document.querySelector('.preview').click()", Vec::new()).await?;
        page.rect(".share iframe").await?;
        page.enter_frame(".share iframe").await?;
        page.ready().await?;
        ensure!(page.verdict().await?.starts_with("At 45 % CPU, 8 cores"), "expected the preview to be of what is set");
        page.leave_frames().await?;
        // Copied, or selected where the clipboard is refused.
        page.eval::<Value>("document.querySelector('#share-frame').closest('.share-text').querySelector('button').click()", Vec::new()).await?;
        page.wait_for("#share-frame", "e.closest('.share-text').querySelector('[role=status]').textContent").await?;
        let host = article(&format!("{frame}{element}")).await;
        page.open(&host.url("article.html")).await?;
        page.wait_for("runtime-duel", "e.result?.()?.sentence?.startsWith('At 45 % CPU, 8 cores')").await?;
        page.enter_frame("body > iframe").await?;
        page.ready().await?;
        ensure!(page.verdict().await?.starts_with("At 45 % CPU, 8 cores"), "expected what was shared");
        page.leave_frames().await?;
        page.open(&link).await?;
        page.ready().await?;
        ensure!(page.mix().await? == 45.0, "expected the link to lead there");
        // Without a clipboard the text is selected.
        page.eval::<Value>("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true }); document.querySelector('.share').open = true", Vec::new()).await?;
        page.eval::<Value>("document.querySelector('#share-link').closest('.share-text').querySelector('button').click()", Vec::new()).await?;
        page.wait_for("#share-link", "e.closest('.share-text').querySelector('[role=status]').textContent.includes('by hand')").await?;
        let selected: bool = page.value("(() => { const e = document.querySelector('#share-link'); return e.selectionEnd - e.selectionStart === e.value.length; })()").await?;
        ensure!(selected, "expected the link to be selected");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_card_has_the_size_that_it_is_said_to_have() {
    let png = std::fs::read(root().expect("the checkout").join("dist/card.png")).expect("the card");
    let size = |at: usize| png.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes).context("a PNG");
    assert_eq!((size(16).expect("width"), size(20).expect("height")), (1200, 630));
}
