//! Complete queries: every key of the address with its value, as the command line writes them.

use anyhow::{Context as _, Result, bail};

use crate::project::Project;

/// A key and its default; none follows the cores.
type Key = (String, Option<String>);

/// The keys of the address in their order.
///
/// They are read from the table of the README, which a test holds against the code: chores know no code of the page.
pub(super) struct Keys(Vec<Key>);

impl Keys {
    pub(super) fn of(project: &Project) -> Result<Self> {
        let readme = project.shell.read_file("README.md").context("expected README.md in the checkout")?;
        let keys = Self::among(&readme);
        // The table begins with the story and has the workload's keys at least.
        if keys.0.first().is_none_or(|(key, _)| key != "story") || keys.0.len() < 20 {
            bail!("expected the table of address keys in README.md, found {} keys", keys.0.len());
        }
        Ok(keys)
    }

    /// The rows of a table of key, meaning, what is accepted and default, in `text`.
    pub(super) fn among(text: &str) -> Self {
        let mut keys = Vec::new();
        for line in text.lines() {
            let cells: Vec<&str> = line.trim().trim_matches('|').split(" | ").map(str::trim).collect();
            let (Some(first), Some(last)) = (cells.first(), cells.last()) else { continue };
            if !line.starts_with("| `") || cells.len() < 4 {
                continue;
            }
            let default = match *last {
                "nothing" => Some(String::new()),
                last => last.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).map(str::to_owned),
            };
            keys.push((first.trim_matches('`').to_owned(), default));
        }
        Self(keys)
    }

    /// Everything that `pairs` say on a machine with `n_cores`, with defaults for what they leave out.
    ///
    /// # Errors
    ///
    /// A key that there is not.
    pub(super) fn complete(&self, pairs: &[(&str, String)], n_cores: u32) -> Result<String> {
        if let Some((stranger, _)) = pairs.iter().find(|(key, _)| !self.0.iter().any(|(known, _)| known == key)) {
            bail!("expected keys of the table in README.md, got `{stranger}`");
        }
        let cores = n_cores.to_string();
        let value = |key: &Key| {
            let said = pairs.iter().find(|(said, _)| *said == key.0).map(|(_, value)| value.clone());
            let value = if key.0 == "cores" { Some(cores.clone()) } else { said.or_else(|| key.1.clone()) };
            format!("{}={}", key.0, value.unwrap_or_else(|| cores.clone()))
        };
        Ok(self.0.iter().map(value).collect::<Vec<_>>().join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "text\n\n| key | what it is | accepts | default |\n|---|---|---|---|\n\
        | `mix` | How much; either `a` or b. | 0 to 100 % | `20` |\n| `cores` | Cores. | 1 to 64, whole | `4` |\n\
        | `io` | What. | `network`, `timer` | `network` |\n| `workers` | How many. | 1 to 64, whole | the cores |\n\
        | `model` | Which. | 1 to 9, whole | `2` |\n\n| figure | value |\n|---|---|\n| `x` | 1 |\n";

    #[test]
    fn a_complete_query_has_every_key_in_order() {
        let keys = Keys::among(TABLE);
        let all = keys.complete(&[("io", "timer".into()), ("mix", "0.4975".into())], 2).expect("they exist");
        assert_eq!(all, "mix=0.4975&cores=2&io=timer&workers=2&model=2");
        let all = keys.complete(&[("workers", "1".into())], 8).expect("it exists");
        assert_eq!(all, "mix=20&cores=8&io=network&workers=1&model=2");
    }

    #[test]
    fn a_stranger_is_named() {
        let error = Keys::among(TABLE).complete(&[("mux", "3".into())], 2).expect_err("there is no such key");
        assert!(error.to_string().contains("`mux`"), "{error}");
    }

    #[test]
    fn the_readme_has_the_table() {
        let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
        let keys = Keys::among(&std::fs::read_to_string(readme).expect("the checkout has a README"));
        assert!(keys.0.len() >= 31, "{} keys", keys.0.len());
        let all = keys.complete(&[("runtimes", "go".into())], 2).expect("it exists");
        assert!(
            all.starts_with("story=none&mix=20&demand=20&bursts=1&cpu-dist=exponential&io-dist=constant&"),
            "{all}"
        );
        assert!(all.contains("&cores=2&") && all.contains("&gomaxprocs=2&runtimes=go&"), "{all}");
        assert!(all.contains("&workers=2&") && all.contains("&hide=&"), "{all}");
    }
}
