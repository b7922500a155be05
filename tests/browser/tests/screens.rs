//! Pictures of every view, theme and width, held to those that somebody has looked at.
//!
//! `BLESS=1` takes them anew, into `tests/golden/screens`. They are kept at a quarter of their size: what matters is what
//! stands where in which colour; how a machine smooths its letters does not. The fonts are the system's, so pictures are
//! compared only where letters are as wide as they were there (`letters.txt`).

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use browser_tests::{Page, Setup, Site, check};
use image::RgbImage;
use image::imageops::{FilterType, resize};
use serde_json::json;

/// How much smaller a picture is kept.
const SMALLER: u32 = 4;
/// A pixel is another one if a part of its colour is so much off, of 255.
const OFF: u8 = 40;
/// How many pixels may be others.
const SHARE: f64 = 0.01;
const WIDTHS: [u32; 4] = [320, 720, 1280, 1920];

/// The page at a width, as long as it is.
async fn picture(page: &Page, name: &str, (width, height): (u32, u32)) -> Result<RgbImage> {
    let metrics = |height: u32| json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    page.cdp("Emulation.setDeviceMetricsOverride", metrics(height)).await?;
    page.wait_until(&format!("innerWidth === {width} && innerHeight === {height}")).await?;
    page.frames_pass(3).await?;
    let whole: u32 = page.value("document.documentElement.scrollHeight").await?;
    page.cdp("Emulation.setDeviceMetricsOverride", metrics(whole)).await?;
    page.wait_until(&format!("innerHeight === {whole}")).await?;
    page.frames_pass(6).await?;
    let path = page.screenshot(name).await?;
    let picture = image::open(&path).with_context(|| format!("expected a picture at {}", path.display()))?.into_rgb8();
    let (width, height) = picture.dimensions();
    Ok(resize(&picture, width / SMALLER, height / SMALLER, FilterType::Triangle))
}

/// How many pixels of one picture are others in the other; all, if its size is another.
fn differ(a: &RgbImage, b: &RgbImage) -> f64 {
    // A line that is wrapped elsewhere on a machine with other letters moves all below it: that is for a person to see.
    if a.dimensions() != b.dimensions() {
        return 1.0;
    }
    let is_off = |(a, b): &(&image::Rgb<u8>, &image::Rgb<u8>)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > OFF);
    a.pixels().zip(b.pixels()).filter(is_off).count() as f64 / f64::from(a.width() * a.height())
}

fn golden(name: &str) -> Result<PathBuf> {
    Ok(browser_tests::root()?.join("tests/golden/screens").join(format!("{name}.png")))
}

/// How wide letters of the page's two fonts are.
async fn letters(page: &Page) -> Result<String> {
    page.value(
        "(() => { const to = document.createElement('canvas').getContext('2d');
        const wide = (e) => { to.font = `20px ${getComputedStyle(e).fontFamily}`; return to.measureText('Handgloves 0123').width.toFixed(1); };
        return [document.querySelector('.duel'), document.querySelector('.verdict')].map(wide).join(' '); })()",
    )
    .await
}

/// Takes and compares the pictures of a view in a theme.
async fn hold(page: &Page, name: &str, height: u32) -> Result<()> {
    let mut wrong = Vec::new();
    let is_blessed = std::env::var_os("BLESS").is_some();
    let (file, letters) = (golden("letters")?.with_extension("txt"), letters(page).await?);
    let has_letters = is_blessed || std::fs::read_to_string(&file).is_ok_and(|kept| kept.trim() == letters);
    if !has_letters {
        println!("other fonts than those of {}: pictures of {name} are taken, not compared", file.display());
    }
    for width in WIDTHS {
        let name = format!("{name}-{width}");
        let picture = picture(page, &format!("screen-{name}"), (width, height)).await?;
        let path = golden(&name)?;
        if is_blessed {
            std::fs::create_dir_all(path.parent().context("expected a folder")?)?;
            picture.save(&path)?;
            std::fs::write(&file, format!("{letters}\n"))?;
            continue;
        }
        if !has_letters {
            continue;
        }
        let kept = image::open(&path).with_context(|| format!("expected {}; BLESS=1 takes it", path.display()))?;
        let share = differ(&kept.into_rgb8(), &picture);
        if share > SHARE {
            wrong.push(format!("{name}: {:.1} % of it", share * 100.0));
        }
    }
    ensure!(
        wrong.is_empty(),
        "expected the pictures that are kept, others are {wrong:?}; look at target/screenshots/screen-*.png, and if they \
         are meant to be so, BLESS=1"
    );
    Ok(())
}

#[tokio::test]
async fn every_view_theme_and_width_looks_as_it_was_meant_to() {
    let site = Site::dist().await.expect("a release build");
    for theme in ["light", "dark", "projector"] {
        check(&format!("screens-{theme}"), Setup::desktop(), async |page| {
            for (view, path, height) in [
                ("full", "?mix=30", 900),
                ("compact", "embed.html?mix=30", 560),
                ("talk", "?view=talk&story=jit", 1080),
            ] {
                page.open(&site.url(&format!("{path}&paused=true&theme={theme}"))).await?;
                page.whole().await?;
                if view == "talk" {
                    page.wait_for("#stage .found", "!e.textContent.startsWith('Judging')").await?;
                }
                hold(page, &format!("{view}-{theme}"), height).await?;
            }
            Ok(())
        })
        .await;
    }
}

#[test]
fn another_picture_is_found() {
    let white = RgbImage::from_pixel(100, 50, image::Rgb([255; 3]));
    let mut other = white.clone();
    assert_eq!(differ(&white, &other), 0.0);
    for x in 0..100 {
        other.put_pixel(x, 10, image::Rgb([200, 255, 255]));
    }
    assert_eq!(differ(&white, &other), 0.02);
    assert_eq!(differ(&white, &RgbImage::from_pixel(100, 51, image::Rgb([255; 3]))), 1.0);
}
