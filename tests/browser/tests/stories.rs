//! Claims in the page: what is judged in its workers is what is judged natively, to the last digit of the sentence.

use anyhow::{Context as _, Result, ensure};
use browser_tests::{Setup, Site, check};
use serde_json::Value;

/// What is pinned natively.
fn golden() -> Result<Vec<Value>> {
    let file = browser_tests::root()?.join("tests/it/golden/stories.json");
    let text = std::fs::read_to_string(&file).with_context(|| format!("expected {}", file.display()))?;
    Ok(serde_json::from_str(&text)?)
}

#[tokio::test]
async fn verdicts_are_those_of_the_command_line() {
    let site = Site::dist().await.expect("a release build");
    let golden = golden().expect("the pinned verdicts");
    check("stories-verdicts", Setup::desktop(), async |page| {
        for id in ["jit", "cpu-bound", "one-core"] {
            let story = golden.iter().find(|story| story["id"] == id).context("expected the story to be pinned")?;
            let sentence = story["sentence"].as_str().context("expected a sentence")?;
            page.open(&site.url(&format!("embed.html?story={id}&paused=true"))).await?;
            page.wait_for("#stage .found", "!e.textContent.startsWith('Judging')").await?;
            let found = page.text("#stage .found").await?;
            ensure!(found.contains(sentence), "expected of {id} {sentence:?}, got {found:?}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_claim_is_chosen_from_the_list_and_told() {
    let site = Site::dist().await.expect("a release build");
    check("stories-list", Setup::desktop(), async |page| {
        page.open(&site.url("?mix=40")).await?;
        page.ready().await?;
        page.eval::<bool>("document.querySelector('details.stories').open = true; return true;", Vec::new()).await?;
        ensure!(page.count(".stories li").await? == golden()?.len(), "expected all claims in the list");
        page.eval::<bool>("document.querySelectorAll('.stories li button')[1].click(); return true;", Vec::new())
            .await?;
        page.wait_until("new URLSearchParams(location.search).get('story') === 'cpu-bound'").await?;
        page.wait_for("#stage .claim", "e.textContent.includes('stalls')").await?;
        page.wait_for("#stage .found", "e.textContent.startsWith('Holds')").await
    })
    .await;
}
