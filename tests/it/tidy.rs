//! Rules of the house that a compiler does not check.

use std::fs;
use std::path::{Path, PathBuf};

/// Lines of a file at most.
const MAX_LINES: usize = 420;

/// Which folder or file of `src` may name which others. What is not listed must not exist.
const MAY_USE: [(&str, &[&str]); 21] = [
    ("sim", &[]),
    ("stats", &["sim"]),
    ("view", &["stats", "sim"]),
    ("chart", &["view", "stats", "sim"]),
    ("chrome", &["stats", "sim"]),
    ("experiment", &["sim", "stats"]),
    ("replicate", &["sim", "stats"]),
    ("oracles", &["replicate", "sim", "stats"]),
    ("stories", &["app", "experiment", "view", "sim", "stats"]),
    ("study", &["protocol", "stories", "view"]),
    (
        "cli",
        &[
            "app",
            "chart",
            "chrome",
            "experiment",
            "measured",
            "oracles",
            "recording",
            "replicate",
            "session",
            "stories",
            "view",
            "sim",
            "stats",
        ],
    ),
    ("protocol", &["sim", "stats"]),
    ("session", &["protocol", "experiment", "study", "sim", "stats"]),
    ("app", &["protocol", "session", "view", "stats", "sim"]),
    ("recording", &["replicate", "sim"]),
    ("measured", &["app", "protocol", "recording", "replicate", "view", "sim", "stats"]),
    ("archive", &["measured", "protocol"]),
    ("worker", &["protocol", "session"]),
    ("ui", &["app", "chart", "view", "protocol", "worker", "stats", "sim"]),
    ("annex", &["app", "chart", "chrome", "protocol", "stories", "ui", "view", "stats", "sim"]),
    ("bin", &["annex", "archive", "cli", "ui", "worker"]),
];

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder exists").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|end| end == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("the file is text")
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    for folder in ["src", "tests", "xtask", "benches"] {
        for path in files(&root().join(folder), "rs") {
            let text = read(&path);
            assert!(text.starts_with("//! "), "{}: expected a first line with //!", path.display());
            let n = text.lines().count();
            assert!(n <= MAX_LINES, "{}: {n} lines, at most {MAX_LINES}", path.display());
        }
    }
}

#[test]
fn nobody_knows_whom_he_must_not_know() {
    let src = root().join("src");
    for path in files(&src, "rs") {
        let inner = path.strip_prefix(&src).expect("it is below src");
        let first = inner.components().next().expect("it has a name").as_os_str().to_string_lossy();
        let own = first.trim_end_matches(".rs");
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == own) else {
            assert_eq!(own, "lib", "{}: not in the table of who may use whom", path.display());
            continue;
        };
        for (n, line) in read(&path).lines().enumerate() {
            for (_, rest) in line.match_indices("crate::").map(|(i, found)| (i, &line[i + found.len()..])) {
                let other: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                assert!(
                    other == own || allowed.contains(&other.as_str()) || other.is_empty(),
                    "{}:{}: {own} must not use {other}",
                    path.display(),
                    n + 1
                );
            }
        }
    }
}

#[test]
fn the_runtimes_do_not_know_each_other_and_the_simulation_knows_no_world() {
    let sim = root().join("src/sim");
    for path in files(&sim, "rs") {
        let text = read(&path);
        let runtimes = ["node", "go", "threads", "tokio"];
        for (own, other) in runtimes.iter().flat_map(|own| runtimes.iter().map(move |other| (*own, *other))) {
            let is_own = own == other || !path.starts_with(sim.join(own));
            assert!(is_own || !text.contains(&format!("sim::{other}")), "{} names {other}", path.display());
        }
        for word in
            ["serde", "std::time", "HashMap", "thread::spawn", "thread_local", "web_sys", "js_sys", "static mut"]
        {
            assert!(!text.contains(word), "{}: the simulation must not know {word}", path.display());
        }
        // Natively and in a browser these may differ in the last bit; libm's do not.
        for method in [".ln()", ".exp()", ".powf(", ".powi(", ".cos()", ".sin()", ".log10()"] {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            assert!(!code.contains(method), "{}: {method} has to be libm's", path.display());
        }
    }
}

#[test]
fn the_style_sheet_and_the_charts_agree_on_the_margins() {
    let css = read(&root().join("static/page.css"));
    for (name, px) in
        [("--plot-left", runtime_duel::chart::Place::LEFT), ("--plot-right", runtime_duel::chart::Place::RIGHT)]
    {
        let rule = format!("{name}: {px}px;");
        assert!(css.contains(&rule), "static/page.css: expected {rule}");
    }
}

#[test]
fn the_readme_lists_the_address_keys_of_the_table() {
    let readme = read(&root().join("README.md"));
    let table = runtime_duel::app::docs::address_keys();
    assert!(readme.contains(&table), "README.md: expected the table of address keys to be\n{table}");
}
