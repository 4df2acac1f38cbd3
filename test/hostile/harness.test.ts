/**
 * `make hostile` finds what it is there to find: servers with one weakness each are told from one
 * that has none, with a few peers and in a few seconds.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { watchProcess } from "../support/watched-process.ts";

const folder = fileURLToPath(new URL("../../bench/hostile/", import.meta.url));
const linuxOnly = { skip: process.platform === "linux" ? false : "/proc is read" };

interface Run {
  readonly status: number | null;
  readonly output: string;
}

/** Runs the harness against the weak server. */
function hostile(settings: Readonly<Record<string, string>>, limit = 4000): Promise<Run> {
  return collect(`ulimit -n ${limit} && exec "$NODE" "$RUN"`, {
    NODE: process.execPath,
    RUN: join(folder, "run.mjs"),
    SERVER: "test/hostile/weak-server.mjs",
    LIBRARY: "src/index.ts",
    TRANSPORTS: "plain",
    WEAKNESS: "none",
    SHORT: "1",
    FREE_MS: "1500",
    ...settings,
  });
}

async function collect(command: string, settings: Readonly<Record<string, string>>): Promise<Run> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn("bash", ["-c", command], {
    env: { ...env, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  watchProcess(child);
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { status, output: stdout + stderr };
}

// They wait for most of their time; but one that is sound must not be disturbed.
describe("The hostile peers find a server", { ...linuxOnly, concurrency: 3 }, () => {
  const WEAK: readonly (readonly [string, string, string, RegExp])[] = [
    ["never ends", "half-head", "100", /BROKEN  half-head.* 100 connections were held 1\.5 s after/],
    ["keeps bodies", "unsigned-held", "500", /BROKEN  unsigned-held.*: memory reached (?:[3-9]\d\d|\d{4}) MiB/],
    ["delays", "closes-at-once", "100", /BROKEN  nobody.* was answered after 1[2-9]\d\d ms/],
    ["answers wrongly", "idle", "50", /BROKEN .*not answered \((?:plain|safe): the answer is <xml>/],
    ["loses some", "no-body", "20", /BROKEN .* honest deliveries were not answered/],
    ["ends itself", "never-closes", "20", /BROKEN  never-closes.*: the server ended\n/],
  ];
  for (const [weakness, kind, count, sentence] of WEAK) {
    test(`that ${weakness}`, async () => {
      const run = await hostile({ WEAKNESS: weakness, KINDS: kind, COUNT: count });
      assert.match(run.output, sentence);
      assert.equal(run.status, 1, run.output);
    });
  }

});

describe("The hostile peers pass a server", linuxOnly, () => {
  test("that has none of these weaknesses", async () => {
    const run = await hostile({ KINDS: "half-head reset-in-body", COUNT: "100" });
    assert.match(run.output, /^held$/m);
    assert.match(run.output, /^\| half-head +\| [\d.]+ +\| plain \| +\d+ \| +(?:9\d|10\d) \|/m);
    assert.equal(run.status, 0, run.output);
  });
});

describe("Without what it needs the harness says so", linuxOnly, () => {
  test("when too few file descriptors may be open", async () => {
    const run = await hostile({ COUNT: "1000" }, 700);
    assert.equal(run.output, "COUNT=1000 needs 1200 file descriptors for a process, got 700: " +
      "raise it (ulimit -n 1200) or take a smaller COUNT\n");
    assert.equal(run.status, 2);
  });

  test("when it is asked for a kind that there is not", async () => {
    const run = await hostile({ KINDS: "silent noisy" });
    assert.match(run.output, /^KINDS: some of nobody, silent, .* expected, got noisy\n$/);
    assert.equal(run.status, 2);
  });
});

describe("The hostile peers", () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const programs = files.filter((path) => path.endsWith(".mjs"));

  test("know nothing of the server: they import Node and each other", () => {
    assert.ok(programs.length > 12, `only ${programs.length} found`);
    for (const path of programs) {
      const source = readFileSync(join(folder, path), "utf8");
      for (const [, name = ""] of source.matchAll(/^import .*?from "([^"]+)";/gms)) {
        assert.match(name, /^(?:node:|\.\.?\/(?!.*\bsrc\b))/, `${path} imports ${name}`);
      }
    }
  });
});
