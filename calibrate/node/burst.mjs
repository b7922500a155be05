// CPU bursts: a fixed number of iterations of integer arithmetic, never "until the clock says so".

import { now } from "./clock.mjs";

/** A burst is done in chunks of about so many ms, each of them timed. */
const CHUNK_MS = 0.05;
/** Chunks much shorter than that say more about the clock than about the core. */
const MIN_TIMED_MS = 0.02;
/** Bins of chunk time over nominal time: a thousandth each; the last one holds all that is longer. */
const BINS = 4000;
const BINS_PER_UNIT = 1000;
/** A chunk so many times the median was interrupted, which is not the core being slow. */
const INTERRUPTED = 1.5;

let word = 0x2545f491;
/** Iterations per ms that count as nominal. */
let speed = 0;
let counts = new Float64Array(BINS);
let sums = new Float64Array(BINS);
let window = { from: Infinity, to: Infinity };
/** When the next mark is due, and what it does: a busy loop has no other moment that is on time. */
let markAt = Infinity;
let mark = () => Infinity;

/**
 * The same loop, so many times that the engine does not compile it into its callers: there it would be compiled again
 * once they are hot, and was seen to be a third slower from then on.
 */
const LOOPS = Array.from(
    { length: 8 },
    () =>
        new Function(
            "x",
            "n",
            `for (let i = 0; i < n; i++) {
                x ^= x << 13;
                x ^= x >>> 17;
                x ^= x << 5;
            }
            return x;`,
        ),
);
let turn = 0;

function spin(n) {
    turn = (turn + 1) % LOOPS.length;
    word = LOOPS[turn](word, n);
}

/** Iterations per ms alone on a core: the best of many short trials in `ms`, as anything else only makes it slower. */
export function calibrate(ms) {
    const n = 60_000;
    let best = 0;
    const until = performance.now() + ms;
    for (;;) {
        const begun = performance.now();
        spin(n);
        const ended = performance.now();
        best = Math.max(best, n / (ended - begun));
        if (ended >= until) return best;
    }
}

/** Makes `perMs` iterations nominal. */
export function nominal(perMs) {
    speed = perMs;
}

/** Makes `perMs` iterations nominal, and has the engine compile what bursts are made of. */
export function warmUp(perMs) {
    nominal(perMs);
    const until = performance.now() + 100;
    while (performance.now() < until) burst(1);
}

/** Forgets what was timed, and times chunks that end in `from` to `to` ms from now on. */
export function measure(from, to) {
    window = { from, to };
    counts = new Float64Array(BINS);
    sums = new Float64Array(BINS);
}

/** Calls `then` once it is `at`, also from within a burst; it returns when it wants to be called again. */
export function markWhen(at, then) {
    markAt = at;
    mark = then;
}

/** Passes a mark that is due by now. */
export function passMark(at) {
    if (at >= markAt) {
        markAt = Infinity;
        markAt = mark(at);
    }
}

/** Computes what takes `ms` alone on a core. Returns how long it took, in ms. */
export function burst(ms) {
    const total = Math.round(ms * speed);
    const n = Math.max(1, Math.round(ms / CHUNK_MS));
    const each = Math.floor(total / n);
    const isTimed = each >= MIN_TIMED_MS * speed;
    const first = now();
    let begun = first;
    for (let i = 1; i <= n; i++) {
        const iterations = i < n ? each : total - each * (n - 1);
        spin(iterations);
        const ended = now();
        if (isTimed && ended >= window.from && ended < window.to) {
            const ratio = ((ended - begun) * speed) / iterations;
            const bin = Math.min(BINS - 1, Math.floor(ratio * BINS_PER_UNIT));
            counts[bin] += 1;
            sums[bin] += ratio;
        }
        if (ended >= markAt) passMark(ended);
        begun = ended;
    }
    return begun - first;
}

/** How often chunks took how long, for whoever adds them up. */
export function chunks() {
    return { counts, sums };
}

/** Mean of chunk time over nominal time of the chunks that were not interrupted, or null if there were none. */
export function stretch(all) {
    const total = new Float64Array(BINS);
    const sum = new Float64Array(BINS);
    for (const { counts, sums } of all) {
        for (let i = 0; i < BINS; i++) {
            total[i] += counts[i];
            sum[i] += sums[i];
        }
    }
    const n = total.reduce((a, b) => a + b, 0);
    if (n === 0) return null;
    let median = 0;
    for (let below = total[0]; below < n / 2; below += total[median]) median += 1;
    const end = Math.min(BINS - 1, Math.round((median + 0.5) * INTERRUPTED));
    let [kept, time] = [0, 0];
    for (let i = 0; i < end; i++) {
        kept += total[i];
        time += sum[i];
    }
    return kept > 0 ? time / kept : null;
}
