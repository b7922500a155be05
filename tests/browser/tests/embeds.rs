//! The figure in somebody else's article: any frame, any policy, any width.

use anyhow::{Result, ensure};
use browser_tests::{Page, Pointer, Setup, Site, check, check_everywhere};

const HEAD: &str =
    "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><link rel=icon href='data:,'>";

/// An article around this markup, by somebody else.
async fn article(head: &str, body: &str) -> Site {
    let html = format!("{HEAD}{head}<title>article</title><body style='margin:0'>{body}");
    Site::host(&[("article.html", &html)]).await.expect("a server")
}

/// Opens the article and goes into its frame, whose figure gets ready.
async fn open(page: &Page, host: &Site, frame: &str) -> Result<()> {
    page.open(&host.url("article.html")).await?;
    page.enter_frame(frame).await?;
    page.ready().await
}

/// The figure answers to a drag with a sentence about where it ended, and without touching its address.
async fn answers(page: &Page, pointer: Pointer, thread: &str) -> Result<()> {
    let found = page.attr("#duel", "data-thread").await?;
    ensure!(found.as_deref() == Some(thread), "expected the simulation in a {thread}, got {found:?}");
    let address: String = page.value("location.href").await?;
    page.drag_mix(pointer, 30.0, 80.0).await?;
    page.wait_for("#mix", "Math.abs(e.valueAsNumber - 80) <= 0.5").await?;
    page.wait_for("#mix", "document.querySelector('.verdict').textContent.startsWith(`At ${e.value} % CPU`)").await?;
    page.wait_for(".verdict", "e.textContent.includes('goroutines finish')").await?;
    let after: String = page.value("location.href").await?;
    ensure!(after == address, "expected the host's address to stay, got {after}");
    page.goes_on().await
}

#[tokio::test]
async fn on_another_site_without_attributes() {
    let site = Site::dist().await.expect("a release build");
    let frame = format!("<iframe width=100% height=560 src='{}'></iframe>", site.url_by_name("embed.html"));
    let host = article("", &frame).await;
    check_everywhere("embed-plain", async |page, pointer| {
        open(page, &host, "iframe").await?;
        ensure!(page.attr(".duel", "data-view").await?.as_deref() == Some("compact"), "expected the essence");
        answers(page, pointer, "worker").await?;
        page.whole().await
    })
    .await;
}

#[tokio::test]
async fn in_a_sandbox_with_and_without_an_origin() {
    let site = Site::dist().await.expect("a release build");
    for (name, sandbox, thread) in
        [("opaque", "allow-scripts", "blob"), ("own", "allow-scripts allow-same-origin", "worker")]
    {
        let frame =
            format!("<iframe width=100% height=560 sandbox='{sandbox}' src='{}'></iframe>", site.url("embed.html"));
        let host = article("", &frame).await;
        check_everywhere(&format!("embed-sandbox-{name}"), async |page, pointer| {
            open(page, &host, "iframe").await?;
            answers(page, pointer, thread).await
        })
        .await;
    }
}

#[tokio::test]
async fn under_a_strict_policy_of_the_host() {
    let site = Site::dist().await.expect("a release build");
    let policy = format!(
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; img-src data:; frame-src {}\">",
        site.url("")
    );
    let html = format!(
        "{HEAD}{policy}<title>article</title><iframe width=600 height=560 src='{}'></iframe>",
        site.url("embed.html")
    );
    let host = Site::host(&[("article.html", &html)]).await.expect("a server");
    check("embed-strict", Setup::desktop(), async |page| {
        open(page, &host, "iframe").await?;
        answers(page, Pointer::Mouse, "worker").await
    })
    .await;
}

#[tokio::test]
async fn in_a_transformed_and_in_a_narrow_frame() {
    let site = Site::dist().await.expect("a release build");
    let address = site.url("embed.html");
    let frames = format!(
        "<iframe id=small style='transform:scale(0.75);transform-origin:0 0' width=800 height=560 src='{address}'></iframe>
        <iframe id=narrow width=320 height=640 src='{address}'></iframe>"
    );
    let host = article("", &frames).await;
    check("embed-odd", Setup::desktop(), async |page| {
        open(page, &host, "#small").await?;
        ensure!(page.verdict().await?.starts_with("At "), "expected a sentence");
        page.leave_frames().await?;
        page.enter_frame("#narrow").await?;
        page.ready().await?;
        let is_wide: bool = page.value("document.documentElement.scrollWidth > innerWidth").await?;
        ensure!(!is_wide, "expected no sideways scroll at 320 pixels");
        answers(page, Pointer::Mouse, "worker").await
    })
    .await;
}

/// Nothing of the figure is beyond its frame.
async fn fits(page: &Page, what: &str) -> Result<()> {
    let (size, view, out): ((f64, f64), (f64, f64), Vec<String>) = page
        .value(
            "(() => { const e = document.documentElement;
            const out = [...document.querySelectorAll('#duel *')].filter((one) => one.checkVisibility() && !one.closest('.unseen, details :not(summary)'))
              .filter((one) => { const r = one.getBoundingClientRect(); return r.right > innerWidth + 0.5 || r.bottom > innerHeight + 0.5 || r.left < -0.5; });
            return [[e.scrollWidth, e.scrollHeight], [innerWidth, innerHeight], out.map((one) => one.outerHTML.slice(0, 80))]; })()",
        )
        .await?;
    ensure!(
        size.0 <= view.0 && size.1 <= view.1 && out.is_empty(),
        "expected {what} to fit {view:?}, it takes {size:?}; outside: {out:?}"
    );
    Ok(())
}

#[tokio::test]
async fn nothing_is_cut_off_at_560_pixels_of_height() {
    let site = Site::dist().await.expect("a release build");
    for width in [360, 480, 720] {
        let frame = format!(
            "<iframe width={width} height=560 style='border:0;display:block' src='{}'></iframe>",
            site.url("embed.html")
        );
        let host = article("", &frame).await;
        check(&format!("embed-fits-{width}"), Setup::desktop(), async |page| {
            open(page, &host, "iframe").await?;
            page.whole().await?;
            page.focus("#mix").await?;
            for mix in 0..=50 {
                // Every other percent: words of all lengths are on the way.
                let script = "const e = document.querySelector('#mix'); e.value = arguments[0];
                    e.dispatchEvent(new Event('input', { bubbles: true }));";
                page.eval::<serde_json::Value>(script, vec![(2 * mix).into()]).await?;
                page.wait_for(".verdict", &format!("e.textContent.startsWith('At {} %')", 2 * mix)).await?;
                fits(page, &format!("{width} px at {} %", 2 * mix)).await?;
            }
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn two_on_one_page() {
    let site = Site::dist().await.expect("a release build");
    let address = site.url_by_name("embed.html");
    let frames = format!(
        "<iframe id=a width=100% height=560 src='{address}?mix=5'></iframe><iframe id=b width=100% height=560 src='{address}?mix=100'></iframe>"
    );
    let host = article("", &frames).await;
    check_everywhere("embed-two", async |page, _| {
        page.open(&host.url("article.html")).await?;
        for (frame, words) in [("#a", "At 5 %"), ("#b", "At 100 %")] {
            page.enter_frame(frame).await?;
            page.ready().await?;
            let verdict = page.verdict().await?;
            ensure!(verdict.starts_with(words), "expected {words} in {frame}, got {verdict}");
            page.leave_frames().await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_way_out_opens_the_whole_page_at_the_same_place() {
    let site = Site::dist().await.expect("a release build");
    let frame = format!("<iframe width=100% height=560 src='{}'></iframe>", site.url("embed.html?mix=5&cores=8"));
    let host = article("", &frame).await;
    check("embed-out", Setup::desktop(), async |page| {
        open(page, &host, "iframe").await?;
        page.drag_mix(Pointer::Mouse, 5.0, 40.0).await?;
        page.wait_for("#mix", "Math.abs(e.valueAsNumber - 40) <= 0.5").await?;
        let mix = page.mix().await?;
        page.wait_for("a.out", &format!("e.search.includes('mix={mix}')")).await?;
        let link: String = page.value("document.querySelector('a.out').href").await?;
        page.leave_frames().await?;
        page.open(&link).await?;
        page.ready().await?;
        ensure!(page.mix().await? == mix, "expected {mix} on the page behind {link}, got {}", page.mix().await?);
        page.wait_for("#set-cores", "e.value === '8'").await
    })
    .await;
}
