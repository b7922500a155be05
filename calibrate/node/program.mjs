// One process that serves requests: its clients, its arrivals or its tasks, and what it records of them.

import { burst, markWhen, passMark, warmUp } from "./burst.mjs";
import { now, startAt } from "./clock.mjs";
import { memoryPeak } from "./machine.mjs";
import { Pool } from "./pool.mjs";
import { Record } from "./record.mjs";
import { waiter } from "./waits.mjs";
import { Random, Workload } from "./workload.mjs";

/** Requests that are still under way when the window ends are given so long, in ms: they would disturb what follows. */
const LAST_ORDERS_MS = 10_000;
/** Bytes of one of the small objects that a request allocates: a header of three words and five fields. */
const OBJECT_BYTES = 64;
/** How often the loop's own timer is due if its delay is recorded, in ms. */
const LOOP_DELAY_EVERY_MS = 10;

const immediate = () => new Promise((done) => setImmediate(done));
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** A list of `n` small objects. */
function allocate(n) {
    let list = null;
    for (let i = 0; i < n; i++) list = { next: list, a: i, b: i, c: i, d: i };
    return list;
}

/** Where lists end that have to live until then. */
let sink = null;

/** A process of `share.n`, of which it is number `share.index`; `job` is what the command line said. */
export class Program {
    #job;
    #settings;
    #workload;
    #wait;
    #pool = null;
    #record = null;
    #nActive = 0;
    #marks = [];
    #end = Infinity;

    static async prepare(job, share, server) {
        const program = new Program();
        program.#job = job;
        program.share = share;
        const settings = (program.#settings = job.settings);
        program.#workload = new Workload(settings);
        warmUp(job.speed);
        if (job.runtime === "node-workers") {
            program.#pool = await Pool.start(settings.workers, { payloadKb: settings.payload, speed: job.speed });
        }
        program.#wait = await waiter(settings, Math.ceil(settings.clients / share.n), server);
        return program;
    }

    /**
     * Runs once, from `startNs` on the machine's monotonic clock, and resolves to what it recorded.
     *
     * `onMark` is called when the measured window begins and when it ends.
     */
    async round(startNs, onMark = () => {}) {
        const { load } = this.#settings;
        const isWhole = load === "batch" || load === "recorded";
        const from = load === "batch" ? 0 : this.#job.warmUpMs;
        this.#end = isWhole ? Infinity : from + this.#job.forMs;
        startAt(startNs);
        this.#record = new Record({ from, to: this.#end, byArrival: load === "recorded" });
        await this.#pool?.tell({ measure: { startNs, from, to: this.#end } });
        this.#marks = [];
        const mark = (at) => {
            this.#marks.push({ at, ...process.cpuUsage() });
            onMark(this.#marks.length);
            return this.#marks.length === 1 ? this.#end : Infinity;
        };
        markWhen(from, mark);
        await sleep(-now());
        while (now() < 0);
        const all = this.#start(load);
        if (from > 0) this.#passMarkAt(from);
        else passMark(now());
        if (this.#job.hasLoopDelay) this.#watchLoop();
        if (isWhole) {
            await all;
            markWhen(0, mark);
            passMark(now());
        } else {
            await this.#passMarkAt(this.#end);
            for (const until = now() + LAST_ORDERS_MS; this.#nActive > 0 && now() < until; ) await sleep(1);
        }
        const peak = memoryPeak();
        const raw = this.#record.raw();
        if (this.#pool) raw.chunks = await this.#pool.tell({ report: true });
        return { ...raw, marks: this.#marks, peak };
    }

    async #passMarkAt(at) {
        while (now() < at) await sleep(Math.max(1, at - now()));
        passMark(now());
    }

    /** Starts what the load is; resolves when all of it is served, if it ends. */
    #start(load) {
        if (load === "closed") return this.#clients();
        if (load === "batch") return this.#batch();
        return this.#generator(load === "open" ? this.#drawn() : this.#recorded());
    }

    #clients() {
        const { clients, seed } = this.#settings;
        const all = [];
        for (let i = this.share.index; i < clients; i += this.share.n) all.push(this.#client(new Random(seed, i)));
        return Promise.all(all);
    }

    async #client(random) {
        const { think, mix } = this.#settings;
        for (let last = now(); ; ) {
            let due = last;
            if (think > 0) {
                due = now() + think * random.exponential();
                // A timer may be early by what the loop's time lacks of a millisecond.
                for (let left = due - now(); left > 0; left = due - now()) await sleep(Math.ceil(left));
            } else if (mix === 100) {
                await immediate();
            }
            if (now() >= this.#end) return;
            last = await this.#serve(this.#workload.draw(random), due);
        }
    }

    #batch() {
        const { tasks, seed } = this.#settings;
        const random = new Random(seed, this.share.index);
        const all = [];
        for (let i = this.share.index; i < tasks; i += this.share.n) {
            all.push(this.#serve(this.#workload.draw(random), 0));
        }
        return Promise.all(all);
    }

    *#drawn() {
        const random = new Random(this.#settings.seed, this.share.index);
        let i = 0;
        for (const at of this.#workload.arrivals()) {
            if (at >= this.#end) return;
            if (i++ % this.share.n === this.share.index) yield { at, request: this.#workload.draw(random) };
        }
    }

    *#recorded() {
        for (const [i, { at, isHeavy, burst, wait }] of this.#job.requests.entries()) {
            const request = { isHeavy, nPairs: 1, burst: () => burst, wait: () => wait };
            if (i % this.share.n === this.share.index) yield { at, request };
        }
    }

    /** Starts each of `arrivals` when it is due, by one timer for all of them. */
    #generator(arrivals) {
        return new Promise((done) => {
            let next = arrivals.next();
            const all = [];
            const fire = () => {
                const fired = now();
                for (; !next.done && next.value.at <= fired; next = arrivals.next()) {
                    const served = this.#serve(next.value.request, next.value.at);
                    // Of an endless load nobody waits for the end.
                    if (this.#end === Infinity) all.push(served);
                }
                goOn();
            };
            const goOn = () => {
                if (next.done) return done(Promise.all(all));
                const left = next.value.at - now();
                // What has come due meanwhile is started after one more turn of the loop, which others need too.
                if (left > 0) setTimeout(fire, Math.ceil(left));
                else setImmediate(fire);
            };
            goOn();
        });
    }

    /** Serves a request that was due at `due`; resolves to when it ended. */
    async #serve(request, due) {
        const began = now();
        this.#nActive += 1;
        const nObjects = (this.#settings.alloc * 1024) / OBJECT_BYTES;
        const held = nObjects >= 1 ? allocate(nObjects) : null;
        for (let i = 0; i < request.nPairs; i++) {
            const ms = request.burst();
            if (ms > 0) {
                const took = this.#pool ? await this.#pool.burst(ms) : burst(ms);
                this.#record.burst(took, now());
            }
            const wait = request.wait();
            if (wait > 0) await this.#wait(wait);
        }
        const ended = now();
        sink = held;
        sink = null;
        this.#nActive -= 1;
        this.#record.request(due, began, ended, request.isHeavy);
        return ended;
    }

    #watchLoop() {
        let due = now() + LOOP_DELAY_EVERY_MS;
        const fire = () => {
            const at = now();
            this.#record.loopDelay(at - due, at);
            if (at >= this.#end) return;
            due = at + LOOP_DELAY_EVERY_MS;
            setTimeout(fire, LOOP_DELAY_EVERY_MS).unref();
        };
        setTimeout(fire, LOOP_DELAY_EVERY_MS).unref();
    }
}
