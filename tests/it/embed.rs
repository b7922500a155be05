//! The custom element's files agree with the parameter table.

use std::path::{Path, PathBuf};

use runtime_duel::app::manifest::{manifest, typings};
use runtime_duel::app::params::PARAMS;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Whether the file says `wanted`; with `BLESS=1` it does from now on.
fn check(path: &Path, wanted: &str) {
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, wanted).expect("the file can be written");
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(found == wanted, "{}: not what the table says; mend it with `BLESS=1 cargo test`", path.display());
}

#[test]
fn the_manifest_and_the_types_list_the_keys_of_the_table() {
    check(&root().join("static/package/custom-elements.json"), &manifest());
    check(&root().join("static/package/embed.d.ts"), &typings());
    let parsed: serde_json::Value = serde_json::from_str(&manifest()).expect("the manifest is JSON");
    let attributes = &parsed["modules"][0]["declarations"][0]["attributes"];
    assert!(attributes.as_array().is_some_and(|attributes| attributes.len() > PARAMS.len()));
}

#[test]
fn the_element_knows_the_keys_of_the_table() {
    let keys: Vec<&str> = PARAMS.iter().map(|param| param.key).collect();
    let script = std::fs::read_to_string(root().join("static/embed.js")).expect("the script is there");
    let line = format!("'{}'.split(' ')", keys.join(" "));
    assert!(script.contains(&line), "static/embed.js: expected {line}");
}
