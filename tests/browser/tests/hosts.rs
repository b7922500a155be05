//! The lines of docs/embedding.md, each pasted in the host that it names: the height, a drag, a clean console.

use anyhow::{Result, ensure};
use browser_tests::{Page, Pointer, Setup, Site, check, root, shaped, sheet};

/// How a host treats the height of the frame.
#[derive(Clone, Copy, PartialEq)]
enum Height {
    /// It is what the author wrote.
    Given,
    /// It is that of the content, as the figure says.
    Followed,
}

/// Opens the article, goes into its frame, and holds it to what holds everywhere.
async fn holds(page: &Page, host: &Site, frame: &str, height: Height) -> Result<()> {
    page.open(&host.url("article.html")).await?;
    page.wait_for(frame, "e.localName === 'iframe'").await?;
    page.rect(frame).await?;
    page.enter_frame(frame).await?;
    page.ready().await?;
    ensure!(page.verdict().await?.starts_with("At 30 % CPU"), "expected what the line says");
    if height == Height::Followed {
        page.is_as_high_as_its_content(frame).await?;
    }
    let is_cut: bool = page
        .value(
            "document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth",
        )
        .await?;
    ensure!(!is_cut, "expected the figure within its frame");
    page.follows_a_drag(Pointer::Mouse).await?;
    if height == Height::Followed {
        // It never grows by being followed.
        page.frames_pass(60).await?;
        page.is_as_high_as_its_content(frame).await?;
    }
    page.leave_frames().await
}

/// Pastes the platform's line in the host, and holds it to everything.
async fn pasted(platform: &str, host: &str, height: Height, setup: Setup) {
    let site = Site::dist().await.expect("a release build");
    let line = sheet(platform, &site.url_by_name("")).expect("the line");
    let host = shaped(host, &line).await.expect("the host");
    let name = format!("hosts-{}", platform.to_lowercase().replace([' ', '.'], "-"));
    check(&name, setup, async |page| {
        holds(page, &host, "iframe", height).await?;
        page.eval::<serde_json::Value>("scrollTo(0, 0)", Vec::new()).await?;
        page.screenshot(&name).await.map(drop)
    })
    .await;
}

/// A window as small as a picture of it should be.
fn small() -> Setup {
    Setup::desktop().size(760, 680)
}

#[tokio::test]
async fn plain_html() {
    pasted("Plain HTML", "plain.html", Height::Given, small()).await;
}

#[tokio::test]
async fn wordpress_makes_a_sandbox_with_a_secret() {
    pasted("WordPress", "wordpress.html", Height::Followed, small()).await;
}

#[tokio::test]
async fn ghost_takes_html() {
    pasted("Ghost", "plain.html", Height::Given, small()).await;
}

#[tokio::test]
async fn observable_follows_the_height() {
    pasted("Observable", "observable.html", Height::Followed, small()).await;
}

#[tokio::test]
async fn amp_follows_the_height() {
    pasted("AMP", "amp.html", Height::Followed, small()).await;
}

#[tokio::test]
async fn pym_follows_the_height() {
    pasted("pym.js", "pym.html", Height::Followed, small()).await;
}

#[tokio::test]
async fn medium_follows_the_height_of_a_link() {
    let site = Site::dist().await.expect("a release build");
    let link = sheet("Medium", &site.url_by_name("")).expect("the line");
    let frame = format!("<iframe width=700 height=150 scrolling=no frameborder=0 src='{}'></iframe>", link.trim());
    let host = shaped("medium.html", &frame).await.expect("the host");
    check("hosts-medium", small(), async |page| holds(page, &host, "iframe", Height::Followed).await).await;
}

#[tokio::test]
async fn parents_that_ask_for_the_height_are_answered() {
    let site = Site::dist().await.expect("a release build");
    let frame = format!(
        "<iframe width=700 height=150 style='border:0' src='{}'></iframe>",
        site.url_by_name("embed.html?mix=30")
    );
    for name in ["iframe-resizer", "open-iframe-resizer"] {
        let host = shaped(&format!("{name}.html"), &frame).await.expect("the host");
        check(&format!("hosts-{name}"), small(), async |page| holds(page, &host, "iframe", Height::Followed).await)
            .await;
    }
}

#[tokio::test]
async fn reveal_starts_and_stops_it_with_its_slide() {
    let site = Site::dist().await.expect("a release build");
    let line = sheet("reveal.js", &site.url_by_name("")).expect("the line");
    let host = shaped("reveal.html", &line).await.expect("the host");
    check("hosts-reveal", Setup::desktop().size(960, 700), async |page| {
        page.open(&host.url("article.html")).await?;
        page.wait_until("window.deck?.isReady()").await?;
        let is_loaded: bool = page.value("!!document.querySelector('iframe').getAttribute('src')").await?;
        ensure!(!is_loaded, "expected it not to load before its slide");
        page.eval::<serde_json::Value>("deck.next()", Vec::new()).await?;
        page.enter_frame("iframe").await?;
        page.ready().await?;
        ensure!(page.verdict().await?.starts_with("At 30 % CPU"), "expected what the line says");
        let is_cut: bool = page.value("document.documentElement.scrollHeight > innerHeight").await?;
        ensure!(!is_cut, "expected the figure within its frame");
        page.goes_on().await?;
        page.follows_a_drag(Pointer::Mouse).await?;
        page.screenshot("hosts-reveal").await?;
        // The key of a clicker goes to the deck, also when the figure has the focus.
        page.focus("#mix").await?;
        let script = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', bubbles: true, cancelable: true }))";
        page.eval::<serde_json::Value>(script, Vec::new()).await?;
        page.leave_frames().await?;
        page.wait_until("deck.getIndices().h === 2").await
    })
    .await;
}

#[tokio::test]
async fn slidev_gets_its_keys_and_gives_its_colours() {
    let site = Site::dist().await.expect("a release build");
    let line = sheet("Slidev", &site.url_by_name("")).expect("the line");
    let host = shaped("slidev.html", &line).await.expect("the host");
    check("hosts-slidev", Setup::desktop(), async |page| {
        holds(page, &host, "iframe", Height::Given).await?;
        page.enter_frame("iframe").await?;
        let script = "document.querySelector('#mix').dispatchEvent(new KeyboardEvent('keydown', { key: 'PageUp', bubbles: true, cancelable: true }))";
        page.eval::<serde_json::Value>(script, Vec::new()).await?;
        page.leave_frames().await?;
        page.wait_until("heard.some((one) => one.type === 'navigate' && one.operation === 'prev')").await?;
        let script = "document.querySelector('iframe').contentWindow.postMessage({ target: 'slidev', type: 'color-schema', color: 'dark' }, '*')";
        page.eval::<serde_json::Value>(script, Vec::new()).await?;
        page.enter_frame("iframe").await?;
        page.wait_for(".duel", "e.dataset.theme === 'dark'").await
    })
    .await;
}

#[tokio::test]
async fn the_element_takes_one_line() {
    let site = Site::dist().await.expect("a release build");
    let line = sheet("The element", &site.url_by_name("")).expect("the line");
    let host = shaped("plain.html", &line).await.expect("the host");
    check("hosts-element", small(), async |page| {
        page.open(&host.url("article.html")).await?;
        page.wait_for("runtime-duel", "e.result?.()?.sentence?.startsWith('At 30 % CPU')").await
    })
    .await;
}

#[test]
fn every_platform_of_the_document_is_one_of_these() {
    let text = std::fs::read_to_string(root().expect("the checkout").join("docs/embedding.md")).expect("the document");
    let here = std::fs::read_to_string(root().expect("the checkout").join("tests/browser/tests/hosts.rs"));
    let others =
        ["built.rs", "guest.rs"].map(|name| root().expect("the checkout").join("tests/browser/tests").join(name));
    let all = others.iter().map(std::fs::read_to_string).chain([here]).map(|text| text.expect("a test"));
    let all: String = all.collect();
    // What is not a platform: policies for all of them.
    let platforms = text.split("\n## ").skip(1).filter(|section| section.contains("```"));
    let names = platforms
        .filter_map(|section| section.lines().next())
        .filter(|name| !name.contains("policy") && !name.starts_with("What "));
    let names: Vec<&str> = names.collect();
    assert!(names.len() > 14, "expected all platforms, got {names:?}");
    for name in names {
        assert!(all.contains(&format!("\"{name}\"")), "{name}: no test pastes its line");
    }
}
