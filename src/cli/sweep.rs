//! `duel sweep`: the same for each value of one key.

use std::io::Write;

use crate::app::settings::MODEL_VERSION;
use crate::cli::args::Job;
use crate::cli::figures::measure;
use crate::cli::json::{Point, Run, Swept};
use crate::cli::{Failure, query, run, table};

pub(super) fn command(job: &Job, out: &mut impl Write) -> Result<(), Failure> {
    let Some(sweep) = &job.over else { return Ok(()) };
    let mut swept = Swept { model: MODEL_VERSION, over: sweep.param.key, points: Vec::new() };
    if !job.json {
        table::write_swept(out, sweep.param.key, None, &job.settings)?;
    }
    for value in &sweep.values {
        let mut settings = job.settings.clone();
        query::set(sweep.param, &mut settings, &value.to_string())?;
        let report = measure(job, &settings)?;
        if job.json {
            swept.points.push(Point { value: *value, run: Run::from(&report) });
        } else {
            table::write_swept(out, sweep.param.key, Some((*value, &report)), &settings)?;
            // Each line is a while in coming.
            out.flush()?;
        }
    }
    if job.json { run::write_json(out, &swept) } else { Ok(()) }
}
