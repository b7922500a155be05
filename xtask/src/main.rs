//! The project's chores, so that one tool (cargo) starts all of them: `cargo xtask help` lists them.

mod bench;
mod browsers;
mod calibrate;
mod dist;
mod finish;
mod hosting;
mod hosts;
mod html;
mod others;
mod packed;
mod policy;
mod project;
mod serve;
mod setup;
mod shorten;
mod single;
mod sizes;
mod social;
mod test;
mod tools;

use anyhow::bail;
use project::Project;

const HELP: &str = "\
cargo xtask setup [--browsers] [--install]   install the pinned tools into a cache; with --browsers also packages of
                                             hosts, and check for Chromium, with --install let apt-get install it
cargo xtask serve [--release] [trunk args]   build, serve and rebuild on change
cargo xtask dist [--host URL]                release build into dist/, with its weight checked against the budget; with
                                             the address where it will be also what other sites show of a link to it
cargo xtask test [--quick] [step]...         everything that has to pass, or only the named steps
cargo xtask bench [--others]                 the measured figures beside their targets: weight, events per second,
                                             cost of a request, redraw, response; with --others instead one queue in
                                             SimPy, NeXosim and SimScript (fetched into target/others) and in ours
cargo xtask calibrate [--name MACHINE] [--quick] [--only SERIES,...] [--out FILE]
                                             measure this machine's real Node.js and real Go, and hold the models
                                             against them; calibrate/README.md says what is measured
cargo xtask finish                           what Trunk runs after a build; not for people";

fn main() {
    if let Err(error) = run() {
        eprintln!("error: {error:#}");
        std::process::exit(1);
    }
}

fn run() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (chore, rest) = match args.split_first() {
        Some((chore, rest)) => (chore.as_str(), rest),
        None => ("help", &[][..]),
    };
    let project = Project::open()?;
    match chore {
        "setup" => setup::run(&project, rest),
        "serve" => serve::run(&project, rest),
        "dist" => dist::run(&project, rest),
        "test" => test::run(&project, rest),
        "bench" => bench::run(&project, rest),
        "calibrate" => calibrate::run(&project, rest),
        "finish" => finish::run(&project),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => bail!("expected a chore, got `{other}`; these exist:\n{HELP}"),
    }
}
