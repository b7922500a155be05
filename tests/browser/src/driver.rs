//! The driver's process: started on a free port for one browser, gone with it.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// A running chromedriver.
pub(crate) struct Driver {
    process: Child,
    /// Kept open: the driver would die of a closed pipe.
    _said: Lines<BufReader<ChildStdout>>,
    port: u16,
}

impl Driver {
    pub(crate) async fn start() -> Result<Self> {
        let program = std::env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let mut process = Command::new(&program)
            .args(["--port=0", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| {
                format!("expected the program {}; run `cargo xtask setup --browsers`", program.display())
            })?;
        let mut said = BufReader::new(process.stdout.take().context("expected the driver's output")?).lines();
        let port = tokio::time::timeout(Duration::from_secs(30), port(&mut said))
            .await
            .context("expected chromedriver to say its port within 30 s")??;
        Ok(Self { process, _said: said, port })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) async fn stop(mut self) {
        // It is gone already, or this ends it; either way there is nothing left to do.
        drop(self.process.kill().await);
    }
}

async fn port(said: &mut Lines<BufReader<ChildStdout>>) -> Result<u16> {
    while let Some(line) = said.next_line().await? {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            return port.trim_end_matches('.').parse().with_context(|| format!("expected a port, got `{line}`"));
        }
    }
    bail!("expected chromedriver to say its port, but it stopped")
}
