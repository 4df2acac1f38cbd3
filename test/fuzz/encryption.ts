/**
 * Encryption: any text comes back as it was, read by us and by an independent reader. An input is
 * the text, in UTF-8.
 *
 * @module
 */
import assert from "node:assert/strict";
import { echostr } from "../support/subject.ts";
import { wireDecrypt } from "../support/wire.ts";
import { anyText, XML_FRAGMENTS } from "./mutate.ts";
import type { Target } from "./target.ts";

const encodingAesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const key = echostr.parseAesKey(encodingAesKey);
const APP_IDS: readonly string[] = ["wxb11529c136998cb6", "wx", "w".repeat(64), "中文"];

export const encryption: Target = {
  name: "encryption",
  due: { "32 bytes of padding": 200, "other padding": 2 },
  dictionary: XML_FRAGMENTS,
  make: (random) => Buffer.from(anyText(random, random.below(20) === 0 ? 3_000 : 80)),
  check(input) {
    const text = Buffer.from(input).toString("utf8");
    const appId = APP_IDS[text.length % APP_IDS.length] ?? "";
    const encrypted = echostr.encrypt(text, key, appId);
    assert.equal(echostr.decrypt(encrypted, key, appId), text);
    const wire = wireDecrypt(encrypted, encodingAesKey);
    assert.deepEqual([wire.message, wire.appId], [text, appId]);
    return wire.pad === 32 ? "32 bytes of padding" : "other padding";
  },
};
