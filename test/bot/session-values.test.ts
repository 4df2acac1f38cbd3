/** What another program has written where a session stands. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TurnedClock } from "../delivery/turned-clock.ts";
import { TurnedPlatform } from "../delivery/turned-platform.ts";
import { echostr } from "../support/subject.ts";

for (const text of ["x", "", "null", "1"]) {
  test(`A session is empty where the store holds ${JSON.stringify(text)}, which is no object`, async () => {
    const clock = new TurnedClock();
    const memory = echostr.openStore("memory", { clock: () => clock.now() });
    const store = {
      shared: false,
      get: async () => text,
      set: memory.set.bind(memory),
      delete: memory.delete.bind(memory),
      swap: memory.swap.bind(memory),
      claim: memory.claim.bind(memory),
      release: memory.release.bind(memory),
      close: memory.close.bind(memory),
    };
    const wechat = new TurnedPlatform({ store }, clock);
    wechat.bot.use(echostr.session()).on("text", (_message, { session }) => {
      session["count"] = Number(session["count"] ?? 0) + 1;
      return String(session["count"]);
    });
    const { told } = wechat.say("a");
    await clock.turn(0);
    assert.deepEqual(told, ["1"]);
  });
}

for (const name of ["__proto__", "constructor", "toString"]) {
  test(`A session keeps what a handler puts under ${name}, and no other object gets it`, async () => {
    const clock = new TurnedClock();
    const wechat = new TurnedPlatform({}, clock);
    wechat.bot.use(echostr.session()).on("text", (message, { session }) => {
      const notes = (session[message.Content] ??= {}) as Record<string, number>;
      notes["seen"] = (notes["seen"] ?? 0) + 1;
      return String(notes["seen"]);
    });
    try {
      const first = wechat.say(name);
      await clock.turn(0);
      const second = wechat.say(name);
      await clock.turn(0);
      assert.deepEqual([...first.told, ...second.told], ["1", "2"]);
      for (const object of [{}, Object, Object.prototype.toString]) assert.ok(!("seen" in object));
    } finally {
      for (const object of [Object.prototype, Object, Object.prototype.toString]) {
        Reflect.deleteProperty(object, "seen");
      }
    }
  });
}
