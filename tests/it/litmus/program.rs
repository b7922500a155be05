//! Litmus programs: the same small program for the models, for Node.js and for Go.

use std::fmt::Write as _;
use std::process::Command;

use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{CostModel, Scenario};
use runtime_duel::sim::script::{Op, Script};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::{Sink, TraceEvent};

/// A program with names for its marks.
pub(super) struct Program {
    script: Script,
    names: Vec<String>,
}

/// What a run told, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Log(pub(super) Vec<(Time, TraceEvent)>);

impl Sink for Log {
    fn record(&mut self, at: Time, event: TraceEvent) {
        self.0.push((at, event));
    }
}

/// A scenario whose own requests never come.
pub(super) fn alone() -> Scenario {
    Scenario { n_clients: 1, think: Span::from_ms(60_000), costs: CostModel::Zero, n_cores: 1, ..Scenario::default() }
}

impl Program {
    /// An empty program; its function 0 is the main program.
    pub(super) fn new() -> Self {
        Self { script: Script { functions: vec![Vec::new()] }, names: Vec::new() }
    }

    /// Appends steps to the main program.
    pub(super) fn main(&mut self, ops: &[Op]) -> &mut Self {
        self.script.functions[0].extend(ops);
        self
    }

    /// A function that marks `name` and then does `ops`.
    pub(super) fn function(&mut self, name: &str, ops: &[Op]) -> u16 {
        self.names.push(name.to_owned());
        let mark = Op::Mark((self.names.len() - 1) as u16);
        self.script.functions.push([&[mark], ops].concat());
        (self.script.functions.len() - 1) as u16
    }

    /// A step that marks `name`.
    pub(super) fn mark(&mut self, name: &str) -> Op {
        self.names.push(name.to_owned());
        Op::Mark((self.names.len() - 1) as u16)
    }

    /// The program itself, for who runs it otherwise.
    pub(super) fn script(&self) -> Script {
        self.script.clone()
    }

    /// Runs it in the model of `runtime` for ten seconds.
    pub(super) fn log(&self, runtime: RuntimeId, scenario: &Scenario) -> Log {
        let mut run = AnyRun::new(runtime, scenario, 0, Log::default());
        run.execute(self.script.clone());
        let end = run.advance(Time::ZERO + Span::from_ms(10_000), 1_000_000);
        assert_eq!(end, Advance::Reached, "the program does not end");
        run.sink().clone()
    }

    /// The marks in the order in which the model comes by them, with the time in microseconds.
    pub(super) fn marks(&self, runtime: RuntimeId, scenario: &Scenario) -> Vec<(u64, &str)> {
        let log = self.log(runtime, scenario);
        let marks = log.0.iter().filter_map(|(at, event)| match event {
            TraceEvent::Marked(mark) => Some((at.as_ns() / 1000, self.names[usize::from(*mark)].as_str())),
            _ => None,
        });
        marks.collect()
    }

    /// The marks in order.
    pub(super) fn order(&self, runtime: RuntimeId) -> String {
        let marks = self.marks(runtime, &Scenario { gomaxprocs: Some(1), n_pool_threads: 1, ..alone() });
        marks.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(" ")
    }

    /// The program in JavaScript; it prints its marks on one line.
    pub(super) fn javascript(&self) -> String {
        let mut js = String::from(
            "const out = [], sockets = [], crypto = require('crypto');\n\
             const spin = us => { const end = performance.now() + us / 1000; while (performance.now() < end); };\n",
        );
        let mut n_sockets = 0;
        for (i, ops) in self.script.functions.iter().enumerate() {
            let _ = writeln!(js, "function f{i}() {{");
            for op in ops {
                let _ = match op {
                    Op::Mark(mark) => writeln!(js, "  out.push({:?});", self.names[usize::from(*mark)]),
                    Op::Spin(span) => writeln!(js, "  spin({});", span.as_ns() / 1000),
                    Op::NextTick(f) => writeln!(js, "  process.nextTick(f{f});"),
                    Op::Microtask(f) => writeln!(js, "  Promise.resolve().then(f{f});"),
                    Op::Timeout(ms, f) => writeln!(js, "  setTimeout(f{f}, {ms});"),
                    Op::Immediate(f) => writeln!(js, "  setImmediate(f{f});"),
                    Op::Readable(f) => {
                        n_sockets += 1;
                        let i = n_sockets - 1;
                        writeln!(js, "  sockets[{i}][0].on('data', f{f}); sockets[{i}][1].write('x');")
                    }
                    // Nothing that the pool computes takes exactly so long: programs only rely on the order.
                    Op::Pool(_, _, f) => writeln!(js, "  crypto.pbkdf2('a', 'b', 1000, 16, 'sha1', () => f{f}());"),
                    other => unreachable!("{other:?} is no step of JavaScript that can be held against Node.js"),
                };
            }
            js.push_str("}\n");
        }
        js.push_str("process.on('exit', () => console.log(out.join(' ')));\n");
        if n_sockets == 0 {
            js.push_str("f0();\n");
            return js;
        }
        // Pairs of connected sockets first; then the main program, outside of the poll phase. It ends after two timers:
        // on a machine that stands still for long there are still polls between.
        let _ = write!(
            js,
            "const net = require('net');\n\
             const ends = [];\n\
             const server = net.createServer(s => {{ ends.push(s); next(); }});\n\
             function next() {{\n\
             \x20 if (ends.length === {n_sockets} * 1 && sockets.length === {n_sockets}) return setTimeout(start, 50);\n\
             \x20 if (sockets.length > ends.length || sockets.length === {n_sockets}) return;\n\
             \x20 const c = net.connect(server.address().port, '127.0.0.1');\n\
             \x20 c.on('error', () => {{}});\n\
             \x20 sockets.push([null, c]);\n\
             }}\n\
             function start() {{\n\
             \x20 ends.forEach((s, i) => {{ sockets[i][0] = s; s.on('error', () => {{}}); }});\n\
             \x20 setImmediate(f0);\n\
             \x20 setTimeout(() => setTimeout(() => setImmediate(() => process.exit(0)), 150), 150);\n\
             }}\n\
             server.listen(0, '127.0.0.1', next);\n"
        );
        js
    }

    /// The program in Go, for one processor; it prints its marks on one line. It begins when the runtime's own goroutines
    /// have had their turn: on a busy machine they may still be in the ring, which would then be full earlier.
    pub(super) fn go(&self) -> String {
        let mut body = String::new();
        for (i, ops) in self.script.functions.iter().enumerate() {
            let _ = writeln!(body, "func f{i}() {{\n\tdefer wg.Done()");
            for op in ops {
                let _ = match op {
                    Op::Mark(mark) => writeln!(body, "\tout = append(out, {:?})", self.names[usize::from(*mark)]),
                    Op::Spin(span) => writeln!(
                        body,
                        "\tfor end := time.Now().Add({}); time.Now().Before(end); {{\n\t}}",
                        span.as_ns()
                    ),
                    Op::Go(f) => writeln!(body, "\twg.Add(1)\n\tgo f{f}()"),
                    Op::Gosched => writeln!(body, "\truntime.Gosched()"),
                    Op::Receive(channel) => writeln!(body, "\t<-channels[{channel}]"),
                    Op::Send(channel) => writeln!(body, "\tchannels[{channel}] <- 1"),
                    other => unreachable!("{other:?} is no step of Go that can be held against Go"),
                };
            }
            body.push_str("}\n\n");
        }
        format!(
            "package main\n\nimport (\n\t\"fmt\"\n\t\"runtime\"\n\t\"strings\"\n\t\"sync\"\n\t\"time\"\n)\n\n\
             var out []string\nvar wg sync.WaitGroup\nvar channels [8]chan int\nvar _ = time.Now\n\n{body}\
             func main() {{\n\truntime.GOMAXPROCS(1)\n\tfor i := range channels {{\n\t\tchannels[i] = make(chan int, 1024)\n\t}}\n\
             \tfor i := 0; i < 3; i++ {{\n\t\truntime.Gosched()\n\t}}\n\twg.Add(1)\n\tf0()\n\twg.Wait()\n\tfmt.Println(strings.Join(out, \" \"))\n}}\n"
        )
    }
}

/// What a real runtime prints for a program; none if it is not installed.
fn real(program: &Program, runtime: RuntimeId) -> Option<String> {
    let dir =
        std::env::temp_dir().join(format!("duel-litmus-{}-{:?}", std::process::id(), std::thread::current().id()));
    std::fs::create_dir_all(&dir).expect("the temporary folder can be written to");
    let (name, text, command, args): (_, _, _, &[&str]) = match runtime {
        RuntimeId::Go => ("main.go", program.go(), "go", &["run", "main.go"]),
        _ => ("main.js", program.javascript(), "node", &["main.js"]),
    };
    std::fs::write(dir.join(name), text).expect("the temporary folder can be written to");
    // One thread takes the calls in order.
    let output = Command::new(command).args(args).env("UV_THREADPOOL_SIZE", "1").current_dir(&dir).output();
    let _ = std::fs::remove_dir_all(&dir);
    let Ok(output) = output else {
        println!("{command} is not installed: only the model was asked");
        return None;
    };
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Holds the model and, where it is installed, the real runtime to `holds`.
pub(super) fn check_that(program: &Program, runtime: RuntimeId, holds: impl Fn(&str) -> bool) {
    let modelled = program.order(runtime);
    assert!(holds(&modelled), "the model: {modelled}");
    // On a busy machine a real process may be taken off its core at the wrong moment; the model has no such excuse.
    let mut last = String::new();
    for _ in 0..5 {
        let Some(real) = real(program, runtime) else { return };
        if holds(&real) {
            return;
        }
        last = real;
    }
    panic!("the real runtime, in none of five runs; the model {modelled}, the last of them {last}");
}

/// Holds them to exactly `order`.
pub(super) fn check(program: &Program, runtime: RuntimeId, order: &str) {
    assert_eq!(program.order(runtime), order, "the model");
    check_that(program, runtime, |found| found == order);
}
