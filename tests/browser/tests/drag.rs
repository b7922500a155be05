//! The one gesture: from waiting to computing and back, by every means, and what the model says on the way.

use anyhow::{Context as _, Result, ensure};
use browser_tests::{Key, Page, Pointer, Site, check_everywhere};

/// What the page says at one place of the slider.
#[derive(Clone, Debug)]
struct Said {
    verdict: String,
    node: f64,
    go: f64,
}

/// Records in every frame whether the parts of the figure that name the mix name the same one. What is below the figure
/// is a program of its own and follows.
const WATCH_FRAMES: &str = "const text = (css) => document.querySelector(css).textContent;
window.__mixes = []; window.__apart = [];
const look = () => {
  const mix = document.querySelector('#mix').valueAsNumber;
  const said = [text('.verdict'), text('.ends output')];
  const named = said.map((words) => parseFloat(words.replace(/^At /, '')));
  if (window.__mixes.at(-1) !== mix) window.__mixes.push(mix);
  if (named.some((one) => one !== mix)) window.__apart.push(`${mix}: ${said.join(' | ')}`);
  requestAnimationFrame(look);
};
look();";

async fn open(page: &Page, site: &Site, query: &str) -> Result<()> {
    page.open(&site.url(query)).await?;
    page.ready().await?;
    page.eval::<serde_json::Value>(WATCH_FRAMES, Vec::new()).await.map(drop)
}

async fn said(page: &Page) -> Result<Said> {
    Ok(Said {
        verdict: page.verdict().await?,
        node: page.number("node", "throughput").await?,
        go: page.number("go", "throughput").await?,
    })
}

/// In every frame so far everything was at one mix, and there were several of them. For drags that move the slider from
/// outside: one that is dragged itself is ahead of what it causes.
async fn moved_as_one(page: &Page, at_least: usize) -> Result<()> {
    let (mixes, apart): (Vec<f64>, Vec<String>) = page.value("[window.__mixes, window.__apart]").await?;
    ensure!(apart.is_empty(), "expected all words at the slider's mix in every frame, got {apart:?}");
    ensure!(mixes.len() >= at_least, "expected at least {at_least} mixes on the way, got {mixes:?}");
    Ok(())
}

/// While the pointer is still down: the slider gets there, the words with it, and the numbers after them.
async fn agrees_at(page: &Page, wanted: f64) -> Result<()> {
    page.wait_for("#mix", &format!("Math.abs(e.valueAsNumber - {wanted}) <= 0.5")).await?;
    page.wait_for("#mix", "document.querySelector('.verdict').textContent.startsWith(`At ${e.value} % CPU`)").await?;
    page.wait_for("#mix", "document.querySelector('.numbers caption').textContent.startsWith(`At ${e.value} % CPU`)")
        .await
}

/// The defaults: 64 clients that ask for about 400 requests of 20 ms per second, four cores.
fn is_the_model(seen: &[(f64, Said)]) -> Result<()> {
    let at = |mix: f64| seen.iter().find(|(at, _)| *at == mix).map(|(_, said)| said).context("expected that stop");
    let io = at(5.0)?;
    ensure!(io.verdict.contains("tie"), "expected a tie where all is waiting, got {}", io.verdict);
    ensure!((io.node / io.go - 1.0).abs() < 0.05, "expected equal throughputs at 5 %, got {io:?}");
    ensure!((380.0..420.0).contains(&io.go), "expected what the clients ask for, about 400, got {io:?}");
    let knee = at(12.5)?;
    let share = knee.node / io.node;
    ensure!(share < 0.97 && share > 0.8, "expected the event loop's knee near 12.5 %, got {share} of {io:?}");
    let full = at(25.0)?;
    ensure!((185.0..215.0).contains(&full.node), "expected 50 / 0.25 = 200 per second at 25 %, got {full:?}");
    ensure!(at(30.0)?.go > 0.95 * 400.0, "expected goroutines to keep up at 30 %, got {:?}", at(30.0)?);
    ensure!(at(60.0)?.go < 0.95 * 400.0, "expected goroutines' knee before 60 %, got {:?}", at(60.0)?);
    let cpu = at(100.0)?;
    let ratio = cpu.go / cpu.node;
    ensure!((3.7..4.3).contains(&ratio), "expected four cores to do four times as much, got {ratio}: {cpu:?}");
    ensure!(cpu.verdict.contains("goroutines finish"), "expected goroutines ahead, got {}", cpu.verdict);
    Ok(())
}

#[tokio::test]
async fn a_drag_on_the_plot_shows_the_model() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("drag-plot", async |page, pointer| {
        open(page, &site, "").await?;
        page.whole().await?;
        let stops = [5.0, 12.5, 25.0, 30.0, 50.0, 60.0, 100.0];
        let mut seen = Vec::new();
        let (mut here, first) = (page.place_of(20.0).await?, page.place_of(stops[0]).await?);
        page.hold(pointer, here, first, 8).await?;
        here = first;
        for mix in stops {
            let place = page.place_of(mix).await?;
            page.carry(pointer, here, place, 8).await?;
            here = place;
            agrees_at(page, mix).await?;
            seen.push((mix, said(page).await?));
        }
        page.let_go(pointer, here).await?;
        moved_as_one(page, 20).await?;
        is_the_model(&seen)?;
        page.wait_for("td[data-runtime='node'][data-number='live']", "parseFloat(e.textContent) < 80").await
    })
    .await;
}

#[tokio::test]
async fn a_drag_beyond_the_ends_of_the_axis_stops_there() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("drag-ends", async |page, pointer| {
        open(page, &site, "").await?;
        let plot = page.rect(".curve .plot").await?;
        for (to, mix) in [((0.999, 0.5), 100.0), ((0.001, 0.5), 0.0)] {
            page.drag(pointer, page.place_of(50.0).await?, plot.at(to), 10).await?;
            ensure!(page.mix().await? == mix, "expected {mix}, got {}", page.mix().await?);
        }
        if pointer == Pointer::Touch {
            // A finger that goes far down scrolls the page.
            return moved_as_one(page, 6).await;
        }
        // The plot keeps the mouse that went down on it.
        let plot = page.rect(".curve .plot").await?;
        page.drag(pointer, page.place_of(50.0).await?, plot.at((0.8, 1.5)), 10).await?;
        ensure!(page.mix().await? > 70.0, "expected the drag to go on below the plot, got {}", page.mix().await?);
        moved_as_one(page, 6).await
    })
    .await;
}

#[tokio::test]
async fn the_thumb_of_the_slider_can_be_dragged() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("drag-thumb", async |page, pointer| {
        open(page, &site, "?mix=5").await?;
        let slider = page.rect("#mix").await?;
        // The thumb's middle runs over the same places as the plot's axis.
        let place = async |mix: f64| anyhow::Ok((page.place_of(mix).await?.0, slider.at((0.0, 0.5)).1));
        page.hold(pointer, place(5.0).await?, place(60.0).await?, 10).await?;
        agrees_at(page, 60.0).await?;
        page.carry(pointer, place(60.0).await?, place(100.0).await?, 10).await?;
        agrees_at(page, 100.0).await?;
        page.let_go(pointer, place(100.0).await?).await?;
        page.whole().await?;
        let (node, go) = (page.number("node", "throughput").await?, page.number("go", "throughput").await?);
        ensure!((3.7..4.3).contains(&(go / node)), "expected four times as much, got {go} to {node}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn keys_move_the_slider() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("drag-keys", async |page, _| {
        open(page, &site, "?mix=40").await?;
        page.focus("#mix").await?;
        let steps = [
            (Key::ArrowRight, 2, 41.0),
            (Key::ArrowUp, 1, 41.5),
            (Key::ArrowLeft, 3, 40.0),
            (Key::ArrowDown, 2, 39.0),
            (Key::PageUp, 1, 49.0),
            (Key::PageDown, 2, 29.0),
            (Key::Home, 1, 0.0),
            (Key::End, 1, 100.0),
        ];
        for (key, n, mix) in steps {
            page.press(key, n).await?;
            agrees_at(page, mix).await.with_context(|| format!("after {key:?}"))?;
            let said: String = page.value("document.querySelector('#mix').getAttribute('aria-valuetext')").await?;
            ensure!(said == format!("{mix} % CPU, {} % I/O", 100.0 - mix), "expected both shares of {mix}, got {said}");
        }
        page.wait_until("location.search === '?mix=100'").await
    })
    .await;
}

#[tokio::test]
async fn the_buttons_beside_the_slider_step_to_its_ends() {
    let site = Site::dist().await.expect("a release build");
    check_everywhere("drag-buttons", async |page, pointer| {
        for (query, button, mix) in [("?mix=98", ".slider button:last-child", 100.0), ("?mix=2", ".slider button", 0.0)]
        {
            open(page, &site, query).await?;
            for _ in 0..2 {
                page.click(button, pointer).await?;
            }
            agrees_at(page, mix).await?;
            page.wait_for(button, "e.disabled").await?;
            moved_as_one(page, 3).await?;
            page.wait_until(&format!("location.search === '?mix={mix}'")).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_finger_that_goes_up_or_down_scrolls_the_page() {
    let site = Site::dist().await.expect("a release build");
    browser_tests::check("drag-scroll", browser_tests::Setup::phone(), async |page| {
        open(page, &site, "?mix=40").await?;
        let (x, y) = page.place_of(60.0).await?;
        page.drag(Pointer::Touch, (x, y), (x, y - 200.0), 20).await?;
        page.wait_until("scrollY > 50").await
    })
    .await;
}
