//! Rewriting of the two pages for a release: where their files went, what they have to be, the policy, and what to fetch
//! early.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

/// What a release changes in a page.
pub(crate) struct Release<'a> {
    /// The folder that the page's files were moved to, relative to the page and with a closing slash; empty for a page
    /// that is among them.
    pub(crate) folder: &'a str,
    /// The names of the files that were moved, and what their content is by `integrity`.
    pub(crate) moved: &'a BTreeMap<String, String>,
    /// The policy for hosts that send no headers.
    pub(crate) policy: &'a str,
    /// What else goes into the head.
    pub(crate) head: &'a str,
}

/// Returns the page as released.
///
/// # Errors
/// When the page has no character set declaration, after which the policy goes, or refers to none of the files.
pub(crate) fn release(page: &str, release: &Release<'_>) -> Result<String> {
    let mut page = without_leftovers(page);
    let mut n_references = 0;
    for (name, integrity) in release.moved {
        // Scripts. A style sheet could carry it too, but the first look has no bytes to spare for what can do no harm.
        let held =
            if name.ends_with(".js") { format!(" integrity=\"{integrity}\" crossorigin") } else { String::new() };
        for reference in [format!("\"./{name}\""), format!("\"{name}\"")] {
            let parts: Vec<&str> = page.split(&reference).collect();
            n_references += parts.len() - 1;
            page = parts.join(&format!("\"./{}{name}\"{held}", release.folder));
        }
    }
    if n_references == 0 {
        let names: Vec<&str> = release.moved.keys().map(String::as_str).collect();
        bail!("expected references to some of {}, found none", names.join(", "));
    }
    let Some(charset) = page.find("<meta charset") else {
        bail!("expected <meta charset> in the page, found none; the policy goes after it");
    };
    let Some(end) = page[charset..].find('>') else {
        bail!("expected `>` at the end of <meta charset>, found none");
    };
    page.insert_str(charset + end + 1, &early(release));
    Ok(page)
}

/// The policy comes before everything that it governs. Without the hints the browser would learn of the compiled page
/// only after two scripts arrived, one round trip each.
fn early(release: &Release<'_>) -> String {
    let folder = release.folder;
    let mut text = format!("\n<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">", release.policy);
    for (name, integrity) in release.moved {
        let hint = match name.as_str() {
            // What a script imports can be held to its content only so.
            "app.js" => format!("rel=\"modulepreload\" integrity=\"{integrity}\" crossorigin"),
            "app_bg.wasm" => "rel=\"preload\" as=\"fetch\" type=\"application/wasm\" crossorigin".into(),
            _ => continue,
        };
        text += &format!("\n<link {hint} href=\"./{folder}{name}\">");
    }
    text += release.head;
    text
}

/// Drops what Trunk leaves behind: its own marks and preloads, which would point to files that have moved.
fn without_leftovers(page: &str) -> String {
    let mut rest = page;
    let mut kept = String::with_capacity(page.len());
    while let Some(start) = rest.find("<link ") {
        let end = rest[start..].find('>').map_or(rest.len(), |end| start + end + 1);
        kept.push_str(&rest[..start]);
        let tag = &rest[start..end];
        let is_leftover =
            ["data-trunk", "rel=\"preload\"", "rel=\"modulepreload\""].iter().any(|mark| tag.contains(mark));
        rest = &rest[end..];
        if is_leftover {
            rest = rest.trim_start_matches('\n');
        } else {
            kept.push_str(tag);
        }
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::{Release, release};

    fn check(page: &str, expected: &str) {
        let moved = ["app.js", "app_bg.wasm", "boot.js"].map(|name| (name.into(), format!("sha384-{}", name.len())));
        let change = Release { folder: "v/1/", moved: &moved.into(), policy: "default-src 'none'", head: "" };
        assert_eq!(release(page, &change).expect("a page"), expected);
    }

    #[test]
    fn references_move_and_leftovers_go() {
        check(
            "<meta charset=\"utf-8\">\n<link data-trunk rel=\"rust\">\n<link rel=\"icon\" href=\"data:,\">\n\
             <link rel=\"modulepreload\" href=\"./app.js\" integrity=\"sha384-x\">\n\
             <script type=\"module\" src=\"./boot.js\"></script>",
            "<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">\n\
             <link rel=\"modulepreload\" integrity=\"sha384-6\" crossorigin href=\"./v/1/app.js\">\n\
             <link rel=\"preload\" as=\"fetch\" type=\"application/wasm\" crossorigin href=\"./v/1/app_bg.wasm\">\n\
             <link rel=\"icon\" href=\"data:,\">\n<script type=\"module\" src=\"./v/1/boot.js\" integrity=\"sha384-7\" crossorigin></script>",
        );
    }

    #[test]
    fn a_page_that_loads_nothing_is_refused() {
        let moved = [("boot.js".into(), String::new())].into();
        let change = Release { folder: "v/1/", moved: &moved, policy: "", head: "" };
        assert!(release("<meta charset=\"utf-8\">", &change).is_err());
    }
}
