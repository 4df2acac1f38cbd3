// What the system knows about a process: Linux' /proc, read from outside.

import { readdirSync, readFileSync } from "node:fs";

/** The unit of the times in /proc, the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Open descriptors; 0 when the process has ended. */
export function descriptorsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

/** The highest resident memory so far, in bytes. */
export function peakMemoryOf(pid) {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readOr(`/proc/${pid}/status`))?.[1];
  return Number(kilobytes ?? Number.NaN) * 1024;
}

/** Processor time so far, in seconds. */
export function cpuSecondsOf(pid) {
  // The name, second in the line, may hold spaces; it ends with the last bracket.
  const fields = readOr(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** How long its main thread could have run and was not let, in seconds: others use the machine. */
export function waitedSecondsOf(pid) {
  return Number(readOr(`/proc/${pid}/schedstat`).split(" ")[1]) / 1e9;
}

/** How many descriptors this process, and those that it starts, may open. */
export function descriptorLimit() {
  const limit = /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  return limit === "unlimited" ? Number.POSITIVE_INFINITY : Number(limit);
}

function readOr(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
