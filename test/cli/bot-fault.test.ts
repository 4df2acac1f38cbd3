/** A bot file that cannot be loaded is named with the place of its fault, on each Node that runs this. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { loadBot } from "../../src/cli/load-bot.ts";
import { stripsTypes, temporaryFolder } from "./process.ts";

const BOT = 'import "./words.mjs";\nexport default (bot) => {};\n';

type Files = Readonly<Record<string, string>>;

/** @returns what is said behind "cannot be loaded", with paths relative to the bot's folder */
async function saidOf(context: TestContext, files: Files): Promise<string> {
  const folder = temporaryFolder(context);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const file = join(folder, Object.keys(files)[0] ?? "");
  const error: unknown = await loadBot(file).then(() => assert.fail("it was loaded"), (thrown) => thrown);
  const { code, message } = error as { code: string; message: string };
  assert.equal(code, "BOT_FILE_INVALID");
  const [, said = ""] = message.split(" cannot be loaded: ");
  return said.replaceAll(`${relative(process.cwd(), folder)}/`, "").replaceAll(`${folder}/`, "");
}

describe("What is said of a bot file that cannot be loaded", () => {
  const cases: readonly (readonly [what: string, files: Files, said: RegExp | string])[] = [
    [
      "an error of syntax, with the line",
      { "bot.mjs": 'export default (bot) => {\n  bot.on("text", "a";\n};\n' },
      'missing ) after argument list (bot.mjs:2)\n      bot.on("text", "a";\n                     ^^^',
    ],
    [
      "one in a file that it imports",
      { "bot.mjs": BOT, "words.mjs": "\n\nexport const a = ;\n" },
      "Unexpected token ';' (words.mjs:3)\n    export const a = ;\n                     ^",
    ],
    [
      "one in CommonJS",
      { "bot.cjs": "module.exports = (bot) => {\n  bot.on(1 2);\n};\n" },
      /^missing \) after argument list \(bot\.cjs:2\)\n {6}bot\.on\(1 2\);\n {13}\^/,
    ],
    [
      "a name that a file does not export",
      { "bot.mjs": `import { b } from "./words.mjs";\n${BOT}`, "words.mjs": "export const a = 1;\n" },
      /^The requested module '\.\/words\.mjs' does not provide an export named 'b' \(bot\.mjs:1\)\n {4}import \{ b \}/,
    ],
    [
      "an error that it throws, with the first line of the bot's own",
      { "bot.mjs": BOT, "words.mjs": 'const none = null;\nJSON.parse("1");\nnone.word;\n' },
      "Cannot read properties of null (reading 'word') (words.mjs:3)",
    ],
    ["what is no error, without a place", { "bot.mjs": 'throw "thrown";\n' }, "thrown"],
    [
      "a file that is not there, without a place",
      { "bot.mjs": BOT },
      /^Cannot find module '[^']*words\.mjs' imported from [^\n]*bot\.mjs$/,
    ],
    [
      "a line that a program wrote, without the line",
      { "bot.mjs": `const a = ${"1 + ".repeat(200)};\n` },
      "Unexpected token ';' (bot.mjs:1)",
    ],
  ];
  for (const [what, files, said] of cases) {
    test(what, async (context) => {
      const found = await saidOf(context, files);
      if (typeof said === "string") assert.equal(found, said);
      else assert.match(found, said);
    });
  }

  test("TypeScript that Node cannot read", { skip: !stripsTypes() }, async (context) => {
    assert.match(
      await saidOf(context, { "bot.ts": "const one = 1;\nconst a: = 1;\n" }),
      /^[^\n]+ \(bot\.ts:2\)\n {4}const one = 1;\n {4}const a: = 1;\n {13}\^/,
    );
  });
});
