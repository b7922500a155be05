// A server that answers after the delay it was asked for, in a process of its own, and knows how long it really took.
//
// It prints the port that it listens on; its arguments are named pipes to serve as well. A line `measure FROM TO` (readings of the machine's monotonic clock, in ns)
// on its input sets the window, `report` prints the delays of the answers in it, and the end of its input ends it.

import { openSync, read } from "node:fs";
import net from "node:net";
import readline from "node:readline";

import { now, startAt } from "./clock.mjs";
import { sorted, summary } from "./record.mjs";
import { MESSAGE_BYTES, PIPE_BYTES } from "./waits.mjs";

let window = { from: Infinity, to: Infinity };
let made = [];
const ANSWER = Buffer.alloc(MESSAGE_BYTES);

function sent(received) {
    const at = now();
    if (at >= window.from && at < window.to) made.push(at - received);
}

function question(socket, ms, received) {
    setTimeout(() => {
        if (socket.destroyed) return;
        socket.write(ANSWER);
        sent(received);
    }, ms);
}

/** Reads the first bytes of a message from a pipe, which blocks a thread, and the others once the delay is over. */
function serve(fd) {
    const message = Buffer.alloc(PIPE_BYTES);
    const drain = (from) =>
        read(fd, message, from, PIPE_BYTES - from, null, (error, n) => {
            if (error) throw error;
            if (from + n < PIPE_BYTES) drain(from + n);
            else next();
        });
    const next = () =>
        read(fd, message, 0, MESSAGE_BYTES, null, (error) => {
            if (error) throw error;
            const received = now();
            setTimeout(() => {
                drain(MESSAGE_BYTES);
                sent(received);
            }, message.readDoubleLE());
        });
    next();
}

const server = net.createServer({ noDelay: true }, (socket) => {
    let rest = Buffer.alloc(0);
    socket.on("error", () => socket.destroy());
    socket.on("data", (data) => {
        const received = now();
        const all = rest.length > 0 ? Buffer.concat([rest, data]) : data;
        let at = 0;
        for (; at + MESSAGE_BYTES <= all.length; at += MESSAGE_BYTES) question(socket, all.readDoubleLE(at), received);
        rest = all.subarray(at);
    });
});
for (const path of process.argv.slice(2)) serve(openSync(path, "r+"));
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => console.log(server.address().port));

const lines = readline.createInterface({ input: process.stdin });
lines.on("line", (line) => {
    const [command, from, to] = line.split(" ");
    if (command === "measure") {
        startAt(BigInt(from));
        window = { from: 0, to: to === "end" ? Infinity : Number(BigInt(to) - BigInt(from)) / 1e6 };
        made = [];
    } else if (command === "report") {
        console.log(JSON.stringify(summary(sorted([made]), ["mean", "p50", "p99"])));
    }
});
lines.on("close", () => process.exit(0));
