// M/M/1 in SimScript, as entities, the way its documentation does it: 80 arrivals a second, 10 ms of service.
//
// Prints customers per second of the fastest round, the mean time in the system in ms over all rounds, and of how many.
// Arguments: customers in a round, the folder that SimScript is installed in.

import { createRequire } from "node:module";

const [nCustomers, folder] = [Number(process.argv[2]), process.argv[3]];
const require = createRequire(`${folder}/`);
// It yields to the page now and then; without a page, to the event loop.
globalThis.requestAnimationFrame = (callback) => setImmediate(callback);
const { Entity, Exponential, Queue, Simulation } = require("simscript");

const N_ROUNDS = 3;

class Customer extends Entity {
    async script() {
        const sim = this.simulation;
        const arrived = sim.timeNow;
        await this.enterQueue(sim.server);
        await this.delay(sim.service.sample());
        this.leaveQueue(sim.server);
        sim.total += sim.timeNow - arrived;
        sim.n += 1;
    }
}

class Mm1 extends Simulation {
    constructor(seed) {
        super();
        this.server = new Queue("server", 1);
        this.service = new Exponential(10, 2 * seed + 1);
        this.gap = new Exponential(12.5, 2 * seed + 1_000_000_000);
        this.total = 0;
        this.n = 0;
    }

    onStarting() {
        super.onStarting();
        this.generateEntities(Customer, this.gap, nCustomers);
    }
}

let [least, total, n] = [Infinity, 0, 0];
for (let seed = 0; seed < N_ROUNDS; seed += 1) {
    const sim = new Mm1(seed);
    const begin = performance.now();
    await new Promise((resolve) => {
        sim.finished.addEventListener(resolve);
        sim.start(true);
    });
    least = Math.min(least, (performance.now() - begin) / 1e3);
    total += sim.total;
    n += sim.n;
}
const { version } = require("simscript/package.json");
const speed = n / N_ROUNDS / least;
console.log(`mm1-simscript ${speed.toFixed(0)} ${(total / n).toFixed(3)} ${n} SimScript ${version} on Node.js ${process.versions.node}`);
