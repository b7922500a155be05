//! What is shown where no script may run agrees with the models: a picture of the result, its numbers, a link.

use std::path::PathBuf;
use std::process::Command;

/// The picture of what the figure shows untold.
fn poster() -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_duel")).args(["poster", "-o", "-"]).output();
    let output = output.expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text")
}

/// The words for a page: those of the poster's description, its numbers as a table.
fn words(poster: &str, link: &str) -> String {
    let (_, desc) = poster.split_once("<desc id=\"desc\">").expect("the poster is described");
    let (desc, _) = desc.split_once("</desc>").expect("the description ends");
    let (verdict, numbers) = desc.split_once(" Requests answered per second, ").expect("a verdict, then what is shown");
    let mut rows = String::new();
    for row in numbers.split("At ").skip(1) {
        let (share, rates) = row.split_once(": ").expect("a share and its rates");
        let cells: Vec<&str> = rates.split(", ").map(|rate| rate.split("/s").next().unwrap_or_default()).collect();
        assert_eq!(cells.len(), 2, "expected two runtimes in `{row}`");
        rows += &format!("\n<tr><th>{share}<td>{}<td>{}", cells[0], cells[1]);
    }
    format!(
        "<noscript>\n<p>{verdict} {link}</p>\n<img src=\"./poster.svg\" width=\"100%\" alt=\"Both curves\">\n\
         <table>\n<caption>Requests answered per second</caption>\n\
         <tr><th>CPU share<th>Node.js event loop<th>Go scheduler{rows}\n</table>\n</noscript>"
    )
}

/// Holds the file to `wanted`; with `BLESS=1` it becomes so.
fn hold(name: &str, wanted: impl FnOnce(&str) -> String) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name);
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let wanted = wanted(&found);
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(&path, wanted).expect("the file can be written");
    }
    assert!(found == wanted, "{name}: not what the models say; mend it with `BLESS=1 cargo test`");
}

#[test]
fn pages_without_scripts_say_what_the_models_say() {
    let poster = poster();
    hold("static/poster.svg", |_| poster.clone());
    let embedded = "With scripts, drag it: <a href=\"./index.html\" target=\"_blank\">the page</a>.";
    let alone = "With scripts, drag it; <a href=\"./poster.svg\">the picture alone</a>.";
    for (page, link) in [("static/embed.html", embedded), ("index.html", alone)] {
        hold(page, |found| {
            let (before, rest) = found
                .split_once("</main>\n<noscript>")
                .unwrap_or_else(|| panic!("{page}: no <noscript> after </main>"));
            let (_, after) = rest.split_once("</noscript>").unwrap_or_else(|| panic!("{page}: no </noscript>"));
            format!("{before}</main>\n{}{after}", words(&poster, link))
        });
    }
}
