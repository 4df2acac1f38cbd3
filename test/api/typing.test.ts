/**
 * 对方正在输入 by itself. WeChat's page 客服输入状态: it is shown for 15 seconds, within 30 seconds of what
 * the follower did; 45080 after that, 45081 while it is shown; 48001 where the account has no right.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { createApiSide } from "../../lab/api-side/api-side.ts";
import type { ApiSide } from "../../lab/api-side/api-side.ts";
import { prepareLabAccount } from "../../lab/platform/accounts.ts";
import type { BotOptions, TypingOptions } from "../../src/index.ts";
import { TurnedClock } from "../delivery/turned-clock.ts";
import { TurnedPlatform } from "../delivery/turned-platform.ts";
import { echostr } from "../support/subject.ts";
import { APP_ID, SECRET } from "./stand-in.ts";

/** Who writes in `TurnedPlatform`. */
const FOLLOWER = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY";
const PATH = "/cgi-bin/message/custom/typing";

interface Scene {
  readonly clock: TurnedClock;
  readonly side: ApiSide;
  readonly wechat: TurnedPlatform;
  /** The commands, each with the second in which it was sent. */
  readonly commands: string[];
}

function setScene(
  context: TestContext,
  options: TypingOptions = {},
  { verified = true, ...more }: Partial<BotOptions> & { verified?: boolean } = {},
): Scene {
  const clock = new TurnedClock();
  const start = clock.now();
  const account = prepareLabAccount({ appId: APP_ID });
  const side = createApiSide({ account, appSecret: SECRET, clock, verified });
  const commands: string[] = [];
  const fetch = async (address: unknown, init: RequestInit = {}): Promise<Response> => {
    if (String(address).includes(PATH)) {
      const { command, touser } = JSON.parse(String(init.body)) as Record<string, string>;
      assert.equal(touser, FOLLOWER);
      commands.push(`${command} ${(clock.now() - start) / 1000}`);
    }
    return side.fetch(String(address), init);
  };
  const api = echostr.createApi({ appId: APP_ID, appSecret: SECRET, fetch: fetch as typeof globalThis.fetch });
  const wechat = new TurnedPlatform({ appId: APP_ID, api, ...more }, clock);
  context.after(() => wechat.bot.close());
  wechat.bot.use(echostr.typing(options));
  wechat.bot.on("text", async (message) => {
    await clock.sleep(Number(message.Content) * 1000);
    return "好";
  });
  side.note(FOLLOWER, { MsgType: "text", Content: "x" });
  return { clock, side, wechat, commands };
}

describe("bot.use(typing())", { timeout: 60_000 }, () => {
  test("shows it from a second on, and ends it with the answer", async (context) => {
    const { clock, side, wechat, commands } = setScene(context);
    const { told } = wechat.say("3");
    await clock.turn(2000);
    assert.ok(side.isTyping(FOLLOWER));
    await clock.turn(1500);
    assert.deepEqual(told, ["好"]);
    assert.ok(!side.isTyping(FOLLOWER));
    assert.deepEqual(commands, ["Typing 1", "CancelTyping 3"]);
  });

  test("shows nothing where the answer is there soon", async (context) => {
    const { clock, wechat, commands } = setScene(context);
    wechat.say("0.9");
    await clock.turn(40_000);
    assert.deepEqual(commands, []);
  });

  test("shows it earlier or later with afterMs", async (context) => {
    for (const [afterMs, expected] of [
      [0, ["Typing 0", "CancelTyping 3"]],
      [2500, ["Typing 2.5", "CancelTyping 3"]],
      [3500, []],
    ] as const) {
      const { clock, wechat, commands } = setScene(context, { afterMs });
      wechat.say("3");
      await clock.turn(4000);
      assert.deepEqual(commands, expected);
    }
  });

  test("shows it again when it has ended, and no later than WeChat allows", async (context) => {
    const { clock, side, wechat, commands } = setScene(context);
    wechat.say("50");
    for (const [seconds, isShown] of [[5, true], [15, true], [20, true], [31, true], [35, false]] as const) {
      const passed = (clock.now() - 1_714_112_445_000) / 1000;
      await clock.turn((seconds - passed) * 1000);
      assert.equal(side.isTyping(FOLLOWER), isShown, `after ${seconds} s`);
    }
    await clock.turn(30_000);
    assert.deepEqual(commands.slice(0, 2), ["Typing 1", "Typing 16.5"]);
    assert.ok(commands.length <= 3, String(commands));
    assert.deepEqual(wechat.entries.filter(({ message }) => message?.includes("typing")), []);
  });

  test("shows it once for the three deliveries of a message", async (context) => {
    const { clock, wechat, commands } = setScene(context);
    wechat.say("12");
    await clock.turn(20_000);
    assert.deepEqual(commands, ["Typing 1", "CancelTyping 12"]);
  });

  test("ends it when the handler throws, and leaves no timer behind", async (context) => {
    const { clock, wechat, commands } = setScene(context);
    wechat.bot.on("image", async () => {
      await clock.sleep(2000);
      throw new Error("away");
    });
    wechat.send(wechatImage());
    await clock.turn(3000);
    assert.deepEqual(commands, ["Typing 1", "CancelTyping 2"]);
  });

  for (const errcode of [48001, 45009, 50002]) {
    test(`is off for an hour after ${errcode}, with one line of log; answers go out`, async (context) => {
      const { clock, side, wechat, commands } = setScene(context, { afterMs: 500 });
      side.faults.failNext({ path: PATH, errcode, errmsg: "riddle" });
      for (let nth = 0; nth < 5; nth += 1) {
        const { told } = wechat.say("2", { MsgId: String(100 + nth) });
        await clock.turn(10_000);
        assert.deepEqual(told, ["好"]);
      }
      assert.deepEqual(commands, ["Typing 0.5"]);
      const lines = wechat.sentences.filter((line) => line.includes("typing"));
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? "", new RegExp(`^warn: The typing state is not shown for an hour: errcode ${errcode}`));
      assert.ok(!lines[0]?.includes(FOLLOWER));
      await clock.turn(3_600_000);
      side.note(FOLLOWER, { MsgType: "text", Content: "x" });
      wechat.say("2", { MsgId: "200" });
      await clock.turn(5000);
      assert.equal(commands.length, 3, "then it is tried again");
    });
  }

  test("is tried again at once when the clock was set back meanwhile", async (context) => {
    const { clock, side, wechat, commands } = setScene(context, { afterMs: 500 });
    side.faults.failNext({ path: PATH, errcode: 48001, errmsg: "riddle" });
    wechat.say("2", { MsgId: "1" });
    await clock.turn(5000);
    clock.setBack(1_800_000);
    side.note(FOLLOWER, { MsgType: "text", Content: "x" });
    wechat.say("2", { MsgId: "2" });
    await clock.turn(5000);
    assert.equal(commands.filter((command) => command.startsWith("Typing")).length, 2);
  });

  test("is off on an account without the right to it", async (context) => {
    const { clock, wechat, commands } = setScene(context, {}, { verified: false });
    wechat.say("3");
    wechat.say("3", { MsgId: "2" });
    await clock.turn(5000);
    assert.ok(commands.length <= 2);
    const lines = wechat.sentences.filter((line) => line.includes("typing"));
    assert.equal(lines.length, 1, "both were under way: one line");
    assert.match(lines[0] ?? "", /48001/);
  });

  test("says nothing of a follower who did nothing lately, or sees it already", async (context) => {
    for (const errcode of [45080, 45081]) {
      const { clock, side, wechat } = setScene(context);
      side.faults.failNext({ path: PATH, errcode, errmsg: "riddle" });
      wechat.say("3");
      await clock.turn(5000);
      assert.deepEqual(wechat.sentences.filter((line) => line.includes("typing")), []);
    }
  });

  test("does nothing without an api, and for events that nobody waits behind", async (context) => {
    const { clock, wechat, commands } = setScene(context, { afterMs: 0 });
    const slow = async (): Promise<undefined> => {
      await clock.sleep(2000);
      return undefined;
    };
    wechat.bot.on("event:location", slow);
    wechat.bot.on("event:templatesendjobfinish", slow);
    wechat.event("LOCATION", { Latitude: "1", Longitude: "1", Precision: "1" });
    wechat.event("TEMPLATESENDJOBFINISH", { MsgID: "1", Status: "success" });
    await clock.turn(3000);
    assert.deepEqual(commands, []);
    wechat.bot.on("event:click", slow);
    wechat.event("CLICK", { EventKey: "k" });
    await clock.turn(3000);
    assert.equal(commands.length, 2);
    const bare = new TurnedPlatform();
    context.after(() => bare.bot.close());
    bare.bot.use(echostr.typing({ afterMs: 0 }));
    bare.bot.on("text", () => "好");
    assert.equal(await bare.ask("x"), "好");
  });
});

function wechatImage(): string {
  return `<xml><ToUserName>gh_1</ToUserName><FromUserName>${FOLLOWER}</FromUserName><CreateTime>1714112445</CreateTime><MsgType>image</MsgType><PicUrl>http://x/</PicUrl><MediaId>m</MediaId><MsgId>9</MsgId></xml>`;
}
