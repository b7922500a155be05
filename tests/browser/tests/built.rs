//! Sites that are built for real around the figure: Vite with React, MDX and Vue, and Astro; the package of npm.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use browser_tests::{Page, Pointer, Setup, Site, built, check, root, sheet};

/// Pastes the platform's line: what the example has in its place is the same line.
fn paste(folder: &Path, file: &str, platform: &str, host: &str) -> Result<()> {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).with_context(|| format!("expected {}", path.display()))?;
    let line = sheet(platform, "https://HOST/")?;
    ensure!(text.contains(line.trim()), "expected the line of {platform} in {file}");
    Ok(std::fs::write(&path, text.replace(line.trim(), sheet(platform, host)?.trim()))?)
}

/// The article's figure, which the bundler put among its own files, belongs to the article.
async fn belongs_to_the_article(page: &Page) -> Result<()> {
    page.wait_for("#said", "e.textContent.startsWith('At 20 % CPU, 4 cores')").await?;
    page.eval::<serde_json::Value>("document.querySelector('button').click()", Vec::new()).await?;
    page.wait_for("#said", "e.textContent.startsWith('At 60 % CPU, 4 cores')").await?;
    let own: String =
        page.value("document.querySelector('runtime-duel').shadowRoot.querySelector('iframe').src").await?;
    let origin: String = page.value("location.origin").await?;
    ensure!(own.starts_with(&origin), "expected the figure among the article's own files, got {own}");
    let height: f64 = page.value("document.querySelector('runtime-duel').getBoundingClientRect().height").await?;
    ensure!((height - 560.0).abs() < 1.0, "expected its room, got {height}");
    Ok(())
}

#[tokio::test]
async fn with_vite_in_react_and_vue_and_mdx() {
    let site = Site::dist().await.expect("a release build");
    let example = root().expect("the checkout").join("examples/vite");
    let entry = std::fs::read_to_string(example.join("src/main.tsx")).expect("the article");
    assert!(entry.contains(sheet("Bundlers", "").expect("the line").trim()), "expected the line of the document");
    let address = site.url_by_name("");
    let paste = |folder: &Path| {
        // Docusaurus has the same MDX.
        paste(folder, "src/pasted.mdx", "MDX", &address)?;
        let path = folder.join("src/pasted.mdx");
        let text = std::fs::read_to_string(&path)?;
        Ok(std::fs::write(&path, format!("{text}\n{}", sheet("Docusaurus", &address)?))?)
    };
    let types = built(&example, paste, "tsc", &["--noEmit"]).await.expect("types that fit");
    drop(types);
    let home = built(&example, paste, "vite", &["build", "--logLevel", "warn"]).await.expect("a build");
    let host = Site::folder(&home.path().join("dist")).await.expect("a server");
    check("built-react", Setup::desktop().size(760, 680), async |page| {
        page.open(&host.url("index.html")).await?;
        belongs_to_the_article(page).await?;
        ensure!(page.count("iframe").await? == 2, "expected the lines of MDX and of Docusaurus");
        for n in 0..2 {
            let frame = format!("#pasted{n}");
            let script = "document.querySelectorAll('iframe')[arguments[0]].id = `pasted${arguments[0]}`";
            page.eval::<serde_json::Value>(script, vec![n.into()]).await?;
            page.rect(&frame).await?;
            page.enter_frame(&frame).await?;
            page.ready().await?;
            page.follows_a_drag(Pointer::Mouse).await?;
            page.leave_frames().await?;
        }
        page.screenshot("built-mdx").await.map(drop)
    })
    .await;
    check("built-vue", Setup::desktop(), async |page| {
        page.open(&host.url("vue.html")).await?;
        belongs_to_the_article(page).await
    })
    .await;
}

#[tokio::test]
async fn with_astro_in_a_page_and_in_markdown() {
    let site = Site::dist().await.expect("a release build");
    let example = root().expect("the checkout").join("examples/astro");
    let address = site.url_by_name("");
    let paste = |folder: &Path| {
        paste(folder, "src/pages/index.astro", "Astro", &address)?;
        // Both make pages of Markdown with markup in it.
        ensure!(sheet("Hugo", "")? == sheet("Jekyll", "")?, "expected one line for both");
        paste(folder, "src/pages/markdown.md", "Hugo", &address)
    };
    let home = built(&example, paste, "astro", &["build", "--silent"]).await.expect("a build");
    let host = Site::folder(&home.path().join("dist")).await.expect("a server");
    check("built-astro", Setup::desktop().size(760, 680), async |page| {
        page.open(&host.url("index.html")).await?;
        page.wait_for("runtime-duel", "e.result?.()?.sentence?.startsWith('At 30 % CPU')").await?;
        page.screenshot("built-astro").await?;
        page.open(&host.url("markdown.html")).await?;
        page.rect("iframe").await?;
        page.enter_frame("iframe").await?;
        page.ready().await?;
        ensure!(page.verdict().await?.starts_with("At 30 % CPU"), "expected what the line says");
        page.follows_a_drag(Pointer::Mouse).await
    })
    .await;
}

#[tokio::test]
async fn from_the_path_of_a_host_of_packages() {
    let folder = root().expect("the checkout").join("dist");
    // It sends no header but this one, and has the package below its name and version.
    let cdn = Site::folder_builder(Path::new("/nonexistent")).below("/npm/runtime-duel@0.1.0", folder);
    let cdn = cdn.cors().start().await.expect("a server");
    let script = cdn.url_by_name("npm/runtime-duel@0.1.0/embed.js");
    let html = format!(
        "<!doctype html><meta charset=utf-8><link rel=icon href='data:,'><title>article</title>
         <script type=module src='{script}'></script><runtime-duel mix=30></runtime-duel>"
    );
    let host = Site::host(&[("article.html", &html)]).await.expect("a server");
    check("built-cdn", Setup::desktop(), async |page| {
        page.open(&host.url("article.html")).await?;
        page.wait_for("runtime-duel", "e.result?.()?.sentence?.startsWith('At 30 % CPU')").await
    })
    .await;
}
