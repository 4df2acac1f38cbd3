/** Servers that let in what they should refuse. */
import { createDecipheriv } from "node:crypto";
import { readFileSync } from "node:fs";
import { textAt, readWire } from "../../support/reader.ts";
import { accountIn, demand, signatureOf } from "./little-server.ts";
import type { Fields, Parts } from "./little-server.ts";
import type { Provocation } from "./provocation.ts";

/** Reads `<Encrypt>` when there is one, and the body itself when it is at least signed. */
const acceptingPlain: Parts["open"] = (parts, query, body) => {
  const encrypt = textAt(readWire(body), "Encrypt");
  demand(
    encrypt === undefined
      ? query.get("signature") === signatureOf(query)
      : parts.hasRightMsgSignature(query, encrypt),
  );
  return encrypt === undefined ? body : parts.decrypt(encrypt);
};

interface Frame {
  readonly bytes: Buffer;
  readonly length: number;
  readonly padding: number;
}

function openFrame(encrypt: string): Frame {
  const key = Buffer.from(`${accountIn("safe").encodingAesKey}=`, "base64");
  const decipher = createDecipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  const bytes = Buffer.concat([decipher.update(encrypt, "base64"), decipher.final()]);
  return { bytes, length: bytes.readUInt32BE(16), padding: bytes.at(-1) ?? 0 };
}

function hasRightPadding({ bytes, padding }: Frame): boolean {
  const isCount = padding >= 1 && padding <= 32;
  return isCount && bytes.subarray(-padding).every((byte) => byte === padding);
}

function messageIn({ bytes, length }: Frame): string {
  return bytes.subarray(20, 20 + length).toString("utf8");
}

/** By expressions, as some do who trust no parser. */
function readLoosely(xml: string): Fields {
  const field = (name: string): string =>
    new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</`, "s").exec(xml)?.[1] ?? "";
  const [ToUserName, FromUserName, MsgType, Content, MsgId] = [
    field("ToUserName"),
    field("FromUserName"),
    field("MsgType"),
    field("Content"),
    field("MsgId"),
  ];
  demand(FromUserName !== "" && MsgType !== "");
  return { ToUserName, FromUserName, MsgType, Content, MsgId };
}

export const BAD_SECURITY: readonly Provocation[] = [
  {
    code: "UNSIGNED-ANSWERED",
    server: "looks at signatures of handshakes only",
    only: ["refusals"],
    parts: () => ({
      hasRightSignature: (query) =>
        !query.has("echostr") || query.get("signature") === signatureOf(query),
    }),
  },
  {
    code: "FORGED-INDISTINCT",
    server: "answers success to all and everything",
    only: ["refusals"],
    parts: () => ({ say: () => undefined, refuse: () => ({ status: 200, body: "success" }) }),
  },
  {
    code: "PLAIN-ANSWERED",
    server: "has the request decide about encryption",
    only: ["refusals"],
    parts: () => ({ mode: "safe", open: acceptingPlain }),
  },
  {
    code: "COMPAT-PLAIN-ANSWERED",
    server: "has the request decide about encryption, in compat mode",
    only: ["refusals"],
    parts: () => ({ mode: "compat", open: acceptingPlain }),
  },
  {
    code: "COMPAT-FIELDS-BELIEVED",
    server: "checks <Encrypt> and reads what stands beside it",
    only: ["refusals"],
    parts: () => ({
      mode: "compat",
      open: (parts, query, body) => {
        demand(parts.hasRightMsgSignature(query, textAt(readWire(body), "Encrypt") ?? ""));
        return body;
      },
    }),
  },
  {
    code: "MSG-SIGNATURE-UNCHECKED",
    server: "decrypts whatever comes",
    only: ["refusals"],
    parts: () => ({ mode: "safe", hasRightMsgSignature: () => true }),
  },
  {
    code: "OLD-TIMESTAMP-ANSWERED",
    server: "looks at no timestamp of messages",
    only: ["refusals"],
    parts: () => ({ isFresh: () => true }),
  },
  {
    code: "PADDING-UNCHECKED",
    server: "looks at no padding",
    only: ["encryption"],
    parts: () => ({
      mode: "safe",
      decrypt: (encrypt) => {
        const frame = openFrame(encrypt);
        const { appId } = accountIn("safe");
        demand(frame.bytes.subarray(20 + frame.length).toString("latin1").startsWith(appId));
        return messageIn(frame);
      },
    }),
  },
  {
    code: "LENGTH-UNCHECKED",
    server: "takes as much for the message as there is",
    only: ["encryption"],
    parts: () => ({
      mode: "safe",
      decrypt: (encrypt) => {
        const frame = openFrame(encrypt);
        demand(hasRightPadding(frame) && frame.bytes.includes(accountIn("safe").appId));
        const text = messageIn(frame);
        return text.slice(0, text.lastIndexOf(">") + 1);
      },
    }),
  },
  {
    code: "APPID-UNCHECKED",
    server: "looks at no appid",
    only: ["encryption"],
    parts: () => ({
      mode: "safe",
      decrypt: (encrypt) => {
        const frame = openFrame(encrypt);
        demand(hasRightPadding(frame) && frame.length <= frame.bytes.length - 20 - frame.padding);
        return messageIn(frame);
      },
    }),
  },
  {
    code: "ENTITY-EXPANDED",
    server: "expands entities",
    only: ["xml"],
    parts: () => ({
      read: (xml) => {
        const [declaration = "", value = ""] = /<!ENTITY e "([^"]*)">/.exec(xml) ?? [];
        demand(declaration !== "" || !xml.includes("<!DOCTYPE"));
        readWire(xml.replace(/<\?xml[^>]*>|<!DOCTYPE[^[]*\[.*?\]>/g, ""));
        return readLoosely(xml.replaceAll("&e;", value));
      },
    }),
  },
  {
    code: "EXTERNAL-ENTITY",
    server: "reads the files that entities name",
    only: ["xml"],
    parts: () => ({
      read: (xml) => {
        const file = /<!ENTITY e SYSTEM "(file:[^"]*)">/.exec(xml)?.[1];
        if (file === undefined) readWire(xml);
        const content = file === undefined ? "" : readFileSync(new URL(file), "utf8");
        return readLoosely(xml.replace("&e;", content));
      },
    }),
  },
  {
    code: "EXTERNAL-ENTITY",
    server: "fetches the addresses that entities name",
    only: ["xml"],
    parts: () => ({
      open: (_parts, _query, body) => body,
      say: async ({ FromUserName }) => {
        if (FromUserName.startsWith("http:")) await (await fetch(FromUserName)).text();
        return "你好";
      },
      read: (xml) => {
        const address = /SYSTEM "(http:[^"]*)"/.exec(xml)?.[1];
        if (address === undefined) readWire(xml);
        return { ...readLoosely(xml), ...(address !== undefined && { FromUserName: address }) };
      },
    }),
  },
  {
    code: "MALFORMED-ANSWERED",
    server: "reads XML by regular expressions",
    only: ["xml"],
    parts: () => ({ read: readLoosely }),
  },
  {
    code: "SERVER-ERROR",
    server: "has not thought of wrong requests",
    only: ["xml"],
    parts: () => ({ refuse: () => ({ status: 500, body: "Internal Server Error" }) }),
  },
  {
    code: "DETAILS-LEAKED",
    server: "shows its stack",
    only: ["xml"],
    parts: () => ({
      refuse: () => ({ status: 400, body: "Error: no\n    at serve (/srv/app/server.js:10:5)" }),
    }),
  },
];
