/** The platform in a user's own test: followers, slow bots in milliseconds, late answers, verdicts. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createTestPlatform } from "../../../lab/index.ts";
import type { BotPlace, TestPlatform, TestPlatformOptions } from "../../../lab/index.ts";
import type { Bot, BotOptions, LateOptions } from "../../../src/index.ts";
import { fails } from "../../support/expect.ts";
import { echostr } from "../../support/subject.ts";

type Setup = (bot: Bot, place: BotPlace) => void;

/** A platform with a bot of ours on it. */
function platformWith(
  setup: Setup,
  options: TestPlatformOptions & { readonly bot?: Partial<BotOptions> } = {},
): TestPlatform {
  return createTestPlatform((place) => {
    const { token, mode, appId, encodingAesKey } = place.account;
    const key = mode === "plain" ? {} : { appId, encodingAesKey };
    const bot = echostr.createBot({ token, mode, ...key, log: () => {}, ...options.bot });
    setup(bot, place);
    return bot;
  }, options);
}

const parrot: Setup = (bot) => bot.on("text", ({ Content }) => `你说：${Content}`);

/** Answers after as many seconds as the text says. */
const slow: Setup = (bot) => {
  bot.on("text", async ({ Content }) => {
    await sleep(Number(Content) * 1000);
    return `${Content} 秒`;
  });
};

/** Sends customer-service messages as a bot would: with a token, over the interfaces. */
function pusher({ account, api }: BotPlace): (touser: string, content: string) => Promise<void> {
  const call = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const init = { method: "POST", body: JSON.stringify(body) };
    const answer = await api.fetch(`https://api.weixin.qq.com/cgi-bin/${path}`, init);
    return (await answer.json()) as Record<string, unknown>;
  };
  return async (touser, content) => {
    const asked = { grant_type: "client_credential", appid: account.appId, secret: "any" };
    const { access_token } = await call("stable_token", asked);
    const message = { touser, msgtype: "text", text: { content } };
    await call(`message/custom/send?access_token=${String(access_token)}`, message);
  };
}

async function realMs(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

describe("A follower", () => {
  test("says something and reads the answer, with attempts and times", async () => {
    const alice = platformWith(parrot).follower();
    const { text, replies, attempts, ms, shown, verdicts } = await alice.says("你好");
    assert.equal(text, "你说：你好");
    assert.deepEqual(replies, [{ MsgType: "text", content: "你说：你好" }]);
    assert.deepEqual(shown, { what: "reply", reply: replies[0] });
    assert.equal(attempts.length, 1);
    assert.equal(ms, 0);
    assert.deepEqual(
      verdicts.map(({ ok }) => ok),
      [true],
    );
  });

  for (const mode of ["compat", "safe"] as const) {
    test(`is answered in ${mode} mode too`, async () => {
      const alice = platformWith(parrot, { account: { mode } }).follower();
      const { text, attempts } = await alice.says("]]>");
      assert.equal(text, "你说：]]>");
      assert.ok(attempts[0]?.request.query.includes("msg_signature="));
    });
  }

  test("follows, scans, clicks, sends a place and a picture, and leaves", async () => {
    const seen: string[] = [];
    const platform = platformWith((bot) => {
      bot.use((message, _context, next) => {
        seen.push(`${message.kind} ${"scene" in message ? String(message.scene) : ""}`.trim());
        return next();
      });
      bot.on("location", ({ Location_X, Label }) => `${Location_X} ${Label}`);
      bot.on("image", ({ MediaId }) => echostr.image(MediaId));
    });
    const alice = platform.follower("oAlice");
    await alice.follows();
    await alice.scans("7");
    await alice.clicks("TODAY");
    const place = await alice.locates({ latitude: 23.1, longitude: 113.3, label: "广州" });
    assert.equal(place.text, "23.1 广州");
    const picture = await alice.sends({ MsgType: "image", MediaId: "m1", PicUrl: "http://a/" });
    assert.deepEqual(picture.replies, [{ MsgType: "image", mediaId: "m1" }]);
    await alice.unfollows();
    assert.equal(alice.isFollowing, false);
    await assert.rejects(alice.says("x"), { code: "LAB_INPUT_INVALID" });
    await alice.scans("8");
    assert.equal(alice.isFollowing, true);
    assert.deepEqual(seen, [
      "event:subscribe",
      "event:scan 7",
      "event:click",
      "location",
      "image",
      "event:unsubscribe",
      "event:subscribe 8",
    ]);
  });

  test("is one of several, each with an openid", async () => {
    const platform = platformWith((bot) => bot.on("text", ({ FromUserName }) => FromUserName));
    const [alice, bob] = [platform.follower(), platform.follower("oBob")];
    assert.match(alice.openId, /^o[\w-]{27}$/);
    const both = await Promise.all([alice.says("x"), bob.says("x")]);
    assert.deepEqual(
      both.map(({ text }) => text),
      [alice.openId, "oBob"],
    );
    assert.equal(platform.follower("oBob").openId, "oBob");
  });
});

describe("A bot that takes 14 seconds", () => {
  test("is tested in milliseconds, and answers the third delivery", async () => {
    const alice = platformWith(slow).follower();
    const took = await realMs(async () => {
      const { text, ms, attempts } = await alice.says("14");
      assert.equal(text, "14 秒");
      assert.equal(ms, 14_000);
      assert.deepEqual(
        attempts.map((attempt) => attempt.ms),
        [5000, 5000, 4000],
      );
    });
    assert.ok(took < 2000, `${took} ms`);
  });

  test("answers several followers at once", async () => {
    const platform = platformWith(slow);
    const talks = ["14", "3", "9"].map((seconds) => platform.follower().says(seconds));
    const times = (await Promise.all(talks)).map(({ ms }) => ms);
    assert.deepEqual(times, [14_000, 3000, 9000]);
  });
});

describe("A bot that takes 20 seconds", () => {
  test("shows the notice of a fault when it does not answer the last delivery", async () => {
    const alice = platformWith(slow, { bot: { delivery: false } }).follower();
    const { shown, replies, text, ms, findings } = await alice.says("20");
    assert.deepEqual(shown, { what: "fault" });
    assert.deepEqual(replies, []);
    assert.equal(text, "");
    assert.equal(ms, 15_000);
    assert.deepEqual(
      findings.map(({ code }) => code),
      ["TOO-LATE"],
    );
  });

  test("gives its late answer with the next message", async () => {
    const late = { notice: "请稍后回复 1" };
    const platform = platformWith(slow, { bot: { delivery: { late } } });
    const alice = platform.follower();
    assert.equal((await alice.says("20")).text, "请稍后回复 1");
    await platform.passes(6000);
    assert.equal((await alice.says("1")).text, "20 秒");
  });

  test("sends its late answer by itself, through the platform's interfaces", async () => {
    const platform = createTestPlatform((place) => {
      const push = pusher(place);
      const late: LateOptions = {
        push: "customer-service",
        onLate: async ({ FromUserName }, replies) => {
          for (const each of replies) {
            if (each.MsgType === "text") await push(FromUserName, each.Content);
          }
        },
      };
      const { token } = place.account;
      const bot = echostr.createBot({ token, log: () => {}, delivery: { late } });
      slow(bot, place);
      return bot;
    });
    const alice = platform.follower();
    assert.deepEqual((await alice.says("20")).shown, { what: "nothing" });
    assert.deepEqual(platform.sent, []);
    const start = platform.now();
    await platform.passes(10_000);
    assert.deepEqual(
      platform.sent.map(({ text, openId, at }) => [text, openId, at - start]),
      [["20 秒", alice.openId, 5500]],
    );
  });
});

describe("What a bot sends by itself while a follower waits", () => {
  test("is among what they read, before the answer, and not among what others read", async () => {
    const platform = platformWith((bot, place) => {
      const push = pusher(place);
      bot.on("text", async ({ FromUserName }) => {
        await push("oBob", "给别人");
        await push(FromUserName, "请稍等");
        await sleep(3000);
        return "好了";
      });
    });
    await platform.follower("oBob").clicks("K");
    const { replies, text, sent } = await platform.follower("oAlice").says("x");
    assert.deepEqual(
      replies.map((each) => "content" in each && each.content),
      ["请稍等", "好了"],
    );
    assert.equal(text, "请稍等");
    assert.deepEqual(
      sent.map(({ openId }) => openId),
      ["oAlice"],
    );
    assert.equal(platform.sent.length, 2);
  });
});

describe("A platform", () => {
  test("says why an answer is refused: another token", async () => {
    const bot = echostr.createBot({ token: "An0therT0kenOfSomebodyElse", log: () => {} });
    const { shown, findings } = await createTestPlatform(bot).follower().says("x");
    assert.deepEqual(shown, { what: "fault" });
    assert.deepEqual(
      findings.map(({ code }) => code),
      ["STATUS-REFUSED"],
    );
  });

  test("tries any server at an address, in real time", async (context) => {
    const bot = echostr.createBot({ token: "tok3n" });
    bot.on("text", () => "测试");
    const server = createServer(bot.handler);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => server.close());
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/wx`);
    const alice = createTestPlatform(url, { account: { token: "tok3n" } }).follower();
    assert.equal((await alice.says("x")).text, "测试");
  });

  test("leaves time alone where that is asked for", async () => {
    const alice = platformWith(slow, { time: "real" }).follower();
    const took = await realMs(() => alice.says("0.05"));
    assert.ok(took >= 45, `${took} ms`);
  });

  test("puts time back after each call, also after one that failed", async () => {
    const before = [globalThis.setTimeout, globalThis.Date];
    const platform = platformWith(slow);
    await platform.follower().says("14");
    assert.deepEqual([globalThis.setTimeout, globalThis.Date], before);
    await assert.rejects(platform.follower().sends({ MsgType: "" }), { code: "LAB_INPUT_INVALID" });
    assert.deepEqual([globalThis.setTimeout, globalThis.Date], before);
  });

  test("gives a handler that asks a real server the time that it needs", async (context) => {
    const model = createServer((_request, response) => response.end("模型"));
    await new Promise<void>((resolve) => model.listen(0, "127.0.0.1", resolve));
    context.after(() => model.close().closeAllConnections());
    const url = `http://127.0.0.1:${(model.address() as AddressInfo).port}/`;
    const alice = platformWith((bot) => {
      bot.on("text", async () => (await fetch(url)).text());
    }).follower();
    const { text, attempts, ms } = await alice.says("x");
    assert.equal(text, "模型");
    assert.equal(attempts.length, 1);
    assert.equal(ms, 0);
  });

  test("repeats a delivery as it is told", async () => {
    const alice = platformWith(slow, {
      deliveries: 2,
      timeoutMs: 1000,
      repeats: "same",
    }).follower();
    const { attempts } = await alice.says("20");
    assert.deepEqual(
      attempts.map(({ ms }) => ms),
      [1000, 1000],
    );
    assert.equal(attempts[0]?.request.query, attempts[1]?.request.query);
  });

  test("tries nothing that can be no bot", () => {
    fails(() => createTestPlatform({ path: "/wx" } as never), "LAB_INPUT_INVALID");
  });
});
