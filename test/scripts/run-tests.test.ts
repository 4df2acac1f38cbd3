/** `make test` runs every test file, and is red for each that is not as it should be. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { Outcome } from "../../scripts/test/outcome.ts";
import { ALONE, planOf, SLOW } from "../../scripts/test/plan.ts";
import { temporaryFolder } from "../cli/process.ts";
import { typeLoader } from "../support/programs.ts";
import { watchProcess } from "../support/watched-process.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("The plan", () => {
  const filesOf = (kind: string): string[] => planOf(kind.split(" ")).flatMap(({ files }) => files);

  test("has each test file once, in the quick run or in the slow one", () => {
    const there = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => `test/${name}`);
    assert.ok(there.length > 150);
    assert.deepEqual([...filesOf("quick"), ...filesOf("slow")].sort(), there.sort());
  });

  test("gives each slow one a process of its own", () => {
    const each = Object.keys(SLOW).sort().map((file) => ({ name: file, files: [file], isAlone: file in ALONE }));
    assert.deepEqual(planOf(["slow"]), each);
    assert.ok(each.some(({ isAlone }) => isAlone) && each.some(({ isAlone }) => !isAlone));
  });

  test("runs each quick one beside others", () => {
    for (const part of planOf(["quick"])) assert.equal(part.isAlone, false, part.name);
  });

  test("begins with what takes longest, and cuts it in two", () => {
    const names = planOf(["quick"]).map(({ name }) => name);
    assert.deepEqual(names.slice(0, 3), ["test/api-1", "test/api-2", "test/cli"]);
  });

  test("runs against the single files what takes the library from them", () => {
    const surface = filesOf("quick surface");
    for (const name of ["api/menu", "cli/serve"]) {
      assert.ok(surface.includes(`test/${name}.test.ts`), name);
    }
    assert.ok(!surface.includes("test/store/memory.test.ts"));
    assert.ok(!filesOf("slow surface").includes("test/single-file.test.ts"));
  });

  test("does not start the same server again for the library in its other format", () => {
    const [surface, library] = [filesOf("quick surface"), filesOf("quick library")];
    assert.ok(library.length > 150 && library.every((file) => surface.includes(file)));
    assert.deepEqual(["api/menu", "cli/settings"].map((name) => library.includes(`test/${name}.test.ts`)), [true, false]);
  });

  test("knows nothing else", () => {
    for (const words of [[], ["quik"], ["quick", "test/a.test.ts"], ["surface"], ["slow", "surface", "library"]]) {
      assert.throws(() => planOf(words), /^Error: quick or slow, with surface, library or neither, or files/);
    }
  });
});

describe("A run", () => {
  interface Run {
    readonly status: number | null;
    readonly output: string;
  }

  /** Runs test files, which are given as their code behind an import of `test`. */
  async function run(context: TestContext, sources: Record<string, string>): Promise<Run> {
    const folder = temporaryFolder(context);
    const files = Object.entries(sources).map(([name, code]) => {
      const file = join(folder, `${name}.test.ts`);
      writeFileSync(file, `import { describe, test } from "node:test";\n${code}\n`);
      return file;
    });
    const args = [...typeLoader(), "scripts/test/main.ts", ...files];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    watchProcess(child);
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit") as Promise<[number | null]>,
    ]);
    return { status, output: stdout + stderr };
  }

  const GOOD = 'test("one", () => {});';

  test("is green when each file is, also where one is skipped", async (context) => {
    const skipped = 'describe("all", { skip: "not here" }, () => { test("two", () => {}); });';
    const { status, output } = await run(context, { good: GOOD, skipped, again: GOOD });
    assert.equal(status, 0, output);
    assert.match(output, /^(?:#|ℹ) tests 2$/m);
  });

  test("is red for a file that fails, cannot be loaded or holds no test", async (context) => {
    const { status, output } = await run(context, {
      good: GOOD,
      fails: 'describe("some", () => { test("is wrong", () => { throw new Error("no"); }); });',
      broken: `${GOOD}\nthrow new Error("broken");`,
      missing: 'import "./nothing.ts";',
      empty: "export {};",
      last: 'test("the last is run", () => {});',
    });
    assert.equal(status, 1, output);
    assert.match(output, /✖ is wrong/);
    for (const name of ["fails", "broken", "missing"]) {
      assert.match(output, new RegExp(`^✖ \\S+/${name}\\.test\\.ts`, "m"), name);
    }
    assert.match(output, /^✖ \S+\/empty\.test\.ts holds no test that was run$/m);
    assert.match(output, /✔ the last is run/);
    assert.doesNotMatch(output, /^✖ \S+\/(?:good|last)\.test\.ts/m);
  });

  test("is red for a file that ends its process, and for those after it", async (context) => {
    const ends = `${GOOD}\ntest("two", () => { process.exit(0); });`;
    const { status, output } = await run(context, { good: GOOD, ends, after: GOOD });
    assert.equal(status, 1, output);
    for (const name of ["ends", "after"]) {
      const fault = new RegExp(`^✖ \\S+/${name}\\.test\\.ts did not come to its end$`, "m");
      assert.match(output, fault);
    }
  });

  test("is red when all tests pass and the process ends with another status", async (context) => {
    const late = 'test("one", () => { process.on("exit", () => { process.exitCode = 1; }); });';
    const { status, output } = await run(context, { late });
    assert.equal(status, 1, output);
  });
});

test("A file of which nothing was told did not come to its end", () => {
  const outcome = new Outcome(["a", "b", "c"]);
  outcome.ended({ name: "one", nesting: 1, details: {} }, true);
  outcome.ended({ name: "a", nesting: 0, details: { type: "suite" } }, true);
  outcome.ended({ name: "some", nesting: 1, details: { type: "suite" } }, true);
  outcome.ended({ name: "b", nesting: 0, details: { type: "suite" } }, true);
  assert.deepEqual(outcome.faults(), ["b holds no test that was run", "c did not come to its end"]);
  assert.equal(outcome.hasFailed, false);
});
