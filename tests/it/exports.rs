//! What leaves the page, read by somebody else's rules.

use runtime_duel::app::export::{Export, LICENCE, csv, curve_paper, json};
use runtime_duel::app::permalink;
use runtime_duel::app::settings::{MODEL_VERSION, Settings};
use runtime_duel::chart::{Look, Palette, SVG_UNIT, draw_poster};
use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::stats::curve::Curve;
use runtime_duel::view::metrics::{METRICS, THROUGHPUT};
use runtime_duel::view::series::{curve_figure, marker};
use serde_json::Value;

use crate::synthetic::{self, N_MIXES};

const RUNTIMES: [RuntimeId; 2] = [RuntimeId::Node, RuntimeId::Go];
/// A page that is a trial for whoever does not escape what it repeats.
const PAGE: &str = "https://example.org/\"duel\"<&>, it/";

fn export(curve: &Curve) -> Export<'_> {
    let mut settings = Settings { runtimes: RUNTIMES.to_vec(), ..Settings::default() };
    settings.scenario.mix = 30.0;
    settings.scenario.n_cores = 8;
    // What the link was made with is not what it is pinned to.
    settings.model = 1;
    Export { settings, curve, page: PAGE }
}

/// The fields of RFC 4180, section 2, line by line.
fn fields(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut field, mut is_quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => line.push(std::mem::take(&mut field)),
            '\r' if !is_quoted => {
                assert_eq!(chars.next(), Some('\n'), "a line ends with both");
                line.push(std::mem::take(&mut field));
                lines.push(std::mem::take(&mut line));
            }
            '\n' if !is_quoted => panic!("a line ends with both"),
            c => field.push(c),
        }
    }
    assert!(!is_quoted && field.is_empty() && line.is_empty(), "the last line ends too");
    lines
}

#[test]
fn a_table_has_a_line_for_each_point_and_says_where_it_is_from() {
    let curve = synthetic::curve(&RUNTIMES);
    let export = export(&curve);
    let lines = fields(&csv(&export));
    assert_eq!(lines.len(), 1 + RUNTIMES.len() * N_MIXES as usize);
    let head = &lines[0];
    assert_eq!(head[..4], ["mix_percent", "runtime", "replications", "settled"]);
    assert_eq!(head.len(), 4 + 2 * METRICS.len() + 3);
    let column = |name: &str| head.iter().position(|field| field == name).expect("there is such a column");
    for (i, line) in lines.iter().enumerate().skip(1) {
        assert_eq!(line.len(), head.len(), "{line:?}");
        assert_eq!(line[column("model")], MODEL_VERSION.to_string());
        assert_eq!((line[column("licence")].as_str(), &line[column("address")]), (LICENCE, &export.link()));
        let (mix, idx) = (f64::from((i as u32 - 1) % N_MIXES) * 5.0, (i - 1) / N_MIXES as usize);
        assert_eq!((line[0].parse(), line[1].as_str(), line[2].as_str()), (Ok(mix), RUNTIMES[idx].key(), "4"));
        let known = curve.at(mix, idx).expect("it is known");
        for (name, value) in [
            ("throughput_per_s", known.throughput.mean),
            ("throughput_per_s_ci95", known.throughput.half),
            ("latency_p99_ms", known.p99_ms),
            ("cores_busy", known.cores_busy),
        ] {
            let told: f64 = line[column(name)].parse().expect("a number");
            assert!((told - value).abs() <= value.abs() * 1e-5, "{name} at {mix}: {told} is not {value}");
        }
        let is_node = idx == 0;
        assert_eq!(line[column("event_loop_utilization")].is_empty(), !is_node, "what does not exist is empty");
        assert_eq!(line[column("goroutine_switches_per_s")].is_empty(), is_node);
    }
}

#[test]
fn an_object_says_the_same_and_the_verdict() {
    let curve = synthetic::curve(&RUNTIMES);
    let export = export(&curve);
    let object: Value = serde_json::from_str(&json(&export)).expect("it is JSON");
    assert_eq!(object["model"], MODEL_VERSION);
    assert_eq!((&object["licence"], &object["address"]), (&LICENCE.into(), &export.link().into()));
    let query = object["query"].as_str().expect("a text");
    assert_eq!(query, format!("mix=30&cores=8&model={MODEL_VERSION}"));
    let (again, notes) = permalink::parse(query, &Settings::default());
    assert_eq!((again, notes), (Settings { model: MODEL_VERSION, ..export.settings.clone() }, Vec::new()));
    let sentence = object["verdict"]["sentence"].as_str().expect("a text");
    assert!(sentence.starts_with("At 30 % CPU, 8 cores and 64 clients, goroutines finish"), "{sentence}");
    assert_eq!(object["metrics"].as_array().map(Vec::len), Some(METRICS.len()));
    for (runtime, idx) in RUNTIMES.into_iter().zip(0..) {
        let of = &object["runtimes"][idx];
        assert_eq!(of["id"], runtime.key());
        let points = of["curve"].as_array().expect("a list");
        assert_eq!(points.len(), N_MIXES as usize);
        for point in points {
            let mix = point["mix_percent"].as_f64().expect("a number");
            let known = curve.at(mix, idx).expect("it is known");
            let told = &point["throughput_per_s"];
            let (mean, half) = (told["mean"].as_f64().expect("a mean"), told["ci95"].as_f64().expect("an interval"));
            assert!((mean / known.throughput.mean - 1.0).abs() < 1e-5, "{mean} is not {:?}", known.throughput);
            assert!((half / known.throughput.half - 1.0).abs() < 1e-4, "{half} is not {:?}", known.throughput);
            assert_eq!(point["settled"], true);
            assert_eq!(point["event_loop_delay_max_ms"].is_null(), runtime == RuntimeId::Go);
        }
    }
    let nothing = Curve::new(2);
    let object: Value = serde_json::from_str(&json(&self::export(&nothing))).expect("it is JSON");
    assert!(object["verdict"].is_null());
    assert_eq!(object["runtimes"][0]["curve"], Value::Array(Vec::new()));
    assert_eq!(fields(&csv(&self::export(&nothing))).len(), 1);
}

/// Whether every element of `xml` that begins also ends, in order, and nothing stands there that has to be escaped.
fn assert_well_formed(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    for part in xml.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or_else(|| panic!("{part}: no end"));
        assert!(!text.contains('>') || open.is_empty(), "{part}");
        let entities = ["amp;", "lt;", "gt;", "quot;"];
        assert!(part.split('&').skip(1).all(|rest| entities.iter().any(|known| rest.starts_with(known))), "{part}");
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().expect("a name"));
        }
    }
    assert!(open.is_empty(), "{open:?} do not end");
}

#[test]
fn a_picture_is_well_formed_and_can_be_heard() {
    let curve = synthetic::curve(&RUNTIMES);
    let export = export(&curve);
    let figure = curve_figure(&curve, &RUNTIMES, Vec::new(), THROUGHPUT);
    let look = Look { unit: SVG_UNIT, palette: Palette::LIGHT, weight: 1.0, text: 1.0 };
    let paper = curve_paper(&export, THROUGHPUT);
    let marker = marker(&curve, &RUNTIMES, 30.0, THROUGHPUT);
    for size in [(1200.0, 675.0), (400.0, 400.0), (400.0, 2000.0), (10_000.0, 400.0)] {
        let svg = draw_poster(&paper, &figure, &marker, size, &look);
        assert_well_formed(&svg);
        assert!(
            svg.contains("<title id=\"title\">Node.js event loop and Go scheduler, from all I/O to all CPU</title>")
        );
        assert!(svg.contains("<desc id=\"desc\">At 30 % CPU, 8 cores and 64 clients, goroutines finish"), "{svg}");
        // In lines of their own where they do not fit into one.
        let text: String = svg.lines().filter_map(|line| line.strip_suffix("</text>")?.rsplit('>').next()).collect();
        for part in ["model 3", "seed 1", LICENCE, "mix=30&amp;cores=8&amp;model=3"] {
            assert!(text.contains(&part.replace("model 3", &format!("model {MODEL_VERSION}"))), "{part}: {text}");
        }
    }
}
