/** docs/protocol.md tells the protocol in two languages; all that it shows is so. */
import assert from "node:assert/strict";
import { createDecipheriv, createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { EVENT_KINDS } from "../../src/protocol/event-kinds.ts";
import { MESSAGE_KINDS } from "../../src/protocol/message-kinds.ts";
import { NEWS_LIMIT, TEXT_LIMIT_BYTES } from "../../src/protocol/reply.ts";
import { MAX_XML_DEPTH, MAX_XML_NODES } from "../../src/protocol/xml.ts";
import { wireOpenReply } from "../support/wire.ts";
import { compiles } from "./compile.ts";
import {
  demonstrationsOf,
  readRequest,
  run,
  twelveSeconds,
  vectorFor,
  VECTORS,
  withoutTools,
} from "./demonstrations.ts";
import { codeIn, readDocument, readText, ROOT, tableWith } from "./markdown.ts";
import type { Document } from "./markdown.ts";

const ENGLISH: Document = readDocument("docs/protocol.md");
const CHINESE: Document = readDocument("docs/protocol.zh-CN.md");
const DOCUMENTS = { "docs/protocol.md": ENGLISH, "docs/protocol.zh-CN.md": CHINESE };
const PAYLOADS = join(ROOT, "test/fixtures/payloads");

/** The sections of a chapter, in their order. */
const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  "docs/protocol.md": ["Rule", "Why", "Example", "In the source", "Mistakes"],
  "docs/protocol.zh-CN.md": ["规则", "为什么", "例子", "在源码里", "常见错误"],
};

const HASH = /\b[0-9a-f]{40}\b/g;

function sha1(...strings: readonly string[]): string {
  return createHash("sha1").update([...strings].sort().join("")).digest("hex");
}

/** The signatures that the known answers have, or would have, made here and now. */
const SIGNATURES: ReadonlySet<string> = new Set(
  VECTORS.flatMap(({ token, timestamp, nonce, encrypt }) => [
    sha1(token, timestamp, nonce),
    ...(encrypt === undefined ? [] : [sha1(token, timestamp, nonce, encrypt)]),
  ]),
);

describe("The protocol in English and in Chinese", () => {
  test("has the same headings, level by level", () => {
    const levels = ({ headings }: Document): string[] =>
      headings.map((heading) => /^#+ (?:\d+\. )?/.exec(heading)?.[0] ?? "");
    assert.deepEqual(levels(CHINESE), levels(ENGLISH));
  });

  test("has the same blocks, letter by letter", () => {
    assert.deepEqual(CHINESE.blocks, ENGLISH.blocks);
  });

  test("has the same tables, in size and in the code of each cell", () => {
    const shape = ({ tables }: Document): string[][][][] =>
      tables.map((rows) => rows.map((cells) => cells.map((cell) => codeIn(cell).sort())));
    assert.deepEqual(shape(CHINESE), shape(ENGLISH));
  });

  test("names the same code in its prose", () => {
    const names = ({ prose }: Document): string[] => [...new Set(codeIn(prose))].sort();
    assert.deepEqual(names(CHINESE), names(ENGLISH));
  });

  test("links to the same places, and to each other", () => {
    const places = ({ links }: Document): string[] =>
      links.filter((link) => !/^(?:protocol|#)/.test(link)).sort();
    assert.deepEqual(places(CHINESE), places(ENGLISH));
    assert.ok(ENGLISH.links.includes("protocol.zh-CN.md"));
    assert.ok(CHINESE.links.includes("protocol.md"));
  });
});

for (const [name, document] of Object.entries(DOCUMENTS)) {
  describe(`In ${name}`, () => {
    test("each chapter has the rule, the reason, an example, the source, the mistakes", () => {
      const chapters = document.text.split(/^## /m).filter((chapter) => /^\d+\. /.test(chapter));
      assert.equal(chapters.length, 12);
      for (const chapter of chapters) {
        const sections = [...chapter.matchAll(/^### (.+)$/gm)].map(([, title]) => title);
        assert.deepEqual(sections, SECTIONS[name], chapter.slice(0, 40));
      }
    });

    test("every link inside the document and the project leads somewhere", () => {
      const anchors = document.headings.map(anchorOf);
      for (const link of document.links) {
        if (/^[a-z]+:/.test(link)) continue;
        if (link.startsWith("#")) assert.ok(anchors.includes(link), link);
        else assert.ok(existsSync(join(ROOT, dirname(name), link.replace(/#.*/, ""))), link);
      }
    });

    test("every hash is what node:crypto makes of a known answer, or wrong on purpose", () => {
      const made = new Set([
        ...SIGNATURES,
        createHash("sha1").update("AAAAA4864526561714037059").digest("hex"),
        replySignature(document),
      ]);
      const hashes = document.text.match(HASH) ?? [];
      assert.ok(hashes.length > 8, `only ${hashes.length} found`);
      const strange = hashes.filter((hash) => !made.has(hash));
      // The forged handshake: the official signature with its first digit changed.
      assert.deepEqual(strange.map((hash) => made.has(`f${hash.slice(1)}`)), [true]);
    });

    for (const [index, { block, shown }] of demonstrationsOf(document.blocks).entries()) {
      if (shown === undefined) continue;
      const title = `${index + 1} (${block.code.slice(0, 60).split("\n", 1)[0]})`;
      const skip = withoutTools(block);
      test(`what stands under block ${title} is what it shows`, { skip }, async (context) => {
        assert.equal(await run(context, block), shown.code);
      });
    }

    test("the drawing of the five seconds is what our engine does", async () => {
      const blocks = demonstrationsOf(document.blocks).map(({ block }) => block);
      const alone = blocks.filter(({ language }) => language === "text");
      assert.deepEqual(alone.map(({ code }) => code), [await twelveSeconds()]);
    });
  });
}

describe("The values of the examples come from outside", () => {
  const requests = ENGLISH.blocks
    .filter(({ code }) => / HTTP\/1\.1\n/.test(code))
    .map(({ code }) => readRequest(code));

  test("bodies are payloads, byte for byte", () => {
    const known = new Set(readdirSync(PAYLOADS).map((file) => readPayload(file)));
    const bodies = [
      ...ENGLISH.blocks.filter(({ language }) => language === "xml").map(({ code }) => code.trim()),
      ...requests.flatMap(({ body }) => (body === undefined ? [] : [String(body)])),
    ];
    assert.equal(bodies.length, 7);
    for (const body of bodies) assert.ok(known.has(body), body);
  });

  test("requests have the token, the time and the signatures of a known answer", () => {
    assert.equal(requests.length, 5);
    for (const { query } of requests) {
      const { token, timestamp, nonce, encrypt } = vectorFor(query);
      assert.equal(query.get("nonce"), nonce);
      const isForged = query.get("signature")?.startsWith("e464") === true;
      assert.equal(query.get("signature") === sha1(token, timestamp, nonce), !isForged);
      const bound = encrypt === undefined ? null : sha1(token, timestamp, nonce, encrypt);
      assert.equal(query.get("msg_signature"), bound);
    }
  });

  test("the sealed answer can be opened by a reader of its own", () => {
    const { token, encodingAESKey = "", appid = "" } = sealedVector();
    const account = { token, encodingAesKey: encodingAESKey, appId: appid };
    const { xml, appId } = wireOpenReply(sealedAnswer(ENGLISH), account);
    assert.equal(appId, appid);
    assert.match(xml, /^<xml><ToUserName><!\[CDATA\[olPjZjsXuQPJoV0HlruZkNzKc91E\]\]>.*测试/);
  });

  test("the settings of the encrypted accounts are printed, in both languages", () => {
    for (const { prose } of Object.values(DOCUMENTS)) {
      for (const id of ["senparc-compat-in", "easywechat-in"]) {
        const vector = VECTORS.find((each) => each.id === id);
        const values = [vector?.token, vector?.encodingAESKey, vector?.appid];
        for (const value of values) assert.ok(codeIn(prose).includes(value ?? ""), `${id}: ${value}`);
      }
    }
  });

  test("the table of the frame has every byte that the known answer has", () => {
    const vector = VECTORS.find(({ id }) => id === "official-java-test-encrypt-1");
    const key = Buffer.from(`${vector?.encodingAESKey}=`, "base64");
    const decipher = createDecipheriv("aes-256-cbc", key, key.subarray(0, 16));
    const encrypted = Buffer.from(vector?.encrypt ?? "", "base64");
    const frame = decipher.setAutoPadding(false).update(encrypted);
    const [, ...rows] = tableWith(ENGLISH, "`57`");
    let at = 0;
    for (const [offset = "", bytes = ""] of rows) {
      assert.deepEqual(codeIn(offset), [String(at)]);
      const part = Buffer.from(codeIn(bytes).join("").replaceAll(" ", ""), "hex");
      assert.deepEqual(part, frame.subarray(at, at + part.length));
      at += part.length;
    }
    assert.equal(at, frame.length);
  });
});

describe("The tables of kinds agree with the source", () => {
  const names = (cell: string): string[] =>
    codeIn(cell).flatMap((code) => code.match(/\w+/g) ?? []);
  const common = ["MsgId", "MsgDataId", "Idx"];

  test("on the messages and their fields", () => {
    const [, ...rows] = tableWith(ENGLISH, "`shortvideo`");
    assert.deepEqual(rows.flatMap(([kind = ""]) => codeIn(kind)), Object.keys(MESSAGE_KINDS));
    for (const [kind = "", fields = ""] of rows) {
      const shape = MESSAGE_KINDS[codeIn(kind)[0] as keyof typeof MESSAGE_KINDS];
      const own = fieldsIn(shape).filter((field) => !common.includes(field));
      assert.deepEqual(names(fields).sort(), own.sort(), kind);
    }
  });

  test("on the events and their fields", () => {
    const [, ...rows] = tableWith(ENGLISH, "`CLICK`");
    const documented = rows.flatMap(([kind = "", fields = ""]) =>
      codeIn(kind).map((event) => [event.toLowerCase(), names(fields).sort()] as const),
    );
    const source = Object.entries(EVENT_KINDS).map(
      ([event, shape]) => [event, fieldsIn(shape).sort()] as const,
    );
    const missing = source.filter(([event]) => !documented.some(([other]) => other === event));
    assert.deepEqual(missing.map(([event]) => event), []);
    for (const [event, fields] of documented) {
      assert.deepEqual(fields, source.find(([other]) => other === event)?.[1], event);
    }
  });

  test("on the limits", () => {
    const prose = ENGLISH.prose.replace(/\s+/g, " ");
    const says = (number: number, words: string): void =>
      assert.ok(prose.includes(`${number.toLocaleString("en-US")} ${words}`), words);
    says(TEXT_LIMIT_BYTES, "bytes of UTF-8");
    says(MAX_XML_DEPTH, "elements deep");
    says(MAX_XML_NODES, "nodes");
    assert.equal(NEWS_LIMIT, 8);
  });
});

test("The programs of docs/protocol.md have no error of type", (context) => {
  const programs = [...ENGLISH.blocks.entries()].filter(([, { language }]) => language === "ts");
  assert.ok(programs.length > 0);
  compiles(context, Object.fromEntries(programs.map(([at, { code }]) => [`${at}.ts`, code])));
});

/** `## 9. Safe mode, byte by byte` is `#9-safe-mode-byte-by-byte`. */
function anchorOf(heading: string): string {
  const words = heading.replace(/^#+ /, "").toLowerCase();
  return `#${words.replace(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-")}`;
}

function readPayload(file: string): string {
  return readFileSync(join(PAYLOADS, file), "utf8").replace(/^\uFEFF/, "").trimEnd();
}

function sealedAnswer({ blocks }: Document): string {
  const isSealed = (code: string): boolean => /^HTTP\/1\.1 200 OK\n[^]*<Encrypt>/.test(code);
  const block = blocks.find(({ code }) => isSealed(code));
  return block?.code.split("\n\n")[1]?.trimEnd() ?? "";
}

function sealedVector(): (typeof VECTORS)[number] {
  const found = VECTORS.find(({ id }) => id === "senparc-compat-in");
  if (found === undefined) throw new Error("The known answer senparc-compat-in is missing");
  return found;
}

/** The signature that the sealed answer must have. */
function replySignature(document: Document): string {
  const part = (name: string): string =>
    new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^<\\]]*)`).exec(sealedAnswer(document))?.[1] ?? "";
  return sha1(sealedVector().token, part("TimeStamp"), part("Nonce"), part("Encrypt"));
}

/** The names of all fields of a shape, however deep; a list has the fields of its items. */
function fieldsIn(shape: object): string[] {
  return Object.entries(shape).flatMap(([name, inner]: [string, unknown]) => {
    if (typeof inner === "string") return inner.split(" ");
    const item: unknown = Array.isArray(inner) ? inner[0] : inner;
    return [name, ...(typeof item === "object" && item !== null ? fieldsIn(item) : [])];
  });
}

test("Every place in the documents was filled in", () => {
  for (const name of Object.keys(DOCUMENTS)) assert.doesNotMatch(readText(name), /^OUT$|TODO/m);
});
