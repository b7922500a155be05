//! Trace events that are written by hand are what a JSON library reads.

use std::collections::BTreeMap;

use proptest::prelude::*;
use runtime_duel::chrome::{Trace, escape};
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{Io, Scenario};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::stats::lanes::Recorder;
use serde_json::Value;

proptest! {
    #[test]
    fn any_text_comes_back_from_its_escapes(text in "\\PC*|[\"\\\\\u{0}-\u{20}a-z]*") {
        let mut json = String::from("\"");
        escape(&text, &mut json);
        json.push('"');
        prop_assert_eq!(serde_json::from_str::<String>(&json).expect("it is JSON"), text);
    }
}

#[test]
fn a_window_of_every_runtime_is_a_trace_with_named_tracks_whose_slices_do_not_overlap() {
    let scenario = Scenario { io: Io::File, n_cores: 2, mix: 40.0, ..Scenario::default() };
    let (from, to) = (Time::ZERO + Span::from_ms(300), Time::ZERO + Span::from_ms(500));
    let mut trace = Trace::new(String::new(), "https://example.org/?mix=\"40\"&model=3");
    for runtime in RuntimeId::ALL {
        let mut run = AnyRun::new(runtime, &scenario, 0, Recorder::new(scenario.n_cores, 100_000));
        run.advance(to, u64::MAX);
        trace.begin_process(runtime.key());
        trace.window(&run.sink_mut().window(to, from, to));
    }
    let trace: Value = serde_json::from_str(&trace.end()).expect("it is JSON");
    assert_eq!(trace["otherData"]["address"], "https://example.org/?mix=\"40\"&model=3");
    let events = trace["traceEvents"].as_array().expect("a list");
    let mut slices: BTreeMap<(u64, u64), Vec<(f64, f64)>> = BTreeMap::new();
    let mut named = BTreeMap::new();
    for event in events {
        let track = (event["pid"].as_u64().expect("a number"), event["tid"].as_u64().expect("a number"));
        match event["ph"].as_str().expect("a letter") {
            "X" => {
                let number = |key: &str| event[key].as_f64().expect("a number");
                slices.entry(track).or_default().push((number("ts"), number("dur")));
            }
            "M" if event["name"] == "thread_name" => {
                named.insert(track, event["args"]["name"].as_str().expect("a name").to_owned());
            }
            "M" | "C" | "b" | "e" | "i" => {}
            other => panic!("no such event: {other}"),
        }
    }
    for (track, slices) in &mut slices {
        assert!(named.contains_key(track), "{track:?} has a name");
        slices.sort_by(|a, b| a.0.total_cmp(&b.0));
        for pair in slices.windows(2) {
            assert!(pair[0].0 + pair[0].1 <= pair[1].0 + 1e-3, "{track:?}: {pair:?}");
        }
        assert!(slices.iter().all(|(ts, dur)| *ts >= 299_999.0 && ts + dur <= 500_001.0), "{track:?}");
    }
    let n_processes = events.iter().filter(|event| event["name"] == "process_name").count();
    assert_eq!(n_processes, RuntimeId::ALL.len());
    assert!((1..=7).all(|pid| slices.keys().any(|(own, _)| *own == pid)), "every runtime did something");
}
