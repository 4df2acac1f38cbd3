/** The API as a bot has it: in handlers, outside of them, and not without a secret. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import type { Api, ApiSettings, Bot, BotOptions } from "../../src/index.ts";
import { TurnedPlatform } from "../delivery/turned-platform.ts";
import { ACCOUNT, plainDelivery, textMessage } from "../server/platform.ts";
import { readableLog } from "../server/serving.ts";
import { fails as throws } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";
import { setStage } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { APP_ID, SECRET } from "./stand-in.ts";

/** Who writes in `TurnedPlatform`. */
const FOLLOWER = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY";

async function setBot(
  context: TestContext,
  options: Partial<BotOptions> = {},
): Promise<Stage & { readonly wechat: TurnedPlatform; readonly bot: Bot }> {
  const stage = await setStage(context);
  const { clock, standIn } = stage;
  standIn.heard(FOLLOWER);
  const api = apiOf(stage);
  const wechat = new TurnedPlatform({ appId: APP_ID, api, ...options }, clock);
  context.after(() => wechat.bot.close());
  return { ...stage, wechat, bot: wechat.bot };
}

/** The client of a bot, with nothing of its own but settings. */
function apiOf({ standIn }: Pick<Stage, "standIn">, settings: ApiSettings = {}): Api {
  const app = { appId: APP_ID, appSecret: SECRET, base: standIn.base };
  return echostr.createApi({ ...app, ...settings });
}

/** A message through the adapter that logs, and what is answered. */
async function deliver(bot: Bot, message: string): Promise<string> {
  const { target, method, headers, body } = plainDelivery(ACCOUNT, message);
  const request = new Request(`http://localhost${target}`, {
    ...(method !== undefined && { method }),
    ...(headers !== undefined && { headers }),
    body: String(body),
  });
  return (await bot.fetch(request)).text();
}

describe("A bot with an api", { timeout: 120_000 }, () => {
  test("has the API, the same in each handler and outside", async (context) => {
    const { bot, wechat, standIn, pass } = await setBot(context);
    const seen: Api[] = [];
    bot.on("text", async (message, { api, openId }) => {
      seen.push(api);
      await api.customerService.send(openId, `稍等，${message.Content}`);
      return undefined;
    });
    for (const content of ["一", "二"]) {
      const sent = wechat.say(content);
      while (sent.told[0] === "open") await pass(Promise.resolve());
      assert.deepEqual(sent.told, ["success"]);
    }
    assert.deepEqual(seen, [bot.api, bot.api]);
    const texts = standIn.sent.map((sent) => [sent.touser, sent["text"]]);
    assert.deepEqual(texts, [
      [FOLLOWER, { content: "稍等，一" }],
      [FOLLOWER, { content: "稍等，二" }],
    ]);
    assert.equal(standIn.tokenRequests, 1);
  });

  test("has it in middleware and in onError as well", async (context) => {
    const { bot, wechat, clock } = await setBot(context);
    let count = 0;
    bot.use((_message, { api }, next) => {
      count += api === bot.api ? 1 : 0;
      return next();
    });
    bot.on("text", () => {
      throw new Error("broken");
    });
    bot.onError((_error, _message, { api }) => {
      count += api === bot.api ? 1 : 0;
      return "抱歉";
    });
    const sent = wechat.say("一");
    await clock.turn(0);
    assert.deepEqual([sent.told, count], [["抱歉"], 2]);
  });

  test("asks for its token in the way that its settings name", async (context) => {
    const stage = await setStage(context);
    const bot = echostr.createBot({ token: "t", api: apiOf(stage, { token: "classic" }) });
    await bot.api.callbackIps();
    assert.equal(stage.standIn.requests[0]?.path, "/cgi-bin/token");
  });

  test("takes its time limit and its fetch from the settings", async (context) => {
    const stage = await setStage(context);
    const { standIn, clock, fails } = stage;
    let asked = 0;
    const counting: typeof fetch = (input, init) => {
      asked += 1;
      return fetch(input, init);
    };
    const api = apiOf(stage, { timeoutMs: 1000, fetch: counting });
    const bot = echostr.createBot({ token: "t", api, clock });
    await bot.api.callbackIps();
    assert.equal(asked, 2);
    standIn.faults.hold({ path: "/cgi-bin/menu/get" });
    const start = clock.now();
    await fails(bot.api.menu.get(), "API_UNREACHABLE");
    assert.ok(clock.now() - start <= 1300);
  });

  test("shares its token with those who share its store", async (context) => {
    const stage = await setStage(context);
    const { standIn, store, clock, another } = stage;
    const options = { token: "t", store, clock };
    await echostr.createBot({ ...options, api: apiOf(stage) }).api.callbackIps();
    await echostr.createBot({ ...options, api: apiOf(stage), path: "/other" }).api.callbackIps();
    await another().callbackIps();
    assert.equal(standIn.tokenRequests, 1);
  });

  test("asks WeChat for nothing by itself", async (context) => {
    const { wechat, bot, standIn, clock } = await setBot(context);
    bot.on("text", () => "答");
    assert.equal(await wechat.ask("好"), "答");
    await clock.turn(10_000_000);
    assert.equal(standIn.requests.length, 0);
  });

  test("tells the log what a handler failed with, without a secret", async (context) => {
    const stage = await setStage(context);
    const { standIn } = stage;
    const openId = "oF0110wer_7Kc-93aBqXyZ012345";
    standIn.heard(openId);
    standIn.faults.failNext({ path: "/cgi-bin/message/custom/send", errcode: 48001, times: Infinity });
    const log = readableLog();
    const api = apiOf(stage);
    const bot = echostr.createBot({ token: ACCOUNT.token, api, log: log.log });
    bot.on("text", async (_message, handler) => {
      await handler.api.customerService.send(handler.openId, "你好");
      return undefined;
    });
    assert.equal(await deliver(bot, textMessage("一", { FromUserName: openId })), "success");
    assert.match(log.text(), /errcode 48001 from \/cgi-bin\/message\/custom\/send/);
    for (const secret of [...standIn.tokens.all, SECRET, openId]) {
      assert.ok(!log.text().includes(secret), log.text());
    }
  });
});

describe("A bot without an api", { timeout: 120_000 }, () => {
  test("has no API, and says what it lacks where it is asked for", async () => {
    const bot = echostr.createBot({ token: "t", appId: APP_ID });
    assert.match(throws(() => bot.api, "SETTING_INVALID").message, /createApi\(\{ appId, appSecret \}\)/);
    const log = readableLog();
    const other = echostr.createBot({ token: ACCOUNT.token, log: log.log });
    other.on("text", (_message, handler) => String(handler.api));
    assert.equal(await deliver(other, textMessage("一")), "success");
    assert.match(log.entries[0]?.message ?? "", /createApi\(\{ appId, appSecret \}\)/);
    assert.equal(log.entries[0]?.code, "SETTING_INVALID");
  });

  test("works as ever", () => {
    assert.ok(echostr.createBot({ token: "t" }));
    assert.ok(echostr.createBot({ token: "t", appId: APP_ID }));
  });

  test("cannot push late answers, unless onLate does", () => {
    const late = { push: "customer-service" } as const;
    const make = (options: Partial<BotOptions>): unknown =>
      echostr.createBot({ token: "t", ...options });
    const error = throws(() => make({ delivery: { late } }), "SETTING_INVALID");
    assert.match(error.message, /option api/);
    make({ delivery: { late: { ...late, onLate: () => {} } } });
    make({ delivery: { late }, api: echostr.createApi({ appId: APP_ID, appSecret: SECRET }) });
  });
});

describe("The settings of a client", { timeout: 120_000 }, () => {
  test("are checked when it is made", () => {
    const right = { appId: APP_ID, appSecret: SECRET };
    throws(() => echostr.createApi({ ...right, appId: "" }), "APPID_MISSING");
    for (const settings of [
      { base: "ftp://example.com" },
      { token: "other" as "stable" },
      { timeoutMs: 0 },
    ]) {
      const name = Object.keys(settings)[0] ?? "";
      const make = (): unknown => echostr.createApi({ ...right, ...settings });
      const error = throws(make, "SETTING_INVALID", name);
      assert.match(error.message, new RegExp(name));
    }
  });
});
