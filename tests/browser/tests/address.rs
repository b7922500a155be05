//! The address says everything, survives everything, and leaves the history alone.

use std::fmt::Write as _;

use anyhow::{Result, ensure};
use browser_tests::{Page, Setup, Site, check, check_everywhere};

#[tokio::test]
async fn a_drag_is_in_the_address_and_comes_back_with_it() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("address-drag", async |page, pointer| {
        page.open(&site.url("")).await?;
        page.whole().await?;
        let entries: u32 = page.value("history.length").await?;
        for (from, to) in [(20.0, 50.0), (50.0, 10.0), (10.0, 71.0)] {
            page.drag_mix(pointer, from, to).await?;
        }
        let mix = page.mix().await?;
        page.wait_until(&format!("location.search === '?mix={mix}'")).await?;
        let verdict = page.verdict().await?;
        ensure!(
            page.value::<u32>("history.length").await? == entries,
            "expected no further entry in the history, got {} after {entries}",
            page.value::<u32>("history.length").await?
        );
        page.reload().await?;
        page.whole().await?;
        ensure!(page.mix().await? == mix, "expected the mix {mix} again, got {}", page.mix().await?);
        let again = page.verdict().await?;
        ensure!(again == verdict, "expected the same words again, got {again} after {verdict}");
        ensure!(page.value::<u32>("history.length").await? == entries, "expected no entry from the reload");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn back_and_forward_leave_and_return_in_one_step() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("address-history", async |page, pointer| {
        page.open(&site.url("?mix=5")).await?;
        page.ready().await?;
        page.open(&site.url("?mix=40")).await?;
        page.ready().await?;
        for to in [60.0, 70.0, 80.0] {
            page.drag_mix(pointer, 50.0, to).await?;
        }
        let mix = page.mix().await?;
        page.back().await?;
        page.ready().await?;
        ensure!(page.mix().await? == 5.0, "expected the page before, got {}", page.mix().await?);
        page.forward().await?;
        page.ready().await?;
        ensure!(page.mix().await? == mix, "expected what was left, got {}", page.mix().await?);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn bad_values_are_used_as_far_as_they_can_be_and_said_so() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("address-notes", async |page, _| {
        page.open(&site.url("?cores=99&mix=x&utm=1")).await?;
        page.ready().await?;
        let notes: Vec<String> =
            page.value("[...document.querySelectorAll('.notes li')].map((note) => note.textContent)").await?;
        ensure!(notes.len() == 2, "expected one note each for cores and mix, got {notes:?}");
        for (key, word) in [("cores", "64"), ("mix", "x")] {
            let note = notes.iter().find(|note| note.starts_with(key));
            ensure!(
                note.is_some_and(|note| note.contains(word)),
                "expected {word} in the note on {key}, got {notes:?}"
            );
        }
        page.wait_for(".notes", "e.checkVisibility() && e.getBoundingClientRect().height > 0").await?;
        page.wait_for(".verdict", "e.textContent.includes('64 cores')").await
    })
    .await;
}

/// The page starts with this query, whatever it is, and answers.
async fn starts(page: &Page, site: &Site, query: &str) -> Result<()> {
    let shown: String = query.chars().take(60).collect();
    page.open(&site.url(query)).await?;
    page.wait_for("#duel", "['ready', 'crashed', 'failed'].includes(e.dataset.state)").await?;
    let state = page.attr("#duel", "data-state").await?;
    ensure!(state.as_deref() == Some("ready"), "expected a page for {shown}, got {state:?}");
    let verdict = page.verdict().await?;
    ensure!(verdict.starts_with("At "), "expected a sentence for {shown}, got {verdict}");
    let (has_script, n_notes): (bool, usize) = page
        .value("[!!document.querySelector('.notes script, .notes b'), document.querySelectorAll('.notes li').length]")
        .await?;
    ensure!(!has_script, "expected text in the notes for {shown}");
    ensure!(n_notes <= 8, "expected a handful of notes for {shown}, got {n_notes}");
    let is_wide: bool =
        page.value("document.documentElement.scrollWidth > document.documentElement.clientWidth").await?;
    ensure!(!is_wide, "expected no sideways scroll for {shown}");
    page.expect_clean().await
}

/// Percent-encoded noise that is the same in every run.
fn noise(n_bytes: usize) -> String {
    let mut x = 0x2545_f491_4f6c_dd1d_u64;
    let mut out = String::new();
    for _ in 0..n_bytes {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        write!(out, "%{:02X}", x as u8).expect("a string takes everything");
    }
    out
}

#[tokio::test]
async fn no_address_breaks_the_page() {
    let site = Site::dist().await.expect("a release build");
    let noise = noise(10_000);
    let repeated = "mix=5&cores=3&runtimes=go&".repeat(300);
    let keys =
        ["mix", "demand", "cores", "clients", "rate", "load", "runtimes", "seed", "view", "theme", "speed", "model"];
    let each_noise: String = keys.map(|key| format!("{key}={}&", &noise[..300])).concat();
    check("address-hostile", Setup::desktop(), async |page| {
        for query in [
            format!("?{noise}"),
            format!("?mix={noise}"),
            format!("?{each_noise}"),
            format!("?{repeated}mix=200"),
            "?%00=%00&mix=%00&runtimes=%00,go%00&theme=%00".into(),
            "?mix=1e999&cores=1e999&seed=-1&demand=-0&rate=NaN&clients=inf".into(),
            "?seed=99999999999999999999999999&cores=-99999999999999999999&mix=0.00000000000000000000000000000001"
                .into(),
            "?seed=9007199254740992&clients=007&mix=+5&demand=5.&think=.5".into(),
            "?runtimes=,,&load=&io=&paused=&view=&theme=".into(),
            "?runtimes=go,go,go,go,go,go&mix&cores&&&===&=&".into(),
            "?mix=<script>alert(1)</script>&cores=<b>x</b>&theme=\"><img src=x>".into(),
            "?mix=%F0%9F%92%A9&seed=%E2%80%AE12&runtimes=%FF%FE".into(),
            format!("?theme={}", "W".repeat(4_000)),
        ] {
            starts(page, &site, &query).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_same_address_gives_the_same_curve_to_the_digit() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("address-same", async |page, _| {
        let mut tables: Vec<String> = Vec::new();
        for seed in ["7", "7", "8"] {
            page.open(&site.url(&format!("?seed={seed}&mix=30"))).await?;
            page.whole().await?;
            page.wait_for("footer", &format!("e.textContent.includes('seed {seed}')")).await?;
            let words = "document.querySelector('.curve-table table').textContent + document.querySelector('.verdict').textContent
                + [...document.querySelectorAll('td[data-number=throughput], td[data-number=p99]')].map((e) => e.textContent)";
            tables.push(page.value(words).await?);
        }
        ensure!(tables[0] == tables[1], "expected the same twice, got\n{}\nand\n{}", tables[0], tables[1]);
        ensure!(tables[0] != tables[2], "expected another curve from another seed, got\n{}", tables[0]);
        Ok(())
    })
    .await;
}
