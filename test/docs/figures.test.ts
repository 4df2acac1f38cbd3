/** The READMEs' tables of figures are what `make figures` found last. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { COMMANDS } from "../../scripts/figures/commands.ts";
import { figureTable, READMES, readFigures, withTable } from "../../scripts/figures/tables.ts";
import type { AllFigures, Language } from "../../scripts/figures/tables.ts";
import { readText } from "./markdown.ts";

const kept = JSON.parse(readText("scripts/figures/figures.json")) as AllFigures;

/** The ends of what the commands print, with made-up numbers. */
const PRINTED: Readonly<Record<string, readonly [output: string, row: string]>> = {
  test: ["# tests 4519\n# suites 3\n# fail 0\n# skipped 1\n", "4,519 tests, 0 failed, 1 skipped"],
  coverage: [
    "ℹ all files    |  99.50 |   100.00 |   98.80 | \nℹ end of coverage report\n",
    "99.5 % of the lines and 100 % of the branches of " +
      "`protocol`, `delivery`, `bot` and `callback.ts`",
  ],
  mutants: [
    "mutants    420\ncaught     401, 2 of them because they did not end\n" +
      "survivors  19, of which 18 cannot be told from the source, with the reason\n" +
      "share      95.5 % of all, 99.8 % of those that can be told\n",
    "420 mutants chosen at random: 401 found by the tests (95.5 %); " +
      "18 of the 19 others are equivalent to the source",
  ],
  fuzz: [
    "xml          100000 runs, 0 failures, heap 8 to 8 MiB; refused 7\n" +
      "query         23456 runs, 1 failures, heap 8 to 8 MiB; read 9\n",
    "123,456 inputs, 1 failures",
  ],
  soak: [
    "quarter 1      5017 deliveries  11 s  heap 18.0 MiB  rss 262.5 MiB  25 descriptors  " +
      "handles: 1 X\n" +
      "quarter 4     20019 deliveries  44 s  heap 19.8 MiB  rss 353.5 MiB  26 descriptors  " +
      "handles: 1 X\n" +
      "wrong      0\nflat\n",
    "20,019 deliveries in 44 s, 0 wrong answers; heap 18 MiB after a quarter of them, " +
      "19.8 MiB at the end; 25 and 26 file descriptors",
  ],
  faults: [
    "sqlite, kill -9 under load: messages                  600 messages, 600 answered, 0 lost\n" +
      "sqlite, kill -9 under load: parked answers            171 parked, 170 given, 1 lost\n",
    "771 messages and late answers through kill -9, a full disk, a slow Redis " +
      "and an API whose name does not resolve: 1 lost",
  ],
};

describe("The figures of a command", () => {
  for (const command of COMMANDS) {
    const [output, told] = PRINTED[command.name] ?? ["", ""];

    test(`are read from what it prints: make ${command.name}`, () => {
      const values = readFigures(command, `something before\n${output}`);
      const figures = { values, node: "24.1.0", on: "2026-11-23" };
      const [, , row = ""] = figureTable({ [command.name]: figures }, "en").split("\n");
      assert.ok(row.endsWith(`| ${told} | 24.1.0 | 2026-11-23 |`), row);
      assert.ok(row.startsWith(`| \`make ${command.name}`), row);
      const [, , zh = ""] = figureTable({ [command.name]: figures }, "zh").split("\n");
      const numbers = (text: string): string[] => (text.match(/\d+(?:[,.]\d+)*/g) ?? []).sort();
      assert.deepEqual(numbers(zh), numbers(row), "the same numbers in both languages");
    });

    test(`are not made up when it prints none: make ${command.name}`, () => {
      assert.throws(() => readFigures(command, output.replaceAll(/\d+/g, "none")), /did not print/);
    });
  }
});

describe("The table of figures", () => {
  for (const [language, readme] of Object.entries(READMES)) {
    test(`is the one that make figures wrote: ${readme}`, () => {
      assert.deepEqual(Object.keys(kept).sort(), COMMANDS.map(({ name }) => name).sort());
      const text = readText(readme);
      assert.equal(withTable(text, figureTable(kept, language as Language)), text);
    });
  }

  test("of a README that has none cannot be renewed", () => {
    assert.throws(() => withTable("# echostr\n", figureTable(kept, "en")), /no table of figures/);
  });
});
