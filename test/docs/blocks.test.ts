/** The programs of the manual run, and do what the prose beside them says. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startStandIn } from "../api/stand-in.ts";
import { ACCOUNT, plainDelivery, textMessage } from "../server/platform.ts";
import { exchange } from "../support/http.ts";
import { compiles } from "./compile.ts";
import type { Block } from "./markdown.ts";
import { LAB_FILES } from "./lab-programs.ts";
import { readManual } from "./pages.ts";
import { ENVIRONMENT, EXPECTED } from "./programs.ts";
import { perform } from "./stage.ts";

/** The first line of a program is its name. */
function nameOf(block: Block): string {
  return /^\/\/ (\S+)\n/.exec(block.code)?.[1] ?? "a program without a name";
}

for (const language of ["en", "zh"] as const) {
  const programs = readManual(language).blocks.filter((block) => /^[tj]s$/.test(block.language));

  describe(`The programs of the manual do what it says, ${language}`, () => {
    test("and each of them is known here", () => {
      assert.deepEqual(programs.map(nameOf).sort(), Object.keys(EXPECTED).sort());
    });

    for (const program of programs) {
      const name = nameOf(program);
      test(name, async (context) => {
        const standIn = await startStandIn((end) => context.after(end));
        const environment = { ...ENVIRONMENT, WECHAT_API_BASE: standIn.base };
        const files = { ...LAB_FILES, "bot.ts": named("bot.ts").code };
        const performance = await perform(context, program, environment, files);
        await EXPECTED[name]?.(performance, context, standIn);
      });
    }
  });
}

test("Behind the body parser the bot of the express program gets no body", async (context) => {
  const { code } = named("express.mjs");
  const lines = ["app.use(bot.handler);", "app.use(express.json());"];
  const swapped = code.replace(lines.join("\n"), lines.toReversed().join("\n"));
  assert.notEqual(swapped, code);
  const performance = await perform(context, { language: "js", code: swapped }, ENVIRONMENT);
  const answer = await exchange(performance.port(), plainDelivery(ACCOUNT, textMessage("早")));
  assert.equal(answer.status, 500);
});

test("The TypeScript of the manual has no error of type", (context) => {
  const programs = readManual("en").blocks.filter(({ language }) => language === "ts");
  compiles(context, Object.fromEntries(programs.map((each) => [nameOf(each), each.code])));
});

function named(name: string): Block {
  const found = readManual("en").blocks.find((block) => nameOf(block) === name);
  if (found === undefined) throw new Error(`The manual has no program ${name}`);
  return found;
}
