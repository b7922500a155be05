//! The whole page, as released.

use browser_tests::{Setup, Site, check};

#[tokio::test]
async fn the_page_starts_with_a_clean_console() {
    let site = Site::dist().await.expect("a release build");
    check("page-starts", Setup::desktop(), async |page| {
        page.open(&site.url("")).await?;
        page.wait_for("#duel", "e.dataset.state === 'ready'").await
    })
    .await;
}
