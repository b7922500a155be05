// Executes one scenario of the simulation for real, on this Node.js, and prints one JSON object of what it measured.
//
//   node main.mjs 'QUERY' [--runtime node|node-workers|node-cluster] [--for 6s] [--warm-up 2s] [--requests FILE]
//                         [--speed ITERATIONS_PER_MS] [--loop-delay]
//
// What exactly is executed is written in ../README.md. A bad query: exit code 2 and one line on stderr.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";

import { calibrate, stretch } from "./burst.mjs";
import { Cluster } from "./cluster.mjs";
import { instantIn } from "./clock.mjs";
import { machine, memoryPeak, used, usedBy } from "./machine.mjs";
import { Program } from "./program.mjs";
import { Refused, parseArgs } from "./query.mjs";
import { sorted, summary } from "./record.mjs";
import { Workload } from "./workload.mjs";

/** How long the speed of a core is looked for, in ms. */
const CALIBRATION_MS = 80;
/** How far ahead a start is agreed on, in ms, so that every process has heard of it. */
const AHEAD_MS = 60;
/** A batch is run so often in one process: the engine has compiled everything only after the first ones. */
const N_BATCHES = 3;

/** Threads that Node.js has in its pool at most. */
const MAX_PIPES = 1024;

const LATENCY = ["mean", "p50", "p90", "p99", "p999", "max"];

/** The paths of `n` named pipes that are removed when this process ends. */
function makePipes(n) {
    const folder = mkdtempSync(join(tmpdir(), "calibrate-"));
    process.on("exit", () => rmSync(folder, { recursive: true }));
    const paths = Array.from({ length: n }, (_, i) => join(folder, String(i)));
    execFileSync("mkfifo", paths);
    return paths;
}

/** How many pipes there have to be: enough that it is the pool's queue where requests wait. */
function nPipes({ io, load, clients, workers, "pool-size": poolSize }) {
    if (io !== "file") return 0;
    return Math.min(MAX_PIPES, Math.max(2 * poolSize * workers, load === "closed" ? clients : 0));
}

/** The delay server in a process of its own. */
class DelayServer {
    /** Starts it with so many named pipes. */
    static async start(nPipes) {
        const server = new DelayServer();
        server.pipes = nPipes > 0 ? makePipes(nPipes) : [];
        const file = fileURLToPath(new URL("./delay-server.mjs", import.meta.url));
        // Each pipe takes a thread while nobody writes.
        const env = { ...process.env, UV_THREADPOOL_SIZE: String(Math.max(4, nPipes)) };
        server.process = spawn(process.execPath, [file, ...server.pipes], { env, stdio: ["pipe", "pipe", "inherit"] });
        server.lines = readline.createInterface({ input: server.process.stdout })[Symbol.asyncIterator]();
        server.port = Number((await server.lines.next()).value);
        return server;
    }

    measure(fromNs, toNs) {
        this.process.stdin.write(`measure ${fromNs} ${toNs ?? "end"}\n`);
    }

    async report() {
        this.process.stdin.write("report\n");
        return JSON.parse((await this.lines.next()).value);
    }
}

/** What the whole machine, and the delay server, have used by now: CPU seconds. */
function usage(server) {
    return { wall: performance.now() / 1000, all: used(), server: server ? usedBy(server.process.pid) : 0 };
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

/** Puts what all processes recorded in one round together. */
function merge(raws, job) {
    const { load } = job.settings;
    const of = (name) => sorted(raws.map((raw) => raw[name]));
    const isClassed = job.requests !== null || new Workload(job.settings).isClassed;
    const last = Math.max(...raws.map((raw) => raw.last));
    const from = load === "batch" ? 0 : job.warmUpMs;
    const seconds = (load === "batch" || load === "recorded" ? last - from : job.forMs) / 1000;
    const spent = (kind) =>
        sum(
            raws.map(({ marks: [a, b] }) => {
                // A mark can be a little late, so it is the rate that counts.
                const share = load === "recorded" || load === "batch" ? 1 : (seconds * 1000) / (b.at - a.at);
                return ((b[kind] - a[kind]) / 1e6) * share;
            }),
        );
    const loop = of("loop");
    const completed = sum(raws.map((raw) => raw.completed));
    const cpu = { user: spent("user"), system: spent("system") };
    return {
        seconds,
        runtime: {
            id: job.runtime,
            throughput_per_s: completed / seconds,
            latency_ms: summary(sorted(raws.flatMap((raw) => [raw.light, raw.heavy])), LATENCY),
            ...(isClassed && {
                latency_ms_light: summary(of("light"), LATENCY),
                latency_ms_heavy: summary(of("heavy"), LATENCY),
            }),
            cores_busy: (cpu.user + cpu.system) / seconds,
            event_loop_delay_ms: loop.length > 0 ? summary(loop, ["p50", "p99", "max"]) : null,
            memory_bytes_peak: sum(raws.map((raw) => raw.peak)),
            makespan_ms: load === "batch" ? last - Math.min(...raws.map((raw) => raw.first)) : null,
            completed,
            outcome: "measured",
        },
        burst_stretch: stretch(raws.flatMap((raw) => raw.chunks)),
        burst_ms: summary(of("bursts"), ["mean", "p50", "p99"]),
        start_lag_ms: summary(of("lag"), ["mean", "p50", "p99", "max"]),
        cpu_seconds: cpu,
    };
}

/** Cores that others had between two usages, of which `own` CPU seconds are the program's. */
function noise([a, b], own) {
    const wall = b.wall - a.wall;
    if (!a.all || !b.all) return { foreign_cores: null, steal_cores: null };
    const foreign = b.all.busy - a.all.busy - own - (b.server - a.server);
    return { foreign_cores: foreign / wall, steal_cores: (b.all.steal - a.all.steal) / wall };
}

async function round(job, program, server) {
    const { load } = job.settings;
    const startNs = instantIn(AHEAD_MS);
    const at = (ms) => startNs + BigInt(Math.round(ms * 1e6));
    const end = ["batch", "recorded"].includes(load) ? null : at(job.warmUpMs + job.forMs);
    server?.measure(at(load === "batch" ? 0 : job.warmUpMs), end);
    const usages = [];
    const mark = () => usages.push(usage(server));
    if (program instanceof Program) return { raws: [await program.round(startNs, mark)], usages };
    // The parent of a cluster has nothing else to do, so its timers are on time.
    const begin = AHEAD_MS + (load === "batch" ? 0 : job.warmUpMs);
    const timers = [setTimeout(mark, begin)];
    if (load === "closed" || load === "open") timers.push(setTimeout(mark, begin + job.forMs));
    const own = process.cpuUsage();
    const raws = await program.round(startNs);
    if (usages.length < 2) mark();
    timers.forEach(clearTimeout);
    const { user, system } = process.cpuUsage(own);
    return { raws, usages, parent: (user + system) / 1e6 };
}

async function main() {
    const job = parseArgs(process.argv.slice(2));
    const poolSize = String(job.settings["pool-size"]);
    if (job.settings.io === "file" && process.env.UV_THREADPOOL_SIZE !== poolSize) {
        // The pool is there before the first line of a program is.
        const env = { ...process.env, UV_THREADPOOL_SIZE: poolSize };
        process.exit(spawnSync(process.execPath, process.argv.slice(1), { env, stdio: "inherit" }).status ?? 1);
    }
    const before = calibrate(CALIBRATION_MS);
    job.speed ??= before;
    const server = job.settings.io === "timer" ? null : await DelayServer.start(nPipes(job.settings));
    const isCluster = job.runtime === "node-cluster";
    const program = isCluster
        ? await Cluster.prepare(job, server)
        : await Program.prepare(job, { index: 0, n: 1 }, server);
    const makespans = [];
    let last = null;
    for (let i = job.settings.load === "batch" ? N_BATCHES : 1; i > 0; i--) {
        last = await round(job, program, server);
        makespans.push(merge(last.raws, job).runtime.makespan_ms);
    }
    const wait = server ? await server.report() : null;
    const after = calibrate(CALIBRATION_MS);
    const found = merge(last.raws, job);
    if (isCluster) found.runtime.memory_bytes_peak += memoryPeak();
    const own = found.cpu_seconds.user + found.cpu_seconds.system + (last.parent ?? 0);
    const result = {
        query: job.query,
        seconds: found.seconds,
        runtime: found.runtime,
        ...(job.settings.load === "batch" && { runs_ms: makespans }),
        burst_stretch: found.burst_stretch,
        burst_ms: found.burst_ms,
        wait_ms: wait,
        start_lag_ms: found.start_lag_ms,
        cpu_seconds: found.cpu_seconds,
        speed: job.speed,
        machine: machine(),
        versions: { node: process.versions.node },
        noise: { ...noise(last.usages, own), speed: { before: before / job.speed, after: after / job.speed } },
    };
    process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

try {
    await main();
} catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.error(error.message);
    process.exit(2);
}
