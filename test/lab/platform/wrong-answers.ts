/**
 * Wrong answers, at least one for each thing that the judge can find: what is wrong in a few words,
 * the answer, the codes that are due, and what the follower sees.
 *
 * @module
 */
import type { Shown } from "../../../lab/platform/types.ts";
import { raw, wireEncrypt, wireEncryptFrame, wireFrame, wireSign } from "../../support/wire.ts";
import { ACCOUNT, NOW, reply, sealed } from "./judge-bench.ts";
import type { Case } from "./judge-bench.ts";

const KEY = ACCOUNT.encodingAesKey ?? "";
/** With random bytes of each run, our key would find one byte of padding now and then. */
const ANOTHER_KEY = {
  encodingAesKey: "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG",
  random: Buffer.alloc(16, 1),
};

/** A sentence, the answer, what is found, and what the follower sees. */
export type Row = readonly [sentence: string, answer: Case, codes: string, shows: Shown["what"]];

const PKCS7_OF_16 = (length: number): Buffer =>
  Buffer.alloc(16 - (length % 16), 16 - (length % 16));

/** A frame of 16 bytes more than a multiple of 32, so that padding for 16 is no padding for 32. */
const PADDED_TO_16 = ((): string => {
  for (let extra = 0; ; extra += 1) {
    const frame = wireFrame(reply({ Content: "x".repeat(extra) }), {
      encodingAesKey: KEY,
      appId: ACCOUNT.appId,
    });
    const padded = Buffer.concat([frame, PKCS7_OF_16(frame.length)]);
    if (padded.length % 32 !== 0) return wireEncryptFrame(padded, KEY);
  }
})();

const signed = (encrypt: string, parts: "unsorted" | "three" | "other"): string => {
  const [time, nonce] = [String(NOW), "415670741"];
  if (parts === "three") return wireSign(ACCOUNT.token, time, nonce);
  return parts === "other" ? wireSign("other", time, nonce, encrypt) : "0".repeat(40);
};
const ENCRYPT = wireEncrypt(reply(), { encodingAesKey: KEY, appId: ACCOUNT.appId });

export const BODIES: readonly Row[] = [
  ["an empty body", { body: "" }, "EMPTY-BODY", "nothing"],
  ["blanks", { body: " \n" }, "BLANK-BODY", "nothing"],
  ["success in quotation marks", { body: '"success"' }, "SUCCESS-QUOTED", "fault"],
  ["success with a line end", { body: "success\n" }, "SUCCESS-PADDED", "nothing"],
  ["SUCCESS", { body: "SUCCESS" }, "SUCCESS-MISSPELLED", "fault"],
  ["a byte order mark before success", { body: "\uFEFFsuccess" }, "BOM", "nothing"],
  ["a byte order mark before XML", { body: `\uFEFF${reply()}` }, "BOM", "reply"],
  ["a line end before XML", { body: `\n${reply()}` }, "LEADING-WHITESPACE", "reply"],
  ["an object of JSON", { body: '{"errcode":1}' }, "ANSWER-JSON", "fault"],
  ["a text as JSON", { body: '"你好"' }, "ANSWER-JSON", "fault"],
  ["a page", { body: "<!DOCTYPE html><html></html>" }, "ANSWER-HTML", "fault"],
  ["a bare text", { body: "你好" }, "ANSWER-NOT-XML", "fault"],
  ["XML in answer to JSON", { account: { format: "json" } }, "ANSWER-NOT-JSON", "fault"],
  ["GBK", { body: Buffer.from([0x3c, 0xc4, 0xe3, 0xba, 0xc3]) }, "NOT-UTF8", "fault"],
  ["status 500", { status: 500 }, "STATUS-NOT-200", "fault"],
  ["status 401", { status: 401 }, "STATUS-REFUSED", "fault"],
  ["status 403", { status: 403 }, "STATUS-REFUSED", "fault"],
  ["status 404", { status: 404 }, "STATUS-NOT-FOUND", "fault"],
  ["status 405", { status: 405 }, "STATUS-NOT-FOUND", "fault"],
  ["status 400", { status: 400 }, "STATUS-UNREADABLE", "fault"],
  ["status 415", { status: 415 }, "STATUS-UNREADABLE", "fault"],
  ["status 502", { status: 502 }, "STATUS-OF-PROXY", "fault"],
  ["status 503", { status: 503 }, "STATUS-OF-PROXY", "fault"],
  ["status 504", { status: 504 }, "STATUS-OF-PROXY", "fault"],
  ["status 201", { status: 201 }, "STATUS-NOT-200", "fault"],
  ["a redirect", { status: 301, headers: { location: "/wx/" } }, "REDIRECT", "fault"],
  ["gzip", { headers: { "content-encoding": "gzip" } }, "ANSWER-COMPRESSED", "fault"],
  ["an answer after 4.9 seconds", { ms: 4900 }, "NEARLY-LATE", "reply"],
];

export const MARKUP: readonly Row[] = [
  [
    "a tag that another one closes",
    { body: "<xml><Content>x</Title></xml>" },
    "XML-NOT-WELL-FORMED",
    "fault",
  ],
  ["a tag that is not closed", { body: "<xml><Content>x</xml>" }, "XML-NOT-WELL-FORMED", "fault"],
  [
    "an & that begins nothing",
    { body: reply({ Content: raw("a & b") }) },
    "XML-NOT-WELL-FORMED",
    "fault",
  ],
  [
    "an unknown entity",
    { body: reply({ Content: raw("&nbsp;") }) },
    "XML-NOT-WELL-FORMED",
    "fault",
  ],
  ["two roots", { body: `${reply()}<xml/>` }, "XML-NOT-WELL-FORMED", "fault"],
  ["no end at all", { body: "<xml><Content><![CDATA[x" }, "XML-NOT-WELL-FORMED", "fault"],
  [
    "a blank behind <",
    { body: reply().replace("<Content>", "< Content>") },
    "XML-NOT-WELL-FORMED",
    "fault",
  ],
  [
    "]]> inside CDATA",
    { body: reply({ Content: raw("<![CDATA[a]]>b]]>") }) },
    "CDATA-END",
    "fault",
  ],
  ["a control character", { body: reply({ Content: "a\u0002" }) }, "CHARACTER-FORBIDDEN", "fault"],
  ["one as a reference", { body: reply({ Content: raw("&#2;") }) }, "CHARACTER-FORBIDDEN", "fault"],
  ["a DTD", { body: `<!DOCTYPE xml []>${reply()}` }, "DOCTYPE", "fault"],
  ["another root", { body: reply().replaceAll("xml>", "XML>") }, "ROOT-NOT-XML", "fault"],
  [
    "an injected element",
    { body: reply({ Content: raw("<![CDATA[a]]></Content><Content>b") }) },
    "ELEMENT-TWICE",
    "reply",
  ],
  [
    "a blank in a tag",
    { body: reply().replace("<Content>", "<Content >") },
    "BLANKS-IN-TAG",
    "reply",
  ],
  [
    "blanks around CDATA",
    { body: reply({ Content: raw("\n<![CDATA[a]]>\n") }) },
    "BLANKS-AROUND-CDATA",
    "reply",
  ],
  [
    "characters as numbers",
    { body: reply({ Content: raw("&#20320;") }) },
    "NUMERIC-REFERENCE",
    "reply",
  ],
  [
    "text between elements",
    { body: reply().replace("<Content>", "x<Content>") },
    "STRAY-TEXT",
    "reply",
  ],
];

export const SAFE: readonly Row[] = [
  ["a plain answer in safe mode", { mode: "safe" }, "PLAIN-IN-SAFE", "fault"],
  ["an encrypted one in plain mode", { body: sealed(reply()) }, "ENCRYPTED-IN-PLAIN", "fault"],
  [
    "no MsgSignature",
    { mode: "safe", body: sealed(reply(), { without: "MsgSignature" }) },
    "ENVELOPE-INCOMPLETE",
    "fault",
  ],
  [
    "an empty Encrypt",
    { mode: "safe", body: sealed("", { encrypt: "" }) },
    "ENVELOPE-INCOMPLETE",
    "fault",
  ],
  [
    "a MsgSignature of another token",
    {
      mode: "safe",
      body: sealed("", { encrypt: ENCRYPT, fields: { MsgSignature: signed(ENCRYPT, "other") } }),
    },
    "MSG-SIGNATURE-WRONG",
    "fault",
  ],
  [
    "a TimeStamp in milliseconds",
    { mode: "safe", body: millisecondEnvelope() },
    "ENVELOPE-TIMESTAMP",
    "reply",
  ],
  [
    "Encrypt that is no base64",
    { mode: "safe", body: sealed("", { encrypt: "%%%%" }) },
    "DECRYPT-BASE64",
    "fault",
  ],
  [
    "Encrypt that is cut",
    { mode: "safe", body: sealed("", { encrypt: Buffer.alloc(33).toString("base64") }) },
    "DECRYPT-LENGTH",
    "fault",
  ],
  [
    "another key",
    { mode: "safe", body: sealed(reply(), { encryption: ANOTHER_KEY }) },
    "DECRYPT-KEY",
    "fault",
  ],
  ["padding of zeros", padded((size) => Buffer.alloc(size)), "DECRYPT-PADDING", "fault"],
  [
    "padding of 33",
    padded((size) => Buffer.alloc(size + 32, size + 32)),
    "DECRYPT-PADDING",
    "fault",
  ],
  ["padding with one wrong byte", padded(wrongFirstByte), "DECRYPT-PADDING", "fault"],
  [
    "padding for blocks of 16",
    { mode: "safe", body: sealed("", { encrypt: PADDED_TO_16 }) },
    "DECRYPT-PADDING",
    "fault",
  ],
  [
    "a length that is too large",
    { mode: "safe", body: sealed(reply(), { encryption: { lengthField: 99_999 } }) },
    "DECRYPT-FRAME",
    "fault",
  ],
  [
    "a length in characters",
    { mode: "safe", body: sealed(reply(), { encryption: { lengthField: reply().length } }) },
    "DECRYPT-FRAME",
    "fault",
  ],
  [
    "another appid",
    { mode: "safe", body: sealed(reply(), { encryption: { appId: "wxOther" } }) },
    "DECRYPT-APPID",
    "fault",
  ],
  ["success, encrypted", { mode: "safe", body: sealed("success") }, "SUCCESS-ENCRYPTED", "nothing"],
];

function millisecondEnvelope(): string {
  const time = `${NOW}000`;
  const MsgSignature = wireSign(ACCOUNT.token, time, "415670741", ENCRYPT);
  return sealed("", { encrypt: ENCRYPT, fields: { TimeStamp: raw(time), MsgSignature } });
}

/** An answer in safe mode whose frame is filled up by this, instead of rightly. */
function padded(padding: (size: number) => Uint8Array): Case {
  const encryption = { padding: (length: number) => padding(32 - (length % 32)) };
  return { mode: "safe", body: sealed(reply({ Content: "filled up" }), { encryption }) };
}

function wrongFirstByte(size: number): Uint8Array {
  return Buffer.alloc(size, size).fill(0, 0, 1);
}
