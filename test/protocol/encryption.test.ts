import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decryptWithAny } from "../../src/protocol/encryption.ts";
import { fails } from "../support/expect.ts";
import { cryptoVectors } from "../support/payloads.ts";
import { echostr } from "../support/subject.ts";
import { wireDecrypt, wireEncrypt } from "../support/wire.ts";

const { decrypt, encrypt, parseAesKey } = echostr;

const KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const APP_ID = "wxb11529c136998cb6";
const DECRYPT_CODES = ["DECRYPT_PADDING", "DECRYPT_FRAME", "DECRYPT_APPID"];

describe("known ciphertexts", () => {
  for (const vector of cryptoVectors) {
    const { id, encodingAESKey, appid, random, encrypt: ciphertext, plaintext } = vector;
    if (encodingAESKey === undefined || appid === undefined) continue;
    if (random === undefined || ciphertext === undefined || plaintext === undefined) continue;

    it(`${id} is read`, () => {
      assert.equal(decrypt(ciphertext, parseAesKey(encodingAESKey), appid), plaintext);
    });

    it(`${id} is written again byte for byte from the same 16 random bytes`, () => {
      const bytes = Buffer.from(random, "ascii");
      assert.equal(bytes.length, 16);
      assert.equal(encrypt(plaintext, parseAesKey(encodingAESKey), appid, bytes), ciphertext);
    });
  }

  it("are thirteen, and their padding reaches beyond the 16 bytes of AES", () => {
    const full = cryptoVectors.filter(({ kind }) => kind === "full");
    assert.equal(full.length, 13);
    assert.ok(full.some(({ pad = 0 }) => pad > 16));
  });
});

describe("a message of any length goes there and back", () => {
  const key = parseAesKey(KEY);

  it("with each padding from 1 to 32, written by us and read by another", () => {
    const pads = new Set<number>();
    for (let length = 0; length < 64; length += 1) {
      const message = "x".repeat(length);
      const frame = wireDecrypt(encrypt(message, key, APP_ID), KEY);
      assert.equal(frame.message, message);
      assert.equal(frame.appId, APP_ID);
      pads.add(frame.pad);
    }
    assert.equal(pads.size, 32);
  });

  it("with each padding from 1 to 32, written by another and read by us", () => {
    for (let length = 0; length < 64; length += 1) {
      const message = "y".repeat(length);
      const ciphertext = wireEncrypt(message, { encodingAesKey: KEY, appId: APP_ID });
      assert.equal(decrypt(ciphertext, key, APP_ID), message);
    }
  });

  it("with its length counted in bytes of UTF-8, not in characters", () => {
    const messages = [
      "我是中文abcd123",
      "😀",
      "é",
      "\u0000\r\n\t",
      "中".repeat(1000),
      "a😀".repeat(333),
    ];
    for (const message of messages) {
      assert.equal(wireDecrypt(encrypt(message, key, APP_ID), KEY).message, message);
      const ciphertext = wireEncrypt(message, { encodingAesKey: KEY, appId: APP_ID });
      assert.equal(decrypt(ciphertext, key, APP_ID), message);
    }
  });

  it("and be it empty, for an empty appid as well", () => {
    for (const appId of [APP_ID, ""]) {
      const ciphertext = wireEncrypt("", { encodingAesKey: KEY, appId });
      assert.equal(decrypt(ciphertext, key, appId), "");
      assert.equal(wireDecrypt(encrypt("", key, appId), KEY).appId, appId);
    }
  });

  it("up to a megabyte", () => {
    const message = "微信 <xml> ".repeat(80_000);
    assert.equal(decrypt(encrypt(message, key, APP_ID), key, APP_ID), message);
  });

  it("with an appid that is not ASCII", () => {
    const ciphertext = wireEncrypt("你好", { encodingAesKey: KEY, appId: "公司" });
    assert.equal(decrypt(ciphertext, key, "公司"), "你好");
    assert.equal(wireDecrypt(encrypt("你好", key, "公司"), KEY).appId, "公司");
  });

  it("with other random bytes each time when none are given", () => {
    const ciphertexts = new Set<string>();
    for (let round = 0; round < 200; round += 1) ciphertexts.add(encrypt("a", key, APP_ID));
    assert.equal(ciphertexts.size, 200);
    const randoms = new Set<string>();
    for (const ciphertext of ciphertexts)
      randoms.add(wireDecrypt(ciphertext, KEY).random.toString("hex"));
    assert.equal(randoms.size, 200);
  });

  it("and the random bytes that are given are left as they were", () => {
    const random = Buffer.from("aaaabbbbccccdddd");
    const ciphertext = encrypt("a", key, APP_ID, random);
    assert.equal(encrypt("a", key, APP_ID, random), ciphertext);
    assert.equal(random.toString(), "aaaabbbbccccdddd");
    assert.equal(wireDecrypt(ciphertext, KEY).random.toString(), "aaaabbbbccccdddd");
  });

  it("in base64 of whole 32-byte blocks, with = and without line breaks", () => {
    for (let length = 0; length < 200; length += 1) {
      const ciphertext = encrypt("z".repeat(length), key, APP_ID);
      assert.match(ciphertext, /^[A-Za-z0-9+/]+={0,2}$/);
      assert.equal(ciphertext.length % 4, 0);
      assert.equal(Buffer.from(ciphertext, "base64").length % 32, 0);
    }
  });
});

describe("an EncodingAESKey", () => {
  it("has 43 characters, and the message says how many came", () => {
    for (const length of [0, 1, 16, 32, 42, 44, 64, 4300]) {
      const error = fails(() => parseAesKey("a".repeat(length)), "AES_KEY_INVALID", `${length}`);
      assert.equal(error.message, `EncodingAESKey must be 43 characters, got ${length}`);
    }
  });

  it("has no blanks around it", () => {
    for (const text of [` ${KEY}`, `${KEY} `, `${KEY}\n`, ` ${KEY.slice(1)}`, `${KEY.slice(1)} `]) {
      fails(() => parseAesKey(text), "AES_KEY_INVALID", JSON.stringify(text));
    }
  });

  it("is base64 without its last =, and nothing else", () => {
    for (const bad of ["=", "!", "-", "_", ".", " ", "\0", "\n", "é", "中", "Ａ"]) {
      for (const index of [0, 20, 42]) {
        const text = KEY.slice(0, index) + bad + KEY.slice(index + 1);
        assert.equal(text.length, 43);
        fails(() => parseAesKey(text), "AES_KEY_INVALID", JSON.stringify(text));
      }
    }
    fails(() => parseAesKey("😀".repeat(21) + "a"), "AES_KEY_INVALID", "emoji");
  });

  it("is not repeated in the message of its refusal", () => {
    const secret = `${KEY.slice(0, 40)}!!!`;
    const error = fails(() => parseAesKey(secret), "AES_KEY_INVALID");
    assert.ok(!error.message.includes(secret.slice(0, 20)), error.message);
  });

  it("may carry bits in its last character that no byte uses", () => {
    // E, F, G and H differ in those two bits only.
    const ciphertext = encrypt("同", parseAesKey(KEY), APP_ID);
    for (const last of "EFGH") {
      assert.equal(decrypt(ciphertext, parseAesKey(KEY.slice(0, 42) + last), APP_ID), "同");
    }
  });

  it("that is another one reads nothing", () => {
    const ciphertext = encrypt("hello", parseAesKey(KEY), APP_ID);
    for (const other of ["A".repeat(43), KEY.slice(1) + "a", KEY.slice(0, 42) + "A"]) {
      const error = fails(
        () => decrypt(ciphertext, parseAesKey(other), APP_ID),
        ["DECRYPT_PADDING", "DECRYPT_FRAME", "DECRYPT_APPID"],
        other,
      );
      assert.ok(!error.message.includes("hello"));
    }
  });
});

describe("encrypt", () => {
  it("refuses random bytes that are not 16", () => {
    for (const length of [0, 15, 17]) {
      assert.throws(() => encrypt("a", parseAesKey(KEY), APP_ID, new Uint8Array(length)), {
        name: "RangeError",
        message: `random must be 16 bytes, got ${length}`,
      });
    }
  });
});

describe("decryptWithAny", () => {
  it("without a key says that there is none", () => {
    assert.throws(() => decryptWithAny("AAAA", [], APP_ID), {
      code: "BODY_ENCRYPTED",
      message: "Body is encrypted, but there is no key",
    });
  });

  it("tells what the current key met when no key fits", () => {
    const keys = ["A".repeat(43), "B".repeat(43)].map(parseAesKey);
    const [current = parseAesKey(KEY)] = keys;
    const ciphertext = encrypt("a", parseAesKey(KEY), APP_ID);
    const { code, message } = fails(() => decrypt(ciphertext, current, APP_ID), DECRYPT_CODES);
    assert.throws(() => decryptWithAny(ciphertext, keys, APP_ID), { code, message });
  });
});
