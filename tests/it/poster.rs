//! `duel poster` as its users meet it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

fn duel(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_duel")).args(args).output().expect("the program starts")
}

/// The picture that `args` put on standard output.
fn picture(args: &[&str]) -> String {
    let output = duel(&[&["poster"], args, &["--replications", "3", "-o", "-"]].concat());
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text")
}

#[test]
fn a_poster_is_the_same_on_paper_and_on_standard_output_and_says_where_it_is_from() {
    let query = "mix=60&clients=16&demand=5&think=20";
    let shown = picture(&[query]);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("poster.svg");
    let name = path.to_str().expect("a path that is text");
    let output = duel(&["poster", query, "--replications=3", "-o", name]);
    assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
    assert_eq!(fs::read_to_string(&path).expect("it was written"), shown);
    assert!(shown.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1200\" height=\"675\""), "{shown}");
    for part in
        ["?mix=60&amp;demand=5&amp;clients=16&amp;think=20&amp;model=", "seed 1", "MIT OR Apache-2.0", ">Node<", ">Go<"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    // A band for each runtime, and a point of each at the marker.
    assert_eq!((shown.matches("fill-opacity=\"0.22\"").count(), shown.matches("<circle").count()), (2, 2));
}

#[test]
fn a_poster_has_the_colours_of_its_theme_and_the_size_and_figure_it_is_told() {
    let query = "clients=8&demand=5&think=20&runtimes=node,node-cluster";
    for (theme, ground) in [("light", "#ffffff"), ("auto", "#ffffff"), ("dark", "#14171a"), ("projector", "#ffffff")] {
        let shown = picture(&[&format!("{query}&theme={theme}"), "--size", "800x600", "--show", "latency_p99_ms"]);
        assert!(shown.contains("width=\"800\" height=\"600\" viewBox=\"0 0 800 600\""), "{shown}");
        assert!(shown.contains(&format!("<rect width=\"100%\" height=\"100%\" fill=\"{ground}\"/>")), "{theme}");
        assert!(shown.contains("99 in a hundred requests are faster"), "{theme}");
        // Node's own colour in that theme.
        let color = match theme {
            "dark" => "#f58a4b",
            "projector" => "#b34100",
            _ => "#c24a00",
        };
        assert!(shown.contains(color), "{theme}");
    }
}

#[test]
fn a_poster_that_can_not_be_drawn_says_why() {
    for (args, code, why) in [
        (&["mix=101", "-o", "-"][..], 2, "duel: mix: expected 0 to 100 %, got 101\n"),
        (&["mix=1"], 2, "duel: poster: expected -o FILE.svg, got none\n"),
        (&["mix=1", "-o", "poster.png"], 2, "duel: poster: expected -o FILE.svg, got poster.png\n"),
        (
            &["-o", "-", "--size", "wide"],
            2,
            "duel: --size: expected WIDTHxHEIGHT, each 400 to 10000 pixels, got wide\n",
        ),
        (&["-o", "-", "--for", "1s"], 2, "duel: poster: expected --replications, --show, --size, -o, got --for\n"),
    ] {
        let output = duel(&[&["poster"], args].concat());
        assert_eq!(String::from_utf8_lossy(&output.stderr), why, "{args:?}");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(code), 0), "{args:?}");
    }
    let output = duel(&["poster", "-o", "-", "--show", "beauty"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.starts_with("duel: --show: expected throughput_per_s, ") && told.ends_with("got beauty\n"), "{told}");
    let output = duel(&["poster", "clients=1", "--replications=1", "-o", "/no/such/folder/poster.svg"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.starts_with("duel: can not write /no/such/folder/poster.svg: "), "{told}");
    assert_eq!(output.status.code(), Some(1));
}
