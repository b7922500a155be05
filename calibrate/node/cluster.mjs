// Processes that share the load, and the parent that starts them together and puts what they recorded side by side.

import { fork } from "node:child_process";

/** As many processes of `job` as it has workers, with the face of a single `Program`. */
export class Cluster {
    #children = [];

    static async prepare(job, server) {
        const cluster = new Cluster();
        const n = job.settings.workers;
        const url = new URL("./cluster-child.mjs", import.meta.url);
        for (let index = 0; index < n; index++) {
            // Lists of numbers travel as they are.
            const child = fork(url, { serialization: "advanced" });
            child.on("error", (error) => {
                throw error;
            });
            child.on("exit", (code) => {
                if (code) throw new Error(`process ${index} of the cluster ended with exit code ${code}`);
            });
            cluster.#children.push(child);
            const pipes = server?.pipes.filter((_, i) => i % n === index);
            await cluster.#ask(child, { prepare: { job, share: { index, n }, server: { port: server?.port, pipes } } });
        }
        return cluster;
    }

    /** Runs once in all processes; resolves to what each of them recorded. */
    async round(startNs) {
        return Promise.all(this.#children.map((child) => this.#ask(child, { round: startNs })));
    }

    #ask(child, message) {
        return new Promise((answer) => {
            child.once("message", answer);
            child.send(message);
        });
    }

    stop() {
        for (const child of this.#children) child.disconnect();
    }
}
