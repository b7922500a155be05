//! The custom element in an article: it keeps its room, starts when it is wanted, and survives what pages do to elements.

use anyhow::{Result, ensure};
use browser_tests::{Page, Setup, Site, check, check_everywhere};
use serde_json::{Value, json};

const HEAD: &str =
    "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><link rel=icon href='data:,'>
    <title>article</title><body style='margin:0'>";
/// Notes what the elements say, and every layout shift, from before they are there.
const NOTES: &str = "<script>
    window.said = []; window.shift = 0;
    for (const type of ['ready', 'input', 'change', 'error'])
      addEventListener(type, (e) => e.target.localName === 'runtime-duel' && said.push({ type, id: e.target.id, detail: e.detail }));
    new PerformanceObserver((list) => { for (const e of list.getEntries()) shift += e.value; }).observe({ type: 'layout-shift', buffered: true });
    </script>";

/// An article with this markup and the element's script, on another site than the release.
async fn article(site: &Site, body: &str) -> Site {
    let script = format!("<script type=module src='{}'></script>", site.url_by_name("embed.js"));
    let html = format!("{HEAD}{NOTES}{script}{body}");
    Site::host(&[("article.html", &html)]).await.expect("a server")
}

/// Waits until an element is ready, and gives its frame a name for the driver.
async fn ready(page: &Page, id: &str) -> Result<()> {
    page.wait_until(&format!("said.some((one) => one.type === 'ready' && one.id === '{id}')")).await
}

/// Calls a function with the element as `e`.
async fn with(page: &Page, id: &str, script: &str) -> Result<Value> {
    page.eval(&format!("const e = document.getElementById('{id}'); {script}"), Vec::new()).await
}

#[tokio::test]
async fn it_keeps_its_room_and_nothing_moves() {
    let site = Site::dist().await.expect("a release build");
    let poster = site.url_by_name("poster.svg");
    let body = format!(
        "<p>before</p><runtime-duel id=a mix=30 style='display:block;min-height:560px'><a href='#'><img src='{poster}' width=1200 height=675 alt=poster></a></runtime-duel><p id=after>after</p>"
    );
    let host = article(&site, &body).await;
    check_everywhere("element-still", async |page, _| {
        page.open(&host.url("article.html")).await?;
        page.wait_for("#a", "e.shadowRoot").await?;
        let before: f64 = page.value("document.querySelector('#after').getBoundingClientRect().top + scrollY").await?;
        ready(page, "a").await?;
        page.frames_pass(30).await?;
        let after: f64 = page.value("document.querySelector('#after').getBoundingClientRect().top + scrollY").await?;
        ensure!((before - after).abs() < 0.5, "expected what follows to stay at {before}, it is at {after}");
        let shift: f64 = page.value("shift").await?;
        ensure!(shift == 0.0, "expected no layout shift, got {shift}");
        // What stood there is neither seen nor found by the keyboard any more.
        let is_shown: bool =
            page.value("document.querySelector('#a a').checkVisibility({ visibilityProperty: true })").await?;
        ensure!(!is_shown, "expected the poster to be gone");
        let has_focus: bool = page.value("document.activeElement === document.body && scrollY === 0").await?;
        ensure!(has_focus, "expected the focus and the article where they were");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn attributes_properties_methods_and_events_are_the_figures() {
    let site = Site::dist().await.expect("a release build");
    let host = article(&site, "<runtime-duel id=a mix=30 cores=2 paused title='My figure'></runtime-duel>").await;
    check("element-api", Setup::desktop(), async |page| {
        page.open(&host.url("article.html")).await?;
        ready(page, "a").await?;
        let src = with(page, "a", "return e.shadowRoot.querySelector('iframe').src").await?;
        let src = src.as_str().unwrap_or_default();
        ensure!(src.contains("mix=30") && src.contains("cores=2") && src.contains("paused=true"), "got {src}");
        let title = with(page, "a", "return e.shadowRoot.querySelector('iframe').title").await?;
        ensure!(title == "My figure", "got {title}");
        let result = with(page, "a", "return e.result()").await?;
        ensure!(
            result["mix"] == 30.0 && result["runtimes"].as_array().is_some_and(|all| all.len() == 2),
            "got {result}"
        );
        ensure!(
            result["sentence"].as_str().is_some_and(|words| words.starts_with("At 30 % CPU, 2 cores")),
            "got {result}"
        );
        // A property, an attribute, several at once, and one that is taken away.
        for (script, sentence) in [
            ("e.mix = 70", "At 70 % CPU, 2 cores"),
            ("e.setAttribute('cores', 8)", "At 70 % CPU, 8 cores"),
            ("e.set({ mix: 10, cores: 4 })", "At 10 % CPU, 4 cores"),
            ("e.removeAttribute('mix')", "At 20 % CPU, 4 cores"),
        ] {
            with(page, "a", script).await?;
            page.wait_for("#a", &format!("e.result()?.sentence?.startsWith('{sentence}')")).await?;
        }
        let has_changed: bool =
            page.value("said.some((one) => one.type === 'change' && one.detail.mix === 70)").await?;
        ensure!(has_changed, "expected `change` with its result");
        // What is not plain, not a key, or out of range does no harm.
        with(page, "a", "e.set({ mix: () => 1, cores: NaN, nonsense: 1, __proto__: null, clients: 999999 })").await?;
        page.wait_for("#a", "e.result()?.query.includes('clients=100000')").await?;
        with(page, "a", "e.reset()").await?;
        page.wait_for("#a", "e.result()?.sentence?.startsWith('At 30 % CPU, 2 cores')").await?;
        with(page, "a", "e.play()").await?;
        page.wait_for("#a", "e.result()?.query.includes('paused=false') || !e.result()?.query.includes('paused')")
            .await?;
        with(page, "a", "e.pause()").await?;
        page.wait_for("#a", "e.result()?.query.includes('paused=true')").await
    })
    .await;
}

#[tokio::test]
async fn it_goes_on_where_it_stood_when_it_is_moved_or_put_back() {
    let site = Site::dist().await.expect("a release build");
    let host = article(&site, "<div id=one><runtime-duel id=a mix=30></runtime-duel></div><div id=two></div>").await;
    check("element-moved", Setup::desktop(), async |page| {
        page.open(&host.url("article.html")).await?;
        ready(page, "a").await?;
        with(page, "a", "e.set({ mix: 55 })").await?;
        page.wait_for("#a", "e.result()?.mix === 55").await?;
        let again = "window.said.length = 0; window.duel = e;";
        with(page, "a", &format!("{again} document.querySelector('#two').append(e)")).await?;
        ready(page, "a").await?;
        page.wait_for("#a", "e.result()?.mix === 55").await?;
        let n = with(page, "a", "return e.shadowRoot.querySelectorAll('iframe').length").await?;
        ensure!(n == 1, "expected one frame, got {n}");
        // Taken out it has no frame, and what is set then counts when it comes back.
        with(page, "a", &format!("{again} e.remove(); e.mix = 90")).await?;
        let n: usize = page.value("duel.shadowRoot.querySelectorAll('iframe').length").await?;
        ensure!(n == 0 && page.value::<bool>("duel.result() === null").await?, "expected nothing of it to stay");
        page.eval::<Value>("document.body.append(duel)", Vec::new()).await?;
        ready(page, "a").await?;
        page.wait_for("#a", "e.result()?.mix === 90").await?;
        // Where browsers can move without taking out, the frame stays.
        let script = "if (!document.body.moveBefore) return true; const frame = e.shadowRoot.querySelector('iframe').contentWindow;
            document.querySelector('#one').moveBefore(e, null); return e.shadowRoot.querySelector('iframe').contentWindow === frame;";
        let stays = with(page, "a", script).await?;
        ensure!(stays == true, "expected the frame to stay");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_script_may_come_twice_and_late() {
    let site = Site::dist().await.expect("a release build");
    let address = site.url_by_name("embed.js");
    let body = format!(
        "{HEAD}{NOTES}<runtime-duel id=a></runtime-duel><script>document.querySelector('#a').mix = 45;</script>
         <script type=module src='{address}'></script><script type=module src='{address}?again'></script>"
    );
    let host = Site::host(&[("article.html", &body)]).await.expect("a server");
    check("element-twice", Setup::desktop(), async |page| {
        page.open(&host.url("article.html")).await?;
        ready(page, "a").await?;
        let mix = with(page, "a", "return e.result().mix").await?;
        ensure!(mix == 45.0, "expected what was set before the script came, got {mix}");
        let n: usize = page.value("said.filter((one) => one.type === 'ready').length").await?;
        ensure!(n == 1, "expected one figure, {n} got ready");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_asks_for_it_by_the_keyboard_is_taken_into_it() {
    let site = Site::dist().await.expect("a release build");
    let host = article(&site, "<runtime-duel id=a lazy=click></runtime-duel>").await;
    check("element-click", Setup::desktop(), async |page| {
        page.open(&host.url("article.html")).await?;
        page.wait_for("#a", "e.shadowRoot?.querySelector('button').textContent === 'Start the simulation'").await?;
        // Our own poster, as it says what it will be.
        page.wait_for(
            "#a",
            "e.shadowRoot.querySelector('img')?.complete && e.shadowRoot.querySelector('img').naturalWidth === 1200",
        )
        .await?;
        page.frames_pass(30).await?;
        ensure!(with(page, "a", "return !e.shadowRoot.querySelector('iframe')").await? == true, "expected it to wait");
        with(page, "a", "e.shadowRoot.querySelector('button').focus()").await?;
        page.cdp(
            "Input.dispatchKeyEvent",
            json!({ "type": "keyDown", "key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13 }),
        )
        .await?;
        page.cdp(
            "Input.dispatchKeyEvent",
            json!({ "type": "keyUp", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13 }),
        )
        .await?;
        ready(page, "a").await?;
        page.wait_for("#a", "e.shadowRoot.activeElement?.localName === 'iframe'").await
    })
    .await;
}

#[tokio::test]
async fn set_many_times_a_second_it_follows_and_the_article_stays_smooth() {
    let site = Site::dist().await.expect("a release build");
    let host = article(&site, "<runtime-duel id=a></runtime-duel>").await;
    check("element-often", Setup::desktop(), async |page| {
        page.open(&host.url("article.html")).await?;
        ready(page, "a").await?;
        // A thousand in one task become one message, and the last one counts.
        let script = "window.asked = 0; const frame = e.shadowRoot.querySelector('iframe').contentWindow;
            window.said.length = 0; for (let i = 0; i <= 1000; i++) e.set({ mix: i / 20 }); return true;";
        with(page, "a", script).await?;
        page.wait_for("#a", "e.result()?.mix === 50").await?;
        let n: usize = page.value("said.filter((one) => one.type === 'change').length").await?;
        ensure!(n <= 2, "expected one message for a frame, the figure changed {n} times");
        // Every frame for a while, as by scrolling.
        let script = "const done = arguments[0]; const e = document.getElementById('a'); let i = 0;
            const step = () => { e.set({ mix: i % 101 }); i++ < 120 ? requestAnimationFrame(step) : done(i); }; step();";
        page.client().execute_async(script, Vec::new()).await?;
        page.wait_for("#a", "e.result()?.mix === 19 || e.result()?.mix === 18").await
    })
    .await;
}

#[tokio::test]
async fn twenty_on_a_page_start_only_when_near() {
    let site = Site::dist().await.expect("a release build");
    let body: String = (0..20)
        .map(|n| format!("<runtime-duel id=d{n} mix={n} style='display:block;min-height:560px'></runtime-duel><p style='height:600px'>text</p>"))
        .collect();
    let host = article(&site, &body).await;
    check("element-twenty", Setup::desktop(), async |page| {
        page.open(&host.url("article.html")).await?;
        ready(page, "d0").await?;
        let started = "[...document.querySelectorAll('runtime-duel')].filter((e) => e.shadowRoot.querySelector('iframe')).map((e) => e.id).join(' ')";
        let first: String = page.value(started).await?;
        ensure!(first == "d0 d1", "expected only those near the view to start, got {first}");
        let script = "document.getElementById('d19').scrollIntoView({ block: 'center', behavior: 'instant' }); return true;";
        page.eval::<bool>(script, Vec::new()).await?;
        ready(page, "d19").await?;
        let then: String = page.value(started).await?;
        ensure!(then == "d0 d1 d18 d19" || then == "d0 d1 d19", "expected those passed by to stay, got {then}");
        // All of them, and the article still answers: every frame of a scroll comes.
        for n in 0..20 {
            let script = format!("document.getElementById('d{n}').scrollIntoView({{ block: 'center', behavior: 'instant' }}); return true;");
            page.eval::<bool>(&script, Vec::new()).await?;
            ready(page, &format!("d{n}")).await?;
        }
        page.frames_pass(60).await?;
        let shift: f64 = page.value("shift").await?;
        ensure!(shift == 0.0, "expected no layout shift, got {shift}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn only_its_own_frame_is_believed() {
    let site = Site::dist().await.expect("a release build");
    let host = article(&site, "<runtime-duel id=a></runtime-duel><iframe id=other srcdoc=''></iframe>").await;
    check("element-strangers", Setup::desktop(), async |page| {
        page.open(&host.url("article.html")).await?;
        ready(page, "a").await?;
        page.eval::<Value>("window.said.length = 0", Vec::new()).await?;
        let script = "const other = document.querySelector('#other').contentWindow, frame = document.querySelector('#a').shadowRoot.querySelector('iframe').contentWindow;
            const bad = { source: 'runtime-duel', v: 1, type: 'height', height: 3000 };
            other.eval(`parent.postMessage(${JSON.stringify(bad)}, '*')`);
            postMessage(bad, '*'); postMessage({ ...bad, type: 'error', message: 'x' }, '*');
            // To the frame: shapes, keys and values that mean nothing.
            for (const m of [null, 1, 'slide', '[iFrameSizer]', '[iFrameSizer]<b>:1', {}, { target: 'runtime-duel' }, { target: 'runtime-duel', type: 'set' },
              { target: 'runtime-duel', type: 'set', params: null }, { target: 'runtime-duel', type: 'set', params: 'mix=90' },
              { target: 'runtime-duel', type: 'set', params: { 'MIX': 1, 'mi x': 2, mix: { valueOf: 1 } } }, { target: 'runtime-duel', type: 'constructor' },
              { target: 'slidev', type: 'color-schema', color: 'dark' }]) frame.postMessage(m, '*');
            frame.postMessage({ target: 'runtime-duel', type: 'set', params: { mix: 33 } }, '*'); return true;";
        page.eval::<bool>(script, Vec::new()).await?;
        page.wait_for("#a", "e.result()?.mix === 33").await?;
        let said: Vec<String> = page.value("said.map((one) => one.type)").await?;
        ensure!(!said.iter().any(|one| one == "error"), "expected no error from strangers, got {said:?}");
        let height: f64 = page.value("document.querySelector('#a').getBoundingClientRect().height").await?;
        ensure!((height - 560.0).abs() < 1.0, "expected the height to stay, got {height}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn it_grows_with_what_the_reader_opens_and_only_then() {
    let site = Site::dist().await.expect("a release build");
    let host = article(&site, "<runtime-duel id=a view=full></runtime-duel><p id=after>after</p>").await;
    check("element-grows", Setup::desktop(), async |page| {
        page.open(&host.url("article.html")).await?;
        ready(page, "a").await?;
        page.wait_for("#a", "e.getBoundingClientRect().height > 600").await?;
        page.frames_pass(30).await?;
        let height = "document.querySelector('#a').getBoundingClientRect().height";
        let before: f64 = page.value(height).await?;
        page.frames_pass(90).await?;
        let after: f64 = page.value(height).await?;
        ensure!(before == after, "expected it not to grow by itself, from {before} to {after}");
        Ok(())
    })
    .await;
}
