/** What a request must bring so that anybody can say whether it comes from WeChat. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CallbackResponse } from "../../src/index.ts";
import { isFailure } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";
import { wireEncrypt, wireHandshake, wireRequest, wireSign, wireText } from "../support/wire.ts";

const TOKEN = "tok3nOfTheProof";
const KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const APP_ID = "wxb11529c136998cb6";
const TIMESTAMP = "1714112445";
const SIGNED = { token: TOKEN, timestamp: TIMESTAMP };

const plain = echostr.createBot({ token: TOKEN, log: () => {} });
const safe = echostr.createBot({
  token: TOKEN,
  encodingAesKey: KEY,
  appId: APP_ID,
  log: () => {},
});

/** Asks a bot whose clock shows the second in which the request was signed. */
function ask(bot: typeof plain, query: string, body?: string): Promise<CallbackResponse> {
  const method = body === undefined ? "GET" : "POST";
  const receivedAt = Number(TIMESTAMP) * 1000;
  return bot.callback({ method, query, body: body ?? "", receivedAt });
}

async function refusal(answer: Promise<CallbackResponse>): Promise<string> {
  const { outcome, error } = await answer;
  assert.equal(outcome, "refused");
  assert.ok(isFailure(error), String(error));
  return `${error.code}: ${error.message}`;
}

describe("A query", () => {
  const query = wireHandshake({ ...SIGNED, nonce: "7" });

  for (const name of ["timestamp", "nonce"]) {
    it(`without ${name} is refused`, async () => {
      const rest = new URLSearchParams(query);
      rest.delete(name);
      const told = await refusal(ask(plain, rest.toString()));
      assert.equal(told, `QUERY_INVALID: Parameter ${name} expected, got none`);
    });
  }

  for (const timestamp of ["", "1e9", "-171411244", "1714112445.5", "1".repeat(11), "１"]) {
    it(`whose timestamp is not 10 digits is refused: "${timestamp}"`, async () => {
      const signed = wireHandshake({ token: TOKEN, timestamp, nonce: "7" });
      const told = await refusal(ask(plain, signed));
      assert.match(told, /^QUERY_INVALID: Parameter timestamp must be 10 digits, got another/);
    });
  }

  for (const nonce of ["", "a.b", "7".repeat(33), "测试"]) {
    it(`whose nonce is not 1 to 32 letters and digits is refused: "${nonce}"`, async () => {
      const told = await refusal(ask(plain, wireHandshake({ ...SIGNED, nonce })));
      assert.match(told, /^QUERY_INVALID: Parameter nonce must be 1 to 32 characters of 0-9/);
    });
  }

  it("without signature is refused, and the tool named that sends none", async () => {
    const told = await refusal(ask(plain, `timestamp=${TIMESTAMP}&nonce=7&echostr=a`));
    assert.match(told, /^SIGNATURE_MISSING: Parameter signature expected, got none: the official/);
  });

  it("with msg_signature alone is refused in plain mode, and 企业微信 named", async () => {
    const rest = `timestamp=${TIMESTAMP}&nonce=7&echostr=a&msg_signature=${"0".repeat(40)}`;
    const told = await refusal(ask(plain, rest));
    assert.match(told, /^SIGNATURE_MISSING: Parameter signature expected.* 企业微信 signs/);
  });

  it("without any signature is refused in safe mode before the body is decrypted", async () => {
    const encrypt = wireEncrypt(wireText("你好"), { encodingAesKey: KEY, appId: APP_ID });
    const body = `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`;
    const told = await refusal(ask(safe, `timestamp=${TIMESTAMP}&nonce=7`, body));
    assert.match(told, /^SIGNATURE_MISSING: Parameter msg_signature expected, got none/);
  });

  it("may have a parameter without =, which is then empty", async () => {
    const signature = wireSign(TOKEN, TIMESTAMP, "7");
    const rest = `signature=${signature}&timestamp=${TIMESTAMP}&nonce=7&echostr`;
    assert.deepEqual(await ask(plain, rest), { outcome: "verified", body: "", type: "text" });
  });

  it("with everything in its place is answered", async () => {
    assert.equal((await ask(plain, query)).outcome, "verified");
    const encrypted = { mode: "safe", encodingAesKey: KEY, appId: APP_ID } as const;
    const request = wireRequest({ ...SIGNED, ...encrypted, body: wireText("你好") });
    assert.equal((await ask(safe, request.query, request.body)).outcome, "nothing");
  });
});
