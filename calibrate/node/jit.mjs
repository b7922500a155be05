// Measures how slow JavaScript is before its compilers have seen it: the same work again and again in a fresh process,
// and in the next one. What it prints, one JSON object, is explained in ../README.md.
//
//   node jit.mjs [--processes 15] [--quick] [--java FOLDER]

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { burst, calibrate, nominal } from "./burst.mjs";
import { serve } from "./document.mjs";
import { machine } from "./machine.mjs";

const FILE = fileURLToPath(import.meta.url);

/** Work of so many nominal ms at a time, so often: the last quarter is meant to be compiled. */
const LENGTHS = [
    { ms: 0.25, n: 1600 },
    { ms: 1, n: 500 },
    { ms: 5, n: 120 },
    { ms: 20, n: 40 },
];
const JAVA_LENGTHS = [
    { ms: 0.25, n: 3000 },
    { ms: 1, n: 1200 },
    { ms: 5, n: 300 },
];
const QUICK_LENGTHS = [{ ms: 1, n: 60 }];
/** Executions that are told of: each of the first ones, then every so often. */
const GROWTH = 1.15;

/** What is done: `speed` finds how much of it is a ms once it is compiled, `set` makes that nominal. */
const WORKS = {
    loop: { speed: () => calibrate(300), set: nominal, run: burst },
    document: { speed: documentSpeed, set: (perMs) => (documentsPerMs = perMs), run: documents },
};
let documentsPerMs = 0;
/** Part of a document that is still to be served: short work is less than one. */
let rest = 0;

function documents(ms) {
    rest += ms * documentsPerMs;
    for (; rest >= 1; rest--) serve();
}

/** Documents per ms: the best of many trials, after enough of them to be compiled. */
function documentSpeed() {
    const n = 200;
    let best = 0;
    for (let trial = 0; trial < 150; trial++) {
        const begun = performance.now();
        for (let i = 0; i < n; i++) serve();
        best = Math.max(best, n / (performance.now() - begun));
    }
    return best;
}

/** Does `n` pieces of work, and prints how long each of them took. The loop goes round between them. */
function child(work, ms, n, perMs) {
    const { set, run } = WORKS[work];
    set(perMs);
    const took = new Float64Array(n);
    let i = 0;
    const next = () => {
        const begun = performance.now();
        run(ms);
        took[i++] = performance.now() - begun;
        if (i < n) return setImmediate(next);
        const { involuntaryContextSwitches: switches } = process.resourceUsage();
        process.stdout.write(JSON.stringify({ took: [...took], switches }));
    };
    setImmediate(next);
}

/** What runs a child: this program, or one that does the same in Java. */
let command = [process.execPath, FILE, "--child"];

function inFreshProcess(...words) {
    const [program, ...before] = command;
    const { stdout, stderr, status, error } = spawnSync(program, [...before, ...words.map(String)]);
    if (status !== 0) throw error ?? new Error(`${words.join(" ")}: ${stderr}`);
    return JSON.parse(stdout);
}

function median(all) {
    const sorted = [...all].sort((a, b) => a - b);
    return sorted[sorted.length >> 1];
}

const rounded = (ms) => Math.round(ms * 1e4) / 1e4;

/** Of the processes that were interrupted least, as many as half of them: the median of each execution. */
function merge({ ms, n }, found) {
    const quiet = [...found].sort((a, b) => a.switches - b.switches).slice(0, Math.ceil(found.length / 2));
    const took = Array.from({ length: n }, (_, i) => median(quiet.map((one) => one.took[i])));
    const told = [];
    for (let i = 1; i <= n; i = Math.max(i + 1, Math.round(i * GROWTH))) told.push(i);
    let total = 0;
    const totals = took.map((ms) => (total += ms));
    return {
        ms,
        steady_ms: rounded(median(took.slice(-n / 4))),
        switches: median(quiet.map((one) => one.switches)),
        executions: told,
        took_ms: told.map((i) => rounded(took[i - 1])),
        total_ms: told.map((i) => rounded(totals[i - 1])),
    };
}

function main(words) {
    const after = (word) => (words.includes(word) ? words[words.indexOf(word) + 1] : undefined);
    const nProcesses = Number(after("--processes") ?? 15);
    if (!(nProcesses >= 1)) {
        console.error(`--processes: expected 1 or more, got ${after("--processes")}`);
        process.exit(2);
    }
    const java = after("--java");
    if (java !== undefined) command = ["java", "-cp", java, "Jit"];
    const lengths = words.includes("--quick") ? QUICK_LENGTHS : java ? JAVA_LENGTHS : LENGTHS;
    const works = {};
    for (const work of Object.keys(WORKS)) {
        const perMs = inFreshProcess(work).perMs;
        // One process of each length after the other, so that what changes on the machine changes all of them.
        const found = lengths.map(() => []);
        for (let i = 0; i < nProcesses; i++) {
            for (const [j, { ms, n }] of lengths.entries()) found[j].push(inFreshProcess(work, ms, n, perMs));
        }
        works[work] = { per_ms: rounded(perMs), lengths: lengths.map((length, j) => merge(length, found[j])) };
    }
    const { node, v8 } = process.versions;
    const versions = java === undefined ? { node, v8 } : { java: inFreshProcess("version").version };
    console.log(JSON.stringify({ works, processes: nProcesses, machine: machine(), versions }));
}

if (process.argv[2] === "--child") {
    const [work, ...numbers] = process.argv.slice(3);
    if (numbers.length === 0) console.log(JSON.stringify({ perMs: WORKS[work].speed() }));
    else child(work, ...numbers.map(Number));
} else {
    main(process.argv.slice(2));
}
