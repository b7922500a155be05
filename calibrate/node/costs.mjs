// Measures what single steps of this Node.js cost, named as in src/sim/costs.rs, in ns. What each of them is, is
// written in ../README.md. Prints one JSON object.

import { fork } from "node:child_process";
import { stat } from "node:fs";
import { PerformanceObserver, constants } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { Worker, isMainThread, parentPort } from "node:worker_threads";

import { instantIn } from "./clock.mjs";
import { payload } from "./pool.mjs";
import { Program } from "./program.mjs";
import { parseArgs } from "./query.mjs";
import { timer } from "./waits.mjs";

/** Short runs of each figure: the least of them is what the machine can do, the median what it usually does. */
const N_RUNS = 9;
/** Messages or calls that are on their way at once where they are pipelined. */
const N_PIPELINED = 64;

const FILE = fileURLToPath(import.meta.url);

/** Nanoseconds per step of `n` steps that `begin(done)` does. */
function timed(n, begin) {
    return new Promise((found) => {
        const begun = performance.now();
        begin(() => found(((performance.now() - begun) * 1e6) / n));
    });
}

/** `n` times an asynchronous call, with so many of them on their way at once. */
function pipelined(n, call) {
    return timed(n, (done) => {
        let [begun, ended] = [0, 0];
        const next = () => {
            if (ended++ === n - 1) done();
            else if (begun < n && begun++ < n) call(next);
        };
        for (; begun < N_PIPELINED; begun++) call(next);
    });
}

function iteration() {
    const n = 100_000;
    return timed(n, (done) => {
        let left = n;
        const next = () => (--left === 0 ? done() : setImmediate(next));
        setImmediate(next);
    });
}

function drain() {
    const n = 500_000;
    return timed(n, async (done) => {
        const resolved = Promise.resolve();
        for (let i = 0; i < n; i++) await resolved;
        done();
    });
}

/** Waits of one duration as requests have them, begun together and so due together: each a promise of a timer. */
async function timers() {
    const n = 10_000;
    let first = 0;
    const one = async () => {
        await timer(20);
        first ||= performance.now();
    };
    const all = new Array(n);
    const begun = performance.now();
    for (let i = 0; i < n; i++) all[i] = one();
    const create = ((performance.now() - begun) * 1e6) / n;
    await Promise.all(all);
    return { create, fire: ((performance.now() - first) * 1e6) / (n - 1) };
}

/** A program of ours whose requests neither compute nor wait, and all come at once. */
async function idleProgram() {
    const job = parseArgs(["load=open&io=timer&transport=none&alloc=0", "--speed", "1000", "--warm-up", "0s"]);
    job.requests = Array.from({ length: 10_000 }, () => ({ at: 0, isHeavy: false, burst: 0, wait: 0 }));
    job.settings.load = "recorded";
    return [await Program.prepare(job, { index: 0, n: 1 }, null), job.requests.length];
}

async function request([program, n]) {
    const { marks } = await program.round(instantIn(20));
    return ((marks[1].at - marks[0].at) * 1e6) / n;
}

/** A step of a message between threads or processes is a side of it: there are two of each in an echo. */
async function echo(n, send, listen) {
    let next = null;
    listen(() => next?.());
    const ns = await pipelined(n, (done) => {
        next = done;
        send(1);
    });
    return ns / 2;
}

function clone(message) {
    const n = message.length > 0 ? 2_000 : 50_000;
    return timed(n, (done) => {
        for (let i = 0; i < n; i++) structuredClone(message);
        done();
    });
}

/** Pauses of one kind of collection, in ns, while `work` is done. */
async function pauses(kind, work) {
    const found = [];
    const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (entry.detail.kind === kind) found.push(entry.duration * 1e6);
    });
    observer.observe({ entryTypes: ["gc"] });
    work();
    // Entries are handed over by the loop.
    await new Promise((done) => setTimeout(done, 20));
    observer.disconnect();
    return found;
}

let kept = [];

/** Makes garbage of small objects, of which a hundredth lives for a while. */
function churn(n, nKept) {
    for (let i = 0; i < n; i++) {
        const object = { next: null, a: i, b: i, c: i, d: i };
        if (i % 100 === 0) kept[(i / 100) % nKept] = object;
    }
}

function median(all) {
    const sorted = Float64Array.from(all).sort();
    return sorted.length > 0 ? sorted[sorted.length >> 1] : NaN;
}

const { NODE_PERFORMANCE_GC_MINOR: MINOR, NODE_PERFORMANCE_GC_MAJOR: MAJOR } = constants;

/** Small objects that live long enough to get old are dropped and replaced: some 8 MB of them are alive at a time. */
function churnOld() {
    kept = [];
    for (let round = 0; round < 6; round++) {
        kept = Array.from({ length: 120_000 }, (_, i) => ({ next: null, a: i, b: i, c: i, d: i }));
    }
    kept = [];
}

/** Runs every figure N_RUNS times, after one run that only warms up. */
async function main() {
    const worker = new Worker(FILE);
    const child = fork(FILE, ["--echo"]);
    const listen = (other, got) => other.removeAllListeners("message").on("message", got);
    const small = { id: 1, name: "abcdefgh", value: 1.5, flag: true };
    const large = payload(10);
    const idle = await idleProgram();
    const figures = {
        "node.iteration": iteration,
        "node.drain": drain,
        "node.request": () => request(idle),
        "node.pool_submit": () => pipelined(20_000, (done) => stat(FILE, done)),
        "node.message": () =>
            echo(20_000, (x) => worker.postMessage(x), (got) => listen(worker, got)),
        "node.ipc_message": () =>
            echo(5_000, (x) => child.send(x), (got) => listen(child, got)),
        "node.scavenge": async () => median(await pauses(MINOR, () => churn(3_000_000, 5_000))),
        "node.mark_compact": async () => median(await pauses(MAJOR, churnOld)),
    };
    const more = ["node.timer_create", "node.timer_fire", "node.clone", "node.clone_per_kb"];
    const runs = Object.fromEntries([...Object.keys(figures), ...more].map((key) => [key, []]));
    for (let i = 0; i <= N_RUNS; i++) {
        const found = {};
        for (const [key, run] of Object.entries(figures)) found[key] = await run();
        const { create, fire } = await timers();
        const both = await clone(small);
        Object.assign(found, {
            "node.timer_create": create,
            "node.timer_fire": fire,
            // A structuredClone is both sides.
            "node.clone": both / 2,
            "node.clone_per_kb": ((await clone(large)) - both) / 2 / 10,
        });
        if (i > 0) for (const [key, ns] of Object.entries(found)) if (ns > 0) runs[key].push(ns);
    }
    const costs = {};
    for (const [key, all] of Object.entries(runs)) {
        if (all.length > 0) costs[key] = { min: Math.min(...all), median: median(all), n: all.length };
    }
    const out = { costs, versions: { node: process.versions.node } };
    process.stdout.write(`${JSON.stringify(out)}\n`, () => process.exit(0));
}

if (!isMainThread) {
    parentPort.on("message", (message) => parentPort.postMessage(message));
} else if (process.argv[2] === "--echo") {
    process.on("message", (message) => process.send(message));
    process.on("disconnect", () => process.exit(0));
} else {
    await main();
}
