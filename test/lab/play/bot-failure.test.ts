/** What the page is told of a handler that throws: in which line, and whose lines of the log are whose. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, test } from "node:test";
import { placeIn } from "../../../lab/play/bot-place.ts";
import { temporaryFolder } from "../../cli/process.ts";
import { stage } from "./stage.ts";

const handling = (handler: string): string =>
  `export default (bot) => {\n  bot.on("text",\n${handler}\n  );\n};\n`;

describe("A handler that throws", () => {
  test("is told with its line, what stands there, and what it printed before", async (context) => {
    const { window } = await stage(context, {
      bot: handling('() => { console.log("so far"); throw new TypeError("no such thing"); }'),
    });
    assert.equal(await window.says("a"), "nothing");
    const { deliveries } = await window.sees("the failure", (state) =>
      state.deliveries.some(({ failure }) => failure !== undefined),
    );
    const { failure, log = [] } = deliveries.at(-1) ?? {};
    assert.equal(failure?.code, "HANDLER_FAILED");
    assert.equal(failure?.message, "no such thing");
    assert.equal(failure?.place?.file, "bot.mjs");
    assert.equal(failure?.place?.line, 3);
    assert.match(failure?.place?.text ?? "", /throw new TypeError\("no such thing"\)/);
    // The line of the handshake may come in as late as that of the message.
    const [first] = log.filter(({ text }) => !text.startsWith("verified"));
    assert.equal(first?.text, "so far");
    assert.match(log.at(-1)?.text ?? "", /HANDLER_FAILED {2}no such thing\nTypeError/);
  });

  test("is not mistaken for that of another message that is under way", async (context) => {
    const { window } = await stage(context, {
      bot: handling(`async ({ Content }) => {
        console.log("begins " + Content);
        if (Content === "quick") return "done";
        await new Promise((resolve) => setTimeout(resolve, 300));
        throw new Error("of " + Content);
      }`),
    });
    const [one = "", other = ""] = window.state.followers.map(({ id }) => id);
    for (const [openId, Content] of [
      [one, "slow"],
      [other, "slow too"],
      [one, "quick"],
    ] as const) {
      await window.tell({ do: "send", openId, description: { MsgType: "text", Content } });
      await window.sees(Content, ({ log }) => log.some(({ text }) => text === `begins ${Content}`));
    }
    const { deliveries } = await window.sees(
      "both failures",
      (state) => state.deliveries.filter(({ failure }) => failure !== undefined).length === 2,
    );
    assert.deepEqual(
      deliveries.slice(1).map(({ description, failure }) => [description["Content"], failure?.message]),
      [
        ["slow", "of slow"],
        ["slow too", "of slow too"],
        ["quick", undefined],
      ],
    );
  });

  test("in something that it did not wait for is told too, though the answer was right", async (context) => {
    const { window } = await stage(context, {
      bot: handling('() => { void Promise.resolve().then(() => { throw new Error("later"); }); }'),
    });
    assert.equal(await window.says("a"), "nothing");
    const { deliveries } = await window.sees("the failure", (state) =>
      state.deliveries.some(({ failure }) => failure !== undefined),
    );
    const { failure } = deliveries.at(-1) ?? {};
    assert.equal(failure?.of, "stray");
    assert.equal(failure?.message, "Error: later");
    assert.equal(failure?.place?.line, 3);
  });

  test("is told without a line when what it threw has no stack", async (context) => {
    const { window } = await stage(context, { bot: handling('() => { throw "just a text"; }') });
    await window.says("a");
    const { deliveries } = await window.sees("the failure", (state) =>
      state.deliveries.some(({ failure }) => failure !== undefined),
    );
    const { failure } = deliveries.at(-1) ?? {};
    assert.equal(failure?.place, undefined);
    assert.match(failure?.message ?? "", /just a text/);
  });
});

describe("The place of an error", () => {
  test("is the first line of the bot's own in its stack, the bot file before what it imports", (context) => {
    const folder = temporaryFolder(context);
    const [bot, words] = [join(folder, "my bot (2).mjs"), join(folder, "words.ts")];
    writeFileSync(bot, "one\n  two();\nthree\n");
    const at = (stack: string): string => {
      const place = placeIn(stack, [bot, words]);
      return place === undefined ? "" : `${place.file}:${place.line}:${place.column} ${place.text}`;
    };
    const url = pathToFileURL(bot).href;
    assert.equal(at(`Error: x\n    at f (node:internal/x:1:2)\n    at g (${url}:2:3)`), "my bot (2).mjs:2:3 two();");
    assert.equal(at(`Error: x\n    at async ${url}:2:3`), "my bot (2).mjs:2:3 two();");
    assert.equal(at(`Error: x\n    at h (${words}:9:1)\n    at g (${bot}:1:1)`), "my bot (2).mjs:1:1 one");
    assert.equal(at(`Error: x\n    at h (${words}:9:1)`), "words.ts:9:1 ");
    assert.equal(at(`Error: x\n    at ${url}:99:1`), "my bot (2).mjs:99:1 ");
    for (const none of ["", "Error: x", "Error: x\n    at f (/elsewhere/a.mjs:1:1)", "at file://%zz:1:1", `Error: x\n    at /x${bot}:1:1`]) {
      assert.equal(at(none), "", none);
    }
  });
});
