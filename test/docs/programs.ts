/**
 * What each program of the manual does, as the prose beside it says.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Bot, BotOptions } from "../../src/index.ts";
import { APP_ID, SECRET } from "../api/stand-in.ts";
import type { ApiStandIn } from "../api/stand-in.ts";
import {
  ACCOUNT,
  FOLLOWER,
  field,
  imageMessage,
  message,
  openReply,
  plainDelivery,
  safeDelivery,
  textMessage,
  verification,
} from "../server/platform.ts";
import type { Account } from "../server/platform.ts";
import { exchange, until } from "../support/http.ts";
import type { Answer } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { TurnedClock } from "./clock.ts";
import { runLabTests } from "./lab-programs.ts";
import type { Performance } from "./stage.ts";

const SHOP: Account = { ...ACCOUNT, path: "/shop", token: "tok3nOfTheShop" };
const BLOG: Account = { ...ACCOUNT, path: "/blog", token: "tok3nOfTheBlog" };
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  WECHAT_TOKEN: ACCOUNT.token,
  SHOP_TOKEN: SHOP.token,
  BLOG_TOKEN: BLOG.token,
  BLOG_AES_KEY: BLOG.encodingAesKey,
  BLOG_APPID: BLOG.appId,
  ANSWERS_URL: "http://127.0.0.1/answers",
  STORE: "memory",
  WECHAT_APPID: APP_ID,
  WECHAT_SECRET: SECRET,
};

type Expectation = (
  performance: Performance,
  context: TestContext,
  standIn: ApiStandIn,
) => Promise<void>;

/** What each program does, by the name that its first line gives it. */
export const EXPECTED: Readonly<Record<string, Expectation>> = {
  async "bot.ts"(performance, context) {
    const ask = await serveSetup(performance, context);
    assert.equal(contentOf(await ask(textMessage("天气 北京"))), "北京：晴");
    assert.equal(contentOf(await ask(textMessage("早"))), "你说：早");
    assert.match((await ask(imageMessage())).body, /<MediaId><!\[CDATA\[media_id-1\]\]>/);
    assert.equal(contentOf(await ask(event({ Event: "subscribe" }))), "欢迎");
  },

  async "bot.mjs"(performance, context) {
    const ask = await serveSetup(performance, context);
    assert.equal(contentOf(await ask(textMessage("早"))), "你说：早");
    assert.equal((await ask(imageMessage())).body, "success");
  },

  async "menu.ts"(performance, context) {
    const ask = await serveSetup(performance, context);
    const place = { Event: "LOCATION", Latitude: "23.1", Longitude: "113.3", Precision: "1" };
    assert.equal((await ask(event(place))).body, "success");
    const clicked = await ask(event({ Event: "CLICK", EventKey: "TODAY" }));
    assert.match(clicked.body, /<Title><!\[CDATA\[今天\]\]><\/Title>/);
    assert.equal((await ask(event({ Event: "CLICK", EventKey: "OTHER" }))).body, "success");
    assert.equal(contentOf(await ask(textMessage("早"))), "你好，请点菜单");
    assert.equal(contentOf(await ask(textMessage("出错"))), "出错了，请稍后再试");
  },

  async "server.ts"(performance) {
    await answersTest(performance.port(), ACCOUNT);
    assert.equal((await exchange(performance.port(), { target: "/" })).status, 404);
  },

  async "express.mjs"(performance) {
    await answersTest(performance.port(), ACCOUNT);
    const posted = { method: "POST", target: "/api", body: '{"a":1}' };
    const elsewhere = await exchange(performance.port(), posted);
    assert.deepEqual([elsewhere.status, elsewhere.body], [299, '{"a":1}']);
  },

  async "fetch.ts"({ exports }) {
    const { fetch } = exports["default"] as { fetch: Bot["fetch"] };
    const { target, body } = plainDelivery({ ...ACCOUNT, path: "/any/path" }, textMessage("早"));
    const url = `http://127.0.0.1${target}`;
    const response = await fetch(new Request(url, { method: "POST", body: String(body) }));
    assert.equal(field(await response.text(), "Content"), "测试");
  },

  async "accounts.ts"(performance) {
    const port = performance.port();
    const shop = await exchange(port, plainDelivery(SHOP, textMessage("早")));
    assert.equal(contentOf(shop), "这里是商店");
    const blog = await exchange(port, safeDelivery(BLOG, textMessage("早")));
    assert.equal(field(openReply(BLOG, blog).xml, "Content"), "这里是博客");
    assert.equal((await exchange(port, plainDelivery(BLOG, textMessage("早")))).status, 403);
    const stranger = { ...SHOP, token: BLOG.token };
    assert.equal((await exchange(port, plainDelivery(stranger, textMessage("早")))).status, 403);
    assert.equal((await exchange(port, { target: "/healthz" })).status, 200);
  },

  async "slow.ts"({ exports }, context) {
    const clock = new TurnedClock();
    const options = exports["options"] as Partial<BotOptions>;
    const bot = echostr.createBot({ ...options, clock, token: ACCOUNT.token, log: () => {} });
    (exports["default"] as (bot: Bot) => void)(bot);
    const asked: string[] = [];
    let answer: (text: string) => void = () => {};
    context.mock.method(globalThis, "fetch", (url: string) => {
      asked.push(new URL(url).searchParams.get("q") ?? "");
      return new Promise((resolve) => (answer = (text) => resolve(new Response(text))));
    });

    // 12 seconds: two deliveries lapse, the third has the answer.
    const first = textMessage("一");
    assert.equal((await deliver(bot, first, clock, 5000)).outcome, "lapsed");
    assert.equal((await deliver(bot, first, clock, 5000)).outcome, "lapsed");
    const open = deliver(bot, first, clock, 2000);
    await clock.turn(2000);
    answer("甲");
    assert.equal(field((await open).body, "Content"), "第 1 问：甲");

    // 20 seconds: the third gets the notice, and the next message the answer.
    const second = textMessage("二");
    await deliver(bot, second, clock, 5000);
    await deliver(bot, second, clock, 5000);
    const noticed = await deliver(bot, second, clock, 5000);
    assert.equal(field(noticed.body, "Content"), "还在想，过一会儿回复 1 获取答案");
    await clock.turn(5000);
    answer("乙");
    await clock.turn(1000);
    const fetched = await deliver(bot, textMessage("１。"), clock, 0);
    assert.equal(field(fetched.body, "Content"), "第 2 问：乙");
    assert.deepEqual(asked, ["一", "二"]);

    // A long answer: pieces, and no handler for the message that fetches the second.
    const long = deliver(bot, textMessage("三"), clock, 1000);
    await clock.turn(0);
    answer("长".repeat(1000));
    assert.match(field((await long).body, "Content"), /^第 3 问：长+\n（回复“继续”查看更多）$/);
    const rest = await deliver(bot, textMessage("继续"), clock, 0);
    assert.match(field(rest.body, "Content"), /^长+$/);
    assert.deepEqual(asked, ["一", "二", "三"]);

    // Nothing waits any more: the word is a question.
    const question = deliver(bot, textMessage("1"), clock, 1000);
    await clock.turn(0);
    answer("丁");
    assert.equal(field((await question).body, "Content"), "第 4 问：丁");
  },

  async "remind.ts"(performance, context, standIn) {
    const api = echostr.createApi({ appId: APP_ID, appSecret: SECRET, base: standIn.base });
    const ask = await serveSetup(performance, context, { api });
    standIn.heard(FOLLOWER);
    const answered = await ask(textMessage("0 分钟后提醒我喝水"));
    assert.equal(contentOf(answered), "好的，0 分钟后提醒你喝水");
    await until("the reminder", () => standIn.sent.length > 0);
    assert.deepEqual(standIn.sent[0], { touser: FOLLOWER, msgtype: "text", text: { content: "该喝水了" } });

    // What is said of a failure, and of the one that is expected.
    const said: unknown[] = [];
    context.mock.method(console, "error", (line: unknown) => void said.push(line));
    standIn.heard(FOLLOWER, "unfollow");
    await ask(textMessage("0 分钟后提醒我喝水"));
    await until("the refusal", () => standIn.refusals.includes(45015));
    standIn.faults.failNext({ errcode: 48001 });
    await ask(textMessage("0 分钟后提醒我喝水"));
    await until("the sentence", () => said.length > 0);
    assert.equal(said.length, 1);
    assert.match(String(said[0]), /^errcode 48001 from /);
  },

  async "codes.ts"({ exports }, _context, standIn) {
    const codeForTable = exports["codeForTable"] as (table: number) => Promise<string>;
    assert.match(await codeForTable(7), /^https:\/\/mp\.weixin\.qq\.com\/.*ticket=/);
    const [request] = standIn.requestsFor("/cgi-bin/qrcode/create");
    const { action_name, action_info } = request?.json ?? {};
    assert.equal(action_name, "QR_LIMIT_STR_SCENE");
    assert.deepEqual(action_info, { scene: { scene_str: "table-7" } });
  },

  "bot.test.ts": (performance) => runLabTests(performance, 2),
  "late.test.ts": (performance) => runLabTests(performance, 1),

  async "shared.ts"(performance) {
    const port = performance.port();
    await answersTest(port, ACCOUNT);
    const stop = process.listeners("SIGTERM").at(-1) as (() => Promise<void>) | undefined;
    await stop?.();
    await assert.rejects(exchange(port, { target: "/wx" }));
  },

  async "parts.ts"({ exports }) {
    assert.equal(exports["genuine"], true);
    const answer = exports["answer"] as (body: string, seconds: number) => string;
    const xml = answer(textMessage("早"), 1_700_000_000);
    assert.equal(field(xml, "Content"), "测试");
    assert.equal(field(xml, "CreateTime"), "1700000000");
  },
};

/** Serves a bot file, and gives a way to deliver messages to it. */
async function serveSetup(
  { exports }: Performance,
  context: TestContext,
  options: Partial<BotOptions> = {},
): Promise<(body: string) => Promise<Answer>> {
  const bot = echostr.createBot({ token: ACCOUNT.token, log: () => {}, ...options });
  (exports["default"] as (bot: Bot) => void)(bot);
  const server = await echostr.startServer(bot, { port: 0, host: "127.0.0.1" });
  context.after(() => server.close());
  return (body) => exchange(server.port, plainDelivery(ACCOUNT, body));
}

/** Delivers a message by the conversation alone, and lets `ms` go by meanwhile. */
async function deliver(
  bot: Bot,
  body: string,
  clock: TurnedClock,
  ms: number,
): Promise<Awaited<ReturnType<Bot["callback"]>>> {
  const { target } = plainDelivery(ACCOUNT, body);
  const query = target.slice(target.indexOf("?") + 1);
  const answered = bot.callback({ method: "POST", query, body, receivedAt: clock.now() });
  await clock.turn(ms);
  return answered;
}

async function answersTest(port: number, account: Account): Promise<void> {
  const echo = "4375120948345356249";
  assert.equal((await exchange(port, verification(account, echo))).body, echo);
  assert.equal(contentOf(await exchange(port, plainDelivery(account, textMessage("早")))), "测试");
}

function contentOf(answer: Answer): string {
  assert.equal(answer.status, 200);
  return field(answer.body, "Content");
}

function event(fields: Readonly<Record<string, string>>): string {
  return message({ MsgType: "event", ...fields });
}
