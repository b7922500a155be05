//! Which browser a test runs in: its size, its pointer, its owner's preferences.

use serde_json::{Map, Value, json};

/// The browser for a test.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Width and height of the page's view, in CSS pixels.
    size: (u32, u32),
    pixel_ratio: f64,
    is_phone: bool,
    color_scheme: &'static str,
    reduced_motion: &'static str,
    args: Vec<String>,
}

impl Setup {
    /// A mouse and 1280 by 900 pixels.
    #[must_use]
    pub fn desktop() -> Self {
        Self {
            size: (1280, 900),
            pixel_ratio: 1.0,
            is_phone: false,
            color_scheme: "light",
            reduced_motion: "no-preference",
            args: Vec::new(),
        }
    }

    /// A touch screen of 360 by 740 pixels, each three device pixels wide.
    #[must_use]
    pub fn phone() -> Self {
        Self { size: (360, 740), pixel_ratio: 3.0, is_phone: true, ..Self::desktop() }
    }

    /// Another size, in CSS pixels.
    #[must_use]
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = (width, height);
        self
    }

    /// Device pixels for each CSS pixel.
    #[must_use]
    pub fn pixel_ratio(mut self, ratio: f64) -> Self {
        self.pixel_ratio = ratio;
        self
    }

    /// The owner prefers dark pages.
    #[must_use]
    pub fn dark(mut self) -> Self {
        self.color_scheme = "dark";
        self
    }

    /// The owner prefers pages that do not move.
    #[must_use]
    pub fn reduced_motion(mut self) -> Self {
        self.reduced_motion = "reduce";
        self
    }

    /// A further argument for the browser.
    #[must_use]
    pub fn arg(mut self, arg: &str) -> Self {
        self.args.push(arg.into());
        self
    }

    /// What a new session is asked for; the profile is a folder that nobody used before.
    pub(crate) fn capabilities(&self, profile: &std::path::Path) -> Map<String, Value> {
        let mut args = vec![
            "--headless=new".to_owned(),
            // It does not work for root, as in most containers; only the project's own pages are opened.
            "--no-sandbox".into(),
            "--disable-dev-shm-usage".into(),
            "--disable-gpu".into(),
            "--disable-quic".into(),
            "--no-first-run".into(),
            "--disable-background-networking".into(),
            "--disable-component-update".into(),
            "--disable-sync".into(),
            // Frames of other sites stay in the tab's process: the driver shows the console of no other. What a frame
            // may do is the same.
            "--disable-site-isolation-trials".into(),
            "--disable-features=IsolateSandboxedIframes,IsolateOrigins,site-per-process".into(),
            format!("--user-data-dir={}", profile.display()),
            format!("--window-size={},{}", self.size.0, self.size.1),
        ];
        args.extend_from_slice(&self.args);
        let mut options = json!({ "args": args });
        if let Some(chromium) = std::env::var_os("CHROMIUM") {
            options["binary"] = chromium.to_string_lossy().into();
        }
        if self.is_phone {
            options["mobileEmulation"] = json!({ "deviceMetrics": {
                "width": self.size.0, "height": self.size.1, "pixelRatio": self.pixel_ratio, "touch": true, "mobile": true,
            } });
        }
        let mut capabilities = Map::new();
        capabilities.insert("browserName".into(), "chrome".into());
        capabilities.insert("goog:chromeOptions".into(), options);
        capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
        capabilities
    }

    /// Commands of the browser's own protocol that complete the set-up of a session.
    pub(crate) fn commands(&self) -> Vec<(&'static str, Value)> {
        let media = json!({ "features": [
            { "name": "prefers-color-scheme", "value": self.color_scheme },
            { "name": "prefers-reduced-motion", "value": self.reduced_motion },
        ] });
        let mut commands = vec![("Emulation.setEmulatedMedia", media)];
        if !self.is_phone {
            // The window's size includes the browser's own bars; this is the size of the page's view.
            let (width, height) = self.size;
            let metrics =
                json!({ "width": width, "height": height, "deviceScaleFactor": self.pixel_ratio, "mobile": false });
            commands.push(("Emulation.setDeviceMetricsOverride", metrics));
        }
        commands
    }
}
