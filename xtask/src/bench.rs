//! The measured figures of the project, side by side from one run.
//!
//! Only bytes have a budget that fails a build: machines are noisy, so times are read as ratios of the same run.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use xshell::cmd;

use crate::project::Project;
use crate::setup::{self, Need};
use crate::sizes::Weights;
use crate::{browsers, test};

/// Figures by name.
type Figures = BTreeMap<String, Vec<f64>>;

/// `cargo xtask bench`.
pub(crate) fn run(project: &Project, args: &[String]) -> Result<()> {
    if let Some(arg) = args.first() {
        bail!("expected no argument, got `{arg}`");
    }
    let dist = project.root.join("dist");
    if !dist.join("v").is_dir() {
        bail!("expected a release build in dist/, found none; run `cargo xtask dist` first");
    }
    setup::ensure(project, Need::Test)?;
    println!("{}", Weights::of(&dist)?);
    let mut figures = Figures::new();
    let kernel = cmd!(project.shell, "cargo bench --quiet --no-default-features --bench kernel").read()?;
    collect(&mut figures, &kernel);
    collect(
        &mut figures,
        &test::in_browser(project, &["--profile", "release-worker", "--test", "hold", "--", "--nocapture"])?.read()?,
    );
    let page = cmd!(project.shell, "cargo run --quiet --package browser-tests --bin measure")
        .env("CHROMIUM", browsers::chromium(project)?)
        .env("CHROMEDRIVER", browsers::driver(project)?);
    collect(&mut figures, &page.read()?);
    report(&figures);
    Ok(())
}

/// Takes lines of a name and numbers out of `output`.
fn collect(figures: &mut Figures, output: &str) {
    for line in output.lines() {
        let mut words = line.split_whitespace();
        let Some(name) = words.next() else { continue };
        let numbers: Vec<f64> = words.map_while(|word| word.parse().ok()).collect();
        if !numbers.is_empty() && name.contains('-') {
            figures.insert(name.to_owned(), numbers);
        }
    }
}

fn report(figures: &Figures) {
    let get = |name: &str, place: usize| figures.get(name).and_then(|numbers| numbers.get(place)).copied();
    let show = |x: Option<f64>| x.map_or_else(|| "not measured".to_owned(), |x| format!("{x:.2}"));
    let ratio = |a: &str, b: &str| show(get(a, 0).zip(get(b, 0)).map(|(a, b)| a / b));
    println!("hold model, 1,000 pending, million events/s   native   worker   worker/native");
    for (name, label) in [("kernel", "kernel"), ("binary-heap", "bare BinaryHeap")] {
        let (native, worker) = (format!("hold-native-{name}"), format!("hold-worker-{name}"));
        println!(
            "  {label:<43} {:>6} {:>8} {:>15}",
            show(get(&native, 0)),
            show(get(&worker, 0)),
            ratio(&worker, &native)
        );
    }
    println!(
        "  {:<43} {:>6} {:>8}",
        "kernel/bare",
        ratio("hold-native-kernel", "hold-native-binary-heap"),
        ratio("hold-worker-kernel", "hold-worker-binary-heap")
    );
    println!("live run, 2,000 clients, 16 cores, million events/s {:>11}", show(get("live-events-per-s", 0)));
    println!("in milliseconds                                median     95 %");
    for (name, label) in [("redraw-ms", "redraw of the live plot"), ("input-to-frame-ms", "slider to painted frame")] {
        println!("  {label:<43} {:>6} {:>8}", show(get(name, 0)), show(get(name, 1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_among_other_words() {
        let mut figures = Figures::new();
        collect(&mut figures, "running 1 test\nhold-worker-kernel 12.5\n  redraw-ms 0.50 1.25\nok - done\n");
        assert_eq!(figures.get("hold-worker-kernel"), Some(&vec![12.5]));
        assert_eq!(figures.get("redraw-ms"), Some(&vec![0.5, 1.25]));
        assert_eq!(figures.len(), 2);
    }
}
