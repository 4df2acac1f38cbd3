import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCallbackQuery } from "../../src/protocol/query.ts";
import type { CallbackQuery } from "../../src/protocol/query.ts";
import {
  checkMsgSignature,
  checkSignature,
  checkTimestamp,
} from "../../src/protocol/signature.ts";
import { fails } from "../support/expect.ts";
import { wireSign } from "../support/wire.ts";

const TOKEN = "tok3nOfAuthenticity";
const TOKENS = ["an0therToken", TOKEN];

/** Signed with the token, whatever the values are. */
function query(fields: { timestamp?: string; nonce?: string; encrypt?: string }): CallbackQuery {
  const { timestamp = "", nonce = "", encrypt } = fields;
  const signature = wireSign(TOKEN, timestamp, nonce, encrypt);
  const name = encrypt === undefined ? "signature" : "msg_signature";
  const { encrypt: _, ...sent } = fields;
  return parseCallbackQuery(new URLSearchParams({ [name]: signature, ...sent }).toString());
}

const SENT = { timestamp: "1714036504", nonce: "7" };

function shown(text: string): string {
  return JSON.stringify(text).slice(0, 40);
}

function refusal(run: () => unknown, code: string): string {
  return fails(run, code).message;
}

describe("a request is WeChat's", () => {
  it("when it is signed with one of the tokens", () => {
    checkSignature(TOKENS, query(SENT));
    const encrypt = "Y2lwaGVy";
    assert.equal(checkMsgSignature(TOKENS, query({ ...SENT, encrypt }), encrypt), TOKEN);
  });

  it("and not when it is signed with another token", () => {
    assert.equal(
      refusal(() => checkSignature(["x"], query(SENT)), "SIGNATURE_MISMATCH"),
      "Parameter signature was not made with our token: " +
        "is the token of the account's settings ours",
    );
    const sealed = query({ ...SENT, encrypt: "a" });
    assert.equal(
      refusal(() => checkMsgSignature(TOKENS, sealed, "b"), "SIGNATURE_MISMATCH"),
      "Parameter msg_signature was not made with our token: " +
        "is the token of the account's settings ours",
    );
  });

  it("and not when it is not signed at all", () => {
    const none = parseCallbackQuery("timestamp=1714036504&nonce=7");
    const hint = "the official debugging tool sends none in plain mode, WeChat always does";
    assert.equal(
      refusal(() => checkSignature(TOKENS, none), "SIGNATURE_MISSING"),
      `Parameter signature expected, got none: ${hint}`,
    );
    assert.equal(
      refusal(() => checkMsgSignature(TOKENS, none, "a"), "SIGNATURE_MISSING"),
      `Parameter msg_signature expected, got none: ${hint}`,
    );
  });

  // As behind nginx with proxy_pass and a path of its own, and behind some gateways of cloud functions.
  it("and not when the whole query was dropped on its way", () => {
    const hint = "no parameter of WeChat's came, so this is not WeChat, or a proxy drops the query";
    for (const dropped of ["", "&", "from=proxy"]) {
      const none = parseCallbackQuery(dropped);
      assert.equal(
        refusal(() => checkSignature(TOKENS, none), "SIGNATURE_MISSING"),
        `Parameter signature expected, got none: ${hint}`,
      );
      assert.equal(
        refusal(() => checkMsgSignature(TOKENS, none, "a"), "SIGNATURE_MISSING"),
        `Parameter msg_signature expected, got none: ${hint}`,
      );
    }
  });

  it("and not when only msg_signature came", () => {
    assert.equal(
      refusal(() => checkSignature(TOKENS, query({ ...SENT, encrypt: "a" })), "SIGNATURE_MISSING"),
      "Parameter signature expected, got none: " +
        "only msg_signature came: that is how 企业微信 signs, not an official account",
    );
  });

  const invalid: Readonly<Record<string, { timestamp?: string; nonce?: string }>> = {
    "Parameter timestamp expected, got none": { nonce: "7" },
    "Parameter nonce expected, got none": { timestamp: "1714036504" },
  };
  for (const [message, fields] of Object.entries(invalid)) {
    it(`and not without a part that is signed: ${message}`, () => {
      const sent = query(fields);
      assert.equal(refusal(() => checkSignature(TOKENS, sent), "QUERY_INVALID"), message);
    });
  }

  const noTimestamps = ["", "0", "171403650", "17140365040", "1714036504000", "171403650a"];
  const almost = ["+171403650", "-171403650", "1714036.50", " 171403650", "171403650\n", "١٧١٤٠٣٦٥٠٤"];
  for (const timestamp of [...noTimestamps, ...almost, "1714036504\n", "1714036504 "]) {
    it(`and not with a timestamp of another form than 10 digits: ${shown(timestamp)}`, () => {
      const sent = query({ timestamp, nonce: "7" });
      assert.equal(
        refusal(() => checkSignature(TOKENS, sent), "QUERY_INVALID"),
        `Parameter timestamp must be 10 digits, got another text of ${timestamp.length}`,
      );
    });
  }

  const noNonces = ["", "a b", "a-b", "a_b", "a+b", "a/b", "a=", "测试", "é", "\u001b[2J", "7\n", "\0"];
  for (const nonce of [...noNonces, "x".repeat(33), "7".repeat(10_000)]) {
    it(`and not with a nonce of other characters or of more than 32: ${shown(nonce)}`, () => {
      const sealed = query({ ...SENT, nonce, encrypt: "a" });
      const message =
        "Parameter nonce must be 1 to 32 characters of 0-9, A-Z and a-z, " +
        `got another text of ${nonce.length}`;
      const sent = query({ ...SENT, nonce });
      assert.equal(refusal(() => checkSignature(TOKENS, sent), "QUERY_INVALID"), message);
      const check = (): unknown => checkMsgSignature(TOKENS, sealed, "a");
      assert.equal(refusal(check, "QUERY_INVALID"), message);
    });
  }

  it("with a timestamp of 10 digits and a nonce of 1 to 32 letters and digits", () => {
    for (const timestamp of ["0000000000", "1714036504", "9999999999"]) {
      for (const nonce of ["0", "Z", "1514711492", "xxxxxx", "x".repeat(32)]) {
        checkSignature(TOKENS, query({ timestamp, nonce }));
      }
    }
  });
});

describe("a request is of now", () => {
  const at = 1_714_036_504_000;
  const sent = query(SENT);

  it("when its timestamp is as far from our clock as it may be, on either side", () => {
    for (const now of [at, at - 300_000, at + 300_000]) checkTimestamp(sent, now, 300_000);
  });

  it("and not when it is a millisecond farther", () => {
    const message = (seconds: number, side: string): string =>
      `Timestamp must be within 300 s of our clock, got one ${seconds} s ${side}: ` +
      "is the clock of this machine right";
    const refused = (now: number): string =>
      refusal(() => checkTimestamp(sent, now, 300_000), "TIMESTAMP_SKEW");
    assert.equal(refused(at + 300_001), message(300, "behind"));
    assert.equal(refused(at - 300_001), message(300, "ahead"));
    assert.equal(refused(at + 86_400_600), message(86_401, "behind"));
    assert.equal(refused(at - 86_400_400), message(86_400, "ahead"));
  });
});
