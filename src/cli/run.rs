//! `duel run`: every runtime of a query, with all figures.

use std::io::Write;

use crate::cli::args::Job;
use crate::cli::figures::measure;
use crate::cli::{Failure, json, table};

pub(super) fn command(job: &Job, out: &mut impl Write) -> Result<(), Failure> {
    let report = measure(job, &job.settings)?;
    if job.json { write_json(out, &json::Run::from(&report)) } else { Ok(table::write(out, &report)?) }
}

/// One object, readable, and the end of the line.
pub(super) fn write_json(out: &mut impl Write, value: &impl serde::Serialize) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(std::io::Error::from)?;
    Ok(writeln!(out)?)
}
