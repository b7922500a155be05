//! What a release weighs on the wire.

use std::fmt;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::packed::brotli;

/// Bytes of a file, as it is and compressed by brotli at its best quality.
struct Weight {
    name: String,
    raw: usize,
    brotli: usize,
}

/// The weight of every file of a release that a page loads, and of the script that opens one.
pub(crate) struct Weights(Vec<Weight>);

/// What an article loads before the reader comes near the figure, and its budget in brotli bytes.
pub(crate) const ELEMENT: (&str, usize) = ("embed.js", 4_000);

/// The two pages, each with what only it loads: nobody loads both.
const ENTRIES: [&[&str]; 2] = [&["index.html"], &["embed.html", "host.js"]];

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
    /// When it is printed, no script may run, or the reader has colours of their own.
    Paper,
    /// When a deck or another parent is around it that few have.
    Parents,
}

impl When {
    /// All parts, with their budgets in brotli bytes.
    pub(crate) const ALL: [(Self, usize, &str); 6] = [
        (Self::First, 150_000, "up to the first interaction"),
        (Self::Below, 180_000, "below the figure"),
        (Self::Deep, 190_000, "all runtimes, looked into"),
        (Self::Measured, 100_000, "measurements, when asked for"),
        (Self::Paper, 1_000, "on paper, no scripts, own colours"),
        (Self::Parents, 1_500, "decks and parents that ask"),
    ];

    fn of(name: &str) -> Self {
        let is = |part| name.contains(part);
        match () {
            () if is("annex") => Self::Below,
            () if is("deep") => Self::Deep,
            () if is("measured") => Self::Measured,
            () if is("paper") => Self::Paper,
            () if is("parents") => Self::Parents,
            () => Self::First,
        }
    }
}

impl Weights {
    /// Weighs a release. Other folders and files are for hosts, for packages and for taking away: no page loads them.
    pub(crate) fn of(dist: &Path) -> Result<Self> {
        let mut weights = Vec::new();
        for (folder, prefix) in folders(dist)? {
            for entry in std::fs::read_dir(&folder).with_context(|| format!("expected {}", folder.display()))? {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let is_entry = ENTRIES.iter().any(|entry| entry.contains(&name.as_str())) || name == ELEMENT.0;
                let is_loaded = [".js", ".css", ".wasm"].iter().any(|end| name.ends_with(end));
                // What is at the top has a copy in the folder of its version.
                let counts = if prefix.is_empty() { is_entry } else { is_loaded && name != ELEMENT.0 };
                if counts && path.is_file() {
                    weights.push(weigh(&path, format!("{prefix}{name}"))?);
                }
            }
        }
        weights.sort_unstable_by(|a, b| b.brotli.cmp(&a.brotli).then_with(|| a.name.cmp(&b.name)));
        Ok(Self(weights))
    }

    /// Bytes of everything that is fetched then, compressed; of the heavier page.
    pub(crate) fn brotli(&self, when: When) -> usize {
        self.sum(when, |weight| weight.brotli)
    }

    /// Bytes of the element's script, compressed.
    pub(crate) fn element(&self) -> usize {
        self.0.iter().find(|weight| weight.name == ELEMENT.0).map_or(0, |weight| weight.brotli)
    }

    fn sum(&self, when: When, bytes: impl Fn(&Weight) -> usize) -> usize {
        let only = |entry: &[&str]| -> usize {
            self.of_then(when).filter(|weight| entry.contains(&weight.file())).map(&bytes).sum()
        };
        let all: usize = self.of_then(when).map(&bytes).sum();
        let pages = ENTRIES.map(only);
        all - pages.iter().sum::<usize>() + pages.iter().max().copied().unwrap_or_default()
    }

    fn of_then(&self, when: When) -> impl Iterator<Item = &Weight> {
        self.0.iter().filter(move |weight| weight.name != ELEMENT.0 && When::of(&weight.name) == when)
    }
}

impl Weight {
    /// The name without its folder.
    fn file(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }
}

/// Weighs a file. A release has it compressed already.
fn weigh(path: &Path, name: String) -> Result<Weight> {
    let content = std::fs::read(path)?;
    let mut packed = path.to_path_buf().into_os_string();
    packed.push(".br");
    let brotli = match std::fs::metadata(packed) {
        Ok(file) => usize::try_from(file.len())?,
        Err(_) => brotli(&content)?.len(),
    };
    Ok(Weight { name, raw: content.len(), brotli })
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

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<28} {:>9} {:>9}", "bytes", "raw", "brotli")?;
        for (when, _, what) in When::ALL {
            for Weight { name, raw, brotli } in self.of_then(when) {
                writeln!(f, "{name:<28} {raw:>9} {brotli:>9}")?;
            }
            let raw = self.sum(when, |weight| weight.raw);
            writeln!(f, "{what:<28} {raw:>9} {:>9}", self.brotli(when))?;
        }
        writeln!(f, "{:<28} {:>19}", ELEMENT.0, self.element())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Weight, Weights, When};

    #[test]
    fn nobody_loads_both_pages() {
        let sizes =
            [("index.html", 5), ("embed.html", 3), ("v/…/host.js", 4), ("v/…/app.js", 10), ("v/…/annex.js", 20)];
        let weights = sizes.map(|(name, brotli)| Weight { name: name.into(), raw: 2 * brotli, brotli });
        let weights = Weights(Vec::from(weights));
        assert_eq!((weights.brotli(When::First), weights.brotli(When::Below)), (10 + 7, 20));
    }
}
