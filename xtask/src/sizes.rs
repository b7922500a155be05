//! What a release weighs on the wire.

use std::fmt;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Bytes of a file, as it is and compressed by brotli at its best quality.
struct Weight {
    name: String,
    raw: usize,
    brotli: usize,
}

/// The weight of every file of a release that the page loads.
pub(crate) struct Weights(Vec<Weight>);

/// When a file is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Before anything can be done with the page.
    First,
    /// Once somebody goes below the figure.
    Below,
    /// Once somebody wants other runtimes, or to look into them.
    Deep,
    /// Once somebody asks for measurements.
    Measured,
}

impl When {
    /// All parts, with their budgets in brotli bytes.
    pub(crate) const ALL: [(Self, usize, &str); 4] = [
        (Self::First, 150_000, "up to the first interaction"),
        (Self::Below, 180_000, "below the figure"),
        (Self::Deep, 170_000, "all runtimes, looked into"),
        (Self::Measured, 100_000, "measurements, when asked for"),
    ];

    fn of(name: &str) -> Self {
        let is = |part| name.contains(part);
        match () {
            () if is("annex") => Self::Below,
            () if is("deep") => Self::Deep,
            () if is("measured") => Self::Measured,
            () => Self::First,
        }
    }
}

impl Weights {
    /// Weighs a release. Folders other than `v` hold screenshots and examples, which the page does not load.
    pub(crate) fn of(dist: &Path) -> Result<Self> {
        let mut weights = Vec::new();
        for (folder, prefix) in folders(dist)? {
            for entry in std::fs::read_dir(&folder).with_context(|| format!("expected {}", folder.display()))? {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                // For the host, not for browsers.
                // Nor does the page load its own single file, or the element that opens it.
                if !path.is_file()
                    || ["_headers", crate::single::NAME, "embed.js"].contains(&name.as_str())
                    || name.ends_with(".json")
                    || name.ends_with(".d.ts")
                {
                    continue;
                }
                let content = std::fs::read(&path)?;
                weights.push(Weight { name: format!("{prefix}{name}"), raw: content.len(), brotli: brotli(&content)? });
            }
        }
        weights.sort_unstable_by(|a, b| b.brotli.cmp(&a.brotli).then_with(|| a.name.cmp(&b.name)));
        Ok(Self(weights))
    }

    /// Bytes of everything that is fetched then, compressed.
    pub(crate) fn brotli(&self, when: When) -> usize {
        self.of_then(when).map(|weight| weight.brotli).sum()
    }

    fn of_then(&self, when: When) -> impl Iterator<Item = &Weight> {
        self.0.iter().filter(move |weight| When::of(&weight.name) == when)
    }
}

fn folders(dist: &Path) -> Result<Vec<(std::path::PathBuf, String)>> {
    let mut folders = vec![(dist.to_path_buf(), String::new())];
    let versions = dist.join("v");
    if versions.is_dir() {
        for entry in std::fs::read_dir(versions)? {
            folders.push((entry?.path(), "v/…/".into()));
        }
    }
    Ok(folders)
}

fn brotli(content: &[u8]) -> Result<usize> {
    let mut compressed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut compressed, 1 << 16, 11, 22);
    writer.write_all(content)?;
    drop(writer);
    Ok(compressed.len())
}

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<28} {:>9} {:>9}", "bytes", "raw", "brotli")?;
        for (when, _, what) in When::ALL {
            for Weight { name, raw, brotli } in self.of_then(when) {
                writeln!(f, "{name:<28} {raw:>9} {brotli:>9}")?;
            }
            let raw: usize = self.of_then(when).map(|weight| weight.raw).sum();
            writeln!(f, "{what:<28} {raw:>9} {:>9}", self.brotli(when))?;
        }
        Ok(())
    }
}
