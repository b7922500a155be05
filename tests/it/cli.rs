//! The command line as its users meet it: the built program, its output and its exit codes.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use runtime_duel::app::params::PARAMS;
use runtime_duel::app::settings::MODEL_VERSION;
use serde_json::Value;

fn duel(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_duel")).args(args).output().expect("the program starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("output is text")
}

/// The object that `args` print.
fn json(args: &[&str]) -> Value {
    let output = duel(args);
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "", "{args:?}");
    serde_json::from_slice(&output.stdout).expect("it is JSON")
}

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().expect("it is an object").keys().map(String::as_str).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// A file of its own for `name`.
fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn a_run_prints_the_promised_object() {
    let run =
        json(&["run", "mix=30&runtimes=node,go&cpu-dist=bimodal", "--for", "4s", "--replications", "4", "--json"]);
    assert_eq!(keys(&run), ["model", "query", "replications", "runtimes", "seconds"]);
    let query = run["query"].as_str().expect("a text");
    // All but what hides nothing.
    assert_eq!(query.split('&').count(), PARAMS.len() - 1, "the query is complete");
    assert_eq!((number(&run["seconds"]), number(&run["replications"])), (4.0, 4.0));
    let runtimes = run["runtimes"].as_array().expect("a list");
    assert_eq!(runtimes.iter().map(|of| &of["id"]).collect::<Vec<_>>(), ["node", "go"]);
    for of in runtimes {
        let mut expected = vec![
            "completed",
            "cores_busy",
            "event_loop_delay_ms",
            "events",
            "id",
            "latency_ms",
            "latency_ms_heavy",
            "latency_ms_light",
            "makespan_ms",
            "memory_bytes_peak",
            "outcome",
            "throughput_per_s",
            "trace_hash",
        ];
        expected.sort_unstable();
        assert_eq!(keys(of), expected);
        assert_eq!(keys(&of["throughput_per_s"]), ["ci95", "mean"]);
        for latency in ["latency_ms", "latency_ms_light", "latency_ms_heavy"] {
            assert_eq!(keys(&of[latency]), ["max", "mean", "p50", "p90", "p99", "p999"]);
            let order = ["p50", "p90", "p99", "p999", "max"].map(|key| number(&of[latency][key]));
            assert!(order.is_sorted(), "{latency}: {order:?}");
        }
        let throughput = number(&of["throughput_per_s"]["mean"]);
        assert!((throughput * 16.0 - number(&of["completed"])).abs() < 1e-6, "completed is of all replications");
        assert_eq!(of["outcome"], "steady");
        assert!(of["makespan_ms"].is_null());
        assert_eq!(of["trace_hash"].as_str().map(str::len), Some(16));
    }
    // What the page's address says of it again gives the same to the bit.
    assert_eq!(json(&["run", query, "--for", "4s", "--replications", "4", "--json"]), run);
}

#[test]
fn the_readme_shows_what_is_printed() {
    let readme = include_str!("../../README.md");
    let output = duel(&["run", "mix=30"]);
    let shown = format!("$ cargo duel run 'mix=30'\n{}```", text(&output.stdout));
    assert!(readme.contains(&shown), "this should stand in the README:\n{shown}");
}

#[test]
fn classes_are_told_apart_only_where_there_are_two() {
    let run = json(&["run", "", "--for=1s", "--replications=1", "--json"]);
    assert!(run["runtimes"][0].get("latency_ms_heavy").is_none());
    assert!(run["runtimes"][0]["throughput_per_s"]["ci95"].is_null(), "one replication has no spread");
}

#[test]
fn a_batch_ends_with_its_makespan() {
    let query = "load=batch&tasks=400&mix=100&demand=10&cpu-dist=constant&costs=zero&gc=off&transport=none&cores=4";
    let run = json(&["run", query, "--replications", "2", "--json"]);
    for (i, makespan) in [(0, 4000.0), (1, 1000.0)] {
        let of = &run["runtimes"][i];
        assert_eq!(number(&of["completed"]), 800.0, "{of}");
        // Go's thieves hold back for some microseconds before they take what runs next.
        let off = number(&of["makespan_ms"]) / makespan - 1.0;
        assert!((0.0..0.005).contains(&off), "{of}");
        assert_eq!(of["outcome"], "steady");
    }
    let run = json(&["run", query, "--for", "500ms", "--replications", "1", "--json"]);
    let of = &run["runtimes"][0];
    assert!(of["makespan_ms"].is_null() && of["outcome"] == "max-time" && number(&of["completed"]) == 50.0, "{of}");
    // Most of the clients give up: those tasks are never done.
    let run = json(&["run", "load=batch&runtimes=node", "--replications", "1", "--json"]);
    let of = &run["runtimes"][0];
    assert!(of["makespan_ms"].is_null() && of["outcome"] == "max-backlog", "{of}");
}

#[test]
fn outcomes_tell_what_the_figures_are_worth() {
    let outcome =
        |query| json(&["run", query, "--for=8s", "--replications=4", "--json"])["runtimes"][0]["outcome"].clone();
    for (query, expected) in [
        ("load=open&rate=70&mix=100&demand=10", "steady"),
        ("load=open&rate=110&mix=100&demand=10", "saturated"),
        ("load=open&rate=100&mix=100&demand=10&arrivals=constant&cpu-dist=constant", "saturated"),
        ("load=open&rate=1000000&mix=100&demand=10&runtimes=node", "max-in-flight"),
        ("clients=500&mix=100&demand=10", "steady"),
    ] {
        assert_eq!(outcome(query), expected, "{query}");
    }
    let table = duel(&["run", "load=open&rate=110&mix=100&demand=10", "--for=8s"]);
    assert!(text(&table.stdout).contains("\nnode: saturated, so that"), "{}", text(&table.stdout));
    // The mean of a backlog's latencies is compared with nothing.
    let paired = text(&table.stdout).lines().find(|line| line.contains("paired")).expect("there are two runtimes");
    assert!(paired.starts_with("go against node") && paired.ends_with(" times the throughput"), "{paired}");
}

#[test]
fn a_recording_of_more_than_can_be_served_is_saturated_though_it_ends() {
    let path = file("overload.txt");
    // 120 % of one core in JavaScript, and a few requests that come nearly at once.
    for (n, expected) in [(2_000, "saturated"), (3, "steady")] {
        let lines: String = (0..n).map(|i| format!("{} 0 12 5\n", i * 10)).collect();
        std::fs::write(&path, lines).expect("the folder can be written to");
        let run = json(&["run", "transport=none", "--requests", path.to_str().expect("its name is text"), "--json"]);
        let outcomes = [0, 1].map(|i| run["runtimes"][i]["outcome"].as_str());
        assert_eq!(outcomes, [Some(expected), Some("steady")], "{n} requests");
    }
}

#[test]
fn recorded_requests_are_served_as_they_came() {
    let path = file("requests.txt");
    let mut lines = String::from("# made by hand\n");
    for i in 0..10_000 {
        // Every tenth is heavy: 5 ms, of which the next one waits 4; all others find the runtime idle.
        let burst = if i % 10 == 0 { 5.0 } else { 0.25 };
        lines += &format!("{} {} {burst} 0\n", f64::from(i) * 1.0 + 0.5, u8::from(i % 10 == 0));
    }
    std::fs::write(&path, lines).expect("the folder can be written to");
    let path = path.to_str().expect("its name is text");
    let query = "cores=1&costs=zero&gc=off&transport=socket";
    let run = json(&["run", query, "--requests", path, "--json"]);
    assert_eq!(run["replications"], 1);
    for of in run["runtimes"].as_array().expect("a list") {
        assert_eq!(of["completed"], 10_000);
        assert_eq!(of["latency_ms_heavy"]["max"], 5.0, "{of}");
        // Goroutines that became ready meanwhile run last first: their order differs, their mean does not.
        let longest = if of["id"] == "go" { 5.0 } else { 4.25 };
        assert_eq!(of["latency_ms_light"]["max"], longest, "{of}");
        assert!((number(&of["latency_ms"]["mean"]) - 2.0).abs() < 1e-9, "{of}");
        let cores = number(&of["cores_busy"]) * number(&run["seconds"]);
        assert!((cores - 7.25).abs() < 1e-6, "{cores} core seconds");
    }
}

#[test]
fn a_recording_without_end_is_streamed() {
    let path = file("bad.txt");
    // Half a million good lines, and one out of order at the end.
    let lines = (0..500_000).map(|i| format!("{i} 0 0.1 0.2\n")).collect::<String>() + "499998 0 1 1\n";
    std::fs::write(&path, lines).expect("the folder can be written to");
    let output = duel(&["run", "runtimes=node", "--requests", path.to_str().expect("its name is text")]);
    assert_eq!(output.status.code(), Some(2));
    let why = text(&output.stderr);
    assert!(why.contains("line 500001: expected an arrival not before 499999 ms") && why.lines().count() == 1, "{why}");
}

#[test]
#[cfg(unix)]
fn a_recording_that_can_be_read_only_once_serves_one_run_or_none() {
    let piped = |args: &[&str]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_duel"))
            .args(args)
            .args(["--requests", "/dev/stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // Who refuses it need not read it.
        let _ = child.stdin.take().expect("it is piped").write_all(b"0 0 1 1\n2 0 1 1\n");
        child.wait_with_output().expect("it ends")
    };
    let one = piped(&["run", "runtimes=go", "--json"]);
    let run: Value = serde_json::from_slice(&one.stdout).expect("it is JSON");
    assert_eq!(run["runtimes"][0]["completed"], 2);
    for args in [&["run", ""][..], &["run", "runtimes=go", "--replications", "2"], &["trace", "", "-o", "-"]] {
        let two = piped(args);
        assert_eq!((two.status.code(), text(&two.stdout)), (Some(2), ""), "{args:?}");
        let why = text(&two.stderr);
        assert!(why.contains("got /dev/stdin") && why.lines().count() == 1, "{args:?}: {why}");
    }
}

#[test]
fn what_has_no_value_is_a_dash() {
    let output = duel(&["run", "", "--for", "1ms", "--replications", "1"]);
    assert!(text(&output.stdout).contains("- times the mean latency, - ms longer"), "{}", text(&output.stdout));
}

#[test]
fn bad_input_ends_with_2_and_one_line() {
    for (args, why) in [
        (&["run", "mix=101"][..], "mix: expected 0 to 100 %, got 101"),
        (&["run", "mxi=10"], "mxi: expected story, mix"),
        (&["run", "runtimes=go,java"], "runtimes: expected up to four of"),
        (&["run", "--replications", "many"], "--replications: expected 1 to 10000, got many"),
        (&["run", "--requests", "/nowhere/at all"], "requests: expected a file that can be read"),
        (&["sweep", "", "--over", "mix=0:100"], "--over: expected key=from:to:step, got mix=0:100"),
        (&["sweep", "", "--over", "mix=0:101:1"], "mix: expected 0 to 100 %, got 101"),
        (&["sweep", "", "--over", "cores=1:4:0.5"], "cores: expected 1 to 64, whole, got 1.5"),
        (&["poster"], "poster: expected -o FILE.svg, got none"),
        (&["draw"], "got draw"),
        (&["mix=3\n0"], "got mix=3\\n0"),
        (&["run", "", "a\nb"], "run: expected one query, got a\\nb"),
        (&["run", "--frob"], "run: expected --for"),
        (&["stories", "tall"], "stories: expected io-heavy, cpu-bound, worker-threads"),
        (&["stories", "--replications", "1"], "--replications: expected 2 to 10000, got 1"),
        (&["run", "story=tall"], "story: expected none, io-heavy, cpu-bound"),
    ] {
        let output = duel(args);
        let stderr = text(&output.stderr);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""), "{args:?}");
        assert!(stderr.contains(why) && stderr.lines().count() == 1, "{args:?}: {stderr}");
    }
}

#[test]
fn a_sweep_has_a_point_for_each_value() {
    let swept = json(&["sweep", "runtimes=go", "--over", "mix=0:100:50", "--for=2s", "--replications=2", "--json"]);
    assert_eq!((swept["over"].as_str(), swept["model"].as_u64()), (Some("mix"), Some(u64::from(MODEL_VERSION))));
    let points = swept["points"].as_array().expect("a list");
    assert_eq!(points.iter().map(|point| number(&point["value"])).collect::<Vec<_>>(), [0.0, 50.0, 100.0]);
    assert!(points[1]["query"].as_str().is_some_and(|query| query.contains("&mix=50&")));
    let output = duel(&["sweep", "", "--over", "cores=1:2:1", "--for=1s", "--replications=2"]);
    assert_eq!(text(&output.stdout).lines().count(), 3);
}

#[test]
fn a_trace_has_tracks_slices_and_counters() {
    let path = file("trace.json");
    let query = "mix=60&cores=2&load=open&rate=300&runtimes=node,go";
    let output = duel(&["trace", query, "--for", "200ms", "-o", path.to_str().expect("its name is text")]);
    assert!(output.status.success() && output.stdout.is_empty(), "{}", text(&output.stderr));
    let trace: Value = serde_json::from_slice(&std::fs::read(path).expect("it is there")).expect("it is JSON");
    let from = trace["otherData"]["address"].as_str().expect("it says where it comes from");
    assert!(from.contains("&mix=60&") && from.ends_with(&format!("model={MODEL_VERSION}")), "{from}");
    let events = trace["traceEvents"].as_array().expect("a list");
    let count = |pid: u32, ph: &str| events.iter().filter(|e| e["pid"] == pid && e["ph"] == ph).count();
    for pid in [1, 2] {
        assert!(count(pid, "X") > 20 && count(pid, "C") > 50 && count(pid, "M") >= 5, "process {pid}");
        // Slices of one track never overlap.
        let slices = events.iter().filter(|e| e["pid"] == pid && e["ph"] == "X");
        let mut ends = std::collections::BTreeMap::new();
        for slice in slices {
            let (began, length) = (number(&slice["ts"]), number(&slice["dur"]));
            let end = ends.entry(slice["tid"].as_u64()).or_insert(0.0);
            assert!(began >= *end - 1e-3, "{slice} begins before {end}");
            *end = began + length;
        }
    }
    // Both runtimes serve requests of the same numbers: their waits are told apart by process.
    for wait in events.iter().filter(|e| e["ph"] == "b" || e["ph"] == "e") {
        assert!(wait["id2"]["local"].is_string() && wait.get("id").is_none(), "{wait}");
    }
    let instants = events.iter().filter(|e| e["ph"] == "i");
    assert!(instants.clone().all(|e| e["pid"] == 2) && instants.count() > 0, "only goroutines are stolen");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_duel"))
        .args(["trace", "clients=1000&think=1", "--for=2s", "-o", "-"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
}

#[test]
fn a_story_is_told_as_an_object_and_in_words() {
    let args = ["stories", "jit", "--replications", "2"];
    let told = json(&[&args[..], &["--json"]].concat());
    let [story] = &told.as_array().expect("a list")[..] else { panic!("one was asked for: {told}") };
    let mut expected = vec![
        "claim",
        "events",
        "figures",
        "hangs_on",
        "holds_when",
        "id",
        "map",
        "model",
        "outcome",
        "query",
        "question",
        "replications",
        "sentence",
        "source",
        "title",
        "watch",
    ];
    expected.sort_unstable();
    assert_eq!(keys(story), expected);
    assert_eq!((story["id"].as_str(), story["replications"].as_u64()), (Some("jit"), Some(2)));
    assert_eq!(keys(&story["figures"][0]), ["ci95", "mean", "name", "unit"]);
    assert_eq!(
        (keys(&story["hangs_on"]), keys(&story["holds_when"])),
        (vec!["flips", "sentence"], vec!["ci95", "key", "mean", "text"])
    );
    let output = duel(&args);
    for part in ["claim", "sentence"] {
        assert!(text(&output.stdout).contains(story[part].as_str().expect("a text")), "{part}");
    }
    // Its query runs, and says the same as its name.
    let whole = json(&["run", story["query"].as_str().expect("a text"), "--replications", "1", "--json"]);
    assert_eq!(json(&["run", "story=jit", "--replications", "1", "--json"]), whole);
}

#[test]
fn help_lists_every_key() {
    let output = duel(&["help"]);
    let help = text(&output.stdout);
    assert!(output.status.success() && PARAMS.iter().all(|param| help.contains(&format!("\n  {} ", param.key))));
}
