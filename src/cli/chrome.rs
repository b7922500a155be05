//! `duel trace`: Chrome trace events, which Perfetto and `chrome://tracing` show, written as they happen.
//!
//! Each runtime is a process. It has a track for each core, with a slice while a thread is on it, and one for each
//! thread, with a slice for each piece of work. A piece is told when it is done, so a slice is as long as the CPU time
//! that it took and ends when it ended: where threads take turns on a core, it begins too late.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use crate::cli::Failure;
use crate::cli::args::Job;
use crate::recording::{self, Requests};
use crate::replicate::{BadRecording, Plan};
use crate::sim::request::RequestId;
use crate::sim::runtime::RuntimeId;
use crate::sim::time::{Span, Time};
use crate::sim::trace::{Sink, TraceEvent};

/// Simulated time if nothing is said.
const LENGTH: Span = Span::from_ms(100);
/// Events of a run at most: some gigabytes of trace.
const MAX_EVENTS: u64 = 20_000_000;
/// Tracks of threads are numbered from here on; below it are those of cores, from 1.
const FIRST_THREAD: u32 = 1000;

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
    writeln!(out, "{{\"displayTimeUnit\":\"ns\",\"traceEvents\":[")?;
    for (i, runtime) in job.settings.runtimes.iter().enumerate() {
        if i > 0 {
            writeln!(out, ",")?;
        }
        trace(job, *runtime, i + 1, out)?;
    }
    Ok(writeln!(out, "\n]}}")?)
}

fn trace(job: &Job, runtime: RuntimeId, pid: usize, out: &mut impl Write) -> Result<(), Failure> {
    let name = runtime.key();
    write!(out, r#"{{"ph":"M","pid":{pid},"name":"process_name","args":{{"name":"{name}"}}}}"#)?;
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
    let n_cores = job.settings.scenario.n_cores;
    let tracks = Tracks { out, pid, n_cores, n_in_flight: 0, busy_since: Vec::new(), n_threads: 0, failed: None };
    let run = match &job.requests {
        None => plan.watch(tracks, None),
        Some(path) => Requests::open(path)
            .and_then(|mut requests| plan.watch(tracks, Some(&mut |chunk, n| requests.supply(chunk, n)))),
    };
    let mut run = run.map_err(|BadRecording(why)| Failure::Usage(why))?;
    let now = run.now();
    run.sink_mut().end(now);
    run.sink_mut().failed.take().map_or(Ok(()), |error| Err(error.into()))
}

/// The tracks of one runtime.
struct Tracks<'a, W> {
    out: &'a mut W,
    pid: usize,
    /// Cores of the machine; those beyond are of a separate service's.
    n_cores: u32,
    n_in_flight: u64,
    /// By core: since when it runs a thread.
    busy_since: Vec<Option<Time>>,
    n_threads: u32,
    /// What went wrong in writing; nothing is written after it.
    failed: Option<io::Error>,
}

/// Microseconds, which is what the format counts in, to the nanosecond.
fn us(ns: u64) -> String {
    format!("{}.{:03}", ns / 1000, ns % 1000)
}

/// A request's name for people: its client, and which of its requests it is.
fn name(request: RequestId) -> String {
    match request.0 >> 32 {
        0 => format!("request {}", request.nth()),
        client => format!("request {} of client {}", request.nth(), client - 1),
    }
}

impl<W: Write> Tracks<'_, W> {
    /// Writes one event with the fields `rest`.
    fn event(&mut self, ph: char, at: u64, tid: u32, rest: &str) {
        if self.failed.is_none() {
            let (pid, ts) = (self.pid, us(at));
            let written = write!(self.out, ",\n{{\"ph\":\"{ph}\",\"pid\":{pid},\"tid\":{tid},\"ts\":{ts},{rest}}}");
            self.failed = written.err();
        }
    }

    fn name_track(&mut self, tid: u32, name: &str) {
        let rest = format!(r#""name":"thread_name","args":{{"name":"{name}"}}"#);
        self.event('M', 0, tid, &rest);
        // In the order of their numbers, cores first.
        self.event('M', 0, tid, &format!(r#""name":"thread_sort_index","args":{{"sort_index":{tid}}}"#));
    }

    /// A slice that ends at `at`.
    fn slice(&mut self, at: Time, tid: u32, length: Span, name: &str, args: &str) {
        let began = at.as_ns().saturating_sub(length.as_ns());
        let dur = us(length.as_ns());
        self.event('X', began, tid, &format!(r#""dur":{dur},"name":"{name}","args":{{{args}}}"#));
    }

    fn instant(&mut self, at: Time, name: &str) {
        self.event('i', at.as_ns(), 0, &format!(r#""s":"p","name":"{name}""#));
    }

    /// The begin or end of a wait, on a track of its own. Requests have the same numbers in every runtime, so the
    /// number is said to be of this process: a plain `id` would put the waits of all runtimes on one track.
    fn wait(&mut self, ph: char, at: Time, request: RequestId) {
        let (id, name) = (request.0, name(request));
        self.event(ph, at.as_ns(), 0, &format!(r#""cat":"wait","id2":{{"local":"{id:#x}"}},"name":"wait of {name}""#));
    }

    fn in_flight(&mut self, at: Time, n: u64) {
        self.n_in_flight = n;
        self.event('C', at.as_ns(), 0, &format!(r#""name":"requests in flight","args":{{"n":{n}}}"#));
    }

    fn thread(&mut self, thread: u32) -> u32 {
        while self.n_threads <= thread {
            let n = self.n_threads;
            self.n_threads += 1;
            self.name_track(FIRST_THREAD + n, &format!("thread {n}"));
        }
        FIRST_THREAD + thread
    }

    fn core(&mut self, at: Time, core: u16, is_busy: bool) {
        let idx = usize::from(core);
        while self.busy_since.len() <= idx {
            let n = self.busy_since.len() as u32;
            self.busy_since.push(None);
            let name = match n.checked_sub(self.n_cores) {
                None => format!("core {n}"),
                Some(nth) => format!("service core {nth}"),
            };
            self.name_track(n + 1, &name);
        }
        if let Some(since) = self.busy_since[idx].take() {
            self.slice(at, u32::from(core) + 1, at.since(since), "busy", "");
        }
        self.busy_since[idx] = is_busy.then_some(at);
    }

    /// Ends what is still open.
    fn end(&mut self, at: Time) {
        for core in 0..self.busy_since.len() {
            self.core(at, core as u16, false);
        }
    }
}

impl<W: Write> Sink for Tracks<'_, W> {
    fn record(&mut self, at: Time, event: TraceEvent) {
        match event {
            TraceEvent::Arrived(_) => self.in_flight(at, self.n_in_flight + 1),
            TraceEvent::Completed { .. } => self.in_flight(at, self.n_in_flight - 1),
            TraceEvent::Refused(request) => self.instant(at, &format!("{} is refused", name(request))),
            TraceEvent::Ran { thread, request, service, overhead } => {
                let tid = self.thread(thread);
                let args = format!(r#""service_us":{},"overhead_us":{}"#, us(service.as_ns()), us(overhead.as_ns()));
                self.slice(at, tid, service + overhead, &name(request), &args);
            }
            TraceEvent::Overhead { thread, overhead } => {
                let tid = self.thread(thread);
                self.slice(at, tid, overhead, "overhead", "");
            }
            TraceEvent::CoreBusy(core, is_busy) => self.core(at, core, is_busy),
            TraceEvent::WaitBegan(request) => self.wait('b', at, request),
            TraceEvent::WaitOver(request) => self.wait('e', at, request),
            TraceEvent::Stole { thief, victim, n } => self.instant(at, &format!("P{thief} steals {n} of P{victim}")),
            TraceEvent::Preempted(request) => self.instant(at, &format!("{} is preempted", name(request))),
            TraceEvent::Abandoned(request) => {
                self.instant(at, &format!("{} is given up", name(request)));
                self.in_flight(at, self.n_in_flight - 1);
            }
            TraceEvent::Collected { process, pause } => {
                self.instant(at, &format!("garbage of process {process} collected, {} us of pause", us(pause.as_ns())));
            }
            // There is an iteration each few microseconds, and it shows as a gap between slices; delays follow from it.
            TraceEvent::Iteration(_) | TraceEvent::LoopDelay { .. } | TraceEvent::Marked(_) => {}
        }
    }
}
