// Worker threads that take the bursts: one at a time each, first come, first served on the loop's thread.

import { Worker } from "node:worker_threads";

import { Queue } from "./queue.mjs";

/** A row of a message; as JSON it has about so many bytes. */
const ROW = { id: 12, name: "abcdefgh", value: 1.5, flag: true };
const ROW_BYTES = 52;

/** A plain object of about `kb` KB: rows of four fields. */
export function payload(kb) {
    return Array.from({ length: Math.round((kb * 1024) / ROW_BYTES) }, (_, i) => ({ ...ROW, id: i }));
}

/** The workers. */
export class Pool {
    #workers = [];
    #idle = new Queue();
    #jobs = new Queue();
    #payload;

    /** `n` workers, started and warm. */
    static async start(n, { payloadKb, speed }) {
        const pool = new Pool();
        pool.#payload = payload(payloadKb);
        const url = new URL("./worker.mjs", import.meta.url);
        for (let i = 0; i < n; i++) {
            const worker = new Worker(url, { workerData: { payloadKb, speed } });
            worker.on("error", (error) => {
                throw error;
            });
            await new Promise((ready) => worker.once("message", ready));
            const seat = { worker, done: null, told: null };
            worker.on("message", (message) => pool.#answered(seat, message));
            pool.#workers.push(seat);
            pool.#idle.push(seat);
        }
        return pool;
    }

    /** Has one of them compute for `ms`; resolves to how long that took, in ms. */
    burst(ms) {
        return new Promise((done) => {
            const seat = this.#idle.shift();
            if (seat) this.#give(seat, { ms, done });
            else this.#jobs.push({ ms, done });
        });
    }

    #give(seat, { ms, done }) {
        seat.done = done;
        seat.worker.postMessage({ ms, payload: this.#payload });
    }

    #answered(seat, message) {
        if (message.told !== undefined) {
            seat.told(message.told);
            return;
        }
        const done = seat.done;
        const next = this.#jobs.shift();
        if (next) this.#give(seat, next);
        else this.#idle.push(seat);
        done(message.took);
    }

    /** Tells all of them something that is no job, and resolves to what they tell. */
    tell(message) {
        const tell = (seat) =>
            new Promise((told) => {
                seat.told = told;
                seat.worker.postMessage(message);
            });
        return Promise.all(this.#workers.map(tell));
    }
}
