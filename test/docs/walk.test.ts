/** One text message crosses few files, and docs/walk.md tells of them in the order of the way. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { wayOf } from "../../scripts/walk/way.ts";
import type { Called, Place, Way } from "../../scripts/walk/way.ts";
import { stripsTypes } from "../cli/process.ts";
import { sourceLinks } from "./declarations.ts";
import { readText } from "./markdown.ts";
import { watchProcess } from "../support/watched-process.ts";

/** The most files and changes of file, each mode. */
const BOUNDS = {
  plain: { files: 21, changes: 100 },
  safe: { files: 23, changes: 130 },
} as const;

type Mode = keyof typeof BOUNDS;

const ways = await follow();

async function follow(): Promise<Readonly<Record<Mode, Way>>> {
  const file = fileURLToPath(new URL("../../scripts/walk/main.ts", import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const loader = stripsTypes() ? [] : ["--import", tsx];
  const running = promisify(execFile)(process.execPath, [...loader, file, "--json"], {
    timeout: 60_000,
    maxBuffer: 8 * 1024 * 1024,
  });
  watchProcess(running.child);
  return JSON.parse((await running).stdout) as Readonly<Record<Mode, Way>>;
}

for (const [mode, most] of Object.entries(BOUNDS)) {
  test(`A text in ${mode} mode crosses ${most.files} files at most, with ${most.changes} changes`, () => {
    const { files, functions, changes, steps } = ways[mode as Mode];
    const found = `${files} files, ${functions} functions, ${changes} changes of file`;
    assert.ok(files <= most.files && changes <= most.changes, found);
    // Nobody is to believe a way that was lost on its way.
    for (const name of ["receive", "parseXml", "deliver", "formatReply", "send", "visibleEntry"]) {
      assert.ok(steps.some((step) => step.name === name), `${name} was not entered`);
    }
  });
}

/** What docs/walk.md links to beside the functions that this message enters. */
const BESIDE: readonly string[] = [
  // Before the first message, and around all of them.
  "startServer",
  "createNodeHandler",
  "createBot",
  "Bot",
  // Tables.
  "statusOf",
  "MESSAGE_KINDS",
  // For an answer that is not there at once.
  "DeliveryEngine.#wait",
  "DeliveryEngine.#giveNothing",
];

describe("docs/walk.md", () => {
  const { steps } = ways.safe;
  const links = sourceLinks("docs/walk.md", readText("docs/walk.md"));

  test("names the functions in the order in which a text in safe mode enters them", () => {
    let at = -1;
    for (const { name, path } of links.filter((link) => !BESIDE.includes(link.name))) {
      const own = name.split(".").at(-1);
      const file = path.replace("src/", "");
      const next = steps.findIndex((step, index) => index > at && step.name === own && step.file === file);
      assert.ok(next !== -1, `${name} is not entered behind ${steps[at]?.name ?? "the beginning"}`);
      at = next;
    }
    assert.ok(at > steps.length * 0.9, "the page ends before the message does");
  });

  test("has nothing else that is not on a list", () => {
    const entered = steps.map(({ name, file }) => `${file} ${name}`);
    for (const name of BESIDE) {
      const link = links.find((each) => each.name === name);
      assert.ok(link !== undefined, `${name} is on the list, and not on the page`);
      const step = `${link.path.replace("src/", "")} ${name.split(".").at(-1) ?? ""}`;
      assert.ok(!entered.includes(step), `${name} is entered`);
    }
  });
});

describe("The way of a message", () => {
  const place = (file: string, name: string): Place => {
    return { url: `file:///src/${file}`, name, at: `${file} ${name}` };
  };
  const called = (file: string, name: string, count: number): Called => {
    return { url: `file:///src/${file}`, name, startOffset: 0, endOffset: 1, count };
  };
  const [outer, first, second] = [place("a.ts", "outer"), place("b.ts", "first"), place("b.ts", "second")];
  const functions = [called("a.ts", "outer", 1), called("b.ts", "first", 1), called("b.ts", "second", 2)];

  test("has each function that was entered, its file, and how deep it was called", () => {
    const way = wayOf("file:///src/", functions, [
      { called: 0, stack: [outer] },
      { called: 1, stack: [first, outer] },
      { called: 2, stack: [second, first, outer] },
    ]);
    assert.deepEqual(way.steps, [
      { name: "outer", file: "a.ts", depth: 0 },
      { name: "first", file: "b.ts", depth: 1 },
      { name: "second", file: "b.ts", depth: 2 },
    ]);
    assert.deepEqual([way.files, way.functions, way.changes], [2, 3, 1]);
  });

  test("goes back through the callers: a change of file there counts as one forth", () => {
    const { changes } = wayOf("file:///src/", functions, [
      { called: 0, stack: [outer] },
      { called: 1, stack: [first, outer] },
      { called: 2, stack: [second, outer] },
      { called: 2, stack: [second, outer] },
    ]);
    assert.equal(changes, 5);
  });

  test("begins anew where nothing is on the stack any more", () => {
    const { changes } = wayOf("file:///src/", functions, [
      { called: 0, stack: [outer] },
      { called: 1, stack: [first] },
      { called: 2, stack: [second] },
    ]);
    assert.equal(changes, 1);
  });

  test("does not count the rounds of a loop that a function begins with", () => {
    const rounds = [0, 1, 1, 1].map((index) => ({ called: index, stack: index ? [first, outer] : [outer] }));
    assert.equal(wayOf("file:///src/", functions, rounds).steps.length, 2);
  });
});
