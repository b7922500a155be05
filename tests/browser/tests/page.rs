//! The whole page, as released.

use browser_tests::{Setup, Site, check};

const READY: &str = "e.dataset.state === 'ready'";

#[tokio::test]
async fn the_page_starts_with_a_clean_console() {
    let site = Site::dist().await.expect("a release build");
    check("page-starts", Setup::desktop(), async |page| {
        page.open(&site.url("")).await?;
        page.wait_for("#duel", READY).await
    })
    .await;
}

#[tokio::test]
async fn a_host_without_headers_will_do() {
    let builder = Site::dist_builder()
        .expect("a release build")
        .without_headers();
    let site = builder.start().await.expect("a server");
    check("page-plain-host", Setup::phone(), async |page| {
        page.open(&site.url("")).await?;
        page.wait_for("#duel", READY).await
    })
    .await;
}

#[tokio::test]
async fn an_article_of_another_site_embeds_it() {
    let site = Site::dist().await.expect("a release build");
    for sandbox in ["", "sandbox='allow-scripts allow-same-origin'"] {
        let address = site.url_by_name("embed.html");
        let article = format!(
            "<!doctype html><link rel=icon href='data:,'><iframe width=700 height=600 {sandbox} src='{address}'></iframe>"
        );
        let host = Site::host(&[("article.html", &article)])
            .await
            .expect("a server");
        check("page-embedded", Setup::desktop(), async |page| {
            page.open(&host.url("article.html")).await?;
            page.enter_frame("iframe").await?;
            page.wait_for("#duel", READY).await
        })
        .await;
    }
}
