//! The named scenarios that every machine measures, series by series.

use anyhow::{Result, bail};

use super::keys::Keys;

/// One scenario on one runtime.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) id: String,
    pub(super) series: &'static str,
    pub(super) runtime: &'static str,
    /// Complete.
    pub(super) query: String,
    /// A file under calibrate/schedules whose requests are replayed.
    pub(super) schedule: Option<&'static str>,
    /// Whether it is kept out of everything that tunes the models.
    pub(super) is_held_out: bool,
    pub(super) warm_up_s: f64,
    pub(super) measured_s: f64,
    /// How often it is run.
    pub(super) repeats: usize,
}

/// A runtime and how many cores it has to itself.
struct Variant {
    name: &'static str,
    runtime: &'static str,
    gomaxprocs: Option<&'static str>,
}

const NODE: Variant = Variant { name: "node", runtime: "node", gomaxprocs: None };
const WORKERS: Variant = Variant { name: "node-workers", runtime: "node-workers", gomaxprocs: None };
const CLUSTER: Variant = Variant { name: "node-cluster", runtime: "node-cluster", gomaxprocs: None };
const GO_1: Variant = Variant { name: "go-p1", runtime: "go", gomaxprocs: Some("1") };
const GO_2: Variant = Variant { name: "go-p2", runtime: "go", gomaxprocs: Some("2") };
const ALL: [&Variant; 5] = [&NODE, &WORKERS, &CLUSTER, &GO_1, &GO_2];
const PLAIN: [&Variant; 3] = [&NODE, &GO_1, &GO_2];
const TWO_CORES: [&Variant; 3] = [&WORKERS, &CLUSTER, &GO_2];

/// Warm-up and measured time, in s.
type Window = (f64, f64);
const USUAL: Window = (1.0, 4.0);
/// Where bursts are drawn: for the sake of the tail.
const DRAWN_BURSTS: Window = (1.0, 7.0);
/// Where a request can take more than a second.
const LONG: Window = (2.0, 8.0);
/// Where every request takes as long as every other.
const SHORT: Window = (0.5, 2.0);

/// How often each scenario is run, unless in a hurry ...
const REPEATS: usize = 3;
/// ... and where every repeat serves the very same requests for long.
const REPEATS_OF_RECORDED: usize = 2;

/// What the series are called.
pub(super) const SERIES: [&str; 8] =
    ["closed", "think", "mixed", "network", "open", "open-held-out", "fan-out", "alloc"];

type Pairs = Vec<(&'static str, String)>;

struct Builder<'a> {
    keys: &'a Keys,
    n_cores: u32,
    plans: Vec<Plan>,
}

/// Recorded requests, by the name of their file.
#[derive(Clone, Copy)]
struct Scheduled(Option<&'static str>);

const DRAWN: Scheduled = Scheduled(None);

impl Builder<'_> {
    /// Adds `name` for each of `variants`; what is not said in `pairs` is as on the page, except that work is started
    /// inside the process, waits for timers and allocates nothing.
    fn add(
        &mut self,
        (series, name): (&'static str, &str),
        variants: &[&Variant],
        pairs: &Pairs,
        (warm_up_s, measured_s): Window,
        Scheduled(schedule): Scheduled,
    ) -> Result<()> {
        for variant in variants {
            let mut all: Pairs = vec![("runtimes", variant.runtime.into()), ("workers", "2".into())];
            all.extend(variant.gomaxprocs.map(|n| ("gomaxprocs", n.into())));
            let usual = [("transport", "none"), ("io", "timer"), ("alloc", "0")];
            all.extend(pairs.iter().cloned());
            for (key, value) in usual {
                if !pairs.iter().any(|(said, _)| *said == key) {
                    all.push((key, value.into()));
                }
            }
            self.plans.push(Plan {
                id: format!("{series}{}{name}/{}", if name.is_empty() { "" } else { "-" }, variant.name),
                series,
                runtime: variant.runtime,
                query: self.keys.complete(&all, self.n_cores)?,
                schedule,
                is_held_out: ["mixed", "open-held-out"].contains(&series),
                warm_up_s,
                measured_s,
                repeats: if schedule.is_some() { REPEATS_OF_RECORDED } else { REPEATS },
            });
        }
        Ok(())
    }

    fn closed(&mut self) -> Result<()> {
        for clients in [1, 2, 8, 64] {
            for mix in [0, 10, 50, 100] {
                // Of one client, a second process sees nothing.
                let variants: Vec<&Variant> =
                    ALL.into_iter().filter(|variant| clients > 1 || variant.name != CLUSTER.name).collect();
                let window = match (clients, mix) {
                    (64, 1..) => LONG,
                    (1 | 2, _) | (_, 0) => SHORT,
                    _ => USUAL,
                };
                let pairs = [("cpu-dist", "constant".into()), ("think", "0".into()), ("demand", "20".into())];
                let pairs = [&pairs[..], &[("clients", clients.to_string()), ("mix", mix.to_string())]].concat();
                self.add(("closed", &format!("{clients}-{mix}")), &variants, &pairs, window, DRAWN)?;
            }
        }
        Ok(())
    }

    fn others(&mut self) -> Result<()> {
        for mix in [5, 10, 20, 30, 60] {
            let pairs = vec![("clients", "64".into()), ("think", "140".into()), ("mix", mix.to_string())];
            self.add(("think", &mix.to_string()), &ALL, &pairs, DRAWN_BURSTS, DRAWN)?;
        }
        for mix in [25, 70] {
            let pairs = [("clients", "24"), ("think", "140"), ("demand", "30"), ("bursts", "3")];
            let mut pairs: Pairs = pairs.map(|(key, value)| (key, value.to_owned())).into();
            pairs.push(("mix", mix.to_string()));
            self.add(("mixed", &mix.to_string()), &ALL, &pairs, DRAWN_BURSTS, DRAWN)?;
        }
        for mix in [5, 40] {
            let pairs = [("clients", "32"), ("think", "0"), ("io", "network"), ("cpu-dist", "constant")];
            let mut pairs: Pairs = pairs.map(|(key, value)| (key, value.to_owned())).into();
            pairs.push(("mix", mix.to_string()));
            self.add(("network", &mix.to_string()), &PLAIN, &pairs, USUAL, DRAWN)?;
        }
        Ok(())
    }

    fn open(&mut self) -> Result<()> {
        for (name, file, variants, length_s) in [
            ("long-1", "long-1.txt", &ALL[..], 43.0),
            ("25-50", "open-25-50.txt", &ALL, 23.0),
            ("25-80", "open-25-80.txt", &ALL, 23.0),
            ("25-160", "open-25-160.txt", &TWO_CORES, 23.0),
        ] {
            let window = (1.0, length_s - 1.0);
            self.add(("open", name), variants, &vec![("load", "open".into())], window, Scheduled(Some(file)))?;
        }
        let pairs = [("load", "open"), ("rate", "120"), ("demand", "8"), ("bursts", "2"), ("mix", "50")];
        let pairs = pairs.map(|(key, value)| (key, value.to_owned())).into();
        self.add(("open-held-out", ""), &ALL, &pairs, DRAWN_BURSTS, DRAWN)
    }

    fn batches(&mut self) -> Result<()> {
        // A burst of 0.05 ms and a wait of 10 ms, or the wait alone.
        for (name, demand, mix) in [("0.05", "10.05", "0.4975"), ("0", "10", "0")] {
            let pairs = [("load", "batch"), ("tasks", "10000"), ("cpu-dist", "constant")];
            let mut pairs: Pairs = pairs.map(|(key, value)| (key, value.to_owned())).into();
            pairs.extend([("demand", demand.to_owned()), ("mix", mix.to_owned())]);
            self.add(("fan-out", name), &PLAIN, &pairs, (0.0, 1.0), DRAWN)?;
        }
        let pairs = [("clients", "16"), ("think", "20"), ("mix", "10"), ("demand", "20"), ("alloc", "512")];
        let pairs = pairs.map(|(key, value)| (key, value.to_owned())).into();
        self.add(("alloc", ""), &PLAIN, &pairs, USUAL, DRAWN)
    }
}

/// All plans of the named series, in their order, on a machine with `n_cores`; a name can be that of one point as well.
pub(super) fn plans(keys: &Keys, n_cores: u32, names: &[String], is_quick: bool) -> Result<Vec<Plan>> {
    let mut builder = Builder { keys, n_cores, plans: Vec::new() };
    builder.closed()?;
    builder.others()?;
    builder.open()?;
    builder.batches()?;
    let mut plans = builder.plans;
    let is_named = |plan: &Plan, name: &String| name == plan.series || *name == plan.id;
    if let Some(stranger) = names.iter().find(|name| !plans.iter().any(|plan| is_named(plan, name))) {
        bail!("--only: expected some of {}, costs, or a point of them, got `{stranger}`", SERIES.join(", "));
    }
    plans.retain(|plan| names.iter().any(|name| is_named(plan, name)));
    if is_quick {
        plans.iter_mut().for_each(|plan| plan.repeats = 1);
        // A recording is as long as it is.
        for plan in plans.iter_mut().filter(|plan| plan.schedule.is_none()) {
            plan.warm_up_s /= 2.0;
            plan.measured_s /= 2.0;
        }
    }
    Ok(plans)
}

impl Plan {
    /// About how long all of its runs take, in s.
    pub(super) fn expected_in_all_s(&self) -> f64 {
        self.repeats as f64 * self.expected_s()
    }

    /// About how long one run takes, in s, with starting the program and looking for the speed of a core.
    pub(super) fn expected_s(&self) -> f64 {
        self.warm_up_s + self.measured_s + if self.series == "fan-out" { 2.0 } else { 0.5 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(series: &[&str], is_quick: bool) -> Vec<Plan> {
        let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
        let keys = Keys::among(&std::fs::read_to_string(readme).expect("the checkout has a README"));
        let series: Vec<String> = series.iter().map(|name| (*name).to_owned()).collect();
        plans(&keys, 2, &series, is_quick).expect("they exist")
    }

    #[test]
    fn names_are_unique_and_every_series_has_some() {
        let plans = all(&SERIES, false);
        let mut ids: Vec<&str> = plans.iter().map(|plan| plan.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), plans.len());
        for series in SERIES {
            let n = plans.iter().filter(|plan| plan.series == series).count();
            assert!(n >= 3, "{series}: {n}");
        }
        for id in ["closed-64-10/go-p1", "think-60/node-cluster", "open-long-1/node", "open-held-out/go-p2"] {
            assert!(ids.contains(&id), "{id} is not among {ids:?}");
        }
    }

    #[test]
    fn all_of_it_takes_less_than_an_hour() {
        let minutes = all(&SERIES, false).iter().map(Plan::expected_in_all_s).sum::<f64>() / 60.0;
        assert!(minutes < 60.0, "{minutes} min");
    }

    #[test]
    fn a_plan_says_all_that_it_needs() {
        assert_eq!(all(&["closed-64-10/go-p1"], false).len(), 1);
        let plans = all(&["closed", "open", "mixed"], false);
        let plan = |id: &str| plans.iter().find(|plan| plan.id == id).expect("it is there");
        let go = plan("closed-64-10/go-p1");
        for pair in [
            "mix=10",
            "demand=20",
            "cpu-dist=constant",
            "clients=64",
            "think=0",
            "cores=2",
            "io=timer",
            "transport=none",
            "gomaxprocs=1",
            "runtimes=go",
            "alloc=0",
        ] {
            assert!(go.query.split('&').any(|said| said == pair), "{pair} is not in {}", go.query);
        }
        assert_eq!((go.warm_up_s, go.measured_s, go.is_held_out), (2.0, 8.0, false));
        assert_eq!(plan("open-25-160/go-p2").schedule, Some("open-25-160.txt"));
        assert!(plan("mixed-25/node").is_held_out);
        assert_eq!(all(&["closed"], true)[0].measured_s * 2.0, all(&["closed"], false)[0].measured_s);
    }

    #[test]
    fn every_schedule_is_there() {
        let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../calibrate/schedules"));
        for plan in all(&["open"], false) {
            assert!(plan.schedule.is_some_and(|file| folder.join(file).is_file()), "{}", plan.id);
        }
    }
}
