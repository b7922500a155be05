//! One HTML file with everything inside, which runs from a disk without a server or a network.
//!
//! Every part of the page becomes one script with its compiled module as text in it; the page finds the parts in itself
//! (`runtimeDuelFiles`) where it else would fetch them. In a frame it is the figure for an article: for decks, and for
//! builds of sites that put it among their own files.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use xshell::cmd;

use crate::project::Project;

/// The file's name in a release.
pub(crate) const NAME: &str = "runtime-duel.html";

/// The script that starts the page, and those that it starts later.
const FIRST: (&str, &str) = ("boot.js", "app");
const LATER: [(&str, &str); 4] = [
    ("worker-boot.js", "worker"),
    ("deep-boot.js", "deep"),
    ("annex-boot.js", "annex"),
    ("measured-boot.js", "measured"),
];

/// All that it needs is in it: nothing may be fetched from anywhere.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline' blob: 'wasm-unsafe-eval'; style-src 'unsafe-inline'; \
                      img-src data: blob:; worker-src blob:; frame-src 'self' file:; base-uri 'none'; form-action 'none'; \
                      require-trusted-types-for 'script'; trusted-types default";

/// Writes the file into `dir`, which still holds all parts by their plain names.
pub(crate) fn write(project: &Project, dir: &Path) -> Result<()> {
    if project.find_program(&["esbuild"]).is_none() {
        eprintln!("warning: no esbuild on the PATH: {NAME} is not made");
        return Ok(());
    }
    let mut parts = String::new();
    for (boot, module) in LATER {
        let script = whole(project, dir, boot, module)?;
        parts += &format!("<script type=\"text/plain\" data-file=\"{boot}\">{script}</script>\n");
    }
    let sheet = |name: &str| std::fs::read_to_string(dir.join(name));
    // There is no other page to open.
    let style = sheet("page.css")? + &sheet("annex.css")? + &sheet("paper.css")? + "a.out{display:none}";
    ensure!(!style.contains("</style"), "expected a style sheet that can stand in a page, got one with </style");
    let first = whole(project, dir, FIRST.0, FIRST.1)?;
    let untold = without_scripts(dir)?;
    let host = dir.join("host.js");
    let host =
        cmd!(project.shell, "esbuild {host} --bundle --format=iife --minify --legal-comments=none --log-level=warning")
            .quiet()
            .read()
            .context("expected esbuild to join host.js with what it imports; its message is above")?;
    ensure!(!host.contains("</script"), "expected a script that can stand in a page, got one with </script");
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>runtime-duel: Node.js event loop against Go scheduler</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>{style}</style>\n</head>\n<body>\n<main id=\"duel\" data-page=\"page\"></main>\n{untold}\n{parts}\
         <script type=\"module\">\n\
         // In somebody else's page it is the figure for an article.\n\
         if (parent !== window) document.getElementById('duel').dataset.page = 'embed';\nconst files = (window.runtimeDuelFiles = {{}});\n\
         for (const part of document.querySelectorAll('script[data-file]')) {{\n  \
         files[part.dataset.file] = URL.createObjectURL(new Blob([part.textContent], {{ type: 'text/javascript' }}));\n  \
         part.remove();\n}}\n{first}</script>\n<script type=\"module\">{host}</script>\n</body>\n</html>\n"
    );
    std::fs::write(dir.join(NAME), page)?;
    Ok(())
}

/// What the page shows where no script may run, with its picture in itself.
fn without_scripts(dir: &Path) -> Result<String> {
    let page = std::fs::read_to_string(dir.join("index.html"))?;
    let start = page.rfind("<noscript>").context("expected <noscript> in index.html, found none")?;
    let end = page.rfind("</noscript>").context("expected </noscript> in index.html, found none")?;
    let picture = format!("data:image/svg+xml;base64,{}", STANDARD.encode(std::fs::read(dir.join("poster.svg"))?));
    Ok(format!("{}</noscript>", &page[start..end]).replace("./poster.svg", &picture))
}

/// The script `boot` with the bindings of `module`, and its compiled module as text.
fn whole(project: &Project, dir: &Path, boot: &str, module: &str) -> Result<String> {
    let entry = dir.join(boot);
    // Not a module: a browser that opened the page from a disk starts no worker from one. Without modules there is no
    // address of their own, which nobody needs any more.
    let options = ["--bundle", "--format=iife", "--define:import.meta.url=__here", "--minify", "--legal-comments=none"];
    let script = cmd!(project.shell, "esbuild {entry} {options...} --log-level=warning")
        .quiet()
        .read()
        .with_context(|| format!("expected esbuild to join {boot} with what it imports; its message is above"))?;
    let wasm = std::fs::read(dir.join(format!("{module}_bg.wasm")))?;
    inline(&script, module, &wasm)
}

/// `script` with `wasm` in the place of its address.
fn inline(script: &str, module: &str, wasm: &[u8]) -> Result<String> {
    let address = format!("new URL(\"./{module}_bg.wasm\",__here)");
    ensure!(script.contains(&address), "expected {address} in the script of {module}, found none");
    ensure!(!script.contains("</script"), "expected a script that can stand in a page, got one with </script");
    let bytes = format!("Uint8Array.from(atob(\"{}\"),c=>c.charCodeAt(0))", STANDARD.encode(wasm));
    Ok(script.replace(&address, &bytes))
}

#[cfg(test)]
mod tests {
    use super::inline;

    #[test]
    fn the_module_takes_the_place_of_its_address() {
        let script = "init({module_or_path:new URL(\"./app_bg.wasm\",__here)})";
        let inlined = inline(script, "app", b"\0asm").expect("a script with its address");
        assert_eq!(inlined, "init({module_or_path:Uint8Array.from(atob(\"AGFzbQ==\"),c=>c.charCodeAt(0))})");
        assert!(inline(script, "worker", b"").is_err());
        assert!(inline(&format!("{script}</script>"), "app", b"").is_err());
    }
}
