/** What is said of a body that cannot be decrypted, word by word, and where each rule begins. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decrypt, decryptWithAny, encrypt, parseAesKey } from "../../src/protocol/encryption.ts";
import { textIn } from "../../src/protocol/message.ts";
import { parseXml } from "../../src/protocol/xml.ts";
import { formatEncryptedReply } from "../../src/protocol/reply.ts";
import { fails } from "../support/expect.ts";
import {
  wireDecrypt,
  wireEncrypt,
  wireEncryptFrame,
  wireFrame,
  wirePadding,
} from "../support/wire-encryption.ts";
import { wireSign } from "../support/wire.ts";

const KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const OTHER = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
const APP_ID = "wx5823bf96d3bd56c7";
const key = parseAesKey(KEY);

/** Bytes before the padding, padded. */
function sealed(frame: Uint8Array): string {
  return wireEncryptFrame(Buffer.concat([frame, wirePadding(frame.length)]), KEY);
}

function sentence(encrypted: string, code: string, appId: string = APP_ID): string {
  return fails(() => decrypt(encrypted, key, appId), code).message;
}

describe("what is no message, no key of parseAesKey and no appid is refused", () => {
  const calls: readonly (readonly [call: () => unknown, message: string])[] = [
    [() => encrypt(undefined as never, key, APP_ID), "Message must be a text, got undefined"],
    [() => encrypt("x", KEY as never, APP_ID), "Key must come from parseAesKey, got string"],
    [() => encrypt("x", key, undefined as never), "AppID must be a text, got undefined"],
    [() => decrypt({} as never, key, APP_ID), "Encrypted message must be a text, got object"],
    [() => decrypt(sealed(Buffer.alloc(20)), KEY as never, APP_ID), "Key must come from parseAesKey, got string"],
    [() => decrypt(sealed(Buffer.alloc(20)), key, undefined as never), "AppID must be a text, got undefined"],
  ];
  for (const [call, message] of calls) {
    it(`: ${message}`, () => assert.equal(fails(call, "SETTING_INVALID").message, message));
  }
});

describe("a key is refused", () => {
  const wrong: Readonly<Record<string, string>> = {
    [KEY.slice(1)]: "EncodingAESKey must be 43 characters, got 42",
    [`${KEY}a`]: "EncodingAESKey must be 43 characters, got 44",
    "": "EncodingAESKey must be 43 characters, got 0",
  };
  for (const [text, message] of Object.entries(wrong)) {
    it(`: ${message}`, () => {
      assert.equal(fails(() => parseAesKey(text), "AES_KEY_INVALID").message, message);
    });
  }

  it(": one of other characters, wherever they stand", () => {
    for (const text of [`+${KEY.slice(1)}`, `${KEY.slice(1)}=`, KEY.replace("m", "-")]) {
      assert.equal(
        fails(() => parseAesKey(text), "AES_KEY_INVALID").message,
        "EncodingAESKey must consist of A-Z, a-z and 0-9, got another character",
      );
    }
  });

  it("and is 32 bytes otherwise, of which 16 are the first block's", () => {
    const bytes = Buffer.from(`${KEY}=`, "base64");
    assert.deepEqual(Buffer.from(key.iv), bytes.subarray(0, 16));
    assert.deepEqual(key.key.export(), bytes);
  });
});

describe("ciphertext is refused, with the cause for the log", () => {
  it(": other characters than those of base64", () => {
    const message = "Encrypt must be base64, got other characters";
    for (const text of ["", "!", "abc", "ab-_", "abcdé", "a===", "YQ==YQ==", "Y Q="]) {
      assert.equal(sentence(text, "DECRYPT_BASE64"), message, text);
    }
  });

  it(": a number of bytes that no frame has", () => {
    const bytes = Buffer.alloc(48).toString("base64");
    const message = "Encrypted bytes must be a multiple of 32, got 48";
    assert.equal(sentence(bytes, "DECRYPT_LENGTH"), message);
  });

  it(": padding of 0 or of more than 32 bytes", () => {
    for (const last of [0, 33, 255]) {
      const frame = Buffer.alloc(64, last);
      assert.equal(
        sentence(wireEncryptFrame(frame, KEY), "DECRYPT_PADDING"),
        `Padding must be 1 to 32, got ${last}: the key is probably wrong`,
      );
    }
  });

  it(": padding of which a byte is another", () => {
    const frame = Buffer.alloc(64, 32);
    frame[32] = 7;
    assert.equal(
      sentence(wireEncryptFrame(frame, KEY), "DECRYPT_PADDING"),
      "Each of the 32 bytes of padding must be 32, got 7",
    );
    const whole = wireFrame("", { encodingAesKey: KEY, appId: "" });
    const two = Buffer.concat([whole, Buffer.alloc(11, 0xaa), Buffer.from([1])]);
    assert.equal(sentence(wireEncryptFrame(two, KEY), "DECRYPT_APPID").includes("appid"), true);
  });

  it(": a frame that is shorter than its head", () => {
    assert.equal(
      sentence(sealed(Buffer.alloc(19)), "DECRYPT_FRAME"),
      "Decrypted frame must be at least 20 bytes, got 19",
    );
    assert.equal(sentence(sealed(Buffer.alloc(0)), "DECRYPT_FRAME").endsWith("got 0"), true);
    assert.equal(decrypt(sealed(Buffer.alloc(20)), key, ""), "");
  });

  it(": a length that is beyond the frame", () => {
    const settings = { encodingAesKey: KEY, appId: "" };
    const long = wireEncrypt("hello", { ...settings, lengthField: 6 });
    assert.equal(
      sentence(long, "DECRYPT_FRAME"),
      "Length field of the decrypted frame must be at most 5, got 6",
    );
    const negative = wireEncrypt("hello", { ...settings, lengthField: -1 });
    assert.equal(sentence(negative, "DECRYPT_FRAME").endsWith("got 4294967295"), true);
    assert.equal(decrypt(wireEncrypt("hello", settings), key, ""), "hello");
  });

  it(": another appid, which is shown if it can be one", () => {
    const got = (appId: string): string =>
      sentence(wireEncrypt("x", { encodingAesKey: KEY, appId }), "DECRYPT_APPID");
    const expected = `Message is for another appid: expected "${APP_ID}", got `;
    assert.equal(got("wx-_09AZaz"), `${expected}"wx-_09AZaz"`);
    assert.equal(got("w".repeat(64)), `${expected}"${"w".repeat(64)}"`);
    assert.equal(got("w".repeat(65)), `${expected}"65 other characters"`);
    assert.equal(got(""), `${expected}"0 other characters"`);
    assert.equal(got("wx 1"), `${expected}"4 other characters"`);
    assert.equal(got(`${APP_ID}!`), `${expected}"19 other characters"`);
    assert.equal(got(`!${APP_ID}`), `${expected}"19 other characters"`);
  });
});

describe("of several keys", () => {
  it("the first that fits decrypts", () => {
    const keys = [parseAesKey(OTHER), key];
    const body = wireEncrypt("你好", { encodingAesKey: KEY, appId: APP_ID });
    const { message, key: used } = decryptWithAny(body, keys, APP_ID);
    assert.deepEqual([message, used === key], ["你好", true]);
  });

  it("the first one's failure is told when none fits", () => {
    // By chance another key finds padding of one byte: not with these random bytes.
    const random = Buffer.alloc(16, 1);
    const body = wireEncrypt("x", { encodingAesKey: KEY, appId: "wxother", random });
    fails(() => decryptWithAny(body, [key, parseAesKey(OTHER)], APP_ID), "DECRYPT_APPID");
    fails(() => decryptWithAny(body, [parseAesKey(OTHER), key], APP_ID), "DECRYPT_PADDING");
  });

  it("one must be there", () => {
    const error = fails(() => decryptWithAny("", [], APP_ID), "BODY_ENCRYPTED");
    assert.equal(error.message, "Body is encrypted, but there is no key");
  });
});

describe("what is encrypted", () => {
  const random = Buffer.from("0123456789abcdef");

  it("is the frame that the platform expects, of every length", () => {
    for (let length = 0; length <= 70; length += 1) {
      const message = "é".repeat(length);
      const encrypted = encrypt(message, key, APP_ID, random);
      assert.equal(encrypted, wireEncrypt(message, { encodingAesKey: KEY, appId: APP_ID, random }));
      assert.equal(wireDecrypt(encrypted, KEY).message, message);
    }
  });

  it("begins with 16 random bytes, no more and no fewer", () => {
    for (const size of [0, 15, 17]) {
      assert.throws(() => encrypt("x", key, APP_ID, Buffer.alloc(size)), {
        name: "RangeError",
        message: `random must be 16 bytes, got ${size}`,
      });
    }
    const [one, two] = [1, 2].map(() => wireDecrypt(encrypt("x", key, APP_ID), KEY).random);
    assert.notDeepEqual(one, two);
  });

  it("is sent in an envelope of four fields", () => {
    const signature = wireSign("t", "1714036504", "n]]>", "Y2lwaGVy");
    assert.equal(
      formatEncryptedReply("Y2lwaGVy", "t", "1714036504", "n]]>"),
      `<xml><Encrypt><![CDATA[Y2lwaGVy]]></Encrypt><MsgSignature><![CDATA[${signature}]]>` +
        "</MsgSignature><TimeStamp>1714036504</TimeStamp>" +
        "<Nonce><![CDATA[n]]]]><![CDATA[>]]></Nonce></xml>",
    );
  });

  it("is read from the envelope that comes", () => {
    assert.equal(textIn(parseXml("<xml><A>1</A><Encrypt>YQ==</Encrypt></xml>"), "Encrypt"), "YQ==");
    assert.equal(textIn(parseXml("<xml><A>1</A></xml>"), "Encrypt"), undefined);
    assert.equal(textIn(parseXml("<xml><A><Encrypt>YQ==</Encrypt></A></xml>"), "Encrypt"), undefined);
  });
});
