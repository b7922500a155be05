// What to run: the query, key by key as the page's address has it, and the words after it.

import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** What somebody asked for and can not have; its message is one line. */
export class Refused extends Error {}

const SHAPES = ["constant", "exponential", "lognormal", "bimodal"];
const RUNTIMES = ["node", "node-workers", "node-cluster"];
const MAX_SHOWN = 60;

const number = (min, max, unit, initial) => ({ min, max, unit, initial, isWhole: false });
const whole = (min, max, initial) => ({ min, max, unit: "", initial, isWhole: true });
const choice = (options, initial) => ({ options, initial });

/** Keys that concern a real run, with what they accept and mean when they are not there: ms, KB, %, per second. */
const KEYS = {
    mix: number(0, 100, " %", 20),
    demand: number(0.01, 10_000, " ms", 20),
    bursts: whole(1, 100, 1),
    "cpu-dist": choice(SHAPES, "exponential"),
    "io-dist": choice(SHAPES, "constant"),
    "heavy-share": number(0, 100, " %", 5),
    "heavy-factor": number(1, 1000, "", 20),
    load: choice(["closed", "open", "batch"], "closed"),
    clients: whole(1, 100_000, 64),
    think: number(0, 60_000, " ms", 140),
    rate: number(0.1, 1e6, " per second", 400),
    arrivals: choice(["poisson", "constant", "bursty"], "poisson"),
    tasks: whole(1, 1_000_000, 10_000),
    cores: whole(1, 64, null),
    io: choice(["network", "timer", "file", "database"], "network"),
    transport: choice(["http", "none"], "http"),
    "pool-size": whole(1, 1024, 4),
    workers: whole(1, 64, null),
    "js-factor": number(0.5, 10, "", 1),
    alloc: number(0, 10_000, " KB", 2.5),
    payload: number(0, 10_000, " KB", 1),
    seed: whole(0, 2 ** 53, 1),
};

/** Keys of the address that say nothing to a real Node.js. */
const IGNORED = new Set(
    ("gomaxprocs runtimes costs gc warm speed paused view theme story hide deck model " +
        "db-connections db-capacity").split(" "),
);

function shown(text) {
    const plain = text.replace(/[\u0000-\u001f\u007f]/g, "?");
    return plain === "" ? "nothing" : plain.length > MAX_SHOWN ? `${plain.slice(0, MAX_SHOWN)}…` : plain;
}

function accepted(kind) {
    if (kind.options) return kind.options.join(", ");
    return `${kind.min} to ${kind.max}${kind.unit}${kind.isWhole ? ", whole" : ""}`;
}

function read(key, text) {
    const kind = KEYS[key];
    if (kind.options) {
        if (kind.options.includes(text)) return text;
    } else if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) {
        const value = Number(text);
        if (value >= kind.min && value <= kind.max && (!kind.isWhole || Number.isInteger(value))) return value;
    }
    throw new Refused(`${key}: expected ${accepted(kind)}, got ${shown(text)}`);
}

/** The settings that `query` says: one field for each of the keys above, named as they are. */
export function parseQuery(query) {
    const settings = Object.fromEntries(Object.entries(KEYS).map(([key, kind]) => [key, kind.initial]));
    const seen = new Set();
    for (const [key, value] of new URLSearchParams(query)) {
        if (seen.has(key)) throw new Refused(`${shown(key)}: expected once, got twice`);
        seen.add(key);
        if (Object.hasOwn(KEYS, key)) {
            settings[key] = read(key, value.trim());
        } else if (!IGNORED.has(key)) {
            const all = [...Object.keys(KEYS), ...IGNORED].join(", ");
            throw new Refused(`${shown(key)}: expected ${all}, got a key that there is not`);
        }
    }
    if (settings.transport !== "none") {
        const came = seen.has("transport") ? "http" : "http, the default";
        throw new Refused(`transport: expected none, as work is started inside the process here, got ${came}`);
    }
    if (settings.io === "database") {
        throw new Refused("io: expected network, timer or file, as no database is started here, got database");
    }
    const nCores = availableParallelism();
    settings.cores ??= nCores;
    if (settings.cores !== nCores) {
        throw new Refused(`cores: expected ${nCores}, the cores that this program may use, got ${settings.cores}`);
    }
    settings.workers ??= settings.cores;
    return settings;
}

/** Milliseconds of a length such as 6s or 500ms. */
function length(flag, text) {
    const [, digits, unit] = /^(\d+\.?\d*|\.\d+)(ms|s|m|min|)$/.exec(text) ?? [];
    const ms = Number(digits) * { ms: 1, s: 1000, m: 60_000, min: 60_000, "": 1000 }[unit ?? ""];
    if (!(ms >= 0 && ms <= 86_400_000)) {
        throw new Refused(`${flag}: expected a length such as 6s or 500ms, at most a day, got ${shown(text)}`);
    }
    return ms;
}

/**
 * The words after the program's name: `{ query, settings, runtime, forMs, warmUpMs, requests, speed, hasLoopDelay }`.
 *
 * `requests` are recorded ones or null, `speed` is in iterations per ms or null.
 */
export function parseArgs(words) {
    const found = { runtime: "node", forMs: 6000, warmUpMs: 2000, requests: null, speed: null, hasLoopDelay: false };
    let query = null;
    for (let i = 0; i < words.length; i++) {
        const word = words[i];
        if (word === "--loop-delay") {
            found.hasLoopDelay = true;
            continue;
        }
        if (!word.startsWith("--")) {
            if (query !== null) throw new Refused(`query: expected one, got ${shown(word)} as well`);
            query = word;
            continue;
        }
        const value = words[++i] ?? "";
        if (word === "--for") found.forMs = length(word, value);
        else if (word === "--warm-up") found.warmUpMs = length(word, value);
        else if (word === "--requests") found.requests = readRequests(value);
        else if (word === "--speed") {
            found.speed = Number(value);
            if (!(found.speed >= 1 && found.speed <= 1e9)) {
                throw new Refused(`--speed: expected 1 to 1000000000 iterations per ms, got ${shown(value)}`);
            }
        } else if (word === "--runtime") {
            if (!RUNTIMES.includes(value)) {
                throw new Refused(`--runtime: expected ${RUNTIMES.join(", ")}, got ${shown(value)}`);
            }
            found.runtime = value;
        } else {
            const all = "--runtime, --for, --warm-up, --requests, --speed, --loop-delay";
            throw new Refused(`${shown(word)}: expected ${all}, got an option that there is not`);
        }
    }
    if (query === null) {
        throw new Refused("query: expected a query such as 'mix=10&io=timer&transport=none', got nothing");
    }
    if (found.forMs === 0) throw new Refused("--for: expected more than nothing, got 0");
    const settings = parseQuery(query);
    if (found.requests) settings.load = "recorded";
    return { ...found, query, settings };
}

/** Recorded requests, `{ at, isHeavy, burst, wait }` in ms, from lines of `arrival_ms class burst_ms wait_ms`. */
export function readRequests(path) {
    let text;
    try {
        text = readFileSync(path, "utf8");
    } catch (error) {
        throw new Refused(`--requests: expected a file that can be read, got ${shown(path)}: ${error.code}`);
    }
    const requests = [];
    let last = 0;
    for (const [i, raw] of text.split("\n").entries()) {
        const line = raw.trim();
        if (line === "" || line.startsWith("#")) continue;
        const bad = (why) => new Refused(`--requests: ${shown(path)} line ${i + 1}: ${why}`);
        const words = line.split(/\s+/);
        const isLegal = (word) => /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) && Number(word) <= 1e12;
        if (words.length !== 4 || ![words[0], words[2], words[3]].every(isLegal) || !/^[01]$/.test(words[1])) {
            throw bad(`expected arrival_ms class burst_ms wait_ms, with a class of 0 or 1, got ${shown(line)}`);
        }
        const at = Number(words[0]);
        if (at < last) throw bad(`expected an arrival not before ${last} ms, got ${shown(line)}`);
        last = at;
        requests.push({ at, isHeavy: words[1] === "1", burst: Number(words[2]), wait: Number(words[3]) });
    }
    if (requests.length === 0) throw new Refused(`--requests: expected requests, got none in ${shown(path)}`);
    return requests;
}
