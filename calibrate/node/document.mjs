// Work as web applications have it, of some thirty small functions: a document is parsed, checked, sorted, rendered and
// written again. To see how long engines take to compile such code; nothing else uses it.

import querystring from "node:querystring";
import path from "node:path";
import { format } from "node:util";

const N_DOCUMENTS = 16;
const N_ORDERS = 5;
const COUNTRIES = ["DE", "FR", "US", "IT"];
const TAGS = ["New Arrival", "On Sale!", "x"];
const TAX = { DE: 0.19, FR: 0.2, US: 0 };
const FIELDS = { id: "number", customer: "object", lines: "object", at: "number", note: "string" };
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

class Money {
    constructor(cents) {
        this.cents = cents;
    }

    plus(other) {
        return new Money(this.cents + other.cents);
    }

    times(n) {
        return new Money(Math.round(this.cents * n));
    }

    toString() {
        return `${Math.floor(this.cents / 100)}.${String(this.cents % 100).padStart(2, "0")}`;
    }
}

const sum = (all) => all.reduce((total, money) => total.plus(money), new Money(0));

class Line {
    constructor({ sku, count, cents, tags }) {
        this.sku = sku;
        this.count = count;
        this.price = new Money(cents);
        this.tags = tags;
    }

    total() {
        return this.price.times(this.count);
    }
}

class Order {
    constructor({ id, customer, lines, at, note }) {
        this.id = id;
        this.customer = customer;
        this.lines = lines.map((line) => new Line(line));
        this.at = at;
        this.note = note;
    }

    total() {
        return sum(this.lines.map((line) => line.total()));
    }

    discount() {
        const n = this.lines.reduce((total, line) => total + line.count, 0);
        if (n > 20) return 0.1;
        return this.customer.tier === "gold" ? 0.05 : 0;
    }
}

function check(raw) {
    const errors = [];
    for (const [name, type] of Object.entries(FIELDS)) {
        if (typeof raw[name] !== type) errors.push(`${name}: expected ${type}`);
    }
    for (const { sku, count } of raw.lines) {
        if (!/^[A-Z]{2}-\d+$/.test(sku)) errors.push(`sku: ${sku}`);
        if (!(count > 0)) errors.push(`count: ${count}`);
    }
    return errors;
}

const escaped = (text) => text.replace(/[&<>"]/g, (letter) => ESCAPES[letter]);
const byTotal = (a, b) => b.total().cents - a.total().cents || a.id - b.id;

function slug(text) {
    const words = text.toLowerCase().split(/[^a-z0-9]+/);
    return words.filter((word) => word !== "").join("-");
}

function cookies(text) {
    const all = {};
    for (const part of text.split("; ")) {
        const at = part.indexOf("=");
        all[part.slice(0, at)] = decodeURIComponent(part.slice(at + 1));
    }
    return all;
}

function route(url) {
    const [pathname, search] = url.split("?");
    const [name, ...args] = path.posix.normalize(pathname).split("/").slice(1);
    const query = querystring.parse(search);
    switch (name) {
        case "orders":
        case "users":
            return { name, args, query };
        default:
            return { name: "missing", args: [], query };
    }
}

function row(line) {
    const cells = [escaped(line.sku), line.count, line.total(), line.tags.map(slug).join(" ")];
    return `<tr><td>${cells.join("</td><td>")}</td></tr>`;
}

function render(order) {
    const total = order.total();
    const net = new Money(total.cents - total.times(order.discount()).cents);
    const tax = net.times(TAX[order.customer.country] ?? 0.15);
    return `<h2>${escaped(order.note)}</h2><table>${order.lines.map(row).join("")}</table><p>${net} + ${tax}</p>`;
}

function* pages(all, n) {
    for (let i = 0; i < all.length; i += n) yield all.slice(i, i + n);
}

function summary(orders) {
    const by = new Map();
    for (const order of orders) {
        const { country } = order.customer;
        const group = by.get(country);
        if (group) group.push(order);
        else by.set(country, [order]);
    }
    const figures = ([country, all]) => [country, { n: all.length, total: String(sum(all.map((one) => one.total()))) }];
    return Object.fromEntries([...by].map(figures));
}

function copy(value) {
    if (Array.isArray(value)) return value.map(copy);
    if (value === null || typeof value !== "object") return value;
    const all = {};
    for (const key of Object.keys(value)) all[key] = copy(value[key]);
    return all;
}

/** FNV-1a. */
function hash(text) {
    let word = 0x811c9dc5;
    for (let i = 0; i < text.length; i++) word = Math.imul(word ^ text.charCodeAt(i), 16777619);
    return (word >>> 0).toString(16);
}

function makeLine(document, order, i) {
    const tags = TAGS.slice(0, i % 4);
    return { sku: `AB-${document * order + i}`, count: 1 + ((order * i) % 9), cents: 199 + 37 * i + document, tags };
}

function makeOrder(document, i) {
    const country = COUNTRIES[(document + i) % COUNTRIES.length];
    return {
        id: document * 100 + i,
        customer: { name: `Customer <${document}>`, tier: i % 3 ? "plain" : "gold", country },
        lines: Array.from({ length: 1 + ((document + i) % 4) }, (_, line) => makeLine(document, i, line)),
        at: 1_700_000_000_000 + document * 86_400_000,
        note: `Order & "${i}" of ${document}`,
    };
}

const DOCUMENTS = Array.from({ length: N_DOCUMENTS }, (_, document) =>
    JSON.stringify(Array.from({ length: N_ORDERS }, (_, i) => makeOrder(document, i))),
);
let turn = 0;

/** Serves one document; returns a hash of the answer, and of what would be written to a log. */
export function serve() {
    turn = (turn + 1) % DOCUMENTS.length;
    const { name, args, query } = route(`/orders/../orders/${turn}?page=${turn % 3}&sort=total&q=a%20b`);
    const session = cookies(`session=abc%20def; theme=dark; n=${turn}`);
    const raw = JSON.parse(DOCUMENTS[turn]);
    const errors = raw.flatMap(check);
    if (errors.length > 0) throw new Error(errors.join(", "));
    const orders = raw.map((order) => new Order(order)).sort(byTotal);
    let html = "";
    for (const page of pages(orders, 3)) html += page.map(render).join("<hr>");
    const when = new Date(orders[0].at).toISOString();
    const body = JSON.stringify({ html, summary: summary(orders), copy: copy(raw[0]), when, session });
    return `${hash(body)} ${format("%s %s %d %j", name, args.join("/"), body.length, query)}`;
}
