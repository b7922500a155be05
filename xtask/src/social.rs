//! What other sites learn of the page: oEmbed, for those that make a frame of a pasted link, and a card, for those that
//! show one. Both need absolute addresses, so a build has to be told its own.

use anyhow::{Context as _, Result, bail};
use serde_json::json;

/// The variable by which `cargo xtask dist --host` tells the hook that finishes the build.
pub(crate) const HOST: &str = "RUNTIME_DUEL_HOST";
/// The answer of oEmbed. Static files can not look at a query: it is that of the figure untold.
pub(crate) const OEMBED: &str = "oembed.json";
/// The card's picture, and its size in pixels; a test of the tests in browsers makes it from the poster.
pub(crate) const CARD: (&str, u32, u32) = ("card.png", 1200, 630);

const TITLE: &str = "Node.js event loop against Go scheduler: drag between waiting and computing";
const WORDS: &str = "A simulated event loop and a simulated goroutine scheduler serve the same requests. You set how \
                     much of each request is computing and how much is waiting.";

/// The address of the release's folder, with a slash at its end.
pub(crate) struct Host(String);

impl Host {
    /// Reads an address as people write it.
    ///
    /// # Errors
    /// When it is no address of a folder that a browser could open from another site.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let rest =
            rest.with_context(|| format!("--host: expected an address such as https://example.org/duel, got {text}"))?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]@".contains(c);
        if rest.trim_matches('/').is_empty() || !rest.chars().all(is_plain) {
            bail!("--host: expected a host and perhaps a folder, without query or fragment, got {text}");
        }
        Ok(Self(format!("{}/", text.trim_end_matches('/'))))
    }

    /// The address that the build was told, if any.
    ///
    /// # Errors
    /// As [`Host::parse`].
    pub(crate) fn of_build() -> Result<Option<Self>> {
        match std::env::var(HOST) {
            Ok(text) if !text.is_empty() => Self::parse(&text).map(Some),
            _ => Ok(None),
        }
    }

    /// The address itself.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The content of [`OEMBED`]: a bare frame, as scripts would be dropped.
    pub(crate) fn oembed(&self) -> String {
        let host = &self.0;
        let (card, width, height) = CARD;
        let frame = format!(
            "<iframe title=\"{TITLE}\" src=\"{host}embed.html\" loading=\"lazy\" width=\"720\" height=\"560\" \
             style=\"border:0;width:100%\" allow=\"fullscreen; clipboard-write; web-share\" allowfullscreen></iframe>"
        );
        let answer = json!({
            "version": "1.0", "type": "rich", "title": TITLE, "provider_name": "runtime-duel", "provider_url": host,
            "html": frame, "width": 720, "height": 560, "cache_age": 86400,
            "thumbnail_url": format!("{host}{card}"), "thumbnail_width": width, "thumbnail_height": height,
        });
        format!("{answer:#}\n")
    }

    /// What goes into the head of the page `name`.
    pub(crate) fn head(&self, name: &str) -> String {
        let host = &self.0;
        let (card, width, height) = CARD;
        let metas = [
            ("og:title", TITLE.to_owned()),
            ("og:description", WORDS.to_owned()),
            ("og:type", "website".to_owned()),
            ("og:url", format!("{host}{name}")),
            ("og:image", format!("{host}{card}")),
            ("og:image:width", width.to_string()),
            ("og:image:height", height.to_string()),
        ];
        let metas: String =
            metas.iter().map(|(key, value)| format!("<meta property=\"{key}\" content=\"{value}\">\n")).collect();
        format!(
            "<link rel=\"alternate\" type=\"application/json+oembed\" href=\"{host}{OEMBED}\" title=\"{TITLE}\">\n{metas}\
             <meta name=\"twitter:card\" content=\"summary_large_image\">\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Host;

    #[test]
    fn addresses_are_of_folders() {
        for (text, wanted) in [
            ("https://example.org", Some("https://example.org/")),
            ("https://example.org/duel/", Some("https://example.org/duel/")),
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080/")),
            ("example.org", None),
            ("https://", None),
            ("https://example.org/?a=1", None),
            ("https://example.org/\"><script>", None),
        ] {
            assert_eq!(Host::parse(text).ok().map(|host| host.0).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn the_answer_is_a_frame_without_a_script() {
        let host = Host::parse("https://example.org/duel").expect("an address");
        let answer: serde_json::Value = serde_json::from_str(&host.oembed()).expect("JSON");
        assert_eq!((&answer["version"], &answer["type"]), (&"1.0".into(), &"rich".into()));
        let html = answer["html"].as_str().expect("markup");
        assert!(html.contains("src=\"https://example.org/duel/embed.html\"") && !html.contains("<script"), "{html}");
        assert_eq!(answer["thumbnail_url"], "https://example.org/duel/card.png");
        let head = host.head("index.html");
        assert!(head.contains("href=\"https://example.org/duel/oembed.json\""), "{head}");
        assert!(head.contains("<meta property=\"og:url\" content=\"https://example.org/duel/index.html\">"), "{head}");
    }
}
