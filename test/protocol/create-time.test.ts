/** The time inside an encrypted message is that of the query which it came with. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCallbackQuery } from "../../src/protocol/query.ts";
import { checkCreateTime } from "../../src/protocol/signature.ts";
import { fails, isFailure } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";
import { raw, wireRequest, wireText } from "../support/wire.ts";

const NOW = 1_714_036_504;
const OURS = {
  token: "tok3nOfCreateTime",
  encodingAesKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
  appId: "wxb11529c136998cb6",
} as const;

type Mode = "plain" | "compat" | "safe";

/** The outcome, or the code of the refusal, of a message that is signed now. */
async function sent(mode: Mode, createTime: string, clockSkewMs?: number): Promise<string> {
  const bot = echostr.createBot({ ...OURS, mode, clockSkewMs, log: () => {} }).on("*", () => "ran");
  const body = wireText("问", { CreateTime: raw(createTime) });
  const request = wireRequest({ ...OURS, mode, body, timestamp: String(NOW) });
  const receivedAt = NOW * 1000;
  const { outcome, error } = await bot.callback({ method: "POST", ...request, receivedAt });
  return isFailure(error) ? error.code : outcome;
}

describe("The CreateTime inside an encrypted message", () => {
  for (const mode of ["compat", "safe"] as const) {
    it(`may be 10 minutes before or after the query's timestamp in ${mode} mode`, async () => {
      for (const skew of [-600, -15, 0, 1, 600]) {
        assert.equal(await sent(mode, String(NOW + skew)), "answered", `${skew} s`);
      }
    });

    it(`and not more in ${mode} mode`, async () => {
      for (const skew of [-601, 601, -31_536_000, 31_536_000]) {
        assert.equal(await sent(mode, String(NOW + skew)), "TIMESTAMP_SKEW", `${skew} s`);
      }
    });

    it(`is refused in ${mode} mode when it is no number of seconds`, async () => {
      const forms = [
        ...["now", "NaN", "Infinity", `${NOW}000`, `0${NOW}`, `+${NOW}`, `${NOW}.0`, `${NOW}\n`],
        ...[` ${NOW}`, "0x662A1B58", "1.714036504e9", "１７１４０３６５０４", "0", "171403650", `<a>${NOW}</a>1`],
      ];
      for (const form of forms) assert.equal(await sent(mode, form), "TIMESTAMP_SKEW", form);
    });
  }

  it("follows the window of the account", async () => {
    assert.equal(await sent("safe", String(NOW - 5), 5000), "answered");
    assert.equal(await sent("safe", String(NOW - 6), 5000), "TIMESTAMP_SKEW");
    assert.equal(await sent("safe", "1", Infinity), "TIMESTAMP_SKEW");
    assert.equal(await sent("safe", "1000000000", Infinity), "answered");
  });

  it("is not looked at in plain mode, where nothing signs it", async () => {
    for (const form of ["1", "now", String(NOW + 31_536_000)]) {
      assert.equal(await sent("plain", form), "answered");
    }
  });

  it("in compat mode is that inside Encrypt, and not the one beside it", async () => {
    const body = wireText("问", { CreateTime: NOW - 86_400 });
    const request = wireRequest({ ...OURS, mode: "compat", body, timestamp: String(NOW) });
    const forged = request.body.replace(String(NOW - 86_400), String(NOW));
    const bot = echostr.createBot({ ...OURS, mode: "compat", log: () => {} });
    const { query } = request;
    const answer = bot.callback({ method: "POST", query, body: forged, receivedAt: NOW * 1000 });
    const { error } = await answer;
    assert.equal(isFailure(error) && error.code, "TIMESTAMP_SKEW");
  });

  it("is refused with a sentence that says which time is meant, and by how much it is off", () => {
    const query = parseCallbackQuery(`timestamp=${NOW}`);
    const message = (time: string): string =>
      fails(() => checkCreateTime(time, query, 300_000), "TIMESTAMP_SKEW").message;
    const head = "CreateTime of the message must be within 300 s of the query's timestamp, got one ";
    const why = ": the message was sent with another query, or has not the time of sending";
    assert.equal(message(String(NOW - 301)), `${head}301 s behind${why}`);
    assert.equal(message(String(NOW + 86_400)), `${head}86400 s ahead${why}`);
    assert.equal(message("\u001b[2J"), `${head}that is not 10 digits${why}`);
  });
});
