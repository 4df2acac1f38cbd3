/**
 * No secret, no token and no whole openid stands in a line of log, in the whole run of the tests:
 * whatever can log is under the watch of `support/watch.ts`, and the watch sees.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ACCOUNT, FOLLOWER } from "./server/platform.ts";
import { typeLoader } from "./support/programs.ts";
import { LEAK, Watch } from "./support/watch.ts";
import type { Inspected } from "./support/watch.ts";
import { MAKERS } from "./support/watched-library.ts";
import { watchProcess } from "./support/watched-process.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

interface TestFile {
  readonly path: string;
  readonly source: string;
}

const files: readonly TestFile[] = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path, source: readFileSync(join(folder, path), "utf8") }));

/** Processes that have no log, and are given nothing secret. */
const WITHOUT_LOG: Readonly<Record<string, string>> = {
  "at-rest.test.ts": "programs that import files and end",
  "bundled.test.ts": "the bundles of applications, which end at once",
  "docs/compile.ts": "the compiler",
  "docs/demonstrations.ts": "openssl and the like",
  "docs/protocol-cases.test.ts": "python3, which is given a frame made up for it",
  "faults/disk-full.test.ts": "unshare, which is asked whether it may",
  "lab/check/send.test.ts": "curl, as the document prints it",
  "lab/play/page.test.ts": "the compiler",
  "lab/play/webdriver.ts": "chromedriver, whose output is thrown away",
  "protocol/reply-kinds.test.ts": "the compiler",
  "scripts/pictures.test.ts": "xmllint, which is given the pictures of the documents",
  "simulation/plants.ts": "the simulator, in a copy of the source; it has no secrets",
  "simulation/run.ts": "its own workers, which have no secrets",
  "store/sqlite-files.ts": "a store that writes numbers",
  "support/redis.ts": "redis-server, whose output is thrown away",
  "support/xmllint.ts": "xmllint, which is given documents made up for it",
};

describe("Under the watch is", () => {
  test("each file of the tests that starts a process", () => {
    const starting = files.filter(({ source }) => source.includes('from "node:child_process"'));
    assert.ok(starting.length > 5, `only ${starting.length} found`);
    for (const { path, source } of starting) {
      const isTypeOnly = !/import (?!type)[^;]*"node:child_process"/.test(source);
      if (isTypeOnly || path in WITHOUT_LOG) continue;
      assert.ok(source.includes("watchProcess("), `${path} starts a process and does not watch it`);
    }
    for (const path of Object.keys(WITHOUT_LOG)) {
      assert.ok(starting.some((file) => file.path === path), `${path} starts no process`);
    }
  });

  test("whatever makes bots, servers, stores and clients of the API", () => {
    const made = new RegExp(`\\b(?:${MAKERS.join("|")})\\b`);
    const imports = /^import (?!type)([^;]*?) from "[./]*\/src\/[^"]*"/gm;
    for (const { path, source } of files) {
      assert.doesNotMatch(source, /\bnew (?:echostr\.)?Bot\(/, `${path} must call createBot`);
      for (const [line, names = ""] of source.matchAll(imports)) {
        assert.ok(!made.test(names), `${path} must take it from support/subject.ts: ${line}`);
        if (!names.startsWith("*")) continue;
        assert.match(source, /watched\(/, `${path} must put it under the watch: ${line}`);
      }
    }
  });
});

describe("A test file", { concurrency: true }, () => {
  interface Run {
    readonly status: number | null;
    readonly output: string;
  }

  /** Runs `support/leaky.ts` as `node --test` would, with leaks in these places. */
  async function run(...places: readonly string[]): Promise<Run> {
    const file = join(folder, "support/leaky.ts");
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = spawn(process.execPath, [...typeLoader(), file, ...places], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    // Its leaks are meant, and must not be taken for ours.
    watchProcess(child, { watch: new Watch(() => {}) });
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit") as Promise<[number | null]>,
    ]);
    return { status, output: stdout + stderr };
  }

  const LEAKS: Readonly<Record<string, readonly RegExp[]>> = {
    log: [/log of createBot has openid: "It failed for \[openid\] today"/],
    stderr: [/stderr has token: ".*It failed for \[token\] today/],
    process: [/stdout of node bot\.mjs has token: ".*It failed for \[token\] today/],
  };
  let leaking: Run = { status: null, output: "" };
  let clean: Run = leaking;

  before(async () => {
    [leaking, clean] = await Promise.all([run(...Object.keys(LEAKS)), run()]);
  });

  test("fails when a line of log holds a secret or an openid", () => {
    assert.equal(leaking.status, 1, leaking.output);
    assert.doesNotMatch(leaking.output, /^not ok|^✖ \w/m, "each of its tests is green");
  });

  for (const [place, sentences] of Object.entries(LEAKS)) {
    test(`names what stands in the ${place}`, () => {
      const told = leaking.output.split("\n").filter((line) => line.startsWith(LEAK));
      for (const sentence of sentences) assert.match(told.join("\n"), sentence);
    });
  }

  test("does not show what it has found", () => {
    const shown = leaking.output.split("\n").filter((line) => !line.includes("  Token  "));
    assert.ok(shown.length > 10);
    for (const line of shown) assert.ok(!line.includes(ACCOUNT.token) && !line.includes(FOLLOWER));
  });

  test("passes when none does, and has looked at each place", () => {
    assert.equal(clean.status, 0, clean.output);
    assert.ok(!clean.output.includes(LEAK), clean.output);
    const [counts = "{}"] = /^\{.*\}$/m.exec(clean.output) ?? [];
    const { entries = 0, lines = 0 } = JSON.parse(counts) as Partial<Inspected>;
    assert.equal(entries, 1, "the entry of the first");
    // The second writes at least its line, the third the lines of its start, its entry, its end.
    assert.ok(lines >= 12, counts);
  });
});
