// What a request waits for.

import { openSync, writev } from "node:fs";
import net from "node:net";

import { Queue } from "./queue.mjs";

/** Bytes of a question (how many ms to wait, a little-endian double) and of its answer. */
export const MESSAGE_BYTES = 8;
/** Connections that are opened ahead where it is not known how many requests wait at once. */
const N_AHEAD = 64;

/** `ms` of the runtime's own timer: whole milliseconds, as setTimeout has them. */
export function timer(ms) {
    return new Promise((done) => setTimeout(done, ms));
}

/** Connections to the delay server, each with one question on its way at a time. */
class Connections {
    #port;
    #idle = [];

    constructor(port) {
        this.#port = port;
    }

    open() {
        return new Promise((done, failed) => {
            const socket = net.connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
            const connection = { socket, question: Buffer.alloc(MESSAGE_BYTES), left: 0, done: null };
            socket.on("data", (data) => {
                connection.left -= data.length;
                if (connection.left > 0) return;
                this.#idle.push(connection);
                connection.done();
            });
            socket.on("error", failed);
            socket.on("connect", () => done(connection));
        });
    }

    async openAhead(n) {
        for (let i = 0; i < n; i++) this.#idle.push(await this.open());
    }

    wait(ms) {
        const connection = this.#idle.pop();
        return connection ? this.#ask(connection, ms) : this.open().then((opened) => this.#ask(opened, ms));
    }

    #ask(connection, ms) {
        return new Promise((done) => {
            connection.done = done;
            connection.left = MESSAGE_BYTES;
            connection.question.writeDoubleLE(ms);
            connection.socket.write(connection.question);
        });
    }
}

/**
 * Bytes of a message on a pipe: more than a pipe holds, which is 64 KB unless somebody is short of memory.
 *
 * Whoever writes them is blocked, in one system call, until the reader makes room. The reader sees the first bytes, the
 * delay that it is asked for, when a thread of the pool has begun to write: so the delay does not begin in the queue.
 */
export const PIPE_BYTES = (1 << 16) + 4096;

/** Named pipes to the delay server, each with one write at a time. */
class Pipes {
    #idle;
    #queue = new Queue();
    #rest = Buffer.alloc(PIPE_BYTES - MESSAGE_BYTES);

    constructor(paths) {
        // For reading as well, as opening would otherwise wait for the other end.
        this.#idle = paths.map((path) => ({ fd: openSync(path, "r+"), question: Buffer.alloc(MESSAGE_BYTES) }));
    }

    wait(ms) {
        return new Promise((done) => {
            const pipe = this.#idle.pop();
            if (pipe) this.#ask(pipe, { ms, done });
            else this.#queue.push({ ms, done });
        });
    }

    #ask(pipe, { ms, done }) {
        pipe.question.writeDoubleLE(ms);
        writev(pipe.fd, [pipe.question, this.#rest], (error, n) => {
            if (error || n !== PIPE_BYTES) throw error ?? new Error(`a pipe took ${n} of ${PIPE_BYTES} bytes`);
            const next = this.#queue.shift();
            if (next) this.#ask(pipe, next);
            else this.#idle.push(pipe);
            done();
        });
    }
}

/**
 * The function that waits as `settings` say, for so many ms, once it can be used.
 *
 * `server` is `{ port, pipes }` of the delay server, of which this process has those `pipes` to itself.
 */
export async function waiter(settings, nClients, server) {
    if (settings.io === "timer") return timer;
    if (settings.io === "file") {
        const pipes = new Pipes(server.pipes);
        return (ms) => pipes.wait(ms);
    }
    const connections = new Connections(server.port);
    await connections.openAhead(settings.load === "closed" ? nClients : N_AHEAD);
    return (ms) => connections.wait(ms);
}
