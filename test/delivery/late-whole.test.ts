/** What `onLate` gets of a long answer: all of it, white space too, in pieces that ask for nothing. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Reply } from "../../src/index.ts";
import { TurnedPlatform } from "./turned-platform.ts";

const TEXTS: Readonly<Record<string, string>> = {
  "paragraphs": `${"第一句。第二句比第一句要长一些。".repeat(4)}\n\n`.repeat(20),
  "indented lines": `- item\n    ${"word ".repeat(20)}\n\n`.repeat(60),
  "spaces at the end of lines": `${"word  ".repeat(12)}  \n`.repeat(60),
  "links": `看<a href="https://example.com/a b">这里</a>，还有 https://example.com/?q=1 和\n`.repeat(60),
};

async function late(content: string): Promise<readonly (readonly Reply[])[]> {
  const got: (readonly Reply[])[] = [];
  const onLate = (_message: unknown, replies: readonly Reply[]): void => void got.push(replies);
  const wechat = new TurnedPlatform({ delivery: { late: { push: "customer-service", onLate } } });
  wechat.bot.on("text", async () => {
    await wechat.clock.sleep(20_000);
    return content;
  });
  wechat.say("长");
  await wechat.clock.turn(40_000);
  return got;
}

describe("The pieces of a late answer that onLate gets are, joined, the answer, when it has", () => {
  for (const [what, text] of Object.entries(TEXTS)) {
    test(what, async () => {
      const [replies = [], ...others] = await late(text);
      assert.deepEqual(others, []);
      assert.ok(replies.length > 1);
      const contents = replies.map((reply) => (reply.MsgType === "text" ? reply.Content : ""));
      assert.ok(contents.every((content) => Buffer.byteLength(content) <= 1800));
      assert.equal(contents.join(""), text);
    });
  }
});
