//! What the page's answers carry besides their content, taken from Trunk.toml so that developing and release agree.

use anyhow::{Context as _, Result};

use crate::project::Project;

const CSP: &str = "Content-Security-Policy";

/// The headers of every answer.
pub(crate) struct Headers(Vec<(String, String)>);

impl Headers {
    /// Reads `[serve.headers]` of Trunk.toml, the one place where they are written.
    pub(crate) fn read(project: &Project) -> Result<Self> {
        Self::from_config(&project.toml("Trunk.toml")?)
    }

    /// The headers of a configuration of Trunk.
    pub(crate) fn from_config(config: &toml::Table) -> Result<Self> {
        let headers = config
            .get("serve")
            .and_then(|serve| serve.get("headers")?.as_table())
            .context("expected the table [serve.headers] in Trunk.toml, found none")?;
        headers
            .iter()
            .map(|(name, value)| {
                let value = value
                    .as_str()
                    .with_context(|| format!("expected a string for the header {name} in Trunk.toml, got {value:?}"))?;
                Ok((name.clone(), value.into()))
            })
            .collect::<Result<_>>()
            .map(Self)
    }

    /// The policy for a `meta` element, which hosts that send no headers rely on.
    pub(crate) fn meta_policy(&self) -> Result<String> {
        let (_, policy) = self
            .0
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(CSP))
            .with_context(|| format!("expected the header {CSP} in [serve.headers] of Trunk.toml, found none"))?;
        let directives: Vec<&str> = policy
            .split(';')
            .map(str::trim)
            // Browsers ignore it in a document and complain on the console.
            .filter(|directive| !directive.is_empty() && !directive.starts_with("frame-ancestors"))
            .collect();
        Ok(directives.join("; "))
    }

    /// Names and values, in the order of the file.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::Headers;

    fn headers() -> Headers {
        let config =
            "[serve.headers]\nContent-Security-Policy = \"default-src 'none'; frame-ancestors *; base-uri 'none'\"";
        Headers::from_config(&config.parse().expect("TOML")).expect("headers")
    }

    #[test]
    fn a_document_can_not_say_who_frames_it() {
        assert_eq!(headers().meta_policy().expect("policy"), "default-src 'none'; base-uri 'none'");
    }

    #[test]
    fn missing_headers_are_refused() {
        assert!(Headers::from_config(&toml::Table::new()).is_err());
    }
}
