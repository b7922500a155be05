//! Servers for the tests: the built page as a static host serves it, and pages of somebody else that embed it.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower_http::services::ServeDir;

use crate::headers::Rules;

/// A running server; it stops when dropped. Each has its own port, hence its own origin.
pub struct Site {
    address: SocketAddr,
    task: JoinHandle<()>,
}

/// What a server serves, and how it misbehaves.
#[derive(Default)]
pub struct SiteBuilder {
    folder: PathBuf,
    rules: Rules,
    pages: BTreeMap<String, String>,
    missing: Vec<String>,
    /// Further folders, each below a path such as `/npm`.
    below: Vec<(String, PathBuf)>,
}

impl Site {
    /// Serves the release build with the headers that it asks for.
    ///
    /// # Errors
    /// When there is no release build.
    pub async fn dist() -> Result<Self> {
        Self::dist_builder()?.start().await
    }

    /// The release build, to be changed before it is served.
    ///
    /// # Errors
    /// When there is no release build.
    pub fn dist_builder() -> Result<SiteBuilder> {
        let folder = crate::root()?.join("dist");
        let file = folder.join("_headers");
        let Ok(text) = std::fs::read_to_string(&file) else {
            bail!("expected a release build in dist/, found none; run `cargo xtask dist`");
        };
        Ok(SiteBuilder { folder, rules: Rules::parse(&text)?, ..SiteBuilder::default() })
    }

    /// Serves `examples/` and the given pages (path, content) without any header: the host of an article.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn host(pages: &[(&str, &str)]) -> Result<Self> {
        let mut builder = SiteBuilder { folder: crate::root()?.join("examples"), ..SiteBuilder::default() };
        for (path, html) in pages {
            builder = builder.page(path, html);
        }
        builder.start().await
    }

    /// Serves a folder without any header, as a plain host would.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn folder(folder: &std::path::Path) -> Result<Self> {
        Self::folder_builder(folder).start().await
    }

    /// A folder without any header, to be changed before it is served.
    #[must_use]
    pub fn folder_builder(folder: &std::path::Path) -> SiteBuilder {
        SiteBuilder { folder: folder.to_path_buf(), ..SiteBuilder::default() }
    }

    /// The address of a path, which is given without a leading slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// The same by another name of this machine: another *site* to the browser, so that embedding it crosses sites.
    #[must_use]
    pub fn url_by_name(&self, path: &str) -> String {
        format!("http://localhost:{}/{path}", self.address.port())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl SiteBuilder {
    /// Leaves out a header that the release asks for, as a plain host would.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.rules.remove(name);
        self
    }

    /// Leaves out every header.
    #[must_use]
    pub fn without_headers(mut self) -> Self {
        self.rules = Rules::default();
        self
    }

    /// Answers 404 for every path that ends so.
    #[must_use]
    pub fn missing(mut self, end: &str) -> Self {
        self.missing.push(end.into());
        self
    }

    /// Serves a page (or, when the path ends in `.js`, a script) of the test's own at a path without a leading slash.
    #[must_use]
    pub fn page(mut self, path: &str, text: &str) -> Self {
        self.pages.insert(format!("/{path}"), text.into());
        self
    }

    /// Every answer may be read from any origin.
    #[must_use]
    pub fn cors(mut self) -> Self {
        self.rules = Rules::everywhere("Access-Control-Allow-Origin", "*");
        self
    }

    /// Serves a folder below a path such as `/npm`.
    #[must_use]
    pub fn below(mut self, path: &str, folder: PathBuf) -> Self {
        self.below.push((path.into(), folder));
        self
    }

    /// Starts the server on a free port.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(self) -> Result<Site> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("expected a free port on 127.0.0.1, got none")?;
        let address = listener.local_addr()?;
        // As the release asks for it: what is compressed already is sent so.
        let files = ServeDir::new(&self.folder).precompressed_br().precompressed_gzip();
        let mut app = Router::new().fallback_service(files);
        for (path, folder) in &self.below {
            app = app.nest_service(path, ServeDir::new(folder));
        }
        let app = app.layer(from_fn_with_state(Arc::new(self), answer));
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                eprintln!("the server of the tests stopped: {error}");
            }
        });
        Ok(Site { address, task })
    }
}

async fn answer(State(site): State<Arc<SiteBuilder>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = if site.missing.iter().any(|end| path.ends_with(end)) {
        StatusCode::NOT_FOUND.into_response()
    } else if let Some(text) = site.pages.get(&path) {
        let kind = if path.ends_with(".js") { "text/javascript" } else { "text/html; charset=utf-8" };
        ([(header::CONTENT_TYPE, kind)], Body::from(text.clone())).into_response()
    } else {
        next.run(request).await
    };
    for (name, value) in site.rules.of(&path) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
