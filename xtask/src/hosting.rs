//! What a host has to know of the files: `_headers` for static hosts, and snippets for nginx and Caddy that say the same.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use crate::policy::Headers;
use crate::single;

/// Named after their content: what such an address answers never changes, and nobody on the way may change it.
const FOREVER: &str = "public, max-age=31536000, immutable, no-transform";
/// What keeps its name is asked for again soon.
const SOON: &str = "public, max-age=300, no-transform";
/// The files that keep their names and lead to all others.
const ENTRIES: [&str; 3] = ["index.html", "embed.html", "embed.js"];
/// The page that is one file has its script in itself, which the policy of the others forbids: it is for taking away.
const TAKEN_AWAY: &str = "attachment";

/// Writes all of them into `dir`.
pub(crate) fn write(headers: &Headers, dir: &Path) -> Result<()> {
    std::fs::write(dir.join("_headers"), file(headers))?;
    let hosting = dir.join("hosting");
    std::fs::create_dir_all(&hosting)?;
    std::fs::write(hosting.join("nginx.conf"), nginx(headers))?;
    std::fs::write(hosting.join("Caddyfile"), caddy(headers))?;
    Ok(())
}

/// The file `_headers`, which static hosts turn into headers.
fn file(headers: &Headers) -> String {
    let mut text = String::from("/*\n");
    for (name, value) in headers.iter() {
        let _ = writeln!(text, "  {name}: {value}");
    }
    for entry in ENTRIES {
        let _ = writeln!(text, "/{entry}\n  Cache-Control: {SOON}");
    }
    let _ = writeln!(text, "/{}\n  Content-Disposition: {TAKEN_AWAY}", single::NAME);
    let _ = writeln!(text, "/v/*\n  Cache-Control: {FOREVER}");
    text
}

/// A snippet for a `server` block of nginx. A block that adds a header loses those of the block around it, so each says
/// all of them.
fn nginx(headers: &Headers) -> String {
    let all = |indent: &str, more: &[(&str, &str)]| -> String {
        let own = headers.iter().chain(more.iter().copied());
        own.map(|(name, value)| format!("{indent}add_header {name} \"{value}\" always;\n")).collect()
    };
    format!(
        "# For a `server` block, where these files are at `root`. Compressed files lie beside the plain ones; for the .br\n\
         # ones nginx needs the module ngx_brotli: `brotli_static on;`.\n\
         gzip_static on;\ngzip_vary on;\n\n\
         location / {{\n{}}}\n\n\
         location = /{} {{\n{}}}\n\n\
         location /v/ {{\n{}\n    location ~ \\.wasm$ {{\n        types {{ }}\n        default_type application/wasm;\n{}    }}\n}}\n",
        all("    ", &[("Cache-Control", SOON)]),
        single::NAME,
        all("    ", &[("Content-Disposition", TAKEN_AWAY)]),
        all("    ", &[("Cache-Control", FOREVER)]),
        all("        ", &[("Cache-Control", FOREVER)]),
    )
}

/// A snippet for a site of Caddy.
fn caddy(headers: &Headers) -> String {
    let all: String = headers.iter().map(|(name, value)| format!("\t{name} \"{value}\"\n")).collect();
    let entries = ENTRIES.map(|entry| format!("/{entry}")).join(" ");
    format!(
        "# For a site whose `root` has these files.\n\
         header {{\n{all}}}\n\
         @entries path / {entries}\n\
         header @entries Cache-Control \"{SOON}\"\n\
         header /v/* Cache-Control \"{FOREVER}\"\n\
         header *.wasm Content-Type application/wasm\n\
         header /{} Content-Disposition {TAKEN_AWAY}\n\
         file_server {{\n\tprecompressed br gzip\n}}\n",
        single::NAME
    )
}

#[cfg(test)]
mod tests {
    use super::{caddy, file, nginx};
    use crate::policy::Headers;

    fn headers() -> Headers {
        let config = "[serve.headers]\nContent-Security-Policy = \"default-src 'none'\"\nX = \"1\"";
        Headers::from_config(&config.parse().expect("TOML")).expect("headers")
    }

    #[test]
    fn the_file_has_the_headers_of_all_and_of_the_immutable() {
        assert_eq!(
            file(&headers()),
            "/*\n  Content-Security-Policy: default-src 'none'\n  X: 1\n\
             /index.html\n  Cache-Control: public, max-age=300, no-transform\n\
             /embed.html\n  Cache-Control: public, max-age=300, no-transform\n\
             /embed.js\n  Cache-Control: public, max-age=300, no-transform\n\
             /runtime-duel.html\n  Content-Disposition: attachment\n\
             /v/*\n  Cache-Control: public, max-age=31536000, immutable, no-transform\n"
        );
    }

    #[test]
    fn every_block_of_nginx_says_every_header() {
        let text = nginx(&headers());
        assert_eq!(text.matches("location ").count(), 4);
        for header in
            ["add_header Content-Security-Policy \"default-src 'none'\" always;", "add_header X \"1\" always;"]
        {
            assert_eq!(text.matches(header).count(), 4, "{header} in {text}");
        }
        assert_eq!(text.matches('{').count(), text.matches('}').count());
        assert_eq!(text.matches("immutable").count(), 2);
    }

    #[test]
    fn caddy_serves_what_is_compressed_already() {
        let text = caddy(&headers());
        assert!(text.contains("\tContent-Security-Policy \"default-src 'none'\"\n\tX \"1\"\n}"), "{text}");
        assert!(text.contains("precompressed br gzip"), "{text}");
        assert!(text.contains("header /v/* Cache-Control \"public, max-age=31536000, immutable"), "{text}");
    }
}
