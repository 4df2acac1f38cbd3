/**
 * Decryption: what is read is what an independent reader finds in the frame, and everything else is
 * refused with a code. An input is the text of `<Encrypt>`.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Random } from "../support/random.ts";
import { echostr } from "../support/subject.ts";
import {
  wireDecrypt,
  wireEncrypt,
  wireEncryptFrame,
  wireFrame,
  wirePadding,
} from "../support/wire.ts";
import { anyText, mutate } from "./mutate.ts";
import { attempt } from "./target.ts";
import type { Target } from "./target.ts";

const encodingAesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const appId = "wxb11529c136998cb6";
const key = echostr.parseAesKey(encodingAesKey);

const FRAGMENTS = ["=", "==", "-", "_", " ", "\n", "A", "AAAA", "%", "中", "ŁŁŁŁ", "\0", "\u00ff"];

export const decryption: Target = {
  name: "decryption",
  due: {
    read: 10,
    ...{ DECRYPT_BASE64: 20, DECRYPT_LENGTH: 50, DECRYPT_PADDING: 20, DECRYPT_FRAME: 50 },
    ...{ DECRYPT_APPID: 50, UTF8_INVALID: 100 },
  },
  dictionary: FRAGMENTS,
  make(random) {
    const encrypted = Buffer.from(anEncrypt(random));
    return random.below(3) === 0 ? mutate(encrypted, random, FRAGMENTS) : encrypted;
  },
  check(input) {
    const text = Buffer.from(input).toString("utf8");
    const codes = /^(DECRYPT_(BASE64|LENGTH|PADDING|FRAME|APPID)|UTF8_INVALID)$/;
    const found = attempt(() => echostr.decrypt(text, key, appId), codes);
    if ("code" in found) return found.code;
    const wire = wireDecrypt(text, encodingAesKey);
    assert.deepEqual([found.value, appId], [wire.message, wire.appId]);
    // Base64 has one form for each frame but for bits of the last character.
    assert.ok(text.length >= found.value.length, "no more comes out than goes in");
    return "read";
  },
};

function anEncrypt(random: Random): string {
  const message = anyText(random, 60).toWellFormed();
  const settings = { encodingAesKey, appId, random: bytes(random, 16) };
  switch (random.below(8)) {
    case 0: // a length that is not so
      return wireEncrypt(message, { ...settings, lengthField: random.below(200) - 20 });
    case 1: // padding of another form
      return wireEncrypt(message, {
        ...settings,
        padding: (length) => {
          const padding = wirePadding(length);
          padding[random.below(padding.length)] = random.below(256);
          return padding;
        },
      });
    case 2: // of another account
      return wireEncrypt(message, {
        ...settings,
        appId: random.pick(["", "wx", `${appId}x`, "中"]),
      });
    case 3: // not UTF-8
      return wireEncrypt(bytes(random, 1 + random.below(20)), settings);
    case 4: // a frame of any bytes, its padding right
      return framed(bytes(random, random.below(64)));
    case 5: // any blocks
      return wireEncryptFrame(bytes(random, 16 * random.below(6)), encodingAesKey);
    default:
      return framed(wireFrame(message, settings));
  }
}

function framed(frame: Buffer): string {
  return wireEncryptFrame(Buffer.concat([frame, wirePadding(frame.length)]), encodingAesKey);
}

function bytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}
