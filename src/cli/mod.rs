//! The command line: what the page shows, as tables and JSON. `duel help` lists everything.

mod args;
mod chrome;
mod figures;
mod json;
mod measured;
mod poster;
mod query;
mod run;
mod stories;
mod sweep;
mod table;
mod verify;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::app::docs;
use crate::app::params::PARAMS;
use crate::cli::args::{Command, Job};

const HELP: &str = "\
duel run    'QUERY' [--for 60s] [--replications 10] [--requests FILE] [--json]
duel sweep  'QUERY' --over mix=0:100:2 [--for 60s] [--replications 10] [--json]
duel poster 'QUERY' [--show KEY] [--size 1200x675] [--replications 10] -o FILE.svg
duel trace  'QUERY' [--for 100ms] [--requests FILE] -o FILE.json
duel verify [--measured [FILE…]] [--json]
duel stories [ID…] [--replications 5] [--json]
duel help

run     simulates the runtimes of QUERY and prints what they did, with 95 % confidence intervals; a ci95 is half the
        width of one. --for is the simulated time that each replication measures, after a quarter more of warm-up; a
        batch and recorded requests are measured whole, and end there at the latest; warm=off measures from the start of
        the process on, 3 s if nothing is said. --requests serves recorded
        requests instead of drawing them, in one replication unless told otherwise: one a line, `arrival_ms class
        burst_ms wait_ms`, in order of arrival, class 0 or 1.
sweep   the same for each value of one key.
poster  draws the whole curve with the verdict at the mix of QUERY, in its theme; --show draws another figure than
        throughput_per_s, such as latency_p99_ms; -o - is standard output.
trace   writes what every core and thread did as Chrome trace events, for https://ui.perfetto.dev; -o - is standard
        output.
verify  simulates every queue that theory knows the answer to, and every point that was measured on real Node.js and
        Go, and compares; fails if one is further off than it may be. --measured is the second part alone, or the
        same with files that `cargo xtask calibrate` wrote on another machine; with --json as one object.
stories judges what the two articles claim: whether it holds, when, by how much with 95 % confidence intervals, and
        which cost would turn that over within a quarter of and four times what was measured. With --json a list of
        objects. More replications make the intervals narrower and the sample of almost-always larger.

An outcome is `steady`, `saturated` (more work arrives than can be done), or the bound that was reached:
`max-in-flight`, `max-backlog` (clients could not connect), `max-time`, `max-events` or `max-threads` (Go dies of 10 000,
a Java process of 32 000).

QUERY is the part of the page's address after the question mark, such as 'mix=30&cores=8'. Its keys:
";

/// Why nothing, or not everything, was done.
#[derive(Debug)]
enum Failure {
    /// The user asked for something that there is not; one line.
    Usage(String),
    /// The system did not let us.
    System(String),
    /// Nobody reads our output any more.
    Unread,
    /// Something that was to be verified is off.
    Off,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Unread,
            _ => Self::System(format!("can not write the output: {error}")),
        }
    }
}

/// Does what `args` say. Exits with 2 if they make no sense, and with 1 if it did not succeed.
pub fn main(args: impl Iterator<Item = OsString>) -> ExitCode {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let done = args::parse(args).and_then(|job| carry_out(&job, &mut out)).and_then(|()| Ok(out.flush()?));
    match done {
        Ok(()) | Err(Failure::Unread) => ExitCode::SUCCESS,
        Err(Failure::Off) => {
            // What was found has been printed; whether it can be read is somebody else's concern.
            let _ = out.flush();
            ExitCode::FAILURE
        }
        Err(Failure::System(why)) => {
            eprintln!("duel: {}", one_line(&why));
            ExitCode::FAILURE
        }
        Err(Failure::Usage(why)) => {
            eprintln!("duel: {}", one_line(&why));
            ExitCode::from(2)
        }
    }
}

/// `text` on one line, whatever it repeats of what came.
fn one_line(text: &str) -> String {
    let escaped = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(escaped).collect()
}

fn carry_out(job: &Job, out: &mut impl Write) -> Result<(), Failure> {
    match job.command {
        Command::Run => run::command(job, out),
        Command::Sweep => sweep::command(job, out),
        Command::Poster => poster::command(job, out),
        Command::Trace => chrome::command(job, out),
        Command::Verify if job.measured || job.json => measured::command(job, out),
        Command::Verify => {
            let theory = verify::command(out);
            if matches!(theory, Ok(()) | Err(Failure::Off)) {
                writeln!(out)?;
                measured::command(job, out)?;
            }
            theory
        }
        Command::Stories => stories::command(job, out),
        Command::Help => help(out),
    }
}

fn help(out: &mut impl Write) -> Result<(), Failure> {
    write!(out, "{HELP}")?;
    for param in PARAMS {
        let (accepts, default) = (docs::accepts(param), docs::default_of(param));
        let line = format!("  {:<13} {}; {} unless told otherwise ({accepts})", param.key, param.label, default);
        writeln!(out, "{}", line.replace('`', ""))?;
    }
    Ok(())
}
