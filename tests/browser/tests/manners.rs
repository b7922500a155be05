//! A figure is a guest: it rests when nobody looks, takes neither wheel nor focus, and the keyboard reaches all of it.

use anyhow::{Result, ensure};
use browser_tests::{Key, Page, Pointer, Setup, Site, check, check_everywhere};

/// A long article with the figure after its first screen. On the figure's own origin: the browser itself puts a frame
/// of another origin to rest, and the test would see nothing of the figure's own doing.
const ARTICLE: &str = "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>
<link rel=icon href='data:,'><title>article</title><body style='margin:0'>
<a id=before href='#before'>before</a><iframe title=figure style='width:100%;height:560px;border:0' src='embed.html?mix=30'></iframe>
<a id=after href='#after'>after</a><div style='height:4000px'></div><p id=end>end</p>";

async fn article() -> Site {
    let builder = Site::dist_builder().expect("a release build").without_headers();
    builder.page("article.html", ARTICLE).start().await.expect("a server")
}

async fn open_article(page: &Page, site: &Site) -> Result<()> {
    page.open(&site.url("article.html")).await?;
    page.enter_frame("iframe").await?;
    page.ready().await
}

#[tokio::test]
async fn out_of_view_the_live_run_rests() {
    let site = article().await;
    check_everywhere("manners-unseen", async |page, _| {
        open_article(page, &site).await?;
        page.goes_on().await?;
        for _ in 0..2 {
            page.leave_frames().await?;
            page.eval::<serde_json::Value>("scrollTo(0, 3000)", Vec::new()).await?;
            page.enter_frame("iframe").await?;
            page.stands_still().await?;
            page.leave_frames().await?;
            page.eval::<serde_json::Value>("scrollTo(0, 0)", Vec::new()).await?;
            page.enter_frame("iframe").await?;
            page.goes_on().await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn paused_it_rests_and_plays_on() {
    let site = article().await;
    check_everywhere("manners-paused", async |page, pointer| {
        open_article(page, &site).await?;
        page.goes_on().await?;
        page.click("button.play", pointer).await?;
        let before = page.stands_still().await?;
        page.click("button.play", pointer).await?;
        page.wait_for("#duel", &format!("+e.dataset.events > {before}")).await
    })
    .await;
}

#[tokio::test]
async fn the_wheel_scrolls_the_page() {
    let site = article().await;
    check("manners-wheel", Setup::desktop(), async |page| {
        open_article(page, &site).await?;
        for css in [".curve .plot", "#mix", ".live .plot"] {
            let mix = page.mix().await?;
            page.wheel(css, (0, 150)).await?;
            page.leave_frames().await?;
            page.wait_until("scrollY > 50").await?;
            page.eval::<serde_json::Value>("scrollTo(0, 0)", Vec::new()).await?;
            page.wait_until("scrollY === 0").await?;
            page.enter_frame("iframe").await?;
            ensure!(page.mix().await? == mix, "expected the wheel over {css} to leave the slider alone");
        }
        page.open(&site.url("index.html")).await?;
        page.ready().await?;
        page.wheel(".curve .plot", (0, 150)).await?;
        page.wait_until("scrollY > 50").await
    })
    .await;
}

#[tokio::test]
async fn nothing_takes_the_focus_or_scrolls_by_itself() {
    let site = article().await;
    check_everywhere("manners-focus", async |page, _| {
        open_article(page, &site).await?;
        page.whole().await?;
        for _ in 0..2 {
            let focused: String = page.value("document.activeElement.tagName").await?;
            ensure!(focused == "BODY", "expected the focus nowhere, got {focused}");
            ensure!(page.value::<f64>("scrollY").await? == 0.0, "expected the page where it was");
            page.leave_frames().await?;
        }
        page.open(&site.url("index.html")).await?;
        page.whole().await?;
        let focused: String = page.value("document.activeElement.tagName").await?;
        ensure!(focused == "BODY", "expected the focus nowhere, got {focused}");
        Ok(())
    })
    .await;
}

/// What has the focus, in a few words.
async fn focused(page: &Page) -> Result<String> {
    page.value(
        "(() => { const e = document.activeElement; if (!e || e === document.body) return 'body';
        return e.id || e.getAttribute('aria-label') || e.closest('label')?.textContent.trim() || e.textContent.trim(); })()",
    )
    .await
}

#[tokio::test]
async fn the_keyboard_alone_reaches_everything() {
    let site = Site::dist().await.expect("a release build");
    check("manners-tab", Setup::desktop(), async |page| {
        page.open(&site.url("?mix=30")).await?;
        page.ready().await?;
        let mut seen: Vec<String> = Vec::new();
        loop {
            page.press(Key::Tab, 1).await?;
            let one = focused(page).await?;
            // Names may come twice, elements not.
            let is_new: bool = page
                .value("(() => { const e = document.activeElement, all = (window.__seen ??= new Set()); return !all.has(e) && !!all.add(e); })()")
                .await?;
            if one == "body" || !is_new {
                break;
            }
            let is_closed: bool = page.value("document.activeElement.matches('details:not([open]) > summary')").await?;
            if is_closed {
                page.press(Key::Enter, 1).await?;
                page.wait_until("document.activeElement.matches('details[open] > summary')").await?;
            }
            let is_seen: bool = page
                .value("(() => { const e = document.activeElement, s = getComputedStyle(e); return e.checkVisibility() && s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; })()")
                .await?;
            ensure!(is_seen, "expected to see that {one} has the focus");
            seen.push(one);
        }
        let mut wanted: Vec<String> = page
            .value("[...document.querySelectorAll('.settings [id^=set-]:not(p)'), document.querySelector('#mix')].map((e) => e.id)")
            .await?;
        let buttons = ["One percent less CPU", "One percent more CPU", "Pause", "Step", "Restart", "Reset all"];
        let rest = ["Simulated seconds per second", "Node.js event loop", "Go scheduler", "The curve as a table"];
        wanted.extend(buttons.iter().chain(&rest).map(|&name| name.to_owned()));
        let missed: Vec<&String> = wanted
            .iter()
            .filter(|name| !seen.iter().any(|one| one == *name || one.contains(name.as_str())))
            .collect();
        ensure!(wanted.len() > 25 && missed.is_empty(), "expected Tab to reach {missed:?} too, got {seen:?}");
        page.focus("#mix").await?;
        page.press(Key::End, 1).await?;
        page.wait_for(".verdict", "e.textContent.startsWith('At 100')").await
    })
    .await;
}

#[tokio::test]
async fn the_keyboard_passes_through_an_embedded_figure() {
    let site = article().await;
    check("manners-through", Setup::desktop(), async |page| {
        open_article(page, &site).await?;
        page.leave_frames().await?;
        page.focus("#before").await?;
        for (key, from, to) in [(Key::Tab, "before", "after"), (Key::ShiftTab, "after", "before")] {
            ensure!(page.value::<String>("document.activeElement.id").await? == from, "expected to begin at {from}");
            let mut n = 0;
            loop {
                page.press(key, 1).await?;
                let (tag, id): (String, String) =
                    page.value("[document.activeElement.tagName, document.activeElement.id]").await?;
                if id == to {
                    break;
                }
                ensure!(tag == "IFRAME" && n < 20, "expected to come through the figure to {to}, got to {tag} #{id}");
                n += 1;
            }
            ensure!(n >= 6, "expected at least slider, its buttons and the transport on the way, got {n} stops");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_finger_over_an_embedded_figure_scrolls_the_article() {
    let site = article().await;
    check("manners-finger", Setup::phone(), async |page| {
        open_article(page, &site).await?;
        let mix = page.mix().await?;
        let (x, y) = page.place_of(50.0).await?;
        page.drag(Pointer::Touch, (x, y), (x, y - 150.0), 20).await?;
        page.leave_frames().await?;
        page.wait_until("scrollY > 50").await?;
        page.enter_frame("iframe").await?;
        // The first touch may set the slider; what follows is the article's.
        let now = page.mix().await?;
        ensure!(
            now == mix || (now - 50.0).abs() <= 1.0,
            "expected the drag to be the article's, got {now} after {mix}"
        );
        Ok(())
    })
    .await;
}
