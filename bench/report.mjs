// Medians and tables, shared by the benchmarks.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** `0.91 (0.89..0.93)`: the median, and the quarters of the rounds below and above it. */
export function quartiles(values, digits = 2) {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[sorted.length >> 2], sorted[Math.floor((sorted.length * 3) / 4)]];
  return `${median(values).toFixed(digits)} (${low.toFixed(digits)}..${high.toFixed(digits)})`;
}

/** `0.91 (0.89..0.93)`: the median and how far the rounds lie apart. */
export function spread(values, digits = 2) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} (${low.toFixed(digits)}..${high.toFixed(digits)})`;
}

/** A Markdown table, so that it can be pasted as it is; the first column left, the rest right. */
export function table(head, rows) {
  const widths = head.map((title, column) =>
    Math.max(title.length, 3, ...rows.map((row) => String(row[column]).length)),
  );
  const line = (cells) =>
    `| ${cells
      .map((cell, column) =>
        column === 0 ? String(cell).padEnd(widths[0]) : String(cell).padStart(widths[column]),
      )
      .join(" | ")} |`;
  const rule = `|${widths
    .map((width, column) => (column === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`))
    .join("|")}|`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

/** What any figure depends on; a load that is high before the start spoils it. */
export function machine() {
  const [processor] = cpus();
  const load = loadavg()[0].toFixed(2);
  const cores = `${cpus().length} cores of ${processor?.model ?? "unknown make"}`;
  return `Node ${process.versions.node}, ${cores}, load before the start ${load}`;
}

/** Ends the program with a sentence on what to do when the peers are not installed. */
export function requirePeers() {
  if (existsSync(new URL("node_modules/wechat", import.meta.url))) return;
  console.error("The peers are not installed: run `npm ci --ignore-scripts --prefix bench` first.");
  process.exit(1);
}

/** The path of a single file, `echostr.mjs` or another, which is built when it is missing. */
export function requireBuild(name, file) {
  if (file !== undefined) return file;
  const root = fileURLToPath(new URL("..", import.meta.url));
  const built = fileURLToPath(new URL(`../dist/${name}`, import.meta.url));
  if (!existsSync(built)) {
    try {
      execFileSync("make", ["build"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    } catch {
      // The sentence below says it.
    }
  }
  if (!existsSync(built)) {
    console.error(`dist/${name} is missing and make build did not make it.`);
    process.exit(1);
  }
  return built;
}

/** An option that must be a whole number above zero. */
export function count(values, name) {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`--${name} must be a whole number above 0, got ${values[name]}`);
  process.exit(1);
}
