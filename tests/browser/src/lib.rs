//! Whole-page tests: serves the built page, drives a real browser and gives tests the words to say what they expect.
//!
//! [`check`] is the frame of every test, [`Site`] serves, [`Setup`] says which browser, [`Page`] is what the test talks
//! to. The page has to be built before: `cargo xtask test dist browser`.

mod console;
mod driver;
mod duel;
mod headers;
mod hosted;
mod input;
mod page;
mod setup;
mod site;

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use futures_util::FutureExt as _;

pub use console::Entry;
pub use hosted::{built, packages, shaped, sheet};
pub use input::{Key, Pointer};
pub use page::{Page, Rect};
pub use setup::Setup;
pub use site::{Site, SiteBuilder};

/// Runs a test in a fresh browser, then expects a clean console and no violation of the page's policy.
///
/// The name is that of the screenshot which a failure leaves in `target/screenshots`.
///
/// # Panics
/// When the test fails, returns an error, or leaves a complaint on the console that [`Page::expect_complaint`] did not
/// announce.
pub async fn check(name: &str, setup: Setup, test: impl AsyncFnOnce(&Page) -> Result<()>) {
    let page = Page::open_browser(&setup).await.unwrap_or_else(|error| panic!("the browser did not start: {error:#}"));
    let outcome = AssertUnwindSafe(async {
        test(&page).await?;
        page.expect_clean().await
    })
    .catch_unwind()
    .await;
    if !matches!(outcome, Ok(Ok(()))) {
        let seen = page.evidence(name).await;
        eprintln!("{seen}");
    }
    page.close().await;
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(error)) => panic!("{name}: {error:#}"),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Runs a test with a mouse on a wide page, then with a finger on a phone.
///
/// # Panics
/// As [`check`] does.
pub async fn check_everywhere(name: &str, test: impl AsyncFn(&Page, Pointer) -> Result<()>) {
    let places = [("desktop", Setup::desktop(), Pointer::Mouse), ("phone", Setup::phone(), Pointer::Touch)];
    for (place, setup, pointer) in places {
        check(&format!("{name}-{place}"), setup, async |page| test(page, pointer).await).await;
    }
}

/// The checkout.
///
/// # Errors
/// When cargo did not start this program.
pub fn root() -> Result<PathBuf> {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").context("expected to be started by cargo")?;
    let root = PathBuf::from(manifest).ancestors().nth(2).map(PathBuf::from);
    root.context("expected tests/browser/ inside the checkout")
}

/// Where screenshots go.
///
/// # Errors
/// When the folder can not be made.
pub fn screenshots() -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    let folder = root()?.join(target).join("screenshots");
    std::fs::create_dir_all(&folder).with_context(|| format!("expected to create {}", folder.display()))?;
    Ok(folder)
}
