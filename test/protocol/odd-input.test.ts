/** The parts of the protocol, called by a program without types: a sentence says what was expected. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fails } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";
import { wireSign } from "../support/wire.ts";

const { decrypt, formatReply, parseAesKey, parseMessage, parseXml, sign, text, verifySignature } = echostr;

const TIMESTAMP = "1714036504";
const NONCE = "1514711492";

describe("verifySignature", () => {
  it("is false for an empty token, with which anybody can sign", () => {
    for (const token of ["", undefined, null]) {
      const signature = wireSign("", TIMESTAMP, NONCE);
      const parts = { signature, timestamp: TIMESTAMP, nonce: NONCE };
      assert.equal(sign("", TIMESTAMP, NONCE), signature);
      assert.equal(verifySignature(token as string, parts), false);
      assert.equal(verifySignature([token as string], parts), false);
      assert.equal(verifySignature([], parts), false);
      assert.equal(verifySignature([token as string, "t"], parts), false);
    }
  });

  it("is false without parts, and does not throw", () => {
    for (const parts of [undefined, null, {}, { signature: 1, timestamp: 2, nonce: 3 }, "x"]) {
      assert.equal(verifySignature("t", parts as never), false);
    }
  });
});

describe("What is no body", () => {
  const bodies: readonly (readonly [body: unknown, got: string])[] = [
    [undefined, "undefined that is not an element"],
    [null, "object that is not an element"],
    [{ xml: { MsgType: "text" } }, "object that is not an element"],
    [7, "number that is not an element"],
    [{ name: "html", children: [], text: "" }, "<html>"],
  ];
  for (const [body, got] of bodies) {
    it(`is refused by parseMessage: ${JSON.stringify(body)}`, () => {
      const error = fails(() => parseMessage(body as string), "MESSAGE_INVALID");
      assert.equal(error.message, `Root element must be <xml>, got ${got}`);
    });
  }

  for (const [body, got] of [[7, "number"], [{}, "object"], [true, "boolean"]] as const) {
    it(`is refused by parseXml: ${JSON.stringify(body)}`, () => {
      const error = fails(() => parseXml(body as never), "UTF8_INVALID");
      assert.equal(error.message, `Body must be UTF-8, got ${got}`);
    });
  }
});

it("A key that is no text is refused by its type", () => {
  for (const [key, got] of [[undefined, "undefined"], [null, "object"], [43, "number"], [[], "object"]] as const) {
    const error = fails(() => parseAesKey(key as never), "AES_KEY_INVALID");
    assert.equal(error.message, `EncodingAESKey must be 43 characters, got ${got}`);
  }
});

it("A reply without an envelope is refused for want of a time", () => {
  const error = fails(() => formatReply(text("x"), undefined as never), "REPLY_INVALID");
  assert.equal(error.message, "CreateTime must be unix seconds, got undefined");
});

it("A text that is no base64 is refused, be it empty", () => {
  const key = parseAesKey("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG");
  for (const encrypted of ["", " ", "x"]) {
    fails(() => decrypt(encrypted, key, "wx1"), ["DECRYPT_BASE64", "DECRYPT_LENGTH"]);
  }
});
