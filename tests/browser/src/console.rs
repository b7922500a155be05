//! What the browser complains about: its console, and what the page's policy forbade.

use std::sync::PoisonError;

use anyhow::{Result, ensure};
use serde::Deserialize;
use serde_json::json;

use crate::page::Page;

/// Runs in every document before the document's own scripts.
pub(crate) const WATCH: &str = "window.__violations = [];
addEventListener('securitypolicyviolation', (e) => {
  window.__violations.push(`${e.effectiveDirective} blocked ${e.blockedURI} ${e.sample} (${e.sourceFile}:${e.lineNumber})`);
}, true);";

/// An entry of the browser's console.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// Where it comes from, and the text.
    pub message: String,
}

impl Page {
    /// What the policy forbade in the current frame's document.
    pub async fn violations(&self) -> Result<Vec<String>> {
        self.eval("return window.__violations || []", Vec::new()).await
    }

    /// Everything that the console got so far, of all documents in this tab.
    pub async fn log(&self) -> Result<Vec<Entry>> {
        let new: Vec<Entry> = serde_json::from_value(self.send("se/log", json!({ "type": "browser" })).await?)?;
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.extend(new);
        Ok(log.clone())
    }

    /// Announces a complaint on the console that contains this text, for tests of faults.
    pub fn expect_complaint(&self, text: &str) {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner).push(text.into());
    }

    /// Fails when the console has an error that nobody announced, or when the policy forbade something.
    pub async fn expect_clean(&self) -> Result<()> {
        self.leave_frames().await?;
        let log = self.log().await?;
        let expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let complaints: Vec<&str> = log
            .iter()
            .filter(|entry| entry.level == "SEVERE" && !expected.iter().any(|text| entry.message.contains(text)))
            .map(|entry| entry.message.as_str())
            .collect();
        ensure!(complaints.is_empty(), "expected a clean console, got:\n{}", complaints.join("\n"));
        let violations: Vec<String> = self.violations().await?;
        let violations: Vec<&String> =
            violations.iter().filter(|violation| !expected.iter().any(|text| violation.contains(text))).collect();
        ensure!(violations.is_empty(), "expected no violation of the policy, got {violations:?}");
        Ok(())
    }
}
