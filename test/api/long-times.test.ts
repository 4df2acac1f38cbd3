/** Times that are longer than a timer of Node can be, and times that are none, by the real clock. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import type { Api } from "../../src/index.ts";
import { ACCOUNT, plainDelivery, textMessage } from "../server/platform.ts";
import { echostr } from "../support/subject.ts";
import { errorOf } from "./stage.ts";
import { APP_ID, SECRET, startStandIn } from "./stand-in.ts";

const IPS = "/cgi-bin/getcallbackip";
const PNG = Buffer.from("89504e470d0a1a0a", "hex");

async function start(context: TestContext, timeoutMs?: number): Promise<Api> {
  const { base } = await startStandIn((end) => context.after(end));
  return echostr.createApi({ appId: APP_ID, appSecret: SECRET, base, timeoutMs });
}

describe("A time limit", { timeout: 120_000 }, () => {
  for (const timeoutMs of [2 ** 31, 2_592_000_000, Number.POSITIVE_INFINITY]) {
    test(`of ${timeoutMs} ms does not end a call at once`, async (context) => {
      const api = await start(context);
      await api.call(IPS, undefined, {}, { timeoutMs });
    });
  }

  test("of 5 days leaves an upload six times that", async (context) => {
    const api = await start(context, 432_000_000);
    await api.media.upload("image", PNG);
  });

  for (const timeoutMs of [0, -1, Number.NaN]) {
    test(`of ${timeoutMs} ms is an error, and nothing is sent`, async (context) => {
      const api = await start(context);
      const error = await errorOf(api.call(IPS, undefined, {}, { timeoutMs }));
      assert.equal(error.code, "API_INPUT_INVALID");
    });
  }
});

describe("A bot that keeps answers for 30 days", { timeout: 120_000 }, () => {
  test("waits for a handler all the same", async () => {
    let ended: ((aborted: boolean) => void) | undefined;
    const handled = new Promise<boolean>((resolve) => (ended = resolve));
    const late = { keepMs: 2_592_000_000, hold: false };
    const bot = echostr.createBot({
      token: ACCOUNT.token,
      log: () => {},
      delivery: { deadlineMs: 50, late },
    });
    bot.on("text", async (_message, { signal }) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      ended?.(signal.aborted);
    });
    const { target, body } = plainDelivery(ACCOUNT, textMessage("慢"));
    await bot.fetch(new Request(`http://127.0.0.1${target}`, { method: "POST", body: body ?? null }));
    assert.equal(await handled, false);
    await bot.close();
  });
});
