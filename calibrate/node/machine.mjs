// What is known about the machine and what else runs on it. What only Linux tells is null elsewhere.

import { readFileSync } from "node:fs";
import os from "node:os";

/** Clock ticks per second in /proc, the same on all of Linux' usual architectures. */
const TICKS_PER_S = 100;

function read(path) {
    try {
        return readFileSync(path, "utf8");
    } catch {
        return null;
    }
}

/** `{ cpu, cores, os, memory_gb, virtual }`. */
export function machine() {
    const info = read("/proc/cpuinfo");
    return {
        cpu: os.cpus()[0]?.model.trim() ?? null,
        cores: os.availableParallelism(),
        os: `${os.type()} ${os.release()}`,
        memory_gb: Math.round(os.totalmem() / 2 ** 30),
        virtual: info && /^flags/m.test(info) ? /^flags.*\bhypervisor\b/m.test(info) : null,
    };
}

/** CPU seconds that all of the machine has used, and that its host has withheld from it; null if nobody knows. */
export function used() {
    const [user, nice, system, , , irq, softirq, steal] =
        read("/proc/stat")?.split("\n")[0].split(/\s+/).slice(1).map(Number) ?? [];
    if (steal === undefined) return null;
    return { busy: (user + nice + system + irq + softirq) / TICKS_PER_S, steal: steal / TICKS_PER_S };
}

/** CPU seconds of another process, or 0 if nobody knows. */
export function usedBy(pid) {
    // The name of the program is in parentheses and can hold anything.
    const fields = read(`/proc/${pid}/stat`)?.replace(/^.*\) /s, "").split(" ");
    return fields ? (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S : 0;
}

/** Most memory that this process has had at once, in bytes. */
export function memoryPeak() {
    // getrusage counts what the process that started this one had before.
    const kb = /^VmHWM:\s*(\d+)/m.exec(read("/proc/self/status") ?? "")?.[1];
    return 1024 * (kb ? Number(kb) : process.resourceUsage().maxRSS);
}
