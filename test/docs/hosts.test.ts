/** What docs/guide/hosts.md shows is what `make hosts` has started. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { areTheSame } from "./languages.ts";
import { readDocument, readText, ROOT } from "./markdown.ts";
import type { Document, Table } from "./markdown.ts";

interface Host {
  readonly title: string;
  readonly version?: string;
  readonly file?: string;
  readonly missing?: string;
}

interface Hosts {
  readonly HOSTS: Readonly<Record<string, Host>>;
  linesOf(file: string): number;
}

const CODE = "bench/hosts/code";
const ENGLISH: Document = readDocument("docs/guide/hosts.md");
const CHINESE: Document = readDocument("docs/guide/hosts.zh-CN.md");
/** They differ from files of the page in what they are tried with, and the prose says so. */
const NOT_SHOWN = ["app.module.mjs", "express-parsers.mjs", "koa-parser.mjs", "nest-fastify.mjs"];

areTheSame("docs/guide/hosts.md", ENGLISH, CHINESE);

describe("docs/guide/hosts.md", () => {
  test("has blocks of code", () => assert.ok(ENGLISH.blocks.length > 15));

  test("shows the files that were started, letter by letter, and none besides", () => {
    const shown = ENGLISH.blocks.filter(({ language }) => language !== "sh").map(({ code }) => code);
    const files = readdirSync(join(ROOT, CODE)).filter((file) => !NOT_SHOWN.includes(file));
    assert.deepEqual(shown.sort(), files.map((file) => readText(`${CODE}/${file}`)).sort());
  });

  test("has in its table what was tried: all is right, with the versions of the fixture, in at most 8 lines", async () => {
    const { HOSTS, linesOf } = (await import(pathToFileURL(join(ROOT, "bench/hosts/hosts.mjs")).href)) as Hosts;
    const [, ...rows] = ENGLISH.tables.at(-1) as Table;
    assert.deepEqual(rows.map(([title]) => title), Object.values(HOSTS).map(({ title }) => title));
    for (const [index, { title, version, file = "", missing }] of Object.values(HOSTS).entries()) {
      const [, shownVersion, ...cells] = rows[index] ?? [];
      const lines = cells.pop();
      assert.deepEqual(cells, ["right", "right", "right", "right"], title);
      assert.ok(Number(lines) <= 8, title);
      // What is no package has the version of the machine on which it was tried.
      if (missing !== undefined || version === undefined || /nginx|Caddy/.test(title)) continue;
      assert.deepEqual([shownVersion, lines], [version, String(linesOf(file))], title);
    }
  });

  test("names what fails on Bun and Deno, and nothing that does not", () => {
    const known = JSON.parse(readText("bench/hosts/runtimes.json")) as Record<string, Record<string, object>>;
    for (const [runtime, { skip = {}, fails = {} }] of Object.entries(known)) {
      for (const [what, reason] of [...Object.entries(skip), ...Object.entries(fails)]) {
        assert.ok(ENGLISH.prose.replaceAll("\n", " ").includes(`${reason}`), `${runtime}: ${what}: ${reason}`);
      }
    }
  });
});
