//! The measured figures of the project, side by side from one run.
//!
//! Only bytes have a budget that fails a build: machines are noisy, so times are read as ratios of the same run, and
//! a target that is missed is said and fails nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Result, bail};
use xshell::cmd;

use crate::project::Project;
use crate::setup::{self, Need};
use crate::sizes::Weights;
use crate::{browsers, others, test};

/// What the benches call the runtimes, and what people do.
const RUNTIMES: [(&str, &str); 6] = [
    ("node", "Node.js"),
    ("cluster", "Node.js cluster"),
    ("service", "Node.js, service"),
    ("go", "Go"),
    ("threads", "threads"),
    ("tokio", "Tokio"),
];
/// How many events are pending in the hold model.
const PENDING: [u32; 4] = [10, 1_000, 10_000, 100_000];

/// `cargo xtask bench`.
pub(crate) fn run(project: &Project, args: &[String]) -> Result<()> {
    match args {
        [] => figures(project),
        [arg] if arg == "--others" => others::run(project),
        _ => bail!("expected --others or no argument, got `{}`", args.join(" ")),
    }
}

fn figures(project: &Project) -> Result<()> {
    let dist = project.root.join("dist");
    if !dist.join("v").is_dir() {
        bail!("expected a release build in dist/, found none; run `cargo xtask dist` first");
    }
    setup::ensure(project, Need::Test)?;
    println!("{}", Weights::of(&dist)?);
    let mut figures = Figures::default();
    for bench in ["kernel", "models"] {
        figures.collect(
            &cmd!(project.shell, "cargo bench --quiet --no-default-features --features cli --bench {bench}").read()?,
        );
    }
    // The page's first worker, and the one that has everything.
    for features in [&["--no-default-features", "--features", "web"][..], &[]] {
        let args = [&["--profile", "release-worker", "--test", "hold"], features, &["--", "--nocapture"]].concat();
        figures.collect(&test::in_browser(project, &args)?.read()?);
    }
    let page = cmd!(project.shell, "cargo run --quiet --package browser-tests --bin measure")
        .env("CHROMIUM", browsers::chromium(project)?)
        .env("CHROMEDRIVER", browsers::driver(project)?);
    figures.collect(&page.read()?);
    print!("{}", report(&figures)?);
    Ok(())
}

/// Figures by name.
#[derive(Default)]
struct Figures(BTreeMap<String, Vec<f64>>);

impl Figures {
    /// Takes lines of a name and numbers out of `output`.
    fn collect(&mut self, output: &str) {
        for line in output.lines() {
            let mut words = line.split_whitespace();
            let Some(name) = words.next() else { continue };
            let numbers: Vec<f64> = words.map_while(|word| word.parse().ok()).collect();
            if !numbers.is_empty() && name.contains('-') {
                self.0.insert(name.to_owned(), numbers);
            }
        }
    }

    fn get(&self, name: &str, place: usize) -> Option<f64> {
        self.0.get(name)?.get(place).copied()
    }

    fn first(&self, name: &str) -> Option<f64> {
        self.get(name, 0)
    }
}

/// What a ratio should be.
#[derive(Clone, Copy)]
enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    /// The target, and what became of it.
    fn held_against(self, ratio: Option<f64>) -> String {
        let (words, bound, is_met) = match self {
            Self::AtLeast(bound) => ("at least", bound, ratio.map(|ratio| ratio >= bound)),
            Self::AtMost(bound) => ("at most", bound, ratio.map(|ratio| ratio <= bound)),
        };
        let verdict = is_met.map_or("not measured", |is_met| if is_met { "met" } else { "MISSED" });
        format!("target {words} {bound:.2}: {verdict}")
    }
}

fn ratio(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.zip(b).map(|(a, b)| a / b)
}

fn show(x: Option<f64>) -> String {
    x.map_or_else(|| "-".to_owned(), |x| format!("{x:.2}"))
}

/// A whole number of nanoseconds.
fn whole(x: Option<f64>) -> String {
    x.map_or_else(|| "-".to_owned(), |x| format!("{x:.0}"))
}

fn thousands(n: u32) -> String {
    if n < 1_000 { n.to_string() } else { format!("{},{:03}", n / 1_000, n % 1_000) }
}

/// Everything as people read it; `-` is what was not measured.
fn report(figures: &Figures) -> Result<String> {
    let mut out = String::new();
    hold(&mut out, figures)?;
    models(&mut out, figures)?;
    requests(&mut out, figures)?;
    page(&mut out, figures)?;
    Ok(out)
}

/// The kernel against other ways to keep pending events, natively and in the worker.
fn hold(out: &mut String, figures: &Figures) -> Result<()> {
    writeln!(out, "\nkernel, hold model, million events/s; ratios are its speed over the other's")?;
    writeln!(
        out,
        "  {:>14} {:>10} {:>11} {:>11} {:>7} {:>11} {:>7}",
        "", "pending", "kernel", "BinaryHeap", "ratio", "4-ary heap", "ratio"
    )?;
    for place in ["native", "worker"] {
        for n in PENDING {
            let speed = |name| figures.first(&format!("hold-{place}-{name}-{n}"));
            let (kernel, binary, four) = (speed("kernel"), speed("binary-heap"), speed("four-ary"));
            // The worker is measured at some of them only.
            if place == "worker" && kernel.is_none() && !figures.0.is_empty() {
                continue;
            }
            writeln!(
                out,
                "  {place:>14} {:>10} {:>11} {:>11} {:>7} {:>11} {:>7}",
                thousands(n),
                show(kernel),
                show(binary),
                show(ratio(kernel, binary)),
                show(four),
                show(ratio(kernel, four)),
            )?;
        }
    }
    for n in PENDING {
        let (native, worker) = (format!("hold-native-kernel-{n}"), format!("hold-worker-kernel-{n}"));
        if let Some(ratio) = ratio(figures.first(&native), figures.first(&worker)) {
            let held = Target::AtMost(1.5).held_against(Some(ratio));
            writeln!(out, "  native over worker, {:>7} pending {:>25} {ratio:>7.2}   {held}", thousands(n), "")?;
        }
    }
    Ok(())
}

/// The full models against a bare heap, and the worker against native.
fn models(out: &mut String, figures: &Figures) -> Result<()> {
    writeln!(out, "\nfull models, 64 cores, 10,000 clients, million events/s")?;
    for (name, label) in RUNTIMES {
        let native = format!("model-native-{name}");
        let (rate, heap, share) = (figures.first(&native), figures.get(&native, 1), figures.get(&native, 2));
        writeln!(
            out,
            "  {label:<16} native {:>6}, bare BinaryHeap {:>6}, model/heap   {:>5}   {}",
            show(rate),
            show(heap),
            show(share),
            Target::AtLeast(0.5).held_against(share),
        )?;
        for (place, label) in [("worker", "first worker"), ("deep", "deep worker")] {
            let worker = figures.first(&format!("model-{place}-{name}"));
            // The first one has two of the runtimes.
            if place == "worker" && worker.is_none() {
                continue;
            }
            let slower = ratio(rate, worker);
            writeln!(
                out,
                "  {:<10} {label:>12} {:>6}, {:>22}  native/worker {:>4}   {}",
                "",
                show(worker),
                "",
                show(slower),
                Target::AtMost(1.5).held_against(slower),
            )?;
        }
    }
    Ok(())
}

/// What one request costs by number of clients.
fn requests(out: &mut String, figures: &Figures) -> Result<()> {
    const CLIENTS: [u32; 3] = [10, 1_000, 100_000];
    writeln!(out, "\none request, 4 cores, ns natively, at so many clients")?;
    write!(out, "  {:<16}", "")?;
    for n in CLIENTS {
        write!(out, " {:>8}", thousands(n))?;
    }
    writeln!(out, "   most/10")?;
    for (name, label) in RUNTIMES {
        let each = CLIENTS.map(|n| figures.first(&format!("request-native-{name}-{n}")));
        let most = each.into_iter().flatten().reduce(f64::max);
        // With one of them missing, the growth is not known.
        let growth = if each.iter().all(Option::is_some) { ratio(most, each[0]) } else { None };
        write!(out, "  {label:<16}")?;
        for each in each {
            write!(out, " {:>8}", whole(each))?;
        }
        writeln!(out, " {:>9}   {}", show(growth), Target::AtMost(2.0).held_against(growth))?;
    }
    writeln!(out, "  (threads: 8,192 are connected at most; that the others try in vain is paid by those)")?;
    Ok(())
}

/// What the page does with it.
fn page(out: &mut String, figures: &Figures) -> Result<()> {
    let live = show(figures.first("live-events-per-s"));
    writeln!(out, "\nlive run, 2,000 clients, 16 cores, million events/s {live:>6}")?;
    writeln!(out, "in milliseconds                 median     95 %")?;
    for (name, label) in [("redraw-ms", "redraw of the live plot"), ("input-to-frame-ms", "slider to painted frame")] {
        writeln!(out, "  {label:<28} {:>7} {:>8}", show(figures.first(name)), show(figures.get(name, 1)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(output: &str) -> Figures {
        let mut figures = Figures::default();
        figures.collect(output);
        figures
    }

    #[track_caller]
    fn check(report: &str, words: &[&str]) {
        let holds = |line: &str| words.iter().all(|word| line.contains(word));
        assert!(report.lines().any(holds), "expected a line with {words:?} in\n{report}");
    }

    #[test]
    fn figures_are_found_among_other_words() {
        let figures = measured("running 1 test\nhold-worker-kernel-1000 12.5\n  redraw-ms 0.50 1.25 ms\nok - done\n");
        assert_eq!(figures.first("hold-worker-kernel-1000"), Some(12.5));
        assert_eq!(figures.get("redraw-ms", 1), Some(1.25));
        assert_eq!(figures.get("redraw-ms", 2), None);
        assert_eq!(figures.0.len(), 2);
    }

    #[test]
    fn the_kernel_stands_beside_both_alternatives_and_the_worker_beside_native() {
        let figures = measured(
            "hold-native-kernel-1000 45.0\nhold-native-binary-heap-1000 30.0\nhold-native-four-ary-1000 9.0\n\
             hold-worker-kernel-1000 20.0\nhold-worker-binary-heap-1000 25.0\n",
        );
        let report = report(&figures).expect("a string takes everything");
        check(&report, &["native", "1,000", "45.00", "30.00", "1.50", "9.00", "5.00"]);
        check(&report, &["worker", "1,000", "20.00", "25.00", "0.80"]);
        check(&report, &["native over worker", "1,000", "2.25", "target at most 1.50: MISSED"]);
        // Natively all numbers of pending events belong in the table, measured or not.
        check(&report, &["native", "100,000", "-"]);
        assert!(!report.lines().any(|line| line.contains("worker") && line.contains("100,000")), "{report}");
    }

    #[test]
    fn models_are_held_against_their_targets() {
        let figures = measured(
            "model-native-node 16.0 20.0 0.80\nmodel-worker-node 12.8\nmodel-deep-node 8.0\nmodel-native-go 8.00 20.00 0.40\n\
             request-native-go-10 900 30.0\nrequest-native-go-1000 2000 30.0\nrequest-native-go-100000 1800 27.0\n\
             request-native-node-10 300 14.0\n",
        );
        let report = report(&figures).expect("a string takes everything");
        check(&report, &["Node.js", "16.00", "20.00", "0.80", "at least 0.50: met"]);
        check(&report, &["first worker", "12.80", "1.25", "at most 1.50: met"]);
        check(&report, &["deep worker", "8.00", "2.00", "at most 1.50: MISSED"]);
        check(&report, &["Go", "0.40", "at least 0.50: MISSED"]);
        check(&report, &["Go", "900", "2000", "1800", "2.22", "at most 2.00: MISSED"]);
        check(&report, &["Node.js cluster", "-", "not measured"]);
        // One of three is no growth.
        check(&report, &["Node.js ", "300", "at most 2.00: not measured"]);
    }

    #[test]
    fn a_report_of_nothing_says_so_and_fails_nothing() {
        let report = report(&Figures::default()).expect("a string takes everything");
        check(&report, &["live run", "-"]);
        check(&report, &["redraw of the live plot", "-"]);
        assert!(!report.contains("NaN"), "{report}");
        assert!(!report.contains("MISSED"), "{report}");
    }
}
