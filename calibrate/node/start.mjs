// Measures how long it takes from starting a server to the answer to a first request, how long the workers of a cluster
// and worker threads take, and how much memory they and idle connections have. What it prints, one JSON object, is
// explained in ../README.md.
//
//   node start.mjs [--runs 15] [--connections 0] [--command 'PROGRAM WORDS PORT']

import cluster from "node:cluster";
import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { fileURLToPath } from "node:url";
import { Worker, isMainThread, parentPort } from "node:worker_threads";

import { machine } from "./machine.mjs";

const FILE = fileURLToPath(import.meta.url);
const REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
/** Workers of the cluster, and worker threads: one at a time, and as many as make the cost of each plain. */
const N_WORKERS = [1, 2, 4];
/** Pause between two attempts to connect, in ms. */
const RETRY_MS = 0.5;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function median(all) {
    const sorted = [...all].sort((a, b) => a - b);
    return Math.round(sorted[sorted.length >> 1] * 100) / 100;
}

/** The median of each figure of `found`. */
function medians(found) {
    return Object.fromEntries(Object.keys(found[0]).map((key) => [key, median(found.map((one) => one[key]))]));
}

/** Resident memory of a process in bytes, and CPU time of all its threads in ms; Linux only. */
function usage(pid) {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const threads = readdirSync(`/proc/${pid}/task`);
    const ns = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, "utf8").split(" ")[0]));
    const cpu = ns.reduce((a, b) => a + b, 0) / 1e6;
    return { memory: 1024 * Number(/^VmRSS:\s*(\d+)/m.exec(status)[1]), cpu };
}

function freePort() {
    return new Promise((done) => {
        const server = net.createServer().listen(0, "127.0.0.1", () => {
            const { port } = server.address();
            server.close(() => done(port));
        });
    });
}

/** A connection to `port`, as soon as somebody listens there. */
async function connected(port) {
    for (;;) {
        const socket = net.connect(port, "127.0.0.1");
        const isMade = await new Promise((done) => socket.on("connect", () => done(true)).on("error", () => done(false)));
        if (isMade) return socket;
        await sleep(RETRY_MS);
    }
}

function answered(socket) {
    socket.write(REQUEST);
    return new Promise((done) => socket.once("data", done));
}

/** Starts `command`, asks it once, and opens idle connections. */
async function server(command, nConnections) {
    const port = await freePort();
    const [program, ...words] = command.map((word) => word.replace("PORT", port));
    const begun = performance.now();
    const child = spawn(program, words, { stdio: ["ignore", "ignore", "inherit"] });
    const socket = await connected(port);
    const listens = performance.now() - begun;
    await answered(socket);
    const answers = performance.now() - begun;
    const { memory, cpu } = usage(child.pid);
    const found = { listens_ms: listens, answers_ms: answers, cpu_ms: cpu, memory_bytes: memory };
    if (nConnections > 0) {
        const sockets = [];
        for (let i = 0; i < nConnections; i++) {
            sockets.push(await connected(port));
            await answered(sockets[i]);
        }
        await sleep(500);
        found.connection_bytes = (usage(child.pid).memory - memory) / nConnections;
        sockets.forEach((one) => one.destroy());
    }
    socket.destroy();
    child.kill("SIGKILL");
    await new Promise((done) => child.on("exit", done));
    return found;
}

/** A cluster of `n`: when the first and the last of its workers listen, counted from the first fork. */
async function clusterOf(n) {
    cluster.setupPrimary({ exec: FILE, args: ["--serve", "0"] });
    const begun = performance.now();
    const workers = Array.from({ length: n }, () => cluster.fork());
    const forked = performance.now() - begun;
    const listening = workers.map(
        (worker) => new Promise((done) => worker.on("listening", () => done(performance.now() - begun))),
    );
    const all = await Promise.all(listening);
    const { memory, cpu } = usage(workers[0].process.pid);
    await Promise.all(
        workers.map((worker) => new Promise((done) => worker.on("exit", done).process.kill("SIGKILL"))),
    );
    const [first, last] = [Math.min(...all), Math.max(...all)];
    return { fork_ms: forked / n, first_ms: first, last_ms: last, cpu_ms: cpu, memory_bytes: memory };
}

/** `n` worker threads: when the first and the last of them has answered, counted from making them. */
async function threads(n) {
    const before = usage("self").memory;
    const begun = performance.now();
    const workers = Array.from({ length: n }, () => new Worker(FILE));
    const made = performance.now() - begun;
    const all = await Promise.all(
        workers.map((worker) => {
            worker.postMessage(0);
            return new Promise((done) => worker.once("message", () => done(performance.now() - begun)));
        }),
    );
    const memory = (usage("self").memory - before) / n;
    await Promise.all(workers.map((worker) => worker.terminate()));
    return { make_ms: made / n, first_ms: Math.min(...all), last_ms: Math.max(...all), memory_bytes: memory };
}

async function repeated(n, measure) {
    const found = [];
    for (let i = 0; i < n; i++) found.push(await measure());
    return medians(found);
}

async function main(words) {
    const after = (word) => (words.includes(word) ? words[words.indexOf(word) + 1] : undefined);
    const runs = Number(after("--runs") ?? 15);
    const connections = Number(after("--connections") ?? 0);
    if (!(runs >= 1) || !(connections >= 0)) {
        console.error(`--runs, --connections: expected numbers, got ${after("--runs")}, ${after("--connections")}`);
        process.exit(2);
    }
    const command = after("--command")?.split(" ") ?? [process.execPath, FILE, "--serve", "PORT"];
    const found = { server: await repeated(runs, () => server(command, connections)) };
    if (!after("--command")) {
        for (const n of N_WORKERS) {
            found[`cluster_${n}`] = await repeated(runs, () => clusterOf(n));
            found[`threads_${n}`] = await repeated(runs, () => threads(n));
        }
    }
    const versions = { node: process.versions.node };
    console.log(JSON.stringify({ ...found, runs, machine: machine(), versions }));
    process.exit(0);
}

if (!isMainThread) parentPort.on("message", (message) => parentPort.postMessage(message));
else if (process.argv[2] === "--serve") {
    const server = http.createServer((_, response) => response.end("ok"));
    // Idle connections are closed after 5 s otherwise.
    server.keepAliveTimeout = 0;
    server.listen(Number(process.argv[3]), "127.0.0.1");
} else await main(process.argv.slice(2));
