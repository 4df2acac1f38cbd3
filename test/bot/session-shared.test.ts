/** Sessions of several processes: one handler of a follower at a time, by a lock in the store. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Context } from "../../src/index.ts";
import { imageMessage } from "../delivery/slow-bots.ts";
import { isFailure } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";
import { addCounter, counting } from "./counting.ts";

describe("Two bots that share a store", () => {
  test("share its sessions, and no change is lost", async () => {
    const { wechat, store } = counting({ shared: true });
    const other = wechat.createBot({ store });
    other.use(echostr.session());
    addCounter(other);
    const sent = Array.from({ length: 8 }, (_none, index) =>
      wechat.say("a", {}, { to: [index % 2 === 0 ? wechat.bot : other] }),
    );
    // Whoever finds the session in use asks again 50 ms later, by the bot's clock.
    await wechat.clock.turn(1000);
    const answers = sent.map(({ told }) => Number(told[0])).toSorted((a, b) => a - b);
    assert.deepEqual(answers, [1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("renew the lock while a handler runs, and a failed renewal is no harm", async () => {
    const { wechat, clock, store, asked } = counting({ shared: true });
    wechat.bot.on("image", async () => {
      await clock.sleep(4000);
      return "图";
    });
    const { claim } = store;
    const sent = wechat.send(imageMessage());
    await clock.turn(1700);
    store.claim = (key, owner, leaseMs) =>
      key.startsWith("session\n")
        ? Promise.reject(new Error("the store is away"))
        : claim(key, owner, leaseMs);
    await clock.turn(1700);
    store.claim = claim;
    await clock.turn(600);
    assert.deepEqual(sent.told, ["图"]);
    assert.deepEqual(asked, ["claim", "get", "claim", "release"]);
    await clock.turn(1700);
    assert.equal(asked.length, 4, "nothing is renewed any more");
  });

  test("keep each other out for as long as a handler runs, by the bot's clock", async () => {
    const { wechat, clock, store } = counting({ shared: true });
    wechat.bot.on("image", async (_message, { session }) => {
      await clock.sleep(12_000);
      session["count"] = 100;
      return "图";
    });
    const other = wechat.createBot({ store });
    other.use(echostr.session());
    addCounter(other);
    wechat.send(imageMessage());
    await clock.turn(1000);
    const waiting = wechat.say("a", {}, { to: [other, other, other] });
    await clock.turn(10_900);
    assert.equal(waiting.told.at(-1), "open");
    await clock.turn(1000);
    assert.equal(waiting.told.at(-1), "101");
  });

  test("share a session though each bot has two of the middleware, for different messages", async () => {
    const { wechat, clock, store } = counting({ shared: true });
    const twice = wechat.createBot({ store });
    const [forTexts, forImages] = [echostr.session(), echostr.session()];
    twice.use((message, context, next) =>
      (message.MsgType === "text" ? forTexts : forImages)(message, context, next),
    );
    twice.on("*", async (_message, { session }) => {
      const count = Number(session["count"] ?? 0);
      await clock.sleep(1000);
      session["count"] = count + 1;
      return `${count + 1}`;
    });
    const text = wechat.say("a", {}, { to: [twice] });
    const image = wechat.send(imageMessage(), { to: [twice] });
    await clock.turn(3000);
    assert.deepEqual([text.told, image.told], [["1"], ["2"]]);
  });

  test("cannot lock for a context that no bot has made", async () => {
    const { store } = counting({ shared: true });
    const handmade = { store, accountId: "wx1", account: "gh_1", openId: "o1" } as Context;
    const message = echostr.parseMessage(imageMessage());
    const thrown = await Promise.resolve(echostr.session()(message, handmade, async () => undefined)).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(isFailure(thrown));
    assert.equal(thrown.code, "SETTING_INVALID");
  });

  test("run no handler when they are told to stop while the session is read", async () => {
    const { wechat, clock, store } = counting({ shared: true });
    const { get } = store;
    let runs = 0;
    wechat.bot.on("image", () => {
      runs += 1;
      return "图";
    });
    store.get = async (key) => {
      if (key.startsWith("session\n")) await clock.sleep(1000);
      return get(key);
    };
    wechat.send(imageMessage());
    await clock.turn(500);
    await wechat.bot.close();
    await clock.turn(1000);
    assert.equal(runs, 0);
  });

  test("let each other in when a handler throws", async () => {
    const { wechat, store, asked } = counting({ shared: true });
    const other = wechat.createBot({ store });
    other.use(echostr.session());
    other.on("*", () => {
      throw new Error("broken");
    });
    const failed = wechat.say("a", {}, { to: [other] });
    await wechat.clock.turn(0);
    assert.equal(failed.told[0], "success");
    assert.equal(await wechat.ask("a"), "1");
    assert.equal(asked.filter((what) => what === "claim").length, 2);
    assert.equal(asked.filter((what) => what === "release").length, 2);
  });
});
