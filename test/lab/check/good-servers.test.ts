import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { echostr } from "../../support/subject.ts";
import { exitStatusOf } from "../../../lab/check/check-report.ts";
import { LAB_MODES } from "../../../lab/platform/accounts.ts";
import { ANSWER_MS, checkOf, codesOf } from "./checking.ts";
import { accountIn, GOOD, littleServer } from "./little-server.ts";

describe("A check finds nothing", () => {
  for (const mode of LAB_MODES) {
    test(`in our own server in ${mode} mode, with a bot that echoes`, async (context) => {
      const { token, encodingAesKey, appId } = accountIn(mode);
      const sealed = mode === "plain" ? {} : { encodingAesKey, appId };
      const bot = echostr.createBot({ token, ...sealed, mode, log: () => {} });
      bot.on("text", (message) => message.Content);
      const server = await echostr.startServer(bot, {
        port: 0,
        host: "127.0.0.1",
        headersTimeoutMs: 700,
        requestTimeoutMs: 700,
      });
      context.after(() => server.close());
      const report = await checkOf(`${server.url}/wx`, mode, undefined, {
        answerMs: 5000,
        heldMs: 10_000,
      });
      assert.deepEqual(report.findings, []);
      assert.equal(exitStatusOf(report), 0);
      assert.deepEqual(report.probes.filter(({ outcome }) => outcome === "skipped"), []);
    });

    test(`in our own server in ${mode} mode, when both speak JSON`, async (context) => {
      const { token, encodingAesKey, appId } = accountIn(mode);
      const sealed = mode === "plain" ? {} : { encodingAesKey, appId };
      const bot = echostr.createBot({ token, ...sealed, mode, format: "json", log: () => {} });
      bot.on("text", (message) => message.Content);
      const server = await echostr.startServer(bot, { port: 0, host: "127.0.0.1" });
      context.after(() => server.close());
      const only = ["handshake", "refusals", "kinds", "repeats", "text", "encryption"] as const;
      const account = { ...accountIn(mode), format: "json" } as const;
      const report = await checkOf(`${server.url}/wx`, mode, only, { account, answerMs: 5000 });
      assert.deepEqual(report.findings, []);
      const kinds = report.probes.filter(({ group }) => group === "kinds");
      assert.ok(kinds.length > 50 && kinds.every(({ outcome }) => outcome !== "skipped"));
    });

    test(`in a little server in ${mode} mode in which nothing is wrong`, async (context) => {
      const report = await checkOf(await littleServer(context, { mode }), mode);
      assert.deepEqual(codesOf(report), [], JSON.stringify(report.findings, undefined, 1));
    });
  }

  test("in a bot that takes a quarter of the time that it has", async (context) => {
    const address = await littleServer(context, {
      say: async (fields) => {
        const ms = fields.MsgType === "text" ? ANSWER_MS / 4 : 0;
        await new Promise((resolve) => setTimeout(resolve, ms));
        return GOOD.say(fields);
      },
    });
    const only = ["handshake", "refusals", "repeats", "text"] as const;
    const report = await checkOf(address, "plain", only);
    assert.deepEqual(codesOf(report), []);
    const skipped = report.probes.filter(({ outcome }) => outcome === "skipped");
    assert.deepEqual([...new Set(skipped.map(({ why }) => why))], ["the bot takes long"]);
  });

  test("in a bot that answers no text at all", async (context) => {
    const address = await littleServer(context, { say: () => undefined });
    assert.deepEqual(codesOf(await checkOf(address, "plain")), []);
  });
});
