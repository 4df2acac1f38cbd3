/** The manual's tables of options are those of the source: the names, and each default. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BOT_OPTIONS } from "../../src/bot-options.ts";
import { BOT_FILE_OPTIONS } from "../../src/cli/load-bot.ts";
import { codeIn, tableWith } from "./markdown.ts";
import { COMPUTED, OPTION_TABLES } from "./option-tables.ts";
import { readManual } from "./pages.ts";

for (const language of ["en", "zh"] as const) {
  const manual = readManual(language);

  describe(`The tables of the manual, ${language}`, () => {
    for (const [row, options] of Object.entries(OPTION_TABLES)) {
      const [, ...rows] = tableWith(manual, `\`${row}\``);
      const told = new Map(rows.map(([name = "", value = ""]) => [codeIn(name)[0], value]));

      test(`have the options beside ${row}, all of them and no other`, () => {
        assert.equal(told.size, rows.length);
        assert.deepEqual([...told.keys()].sort(), Object.keys(options).sort());
      });

      for (const [name, { default: value }] of Object.entries(options)) {
        test(`tell the default of ${name}`, () => {
          const cell = told.get(name) ?? "";
          const literals = codeIn(cell).flatMap((code) => literalOf(code, cell) ?? []);
          const isLiteral = ["number", "boolean", "string"].includes(typeof value) && value !== "";
          assert.deepEqual(literals, isLiteral ? [value] : (COMPUTED[name] ?? []));
        });
      }
    }

    test("may be used in bot files, but for what comes from the environment", () => {
      const kept = Object.keys(BOT_OPTIONS).filter((name) => !(name in BOT_FILE_OPTIONS));
      const told = /`options`[^`]*`createBot`([^]*?)(?:environment|环境)/.exec(manual.prose);
      const sentence = told?.[1] ?? "";
      assert.deepEqual(codeIn(sentence.replaceAll("\n", " ")).sort(), kept.sort());
    });
  });
}

/** `10_000`, `true`, `"/wx"`; a text that is the whole cell has no quotes. `Date.now` is none. */
function literalOf(code: string, cell: string): string | number | boolean | undefined {
  if (/^[\d_]+$/.test(code)) return Number(code.replaceAll("_", ""));
  if (code === "true" || code === "false") return code === "true";
  if (/^".*"$/.test(code)) return code.slice(1, -1);
  return cell === `\`${code}\`` && !/^[\w.:]+$/.test(code) ? code : undefined;
}
