/** The address that the program prints is good for an echo, and for nothing else. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clusterNotice } from "../../src/cli/notices.ts";
import { readSettings } from "../../src/cli/settings.ts";
import { startLines } from "../../src/cli/start-lines.ts";
import { ECHO_ONLY_NONCE } from "../../src/protocol/signature.ts";
import { isFailure } from "../support/expect.ts";
import { recuts } from "../support/recuts.ts";
import { echostr } from "../support/subject.ts";
import { wireEncrypt, wireText } from "../support/wire.ts";

const NOW = 1_714_036_504_000;
const SAFE = {
  encodingAesKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
  appId: "wxb11529c136998cb6",
};

/** Tokens that stand before, between and behind the two other parts. */
const TOKENS = ["tok3nOfTheLine", "0begins", "AAAAA", "echoOnly", "echo", "y1", "2"];

function printedQuery(token: string): string {
  const settings = readSettings({ WECHAT_TOKEN: token }, true);
  const server = { port: 80, url: "http://127.0.0.1:80" };
  const lines = startLines(settings, server, "a bot", NOW, false);
  return /curl 'http:[^?]*\?([^']*)'/.exec(lines)?.[1] ?? "";
}

describe("The line of the token where it is kept", () => {
  for (const [token, en, zh] of [
    ["tok3n", "the one in WECHAT_TOKEN", "WECHAT_TOKEN 的值"],
    ["tok3n,0ld", "the first one in WECHAT_TOKEN", "WECHAT_TOKEN 中的第一个"],
  ] as const) {
    test(`names the setting, and never the token: ${token}`, () => {
      const settings = readSettings({ WECHAT_TOKEN: token }, true);
      const server = { port: 80, url: "http://127.0.0.1:80" };
      for (const [language, words] of [["en", en], ["zh", zh]] as const) {
        const said = startLines(settings, server, "a bot", NOW, true, language);
        assert.ok(said.includes(`\n  Token           ${words}\n`), said);
        assert.doesNotMatch(said, /tok3n|0ld/);
      }
    });
  }
});

describe("The address that the program prints to try it with", () => {
  for (const token of TOKENS) {
    const query = printedQuery(token);
    const read = new URLSearchParams(query);
    const [timestamp, nonce] = [read.get("timestamp") ?? "", read.get("nonce") ?? ""];
    let runs = 0;
    const handler = (): void => {
      runs += 1;
    };
    const plain = echostr.createBot({ token, log: () => {} }).on("*", handler);
    const safe = echostr.createBot({ token, ...SAFE, log: () => {} }).on("*", handler);

    test(`is answered with its echo (token ${token})`, async () => {
      assert.ok(nonce.startsWith(ECHO_ONLY_NONCE));
      for (const bot of [plain, safe]) {
        const answer = await bot.callback({ method: "GET", query, body: "", receivedAt: NOW });
        assert.deepEqual([answer.outcome, answer.body], ["verified", read.get("echostr")]);
      }
    });

    test(`sends no forged message, however it is cut (token ${token})`, async (context) => {
      const forged = wireText("forged");
      const refused = await plain.callback({ method: "POST", query, body: forged, receivedAt: NOW });
      assert.ok(isFailure(refused.error) && refused.error.code === "SIGNATURE_MISMATCH");
      assert.match(refused.error.message, /^Signature must be made for a message, got one for an e/);
      let tried = 0;
      const encrypt = wireEncrypt(forged, SAFE);
      const sealed = { encrypt, body: `<xml><Encrypt>${encrypt}</Encrypt></xml>` };
      for (const [bot, body] of [[plain, { body: forged }], [safe, sealed]] as const) {
        for (const recut of recuts({ token, timestamp, nonce, ...body })) {
          // What is bound to Encrypt is none of the printed: the generator makes it, we do not.
          if (body === sealed && recut.kind !== "other signature") continue;
          const at = /^[0-9]{10}$/.test(recut.timestamp) ? Number(recut.timestamp) * 1000 : NOW;
          const { outcome } = await bot.callback({ method: "POST", ...recut, receivedAt: at });
          assert.equal(outcome, "refused", JSON.stringify(recut));
          tried += 1;
        }
      }
      assert.equal(runs, 0);
      context.diagnostic(`${tried} variants`);
    });
  }
});

describe("A process of a cluster", () => {
  const says = /^STORE=memory in a cluster: a repeat may reach another process/;

  test("says that its memory is its own", () => {
    assert.match(clusterNotice(undefined, true).join("\n"), says);
    assert.match(clusterNotice("memory", true).join("\n"), says);
  });

  test("says nothing where the store is shared, and nor does a process that is alone", () => {
    assert.deepEqual(clusterNotice("sqlite:echostr.db", true), []);
    assert.deepEqual(clusterNotice("redis://localhost", true), []);
    assert.deepEqual(clusterNotice(undefined, false), []);
  });
});
