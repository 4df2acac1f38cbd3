/** The settings that docs/guide/slow-answers.md advises for each kind of account do what it says. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DeliveryOptions } from "../../src/index.ts";
import { APP_ID, SECRET, startStandIn } from "../api/stand-in.ts";
import { FOLLOWER, textMessage } from "../server/platform.ts";
import { until } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { codeIn, readDocument } from "./markdown.ts";
import { content, Slow } from "./slow.ts";

const [table = []] = readDocument("docs/guide/slow-answers.md").tables;
const ADVISED = table.slice(1).map(([account = "", setting = "", gets = ""]) => ({ account, setting, gets }));

/** `late: { hold: false }`, as it stands in an object. */
function optionsOf(setting: string): DeliveryOptions {
  return new Function(`return ({ ${codeIn(setting).join()} });`)() as DeliveryOptions;
}

describe("The settings that are advised for slow answers", () => {
  test("are four, of which only the first needs no customer-service messages", () => {
    const pushed = ADVISED.map(({ setting }) => optionsOf(setting).late?.push);
    assert.deepEqual(pushed, [undefined, "customer-service", "customer-service", "customer-service"]);
  });

  for (const { account, setting, gets } of ADVISED) {
    test(`do what the table says for ${account}`, async (context) => {
      const { late = {} } = optionsOf(setting);
      const { hold = true, notice, push } = late;
      const standIn = await startStandIn((end) => context.after(end));
      standIn.heard(FOLLOWER);
      const api = echostr.createApi({ appId: APP_ID, appSecret: SECRET, base: standIn.base });
      const slow = new Slow({ late }, push === undefined ? {} : { api });
      const body = textMessage("20");
      const started = slow.clock.now();
      let told: string | undefined;
      for (let delivery = 1; delivery <= 3 && told === undefined; delivery += 1) {
        told = await slow.deliver(body);
      }
      const ms = hold ? 14_500 : 4500;
      assert.equal(slow.clock.now() - started, ms);
      const shown = String(told).startsWith("<xml>") ? content(told) : "";
      assert.equal(shown, notice ?? "");
      if (/\bs\b/.test(gets)) assert.ok(gets.includes(`${ms / 1000} s`), gets);
      if (push === undefined) {
        await slow.clock.turn(10_000);
        assert.ok(String(notice).includes("1"));
        assert.equal(content(await slow.deliver(textMessage("1"))), "20 s");
        return;
      }
      // The call has ten seconds by the same clock, so it is not turned further than needed.
      await slow.clock.turn(started + 20_500 - slow.clock.now());
      await until("a message to be sent", () => standIn.sent.length === 1);
      assert.deepEqual(standIn.sent[0]?.["text"], { content: "20 s" });
    });
  }
});
