/** The name of the API cannot be looked up: what cannot be pushed is kept, and nothing is told. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TurnedClock } from "../delivery/turned-clock.ts";
import { TurnedPlatform } from "../delivery/turned-platform.ts";
import { errorOf, pass } from "../api/stage.ts";
import { echostr } from "../support/subject.ts";
import { watch } from "../support/watch.ts";
import { tellFault } from "./tell.ts";

const APP = { appId: "wx5823bf96d3bd56c7", appSecret: "5ecretOfTheAccountThatNobodyKnows" };
watch.secrets.learnSettings({ appSecret: APP.appSecret });

const FOLLOWERS = 50;

/** As undici fails, for a name that is not there and for a resolver that is not. */
function failingWith(code: "ENOTFOUND" | "EAI_AGAIN"): typeof fetch {
  return async () => {
    const words = `getaddrinfo ${code} api.weixin.qq.com`;
    const cause = Object.assign(new Error(words), { code, syscall: "getaddrinfo" });
    throw new TypeError("fetch failed", { cause });
  };
}

describe("While the name of the API cannot be looked up", () => {
  for (const code of ["ENOTFOUND", "EAI_AGAIN"] as const) {
    test(`(${code}) a call fails with API_UNREACHABLE, and without the secret`, async () => {
      const clock = new TurnedClock();
      const api = echostr.createApi({ ...APP, clock, fetch: failingWith(code), log: () => {} });
      const error = await errorOf(pass(clock, api.menu.get()));
      assert.equal(error.code, "API_UNREACHABLE");
      assert.match(error.message, new RegExp(code));
      assert.doesNotMatch(`${error.message} ${error.stack ?? ""}`, /5ecretOfTheAccount/);
    });

    test(`(${code}) each late answer is parked, and given with the next message`, async (context) => {
      const wechat = new TurnedPlatform({
        api: echostr.createApi({ ...APP, fetch: failingWith(code) }),
        delivery: { late: { push: "customer-service" } },
      });
      wechat.bot.hears(/^慢/, async ({ FromUserName }) => {
        await wechat.clock.sleep(20_000);
        return `${FromUserName}：答`;
      });
      wechat.bot.on("text", () => undefined);
      const followers = Array.from({ length: FOLLOWERS }, (_none, index) => `oFollower${index}`);
      const sent = followers.map((name) => wechat.say("慢", { FromUserName: name }));
      for (let second = 0; second < 120; second += 1) await wechat.clock.turn(1000);
      const answered = sent.filter(({ told }) => told.at(-1) === "success").length;
      let given = 0;
      for (const name of followers) {
        given += Number((await wechat.ask("好", { FromUserName: name })) === `${name}：答`);
      }
      tellFault(context, `DNS of the API, ${code}: late answers`, {
        messages: 2 * FOLLOWERS,
        unanswered: FOLLOWERS - answered,
        parked: FOLLOWERS,
        given,
        lost: FOLLOWERS - given,
      });
      assert.deepEqual([answered, given], [FOLLOWERS, FOLLOWERS]);
      const parked = wechat.sentences.filter((line) => line.includes(code));
      assert.ok(parked.length >= FOLLOWERS, "the log says why, for each");
    });
  }
});
