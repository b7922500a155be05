//! Every committed measurement of real Node.js and real Go, replayed by the models.

use std::process::{Command, Output};

use runtime_duel::measured::compare::{self, Comparison, Metric};
use runtime_duel::measured::file::Measurements;
use runtime_duel::measured::files::{FILES, VERIFIED};

fn verify(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_duel")).args(["verify", "--measured"]).args(args).output().expect("it starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("output is text")
}

fn file(name: &str) -> Measurements {
    let (_, bytes) = FILES.iter().find(|(known, _)| *known == name).expect("it is committed");
    Measurements::read(bytes).expect("it is accepted")
}

#[test]
fn what_the_card_says_is_what_is_found() {
    let found = verify(&["--json"]);
    assert_eq!(text(&found.stderr), "");
    assert!(
        text(&found.stdout) == text(VERIFIED),
        "cargo duel verify --measured --json > calibrate/verified.json, and have a look at\n{}",
        text(&found.stdout)
    );
}

#[test]
fn what_the_readme_says_is_what_is_found() {
    let readme = include_str!("../../README.md");
    let found = verify(&[]);
    let is_summary = |block: &&str| block.starts_with("median and worst error");
    let summaries: Vec<&str> = text(&found.stdout).split("\n\n").filter(is_summary).collect();
    assert_eq!(summaries.len(), FILES.len());
    for summary in summaries {
        assert!(readme.contains(summary.trim_end()), "the README has another table than\n{summary}");
    }
}

/// Real Go with one P serves like Node.js in throughput and makes its unluckiest requests wait much longer, as a
/// goroutine that computes is put back to the end of the line and one that has waited goes to its front.
#[test]
fn the_tail_of_one_p_under_saturation_is_gos_and_not_a_queues() {
    let file = file("epyc-2.json");
    let all = compare::all(&file).expect("its recordings are there");
    let one = |id: &str| -> &Comparison<'_> { all.iter().find(|one| one.point.id == id).expect("it was measured") };
    let (node, go) = (one("closed-64-10/node"), one("closed-64-10/go-p1"));
    for get in [Comparison::simulated, Comparison::measured] {
        let ratio = |metric| get(go, metric) / get(node, metric);
        assert!((0.9..1.1).contains(&ratio(Metric::Throughput)), "{}", ratio(Metric::Throughput));
        assert!((5.0..12.0).contains(&ratio(Metric::P99)), "{}", ratio(Metric::P99));
    }
}
