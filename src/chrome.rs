//! Chrome trace events, which Perfetto and `chrome://tracing` show, written by hand: the same text in a browser and on
//! the command line.
//!
//! Each runtime is a process. It has a track for each core, for each of Go's processors, for each thread and for the
//! phases of each loop, with a slice for each piece of time; a line for each queue; and one for each request, with a
//! slice for each stage that it was at.

use crate::sim::lanes::{Phase, Queue, Role, Stage};
use crate::sim::request::RequestId;
use crate::sim::time::{Span, Time};
use crate::stats::lanes::{Answer, Kind, Mark, PhaseRow, Piece, Rows, Step, Window};

/// Tracks are numbered: those of cores from 1 on, and from these on processors, threads, and phases.
const FIRST_PROCESSOR: u32 = 100;
const FIRST_THREAD: u32 = 1_000;
const FIRST_LOOP: u32 = 100_000;

/// Where text goes.
pub trait Output {
    /// Appends `text`.
    fn put(&mut self, text: &str);
}

impl Output for String {
    fn put(&mut self, text: &str) {
        self.push_str(text);
    }
}

/// A file of trace events that is being written.
#[derive(Clone, Debug)]
pub struct Trace<O> {
    out: O,
    /// The number of the runtime whose rows are coming.
    process: u32,
    /// Whether something was written, after which a comma belongs.
    has_events: bool,
    n_in_flight: u64,
    /// How many tracks of cores and processors have a name.
    n_cores: u32,
    n_processors: u32,
    /// By loop: whether its track has a name.
    loops: Vec<bool>,
}

/// Writes `text` as the inside of a JSON string.
pub fn escape(text: &str, out: &mut impl Output) {
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') {
        out.put(&rest[..at]);
        let code = rest.as_bytes()[at];
        match code {
            b'"' => out.put("\\\""),
            b'\\' => out.put("\\\\"),
            _ => {
                out.put("\\u00");
                out.put(if code < 16 { "0" } else { "1" });
                let digit = code % 16;
                out.put(&"0123456789abcdef"[usize::from(digit)..=usize::from(digit)]);
            }
        }
        rest = &rest[at + 1..];
    }
    out.put(rest);
}

/// A request's name for people: its client, and which of its requests it is.
fn name_of(request: RequestId) -> String {
    let nth = request.nth().to_string();
    match request.0 >> 32 {
        0 => "request ".to_owned() + &nth,
        client => "request ".to_owned() + &nth + " of client " + &(client - 1).to_string(),
    }
}

fn name_of_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Burst => "burst",
        Kind::Serve => "serve",
        Kind::Accept => "accept",
        Kind::Message => "message",
        Kind::Overhead => "overhead",
        Kind::Search => "search",
        Kind::Collect => "garbage collection",
        Kind::Switch => "switch",
        Kind::Ready => "wants a core",
        Kind::Stopped => "stopped",
        Kind::Call => "blocked in a call",
        Kind::Nap => "naps",
        Kind::Poll => "polls",
        Kind::Park => "parked",
    }
}

fn name_of_queue(queue: Queue) -> String {
    let nth = |name: &str, nth: u16| name.to_owned() + " " + &nth.to_string();
    match queue {
        Queue::Backlog(process) => nth("accept queue", process),
        Queue::Loop(process) => nth("loop", process),
        Queue::Pool(process) => nth("pool queue", process),
        Queue::Workers => "bursts for workers".to_owned(),
        Queue::Handles => "handles".to_owned(),
        Queue::Service => "service".to_owned(),
        Queue::Spawn => "to start".to_owned(),
        Queue::Netpoll => "netpoll".to_owned(),
        Queue::Global => "global queue".to_owned(),
        Queue::Local(processor) => nth("local queue of P", processor),
        Queue::Executor => "executor".to_owned(),
        Queue::Driver => "driver".to_owned(),
        Queue::Inject => "inject queue".to_owned(),
        Queue::Worker(worker) => nth("local queue of worker", worker),
        Queue::Blocking => "blocking calls".to_owned(),
        Queue::Connections(process) => nth("database pool", process),
        Queue::Database => "database".to_owned(),
        Queue::Poller => "poller".to_owned(),
    }
}

fn name_of_stage(stage: Stage) -> String {
    let what = match stage {
        Stage::Arrived => "arrived",
        Stage::Away => "not connected",
        Stage::Queue(queue) => return "in ".to_owned() + &name_of_queue(queue),
        Stage::Thread(thread) => return "on thread ".to_owned() + &thread.to_string(),
        Stage::Call(thread) => return "in a call of thread ".to_owned() + &thread.to_string(),
        Stage::Network => "waits for the network",
        Stage::Database(_) => "in the database",
        Stage::Service => "at the service",
        Stage::Timer(_) => "waits for a timer",
        Stage::Gone => "gone",
        Stage::Starting => "held until the process has started",
    };
    what.to_owned()
}

fn name_of_role(thread: u32, role: Role) -> String {
    let nth = |name: &str, nth: u16| name.to_owned() + " " + &nth.to_string();
    match role {
        Role::Loop(process) => nth("loop", process),
        Role::LoopWorker(worker) => nth("worker", worker),
        Role::Pool(process, thread) => nth(&(nth("pool", process) + " thread"), thread),
        Role::Service(worker) => nth("service", worker),
        Role::M => "M ".to_owned() + &thread.to_string(),
        Role::Worker(worker) => nth("worker", worker),
        Role::Blocking => "blocking ".to_owned() + &thread.to_string(),
        Role::Acceptor => "acceptor".to_owned(),
        Role::Poller => "poller".to_owned(),
        Role::Main => "main".to_owned(),
        Role::Collector => "collector ".to_owned() + &thread.to_string(),
        Role::Any | Role::Handler => "thread ".to_owned() + &thread.to_string(),
    }
}

/// Microseconds, which is what the format counts in, to the nanosecond.
fn us(ns: u64) -> String {
    let mut text = (ns / 1_000).to_string();
    let part = ns % 1_000;
    text.push('.');
    for digit in [part / 100, part / 10 % 10, part % 10] {
        text.push(char::from(b'0' + digit as u8));
    }
    text
}

impl<O: Output> Trace<O> {
    /// A file with nothing in it but where it comes from: the address or query that shows it, with the model's version.
    pub fn new(mut out: O, address: &str) -> Self {
        out.put("{\"displayTimeUnit\":\"ns\",\"otherData\":{\"address\":\"");
        escape(address, &mut out);
        out.put("\"},\"traceEvents\":[");
        let loops = Vec::new();
        Self { out, process: 0, has_events: false, n_in_flight: 0, n_cores: 0, n_processors: 0, loops }
    }

    /// From now on rows are those of the next runtime, of this name.
    pub fn begin_process(&mut self, name: &str) {
        self.process += 1;
        (self.n_in_flight, self.n_cores, self.n_processors) = (0, 0, 0);
        self.loops.clear();
        self.event('M', None, 0, "process_name", &[("name", name)]);
    }

    /// Ends the file.
    pub fn end(mut self) -> O {
        self.out.put("\n]}\n");
        self.out
    }

    /// Where text goes.
    pub fn output(&self) -> &O {
        &self.out
    }

    /// Writes the rows of `window`.
    pub fn window(&mut self, window: &Window) {
        (0..).zip(window.roles()).for_each(|(thread, role)| self.thread(thread, role));
        window.pieces().for_each(|piece| self.piece(&piece));
        window.phases().for_each(|phase| self.phase(&phase));
        window.steps().for_each(|step| self.step(&step));
        window.queues().for_each(|(at, queue, len)| self.queue(at, queue, len));
        window.marks().for_each(|(at, mark)| self.mark(at, mark));
    }

    /// One more request is in flight, or (`-1`) one less.
    pub fn in_flight(&mut self, at: Time, by: i64) {
        self.n_in_flight = self.n_in_flight.saturating_add_signed(by);
        let n = self.n_in_flight.to_string();
        self.counter(at, "requests in flight", &n);
    }

    /// Something happened at a moment.
    pub fn instant(&mut self, at: Time, name: &str) {
        self.event('i', Some(at.as_ns()), 0, name, &[]);
        self.out.put(",\"s\":\"p\"}");
    }

    /// Begins an event; whatever is not metadata has to be closed.
    fn event(&mut self, ph: char, at: Option<u64>, tid: u32, name: &str, args: &[(&str, &str)]) {
        self.out.put(if std::mem::replace(&mut self.has_events, true) { ",\n{\"ph\":\"" } else { "\n{\"ph\":\"" });
        self.out.put(ph.encode_utf8(&mut [0; 4]));
        self.out.put("\",\"pid\":");
        self.out.put(&self.process.to_string());
        self.out.put(",\"tid\":");
        self.out.put(&tid.to_string());
        if let Some(at) = at {
            self.out.put(",\"ts\":");
            self.out.put(&us(at));
        }
        self.out.put(",\"name\":\"");
        escape(name, &mut self.out);
        self.out.put("\"");
        if let [(key, value)] = args {
            self.out.put(",\"args\":{\"");
            self.out.put(key);
            self.out.put("\":\"");
            escape(value, &mut self.out);
            self.out.put("\"}}");
        }
    }

    fn name_track(&mut self, tid: u32, name: &str) {
        self.event('M', None, tid, "thread_name", &[("name", name)]);
        // In the order of their numbers, cores first.
        self.event('M', None, tid, "thread_sort_index", &[]);
        self.out.put(",\"args\":{\"sort_index\":");
        self.out.put(&tid.to_string());
        self.out.put("}}");
    }

    fn counter(&mut self, at: Time, name: &str, n: &str) {
        self.event('C', Some(at.as_ns()), 0, name, &[]);
        self.out.put(",\"args\":{\"n\":");
        self.out.put(n);
        self.out.put("}}");
    }

    fn slice(&mut self, tid: u32, (from, to): (Time, Time), name: &str, what: &str) {
        self.event('X', Some(from.as_ns()), tid, name, &[]);
        self.out.put(",\"dur\":");
        self.out.put(&us(to.since(from).as_ns()));
        self.out.put(",\"args\":{\"what\":\"");
        self.out.put(what);
        self.out.put("\"}}");
    }

    /// The begin or end of a stage, on a track of its request. Requests have the same numbers in every runtime, so the
    /// number is said to be of this process: a plain `id` would put all runtimes' on one track.
    fn stage(&mut self, ph: char, at: Time, request: RequestId, name: &str) {
        self.event(ph, Some(at.as_ns()), 0, name, &[]);
        self.out.put(",\"cat\":\"request\",\"id2\":{\"local\":\"");
        escape(&name_of(request), &mut self.out);
        self.out.put("\"}}");
    }
}

impl<O: Output> Rows for Trace<O> {
    fn thread(&mut self, thread: u32, role: Role) {
        self.name_track(FIRST_THREAD + thread, &name_of_role(thread, role));
    }

    fn piece(&mut self, piece: &Piece) {
        let Piece { thread, core, processor, kind, request, from, to } = *piece;
        if kind.is_rest() {
            return;
        }
        let what = name_of_kind(kind);
        let name = request.map_or_else(|| what.to_owned(), name_of);
        self.slice(FIRST_THREAD + thread, (from, to), &name, what);
        if let Some(core) = core.map(u32::from) {
            while self.n_cores <= core {
                self.n_cores += 1;
                self.name_track(self.n_cores, &("core ".to_owned() + &(self.n_cores - 1).to_string()));
            }
            self.slice(core + 1, (from, to), &name, what);
        }
        if let Some(processor) = processor.map(u32::from) {
            while self.n_processors <= processor {
                let (tid, nth) = (FIRST_PROCESSOR + self.n_processors, self.n_processors.to_string());
                self.n_processors += 1;
                self.name_track(tid, &("P ".to_owned() + &nth));
            }
            self.slice(FIRST_PROCESSOR + processor, (from, to), &name, what);
        }
    }

    fn phase(&mut self, phase: &PhaseRow) {
        let name = match phase.phase {
            Phase::Poll => "poll",
            Phase::Check => "check",
            Phase::Timers => "timers",
            Phase::Blocked => return,
        };
        let (tid, process) = (FIRST_LOOP + u32::from(phase.process), usize::from(phase.process));
        if self.loops.len() <= process {
            self.loops.resize(process + 1, false);
        }
        if !std::mem::replace(&mut self.loops[process], true) {
            self.name_track(tid, &("phases of loop ".to_owned() + &process.to_string()));
        }
        self.slice(tid, (phase.from, phase.to), name, name);
    }

    fn step(&mut self, step: &Step) {
        let name = name_of_stage(step.stage);
        self.stage('b', step.from, step.request, &name);
        self.stage('e', step.to, step.request, &name);
    }

    fn queue(&mut self, at: Time, queue: Queue, len: u32) {
        self.counter(at, &name_of_queue(queue), &len.to_string());
    }

    fn answer(&mut self, _: &Answer) {}

    fn mark(&mut self, at: Time, mark: Mark) {
        let text = match mark {
            Mark::Stole { thief, victim, n } => {
                "P".to_owned() + &thief.to_string() + " steals " + &n.to_string() + " of P" + &victim.to_string()
            }
            Mark::Preempted(request) => name_of(request) + " is preempted",
            Mark::Collected { process, pause } => {
                let pause: Span = pause;
                let of = "garbage of process ".to_owned() + &process.to_string();
                of + " collected, " + &us(pause.as_ns()) + " us of pause"
            }
        };
        self.instant(at, &text);
    }
}
