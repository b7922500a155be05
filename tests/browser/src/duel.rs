//! The figure in a test's words: what it says, what it counts, where a mix lies on it, how its controls are set.

use anyhow::{Context as _, Result, bail};
use fantoccini::Locator;
use serde_json::Value;

use crate::input::Pointer;
use crate::page::Page;

/// Margins of the plot's axis to the left and to the right, in CSS pixels.
const MARGINS: (f64, f64) = (48.0, 60.0);
/// A still stretch of the live run, in frames: four times as long as its count may lag behind.
const STILL_FRAMES: u32 = 60;
/// How often a run may be found going before it counts as one that does not stop.
const STILL_TRIES: u32 = 20;

impl Page {
    /// Waits until there is a computed result to see.
    pub async fn ready(&self) -> Result<()> {
        self.wait_for("#duel", "e.dataset.state === 'ready'").await?;
        // What is below the figure comes when somebody goes there, where all of the page is shown.
        let is_full: bool = self.value("!!document.querySelector('.duel[data-view=full]')").await?;
        if is_full {
            let script = "document.querySelector('#annex').scrollIntoView(); return true;";
            self.eval::<bool>(script, Vec::new()).await?;
            self.wait_for("#duel", "e.dataset.annex === 'ready'").await?;
            self.eval::<bool>("scrollTo(0, 0); return true;", Vec::new()).await?;
        }
        Ok(())
    }

    /// Waits until the curve is as good as it gets.
    pub async fn whole(&self) -> Result<()> {
        self.ready().await?;
        self.wait_for("#duel", "e.dataset.curve === 'whole'").await
    }

    /// Where the slider stands, in percent.
    pub async fn mix(&self) -> Result<f64> {
        self.value("document.querySelector('#mix').valueAsNumber").await
    }

    /// The sentence over the figure.
    pub async fn verdict(&self) -> Result<String> {
        self.value("document.querySelector('.verdict').textContent").await
    }

    /// A figure of the table of numbers, without its unit and its interval.
    pub async fn number(&self, runtime: &str, number: &str) -> Result<f64> {
        let script =
            "const cell = document.querySelector(`td[data-runtime='${arguments[0]}'][data-number='${arguments[1]}']`);
            return cell ? parseFloat(cell.textContent.replaceAll('\\u202f', '')) : null;";
        let found: Option<f64> = self.eval(script, vec![runtime.into(), number.into()]).await?;
        found.with_context(|| format!("expected the number {number} of {runtime}"))
    }

    /// How many events the live run has had.
    pub async fn events(&self) -> Result<u64> {
        self.value("+document.querySelector('#duel').dataset.events").await
    }

    /// Waits until the live run has gone on.
    pub async fn goes_on(&self) -> Result<()> {
        let events = self.events().await?;
        self.wait_for("#duel", &format!("+e.dataset.events !== {events}")).await
    }

    /// Waits until the live run stands still for a while of the outermost document's frames.
    pub async fn stands_still(&self) -> Result<u64> {
        for _ in 0..STILL_TRIES {
            let before = self.events().await?;
            self.frames_pass(STILL_FRAMES).await?;
            if self.events().await? == before {
                return Ok(before);
            }
        }
        bail!("expected the live run to stand still, it went on")
    }

    /// Waits until so many frames were shown, by the clock of the outermost document: a frame out of view has none.
    pub async fn frames_pass(&self, n: u32) -> Result<()> {
        let frames = self.frames();
        self.leave_frames().await?;
        let script = "const [n, done] = arguments; let left = n;
            const next = () => (left-- > 0 ? requestAnimationFrame(next) : done(true)); next();";
        self.client().execute_async(script, vec![n.into()]).await?;
        for css in frames {
            self.enter_frame(&css).await?;
        }
        Ok(())
    }

    /// Where a mix lies on the plot of the curve, halfway up.
    pub async fn place_of(&self, mix: f64) -> Result<(f64, f64)> {
        let plot = self.rect(".curve .plot").await?;
        Ok((plot.x + MARGINS.0 + (plot.width - MARGINS.0 - MARGINS.1) * mix / 100.0, plot.y + plot.height / 2.0))
    }

    /// Drags on the plot from one mix to another.
    pub async fn drag_mix(&self, pointer: Pointer, from: f64, to: f64) -> Result<()> {
        let (from, to) = (self.place_of(from).await?, self.place_of(to).await?);
        self.drag(pointer, from, to, 12).await
    }

    /// Chooses an option of a list of choices; opens the group around it first.
    pub async fn choose(&self, css: &str, option: &str) -> Result<()> {
        self.reveal(css).await?;
        let list = self.client().find(Locator::Css(css)).await.with_context(|| format!("expected {css}"))?;
        list.select_by_value(option).await.with_context(|| format!("expected {option} in {css}"))
    }

    /// Gives a field another value, as one that was typed and then left.
    pub async fn fill(&self, css: &str, text: &str) -> Result<()> {
        self.reveal(css).await?;
        let script = "const e = document.querySelector(arguments[0]); e.value = arguments[1];
            e.dispatchEvent(new Event('input', { bubbles: true })); e.dispatchEvent(new Event('change', { bubbles: true }));";
        self.eval::<Value>(script, vec![css.into(), text.into()]).await.map(drop)
    }

    /// Opens the group that hides an element.
    pub async fn reveal(&self, css: &str) -> Result<()> {
        let script =
            "const group = document.querySelector(arguments[0])?.closest('details'); if (group) group.open = true;";
        self.eval::<Value>(script, vec![css.into()]).await.map(drop)
    }
}
