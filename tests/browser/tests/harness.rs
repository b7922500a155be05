//! The harness itself: a helper that silently does nothing would let every test of the page pass.

use anyhow::{Result, ensure};
use browser_tests::{Key, Pointer, Setup, Site, check};

const PAD: &str = "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>
<link rel=icon href='data:,'><title>pad</title>
<input id=slider type=range min=0 max=100 value=0 style='width:300px'>
<div id=pad style='width:200px;height:100px;touch-action:none;background:#ccc'></div>
<div style='height:3000px'></div><button id=low>low</button>
<script>
const seen = []; let moves = 0;
for (const type of ['pointerdown', 'pointerup'])
  document.getElementById('pad').addEventListener(type, (e) => seen.push(`${type} ${e.pointerType}`));
document.getElementById('pad').addEventListener('pointermove', () => { moves += 1; });
</script>";

async fn host() -> Site {
    Site::host(&[("pad.html", PAD)]).await.expect("a server")
}

#[tokio::test]
async fn a_mouse_drags_hovers_and_turns_its_wheel() {
    let host = host().await;
    check("harness-mouse", Setup::desktop(), async |page| {
        page.open(&host.url("pad.html")).await?;
        page.drag_in("#pad", Pointer::Mouse, (0.1, 0.5), (0.9, 0.5)).await?;
        ensure!(page.value::<String>("seen.join()").await? == "pointerdown mouse,pointerup mouse");
        let moves: u32 = page.value("moves").await?;
        ensure!(moves > 5, "expected moves on the way, got {moves}");
        page.drag_in("#slider", Pointer::Mouse, (0.03, 0.5), (0.5, 0.5)).await?;
        let value: String = page.value("document.getElementById('slider').value").await?;
        ensure!((40..=60).contains(&value.parse::<u32>()?), "expected the middle, got {value}");
        page.hover("#pad", (0.5, 0.5)).await?;
        page.wait_for("#pad", "e.matches(':hover')").await?;
        page.wheel("#pad", (0, 200)).await?;
        page.wait_until("scrollY > 100").await?;
        page.click("#low", Pointer::Mouse).await?;
        page.wait_until("document.activeElement.id === 'low'").await
    })
    .await;
}

#[tokio::test]
async fn a_finger_drags_on_a_phone() {
    let host = host().await;
    check("harness-touch", Setup::phone(), async |page| {
        page.open(&host.url("pad.html")).await?;
        let view: (u32, u32, f64) = page.value("[innerWidth, innerHeight, devicePixelRatio]").await?;
        ensure!(view == (360, 740, 3.0), "expected 360, 740, 3, got {view:?}");
        page.wait_until("matchMedia('(pointer: coarse)').matches").await?;
        page.drag_in("#pad", Pointer::Touch, (0.1, 0.5), (0.9, 0.5)).await?;
        ensure!(page.value::<String>("seen.join()").await? == "pointerdown touch,pointerup touch");
        page.drag_in("#slider", Pointer::Touch, (0.03, 0.5), (0.5, 0.5)).await?;
        let value: String = page.value("document.getElementById('slider').value").await?;
        ensure!((40..=60).contains(&value.parse::<u32>()?), "expected the middle, got {value}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn keys_go_to_the_focus() {
    let host = host().await;
    check("harness-keys", Setup::desktop(), async |page| {
        page.open(&host.url("pad.html")).await?;
        page.press(Key::Tab, 1).await?;
        page.wait_until("document.activeElement.id === 'slider'").await?;
        page.press(Key::ArrowRight, 3).await?;
        page.wait_for("#slider", "e.value === '3'").await?;
        page.press(Key::Tab, 1).await?;
        page.wait_until("document.activeElement.id === 'low'").await?;
        page.press(Key::ShiftTab, 1).await?;
        page.wait_until("document.activeElement.id === 'slider'").await
    })
    .await;
}

#[tokio::test]
async fn preferences_and_sizes_reach_the_page() {
    let host = host().await;
    let setup = Setup::desktop().size(900, 700).pixel_ratio(2.0).dark().reduced_motion();
    check("harness-preferences", setup, async |page| {
        page.open(&host.url("pad.html")).await?;
        let view: (u32, u32, f64) = page.value("[innerWidth, innerHeight, devicePixelRatio]").await?;
        ensure!(view == (900, 700, 2.0), "expected 900, 700, 2, got {view:?}");
        for query in ["(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)"] {
            page.wait_until(&format!("matchMedia('{query}').matches")).await?;
        }
        let png = std::fs::read(page.screenshot("harness-preferences").await?)?;
        ensure!(png.starts_with(b"\x89PNG"), "expected a picture");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn faults_are_seen() {
    let strict = "<!doctype html><meta http-equiv=Content-Security-Policy content=\"style-src 'none'\">\
        <link rel=icon href='data:,'><p style='color:red'>red</p><script src=gone.js></script>";
    let host = Site::host(&[("strict.html", strict)]).await.expect("a server");
    check("harness-faults", Setup::desktop(), async |page| {
        page.open(&host.url("strict.html")).await?;
        ensure!(page.expect_clean().await.is_err(), "expected a complaint");
        ensure!(page.violations().await?.len() == 1, "expected one violation, got {:?}", page.violations().await?);
        page.expect_complaint("gone.js");
        ensure!(page.expect_clean().await.is_err(), "expected another complaint");
        page.expect_complaint("style-src");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn frames_of_the_same_and_of_another_site_can_be_entered() {
    let inner = host().await;
    let frames = format!(
        "<!doctype html><link rel=icon href='data:,'><iframe id=a width=500 height=300 src='{}'></iframe><iframe id=b width=500 height=300 src='{}'></iframe>",
        inner.url("pad.html"),
        inner.url_by_name("pad.html"),
    );
    let outer = Site::host(&[("frames.html", &frames)]).await.expect("a server");
    check("harness-frames", Setup::desktop(), async |page| {
        page.open(&outer.url("frames.html")).await?;
        for frame in ["#a", "#b"] {
            page.enter_frame(frame).await?;
            drag_slider(page).await?;
            page.leave_frames().await?;
        }
        ensure!(page.count("iframe").await? == 2, "expected to be outside again");
        Ok(())
    })
    .await;
}

async fn drag_slider(page: &browser_tests::Page) -> Result<()> {
    page.drag_in("#slider", Pointer::Mouse, (0.03, 0.5), (0.5, 0.5)).await?;
    page.wait_for("#slider", "+e.value > 30").await
}
