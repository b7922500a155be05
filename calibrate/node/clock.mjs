// One monotonic clock, in ms since an instant that all threads and processes of a run have agreed on.

let base = 0;

/** Milliseconds since the start of the run. */
export function now() {
    return performance.now() - base;
}

/** Counts from `startNs`, a reading of the machine's monotonic clock in ns. */
export function startAt(startNs) {
    base = performance.now() + Number(startNs - process.hrtime.bigint()) / 1e6;
}

/** A reading of the machine's monotonic clock, `ms` from now. */
export function instantIn(ms) {
    return process.hrtime.bigint() + BigInt(Math.round(ms * 1e6));
}
