/** The table of refused encrypted bodies in docs/protocol.md is what our server does. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { statusOf } from "../../src/server/status.ts";
import { echostr } from "../support/subject.ts";
import {
  raw,
  wireDecrypt,
  wireEncrypt,
  wireEncryptFrame,
  wireEnvelope,
  wireFrame,
  wirePadding,
  wireSign,
  wireXml,
} from "../support/wire.ts";
import { codeIn, readDocument, tableWith } from "./markdown.ts";

const TOKEN = "AAAAA";
const ACCOUNT = { encodingAesKey: "A".repeat(43), appId: "wxba5fad812f8e6fb9" };
const OTHER_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const TIMESTAMP = "1714112445";
/** With any, another key finds a byte of padding in one of 256. */
const RANDOM = Buffer.alloc(16, 7);

/** Longer by a few blanks until its base64 ends with `=` and has a `+`. */
function textOf(isFit: (encrypted: string) => boolean): string {
  for (let blanks = 0; ; blanks += 1) {
    const encrypted = wireEncrypt(message({ Content: "a".repeat(blanks) }), ACCOUNT);
    if (isFit(encrypted)) return encrypted;
  }
}

function message(fields: Parameters<typeof wireEnvelope>[0]): string {
  return wireXml(wireEnvelope({ Content: "你好", MsgId: raw("7348281234567890123"), ...fields }));
}

const RIGHT = textOf((encrypted) => /\+.*=$/.test(encrypted));

/** A frame with a byte of its padding set, counted from its end. */
function padded(fromEnd: number, byte: number): string {
  const frame = wireFrame(`${message({})}    `, ACCOUNT);
  const whole = Buffer.concat([frame, wirePadding(frame.length)]);
  assert.ok(fromEnd <= (whole.at(-1) ?? 0));
  whole[whole.length - fromEnd] = byte;
  return wireEncryptFrame(whole, ACCOUNT.encodingAesKey);
}

/** What the table says in words, as texts of `<Encrypt>`. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  DECRYPT_BASE64: [
    RIGHT.replace(/=$/, ""),
    RIGHT.replace("+", " "),
    `${RIGHT.slice(0, 64)}\n${RIGHT.slice(64)}`,
  ],
  DECRYPT_LENGTH: [RIGHT.slice(0, -24)],
  DECRYPT_PADDING: [
    wireEncrypt(message({}), { ...ACCOUNT, encodingAesKey: OTHER_KEY, random: RANDOM }),
    padded(1, 33),
    padded(2, 0),
  ],
  DECRYPT_FRAME: [wireEncrypt(message({}), { ...ACCOUNT, lengthField: 100_000 })],
  DECRYPT_APPID: [wireEncrypt(message({}), { ...ACCOUNT, appId: "wxb11529c136998cb6" })],
  UTF8_INVALID: [wireEncrypt(Buffer.from([0x3c, 0xff, 0x3e]), ACCOUNT)],
  XML_INVALID: [wireEncrypt("hello", ACCOUNT)],
  XML_DOCTYPE: [wireEncrypt(`<!DOCTYPE xml>${message({})}`, ACCOUNT)],
  MESSAGE_INVALID: [wireEncrypt(message({ MsgType: "" }), ACCOUNT)],
  TIMESTAMP_SKEW: [wireEncrypt(message({ CreateTime: Number(TIMESTAMP) - 660 }), ACCOUNT)],
};

async function refusalOf(encrypted: string): Promise<unknown> {
  const receivedAt = Number(TIMESTAMP) * 1000;
  const bot = echostr.createBot({
    token: TOKEN,
    ...ACCOUNT,
    clock: () => receivedAt,
    log: () => {},
  });
  const signature = wireSign(TOKEN, TIMESTAMP, "1", encrypted);
  const query = `timestamp=${TIMESTAMP}&nonce=1&encrypt_type=aes&msg_signature=${signature}`;
  const body = `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
  return (await bot.callback({ method: "POST", query, body, receivedAt })).error;
}

describe("In docs/protocol.md, of encrypted bodies that are signed", () => {
  const [, ...rows] = tableWith(readDocument("docs/protocol.md"), "`DECRYPT_BASE64`");

  test("those that are right are answered", async () => {
    assert.equal(await refusalOf(RIGHT), undefined);
    assert.match(wireDecrypt(RIGHT, ACCOUNT.encodingAesKey).message, /<MsgType>/);
  });

  test("all that the table names are tried", () => {
    assert.deepEqual(rows.flatMap(([code = ""]) => codeIn(code)), Object.keys(WRONG));
  });

  for (const [code = "", status = ""] of rows) {
    const [name = ""] = codeIn(code);
    for (const [index, encrypted] of (WRONG[name] ?? []).entries()) {
      test(`${name} is ${status} (${index + 1})`, async () => {
        const error = await refusalOf(encrypted);
        assert.equal((error as { code?: string } | undefined)?.code, name);
        assert.equal(String(statusOf(error)), status);
      });
    }
  }
});
