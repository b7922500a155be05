//! The page under test, as a person and a debugger see it.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::driver::Driver;
use crate::setup::Setup;

/// How long a condition may take to come true: long, as a loaded machine is slow and a pass does not wait.
const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(20);
/// Runs in every document before the document's own scripts.
const WATCH: &str = "window.__violations = [];
addEventListener('securitypolicyviolation', (e) => {
  window.__violations.push(`${e.effectiveDirective} blocked ${e.blockedURI} ${e.sample} (${e.sourceFile}:${e.lineNumber})`);
}, true);";

/// A browser with one tab.
pub struct Page {
    client: Client,
    driver: Driver,
    /// The browser's profile, deleted when the browser is gone.
    _profile: tempfile::TempDir,
    log: Mutex<Vec<Entry>>,
    expected: Mutex<Vec<String>>,
}

/// An entry of the browser's console.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// Where it comes from, and the text.
    pub message: String,
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
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
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
        };
        for (command, params) in setup.commands() {
            page.cdp(command, params).await?;
        }
        page.cdp(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": WATCH }),
        )
        .await?;
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
        self.client
            .goto(url)
            .await
            .with_context(|| format!("expected to open {url}"))
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
        let value = self
            .client
            .execute(script, args)
            .await
            .with_context(|| format!("in the script `{script}`"))?;
        serde_json::from_value(value)
            .with_context(|| format!("expected another result of `{script}`"))
    }

    /// Sends a command of the browser's own protocol.
    pub async fn cdp(&self, command: &str, params: Value) -> Result<Value> {
        self.send(
            "goog/cdp/execute",
            json!({ "cmd": command, "params": params }),
        )
        .await
    }

    pub(crate) async fn send(&self, path: &'static str, body: Value) -> Result<Value> {
        let shown = format!("{path} {body}");
        self.client
            .issue_cmd(Command { path, body })
            .await
            .with_context(|| format!("in the command {shown}"))
    }

    /// Waits until the first element that matches satisfies a condition, an expression over `e`.
    pub async fn wait_for(&self, css: &str, condition: &str) -> Result<()> {
        let script = format!(
            "const e = document.querySelector(arguments[0]); return !!(e && ({condition}));"
        );
        self.wait_script(
            &script,
            vec![css.into()],
            &format!("{css} with `{condition}`"),
        )
        .await
    }

    /// Waits until an expression is true.
    pub async fn wait_until(&self, expression: &str) -> Result<()> {
        self.wait_script(
            &format!("return !!({expression});"),
            Vec::new(),
            &format!("`{expression}`"),
        )
        .await
    }

    async fn wait_script(&self, script: &str, args: Vec<Value>, what: &str) -> Result<()> {
        let started = Instant::now();
        while !self.eval::<bool>(script, args.clone()).await? {
            if started.elapsed() > PATIENCE {
                bail!(
                    "expected {what} within {} s, it did not come",
                    PATIENCE.as_secs()
                );
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    /// How many elements match.
    pub async fn count(&self, css: &str) -> Result<usize> {
        self.eval(
            "return document.querySelectorAll(arguments[0]).length",
            vec![css.into()],
        )
        .await
    }

    /// An attribute of the first element that matches.
    pub async fn attr(&self, css: &str, name: &str) -> Result<Option<String>> {
        Ok(self
            .client
            .find(Locator::Css(css))
            .await
            .with_context(|| format!("expected {css}"))?
            .attr(name)
            .await?)
    }

    /// The text that the first matching element shows.
    pub async fn text(&self, css: &str) -> Result<String> {
        Ok(self
            .client
            .find(Locator::Css(css))
            .await
            .with_context(|| format!("expected {css}"))?
            .text()
            .await?)
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
        self.eval(
            "document.querySelector(arguments[0]).focus()",
            vec![css.into()],
        )
        .await
    }

    /// Whatever follows is about the document in this frame.
    pub async fn enter_frame(&self, css: &str) -> Result<()> {
        let frame = self
            .client
            .find(Locator::Css(css))
            .await
            .with_context(|| format!("expected the frame {css}"))?;
        Ok(frame.enter_frame().await?)
    }

    /// Whatever follows is about the outermost document.
    pub async fn leave_frames(&self) -> Result<()> {
        self.send("frame", json!({ "id": null })).await.map(drop)
    }

    /// Saves what is visible as `target/screenshots/<name>.png`.
    pub async fn screenshot(&self, name: &str) -> Result<PathBuf> {
        let shot = self
            .cdp("Page.captureScreenshot", json!({ "format": "png" }))
            .await?;
        let png = base64::engine::general_purpose::STANDARD
            .decode(shot["data"].as_str().context("expected a picture")?)?;
        let path = crate::screenshots()?.join(format!("{name}.png"));
        std::fs::write(&path, png)?;
        Ok(path)
    }

    /// What the policy forbade in the current frame's document.
    pub async fn violations(&self) -> Result<Vec<String>> {
        self.eval("return window.__violations || []", Vec::new())
            .await
    }

    /// Everything that the console got so far, of all documents in this tab.
    pub async fn log(&self) -> Result<Vec<Entry>> {
        let new: Vec<Entry> =
            serde_json::from_value(self.send("se/log", json!({ "type": "browser" })).await?)?;
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.extend(new);
        Ok(log.clone())
    }

    /// Announces a complaint on the console that contains this text, for tests of faults.
    pub fn expect_complaint(&self, text: &str) {
        self.expected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(text.into());
    }

    /// Fails when the console has an error that nobody announced, or when the policy forbade something.
    pub async fn expect_clean(&self) -> Result<()> {
        self.leave_frames().await?;
        let log = self.log().await?;
        let expected = self
            .expected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let complaints: Vec<&str> = log
            .iter()
            .filter(|entry| {
                entry.level == "SEVERE" && !expected.iter().any(|text| entry.message.contains(text))
            })
            .map(|entry| entry.message.as_str())
            .collect();
        ensure!(
            complaints.is_empty(),
            "expected a clean console, got:\n{}",
            complaints.join("\n")
        );
        let violations: Vec<String> = self.violations().await?;
        let violations: Vec<&String> = violations
            .iter()
            .filter(|violation| !expected.iter().any(|text| violation.contains(text)))
            .collect();
        ensure!(
            violations.is_empty(),
            "expected no violation of the policy, got {violations:?}"
        );
        Ok(())
    }

    /// What there is to see when a test failed; it must not fail itself.
    pub(crate) async fn evidence(&self, name: &str) -> String {
        let mut seen = format!("-- evidence of {name}\n");
        seen += &format!(
            "address: {}\n",
            self.url()
                .await
                .unwrap_or_else(|error| format!("{error:#}"))
        );
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
