//! `duel trace`: Chrome trace events of a run, written as they happen.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use crate::app::permalink;
use crate::chrome::{Output, Trace};
use crate::cli::Failure;
use crate::cli::args::Job;
use crate::recording::{self, Requests};
use crate::replicate::{BadRecording, Plan};
use crate::sim::lanes::LaneEvent;
use crate::sim::runtime::RuntimeId;
use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceEvent};
use crate::stats::lanes::Tracker;

/// Simulated time if nothing is said.
const LENGTH: Span = Span::from_ms(100);
/// Events of a run at most: some gigabytes of trace.
const MAX_EVENTS: u64 = 20_000_000;

pub(super) fn command(job: &Job, out: &mut impl Write) -> Result<(), Failure> {
    let Some(path) = &job.output else { return Ok(()) };
    if let Some(recording) = &job.requests {
        let once = recording::check(recording, job.settings.runtimes.len());
        once.map_err(|BadRecording(why)| Failure::Usage(why))?;
    }
    if path.as_os_str() == "-" {
        return write(job, out);
    }
    let cannot = |error: io::Error| Failure::System(format!("can not write {}: {error}", path.display()));
    let mut file = BufWriter::new(File::create(path).map_err(cannot)?);
    write(job, &mut file)?;
    file.flush().map_err(cannot)
}

fn write(job: &Job, out: &mut impl Write) -> Result<(), Failure> {
    let query = permalink::write_whole(&job.settings);
    let mut trace = Trace::new(Stream { out, failed: None }, &query);
    for runtime in &job.settings.runtimes {
        trace.begin_process(runtime.key());
        trace = run(job, *runtime, trace)?;
        if trace.output().failed.is_some() {
            break;
        }
    }
    trace.end().failed.map_or(Ok(()), |error| Err(error.into()))
}

/// Lets `runtime` tell everything to `trace`, and gives it back.
fn run<O: Output>(job: &Job, runtime: RuntimeId, trace: Trace<O>) -> Result<Trace<O>, Failure> {
    let plan = Plan {
        costs: None,
        runtime,
        scenario: job.settings.scenario,
        warm_up: Span::ZERO,
        window: job.length.unwrap_or(LENGTH),
        max_events: MAX_EVENTS,
        max_in_flight: None,
        ends: false,
    };
    let told = Told(Tracker::new(trace));
    let run = match &job.requests {
        None => plan.watch(told, None),
        Some(path) => Requests::open(path)
            .and_then(|mut requests| plan.watch(told, Some(&mut |chunk, n| requests.supply(chunk, n)))),
    };
    let mut run = run.map_err(|BadRecording(why)| Failure::Usage(why))?;
    let now = run.now();
    run.sink_mut().0.finish(now);
    Ok(run.into_sink().0.into_rows())
}

/// Text to a file or a pipe.
struct Stream<'a, W> {
    out: &'a mut W,
    /// What went wrong in writing; nothing is written after it.
    failed: Option<io::Error>,
}

impl<W: Write> Output for Stream<'_, W> {
    fn put(&mut self, text: &str) {
        if self.failed.is_none() {
            self.failed = self.out.write_all(text.as_bytes()).err();
        }
    }
}

/// A run's lanes, and how many requests are in flight.
struct Told<O>(Tracker<Trace<O>>);

impl<O: Output> Sink for Told<O> {
    const WANTS_LANES: bool = true;

    fn record(&mut self, at: Time, event: TraceEvent) {
        let trace = self.0.rows_mut();
        match event {
            TraceEvent::Arrived(_) => trace.in_flight(at, 1),
            TraceEvent::Completed { .. } => trace.in_flight(at, -1),
            TraceEvent::Abandoned(_) => {
                trace.instant(at, "a client gives up connecting");
                trace.in_flight(at, -1);
            }
            TraceEvent::Refused(_) => trace.instant(at, "a request is refused"),
            _ => {}
        }
        self.0.record(at, event);
    }

    fn record_lane(&mut self, at: Time, event: LaneEvent) {
        self.0.record_lane(at, event);
    }
}
