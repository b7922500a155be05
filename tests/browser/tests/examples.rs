//! The examples: pages that a reader can copy, with figures that run in them.

use anyhow::{Context as _, Result, ensure};
use browser_tests::{Page, Site, check_everywhere, root};

/// Serves an example as an article of another origin, with its frames' addresses pointed at this one.
async fn host(name: &str, site: &Site) -> Result<Site> {
    let path = root()?.join("examples").join(name);
    let html = std::fs::read_to_string(&path).with_context(|| format!("expected {}", path.display()))?;
    ensure!(html.contains("src=\"../dist/embed.html"), "expected frames of ../dist/ in {name}");
    Site::host(&[(name, &html.replace("src=\"../dist/", &format!("src=\"{}", site.url_by_name(""))))]).await
}

/// Every figure of the example gets ready when it is scrolled to, and tells its mix.
async fn figures(page: &Page, mixes: &[&str]) -> Result<()> {
    ensure!(page.count("iframe").await? == mixes.len(), "expected {} figures", mixes.len());
    for (n, mix) in mixes.iter().enumerate() {
        page.eval::<serde_json::Value>(
            "const e = document.querySelectorAll('iframe')[arguments[0]]; e.id = `figure${arguments[0]}`; e.scrollIntoView({ block: 'center' });",
            vec![n.into()],
        )
        .await?;
        page.enter_frame(&format!("#figure{n}")).await?;
        // It is only loaded once it comes near.
        page.wait_for("#duel", "e.dataset.state === 'ready'").await?;
        let verdict = page.verdict().await?;
        ensure!(verdict.starts_with(&format!("At {mix} % CPU")), "expected {mix} % in figure {n}, got {verdict}");
        let size: ((f64, f64), (f64, f64)) = page
            .value("[[document.documentElement.scrollWidth, document.documentElement.scrollHeight], [innerWidth, innerHeight]]")
            .await?;
        ensure!(size.0.0 <= size.1.0 && size.0.1 <= size.1.1, "expected figure {n} within its frame, got {size:?}");
        page.leave_frames().await?;
    }
    let is_wide: bool =
        page.value("document.documentElement.scrollWidth > document.documentElement.clientWidth").await?;
    ensure!(!is_wide, "expected no sideways scroll");
    Ok(())
}

#[tokio::test]
async fn the_plainest_page_has_a_figure() {
    let site = Site::dist().await.expect("a release build");
    let host = host("iframe.html", &site).await.expect("the example");
    check_everywhere("examples-iframe", async |page, _| {
        page.open(&host.url("iframe.html")).await?;
        figures(page, &["20"]).await
    })
    .await;
}

#[tokio::test]
async fn the_article_has_two_figures_and_tells_what_they_show() {
    let site = Site::dist().await.expect("a release build");
    let host = host("article.html", &site).await.expect("the example");
    check_everywhere("examples-article", async |page, pointer| {
        page.open(&host.url("article.html")).await?;
        let n_words: usize = page
            .value(
                "[...document.querySelectorAll('article p')].map((e) => e.textContent).join(' ').split(/\\s+/).length",
            )
            .await?;
        ensure!((400..=650).contains(&n_words), "expected an article, got {n_words} words");
        figures(page, &["5", "60"]).await?;
        page.screenshot(&format!("article-{pointer:?}").to_lowercase()).await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn every_claim_has_a_figure_that_judges_it() {
    let site = Site::dist().await.expect("a release build");
    let host = host("claims.html", &site).await.expect("the example");
    check_everywhere("examples-claims", async |page, _| {
        page.open(&host.url("claims.html")).await?;
        ensure!(page.count("iframe").await? == 14, "expected a figure for each claim");
        page.eval::<bool>("document.querySelector('iframe').scrollIntoView(); return true;", Vec::new()).await?;
        // The first one is as good as any: what each says is pinned natively.
        page.enter_frame("iframe").await?;
        page.wait_for("#duel", "e.dataset.state === 'ready'").await?;
        page.wait_for("#stage .found", "e.textContent.startsWith('Holds') || e.textContent.startsWith('Does not')").await?;
        let size: ((f64, f64), (f64, f64)) = page
            .value("[[document.documentElement.scrollWidth, document.documentElement.scrollHeight], [innerWidth, innerHeight]]")
            .await?;
        ensure!(size.0.0 <= size.1.0 && size.0.1 <= size.1.1, "expected the figure within its frame, got {size:?}");
        page.leave_frames().await
    })
    .await;
}
