/** What a Request says of its body before the body is read. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ACCOUNT, plainDelivery, textMessage } from "./platform.ts";
import { PLAIN, tutorialBot } from "./serving.ts";

const LIMIT_BYTES = 2000;

/** Claims a length; counts how often its body is asked for more. */
function claiming(length: number): { request: Request; pulled: () => number } {
  const { target, body = "" } = plainDelivery(ACCOUNT, textMessage("hello"));
  let pulls = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulls += 1;
        controller.enqueue(Buffer.from(body));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { "Content-Length": String(length) };
  const init = { method: "POST", body: stream, headers, duplex: "half" } as RequestInit;
  return { request: new Request(`https://wx.example.com${target}`, init), pulled: () => pulls };
}

describe("A Content-Length, for fetch", () => {
  test("above the limit is refused before the body is asked for", async () => {
    const { request, pulled } = claiming(LIMIT_BYTES + 1);
    const bot = tutorialBot({ ...PLAIN, bodyLimitBytes: LIMIT_BYTES });
    assert.equal((await bot.fetch(request)).status, 413);
    assert.equal(pulled(), 0);
  });

  test("of the limit is taken", async () => {
    const { request } = claiming(LIMIT_BYTES);
    const bot = tutorialBot({ ...PLAIN, bodyLimitBytes: LIMIT_BYTES });
    assert.equal((await bot.fetch(request)).status, 200);
  });
});
