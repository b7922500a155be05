// What waits for its turn.

/** First in, first out; taking the first one does not move the others. */
export class Queue {
    #all = [];
    #first = 0;

    push(x) {
        this.#all.push(x);
    }

    shift() {
        if (this.#first === this.#all.length) return undefined;
        const x = this.#all[this.#first];
        this.#all[this.#first++] = undefined;
        if (this.#first > 1024 && this.#first * 2 > this.#all.length) {
            this.#all = this.#all.slice(this.#first);
            this.#first = 0;
        }
        return x;
    }
}
