// Whether the programs for Node.js run each kind of load at all, and refuse what they should; not whether the machine
// is fast or quiet: `node --test calibrate/node/`.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { stretch } from "./burst.mjs";
import { Refused, parseArgs, readRequests } from "./query.mjs";
import { sorted, summary } from "./record.mjs";
import { Random, Workload } from "./workload.mjs";

const MAIN = fileURLToPath(new URL("./main.mjs", import.meta.url));
const PLAIN = "transport=none&io=timer&alloc=0&cpu-dist=constant";

function run(...words) {
    return new Promise((done) => {
        execFile(process.execPath, [MAIN, ...words], (error, stdout, stderr) => {
            done({ code: error ? error.code : 0, stderr, found: stdout ? JSON.parse(stdout) : null });
        });
    });
}

const short = ["--for", "500ms", "--warm-up", "200ms"];

for (const runtime of ["node", "node-workers", "node-cluster"]) {
    test(`${runtime} serves a closed load`, async () => {
        const query = `${PLAIN}&clients=4&think=0&demand=20&mix=10&workers=2`;
        const { code, stderr, found } = await run(query, "--runtime", runtime, ...short);
        assert.equal(code, 0, stderr);
        const { throughput_per_s: x, latency_ms: latency, completed, id } = found.runtime;
        assert.equal(id, runtime);
        assert.equal(completed, Math.round(x * 0.5));
        // 4 clients and 20 ms: 200 per second, less what the machine is late.
        assert.ok(x > 100 && x < 220, `${x}/s`);
        const { p50, p99, max } = latency;
        assert.ok(p50 > 18 && p50 <= p99 && p99 <= max, JSON.stringify(latency));
        assert.ok(found.burst_stretch > 0.9 && found.burst_ms.mean > 1.8, JSON.stringify(found.burst_ms));
        assert.equal(found.wait_ms, null);
    });

    test(`${runtime} serves a batch three times`, async () => {
        const query = `${PLAIN}&load=batch&tasks=200&mix=1&demand=10`;
        const { code, stderr, found } = await run(query, "--runtime", runtime);
        assert.equal(code, 0, stderr);
        assert.equal(found.runtime.completed, 200);
        assert.equal(found.runs_ms.length, 3);
        assert.equal(found.runs_ms[2], found.runtime.makespan_ms);
        assert.ok(found.runtime.makespan_ms >= 9, `${found.runtime.makespan_ms} ms`);
    });

    test(`${runtime} replays a recording`, async () => {
        const folder = mkdtempSync(join(tmpdir(), "calibrate-"));
        const file = join(folder, "requests.txt");
        const lines = Array.from({ length: 40 }, (_, i) => `${i * 10} ${i % 10 === 0 ? "1 5" : "0 1"} 3`);
        writeFileSync(file, lines.join("\n"));
        const words = ["--runtime", runtime, "--requests", file, "--warm-up", "100ms"];
        const { code, stderr, found } = await run(PLAIN, ...words);
        rmSync(folder, { recursive: true });
        assert.equal(code, 0, stderr);
        assert.ok(found.runtime.latency_ms_heavy.mean > found.runtime.latency_ms_light.mean);
        // Those that ended from 100 ms on are counted: 30, and on a busy machine some that were late.
        assert.ok(found.runtime.completed >= 29 && found.runtime.completed <= 40, `${found.runtime.completed}`);
        assert.ok(found.start_lag_ms.mean >= 0);
    });
}

test("open load and waits on the network", async () => {
    const query = "transport=none&io=network&alloc=0&load=open&rate=200&demand=10&mix=10";
    const { code, stderr, found } = await run(query, ...short, "--loop-delay");
    assert.equal(code, 0, stderr);
    assert.ok(found.runtime.completed > 40, `${found.runtime.completed}`);
    assert.ok(found.wait_ms.mean > 8 && found.wait_ms.mean < 40, JSON.stringify(found.wait_ms));
    assert.ok(found.runtime.event_loop_delay_ms.p50 > -1);
});

test("blocking calls wait for one of the pool's threads", async () => {
    const query = "transport=none&io=file&pool-size=2&alloc=0&clients=8&think=0&demand=20&mix=0";
    const { code, stderr, found } = await run(query, ...short);
    assert.equal(code, 0, stderr);
    // Two threads of 20 ms each.
    assert.ok(found.runtime.throughput_per_s < 110, `${found.runtime.throughput_per_s}/s`);
    assert.ok(found.wait_ms.mean > 18, JSON.stringify(found.wait_ms));
});

/** Runs one of the other programs. */
function runOther(name, ...words) {
    return new Promise((done) => {
        const file = fileURLToPath(new URL(name, import.meta.url));
        execFile(process.execPath, [file, ...words], (error, stdout, stderr) => {
            done({ code: error ? error.code : 0, stderr, found: stdout ? JSON.parse(stdout) : null });
        });
    });
}

test("code is slow at first, and gets faster", async () => {
    const { code, stderr, found } = await runOther("./jit.mjs", "--quick", "--processes", "3");
    assert.equal(code, 0, stderr);
    for (const work of ["loop", "document"]) {
        const [length] = found.works[work].lengths;
        const { executions, took_ms: took, total_ms: totals, steady_ms: steady } = length;
        assert.equal(executions.length, took.length);
        assert.ok(took[0] > 1.3 * steady && steady > 0.5, `${work}: ${took[0]} then ${steady}`);
        assert.ok(totals.every((total, i) => i === 0 || total > totals[i - 1]), work);
    }
    const bad = await runOther("./jit.mjs", "--processes", "none");
    assert.deepEqual([bad.code, bad.stderr], [2, "--processes: expected 1 or more, got none\n"]);
});

test("a document is served alike each time it comes round", async () => {
    const { serve } = await import("./document.mjs");
    const round = () => Array.from({ length: 16 }, serve);
    const [first, second] = [round(), round()];
    assert.deepEqual(first, second);
    assert.equal(new Set(first).size, 16);
});

const onLinux = { skip: process.platform !== "linux" && "what a process has used is looked up in /proc" };

test("servers, workers and threads are timed as they start", onLinux, async () => {
    const { code, stderr, found } = await runOther("./start.mjs", "--runs", "1", "--connections", "50");
    assert.equal(code, 0, stderr);
    const { server } = found;
    assert.ok(server.listens_ms > 5 && server.answers_ms > server.listens_ms, JSON.stringify(server));
    assert.ok(server.memory_bytes > 2e7 && Number.isFinite(server.connection_bytes));
    assert.ok(found.cluster_4.last_ms >= found.cluster_4.first_ms && found.cluster_4.first_ms > 5);
    assert.ok(found.threads_1.first_ms > 1 && found.threads_1.make_ms < found.threads_1.first_ms);
});

test("bad input ends with exit code 2 and one line that names the key", async () => {
    for (const [words, why] of [
        [["mix=101&transport=none"], /^mix: expected 0 to 100 %, got 101\n$/],
        [["mix=10&transport=http"], /^transport: expected none, .* got http\n$/],
        [["mix=10"], /^transport: .* got http, the default\n$/],
        [["transport=none&io=database"], /^io: .* got database\n$/],
        [["transport=none&io=timer", "--for", "soon"], /^--for: .* got soon\n$/],
        [[], /^query: /],
    ]) {
        const { code, stderr } = await run(...words);
        assert.equal(code, 2, stderr);
        assert.match(stderr, why);
    }
});

test("words are read or refused", () => {
    const job = parseArgs(["mix=30&transport=none&io=timer&theme=dark", "--for", "250ms", "--speed", "600000"]);
    assert.deepEqual([job.forMs, job.speed, job.settings.mix, job.settings.clients], [250, 600_000, 30, 64]);
    for (const words of [["mix=1", "mix=2"], ["mixx=1"], ["mix=1&mix=1"], ["mix=1", "--speed", "0"], ["--x"]]) {
        assert.throws(() => parseArgs(words), Refused, words.join(" "));
    }
    assert.throws(() => readRequests("/there/is/no/such/file"), /--requests: /);
});

test("figures are exact", () => {
    const all = sorted([Float64Array.of(5, 1), Float64Array.of(4, 2, 3)]);
    assert.deepEqual(summary(all, ["mean", "p50", "p99", "max"]), { mean: 3, p50: 3, p99: 5, max: 5 });
    assert.deepEqual(summary(sorted([]), ["mean", "p50"]), { mean: null, p50: null });
    const counts = new Float64Array(4000);
    const sums = new Float64Array(4000);
    for (const [bin, n] of [[1010, 90], [1030, 10], [2500, 5]]) {
        counts[bin] = n;
        sums[bin] = (n * bin) / 1000;
    }
    assert.ok(Math.abs(stretch([{ counts, sums }]) - 1.012) < 1e-9, "interruptions do not count");
    assert.equal(stretch([{ counts: new Float64Array(4000), sums }]), null);
});

test("every shape has its mean, and a seed gives the same numbers again", () => {
    for (const shape of ["constant", "exponential", "lognormal", "bimodal"]) {
        const words = `transport=none&io=timer&mix=50&demand=4&bursts=2&cpu-dist=${shape}&io-dist=${shape}`;
        const workload = new Workload(parseArgs([words]).settings);
        const [random, again] = [new Random(7, 1), new Random(7, 1)];
        let [burst, wait] = [0, 0];
        const n = 100_000;
        for (let i = 0; i < n; i++) {
            const request = workload.draw(random);
            burst += request.burst();
            wait += request.wait();
            if (i < 10) assert.equal(workload.draw(again).burst() > 0, true);
        }
        for (const mean of [burst / n, wait / n]) assert.ok(Math.abs(mean - 1) < 0.05, `${shape}: ${mean}`);
    }
    assert.equal(new Random(7, 1).uniform(), new Random(7, 1).uniform());
    assert.notEqual(new Random(7, 1).uniform(), new Random(7, 2).uniform());
});
