// What a request waits for.

import net from "node:net";

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

/** The function that waits as `settings` say, for so many ms, once it can be used. */
export async function waiter(settings, nClients, port) {
    if (settings.io === "timer") return timer;
    const connections = new Connections(port);
    await connections.openAhead(settings.load === "closed" ? nClients : N_AHEAD);
    return (ms) => connections.wait(ms);
}
