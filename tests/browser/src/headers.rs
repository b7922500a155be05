//! The file `_headers` of static hosts, read as they read it: a path, then its headers, indented.

use anyhow::{Context as _, Result, bail};

/// Which answers carry which headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules(Vec<Rule>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    /// A path; a `*` at its end stands for anything.
    path: String,
    headers: Vec<(String, String)>,
}

impl Rules {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut rules: Vec<Rule> = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            if !line.starts_with(char::is_whitespace) {
                rules.push(Rule { path: line.trim().into(), headers: Vec::new() });
                continue;
            }
            let (name, value) = line
                .trim()
                .split_once(':')
                .with_context(|| format!("expected `name: value` in _headers, got `{line}`"))?;
            let Some(rule) = rules.last_mut() else { bail!("expected a path before `{line}` in _headers, found none") };
            rule.headers.push((name.trim().into(), value.trim().into()));
        }
        Ok(Self(rules))
    }

    /// One header for every answer.
    pub(crate) fn everywhere(name: &str, value: &str) -> Self {
        Self(vec![Rule { path: "/*".into(), headers: vec![(name.into(), value.into())] }])
    }

    /// The headers of the answer at a path, in the order of the file.
    pub(crate) fn of<'a>(&'a self, path: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter(move |rule| match rule.path.strip_suffix('*') {
                Some(prefix) => path.starts_with(prefix),
                None => path == rule.path,
            })
            .flat_map(|rule| rule.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// Drops a header everywhere, for tests of hosts that do not send it.
    pub(crate) fn remove(&mut self, name: &str) {
        for rule in &mut self.0 {
            rule.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rules;

    #[test]
    fn a_star_stands_for_the_rest() {
        let rules = Rules::parse("/*\n  A: 1\n\n# why\n/v/*\n  B: x: y\n").expect("rules");
        assert_eq!(rules.of("/index.html").collect::<Vec<_>>(), [("A", "1")]);
        assert_eq!(rules.of("/v/1/app.js").collect::<Vec<_>>(), [("A", "1"), ("B", "x: y")]);
    }

    #[test]
    fn headers_without_a_path_are_refused() {
        assert!(Rules::parse("  A: 1\n").is_err());
    }
}
