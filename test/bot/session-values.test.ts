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
