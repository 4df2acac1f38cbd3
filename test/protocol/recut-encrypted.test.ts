/** In compat and safe mode nothing can be made of a request that somebody has seen. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import { asCaptured, recuts } from "../support/recuts.ts";
import type { Captured, Recut } from "../support/recuts.ts";
import { cryptoVectors, inboundPayloads } from "../support/payloads.ts";
import { echostr } from "../support/subject.ts";
import { wireEncrypt, wireXml } from "../support/wire.ts";

const KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const APP_ID = "wxb11529c136998cb6";
const TOKEN = "tok3nOfRecuts";
const TIMESTAMP = "1714112445";
/** Digits as those of the platform, short ones and long ones, letters, and what base64 begins with. */
const NONCES = ["1590219412", "415670741", "7", "xxxxxx", "9".repeat(32), "0a", "1714112445"];

/** All of them take two to four minutes; without, each twelfth is taken. */
const ALL = process.env["RECUTS"] === "all";
const MESSAGES = inboundPayloads
  .filter(({ text }) => !text.includes("<Encrypt>"))
  .filter((_, at) => ALL || at % 12 === 0)
  .map(({ text }) => text.replace(/<CreateTime>[^/]*</, `<CreateTime>${TIMESTAMP}<`).trimEnd());

interface Keys {
  readonly encodingAesKey: string;
  readonly appId: string;
}

const OURS: Keys = { encodingAesKey: KEY, appId: APP_ID };

function sealed(message: string, at: number, body: (encrypt: string) => string): Captured {
  const random = Buffer.alloc(16, at + 1);
  const encrypt = wireEncrypt(message, { ...OURS, random });
  const nonce = NONCES[at % NONCES.length] ?? "";
  return { token: TOKEN, timestamp: TIMESTAMP, nonce, encrypt, body: body(encrypt) };
}

function alone(encrypt: string): string {
  return `<xml><ToUserName>gh_1</ToUserName><Encrypt>${encrypt}</Encrypt></xml>`;
}

/** How many variants were tried. None may be answered, whenever somebody sends it. */
async function refusesAll(
  mode: "compat" | "safe",
  captured: Captured,
  keys: Keys,
  every = false,
): Promise<number> {
  let runs = 0;
  const { token } = captured;
  const bot = echostr.createBot({ token, mode, ...keys, delivery: false, log: () => {} });
  bot.on("*", () => {
    runs += 1;
  });
  const send = async (request: Pick<Recut, "query" | "body">, at: string): Promise<string> => {
    const receivedAt = Number(/^[0-9]{10}$/.test(at) ? at : captured.timestamp) * 1000;
    const { outcome } = await bot.callback({ method: "POST", ...request, receivedAt });
    return outcome;
  };
  assert.equal(await send(asCaptured(captured), captured.timestamp), "nothing");
  assert.equal(runs, 1, "the request itself is right");
  let tried = 0;
  for (const recut of recuts(captured, every)) {
    tried += 1;
    const outcome = await send(recut, recut.timestamp);
    assert.equal(outcome, "refused", `${recut.kind}: ${recut.query} ${recut.encrypt}`);
  }
  assert.equal(runs, 1, "no handler saw another");
  return tried;
}

function tell(context: TestContext, requests: number, tried: number): void {
  context.diagnostic(`${tried.toLocaleString("en-US")} variants of ${requests} requests`);
  assert.ok(tried > 1000 * requests, "and there were many");
}

describe("A request of safe or compat mode, cut, permuted and extended,", () => {
  it("is refused, whichever known answer it is made of", async (context) => {
    let tried = 0;
    const vectors = cryptoVectors.filter(({ plaintext = "", timestamp }) => {
      return plaintext.includes(`<CreateTime>${timestamp}</CreateTime>`);
    });
    for (const { token, timestamp, nonce, encrypt = "", encodingAESKey = "", appid = "" } of vectors) {
      const captured = { token, timestamp, nonce, encrypt, body: alone(encrypt) };
      tried += await refusesAll("safe", captured, { encodingAesKey: encodingAESKey, appId: appid });
    }
    assert.ok(vectors.length >= 3);
    tell(context, vectors.length, tried);
  });

  for (const mode of ["compat", "safe"] as const) {
    it(`is refused in ${mode} mode, whichever message is in it`, async (context) => {
      let tried = 0;
      for (const [at, message] of MESSAGES.entries()) {
        const beside = (encrypt: string): string =>
          message.replace(/<\/xml>$/, () => `<Encrypt>${encrypt}</Encrypt></xml>`);
        const captured = sealed(message, at, mode === "safe" ? alone : beside);
        tried += await refusesAll(mode, captured, OURS);
      }
      tell(context, MESSAGES.length, tried);
    });
  }

  const skip = ALL ? false : "RECUTS=all runs it";
  it("is refused in every cut that there is, also without 10 digits", { skip }, async (context) => {
    const fields = { ToUserName: "g", FromUserName: "o", CreateTime: Number(TIMESTAMP), MsgType: "a" };
    const captured = sealed(wireXml(fields), 0, alone);
    tell(context, 1, await refusesAll("safe", captured, OURS, true));
  });
});
