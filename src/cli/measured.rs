//! `duel verify --measured`: the simulation beside real Node.js and real Go.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::args::Job;
use crate::measured::compare::{self, Comparison, Metric};
use crate::measured::file::Measurements;

/// Where the committed files are, from the project's root.
const FOLDER: &str = "calibrate/measurements";
const SCHEDULES: &str = "calibrate/schedules";

pub(super) fn command(job: &Job, out: &mut impl Write) -> Result<(), Failure> {
    let paths = if job.files.is_empty() { committed()? } else { job.files.clone() };
    for path in paths {
        let bytes = fs::read(&path).map_err(|error| Failure::System(format!("{}: {error}", path.display())))?;
        let file = Measurements::read(&bytes).map_err(|bad| Failure::Usage(format!("{}: {bad}", path.display())))?;
        let all = compare::all(&file, Path::new(SCHEDULES)).map_err(|bad| Failure::Usage(bad.to_string()))?;
        for one in &all {
            line(one, out)?;
        }
    }
    Ok(())
}

fn committed() -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(FOLDER).map_err(|error| Failure::System(format!("{FOLDER}: {error}")))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn line(one: &Comparison<'_>, out: &mut impl Write) -> Result<(), Failure> {
    write!(out, "{:<44} {:<4}", one.point.id, if one.is_saturated { "full" } else { "" })?;
    for metric in Metric::ALL {
        let (simulated, measured) = (one.simulated(metric), one.measured(metric));
        write!(out, " {simulated:>9.2} {measured:>9.2} {:>+7.1}", one.error(metric))?;
    }
    writeln!(out)?;
    Ok(())
}
