// What a run has seen: plain lists of numbers, so that those of several processes can be put together exactly.

import { chunks, measure } from "./burst.mjs";

/** A list of numbers that grows outside the heap which the collector walks. */
class Numbers {
    #all = new Float64Array(1 << 16);
    #n = 0;

    push(x) {
        if (this.#n === this.#all.length) {
            const more = new Float64Array(2 * this.#n);
            more.set(this.#all);
            this.#all = more;
        }
        this.#all[this.#n++] = x;
    }

    taken() {
        return this.#all.slice(0, this.#n);
    }
}

/** What one process or thread records of one round. Times are in ms since the start of the round. */
export class Record {
    #light = new Numbers();
    #heavy = new Numbers();
    #lag = new Numbers();
    #bursts = new Numbers();
    #loop = new Numbers();
    #completed = 0;
    #first = Infinity;
    #last = 0;

    /** Counts what ends in `from` to `to`, or what arrives there if `byArrival`. */
    constructor({ from, to, byArrival }) {
        this.from = from;
        this.to = to;
        this.byArrival = byArrival;
        measure(from, to);
    }

    #counts(at) {
        return at >= this.from && at < this.to;
    }

    /** A request that was due at `due`, whose first burst could begin at `began` and which ended at `ended`. */
    request(due, began, ended, isHeavy) {
        this.#first = Math.min(this.#first, began);
        this.#last = Math.max(this.#last, ended);
        if (this.#counts(ended)) this.#completed += 1;
        if (this.#counts(this.byArrival ? due : ended)) {
            (isHeavy ? this.#heavy : this.#light).push(ended - due);
            this.#lag.push(began - due);
        }
    }

    /** A burst that took `ms` and ended at `ended`. */
    burst(ms, ended) {
        if (this.#counts(ended)) this.#bursts.push(ms);
    }

    /** A timer of the loop's own that ran `ms` late, at `at`. */
    loopDelay(ms, at) {
        if (this.#counts(at)) this.#loop.push(ms);
    }

    /** Everything, ready to be sent. */
    raw() {
        return {
            light: this.#light.taken(),
            heavy: this.#heavy.taken(),
            lag: this.#lag.taken(),
            bursts: this.#bursts.taken(),
            loop: this.#loop.taken(),
            completed: this.#completed,
            first: this.#first,
            last: this.#last,
            chunks: [chunks()],
        };
    }
}

/** All numbers of `lists`, sorted. */
export function sorted(lists) {
    const all = new Float64Array(lists.reduce((n, list) => n + list.length, 0));
    let at = 0;
    for (const list of lists) {
        all.set(list, at);
        at += list.length;
    }
    return all.sort();
}

/** The smallest number that a share `q` of `all`, which is sorted, is not above. */
function quantile(all, q) {
    return all[Math.max(0, Math.ceil(q * all.length) - 1)];
}

const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999, max: 1 };

/** The figures named in `names` (mean, p50, p90, p99, p999, max) of `all`, which is sorted; null where it is empty. */
export function summary(all, names) {
    const figure = (name) => {
        if (all.length === 0) return null;
        return name === "mean" ? all.reduce((a, b) => a + b, 0) / all.length : quantile(all, QUANTILES[name]);
    };
    return Object.fromEntries(names.map((name) => [name, figure(name)]));
}
