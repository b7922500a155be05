//! The page under test, as a person and a debugger see it.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::console::{Entry, WATCH};
use crate::driver::Driver;
use crate::setup::Setup;

/// How long a condition may take to come true: long, as a loaded machine is slow and a pass does not wait.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);
/// A browser with one tab.
pub struct Page {
    client: Client,
    driver: Driver,
    /// The browser's profile, deleted when the browser is gone.
    _profile: tempfile::TempDir,
    pub(crate) log: Mutex<Vec<Entry>>,
    /// Texts of announced complaints.
    pub(crate) expected: Mutex<Vec<String>>,
    /// The selectors of the frames that were entered, the outermost first.
    frames: Mutex<Vec<String>>,
}

/// A box in CSS pixels, from the top left corner of the frame's view.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    /// A place in the box: (0, 0) is the top left corner, (1, 1) the bottom right one.
    #[must_use]
    pub fn at(self, (across, down): (f64, f64)) -> (f64, f64) {
        (self.x + self.width * across, self.y + self.height * down)
    }
}

/// A WebDriver command with a body of its own.
#[derive(Debug)]
struct Command {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

impl Page {
    pub(crate) async fn open_browser(setup: &Setup) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let driver = Driver::start().await?;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(setup.capabilities(profile.path()))
            .connect(&driver.url())
            .await
            .context("expected a new session of the browser")?;
        let page = Self {
            client,
            driver,
            _profile: profile,
            log: Mutex::default(),
            expected: Mutex::default(),
            frames: Mutex::default(),
        };
        for (command, params) in setup.commands() {
            page.cdp(command, params).await?;
        }
        page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await?;
        Ok(page)
    }

    pub(crate) async fn close(self) {
        // A browser that died can not be closed; the driver's end takes the rest with it.
        drop(self.client.close().await);
        self.driver.stop().await;
    }

    /// What fantoccini offers beyond these helpers.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Opens an address and waits until it is loaded, which does not mean that its scripts are done.
    pub async fn open(&self, url: &str) -> Result<()> {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.client.goto(url).await.with_context(|| format!("expected to open {url}"))
    }

    /// The current address.
    pub async fn url(&self) -> Result<String> {
        Ok(self.client.current_url().await?.into())
    }

    /// The back button.
    pub async fn back(&self) -> Result<()> {
        Ok(self.client.back().await?)
    }

    /// The forward button.
    pub async fn forward(&self) -> Result<()> {
        Ok(self.client.forward().await?)
    }

    /// The reload button.
    pub async fn reload(&self) -> Result<()> {
        Ok(self.client.refresh().await?)
    }

    /// Runs the body of a function in the current frame; `arguments` are the given values.
    pub async fn eval<T: DeserializeOwned>(&self, script: &str, args: Vec<Value>) -> Result<T> {
        let value = self.client.execute(script, args).await.with_context(|| format!("in the script `{script}`"))?;
        serde_json::from_value(value).with_context(|| format!("expected another result of `{script}`"))
    }

    /// The value of an expression in the current frame.
    pub async fn value<T: DeserializeOwned>(&self, expression: &str) -> Result<T> {
        self.eval(&format!("return ({expression});"), Vec::new()).await
    }

    /// Sends a command of the browser's own protocol.
    pub async fn cdp(&self, command: &str, params: Value) -> Result<Value> {
        self.send("goog/cdp/execute", json!({ "cmd": command, "params": params })).await
    }

    pub(crate) async fn send(&self, path: &'static str, body: Value) -> Result<Value> {
        let shown = format!("{path} {body}");
        self.client.issue_cmd(Command { path, body }).await.with_context(|| format!("in the command {shown}"))
    }

    /// Waits until the first element that matches satisfies a condition, an expression over `e`.
    pub async fn wait_for(&self, css: &str, condition: &str) -> Result<()> {
        let script = format!("const e = document.querySelector(arguments[0]); return !!(e && ({condition}));");
        self.wait_script(&script, vec![css.into()], &format!("{css} with `{condition}`")).await
    }

    /// Waits until an expression is true.
    pub async fn wait_until(&self, expression: &str) -> Result<()> {
        self.wait_script(&format!("return !!({expression});"), Vec::new(), &format!("`{expression}`")).await
    }

    async fn wait_script(&self, script: &str, args: Vec<Value>, what: &str) -> Result<()> {
        let started = Instant::now();
        while !self.eval::<bool>(script, args.clone()).await? {
            if started.elapsed() > PATIENCE {
                bail!("expected {what} within {} s, it did not come", PATIENCE.as_secs());
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    /// How many elements match.
    pub async fn count(&self, css: &str) -> Result<usize> {
        self.eval("return document.querySelectorAll(arguments[0]).length", vec![css.into()]).await
    }

    /// An attribute of the first element that matches.
    pub async fn attr(&self, css: &str, name: &str) -> Result<Option<String>> {
        Ok(self.client.find(Locator::Css(css)).await.with_context(|| format!("expected {css}"))?.attr(name).await?)
    }

    /// The text that the first matching element shows.
    pub async fn text(&self, css: &str) -> Result<String> {
        Ok(self.client.find(Locator::Css(css)).await.with_context(|| format!("expected {css}"))?.text().await?)
    }

    /// The box of the first element that matches, after scrolling it into view.
    pub async fn rect(&self, css: &str) -> Result<Rect> {
        let script = "const e = document.querySelector(arguments[0]);
            if (!e) return null;
            const seen = (r) => r.top >= 0 && r.left >= 0 && r.bottom <= innerHeight && r.right <= innerWidth;
            if (!seen(e.getBoundingClientRect())) e.scrollIntoView({ block: 'center', behavior: 'instant' });
            const r = e.getBoundingClientRect();
            return { x: r.x, y: r.y, width: r.width, height: r.height };";
        self.eval::<Option<Rect>>(script, vec![css.into()])
            .await?
            .with_context(|| format!("expected {css}, found none"))
    }

    /// Gives the focus to the first element that matches.
    pub async fn focus(&self, css: &str) -> Result<()> {
        self.eval("document.querySelector(arguments[0]).focus()", vec![css.into()]).await
    }

    /// Whatever follows is about the document in this frame.
    pub async fn enter_frame(&self, css: &str) -> Result<()> {
        let frame = self.client.find(Locator::Css(css)).await.with_context(|| format!("expected the frame {css}"))?;
        frame.enter_frame().await?;
        self.frames.lock().unwrap_or_else(PoisonError::into_inner).push(css.into());
        Ok(())
    }

    /// Whatever follows is about the outermost document.
    pub async fn leave_frames(&self) -> Result<()> {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.send("frame", json!({ "id": null })).await.map(drop)
    }

    /// The selectors of the frames around the current document, the outermost first.
    pub(crate) fn frames(&self) -> Vec<String> {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where the current frame's view begins in the outermost one, by which the driver measures pointers.
    pub(crate) async fn frame_origin(&self) -> Result<(f64, f64)> {
        let frames = self.frames();
        let (mut x, mut y) = (0.0, 0.0);
        if frames.is_empty() {
            return Ok((x, y));
        }
        self.leave_frames().await?;
        for css in &frames {
            let script = "const e = document.querySelector(arguments[0]);
                const r = e.getBoundingClientRect(), s = getComputedStyle(e);
                return [r.x + e.clientLeft + parseFloat(s.paddingLeft), r.y + e.clientTop + parseFloat(s.paddingTop)];";
            let (left, top): (f64, f64) = self.eval(script, vec![css.as_str().into()]).await?;
            x += left;
            y += top;
            self.enter_frame(css).await?;
        }
        Ok((x, y))
    }

    /// Saves what is visible as `target/screenshots/<name>.png`.
    pub async fn screenshot(&self, name: &str) -> Result<PathBuf> {
        let shot = self.cdp("Page.captureScreenshot", json!({ "format": "png" })).await?;
        let png =
            base64::engine::general_purpose::STANDARD.decode(shot["data"].as_str().context("expected a picture")?)?;
        let path = crate::screenshots()?.join(format!("{name}.png"));
        std::fs::write(&path, png)?;
        Ok(path)
    }

    /// What there is to see when a test failed; it must not fail itself.
    pub(crate) async fn evidence(&self, name: &str) -> String {
        let mut seen = format!("-- evidence of {name}\n");
        seen += &format!("address: {}\n", self.url().await.unwrap_or_else(|error| format!("{error:#}")));
        match self.screenshot(name).await {
            Ok(path) => seen += &format!("screenshot: {}\n", path.display()),
            Err(error) => seen += &format!("no screenshot: {error:#}\n"),
        }
        for entry in self.log().await.unwrap_or_default() {
            seen += &format!("console {}: {}\n", entry.level, entry.message);
        }
        for violation in self.violations().await.unwrap_or_default() {
            seen += &format!("policy: {violation}\n");
        }
        seen
    }
}
