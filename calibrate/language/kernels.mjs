// Eight small programs, the same in kernels.go: what the same burst takes in JavaScript over what it takes in Go is the
// key `js-factor`. Prints the best time of each in ms.
//
//   node kernels.mjs

const N_WARM = 3;
const N_TIMED = 7;

function measure(name, work) {
    for (let i = 0; i < N_WARM; i++) work();
    let best = Infinity;
    for (let i = 0; i < N_TIMED; i++) {
        const began = performance.now();
        work();
        best = Math.min(best, performance.now() - began);
    }
    console.log(name, best.toFixed(2));
}

let state = 0;

/** Numerical Recipes' linear congruential generator. */
function random() {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
}

const ITEMS = Array.from({ length: 2000 }, (_, i) => ({
    id: i,
    name: `item ${i}`,
    price: i * 1.5,
    tags: ["a", "b", `c${i % 7}`],
    active: i % 2 === 0,
}));

state = 7;
const WORDS = Array.from({ length: 200_000 }, () => `w${random() % 5000}`);

/** Counts how often each word occurs. */
function count() {
    const counts = new Map();
    for (const word of WORDS) counts.set(word, (counts.get(word) ?? 0) + 1);
    return counts.size;
}

/** Writes and reads a document. */
function json() {
    const text = JSON.stringify(ITEMS);
    return JSON.parse(text).length + text.length;
}

function multiply() {
    const n = 200;
    const [a, b, c] = [new Float64Array(n * n), new Float64Array(n * n), new Float64Array(n * n)];
    for (let i = 0; i < n * n; i++) {
        a[i] = i;
        b[i] = i % 7;
    }
    for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
            let sum = 0;
            for (let k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
            c[i * n + j] = sum;
        }
    }
    return c[0];
}

function fibonacci(n) {
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

/** Builds a page of list items. */
function render() {
    let page = "";
    for (let round = 0; round < 20; round++) {
        const parts = [];
        for (const { id, name, price } of ITEMS) {
            parts.push('<li id="', String(id), '">', name, " ", price.toFixed(2), "</li>\n");
        }
        page = parts.join("");
    }
    return page.length;
}

/** Sorts objects by a random key. */
function sort() {
    state = 1;
    const all = Array.from({ length: 200_000 }, (_, i) => ({ key: random(), value: i }));
    all.sort((a, b) => a.key - b.key);
    return all[0].value;
}

/** Five bodies attract each other. */
function planets() {
    const bodies = [0, 1, 2, 3, 4].map((i) => ({ x: i, y: 2 * i, z: 3 * i, vx: 0.1 * i, vy: 0.2, vz: 0.3, mass: 1 + i }));
    for (let step = 0; step < 200_000; step++) {
        for (let i = 0; i < 5; i++) {
            const a = bodies[i];
            for (let j = i + 1; j < 5; j++) {
                const b = bodies[j];
                const [dx, dy, dz] = [a.x - b.x, a.y - b.y, a.z - b.z];
                const squared = dx * dx + dy * dy + dz * dz + 0.01;
                const pull = 0.001 / (squared * Math.sqrt(squared));
                a.vx -= dx * b.mass * pull;
                a.vy -= dy * b.mass * pull;
                a.vz -= dz * b.mass * pull;
                b.vx += dx * a.mass * pull;
                b.vy += dy * a.mass * pull;
                b.vz += dz * a.mass * pull;
            }
        }
        for (const body of bodies) {
            body.x += 0.001 * body.vx;
            body.y += 0.001 * body.vy;
            body.z += 0.001 * body.vz;
        }
    }
    return bodies[0].x;
}

function tree(depth) {
    return depth === 0 ? { left: null, right: null } : { left: tree(depth - 1), right: tree(depth - 1) };
}

function size(node) {
    return node.left === null ? 1 : 1 + size(node.left) + size(node.right);
}

measure("count", count);
measure("json", json);
measure("multiply", multiply);
measure("fibonacci", () => fibonacci(30));
measure("render", render);
measure("sort", sort);
measure("planets", planets);
measure("trees", () => size(tree(17)));
