// A worker thread that computes what it is asked to.

import { parentPort, workerData } from "node:worker_threads";

import { burst, chunks, measure, warmUp } from "./burst.mjs";
import { startAt } from "./clock.mjs";
import { payload } from "./pool.mjs";

const answer = payload(workerData.payloadKb);
warmUp(workerData.speed);

parentPort.on("message", (message) => {
    if (message.measure) {
        const { startNs, from, to } = message.measure;
        startAt(startNs);
        measure(from, to);
        parentPort.postMessage({ told: null });
    } else if (message.report) {
        parentPort.postMessage({ told: chunks() });
    } else {
        parentPort.postMessage({ took: burst(message.ms), payload: answer });
    }
});
parentPort.postMessage("ready");
